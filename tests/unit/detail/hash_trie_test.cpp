#include <fauxbank/detail/hash_trie.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/hash_trie.hpp"

namespace fauxbank::detail {
namespace {

using testing::find_value, testing::has, testing::hash_of, testing::trie_of;

TEST(HashTrie, EmptyFindsNothing) {
  HashTrie trie;
  EXPECT_TRUE(trie.empty());
  EXPECT_EQ(find_value(trie, 0, 0), HashTrie::npos);
  EXPECT_FALSE(trie.erase(0, 0));
}

TEST(HashTrie, FindsEveryValueAtEverySize) {
  HashTrie trie;
  for (std::uint32_t size = 1; size <= 600; ++size) {
    trie.insert(hash_of(size - 1), size - 1);
    ASSERT_EQ(trie.size(), size);
    for (std::uint32_t i = 0; i < size; ++i)
      ASSERT_TRUE(has(trie, hash_of(i), i));
    ASSERT_FALSE(has(trie, hash_of(size), size));
  }
}

TEST(HashTrie, GrowsToMany) {
  const HashTrie trie = trie_of(100000);
  for (std::uint32_t i = 0; i < 100000; ++i)
    ASSERT_TRUE(has(trie, hash_of(i), i));
  for (std::uint32_t i = 100000; i < 200000; ++i)
    ASSERT_FALSE(has(trie, hash_of(i), i));
}

TEST(HashTrie, OffersOnlyPlausibleValues) {
  const HashTrie trie = trie_of(10000);
  std::size_t offered = 0;
  for (std::uint32_t i = 0; i < 10000; ++i) {
    (void)trie.find(hash_of(i), [&](std::uint32_t) {
      ++offered;
      return false;
    });
  }
  EXPECT_GE(offered, 10000u);
  EXPECT_LE(offered, 10010u);
}

TEST(HashTrie, ThePredicateTellsValuesOfOneHashApart) {
  HashTrie trie;
  for (std::uint32_t value = 0; value < 200; ++value)
    trie.insert(7, value);
  trie.insert(~0ull, 1000);
  for (std::uint32_t value = 0; value < 200; ++value)
    EXPECT_TRUE(has(trie, 7, value));
  EXPECT_FALSE(has(trie, 7, 1000));
  EXPECT_TRUE(has(trie, ~0ull, 1000));
  for (std::uint32_t value = 0; value < 200; ++value)
    EXPECT_TRUE(trie.erase(7, value));
  EXPECT_FALSE(has(trie, 7, 3));
  EXPECT_EQ(trie.size(), 1u);
}

TEST(HashTrie, HoldsAValueAsOftenAsInserted) {
  HashTrie trie;
  trie.insert(1, 5);
  trie.insert(1, 5);
  EXPECT_TRUE(trie.erase(1, 5));
  EXPECT_TRUE(has(trie, 1, 5));
  EXPECT_TRUE(trie.erase(1, 5));
  EXPECT_FALSE(trie.erase(1, 5));
  EXPECT_TRUE(trie.empty());
}

TEST(HashTrie, SplitsHashesThatDifferInTheLastUsedBit) {
  HashTrie trie;
  for (std::uint32_t i = 0; i < 100; ++i)
    trie.insert(std::uint64_t{i % 2} << 32, i);
  for (std::uint32_t i = 0; i < 100; ++i) {
    EXPECT_TRUE(has(trie, std::uint64_t{i % 2} << 32, i));
    EXPECT_FALSE(has(trie, std::uint64_t{1 - i % 2} << 32, i));
  }
}

TEST(HashTrie, TakesManyValuesOfOneHashWithoutWalkingAlongThem) {
  HashTrie trie;
  for (std::uint32_t value = 0; value < 200000; ++value)
    trie.insert(7, value);
  EXPECT_TRUE(trie.erase(7, 1));
  for (const std::uint32_t value : {0u, 2u, 100000u, 199999u})
    EXPECT_TRUE(has(trie, 7, value));
  EXPECT_FALSE(has(trie, 7, 1));
  EXPECT_EQ(trie.size(), 199999u);
}

/// The `index`-th of the hashes whose search begins at the same entry of a table.
std::uint64_t crowded_hash(std::uint32_t entry, std::uint32_t index) {
  return std::uint64_t{index << 20 | entry} << 32;
}

TEST(HashTrie, ErasingLeavesNoGapBeforeWhatWasPushedAside) {
  HashTrie full;
  const std::uint32_t crowded[] = {125, 127, 0, 1};  // a search goes round the end
  for (std::uint32_t value = 0; value < 80; ++value)
    full.insert(crowded_hash(crowded[value % 4], value + 1), value);
  for (std::uint32_t erased = 0; erased < 80; ++erased) {
    HashTrie trie = full;
    for (std::uint32_t i = 0; i < 80; ++i) {
      const std::uint32_t value = (erased + i * 7) % 80;
      ASSERT_TRUE(trie.erase(crowded_hash(crowded[value % 4], value + 1), value));
      if (i % 16 != 0) continue;
      for (std::uint32_t j = i + 1; j < 80; ++j) {
        const std::uint32_t left = (erased + j * 7) % 80;
        ASSERT_TRUE(has(trie, crowded_hash(crowded[left % 4], left + 1), left)) << erased;
      }
    }
    EXPECT_TRUE(trie.empty());
  }
}

TEST(HashTrie, ReplacesAValueInOneCopy) {
  for (const std::uint32_t size : {1u, 7u, 97u, 5000u}) {
    const HashTrie original = trie_of(size);
    HashTrie copy = original;
    for (std::uint32_t i = 0; i < size; ++i)
      ASSERT_TRUE(copy.replace(hash_of(i), i, i + size));
    EXPECT_EQ(copy.size(), size);
    for (std::uint32_t i = 0; i < size; ++i) {
      ASSERT_TRUE(has(copy, hash_of(i), i + size));
      ASSERT_FALSE(has(copy, hash_of(i), i));
      ASSERT_TRUE(has(original, hash_of(i), i));
      ASSERT_FALSE(copy.replace(hash_of(i), i, 0));
    }
  }
}

TEST(HashTrie, ReservedRoomIsNoLimit) {
  for (const std::uint32_t reserved : {0u, 1u, 7u, 80u, 81u, 1000u, 20000u}) {
    HashTrie trie;
    trie.reserve(reserved);
    EXPECT_TRUE(trie.empty());
    EXPECT_EQ(find_value(trie, hash_of(0), 0), HashTrie::npos);
    for (std::uint32_t i = 0; i < 5000; ++i)
      trie.insert(hash_of(i), i);
    const HashTrie copy = trie;
    for (std::uint32_t i = 0; i < 5000; i += 2)
      ASSERT_TRUE(trie.erase(hash_of(i), i));
    for (std::uint32_t i = 0; i < 5000; ++i) {
      ASSERT_EQ(has(trie, hash_of(i), i), i % 2 == 1) << reserved;
      ASSERT_TRUE(has(copy, hash_of(i), i)) << reserved;
    }
  }
}

TEST(HashTrie, HoldsPointers) {
  const int numbers[] = {1, 2, 3};
  BasicHashTrie<const int*, nullptr> trie;
  for (const int& number : numbers)
    trie.insert(hash_of(0), &number);
  EXPECT_EQ(trie.find(hash_of(0), [](const int* number) { return *number == 2; }), numbers + 1);
  EXPECT_EQ(trie.find(hash_of(1), [](const int*) { return true; }), nullptr);
}

TEST(HashTrie, CopyIsUnaffectedByTheFirstWrite) {
  for (const std::uint32_t size : {0u, 1u, 4u, 5u, 15u, 16u, 17u, 32u, 33u, 300u, 5000u}) {
    const HashTrie original = trie_of(size);
    HashTrie copy = original;
    copy.insert(hash_of(size), size);
    EXPECT_TRUE(has(copy, hash_of(size), size));
    EXPECT_FALSE(has(original, hash_of(size), size));
    EXPECT_EQ(original.size(), size);
    for (std::uint32_t i = 0; i < size; ++i) {
      HashTrie other = original;
      ASSERT_TRUE(other.erase(hash_of(i), i));
      ASSERT_FALSE(has(other, hash_of(i), i));
      ASSERT_TRUE(has(original, hash_of(i), i));
    }
  }
}

TEST(HashTrie, MovesLeaveAnEmptyTrie) {
  HashTrie first = trie_of(100);
  HashTrie second = std::move(first);
  first = HashTrie();
  first.insert(1, 1);
  EXPECT_EQ(second.size(), 100u);
  second = std::move(first);
  EXPECT_EQ(second.size(), 1u);
  second.clear();
  EXPECT_TRUE(second.empty());
}

using Model = std::multimap<std::uint64_t, std::uint32_t>;

void expect_equal(const HashTrie& actual, const Model& expected, std::uint32_t values) {
  ASSERT_EQ(actual.size(), expected.size());
  std::vector<bool> present(values);
  for (const auto& [hash, value] : expected) {
    ASSERT_TRUE(has(actual, hash, value));
    present[value] = true;
  }
  for (std::uint32_t value = 0; value < values; ++value) {
    ASSERT_EQ(has(actual, hash_of(value), value), present[value]);
  }
}

TEST(HashTrie, BehavesAsAMultimap) {
  constexpr std::uint32_t kValues = 3000;
  struct Version {
    HashTrie actual;
    Model expected;
  };
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<Version> versions(4);
    for (int i = 0; i < 20000; ++i) {
      Version& version = versions[random() % versions.size()];
      const auto value = static_cast<std::uint32_t>(random() % kValues);
      const std::uint64_t hash = hash_of(value);
      const std::uint64_t choice = random() % 2000;
      const std::uint64_t inserting = i / 4000 % 2 == 0 ? 1700 : 400;
      if (choice == 0) {
        version.actual.clear();
        version.expected.clear();
      } else if (choice < 20) {
        version = versions[random() % versions.size()];
      } else if (choice < inserting) {
        if (version.expected.count(hash) > 0) continue;
        version.actual.insert(hash, value);
        version.expected.emplace(hash, value);
      } else {
        ASSERT_EQ(version.actual.erase(hash, value), version.expected.erase(hash) == 1);
      }
      if (i % 500 == 0) {
        for (const Version& each : versions)
          expect_equal(each.actual, each.expected, kValues);
      }
    }
    for (const Version& each : versions)
      expect_equal(each.actual, each.expected, kValues);
  }
}

}  // namespace
}  // namespace fauxbank::detail
