#pragma once

// What the tests of the hash trie share, those of one thread and those of several.

#include <cstdint>

#include <fauxbank/detail/hash.hpp>
#include <fauxbank/detail/hash_trie.hpp>

namespace fauxbank::testing {

inline std::uint64_t hash_of(std::uint64_t number) { return detail::hashing::scramble(number + 1); }

inline std::uint32_t find_value(const detail::HashTrie& trie, std::uint64_t hash,
                                std::uint32_t value) {
  return trie.find(hash, [&](std::uint32_t other) { return other == value; });
}

inline bool has(const detail::HashTrie& trie, std::uint64_t hash, std::uint32_t value) {
  return find_value(trie, hash, value) == value;
}

inline detail::HashTrie trie_of(std::uint32_t size) {
  detail::HashTrie trie;
  for (std::uint32_t i = 0; i < size; ++i)
    trie.insert(hash_of(i), i);
  return trie;
}

}  // namespace fauxbank::testing
