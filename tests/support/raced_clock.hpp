#pragma once

// A clock that is shared with somebody, always at the worst moment.

#include <cstddef>
#include <optional>

#include <fauxbank/clock.hpp>

namespace fauxbank::testing {

/// Moves on by 3 s behind the back of everybody who looks at it, as another thread may.
class RacedClock final : public VirtualClock {
 public:
  /// Delays after which each of the first looks is the last one that still comes in time.
  static constexpr Milliseconds kDelays[] = {Milliseconds{1'000}, Milliseconds{4'000},
                                             Milliseconds{7'000}, Milliseconds{10'000},
                                             Milliseconds{13'000}};

  explicit RacedClock(VirtualClock& clock) : clock_(clock) {}

  Instant now() const override {
    const Instant seen = clock_.now();
    clock_.advance(Milliseconds{3'000});
    return seen;
  }
  void advance_to(Instant at) override { clock_.advance_to(at); }
  void reach(Instant at) override { clock_.reach(at); }
  void advance(Milliseconds by) override { clock_.advance(by); }
  bool advance_to_next() override { return clock_.advance_to_next(); }
  std::optional<Instant> next_due() const override { return clock_.next_due(); }
  std::size_t pending() const override { return clock_.pending(); }

 private:
  VirtualClock& clock_;
};

}  // namespace fauxbank::testing
