#include <fauxbank/random.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

TEST(RandomNumbers, ACopyContinuesAlike) {
  Random a(7, RandomStream::test);
  a.next();
  Random b = a;
  EXPECT_EQ(a, b);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(a.next(), b.next());
  a.next();
  EXPECT_NE(a, b);
}

TEST(RandomNumbers, SeedsAndStreamsDiffer) {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (RandomStream stream : {RandomStream::defaults, RandomStream::faults, RandomStream::latency,
                                RandomStream::delivery, RandomStream::test}) {
      firsts.insert(Random(seed, stream).next());
    }
  }
  EXPECT_EQ(firsts.size(), 500u);
}

TEST(RandomNumbers, BelowIsEven) {
  Random random(1, RandomStream::test);
  for (std::uint64_t bound : {1u, 2u, 3u, 10u}) {
    std::map<std::uint64_t, int> counts;
    for (int i = 0; i < 10'000; ++i)
      ++counts[random.below(bound)];
    EXPECT_EQ(counts.size(), bound);
    EXPECT_EQ(counts.rbegin()->first, bound - 1);
    const double expected = 10'000.0 / static_cast<double>(bound);
    for (const auto& count : counts)
      EXPECT_NEAR(count.second, expected, expected * 0.15 + 1) << bound;
  }
}

TEST(RandomNumbers, BelowALargeBoundHasNoBias) {
  // Of 64 bits modulo 3·2^62 a plain remainder would give the first third twice as often.
  Random random(1, RandomStream::test);
  constexpr std::uint64_t kBound = 3ull << 62;
  int low = 0;
  for (int i = 0; i < 6'000; ++i) {
    const std::uint64_t draw = random.below(kBound);
    ASSERT_LT(draw, kBound);
    low += draw < (1ull << 62) ? 1 : 0;
  }
  EXPECT_NEAR(low, 2'000, 200);
}

TEST(RandomNumbers, BetweenIncludesBothEnds) {
  Random random(3, RandomStream::test);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1'000; ++i)
    seen.insert(random.between(-2, 2));
  EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
  EXPECT_EQ(random.between(5, 5), 5);
}

TEST(RandomNumbers, BetweenCoversAllIntegers) {
  Random random(3, RandomStream::test);
  constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kHigh = std::numeric_limits<std::int64_t>::max();
  int negative = 0;
  for (int i = 0; i < 1'000; ++i)
    negative += random.between(kLow, kHigh) < 0 ? 1 : 0;
  EXPECT_NEAR(negative, 500, 100);
  for (int i = 0; i < 100; ++i)
    EXPECT_LE(random.between(kLow, kLow + 1), kLow + 1);
}

TEST(RandomNumbers, ChanceIsNeverAtZeroAndAlwaysAtOne) {
  Random random(4, RandomStream::test);
  int quarter = 0;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1));
    quarter += random.chance(0.25) ? 1 : 0;
  }
  EXPECT_NEAR(quarter, 2'500, 200);
}

// ---- ids
// ------------------------------------------------------------------------------------------

constexpr std::array<IdKind, 8> kKinds = {
    IdKind::account, IdKind::request, IdKind::transaction_refresh, IdKind::ownership,
    IdKind::owner,   IdKind::session, IdKind::transaction,         IdKind::event};

TEST(IdMints, LookLikeTheServices) {
  const std::map<IdKind, std::string> prefixes = {{IdKind::account, "fca_"},
                                                  {IdKind::request, "req_"},
                                                  {IdKind::transaction_refresh, "fctxnref_"},
                                                  {IdKind::ownership, "fcaowns_"},
                                                  {IdKind::owner, "fcaown_"},
                                                  {IdKind::session, "fcsess_"},
                                                  {IdKind::transaction, "fctxn_"},
                                                  {IdKind::event, "evt_"}};
  IdMint mint(1);
  for (IdKind kind : kKinds) {
    const std::string id(mint.next(kind).view());
    const std::string& prefix = prefixes.at(kind);
    EXPECT_EQ(id.substr(0, prefix.size()), prefix);
    EXPECT_GE(id.size(), prefix.size() + 12);
    EXPECT_TRUE(std::all_of(id.begin() + static_cast<std::ptrdiff_t>(prefix.size()), id.end(),
                            [](char c) {
                              return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                                     (c >= 'a' && c <= 'z');
                            }))
        << id;
  }
}

TEST(IdMints, AreUnique) {
  IdMint mint(1);
  for (IdKind kind : kKinds) {
    std::set<std::string> seen;
    for (int i = 0; i < 5'000; ++i)
      seen.emplace(mint.next(kind).view());
    EXPECT_EQ(seen.size(), 5'000u);
  }
}

TEST(IdMints, KindsDoNotShiftEachOther) {
  for (IdKind kind : kKinds) {
    IdMint alone(9);
    IdMint mixed(9);
    for (int i = 0; i < 20; ++i) {
      for (IdKind other : kKinds) {
        if (other != kind) (void)mixed.next(other);
      }
      EXPECT_EQ(alone.next(kind).view(), mixed.next(kind).view());
    }
  }
}

TEST(IdMints, SeedsDifferAndCopiesContinueAlike) {
  IdMint one(1);
  IdMint two(2);
  EXPECT_NE(one.next(IdKind::account).view(), two.next(IdKind::account).view());
  IdMint copy = one;
  EXPECT_EQ(copy, one);
  EXPECT_EQ(copy.next(IdKind::account).view(), one.next(IdKind::account).view());
}

}  // namespace
}  // namespace fauxbank
