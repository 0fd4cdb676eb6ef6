#pragma once

/// \file
/// Seeded randomness with its own distributions: the same draws on every compiler and platform.

#include <cstdint>
#include <string>
#include <string_view>

#include <fauxbank/detail/config.hpp>

namespace fauxbank {

/// One stream per concern, so that a draw for one never shifts another.
enum class RandomStream : std::uint64_t { defaults = 1, faults, latency, delivery, test };

/// A pseudo-random generator (xoshiro256**): 32 bytes, copyable; a copy continues alike.
///
/// Not for secrets. Determinism: the sequence depends on seed and stream alone.
class Random {
 public:
  Random(std::uint64_t seed, RandomStream stream) noexcept;

  /// Draw 64 uniform bits.
  std::uint64_t next() noexcept;

  /// Draw a number in [0, bound), without bias.
  /// \param bound at least 1
  std::uint64_t below(std::uint64_t bound) noexcept;

  /// Draw a number in [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept;

  /// Draw true with the given probability: never at 0, always at 1.
  bool chance(double probability) noexcept;

  friend bool operator==(const Random&, const Random&) = default;

 private:
  std::uint64_t state_[4];
};

/// What an id names. Each kind counts for itself: a request more never changes an account's id.
enum class IdKind : std::uint8_t {
  account,
  request,
  transaction_refresh,
  ownership,
  owner,
  session,
  transaction,
  event,
  count_
};

/// An id on the stack; requests need one each and should not pay an allocation for it.
class MintedId {
 public:
  static constexpr std::size_t kMaxSize = 34;

  std::string_view view() const noexcept { return {text_, size_}; }

 private:
  friend class IdMint;
  char text_[kMaxSize];
  unsigned char size_ = 0;
};

inline std::string_view to_string(const MintedId& id) noexcept { return id.view(); }

/// Makes ids that look like the service's, from the seed: unique per world and kind by construction
/// (a bijection of a counter), and independent of what other kinds were made.
class IdMint {
 public:
  explicit IdMint(std::uint64_t seed) noexcept : seed_(seed) {}

  /// Make the next id of a kind, prefix included (`fca_1…`, `req_…`).
  MintedId next(IdKind kind) noexcept { return make(seed_, kind, skip(kind)); }

  /// Count an id without making it; `make` with the number that is returned makes it later.
  std::uint64_t skip(IdKind kind) noexcept { return ++made_[static_cast<std::size_t>(kind)]; }
  /// How many were made or counted.
  std::uint64_t made(IdKind kind) const noexcept { return made_[static_cast<std::size_t>(kind)]; }
  std::uint64_t seed() const noexcept { return seed_; }
  /// The `number`-th id of a kind, from 1.
  static MintedId make(std::uint64_t seed, IdKind kind, std::uint64_t number) noexcept;

  /// Go on after so many.
  void resume(IdKind kind, std::uint64_t made) noexcept {
    made_[static_cast<std::size_t>(kind)] = made;
  }

  friend bool operator==(const IdMint&, const IdMint&) = default;

 private:
  std::uint64_t seed_;
  std::uint64_t made_[static_cast<std::size_t>(IdKind::count_)] = {};
};

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/random.ipp>
#endif
