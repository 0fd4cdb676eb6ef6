#pragma once

/// \file
/// Events on their way to a webhook. They wait until the test delivers them; nothing is sent by
/// itself.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fauxbank/engine.hpp>

namespace fauxbank {

/// One event as a webhook receives it.
struct EventDelivery {
  Event event;
  std::string id;          ///< `evt_…`; a duplicate has the id of the first
  std::string type;        ///< `financial_connections.account.disconnected`
  std::string body;        ///< the event object, to be signed and sent as it is (rule event.object)
  std::uint64_t load = 0;  ///< how many scenarios its world had loaded; private use
};

/// The events of a world that wait for delivery, in order.
///
/// ```cpp
/// world.outbox().duplicate();                      // at least once, not exactly once
/// world.outbox().shuffle(7);                       // and in no particular order
/// world.outbox().deliver_all([&](const EventDelivery& d) { webhook.receive(d.body); });
/// ```
///
/// A receiver runs outside the world's lock and may call the world. Places count from 0, the next
/// to be delivered.
///
/// It keeps the newest `WorldOptions::outbox_events` events. When others have waited, the next
/// delivery says so by a `Misuse`; the one after that goes on with what is left.
///
/// Rules: event.outbox, event.object. Determinism: `shuffle` depends on its seed alone.
/// Thread safety: any thread at any time, like the world.
class Outbox {
 public:
  Outbox() = default;
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;
  virtual ~Outbox() = default;

  /// How many events wait.
  virtual std::size_t size() const = 0;
  bool empty() const { return size() == 0; }
  /// The events that wait, in order of delivery.
  virtual std::vector<Event> waiting() const = 0;

  /// Hand the next event to `receive(const EventDelivery&)`. A receiver that returns false, or a
  /// status that is not 2xx, or that throws, has not accepted it: the event stays the next.
  /// \returns whether an event was accepted; false also when none waits
  /// \throws Misuse when events that waited are lost, once
  template <class F>
  bool deliver(F&& receive) {
    std::optional<EventDelivery> next = take();
    if (!next) return false;
    PutBack put_back{*this, *next};
    put_back.armed = !accepted(receive, std::as_const(*next));
    return !put_back.armed;
  }

  /// Deliver what waits now, one after the other, until a receiver does not accept. Events that
  /// come up meanwhile wait on.
  /// \returns how many were accepted
  /// \throws Misuse when events that waited are lost, once; also in between, when those that come
  ///   up meanwhile push them out
  template <class F>
  std::size_t deliver_all(F&& receive) {
    std::size_t done = 0;
    const std::size_t waiting = size();
    // Tried also when none waits: those that are lost may have been all.
    for (std::size_t left = waiting == 0 ? 1 : waiting; left > 0 && deliver(receive); --left)
      ++done;
    return done;
  }

  /// Lose an event. \throws Misuse when none waits at this place
  virtual void drop(std::size_t place = 0) = 0;
  /// Let an event wait once more, right behind itself. \throws Misuse when none waits at this place
  virtual void duplicate(std::size_t place = 0) = 0;
  /// Put the events that wait now into another order.
  virtual void shuffle(std::uint64_t seed) = 0;

 protected:
  virtual std::optional<EventDelivery> take() = 0;
  virtual void put_back(const EventDelivery& delivery) = 0;

 private:
  struct PutBack {
    Outbox& outbox;
    const EventDelivery& delivery;
    bool armed = true;
    PutBack(Outbox& to, const EventDelivery& what) : outbox(to), delivery(what) {}
    PutBack(const PutBack&) = delete;
    PutBack& operator=(const PutBack&) = delete;
    ~PutBack() {
      if (armed) outbox.put_back(delivery);
    }
  };

  template <class F>
  static bool accepted(F& receive, const EventDelivery& delivery) {
    using Said = decltype(receive(delivery));
    if constexpr (std::is_void_v<Said>) {
      receive(delivery);
      return true;
    } else if constexpr (std::is_same_v<Said, bool>) {
      return receive(delivery);
    } else {
      const int status = receive(delivery);
      return status >= 200 && status < 300;
    }
  }
};

}  // namespace fauxbank
