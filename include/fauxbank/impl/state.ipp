#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/state.hpp>
#include <fauxbank/detail/stepper.hpp>
#include <fauxbank/engine.hpp>
#include <fauxbank/error.hpp>

namespace fauxbank {

FAUXBANK_DECL State::State(const Settings& settings)
    : data_(detail::make_ref<detail::StateData>(settings)) {}
FAUXBANK_DECL State::State(const State&) noexcept = default;
FAUXBANK_DECL State::State(State&&) noexcept = default;
FAUXBANK_DECL State& State::operator=(const State&) noexcept = default;
FAUXBANK_DECL State& State::operator=(State&&) noexcept = default;
FAUXBANK_DECL State::~State() = default;

/// Copy what is shared with other states, before it is changed.
FAUXBANK_DECL void State::unshare() { data_ = detail::make_ref<detail::StateData>(*data_); }

FAUXBANK_DECL Instant State::now() const noexcept { return data_->now; }
FAUXBANK_DECL const Settings& State::settings() const noexcept { return data_->settings->value; }
FAUXBANK_DECL std::size_t State::size() const noexcept { return data_->accounts.size(); }

FAUXBANK_DECL Account State::find(std::string_view id) const noexcept {
  const detail::AccountRecord* record = data_->find(id);
  return record != nullptr ? Account(detail::Ref<const detail::AccountRecord>::of(*record))
                           : Account();
}

FAUXBANK_DECL Account State::at(std::size_t i) const noexcept {
  return Account(data_->accounts[i]);
}

FAUXBANK_DECL std::optional<Instant> State::next_due() const noexcept {
  const detail::Timer* const first = data_->timers.first();
  if (first == nullptr) return std::nullopt;
  return detail::from_ms(first->at);
}

FAUXBANK_DECL std::size_t State::pending() const noexcept { return data_->timers.size(); }

FAUXBANK_DECL Account load(State& state, const AccountSpec& spec) {
  Outcome outcome;
  return Account(detail::Stepper(state, outcome).load(spec));
}

FAUXBANK_DECL MintedId Event::id() const noexcept {
  return IdMint::make(seed, IdKind::event, number);
}

FAUXBANK_DECL void resume_ids(State& state, const MadeIds& made) {
  state.edit().mint.resume(made.kind, made.count);
}

FAUXBANK_DECL void load_in_flight(State& state, const InFlight& refresh) {
  const Account account = state.find(refresh.account);
  const Refresh* hash = account ? account.refresh(refresh.feature) : nullptr;
  if (hash == nullptr || hash->status != RefreshStatus::pending) {
    detail::throw_misuse("account " + detail::quoted(refresh.account) + " has no " +
                         std::string(to_string(refresh.feature)) + " refresh in flight");
  }
  if (const auto fault = detail::check(refresh.plan)) {
    detail::throw_misuse("the " + std::string(to_string(refresh.feature)) + " refresh of " +
                         detail::quoted(refresh.account) + ": " + fault->pointer + ": " +
                         fault->text);
  }
  Outcome outcome;
  detail::Stepper(state, outcome).replan(*account.record(), refresh);
}

FAUXBANK_DECL std::string load_session(State& state, const SessionSpec& session) {
  const auto complain = [&](const std::string& text) {
    detail::throw_misuse("session " + detail::quoted(session.id) + ": " + text);
  };
  if (const auto fault = detail::check(session)) complain(fault->pointer + ": " + fault->text);
  if (state.data().find_session(session.id) != nullptr) complain("/id: the id is taken");
  Outcome outcome;
  return detail::Stepper(state, outcome).add_session(session).id;
}

FAUXBANK_DECL void plan(State& state, TimelineEntry entry) {
  const Instant at = entry.at.from(state.now());
  if (at < state.now()) {
    detail::throw_misuse("timeline: " + to_string(at) + " is past; it is " +
                         to_string(state.now()));
  }
  entry.at = at;
  detail::StateData& data = state.edit();
  const auto slot = static_cast<std::uint32_t>(data.timeline.size());
  data.timers.insert({detail::to_ms(at), slot, slot, Feature::balance});
  data.timeline.push_back(detail::share(std::move(entry)));
}

namespace detail {

/// Replace an account's record by its next moment.
FAUXBANK_DECL Account Stepper::put(Ref<AccountRecord> next) {
  arm_daily(*next);
  StateData& data = edit();
  Ref<const AccountRecord>& current = data.accounts.mut(next->slot);
  Ref<const AccountRecord> after = std::move(next);
  data.by_id.replace(hash_bytes(after->id()), current.get(), after.get());
  for (Change& change : out.changes) {
    if (change.after.record() != current.get()) continue;
    current = after;
    return change.after = Account(std::move(after));
  }
  out.changes.push_back({Account(std::exchange(current, after)), Account(after)});
  return Account(std::move(after));
}

}  // namespace detail
}  // namespace fauxbank
