#pragma once

#include <array>
#include <cstring>

#include <fauxbank/random.hpp>

namespace fauxbank {
namespace detail {

/// A bijection of 64 bits that scatters them well (the finaliser of SplitMix64).
constexpr std::uint64_t scatter(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15u;

constexpr std::uint64_t rotate_left(std::uint64_t x, int by) noexcept {
  return (x << by) | (x >> (64 - by));
}

/// All pairs of base-62 digits, so that an id takes half the steps.
inline constexpr auto kDigitPairs = [] {
  constexpr char kDigits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::array<std::array<char, 2>, 62 * 62> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i)
    pairs[i] = {kDigits[i / 62], kDigits[i % 62]};
  return pairs;
}();

/// Six digits of base 62 hold 32 bits and more, so the mapping is one to one.
inline char* put_base62(char* out, std::uint32_t bits) noexcept {
  std::uint64_t product = bits;
  const auto pair_of_fraction = [&] {
    product = std::uint64_t{static_cast<std::uint32_t>(product)} * kDigitPairs.size();
    return kDigitPairs[product >> 32].data();
  };
  std::memcpy(out, pair_of_fraction(), 2);
  std::memcpy(out + 2, pair_of_fraction(), 2);
  std::memcpy(out + 4, pair_of_fraction(), 2);
  return out + 6;
}

struct IdShape {
  char prefix[10];  // always copied whole
  unsigned char prefix_size;
  unsigned char size;  // at least 12 characters follow the prefix, which carry the 64 bits
};

template <std::size_t N>
constexpr IdShape id_shape(const char (&prefix)[N], unsigned length) noexcept {
  IdShape shape{{}, N - 1, static_cast<unsigned char>(N - 1 + length)};
  for (std::size_t i = 0; i + 1 < N; ++i)
    shape.prefix[i] = prefix[i];
  return shape;
}

/// By kind.
inline constexpr std::array<IdShape, static_cast<std::size_t>(IdKind::count_)> kIdShapes = {
    id_shape("fca_1", 23),     id_shape("req_", 14),     id_shape("fctxnref_", 24),
    id_shape("fcaowns_1", 23), id_shape("fcaown_1", 23), id_shape("fcsess_1", 23),
    id_shape("fctxn_1", 23),   id_shape("evt_1", 23)};

}  // namespace detail

FAUXBANK_DECL Random::Random(std::uint64_t seed, RandomStream stream) noexcept : state_{} {
  std::uint64_t x = detail::scatter(seed + detail::kGolden) ^
                    detail::scatter(static_cast<std::uint64_t>(stream) * detail::kGolden);
  for (std::uint64_t& word : state_)
    word = detail::scatter(x += detail::kGolden);
}

FAUXBANK_DECL std::uint64_t Random::next() noexcept {
  const std::uint64_t result = detail::rotate_left(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = detail::rotate_left(state_[3], 45);
  return result;
}

FAUXBANK_DECL std::uint64_t Random::below(std::uint64_t bound) noexcept {
  // Draws under 2^64 mod bound would favour small results: draw again.
  const std::uint64_t floor = (0 - bound) % bound;
  std::uint64_t draw = next();
  while (draw < floor)
    draw = next();
  return draw % bound;
}

FAUXBANK_DECL std::int64_t Random::between(std::int64_t low, std::int64_t high) noexcept {
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  const std::uint64_t offset = span == 0 ? next() : below(span);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

FAUXBANK_DECL bool Random::chance(double probability) noexcept {
  return static_cast<double>(next() >> 11) * 0x1p-53 < probability;
}

FAUXBANK_DECL MintedId IdMint::make(std::uint64_t seed, IdKind kind,
                                    std::uint64_t number) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  const detail::IdShape& shape = detail::kIdShapes[index];
  const std::uint64_t key = detail::scatter(seed ^ ((index + 1) * detail::kGolden));
  const std::uint64_t unique = detail::scatter(key + number);
  const std::uint64_t filler = detail::scatter(unique ^ detail::kGolden);
  MintedId id;
  static_assert(sizeof id.text_ >= 9 + 24);
  std::memcpy(id.text_, shape.prefix, sizeof shape.prefix);
  char* out = id.text_ + shape.prefix_size;
  out = detail::put_base62(out, static_cast<std::uint32_t>(unique >> 32));
  out = detail::put_base62(out, static_cast<std::uint32_t>(unique));
  out = detail::put_base62(out, static_cast<std::uint32_t>(filler >> 32));
  if (shape.size > shape.prefix_size + 18)
    detail::put_base62(out, static_cast<std::uint32_t>(filler));
  id.size_ = shape.size;
  return id;
}

}  // namespace fauxbank
