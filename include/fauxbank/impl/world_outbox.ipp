#pragma once

#include <fauxbank/impl/outbox.ipp>
#include <fauxbank/impl/world.ipp>

namespace fauxbank {

FAUXBANK_DECL Outbox& World::outbox() noexcept { return impl_->outbox; }
FAUXBANK_DECL const Outbox& World::outbox() const noexcept { return impl_->outbox; }

FAUXBANK_DECL std::vector<Event> World::events() const {
  const Impl::Lock lock(impl_->mutex);
  const detail::EventLog& log = impl_->state.data().events;
  std::vector<Event> events;
  events.reserve(static_cast<std::size_t>(log.end() - log.first()));
  for (std::uint64_t number = log.first(); number < log.end(); ++number)
    events.push_back(log[number]);
  return events;
}

FAUXBANK_DECL std::size_t World::Impl::WorldOutbox::size() const {
  const Lock lock(world.mutex);
  return detail::waiting_of(world.state.edit()).size();
}

FAUXBANK_DECL std::vector<Event> World::Impl::WorldOutbox::waiting() const {
  const Lock lock(world.mutex);
  return detail::waiting_events(world.state.edit());
}

FAUXBANK_DECL void World::Impl::WorldOutbox::drop(std::size_t place) {
  const Lock lock(world.mutex);
  detail::drop_event(world.state.edit(), place);
}

FAUXBANK_DECL void World::Impl::WorldOutbox::duplicate(std::size_t place) {
  const Lock lock(world.mutex);
  detail::duplicate_event(world.state.edit(), place);
}

FAUXBANK_DECL void World::Impl::WorldOutbox::shuffle(std::uint64_t seed) {
  const Lock lock(world.mutex);
  detail::shuffle_events(world.state.edit(), seed);
}

FAUXBANK_DECL std::optional<EventDelivery> World::Impl::WorldOutbox::take() {
  const Lock lock(world.mutex);
  detail::RuleLog log;
  std::optional<Event> event = detail::take_event(world.state.edit(), log);
  std::optional<EventDelivery> delivery;
  if (event) {
    delivery = detail::delivery_of(std::move(*event), !world.options.compact_json, log);
    delivery->load = world.loads;
  }
  world.counts.add(log.applied());
  return delivery;
}

FAUXBANK_DECL void World::Impl::WorldOutbox::put_back(const EventDelivery& delivery) {
  const Lock lock(world.mutex);
  if (delivery.load != world.loads) return;  // no event of this world any more
  detail::put_back_event(world.state.edit(), delivery.event.number);
}

}  // namespace fauxbank
