#pragma once

/// \file
/// Virtual time. Nothing in the library reads the machine's clock; time moves when the test says
/// so.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/detail/config.hpp>

namespace fauxbank {

using Milliseconds = std::chrono::milliseconds;

/// World time: milliseconds since 1970-01-01T00:00:00Z (rule time.due).
using Instant = std::chrono::sys_time<Milliseconds>;

/// The clock of one world, as the test and the code under test see it.
///
/// Moving the clock applies everything that falls due on the way, each thing at its own instant
/// (rules time.due, time.ties). Time never goes back.
///
/// Thread safety: as the world that owns it; any thread may call any member.
class VirtualClock {
 public:
  VirtualClock() = default;
  VirtualClock(const VirtualClock&) = delete;
  VirtualClock& operator=(const VirtualClock&) = delete;
  virtual ~VirtualClock() = default;

  /// Tell the current world time.
  virtual Instant now() const = 0;

  /// Move to `at`, applying what falls due up to and including it.
  /// \throws Misuse when `at` lies in the past.
  virtual void advance_to(Instant at) = 0;

  /// Move to `at` in one step, unless that is past already: what another thread may have seen to.
  /// \throws Misuse when `at` lies past the year 9999.
  virtual void reach(Instant at) = 0;

  /// Move by `by`, as `advance_to(now() + by)` in one step.
  /// \param by not negative
  /// \throws Misuse when `by` is negative or leads past the year 9999.
  virtual void advance(Milliseconds by) = 0;

  /// Move to the next instant at which something is due and apply all that is due there.
  /// \returns false, and does not move, when nothing is due ever.
  virtual bool advance_to_next() = 0;

  /// Tell when something is due next, if ever.
  virtual std::optional<Instant> next_due() const = 0;

  /// Count the timers that wait: timeline entries, completions of refreshes and daily refreshes.
  virtual std::size_t pending() const = 0;

  /// Stand in for a real sleep in the code under test: takes no real time, advances the world.
  void sleep_for(Milliseconds by) { advance(by); }
};

/// Print an instant as RFC 3339 in UTC, with milliseconds only when there are any.
std::string to_string(Instant at);

/// Read an RFC 3339 instant (`2023-04-13T19:00:00Z`, with optional fraction and offset).
/// \returns nothing when the text is not one, or lies outside the years 1970 to 9999.
std::optional<Instant> parse_instant(std::string_view text);

namespace detail {

/// The last instant that can be printed: 9999-12-31T23:59:59.999Z.
inline constexpr std::int64_t kLastInstantMs = 253402300799999;

constexpr std::int64_t floor_seconds(std::int64_t ms) noexcept {
  return ms / 1000 - (ms % 1000 < 0 ? 1 : 0);
}

constexpr std::int64_t ceil_seconds(std::int64_t ms) noexcept { return -floor_seconds(-ms); }

constexpr std::int64_t to_ms(Instant at) noexcept { return at.time_since_epoch().count(); }

constexpr Instant from_ms(std::int64_t ms) noexcept { return Instant{Milliseconds{ms}}; }

/// `now + by`, or the last instant where that comes first: nothing overflows.
constexpr Instant later(Instant now, Milliseconds by) noexcept {
  const Milliseconds left = from_ms(kLastInstantMs) - now;
  return now + (by < left ? by : left);
}

}  // namespace detail
}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/clock.ipp>
#endif
