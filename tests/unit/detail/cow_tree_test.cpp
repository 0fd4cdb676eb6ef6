#include <fauxbank/detail/cow_tree.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

struct Position {
  std::uint64_t time = 0;
  std::uint32_t number = 0;

  friend bool operator<(const Position& a, const Position& b) {
    return a.time != b.time ? a.time < b.time : a.number < b.number;
  }
  friend bool operator==(const Position&, const Position&) = default;
};

/// So large that a node has room for fewer keys than of the others, and for an odd number.
struct Wide {
  std::uint64_t key = 0;
  std::uint64_t rest[2] = {};

  friend bool operator<(const Wide& a, const Wide& b) { return a.key < b.key; }
  friend bool operator==(const Wide&, const Wide&) = default;
};

using Numbers = CowTree<std::uint64_t>;

// Around the growth of a short leaf, a full leaf, and full levels of inner nodes.
constexpr std::size_t kTreeSizes[] = {0,    1,    2,    3,    4,    5,     8,     9,     16,
                                      17,   63,   64,   65,   128,  129,   1984,  1985,  2047,
                                      2048, 2049, 2112, 2113, 4096, 63488, 63489, 65536, 65537};

template <class Key>
void expect_equal(const CowTree<Key>& actual, const std::set<Key>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  ASSERT_EQ(actual.empty(), expected.empty());
  ASSERT_EQ(actual.first() != nullptr, !expected.empty());
  if (actual.first() != nullptr) {
    ASSERT_TRUE(*actual.first() == *expected.begin());
  }
  auto cursor = actual.begin();
  for (const Key& key : expected) {
    ASSERT_TRUE(cursor);
    ASSERT_TRUE(*cursor == key);
    cursor.next();
  }
  ASSERT_FALSE(cursor);
  for (auto key = expected.rbegin(); key != expected.rend(); ++key) {
    cursor.prev();
    ASSERT_TRUE(cursor);
    ASSERT_TRUE(*cursor == *key);
  }
  cursor.prev();
  ASSERT_FALSE(cursor);
}

Numbers even_numbers(std::size_t size) {
  Numbers numbers;
  for (std::size_t i = 1; i <= size; ++i)
    numbers.insert(2 * i);
  return numbers;
}

TEST(CowTree, EmptyHasNoPlace) {
  const Numbers none;
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.contains(1));
  EXPECT_FALSE(none.begin());
  EXPECT_FALSE(none.lower_bound(1));
  auto cursor = none.end();
  EXPECT_FALSE(cursor);
  cursor.prev();
  EXPECT_FALSE(cursor);
}

TEST(CowTree, FindsEveryPlaceAtEveryBoundary) {
  for (const std::size_t size : kTreeSizes) {
    const Numbers numbers = even_numbers(size);
    ASSERT_EQ(numbers.size(), size);
    for (std::size_t i = 1; i <= size; ++i) {
      ASSERT_EQ(*numbers.lower_bound(2 * i - 1), 2 * i);
      ASSERT_EQ(*numbers.lower_bound(2 * i), 2 * i);
      ASSERT_TRUE(numbers.contains(2 * i));
      ASSERT_FALSE(numbers.contains(2 * i - 1));
    }
    ASSERT_FALSE(numbers.lower_bound(2 * size + 1));
    auto last = numbers.end();
    last.prev();
    ASSERT_EQ(static_cast<bool>(last), size > 0);
    if (size > 0) {
      ASSERT_EQ(*last, 2 * size);
    }
  }
}

TEST(CowTree, ErasesAllInAnyOrderAtEveryBoundary) {
  for (const std::size_t size : kTreeSizes) {
    const Numbers original = even_numbers(size);
    Numbers ascending = original;
    Numbers descending = original;
    for (std::size_t i = 1; i <= size; ++i) {
      ASSERT_TRUE(ascending.erase(2 * i));
      ASSERT_FALSE(ascending.erase(2 * i));
      ASSERT_TRUE(descending.erase(2 * (size + 1 - i)));
      ASSERT_EQ(ascending.size(), size - i);
      if (i < size) {
        ASSERT_EQ(*ascending.begin(), 2 * (i + 1));
        ASSERT_EQ(*descending.begin(), 2u);
      }
    }
    ASSERT_TRUE(ascending.empty());
    ASSERT_TRUE(descending.empty());
    ASSERT_EQ(original.size(), size);
    ASSERT_TRUE(ascending.insert(5));
    ASSERT_EQ(*ascending.begin(), 5u);
  }
}

TEST(CowTree, InsertsDescending) {
  Numbers numbers;
  std::set<std::uint64_t> expected;
  for (std::uint64_t i = 5000; i > 0; --i) {
    ASSERT_TRUE(numbers.insert(i));
    expected.insert(i);
  }
  expect_equal(numbers, expected);
}

TEST(CowTree, AppendsBehindWhatIsThere) {
  for (const std::size_t size : kTreeSizes) {
    for (const std::size_t before : {std::size_t{0}, size / 3, size}) {
      std::vector<std::uint64_t> more;
      for (std::size_t i = before + 1; i <= size; ++i)
        more.push_back(2 * i);
      const Numbers original = even_numbers(before);
      Numbers numbers = original;
      numbers.append(more.data(), more.data() + more.size());
      ASSERT_EQ(numbers.size(), size);
      ASSERT_EQ(original.size(), before);
      ASSERT_FALSE(original.lower_bound(2 * before + 1));
      auto cursor = numbers.begin();
      for (std::size_t i = 1; i <= size; ++i, cursor.next()) {
        ASSERT_EQ(*cursor, 2 * i);
        ASSERT_TRUE(numbers.contains(2 * i));
      }
      ASSERT_FALSE(cursor);
      ASSERT_TRUE(numbers.insert(2 * size + 1));
    }
  }
}

TEST(CowTree, RefusesAKeyThatIsThere) {
  Numbers numbers = even_numbers(1000);
  EXPECT_FALSE(numbers.insert(2));
  EXPECT_FALSE(numbers.insert(2000));
  EXPECT_EQ(numbers.size(), 1000u);
  EXPECT_FALSE(numbers.erase(3));
  EXPECT_EQ(numbers.size(), 1000u);
}

TEST(CowTree, RefusalsLeaveSharingAlone) {
  const Numbers original = even_numbers(1000);
  Numbers copy = original;
  copy.insert(500);
  copy.erase(501);
  EXPECT_EQ(&*copy.begin(), &*original.begin());
}

TEST(CowTree, TakesAKeyOfItself) {
  Numbers numbers = even_numbers(100);
  EXPECT_TRUE(numbers.erase(*numbers.begin()));
  EXPECT_FALSE(numbers.insert(*numbers.begin()));
  EXPECT_EQ(*numbers.begin(), 4u);
}

TEST(CowTree, CursorTurnsAroundAnywhere) {
  const Numbers numbers = even_numbers(200);
  for (std::uint64_t i = 2; i < 200; ++i) {
    auto cursor = numbers.lower_bound(2 * i);
    cursor.prev();
    ASSERT_EQ(*cursor, 2 * i - 2);
    cursor.next();
    ASSERT_EQ(*cursor, 2 * i);
    cursor.next();
    ASSERT_EQ(*cursor, 2 * i + 2);
  }
}

TEST(CowTree, CopyIsUnaffectedByTheFirstWrite) {
  for (const std::size_t size : kTreeSizes) {
    const Numbers original = even_numbers(size);
    for (const std::uint64_t key :
         {std::uint64_t{1}, std::uint64_t{size | 1}, std::uint64_t{2 * size + 1}}) {
      Numbers copy = original;
      ASSERT_TRUE(copy.insert(key));
      ASSERT_TRUE(copy.contains(key));
      ASSERT_FALSE(original.contains(key));
      ASSERT_EQ(original.size(), size);
      ASSERT_EQ(copy.size(), size + 1);
    }
  }
}

TEST(CowTree, MovesLeaveAnEmptyTree) {
  Numbers first = even_numbers(100);
  Numbers second = std::move(first);
  first = Numbers();
  EXPECT_TRUE(first.insert(1));
  EXPECT_EQ(second.size(), 100u);
  second = std::move(first);
  EXPECT_EQ(second.size(), 1u);
  second.clear();
  EXPECT_TRUE(second.empty());
}

/// Several versions that are copied from each other and changed in turn, each beside its model.
template <class Key, class Make>
void compare_with_set(std::uint64_t seed, std::size_t operations, const Make& make) {
  std::mt19937_64 random(seed);
  struct Version {
    CowTree<Key> actual;
    std::set<Key> expected;
  };
  std::vector<Version> versions(4);
  for (std::size_t i = 0; i < operations; ++i) {
    Version& version = versions[random() % versions.size()];
    const std::uint64_t choice = random() % 2000;
    // Phases of growth and of shrinking, so that the trees get high and also nearly empty.
    const std::uint64_t inserting = i / 4000 % 2 == 0 ? 1500 : 500;
    const Key key = make(random());
    if (choice == 0) {
      version.actual.clear();
      version.expected.clear();
    } else if (choice < 20) {
      version = versions[random() % versions.size()];
    } else if (choice < inserting) {
      ASSERT_EQ(version.actual.insert(key), version.expected.insert(key).second);
    } else {
      const auto found = version.expected.lower_bound(key);
      const auto cursor = version.actual.lower_bound(key);
      ASSERT_EQ(static_cast<bool>(cursor), found != version.expected.end());
      const Key victim = cursor ? *cursor : key;
      ASSERT_TRUE(!cursor || victim == *found);
      ASSERT_EQ(version.actual.erase(victim), version.expected.erase(victim) == 1);
    }
    if (i % 500 == 0) {
      for (const Version& each : versions)
        expect_equal(each.actual, each.expected);
    }
  }
  for (const Version& each : versions)
    expect_equal(each.actual, each.expected);
}

TEST(CowTree, BehavesAsASetOfSparseKeys) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    compare_with_set<std::uint64_t>(seed, 24000, [](std::uint64_t number) { return number; });
  }
}

TEST(CowTree, BehavesAsASetOfDenseKeys) {
  compare_with_set<std::uint64_t>(4, 24000, [](std::uint64_t number) { return number % 3000; });
}

TEST(CowTree, BehavesAsASetOfPositions) {
  compare_with_set<Position>(5, 24000, [](std::uint64_t number) {
    return Position{number % 100, static_cast<std::uint32_t>(number >> 40)};
  });
}

TEST(CowTree, BehavesAsASetOfWideKeys) {
  compare_with_set<Wide>(6, 24000, [](std::uint64_t number) {
    return Wide{number % 5000, {number % 5000, 0}};
  });
}

TEST(CowTree, TakesWideKeysInOrder) {
  CowTree<Wide> one_by_one;
  CowTree<Wide> at_once;
  std::vector<Wide> keys;
  std::set<Wide> expected;
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    keys.push_back({i, {i, i}});
    expected.insert(expected.end(), keys.back());
    ASSERT_TRUE(one_by_one.insert(keys.back()));
  }
  at_once.append(keys.data(), keys.data() + keys.size());
  expect_equal(one_by_one, expected);
  expect_equal(at_once, expected);
}

}  // namespace
}  // namespace fauxbank::detail
