#include <fauxbank/detail/hash_trie.hpp>

#include <cstdint>
#include <functional>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <fauxbank/detail/hash.hpp>

namespace fauxbank::detail {
namespace {

std::uint64_t hash_of(std::uint64_t number) { return hashing::scramble(number + 1); }

std::uint32_t find_value(const HashTrie& trie, std::uint64_t hash, std::uint32_t value) {
  return trie.find(hash, [&](std::uint32_t other) { return other == value; });
}

bool has(const HashTrie& trie, std::uint64_t hash, std::uint32_t value) {
  return find_value(trie, hash, value) == value;
}

HashTrie trie_of(std::uint32_t size) {
  HashTrie trie;
  for (std::uint32_t i = 0; i < size; ++i)
    trie.insert(hash_of(i), i);
  return trie;
}

TEST(HashTrie, ThreadsWriteToTheirOwnCopies) {
  HashTrie original = trie_of(2000);
  const auto write = [](HashTrie mine, std::uint32_t from, bool& right) {
    for (std::uint32_t i = from; i < from + 1000; ++i)
      mine.insert(hash_of(i), i);
    for (std::uint32_t i = 0; i < 2000; i += 2)
      mine.erase(hash_of(i), i);
    right = mine.size() == 2000;
    for (std::uint32_t i = 0; i < 2000; ++i)
      right = right && has(mine, hash_of(i), i) == (i % 2 == 1);
  };
  bool first_right = false;
  bool second_right = false;
  std::thread first(write, original, 2000u, std::ref(first_right));
  std::thread second(write, std::move(original), 5000u, std::ref(second_right));
  first.join();
  second.join();
  EXPECT_TRUE(first_right);
  EXPECT_TRUE(second_right);
}

}  // namespace
}  // namespace fauxbank::detail
