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

/// A request that a delay holds on its way to a world. If another scenario is loaded meanwhile, it
/// belonged to a world that is no more.
class World::Impl::Late final : public InTransit {
 public:
  Late(Impl& impl, const Request& request, detail::Struck::Transit transit)
      : world_(impl), load_(impl.loads), request_(request), transit_(std::move(transit)) {}
  ~Late() override {
    if (arrived_) return;
    const Lock lock(world_.mutex);
    if (load_ == world_.loads) world_.note_lost(request_, transit_);
  }
  Delivery arrive() override {
    const Lock lock(world_.mutex);
    arrived_ = true;
    if (load_ != world_.loads) return to_delivery(transport_errc::connection_reset);
    Delivery delivery;
    delivery.response = world_.handle(request_, transit_.arrived).response;
    return delivery;
  }

 private:
  Impl& world_;
  const std::uint64_t load_;
  Request request_;
  detail::Struck::Transit transit_;
  bool arrived_ = false;
};

/// An answer that a delay holds on its way to a client, who may not wait for it. Of a scenario that
/// is no longer loaded none comes.
class World::Impl::LateAnswer final : public InTransit {
 public:
  LateAnswer(Impl& impl, const Request& request, detail::Struck struck)
      : world_(impl), load_(impl.loads), request_(request), struck_(std::move(struck)) {}
  ~LateAnswer() override {
    if (arrived_) return;
    const Lock lock(world_.mutex);
    if (load_ == world_.loads)
      world_.open_calls.reopen(request_, struck_.first_entry, struck_.attempt);
  }
  Delivery arrive() override {
    const Lock lock(world_.mutex);
    arrived_ = true;
    if (load_ != world_.loads) return to_delivery(transport_errc::connection_reset);
    return std::move(struck_.delivery);
  }

 private:
  Impl& world_;
  const std::uint64_t load_;
  Request request_;
  detail::Struck struck_;
  bool arrived_ = false;
};

/// Strike the request, if a plan does.
FAUXBANK_DECL std::optional<detail::Struck> World::Impl::struck(const Request& request) {
  if (faults.empty() && watch == nullptr) return std::nullopt;
  settle();
  const auto target = service.target(state, request);
  if (!target) return std::nullopt;
  const std::uint64_t seed = state.settings().seed;
  FaultPlan* const plan = detail::strike(faults, *target, state.now(), seed);
  if (watch != nullptr) watch->note(*target, request.method, plan != nullptr);
  if (plan == nullptr) return std::nullopt;
  const auto place = static_cast<std::size_t>(plan - faults.data());
  return apply(*plan, *target, request, detail::delay_of(*plan, place, seed));
}

FAUXBANK_DECL detail::Struck World::Impl::apply(const FaultPlan& plan, const RequestTarget& target,
                                                const Request& request, Milliseconds late) {
  const Instant start = state.now();
  const bool in_time = !request.deadline || late <= *request.deadline;
  if (detail::delays_request(plan) && in_time) {
    detail::Struck struck;
    struck.late = late;
    struck.transit = {target.operation, detail::fault_story(plan, true, struck),
                      detail::fault_story(plan, false, {{}, transport_errc::timed_out})};
    return struck;
  }
  const auto injected = detail::injected_answer(plan);
  const bool applied = plan.effective_phase() != FaultPhase::before;
  Answer answer;
  if (applied) {
    answer = service.handle(state, request, injected ? &*injected : nullptr);
  } else if (injected) {
    answer = service.inject(state, request, *injected);
  } else {
    answer.operation = target.operation;
    answer.response.status = 0;
  }
  if (plan.kind.value == FaultKind::delay && applied)
    hold_key(request, answer.response, detail::later(start, late));
  auto entry = entry_of(request, answer);
  detail::Struck struck = detail::struck_answer(plan, std::move(answer.response), late, start);
  if (request.deadline) detail::give_up(struck, *request.deadline, start);
  entry->fault = detail::Text(detail::fault_story(plan, applied, struck));
  entry->applied = applied;
  entry->answered = struck.own_answer;
  entry->error = struck.error;
  entry->took = struck.late;
  number_attempt(request, *entry);
  struck.first_entry = entry->attempt > 1 ? entry->attempt_of : entry->number;
  struck.attempt = entry->attempt;
  ring.push(std::move(entry));
  return struck;
}

/// Hold the key of a request whose answer, the first under it, is late (rule idem.concurrent).
FAUXBANK_DECL void World::Impl::hold_key(const Request& request, const Response& first,
                                         Instant until) {
  const auto key = request.headers.find("Idempotency-Key");
  if (!key) return;
  const auto tenant = request.headers.find("Stripe-Account").value_or(std::string_view());
  const auto stored = state.data().idempotency.find(tenant, *key);
  if (stored && stored->request_id == first.headers.find("Request-Id"))
    state.edit().idempotency.hold(tenant, *key, state.now(), until);
}

/// Note a request that did not arrive before its client gave up.
FAUXBANK_DECL void World::Impl::note_lost(const Request& request,
                                          const detail::Struck::Transit& transit) {
  Answer answer;
  answer.operation = transit.operation;
  answer.response.status = 0;
  auto entry = entry_of(request, answer);
  entry->fault = detail::Text(transit.lost);
  entry->applied = false;
  entry->answered = false;
  entry->error = transport_errc::timed_out;
  log(request, std::move(entry));
}

// ---- transport ----------------------------------------------------------------------------------

FAUXBANK_DECL Result<Response, transport_errc> World::Impl::WorldTransport::send(
    const Request& request) {
  const Lock lock(world.mutex);
  world.take_step();
  const Instant start = world.state.data().now;
  auto struck = world.struck(request);
  if (!struck) [[likely]]
    return world.handle(request).response;
  if (struck->late != Milliseconds::zero()) {
    world.advance_to(std::max(world.state.now(), detail::later(start, struck->late)));
  }
  if (struck->transit) return world.handle(request, struck->transit->arrived).response;
  if (struck->error) return Failure(*struck->error);
  return std::move(struck->delivery.response);
}

FAUXBANK_DECL Delivery World::Impl::WorldTransport::deliver(const Request& request) {
  const Lock lock(world.mutex);
  world.take_step();
  Delivery delivery;
  if (auto struck = world.struck(request)) {
    if (struck->transit) {
      delivery.not_before = detail::later(world.state.now(), struck->late);
      delivery.in_transit = detail::make_ref<Late>(world, request, *std::move(struck->transit));
    } else if (struck->delivery.not_before) {
      delivery.not_before = struck->delivery.not_before;
      delivery.in_transit = detail::make_ref<LateAnswer>(world, request, *std::move(struck));
    } else {
      delivery = std::move(struck->delivery);
    }
  } else {
    delivery.response = world.handle(request).response;
  }
  return delivery;
}

FAUXBANK_DECL std::uint64_t World::Impl::WorldTransport::open_connection() {
  const Lock lock(world.mutex);
  return ++world.connections;
}

/// Whether a plan refuses a connection whose request nobody knows yet; if so, it has struck.
FAUXBANK_DECL bool World::Impl::refuses_connection() {
  const std::uint64_t seed = state.settings().seed;
  Request unknown = Request::get(std::string(detail::kUnknownTarget));
  unknown.method = Method::other;
  for (const FaultPlan& plan : faults) {
    if (plan.kind.value != FaultKind::connection_refused) continue;
    const RequestTarget target{plan.operation.value_or(Operation::list), plan.account};
    if (detail::next_strike(faults, target, state.now(), seed) != &plan) continue;
    const FaultPlan* const struck = detail::strike(faults, target, state.now(), seed);
    apply(*struck, target, unknown, {});
    return true;
  }
  return false;
}

FAUXBANK_DECL bool World::Impl::WorldTransport::accepts(Method method, std::string_view target) {
  const Lock lock(world.mutex);
  if (world.faults.empty() || target.empty()) return true;
  world.settle();
  if (target == detail::kUnknownTarget) return !world.refuses_connection();
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

// ---- watching -----------------------------------------------------------------------------------

FAUXBANK_DECL detail::Watch::Watch(World& world, std::uint64_t most_steps)
    : world_(world), most_(most_steps) {
  const World::Impl::Lock lock(world_.impl_->mutex);
  world_.impl_->watch = this;
}

FAUXBANK_DECL detail::Watch::~Watch() {
  const World::Impl::Lock lock(world_.impl_->mutex);
  world_.impl_->watch = nullptr;
}

FAUXBANK_DECL void detail::Watch::step() {
  if (++steps <= most_) return;
  is_over = true;
#if defined(__cpp_exceptions)
  throw OutOfSteps();
#else
  throw_misuse("sweep: the body never ends; without exceptions it cannot be cut off");
#endif
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
