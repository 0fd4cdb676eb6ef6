#include <fauxbank/detail/hash.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

std::string counting_bytes(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i)
    bytes.push_back(static_cast<char>(i));
  return bytes;
}

int bits_set(std::uint64_t word) {
  int count = 0;
  for (; word != 0; word &= word - 1)
    ++count;
  return count;
}

// Committed digests depend on these: they change only on purpose.
TEST(HashBytes, HasGoldenValues) {
  EXPECT_EQ(hash_bytes(""), 0xB3BFC73DBDA2207A);
  EXPECT_EQ(hash_bytes("", 1), 0xBB645E4C4D840E27);
  EXPECT_EQ(hash_bytes("a"), 0x5625F75A9281FB27);
  EXPECT_EQ(hash_bytes("abc"), 0x280FE8E51E0F4636);
  EXPECT_EQ(hash_bytes("abcd"), 0x3BF140C7C9ADCD21);
  EXPECT_EQ(hash_bytes("abcdefgh"), 0x5E8C08E6BFD3BEC1);
  EXPECT_EQ(hash_bytes("0123456789abcdef"), 0x9DCC2975B0DB6190);
  EXPECT_EQ(hash_bytes("0123456789abcdefg"), 0x7F4B41E71BCEAAEF);
  EXPECT_EQ(hash_bytes("fca_1MwVK82eZvKYlo2Cjw8FMxXf"), 0x49755EEFC43A78D2);
  EXPECT_EQ(hash_bytes(counting_bytes(256), 42), 0x275FC294564BA8F0);
}

TEST(HashBytes, FoldIsTheSameWithoutWideIntegers) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10000; ++i) {
    const std::uint64_t a = random();
    const std::uint64_t b = random() >> (i % 64);
    ASSERT_EQ(hashing::fold(a, b), hashing::fold_by_halves(a, b));
  }
  EXPECT_EQ(hashing::fold(~0ull, ~0ull), hashing::fold_by_halves(~0ull, ~0ull));
}

TEST(HashBytes, DependsOnEveryLength) {
  const std::string zeros(200, '\0');
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size <= zeros.size(); ++size) {
    EXPECT_TRUE(seen.insert(hash_bytes(std::string_view(zeros).substr(0, size))).second) << size;
  }
}

TEST(HashBytes, DoesNotDependOnAlignment) {
  const std::string bytes = counting_bytes(100);
  for (std::size_t shift = 1; shift < 16; ++shift) {
    const std::string shifted = std::string(shift, '-') + bytes;
    EXPECT_EQ(hash_bytes(std::string_view(shifted).substr(shift)), hash_bytes(bytes));
  }
}

TEST(HashBytes, EveryBitOfInputAndSeedChangesHalfOfTheHash) {
  for (const std::size_t size : {1u, 3u, 4u, 7u, 8u, 12u, 16u, 17u, 28u, 33u, 64u, 100u}) {
    const std::string bytes = counting_bytes(size);
    const std::uint64_t hash = hash_bytes(bytes, 3);
    int total = 0;
    for (std::size_t bit = 0; bit < size * 8; ++bit) {
      std::string changed = bytes;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      const int flipped = bits_set(hash ^ hash_bytes(changed, 3));
      EXPECT_GE(flipped, 10) << "size " << size << " bit " << bit;
      total += flipped;
    }
    EXPECT_NEAR(static_cast<double>(total) / static_cast<double>(size * 8), 32.0, 6.0)
        << "size " << size;
    for (unsigned bit = 0; bit < 64; ++bit) {
      EXPECT_GE(bits_set(hash ^ hash_bytes(bytes, 3 ^ std::uint64_t{1} << bit)), 10)
          << "seed bit " << bit;
    }
  }
}

TEST(HashBytes, SpreadsNumberedIdsOverBothEnds) {
  constexpr std::size_t count = 1 << 16;
  constexpr std::size_t bins = 1 << 12;
  std::vector<int> low(bins);
  std::vector<int> high(bins);
  std::set<std::uint64_t> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t hash = hash_bytes("fca_" + std::to_string(i));
    EXPECT_TRUE(seen.insert(hash).second);
    ++low[hash % bins];
    ++high[hash >> 52];
  }
  // The statistic has mean 4095 and standard deviation 90 when the bins fill at random.
  for (const std::vector<int>* counts : {&low, &high}) {
    double chi_square = 0;
    for (const int found : *counts)
      chi_square += (found - 16.0) * (found - 16.0) / 16.0;
    EXPECT_NEAR(chi_square, 4095.0, 500.0);
  }
}

TEST(Digest, HasGoldenValues) {
  Digest digest;
  EXPECT_EQ(digest.value(), 0x6422E7DC1CC0CD1F);
  digest.add("account");
  EXPECT_EQ(digest.value(), 0x1918DDA5CD385DFB);
  digest.add(0);
  EXPECT_EQ(digest.value(), 0x4D0B395F9A78CC77);
  digest.add(std::string_view());
  EXPECT_EQ(digest.value(), 0x26C4EDC93C011F09);
  digest.add(~0ull);
  EXPECT_EQ(digest.value(), 0xEF23271720FD6316);
}

std::uint64_t digest_of(const std::vector<std::string>& values) {
  Digest digest;
  for (const std::string& value : values)
    digest.add(value);
  return digest.value();
}

TEST(Digest, KnowsWhereValuesEnd) {
  std::set<std::uint64_t> distinct;
  for (const std::vector<std::string>& values : std::vector<std::vector<std::string>>{
           {}, {""}, {"", ""}, {"ab"}, {"a", "b"}, {"ab", ""}, {"", "ab"}, {"b", "a"}}) {
    EXPECT_TRUE(distinct.insert(digest_of(values)).second);
  }
}

TEST(Digest, DependsOnOrderAndCountOfNumbers) {
  std::set<std::uint64_t> distinct;
  for (const std::vector<std::uint64_t>& numbers : std::vector<std::vector<std::uint64_t>>{
           {}, {0}, {0, 0}, {1}, {0, 1}, {1, 0}, {1, 1}, {256}}) {
    Digest digest;
    for (const std::uint64_t number : numbers)
      digest.add(number);
    EXPECT_TRUE(distinct.insert(digest.value()).second);
  }
}

TEST(Digest, CopyContinuesAlike) {
  Digest first;
  first.add("common");
  Digest second = first;
  first.add(1);
  EXPECT_NE(first.value(), second.value());
  second.add(1);
  EXPECT_EQ(first.value(), second.value());
}

}  // namespace
}  // namespace fauxbank::detail
