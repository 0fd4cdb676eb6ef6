#include <fauxbank/detail/hash_trie.hpp>

#include <cstdint>

#include <gtest/gtest.h>

#include "support/hash_trie.hpp"
#include "support/two_threads.hpp"

namespace fauxbank::detail {
namespace {

using testing::has, testing::hash_of, testing::trie_of;

TEST(HashTrie, ThreadsWriteToTheirOwnCopies) {
  const auto write = [](HashTrie mine, std::uint32_t from) {
    for (std::uint32_t i = from; i < from + 1000; ++i)
      mine.insert(hash_of(i), i);
    for (std::uint32_t i = 0; i < 2000; i += 2)
      mine.erase(hash_of(i), i);
    for (std::uint32_t i = 1; i < 2000; i += 4)
      mine.replace(hash_of(i), i, from);
    bool right = mine.size() == 2000;
    for (std::uint32_t i = 0; i < 2000; ++i) {
      right = right && has(mine, hash_of(i), i) == (i % 4 == 3);
      right = right && has(mine, hash_of(i), from) == (i % 4 == 1);
    }
    return right;
  };
  EXPECT_TRUE(testing::both_right(trie_of(2000), write, 2000u, 5000u));
}

}  // namespace
}  // namespace fauxbank::detail
