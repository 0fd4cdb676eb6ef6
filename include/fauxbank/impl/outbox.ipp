#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <fauxbank/detail/print.hpp>
#include <fauxbank/detail/state.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/outbox.hpp>

namespace fauxbank {

namespace detail {

/// Take out of the queue what the log has forgotten.
FAUXBANK_DECL void forget_lost(WaitingEvents& queue, std::uint64_t first) {
  if (queue.kept == first) return;
  queue.kept = first;
  const auto left = std::remove_if(queue.order.begin() + static_cast<std::ptrdiff_t>(queue.first),
                                   queue.order.end(), [&](auto number) { return number < first; });
  queue.lost += static_cast<std::uint64_t>(queue.order.end() - left);
  queue.order.erase(left, queue.order.end());
  if (queue.queued >= first) return;
  queue.lost += first - queue.queued;
  queue.queued = first;
}

/// The queue, to change, with every event in it that has happened.
FAUXBANK_DECL WaitingEvents& waiting_of(StateData& data) {
  if (!data.waiting) {
    data.waiting = make_ref<WaitingEvents>(data.events.start());
  } else if (!data.waiting.unique()) {
    data.waiting = make_ref<WaitingEvents>(*data.waiting);
  }
  WaitingEvents& queue = *data.waiting;
  forget_lost(queue, data.events.first());
  for (; queue.queued < data.events.end(); ++queue.queued)
    queue.order.push_back(queue.queued);
  return queue;
}

FAUXBANK_DECL std::uint64_t& place_of(WaitingEvents& queue, std::size_t place) {
  if (place < queue.size()) return queue.order[queue.first + place];
  throw_misuse("outbox: no event at place " + std::to_string(place) + ": " +
               std::to_string(queue.size()) + " wait");
}

FAUXBANK_DECL std::vector<Event> waiting_events(StateData& data) {
  const WaitingEvents& queue = waiting_of(data);
  std::vector<Event> events;
  events.reserve(queue.size());
  for (std::size_t i = queue.first; i < queue.order.size(); ++i)
    events.push_back(data.events[queue.order[i]]);
  return events;
}

FAUXBANK_DECL std::string lost_events(std::uint64_t lost, std::size_t room) {
  return "outbox: the oldest " + std::to_string(lost) +
         " of the events that waited are lost; it keeps the newest " + std::to_string(room) +
         " (WorldOptions::outbox_events)";
}

/// The next event, out of the queue; nothing when none waits.
/// \throws Misuse when events that waited are lost, once
FAUXBANK_DECL std::optional<Event> take_event(StateData& data, RuleLog& log) {
  WaitingEvents& queue = waiting_of(data);
  if (const std::uint64_t lost = std::exchange(queue.lost, 0); lost != 0)
    throw_misuse(lost_events(lost, data.events.room()));
  if (queue.size() == 0) return std::nullopt;
  if (!log.apply(Rule::event_outbox))
    std::rotate(queue.order.begin() + static_cast<std::ptrdiff_t>(queue.first),
                queue.order.end() - 1, queue.order.end());
  const Event event = data.events[queue.order[queue.first++]];
  // Moving the rest down once for every `first` that were taken keeps each constant on average.
  if (queue.first * 2 > queue.order.size()) {
    queue.order.erase(queue.order.begin(),
                      queue.order.begin() + static_cast<std::ptrdiff_t>(queue.first));
    queue.first = 0;
  }
  return event;
}

FAUXBANK_DECL void put_back_event(StateData& data, std::uint64_t number) {
  WaitingEvents& queue = waiting_of(data);
  if (number < data.events.first()) {
    ++queue.lost;
  } else if (queue.first > 0) {
    queue.order[--queue.first] = number;
  } else {
    queue.order.insert(queue.order.begin(), number);
  }
}

FAUXBANK_DECL void drop_event(StateData& data, std::size_t place) {
  WaitingEvents& queue = waiting_of(data);
  const std::uint64_t* at = &place_of(queue, place);
  queue.order.erase(queue.order.begin() + (at - queue.order.data()));
}

FAUXBANK_DECL void duplicate_event(StateData& data, std::size_t place) {
  WaitingEvents& queue = waiting_of(data);
  const std::uint64_t* at = &place_of(queue, place);
  const std::uint64_t number = *at;
  queue.order.insert(queue.order.begin() + (at - queue.order.data()) + 1, number);
}

FAUXBANK_DECL void shuffle_events(StateData& data, std::uint64_t seed) {
  WaitingEvents& queue = waiting_of(data);
  Random random(seed, RandomStream::delivery);
  for (std::size_t left = queue.size(); left > 1; --left)
    std::swap(queue.order[queue.first + left - 1],
              queue.order[queue.first + static_cast<std::size_t>(random.below(left))]);
}

FAUXBANK_DECL EventDelivery delivery_of(Event event, bool pretty, RuleLog& log) {
  Buffer buffer;
  AccountPrinter(buffer, pretty, Form::current, log).event(event);
  EventDelivery delivery{std::move(event), {}, {}, std::string(buffer.view())};
  delivery.id = delivery.event.id().view();
  delivery.type = "financial_connections.account." + std::string(to_string(delivery.event.kind));
  return delivery;
}

}  // namespace detail
}  // namespace fauxbank
