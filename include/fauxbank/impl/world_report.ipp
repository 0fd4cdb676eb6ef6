#pragma once

#include <utility>

#include <fauxbank/detail/entry_text.hpp>
#include <fauxbank/detail/explain.hpp>
#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/state.hpp>
#include <fauxbank/http/service.hpp>
#include <fauxbank/impl/outbox.ipp>
#include <fauxbank/impl/world.ipp>
#include <fauxbank/world.hpp>

namespace fauxbank {

FAUXBANK_DECL std::string to_string(const WorldOptions& options) {
  return to_string(ServiceOptions{options.keys, options.compact_json}) + ", journal of at most " +
         std::to_string(options.journal_entries) + " entries and " +
         std::to_string(options.journal_bytes) + " bytes, outbox of at most " +
         std::to_string(options.outbox_events) + " events";
}

FAUXBANK_DECL std::string to_string(const Explanation& explanation) { return explanation.text; }

FAUXBANK_DECL std::string to_string(const Leftover& leftover) {
  return std::string(to_string(leftover.kind)).append(": ").append(leftover.text);
}

FAUXBANK_DECL std::string to_string(const World& world) { return to_string(world.state()); }

FAUXBANK_DECL Explanation World::explain(const Request& request) const {
  // A world beside this one, where nobody sees what is tried.
  Impl other(state(), impl_->options);
  other.settle();
  Answer answer = other.service.handle(other.state, request);
  if (answer.outcome.refusal) detail::scrub_live_keys(answer.outcome.refusal->message);
  const auto entry = other.request_entry(request, answer);
  Explanation explanation{entry->status, entry->refused_by, entry->rules,
                          fauxbank::explain(*entry)};
  for (const Change& change : entry->changes)
    explanation.text.append("; ").append(to_string(change));
  return explanation;
}

namespace detail {

FAUXBANK_DECL void add_pending(const State& state, std::vector<Leftover>& found) {
  const auto& accounts = state.data().accounts;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const AccountRecord& record = *accounts[i];
    for (Feature feature : FeatureSet::all()) {
      const RefreshRecord* refresh = record.of(feature);
      if (refresh == nullptr || !refresh->pending() ||
          refresh->kind != Completion::Kind::manually) {
        continue;
      }
      std::string text("the ");
      text.append(to_string(feature)).append(" refresh of ").append(quoted(record.id()));
      text.append(" is in flight since ").append(to_string(refresh->hash.last_attempted_at));
      text.append(": only World::complete_refresh ends it");
      found.push_back({LeftoverKind::pending_refresh, std::move(text)});
    }
  }
}

}  // namespace detail

FAUXBANK_DECL Account World::link(std::string_view session, const AccountSpec& spec) {
  const Impl::Lock lock(impl_->mutex);
  const SessionSpec* found = impl_->state.data().find_session(session);
  if (found == nullptr) {
    detail::Nearest nearest(session);
    for (const SessionSpec& known : impl_->state.sessions())
      nearest.offer(known.id);
    const std::string best = nearest.best();
    detail::throw_misuse("World::link: no such session: " + detail::quoted(session) +
                         (best.empty() ? "" : "; nearest is " + detail::quoted(best)));
  }
  AccountSpec joined = spec;
  joined.session = found->id;
  joined.tenant = found->tenant;
  WorldEvent event;
  event.spec = &joined;
  return impl_->world_event(event, "link " + spec.id + " through " + found->id);
}

FAUXBANK_DECL std::vector<Leftover> World::leftovers() const {
  const Impl::Lock lock(impl_->mutex);
  std::vector<Leftover> found;
  for (const std::string& misuse : impl_->misuses)
    found.push_back({LeftoverKind::misuse, misuse});
  for (const std::string& misfit : impl_->misfits)
    found.push_back({LeftoverKind::misfit, misfit});
  for (std::size_t i = 0; i < impl_->faults.size(); ++i) {
    // Chance that has been given its chances is no oversight of the test.
    const FaultPlan& plan = impl_->faults[i];
    const bool by_chance = plan.trigger.kind == FaultTrigger::Kind::rate && plan.seen != 0;
    if (plan.fired == 0 && !by_chance)
      found.push_back(
          {LeftoverKind::unused_fault, to_string(FaultReport{plan, impl_->fault_places[i]})});
  }
  detail::add_pending(impl_->state, found);
  detail::StateData& data = impl_->state.edit();
  if (const std::uint64_t lost = detail::waiting_of(data).lost; lost != 0) {
    found.push_back(
        {LeftoverKind::undelivered_event, detail::lost_events(lost, data.events.room())});
  }
  for (const Event& event : detail::waiting_events(data))
    found.push_back({LeftoverKind::undelivered_event, to_string(event)});
  return found;
}

}  // namespace fauxbank
