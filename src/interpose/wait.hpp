#pragma once

// How a client waits, however it spells it. Private to src/interpose.

#include <algorithm>
#include <cstdint>

#include "real.hpp"
#include "registry.hpp"

namespace fauxbank::interpose {

inline constexpr std::int64_t kForEver = -1;
inline constexpr std::int64_t kMillisecond = 1'000'000;

/// A time-out; what is beyond the centuries that fit is for ever.
inline std::int64_t limit_ns(std::int64_t seconds, std::int64_t ns) noexcept {
  return seconds > 9'000'000'000 ? kForEver : seconds * 1'000'000'000 + ns;
}

/// The machine's own time.
inline std::int64_t real_now_ns() noexcept {
  timespec now{};
  real().clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

inline Awaited first_awaited(const Connections& ours) {
  Awaited first;
  for (const auto& connection : ours) {
    const Awaited one = connection->awaited();
    if (one.kind == Awaited::Kind::nothing) continue;
    const bool sooner = one.kind == Awaited::Kind::later &&
                        (first.kind != Awaited::Kind::later || one.in_ns < first.in_ns);
    if (first.kind == Awaited::Kind::nothing || sooner) first = one;
  }
  return first;
}

inline void give_up_on_silent(const Connections& ours) {
  for (const auto& connection : ours) {
    if (connection->awaited().kind == Awaited::Kind::never) connection->give_up();
  }
}

/// Wait on descriptors some of which are ours.
///
/// \param timeout_ns negative: for ever
/// \param only_ours whether nothing but our connections could end the wait
/// \param wait_for called with a time in ns, does the real thing; returns as `poll` does
template <class F>
int wait(const Connections& ours, std::int64_t timeout_ns, bool only_ours, F wait_for) {
  if (ours.empty()) return wait_for(timeout_ns);
  // Another thread may send what makes a connection of ours fall silent, or need the pump.
  constexpr std::int64_t kSlice = 20 * kMillisecond;
  const bool is_virtual = ours.front()->guard().options.virtual_time;
  const std::int64_t patience =
      std::chrono::nanoseconds(ours.front()->guard().options.patience).count();
  std::int64_t waited = 0;  // really
  for (;;) {
    for (const auto& connection : ours)
      connection->pump();
    const int ready = wait_for(0);
    if (ready != 0 || timeout_ns == 0) return ready;

    const std::int64_t left = timeout_ns < 0 ? kForEver : timeout_ns - waited;
    const Awaited next = first_awaited(ours);
    if (is_virtual && next.kind == Awaited::Kind::later && (left < 0 || next.in_ns <= left)) {
      Registry::get().let_pass(next.in_ns);
      if (timeout_ns > 0) timeout_ns = std::max<std::int64_t>(timeout_ns - next.in_ns, 1);
      continue;
    }
    if (is_virtual && next.kind != Awaited::Kind::nothing && left >= 0) {
      Registry::get().let_pass(left);
      for (const auto& connection : ours) {
        if (connection->awaited().kind == Awaited::Kind::never && connection->has_waited(left))
          connection->give_up();
      }
      return 0;
    }
    if (next.kind == Awaited::Kind::never && left < 0 && (only_ours || waited >= patience)) {
      give_up_on_silent(ours);
      continue;
    }
    if (left == 0) return 0;
    const std::int64_t slice = left < 0 ? kSlice : std::min(left, kSlice);
    const int later = wait_for(slice);
    if (later != 0) return later;
    waited += slice;
  }
}

}  // namespace fauxbank::interpose
