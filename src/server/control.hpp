#pragma once

// The control paths of a server: what a test or a person does to the served world from outside.

#include <chrono>
#include <string_view>
#include <utility>

#include <fauxbank/server.hpp>
#include <fauxbank/world.hpp>

#include "courier.hpp"

namespace fauxbank::detail {

/// World time as the served world follows it.
class FollowedClock {
 public:
  FollowedClock(World& world, ServerClock mode) : world_(&world), mode_(mode) { anchor(); }

  /// Let the world catch up with the machine's clock, where it follows it.
  void follow() {
    if (mode_ == ServerClock::manual) return;
    const auto passed = std::chrono::duration_cast<Milliseconds>(Steady::now() - from_);
    world_->clock().reach(later(base_, passed));
  }
  /// Start anew from the world's present, which somebody has moved.
  void anchor() {
    base_ = world_->clock().now();
    from_ = Steady::now();
  }
  ServerClock mode() const noexcept { return mode_; }

 private:
  using Steady = std::chrono::steady_clock;
  World* world_;
  ServerClock mode_;
  Instant base_{};
  Steady::time_point from_{};
};

/// Answers the paths below `/_fauxbank/`.
class Control {
 public:
  Control(World& world, FollowedClock& clock, Courier& courier, const ServerOptions& options)
      : world_(world), clock_(clock), courier_(courier), options_(options), start_(world.fork()) {}

  static bool is_control(std::string_view target) noexcept;
  /// Answer a request to a control path. Refusals have a status and a message and change nothing.
  Response handle(const Request& request);
  /// Whether the world has been reset since the last time that was asked.
  bool take_was_reset() noexcept { return std::exchange(was_reset_, false); }
  /// Whether the answer is still to be made, by the courier.
  bool take_is_deferred() noexcept { return std::exchange(is_deferred_, false); }

 private:
  struct Call;
  Response advance(const Call& call);
  Response reset(const Call& call);
  Response complete(const Call& call);
  Response act(const Call& call);
  Response clock(const Call& call);
  Response journal(const Call& call);
  Response events(const Call& call);
  Response faults(const Call& call);
  Response inject(const Call& call);
  Response accounts(const Call& call);
  Response page(const Call& call);
  Response outbox(const Call& call);
  Response deliver(const Call& call);
  Response drop(const Call& call);
  Response duplicate(const Call& call);
  Response shuffle(const Call& call);

  World& world_;
  FollowedClock& clock_;
  Courier& courier_;
  const ServerOptions& options_;
  World start_;  // what reset goes back to
  bool was_reset_ = false;
  bool is_deferred_ = false;
};

}  // namespace fauxbank::detail
