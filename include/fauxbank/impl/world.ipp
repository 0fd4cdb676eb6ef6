#pragma once

#include <algorithm>
#include <thread>
#include <utility>

#include <fauxbank/detail/entry_text.hpp>
#include <fauxbank/detail/explain.hpp>
#include <fauxbank/detail/fault_engine.hpp>
#include <fauxbank/detail/journal_ring.hpp>
#include <fauxbank/detail/mutex.hpp>
#include <fauxbank/detail/open_calls.hpp>
#include <fauxbank/detail/state.hpp>
#include <fauxbank/detail/stepper.hpp>
#include <fauxbank/detail/watch.hpp>
#include <fauxbank/http/service.hpp>
#include <fauxbank/world.hpp>

namespace fauxbank {

struct World::Impl : detail::RefCounted {
  using Lock = std::lock_guard<detail::Mutex>;

  Impl(State start, const WorldOptions& with)
      : options(with),
        state(std::move(start)),
        service({with.keys, with.compact_json, with.idempotency_bytes}),
        ring(with.journal_entries, with.journal_bytes) {}

  // ---- one step each; the caller holds the lock ----

  Answer handle(const Request& request, std::string_view fault = {});
  std::optional<detail::Struck> struck(const Request& request);
  bool refuses_connection();
  detail::Struck apply(const FaultPlan& plan, const RequestTarget& target, const Request& request,
                       Milliseconds late);
  void hold_key(const Request& request, const Response& first, Instant until);
  void note_lost(const Request& request, const detail::Struck::Transit& transit);
  void take_plans(const Scenario& scenario);
  Outcome call(const Command& command, std::string_view what, std::string_view form);
  Account world_event(const WorldEvent& event, std::string what);
  void advance_to(Instant at);
  bool run_one(Instant limit);
  void timeline_entry(Outcome& outcome);
  void settle() {
    if (state.data().is_due()) [[unlikely]]
      advance_to(state.now());
  }
  void take_step() {
    if (watch != nullptr) watch->step();
  }

  void commit(Outcome& outcome);
  void describe(EntryKind kind, Outcome& outcome, JournalEntry& entry);
  detail::Ref<JournalEntry> request_entry(const Request& request, Answer& answer);
  detail::Ref<JournalEntry> entry_of(const Request& request, Answer& answer);
  void number_attempt(const Request& request, JournalEntry& entry);
  void log(const Request& request, detail::Ref<JournalEntry> entry);
  class Late;
  class LateAnswer;
  std::uint32_t thread_number();

  struct WorldTransport final : Transport {
    explicit WorldTransport(Impl& impl) : world(impl) {}
    Result<Response, transport_errc> send(const Request& request) override;
    Delivery deliver(const Request& request) override;
    bool accepts(Method method, std::string_view target) override;
    std::uint64_t open_connection() override;
    Impl& world;
  };

  struct WorldFaults final : Faults {
    explicit WorldFaults(Impl& impl) : world(impl) {}
    using Faults::add;
    void add(FaultPlan plan, std::string place) override;
    std::vector<FaultReport> report() const override;
    void clear() override;
    Impl& world;
  };

  struct WorldClock final : VirtualClock {
    explicit WorldClock(Impl& impl) : world(impl) {}
    Instant now() const override;
    void advance_to(Instant at) override;
    void reach(Instant at) override;
    void advance(Milliseconds by) override;
    bool advance_to_next() override;
    std::optional<Instant> next_due() const override;
    std::size_t pending() const override;
    Impl& world;
  };

  struct WorldAccounts final : Accounts {
    explicit WorldAccounts(Impl& impl) : world(impl) {}
    Result<Page<Account>, ApiError> list(const ListParams& params) override;
    Result<Account, ApiError> retrieve(std::string_view id) override;
    Result<Account, ApiError> disconnect(std::string_view id) override;
    Result<Account, ApiError> refresh(std::string_view id, const RefreshParams& params) override;
    Result<Account, ApiError> subscribe(std::string_view id,
                                        const SubscribeParams& params) override;
    Result<Account, ApiError> unsubscribe(std::string_view id,
                                          const UnsubscribeParams& params) override;
    Result<Account, ApiError> one(Operation operation, std::string_view id, FeatureSet features);
    Impl& world;
  };

  struct WorldOutbox final : Outbox {
    explicit WorldOutbox(Impl& impl) : world(impl) {}
    std::size_t size() const override;
    std::vector<Event> waiting() const override;
    void drop(std::size_t place) override;
    void duplicate(std::size_t place) override;
    void shuffle(std::uint64_t seed) override;
    std::optional<EventDelivery> take() override;
    void put_back(const EventDelivery& delivery) override;
    Impl& world;
  };

  mutable detail::Mutex mutex;
  WorldOptions options;
  State state;
  Service service;
  detail::JournalRing ring;
  detail::OpenCalls open_calls;
  std::uint64_t connections = 0;   // numbered so far
  std::uint64_t loads = 0;         // of scenarios into this world
  detail::Watch* watch = nullptr;  // of a sweep
  RuleCounts counts;
  std::vector<std::string> misuses;
  std::vector<std::string> misfits;  // of events that nobody could throw a Misuse at
  std::vector<std::thread::id> threads;
  std::string name;
  std::vector<FaultPlan> faults;
  std::vector<std::string> fault_places;  // where each was declared
  WorldTransport transport{*this};
  WorldFaults fault_face{*this};
  WorldClock clock{*this};
  WorldAccounts accounts{*this};
  WorldOutbox outbox{*this};
};

// ---- journal ------------------------------------------------------------------------------------

FAUXBANK_DECL std::uint32_t World::Impl::thread_number() {
  const std::thread::id self = std::this_thread::get_id();
  std::size_t index = 0;
  while (index < threads.size() && threads[index] != self)
    ++index;
  if (index == threads.size()) threads.push_back(self);
  return static_cast<std::uint32_t>(index + 1);
}

FAUXBANK_DECL void World::Impl::commit(Outcome& outcome) {
  counts.add(outcome.rules);
  if (outcome.refusal) [[unlikely]]
    detail::scrub_live_keys(outcome.refusal->message);
  for (const Event& event : outcome.events)
    state.edit().events.push_back(event);
}

/// Say in an entry, which has its texts only, what came of a step.
FAUXBANK_DECL void World::Impl::describe(EntryKind kind, Outcome& outcome, JournalEntry& entry) {
  entry.number = ring.next_number();
  entry.at = state.data().now;
  entry.kind = kind;
  if (kind == EntryKind::request || kind == EntryKind::call) entry.thread = thread_number();
  if (outcome.refusal) {
    entry.refused_by = outcome.refusal->rule;
    if (detail::explained_by_state(outcome.refusal->rule)) entry.seen = state;
  }
  entry.rules = outcome.rules;
  // Not moved: that would destroy what the new entry has, which is nothing. To see that there is
  // nothing to swap is cheaper than to swap it.
  if (!outcome.changes.empty()) entry.changes.swap(outcome.changes);
  entry.events.swap(outcome.events);
}

// ---- steps --------------------------------------------------------------------------------------

FAUXBANK_DECL detail::Ref<JournalEntry> World::Impl::request_entry(const Request& request,
                                                                   Answer& answer) {
  auto entry = detail::make_entry(
      {.target = request.target,
       .request_headers = &request.headers,
       .request_body = request.body,
       .response_headers = &answer.response.headers,
       .headers_ours = answer.printable,
       .response_body = answer.printable ? std::string_view() : answer.response.body});
  describe(EntryKind::request, answer.outcome, *entry);
  entry->method = request.method;
  entry->connection = request.connection;
  entry->operation = answer.operation;
  entry->status = answer.response.status;
  entry->form = answer.form;
  entry->pretty = !options.compact_json;
  if (!answer.printable) return entry;
  if (answer.operation == Operation::list) {
    entry->page = std::move(answer.outcome.page);
  } else {
    entry->account = std::move(answer.outcome.account);
  }
  return entry;
}

/// Take the effects of an answer into the world.
FAUXBANK_DECL detail::Ref<JournalEntry> World::Impl::entry_of(const Request& request,
                                                              Answer& answer) {
  commit(answer.outcome);
  if (!answer.misuse.empty()) misuses.push_back(std::move(answer.misuse));
  return request_entry(request, answer);
}

FAUXBANK_DECL void World::Impl::number_attempt(const Request& request, JournalEntry& entry) {
  // Refused connections of which nobody knows what they were for have nothing in common.
  if (request.target == detail::kUnknownTarget) return;
  if (!entry.answered || !open_calls.empty()) open_calls.note(request, entry);
}

/// Enter a request, as an attempt of the call that it belongs to.
FAUXBANK_DECL void World::Impl::log(const Request& request, detail::Ref<JournalEntry> entry) {
  number_attempt(request, *entry);
  ring.push(std::move(entry));
}

FAUXBANK_DECL Answer World::Impl::handle(const Request& request, std::string_view fault) {
  settle();
  Answer answer = service.handle(state, request);
  auto entry = entry_of(request, answer);
  if (!fault.empty()) [[unlikely]]
    entry->fault = detail::Text(fault);
  log(request, std::move(entry));
  return answer;
}

FAUXBANK_DECL Outcome World::Impl::call(const Command& command, std::string_view what,
                                        std::string_view form) {
  take_step();
  settle();
  Outcome outcome = step(state, command);
  commit(outcome);
  const std::string message =
      outcome.refusal ? "\"message\":\"" + outcome.refusal->message + "\"" : std::string();
  auto entry = detail::make_entry({.target = what, .request_body = form, .response_body = message});
  describe(EntryKind::call, outcome, *entry);
  entry->operation = command.operation;
  entry->status = outcome.refusal ? outcome.refusal->status : 200;
  ring.push(std::move(entry));
  return outcome;
}

FAUXBANK_DECL Account World::Impl::world_event(const WorldEvent& event, std::string what) {
  settle();
  Outcome outcome = step(state, event);
  commit(outcome);
  if (outcome.refusal) what += " (" + outcome.refusal->message + ")";
  auto entry = detail::make_entry({.target = what});
  describe(EntryKind::event, outcome, *entry);
  ring.push(std::move(entry));
  if (outcome.refusal) detail::throw_misuse(outcome.refusal->message);
  return outcome.account;
}

FAUXBANK_DECL bool World::Impl::run_one(Instant limit) {
  auto outcome = run_due(state, limit);
  if (!outcome) return false;
  commit(*outcome);
  if (outcome->timeline != nullptr) {
    timeline_entry(*outcome);
    return true;
  }
  if (outcome->changes.empty()) return true;
  auto entry = detail::make_entry({.target = outcome->what});
  describe(EntryKind::timer, *outcome, *entry);
  ring.push(std::move(entry));
  return true;
}

FAUXBANK_DECL void World::Impl::advance_to(Instant at) {
  while (run_one(at)) {
  }
}

// ---- clock --------------------------------------------------------------------------------------

FAUXBANK_DECL Instant World::Impl::WorldClock::now() const {
  const Lock lock(world.mutex);
  world.take_step();  // code may wait by looking
  return world.state.now();
}

FAUXBANK_DECL void World::Impl::WorldClock::advance_to(Instant at) {
  const Lock lock(world.mutex);
  world.take_step();
  if (at < world.state.now()) {
    detail::throw_misuse("clock: " + to_string(at) + " is past; it is " +
                         to_string(world.state.now()));
  }
  if (detail::to_ms(at) > detail::kLastInstantMs)
    detail::throw_misuse("clock: beyond the year 9999");
  world.advance_to(at);
}

FAUXBANK_DECL void World::Impl::WorldClock::reach(Instant at) {
  const Lock lock(world.mutex);
  world.take_step();
  if (detail::to_ms(at) > detail::kLastInstantMs)
    detail::throw_misuse("clock: beyond the year 9999");
  world.advance_to(std::max(at, world.state.now()));
}

FAUXBANK_DECL void World::Impl::WorldClock::advance(Milliseconds by) {
  const Lock lock(world.mutex);
  world.take_step();
  const std::int64_t now = detail::to_ms(world.state.now());
  if (by < Milliseconds::zero()) {
    detail::throw_misuse("clock: cannot advance by " + std::to_string(by.count()) +
                         " ms: time never goes back");
  }
  if (by.count() > detail::kLastInstantMs - now)
    detail::throw_misuse("clock: beyond the year 9999");
  world.advance_to(detail::from_ms(now + by.count()));
}

FAUXBANK_DECL bool World::Impl::WorldClock::advance_to_next() {
  const Lock lock(world.mutex);
  world.take_step();
  const auto due = world.state.next_due();
  if (!due) return false;
  world.advance_to(std::max(*due, world.state.now()));
  return true;
}

FAUXBANK_DECL std::optional<Instant> World::Impl::WorldClock::next_due() const {
  const Lock lock(world.mutex);
  return world.state.next_due();
}

FAUXBANK_DECL std::size_t World::Impl::WorldClock::pending() const {
  const Lock lock(world.mutex);
  return world.state.pending();
}

// ---- world --------------------------------------------------------------------------------------

FAUXBANK_DECL World::World(detail::Ref<Impl> impl) noexcept : impl_(std::move(impl)) {}
FAUXBANK_DECL World::World(World&&) noexcept = default;
FAUXBANK_DECL World& World::operator=(World&&) noexcept = default;
FAUXBANK_DECL World::~World() = default;

FAUXBANK_DECL Transport& World::transport() noexcept { return impl_->transport; }
FAUXBANK_DECL Faults& World::faults() noexcept { return impl_->fault_face; }
FAUXBANK_DECL const Faults& World::faults() const noexcept { return impl_->fault_face; }
FAUXBANK_DECL Accounts& World::accounts() noexcept { return impl_->accounts; }
FAUXBANK_DECL VirtualClock& World::clock() noexcept { return impl_->clock; }
FAUXBANK_DECL const VirtualClock& World::clock() const noexcept { return impl_->clock; }

FAUXBANK_DECL Response World::send(const Request& request) {
  const Impl::Lock lock(impl_->mutex);
  impl_->take_step();
  return impl_->handle(request).response;
}

FAUXBANK_DECL Account World::link(const AccountSpec& spec) {
  const Impl::Lock lock(impl_->mutex);
  WorldEvent event;
  event.spec = &spec;
  return impl_->world_event(event, "link " + spec.id);
}

FAUXBANK_DECL Account World::deactivate(std::string_view id) {
  const Impl::Lock lock(impl_->mutex);
  return impl_->world_event({WorldEventKind::deactivate, id, nullptr, {}, {}, nullptr},
                            "deactivate " + std::string(id));
}

FAUXBANK_DECL Account World::reactivate(std::string_view id) {
  const Impl::Lock lock(impl_->mutex);
  return impl_->world_event({WorldEventKind::reactivate, id, nullptr, {}, {}, nullptr},
                            "reactivate " + std::string(id));
}

FAUXBANK_DECL Account World::disconnect(std::string_view id) {
  const Impl::Lock lock(impl_->mutex);
  return impl_->world_event({WorldEventKind::disconnect, id, nullptr, {}, {}, nullptr},
                            "disconnect " + std::string(id));
}

namespace detail {
FAUXBANK_DECL std::string describe_completion(std::string_view id, Feature feature) {
  return "complete_refresh " + std::string(id) + " " + std::string(to_string(feature));
}
}  // namespace detail

FAUXBANK_DECL Account World::complete_refresh(std::string_view id, Feature feature) {
  const Impl::Lock lock(impl_->mutex);
  return impl_->world_event({WorldEventKind::complete_refresh, id, nullptr, feature, {}, nullptr},
                            detail::describe_completion(id, feature));
}

FAUXBANK_DECL Account World::complete_refresh(std::string_view id, Feature feature,
                                              RefreshOutcome outcome) {
  const Impl::Lock lock(impl_->mutex);
  return impl_->world_event(
      {WorldEventKind::complete_refresh, id, nullptr, feature, outcome, nullptr},
      detail::describe_completion(id, feature) + " " + std::string(to_string(outcome)));
}

FAUXBANK_DECL Account World::set_balance(std::string_view id, const Balance& balance) {
  const Impl::Lock lock(impl_->mutex);
  return impl_->world_event({WorldEventKind::set_balance, id, nullptr, {}, {}, &balance},
                            "set_balance " + std::string(id));
}

FAUXBANK_DECL void World::expire_idempotency_keys() {
  const Impl::Lock lock(impl_->mutex);
  WorldEvent event;
  event.kind = WorldEventKind::expire_idempotency_keys;
  impl_->world_event(event, "expire_idempotency_keys");
}

FAUXBANK_DECL Account World::account(std::string_view id) const {
  const Impl::Lock lock(impl_->mutex);
  Account account = impl_->state.find(id);
  if (!account) {
    std::string text = "World::account: " + detail::no_such_account(impl_->state.data(), id);
    detail::scrub_live_keys(text);
    detail::throw_misuse(text);
  }
  return account;
}

FAUXBANK_DECL std::vector<Account> World::all() const {
  const Impl::Lock lock(impl_->mutex);
  std::vector<Account> accounts;
  accounts.reserve(impl_->state.size());
  for (std::size_t i = 0; i < impl_->state.size(); ++i)
    accounts.push_back(impl_->state.at(i));
  return accounts;
}

FAUXBANK_DECL Journal World::journal(std::uint64_t after) const {
  const Impl::Lock lock(impl_->mutex);
  return impl_->ring.snapshot(after);
}

FAUXBANK_DECL RuleCounts World::rule_counts() const {
  const Impl::Lock lock(impl_->mutex);
  return impl_->counts;
}

FAUXBANK_DECL std::vector<std::string> World::misuses() const {
  const Impl::Lock lock(impl_->mutex);
  return impl_->misuses;
}

FAUXBANK_DECL std::uint64_t World::digest() const {
  const Impl::Lock lock(impl_->mutex);
  return detail::digest_with(impl_->state.digest(), impl_->faults);
}

FAUXBANK_DECL State World::state() const {
  const Impl::Lock lock(impl_->mutex);
  return impl_->state;
}

FAUXBANK_DECL World World::fork() const {
  const Impl::Lock lock(impl_->mutex);
  World other(detail::make_ref<Impl>(impl_->state, impl_->options));
  other.impl_->name = impl_->name;
  other.impl_->faults = impl_->faults;
  other.impl_->fault_places = impl_->fault_places;
  return other;
}

}  // namespace fauxbank
