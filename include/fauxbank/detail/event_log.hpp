#pragma once

// The events of a world, and which of them wait for delivery (rule event.outbox).

#include <cstddef>
#include <cstdint>
#include <vector>

#include <fauxbank/detail/cow_vector.hpp>
#include <fauxbank/engine.hpp>

namespace fauxbank::detail {

/// The newest events of a world, delivered or not, by their numbers. Older ones are forgotten, so
/// that a world does not grow with the length of its test.
class EventLog {
 public:
  /// \param room how many are kept at most
  /// \param before the number of the last event that came before this log
  explicit EventLog(std::size_t room = 0, std::uint64_t before = 0) noexcept
      : start_(before + 1), end_(before + 1), room_(room) {}

  std::size_t room() const noexcept { return room_; }
  /// The number of the first that ever came.
  std::uint64_t start() const noexcept { return start_; }
  /// The number of the oldest that is kept; the end when none is.
  std::uint64_t first() const noexcept { return end_ - kept_.size(); }
  /// The number of the next that comes.
  std::uint64_t end() const noexcept { return end_; }

  /// Preconditions: first() <= number < end().
  const Event& operator[](std::uint64_t number) const noexcept { return kept_[place(number)]; }

  /// Preconditions: the event's number is the end.
  void push_back(const Event& event) {
    if (kept_.size() < room_) {
      kept_.push_back(event);
    } else if (room_ != 0) {
      kept_.mut(place(end_)) = event;
    }
    ++end_;
  }

 private:
  /// When there is no more room, an event takes the place of the oldest.
  std::size_t place(std::uint64_t number) const noexcept {
    return static_cast<std::size_t>((number - start_) % room_);
  }

  CowVector<Event> kept_;
  std::uint64_t start_;
  std::uint64_t end_;
  std::size_t room_;
};

/// The events that wait for delivery, by their numbers. Filled when somebody looks, so that a world
/// whose events nobody delivers does not pay for it.
struct WaitingEvents : RefCounted {
  explicit WaitingEvents(std::uint64_t start) noexcept : queued(start), kept(start) {}

  std::vector<std::uint64_t> order;
  std::size_t first = 0;   // of those in `order` that still wait
  std::uint64_t queued;    // the first event that has not been put into `order`
  std::uint64_t kept;      // the first event that the log kept when `order` was looked through
  std::uint64_t lost = 0;  // events that waited when the log forgot them, not yet told of

  std::size_t size() const noexcept { return order.size() - first; }
};

}  // namespace fauxbank::detail
