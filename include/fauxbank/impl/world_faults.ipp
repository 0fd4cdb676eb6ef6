#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/check_scenario.hpp>
#include <fauxbank/detail/fault_engine.hpp>
#include <fauxbank/impl/world.ipp>
#include <fauxbank/world.hpp>

// Faults stand between the transport and the step: without a plan a request takes the way that it
// took before there were any.

namespace fauxbank {

FAUXBANK_DECL void World::Impl::take_plans(const Scenario& scenario) {
  faults = detail::resolved(scenario.faults, scenario.now);
  fault_places.assign(faults.size(), scenario.name);
}

/// What the client of a struck request saw, for the journal.
FAUXBANK_DECL std::string fault_story(const FaultPlan& plan, bool applied,
                                      const std::string& seen) {
  return to_string(plan) + ": " + (applied ? "applied, " : "not applied, ") + seen;
}

/// Strike the request, if a plan does.
FAUXBANK_DECL std::optional<detail::Struck> World::Impl::struck(const Request& request) {
  if (faults.empty()) return std::nullopt;
  settle();
  const auto target = service.target(state, request);
  if (!target) return std::nullopt;
  const std::uint64_t seed = state.settings().seed;
  FaultPlan* const plan = detail::strike(faults, *target, state.now(), seed);
  if (plan == nullptr) return std::nullopt;
  const auto place = static_cast<std::size_t>(plan - faults.data());
  return apply(*plan, request, detail::delay_of(*plan, place, seed));
}

FAUXBANK_DECL detail::Struck World::Impl::apply(const FaultPlan& plan, const Request& request,
                                                Milliseconds late) {
  const Instant start = state.now();
  const auto injected = detail::injected_answer(plan);
  const bool before = plan.effective_phase() == FaultPhase::before;
  const bool applied = !before || plan.kind.value == FaultKind::delay;
  const auto error = detail::struck_answer(plan, {}, late, start).error;
  const std::string seen = error      ? std::string(to_string(*error))
                           : injected ? std::to_string(injected->status)
                           : late != Milliseconds::zero()
                               ? "answered after " + std::to_string(late.count()) + " ms"
                               : "answered otherwise than meant";
  detail::Text story(fault_story(plan, applied, seen));
  if (applied) {
    Response response = handle(request, injected ? &*injected : nullptr, std::move(story));
    return detail::struck_answer(plan, std::move(response), late, start);
  }
  Answer answer;
  if (injected) {
    answer = service.inject(state, request, *injected);
  } else {
    answer.operation = service.target(state, request)->operation;
    answer.response.status = 0;
  }
  commit(answer.outcome);
  auto entry = request_entry(request, answer);
  entry->fault = std::move(story);
  ring.push(std::move(entry));
  return detail::struck_answer(plan, std::move(answer.response), late, start);
}

// ---- transport ----------------------------------------------------------------------------------

FAUXBANK_DECL Result<Response, transport_errc> World::Impl::WorldTransport::send(
    const Request& request) {
  const Lock lock(world.mutex);
  const Instant start = world.state.now();
  auto struck = world.struck(request);
  if (!struck) return world.handle(request);
  if (struck->late != Milliseconds::zero()) {
    const std::int64_t until = detail::to_ms(start) + struck->late.count();
    world.advance_to(std::max(world.state.now(), detail::from_ms(until)));
  }
  if (struck->error) return Failure(*struck->error);
  return std::move(struck->delivery.response);
}

FAUXBANK_DECL Delivery World::Impl::WorldTransport::deliver(const Request& request) {
  const Lock lock(world.mutex);
  if (auto struck = world.struck(request)) return std::move(struck->delivery);
  Delivery delivery;
  delivery.response = world.handle(request);
  return delivery;
}

FAUXBANK_DECL bool World::Impl::WorldTransport::accepts(Method method, std::string_view target) {
  const Lock lock(world.mutex);
  if (world.faults.empty() || target.empty()) return true;
  world.settle();
  Request request = Request::get(std::string(target));
  request.method = method;
  // Whether the key will do nobody knows yet; a key of the world's own certainly does.
  if (!world.options.keys.empty()) request.bearer(world.options.keys.front());
  const auto routed = world.service.target(world.state, request);
  if (!routed) return true;
  const std::uint64_t seed = world.state.settings().seed;
  const FaultPlan* next = detail::next_strike(world.faults, *routed, world.state.now(), seed);
  if (next == nullptr || next->kind.value != FaultKind::connection_refused) return true;
  world.struck(request);  // the request itself will never come
  return false;
}

// ---- plans --------------------------------------------------------------------------------------

FAUXBANK_DECL void World::Impl::WorldFaults::add(FaultPlan plan, std::string place) {
  if (const auto fault = detail::check(plan)) {
    detail::throw_misuse("faults: " + place + ": " + fault->text +
                         (fault->pointer.empty() ? "" : " (" + fault->pointer + ")"));
  }
  const Lock lock(world.mutex);
  std::vector<FaultPlan> absolute = detail::resolved({std::move(plan)}, world.state.now());
  world.faults.push_back(std::move(absolute.front()));
  world.fault_places.push_back(std::move(place));
}

FAUXBANK_DECL std::vector<FaultReport> World::Impl::WorldFaults::report() const {
  const Lock lock(world.mutex);
  std::vector<FaultReport> report;
  report.reserve(world.faults.size());
  for (std::size_t i = 0; i < world.faults.size(); ++i)
    report.push_back({world.faults[i], world.fault_places[i]});
  return report;
}

FAUXBANK_DECL void World::Impl::WorldFaults::clear() {
  const Lock lock(world.mutex);
  world.faults.clear();
  world.fault_places.clear();
}

}  // namespace fauxbank
