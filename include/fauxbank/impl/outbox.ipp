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

/// The queue, to change, with every event in it that has happened.
FAUXBANK_DECL WaitingEvents& waiting_of(StateData& data) {
  if (!data.waiting) {
    data.waiting = make_ref<WaitingEvents>();
  } else if (!data.waiting.unique()) {
    data.waiting = make_ref<WaitingEvents>(*data.waiting);
  }
  WaitingEvents& queue = *data.waiting;
  for (; queue.queued < data.outbox.size(); ++queue.queued)
    queue.order.push_back(static_cast<std::uint32_t>(queue.queued));
  return queue;
}

FAUXBANK_DECL std::uint32_t& place_of(WaitingEvents& queue, std::size_t place) {
  if (place < queue.size()) return queue.order[queue.first + place];
  throw_misuse("outbox: no event at place " + std::to_string(place) + ": " +
               std::to_string(queue.size()) + " wait");
}

FAUXBANK_DECL std::vector<Event> waiting_events(const StateData& data) {
  std::vector<Event> events;
  std::size_t queued = 0;
  if (data.waiting) {
    queued = data.waiting->queued;
    for (std::size_t i = data.waiting->first; i < data.waiting->order.size(); ++i)
      events.push_back(data.outbox[data.waiting->order[i]]);
  }
  for (; queued < data.outbox.size(); ++queued)
    events.push_back(data.outbox[queued]);
  return events;
}

/// The next event, out of the queue; nothing when none waits.
FAUXBANK_DECL std::optional<Event> take_event(StateData& data, RuleLog& log) {
  WaitingEvents& queue = waiting_of(data);
  if (queue.size() == 0) return std::nullopt;
  if (!log.apply(Rule::event_outbox))
    std::rotate(queue.order.begin() + static_cast<std::ptrdiff_t>(queue.first),
                queue.order.end() - 1, queue.order.end());
  const Event event = data.outbox[queue.order[queue.first++]];
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
  const auto index = static_cast<std::uint32_t>(number - 1);
  if (queue.first > 0) {
    queue.order[--queue.first] = index;
  } else {
    queue.order.insert(queue.order.begin(), index);
  }
}

FAUXBANK_DECL void drop_event(StateData& data, std::size_t place) {
  WaitingEvents& queue = waiting_of(data);
  const std::uint32_t* at = &place_of(queue, place);
  queue.order.erase(queue.order.begin() + (at - queue.order.data()));
}

FAUXBANK_DECL void duplicate_event(StateData& data, std::size_t place) {
  WaitingEvents& queue = waiting_of(data);
  const std::uint32_t* at = &place_of(queue, place);
  const std::uint32_t index = *at;
  queue.order.insert(queue.order.begin() + (at - queue.order.data()) + 1, index);
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
