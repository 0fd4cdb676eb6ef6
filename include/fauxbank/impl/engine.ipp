#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/stepper.hpp>
#include <fauxbank/engine.hpp>

namespace fauxbank {

FAUXBANK_DECL Outcome step(State& state, const Command& command) {
  Outcome outcome;
  detail::Stepper stepper(state, outcome);
  stepper.call(command);
  stepper.finish();
  return outcome;
}

FAUXBANK_DECL Outcome step(State& state, const WorldEvent& event) {
  Outcome outcome;
  detail::Stepper stepper(state, outcome);
  stepper.event(event);
  stepper.finish();
  return outcome;
}

FAUXBANK_DECL std::optional<Outcome> run_due(State& state, Instant limit) {
  const auto due = state.next_due();
  if (!due || *due > limit) {
    if (state.now() < limit) state.edit().now = limit;
    return std::nullopt;
  }
  detail::StateData& data = state.edit();
  const detail::Timer timer = *data.timers.first();
  data.timers.erase(timer);
  std::optional<Outcome> outcome(std::in_place);
  detail::Stepper stepper(state, *outcome);
  data.now = std::max(data.now, stepper.log.apply(Rule::time_due) ? *due : limit);
  stepper.timer(timer);
  stepper.finish();
  return outcome;
}

FAUXBANK_DECL MintedId next_request_id(State& state) {
  return state.edit().mint.next(IdKind::request);
}

namespace detail {

// ---- refusals -----------------------------------------------------------------------------------

FAUXBANK_DECL Refusal& Stepper::refuse(Rule rule, std::string message) {
  out.refusal = Refusal{rule, 400, "invalid_request_error", {}, {}, std::move(message)};
  return *out.refusal;
}

FAUXBANK_DECL void Stepper::misfit(std::string message) {
  if (log.apply(Rule::world_event_misfit))
    refuse(Rule::world_event_misfit, std::move(message)).status = 0;
}

/// The account, when the caller's tenant may see it; else null.
FAUXBANK_DECL const AccountRecord* Stepper::in_tenant(const AccountRecord* record,
                                                      const Command& command) {
  if (record == nullptr || record->tenant() == command.tenant) return record;
  // Never applied without Stripe-Account in play, so the rule counts only then.
  return log.apply(Rule::tenant) ? nullptr : record;
}

/// The account in the path, in the caller's tenant; or the refusal is set.
FAUXBANK_DECL const AccountRecord* Stepper::find(const Command& command) {
  const AccountRecord* record = in_tenant(data().find(command.account), command);
  if (record != nullptr) return record;
  Refusal& refusal = refuse(Rule::account_missing, "No such account: " + quoted(command.account));
  refusal.param = "account";
  refusal.code = "resource_missing";
  refusal.status = log.apply(Rule::account_missing) ? 404 : 400;
  return nullptr;
}

FAUXBANK_DECL bool Stepper::refuse_features(const Command& command) {
  if (command.features.empty()) return refuse_missing("features");
  if (command.operation == Operation::refresh ||
      command.features == FeatureSet{Feature::transactions}) {
    return false;
  }
  if (!log.apply(Rule::param_enum)) return false;
  const Feature first = *command.features.begin();
  refuse(Rule::param_enum, "features[0] must be transactions, is " + quoted(to_string(first)))
      .param = "features[0]";
  return true;
}

FAUXBANK_DECL bool Stepper::refuse_disconnected(const AccountRecord& record, Rule rule) {
  if (record.status != Status::disconnected || !log.apply(rule)) return false;
  refuse(rule,
         "Account " + quoted(record.id()) + " is disconnected: its data can no longer be accessed");
  return true;
}

FAUXBANK_DECL bool Stepper::refuse_inactive(const AccountRecord& record, Rule rule) {
  if (record.status != Status::inactive || !log.apply(rule)) return false;
  refuse(rule, "Account " + quoted(record.id()) + " is inactive: its data cannot be refreshed")
      .code = "financial_connections_account_inactive";
  return true;
}

FAUXBANK_DECL bool Stepper::refuse_permission(const AccountRecord& record, FeatureSet features) {
  if (data().settings->value.rules.permissions == PermissionCheck::ignore) return false;
  constexpr Permission kNeeded[] = {Permission::balances, Permission::ownership,
                                    Permission::transactions};
  for (Feature feature : features) {
    const Permission needed = kNeeded[static_cast<std::size_t>(feature)];
    if (record.permissions.contains(needed) || !log.apply(Rule::refresh_permission)) continue;
    refuse(Rule::refresh_permission, "Account " + quoted(record.id()) +
                                         " does not have the permission " +
                                         std::string(to_string(needed)) + ", which " +
                                         std::string(to_string(feature)) + " needs")
        .param = "features";
    return true;
  }
  return false;
}

FAUXBANK_DECL void Stepper::emit(EventKind kind, const Account& account) {
  if (!log.apply(Rule::event_kinds)) return;
  IdMint& mint = edit().mint;
  out.events.push_back({kind, account, data().now, mint.skip(IdKind::event), mint.seed(), 0, {}});
}

// ---- calls --------------------------------------------------------------------------------------

FAUXBANK_DECL void Stepper::call(const Command& command) {
  if (command.operation == Operation::list) return list(command);
  const bool takes_features = command.operation == Operation::refresh ||
                              command.operation == Operation::subscribe ||
                              command.operation == Operation::unsubscribe;
  if (takes_features && refuse_features(command)) return;
  if (command.operation >= Operation::owners) return call_family(command);
  if (command.expand != nullptr && refuse_expand(command)) return;
  const AccountRecord* record = find(command);
  if (record == nullptr) return;
  switch (command.operation) {
    case Operation::retrieve:
      return retrieve(*record);
    case Operation::disconnect:
      return disconnect(*record);
    case Operation::refresh:
      return refresh(*record, command.features);
    case Operation::subscribe:
      return subscribe(*record);
    case Operation::unsubscribe:
      return unsubscribe(*record);
    default:
      return;
  }
}

FAUXBANK_DECL void Stepper::retrieve(const AccountRecord& record) {
  if (!log.apply(Rule::retrieve)) {
    refuse(Rule::retrieve, "retrieve is switched off").status = 404;
    return;
  }
  const std::uint32_t slot = record.slot;
  count_read(record);
  out.account = Account(data().accounts[slot]);
}

FAUXBANK_DECL void Stepper::disconnect(const AccountRecord& record) {
  if (record.status == Status::disconnected && log.apply(Rule::disconnect_again)) {
    out.account = Account(data().accounts[record.slot]);
    return;
  }
  Ref<AccountRecord> next = make<AccountRecord>(record);
  if (log.apply(Rule::disconnect)) {
    next->status = Status::disconnected;
    next->subscribed = false;
    for (Feature feature : FeatureSet::all()) {
      drop(record.of(feature), record.slot, feature);
      next->refresh[static_cast<std::size_t>(feature)].reset();
    }
    if (record.details) {
      AccountDetails details = *record.details;
      details.balance.reset();
      details.ownership.reset();
      next->details = make_ref<AccountDetails>(std::move(details));
    }
  }
  out.account = put(std::move(next));
  emit(EventKind::disconnected, out.account);
}

FAUXBANK_DECL bool Stepper::too_early(const AccountRecord& record, Feature feature) const {
  const RefreshRecord* refresh = record.of(feature);
  if (refresh == nullptr) return false;
  if (refresh->pending()) return true;
  const auto next = refresh->hash.next_refresh_available_at;
  return next && data().now < *next;
}

FAUXBANK_DECL void Stepper::refresh(const AccountRecord& record, FeatureSet features) {
  if (refuse_disconnected(record, Rule::refresh_disconnected)) return;
  if (refuse_inactive(record, Rule::refresh_inactive)) return;
  const bool no_permission = refuse_permission(record, features);
  FeatureSet startable;
  FeatureSet early;
  for (Feature feature : features) {
    // Of a call that is refused for another reason nobody asks whether it comes too early.
    if (too_early(record, feature) && (no_permission || log.apply(Rule::refresh_too_early))) {
      early.insert(feature);
    } else {
      startable.insert(feature);
    }
  }
  if (!no_permission && !early.empty() &&
      data().settings->value.rules.early_refresh == EarlyRefresh::reject) {
    refuse(Rule::refresh_too_early, "Account " + quoted(record.id()) + ": " +
                                        std::string(to_string(*early.begin())) +
                                        " cannot be refreshed yet")
        .param = "features";
  }
  if (out.refusal && log.apply(Rule::refresh_atomic)) return;
  const bool starts = log.apply(Rule::refresh);
  if (startable.empty()) {
    out.account = Account(data().accounts[record.slot]);
    return;
  }
  Ref<AccountRecord> next = make<AccountRecord>(record);
  if (starts) {
    for (Feature feature : startable)
      start(*next, feature, RefreshOrigin::on_demand);
  }
  out.account = put(std::move(next));
}

FAUXBANK_DECL void Stepper::subscribe(const AccountRecord& record) {
  if (refuse_disconnected(record, Rule::subscribe_disconnected)) return;
  if (refuse_inactive(record, Rule::subscribe_inactive)) return;
  if (refuse_permission(record, {Feature::transactions})) return;
  const RefreshRecord* current = record.of(Feature::transactions);
  const bool in_flight = current != nullptr && current->pending();
  if (!log.apply(Rule::subscribe) || record.subscribed) {
    out.account = Account(data().accounts[record.slot]);
    return;
  }
  Ref<AccountRecord> next = make<AccountRecord>(record);
  next->subscribed = true;
  if (!in_flight) start(*next, Feature::transactions, RefreshOrigin::subscription);
  out.account = put(std::move(next));
}

FAUXBANK_DECL void Stepper::unsubscribe(const AccountRecord& record) {
  if (!log.apply(Rule::unsubscribe) || !record.subscribed) {
    out.account = Account(data().accounts[record.slot]);
    return;
  }
  Ref<AccountRecord> next = make<AccountRecord>(record);
  next->subscribed = false;
  out.account = put(std::move(next));
}

}  // namespace detail
}  // namespace fauxbank
