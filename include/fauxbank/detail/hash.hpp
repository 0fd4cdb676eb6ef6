#pragma once

/// \file
/// Hashes and digests of bytes that are the same on every platform.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <fauxbank/detail/ref.hpp>

namespace fauxbank::detail {

// The results below are part of digests that every platform must agree on: changing a constant
// changes committed golden values.
namespace hashing {

// The first hexadecimal digits of the fraction of pi, made odd.
inline constexpr std::uint64_t kPi0 = 0x243F6A8885A308D3;
inline constexpr std::uint64_t kPi1 = 0x13198A2E03707345;
inline constexpr std::uint64_t kPi2 = 0xA4093822299F31D1;
inline constexpr std::uint64_t kPi3 = 0x082EFA98EC4E6C89;

/// The two halves of the 128-bit product, combined; for compilers without a 128-bit integer.
[[nodiscard]] constexpr std::uint64_t fold_by_halves(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t kLowHalf = 0xFFFFFFFF;
  const std::uint64_t low = (a & kLowHalf) * (b & kLowHalf);
  const std::uint64_t cross = (a >> 32) * (b & kLowHalf) + (low >> 32);
  const std::uint64_t middle = (a & kLowHalf) * (b >> 32) + (cross & kLowHalf);
  const std::uint64_t high = (a >> 32) * (b >> 32) + (cross >> 32) + (middle >> 32);
  return high ^ (middle << 32 | (low & kLowHalf));
}

/// Spread every bit of both numbers over the result: the halves of their 128-bit product, combined.
[[nodiscard]] constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
#ifdef __SIZEOF_INT128__
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
#else
  return fold_by_halves(a, b);
#endif
}

/// A mixing permutation: different inputs never meet, which `fold` alone does not promise.
[[nodiscard]] constexpr std::uint64_t scramble(std::uint64_t value) noexcept {
  value = (value ^ value >> 32) * kPi2;
  value = (value ^ value >> 29) * kPi1;
  return value ^ value >> 32;
}

/// Read a little-endian word.
template <class Word>
[[nodiscard]] inline std::uint64_t load(const char* bytes) noexcept {
  const std::uint64_t word = words::load<Word>(bytes);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap64(word) >> (sizeof word - sizeof(Word)) * 8;
#else
  return word;
#endif
}

}  // namespace hashing

/// Hash bytes to 64 well mixed bits: equal on every platform, not meant to withstand an attacker.
[[nodiscard]] inline std::uint64_t hash_bytes(std::string_view bytes,
                                              std::uint64_t seed = 0) noexcept {
  using namespace hashing;
  const char* at = bytes.data();
  const std::size_t size = bytes.size();
  std::uint64_t state = seed ^ kPi0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (size >= 8) [[likely]] {
    // Whole blocks, then the last 16 bytes, whatever was read of them before. Fewer: two words.
    for (const char* end = at + size; end - at > 16; at += 16) {
      state = fold(load<std::uint64_t>(at) ^ kPi1, load<std::uint64_t>(at + 8) ^ state);
    }
    const char* end = bytes.data() + size;
    first = load<std::uint64_t>(size >= 16 ? end - 16 : at);
    last = load<std::uint64_t>(end - 8);
  } else if (size >= 4) {
    first = load<std::uint32_t>(at);
    last = load<std::uint32_t>(at + size - 4);
  } else {
    for (const char byte : bytes)
      first = first << 8 | static_cast<unsigned char>(byte);
  }
  return fold(fold(first ^ kPi1, last ^ state) ^ kPi2, size ^ kPi3);
}

/// A digest of a sequence of values, equal on every platform. Every value counts with its length:
/// ("a", "b") differs from ("ab", "").
class Digest {
 public:
  void add(std::string_view bytes) noexcept {
    state_ = hash_bytes(bytes, hashing::scramble(state_));
  }

  void add(std::uint64_t number) noexcept {
    state_ = hashing::scramble(state_ * hashing::kPi3 + number) + hashing::kPi0;
  }

  [[nodiscard]] std::uint64_t value() const noexcept { return hashing::scramble(state_); }

 private:
  std::uint64_t state_ = hashing::kPi3;
};

}  // namespace fauxbank::detail
