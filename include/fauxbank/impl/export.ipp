#pragma once

#include <algorithm>
#include <tuple>
#include <utility>

#include <fauxbank/detail/check_scenario.hpp>
#include <fauxbank/detail/state.hpp>
#include <fauxbank/detail/stepper.hpp>
#include <fauxbank/impl/world.ipp>
#include <fauxbank/world.hpp>

// A world as a scenario, and back.

namespace fauxbank {
namespace detail {

FAUXBANK_DECL void export_details(const AccountDetails& details, AccountSpec& spec) {
  const auto copy = [](const auto& from, auto& to) {
    if (from) to = from->value;
  };
  copy(details.balance, spec.balance);
  copy(details.next_balance, spec.next_balance);
  copy(details.ownership, spec.ownership);
  copy(details.account_numbers, spec.account_numbers);
  copy(details.status_details, spec.status_details);
  copy(details.transactions, spec.transactions);
  spec.refresh = {plans_left(details, Feature::balance), plans_left(details, Feature::ownership),
                  plans_left(details, Feature::transactions)};
}

FAUXBANK_DECL AccountSpec spec_from(const AccountRecord& record) {
  const Account account{Ref<const AccountRecord>(make_ref<AccountRecord>(record))};
  AccountSpec spec;
  spec.id = account.id();
  spec.tenant = account.tenant();
  spec.created = account.created();
  spec.account_holder = account.account_holder();
  if (account.session()) spec.session = std::string(*account.session());
  spec.institution_name = std::string(account.institution_name());
  spec.display_name = std::string(account.display_name().value_or(""));
  spec.last4 = account.last4().value_or("");
  spec.category = account.category();
  spec.subcategory = account.subcategory();
  spec.permissions = account.permissions();
  spec.supported_payment_method_types = account.supported_payment_method_types();
  spec.status = account.status();
  spec.subscribed = account.subscribed();
  const auto hash = [&](Feature feature, std::optional<Refresh>& to) {
    if (const Refresh* refresh = account.refresh(feature)) to = *refresh;
  };
  hash(Feature::balance, spec.balance_refresh);
  hash(Feature::ownership, spec.ownership_refresh);
  hash(Feature::transactions, spec.transaction_refresh);
  if (record.details) export_details(*record.details, spec);
  if (spec.subscribed && !spec.transaction_refresh && record.details)
    spec.daily_from = from_ms(record.details->daily_anchor_ms);
  return spec;
}

/// What a refresh in flight will do, its time counted from `now`.
FAUXBANK_DECL InFlight in_flight_from(const AccountRecord& record, Feature feature,
                                      std::int64_t now) {
  const RefreshRecord& refresh = *record.of(feature);
  InFlight exported;
  exported.account = record.id();
  exported.feature = feature;
  exported.origin = refresh.hash.origin;
  if (refresh.data) exported.plan = refresh.data->value;
  if (feature == Feature::transactions) exported.plan.id.clear();
  exported.plan.outcome = refresh.outcome;
  exported.plan.cool_down = Milliseconds{refresh.cool_down_ms};
  switch (refresh.kind) {
    case Completion::Kind::after:
      exported.plan.completes = Completion::after(Milliseconds{refresh.due_ms - now});
      break;
    case Completion::Kind::after_reads:
      exported.plan.completes = Completion::after_reads(refresh.reads_left);
      break;
    case Completion::Kind::manually:
      exported.plan.completes = Completion::manually();
      break;
    case Completion::Kind::never:
      exported.plan.completes = Completion::never();
      break;
  }
  return exported;
}

FAUXBANK_DECL std::vector<InFlight> all_in_flight(const StateData& data) {
  std::vector<std::tuple<std::uint64_t, std::uint32_t, Feature>> started;
  for (std::size_t i = 0; i < data.accounts.size(); ++i) {
    for (Feature feature : FeatureSet::all()) {
      const RefreshRecord* refresh = data.accounts[i]->of(feature);
      if (refresh != nullptr && refresh->pending())
        started.emplace_back(refresh->order, static_cast<std::uint32_t>(i), feature);
    }
  }
  std::sort(started.begin(), started.end());
  std::vector<InFlight> exported;
  for (const auto& [order, slot, feature] : started)
    exported.push_back(in_flight_from(*data.accounts[slot], feature, to_ms(data.now)));
  return exported;
}

FAUXBANK_DECL Scenario scenario_from(const State& state) {
  const StateData& data = state.data();
  const Settings& settings = state.settings();
  Scenario scenario;
  scenario.seed = settings.seed;
  scenario.now = data.now;
  scenario.form = settings.form;
  scenario.rules = settings.rules;
  scenario.defaults = settings.defaults;
  scenario.tenants = settings.tenants;
  scenario.accounts.reserve(data.accounts.size());
  for (std::size_t i = 0; i < data.accounts.size(); ++i)
    scenario.accounts.push_back(spec_from(*data.accounts[i]));
  for (std::size_t i = 0; i < data.sessions.size(); ++i)
    scenario.sessions.push_back(data.sessions[i]->value);
  for (auto timer = data.timers.begin(); timer; timer.next()) {
    if ((*timer).timeline()) scenario.timeline.push_back(data.timeline[(*timer).slot]->value);
  }
  scenario.in_flight = all_in_flight(data);
  for (std::size_t i = 0; i < kIdKinds.size(); ++i) {
    const auto kind = static_cast<IdKind>(i);
    // A request changes no world, nor its export.
    if (kind != IdKind::request && data.mint.made(kind) != 0)
      scenario.ids_made.push_back({kind, data.mint.made(kind)});
  }
  return scenario;
}

/// Whether a text can only be a scenario itself; no sensible path holds a brace.
inline bool is_scenario_text(std::string_view text) noexcept {
  return text.find('{') != std::string_view::npos;
}

FAUXBANK_DECL std::string lines_of(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics)
    text.append(text.empty() ? "" : "\n").append(to_string(diagnostic));
  return text;
}

FAUXBANK_DECL State state_from(const Scenario& scenario, const WorldOptions& options) {
  require_sound(scenario);
  State state({scenario.seed, scenario.now, scenario.form, scenario.rules, scenario.defaults,
               scenario.tenants});
  for (const SessionSpec& session : scenario.sessions)
    load_session(state, session);
  Outcome outcome;
  Stepper(state, outcome).load(scenario.accounts);
  for (const InFlight& refresh : scenario.in_flight)
    load_in_flight(state, refresh);
  for (const TimelineEntry& entry : scenario.timeline)
    plan(state, entry);
  for (const MadeIds& made : scenario.ids_made)
    resume_ids(state, made);
  StateData& data = state.edit();
  data.events = EventLog(options.outbox_events, data.mint.made(IdKind::event));
  return state;
}

}  // namespace detail

/// What a timeline planned stands in the journal like what a test did, also where it did not fit.
FAUXBANK_DECL void World::Impl::timeline_entry(Outcome& outcome) {
  std::string what = "timeline: " + to_string(outcome.timeline->as_event());
  if (outcome.refusal) {
    what += " (" + outcome.refusal->message + ")";
    misfits.push_back("timeline: " + outcome.refusal->message);
  }
  auto entry = detail::make_entry({.target = what});
  describe(EntryKind::event, outcome, *entry);
  ring.push(std::move(entry));
}

FAUXBANK_DECL World::World(const Scenario& scenario, const WorldOptions& options)
    : impl_(detail::make_ref<Impl>(detail::state_from(scenario, options), options)) {
  impl_->name = scenario.name;
  impl_->take_plans(scenario);
}

FAUXBANK_DECL void World::load(const Scenario& scenario) {
  State state = detail::state_from(scenario, impl_->options);
  std::string name = scenario.name;
  const Impl::Lock lock(impl_->mutex);
  ++impl_->loads;
  impl_->state = std::move(state);
  impl_->take_plans(scenario);
  impl_->name = std::move(name);
  impl_->ring = detail::JournalRing(impl_->options.journal_entries, impl_->options.journal_bytes);
  impl_->open_calls = detail::OpenCalls();
  impl_->counts = RuleCounts();
  impl_->misuses.clear();
  impl_->misfits.clear();
  impl_->threads.clear();
}

FAUXBANK_DECL void World::load(std::string_view path_or_text) {
  const auto scenario = detail::is_scenario_text(path_or_text)
                            ? parse_scenario(path_or_text)
                            : read_scenario(std::string(path_or_text));
  if (!scenario) detail::throw_misuse(detail::lines_of(scenario.error()));
  load(*scenario);
}

FAUXBANK_DECL Scenario World::to_scenario() const {
  const Impl::Lock lock(impl_->mutex);
  Scenario scenario = detail::scenario_from(impl_->state);
  scenario.name = impl_->name;
  scenario.faults = impl_->faults;
  return scenario;
}

FAUXBANK_DECL std::string World::to_json() const { return fauxbank::to_json(to_scenario()); }

}  // namespace fauxbank
