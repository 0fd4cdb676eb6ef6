#include <fauxbank/detail/cow_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

// Around the growth of a short leaf, a full leaf, a full level and a second one.
constexpr std::size_t kBoundarySizes[] = {0,  1,  3,  4,    5,    8,    9,    16,    17,    31,
                                          32, 33, 64, 1023, 1024, 1025, 2048, 32767, 32768, 32769};

template <class T>
void expect_equal(const CowVector<T>& actual, const std::vector<T>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  ASSERT_EQ(actual.empty(), expected.empty());
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(actual[i], expected[i]) << i;
  std::size_t visited = 0;
  actual.for_each([&](const T& element) {
    ASSERT_LT(visited, expected.size());
    ASSERT_EQ(element, expected[visited++]);
  });
  ASSERT_EQ(visited, expected.size());
}

CowVector<std::uint64_t> numbers_up_to(std::size_t size) {
  CowVector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < size; ++i)
    numbers.push_back(i);
  return numbers;
}

TEST(CowVector, KeepsElementsAtEveryBoundary) {
  for (const std::size_t size : kBoundarySizes) {
    std::vector<std::uint64_t> expected;
    for (std::size_t i = 0; i < size; ++i)
      expected.push_back(i);
    expect_equal(numbers_up_to(size), expected);
  }
}

TEST(CowVector, CopyIsUnaffectedByGrowthAtEveryBoundary) {
  for (const std::size_t size : kBoundarySizes) {
    const CowVector<std::uint64_t> original = numbers_up_to(size);
    CowVector<std::uint64_t> copy = original;
    copy.push_back(77);
    ASSERT_EQ(copy.size(), size + 1);
    ASSERT_EQ(copy[size], 77u);
    ASSERT_EQ(original.size(), size);
    if (size == 0) continue;
    copy.mut(size - 1) = 88;
    ASSERT_EQ(original[size - 1], size - 1);
    ASSERT_EQ(copy[size - 1], 88u);
  }
}

TEST(CowVector, WritesInPlaceWhenUnique) {
  CowVector<std::uint64_t> numbers = numbers_up_to(5000);
  const std::uint64_t* const place = &numbers[4321];
  EXPECT_EQ(&numbers.mut(4321), place);
  const CowVector<std::uint64_t> copy = numbers;
  EXPECT_EQ(&copy[4321], place);
  EXPECT_NE(&numbers.mut(4321), place);
  EXPECT_EQ(&copy[4321], place);
}

TEST(CowVector, SharesWhatAWriterDidNotTouch) {
  const CowVector<std::uint64_t> original = numbers_up_to(5000);
  CowVector<std::uint64_t> copy = original;
  copy.mut(0) = 9;
  EXPECT_NE(&copy[0], &original[0]);
  EXPECT_EQ(&copy[4999], &original[4999]);
}

TEST(CowVector, MovesLeaveAnEmptyVector) {
  CowVector<std::uint64_t> first = numbers_up_to(100);
  CowVector<std::uint64_t> second = std::move(first);
  first = CowVector<std::uint64_t>();
  EXPECT_TRUE(first.empty());
  first.push_back(1);
  EXPECT_EQ(second.size(), 100u);
  second = std::move(first);
  EXPECT_EQ(second.size(), 1u);
  second.clear();
  EXPECT_TRUE(second.empty());
  second.push_back(5);
  EXPECT_EQ(second[0], 5u);
}

TEST(CowVector, SurvivesAssignmentToItself) {
  CowVector<std::uint64_t> numbers = numbers_up_to(40);
  const CowVector<std::uint64_t>& same = numbers;
  numbers = same;
  EXPECT_EQ(numbers.size(), 40u);
  EXPECT_EQ(numbers[39], 39u);
}

TEST(CowVector, PushesAnElementOfItself) {
  CowVector<std::string> texts;
  texts.push_back("an element that is long enough to be allocated");
  for (int i = 0; i < 200; ++i)
    texts.push_back(texts[texts.size() / 2]);
  EXPECT_EQ(texts[200], texts[0]);
}

/// Several versions that are copied from each other and changed in turn, each beside its model.
template <class T, class Make>
void compare_with_vector(std::uint64_t seed, std::size_t operations, const Make& make) {
  std::mt19937_64 random(seed);
  struct Version {
    CowVector<T> actual;
    std::vector<T> expected;
  };
  std::vector<Version> versions(5);
  for (std::size_t i = 0; i < operations; ++i) {
    Version& version = versions[random() % versions.size()];
    const std::uint64_t choice = random() % 1000;
    if (choice == 0) {
      version.actual.clear();
      version.expected.clear();
    } else if (choice < 20) {
      version = versions[random() % versions.size()];
    } else if (choice < 600 || version.expected.empty()) {
      const T value = make(random());
      version.actual.push_back(value);
      version.expected.push_back(value);
    } else {
      const std::size_t index = random() % version.expected.size();
      const T value = make(random());
      version.actual.mut(index) = value;
      version.expected[index] = value;
    }
    if (i % 500 == 0) {
      for (const Version& each : versions)
        expect_equal(each.actual, each.expected);
    }
  }
  for (const Version& each : versions)
    expect_equal(each.actual, each.expected);
}

TEST(CowVector, BehavesAsAVectorOfNumbers) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    compare_with_vector<std::uint64_t>(seed, 20000, [](std::uint64_t number) { return number; });
  }
}

TEST(CowVector, BehavesAsAVectorOfStrings) {
  compare_with_vector<std::string>(5, 10000,
                                   [](std::uint64_t number) { return std::to_string(number); });
}

TEST(CowVector, BehavesAsAVectorOfTexts) {
  compare_with_vector<Text>(6, 10000,
                            [](std::uint64_t number) { return Text(std::to_string(number)); });
}

/// Counts the objects alive, and throws from a copy on demand.
struct Tracked {
  struct Counts {
    int alive = 0;
    int copies_until_throw = -1;
  };

  Tracked(Counts& shared, int value) : counts(&shared), number(value) { ++counts->alive; }
  Tracked(const Tracked& other) : counts(other.counts), number(other.number) {
    if (counts->copies_until_throw >= 0 && counts->copies_until_throw-- == 0)
      throw std::runtime_error("copy");
    ++counts->alive;
  }
  Tracked(Tracked&& other) noexcept : counts(other.counts), number(other.number) {
    ++counts->alive;
  }
  Tracked& operator=(const Tracked&) = default;
  ~Tracked() { --counts->alive; }

  Counts* counts;
  int number;
};

TEST(CowVector, DestroysEveryElementOnce) {
  Tracked::Counts counts;
  {
    CowVector<Tracked> original;
    for (int i = 0; i < 3000; ++i)
      original.push_back(Tracked(counts, i));
    EXPECT_EQ(counts.alive, 3000);
    CowVector<Tracked> copy = original;
    EXPECT_EQ(counts.alive, 3000);
    copy.mut(1500).number = -1;
    EXPECT_LE(counts.alive, 3064);
    original = copy;
    EXPECT_EQ(counts.alive, 3000);
    EXPECT_EQ(original[1500].number, -1);
  }
  EXPECT_EQ(counts.alive, 0);
}

TEST(CowVector, IsUnchangedWhenACopyThrows) {
  Tracked::Counts counts;
  {
    CowVector<Tracked> original;
    for (int i = 0; i < 1030; ++i)
      original.push_back(Tracked(counts, i));
    for (int allowed = 0; allowed < 6; ++allowed) {
      CowVector<Tracked> copy = original;
      counts.copies_until_throw = allowed;
      EXPECT_THROW((void)copy.mut(1025), std::runtime_error);
      counts.copies_until_throw = allowed;
      EXPECT_THROW(copy.push_back(Tracked(counts, 0)), std::runtime_error);
      counts.copies_until_throw = -1;
      EXPECT_EQ(counts.alive, 1030);
      EXPECT_EQ(copy.size(), 1030u);
      copy.push_back(Tracked(counts, 5));
      EXPECT_EQ(copy[1030].number, 5);
      EXPECT_EQ(copy[1029].number, 1029);
    }
  }
  EXPECT_EQ(counts.alive, 0);
}

}  // namespace
}  // namespace fauxbank::detail
