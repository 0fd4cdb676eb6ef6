#pragma once

#include <fauxbank/command.hpp>
#include <fauxbank/detail/duration.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank {

FAUXBANK_DECL WorldEvent TimelineEntry::as_event() const noexcept {
  return {event, account, spec ? &*spec : nullptr, feature, outcome, balance ? &*balance : nullptr};
}

FAUXBANK_DECL TimelineEntry TimelineEntry::link(When at, AccountSpec spec) {
  TimelineEntry entry{at, WorldEventKind::link, {}, {}, {}, {}, {}};
  entry.spec = std::move(spec);
  return entry;
}

FAUXBANK_DECL TimelineEntry TimelineEntry::deactivate(When at, std::string account) {
  return {at, WorldEventKind::deactivate, std::move(account), {}, {}, {}, {}};
}

FAUXBANK_DECL TimelineEntry TimelineEntry::reactivate(When at, std::string account) {
  return {at, WorldEventKind::reactivate, std::move(account), {}, {}, {}, {}};
}

FAUXBANK_DECL TimelineEntry TimelineEntry::disconnect(When at, std::string account) {
  return {at, WorldEventKind::disconnect, std::move(account), {}, {}, {}, {}};
}

FAUXBANK_DECL TimelineEntry TimelineEntry::complete_refresh(When at, std::string account,
                                                            Feature feature,
                                                            std::optional<RefreshOutcome> outcome) {
  return {at, WorldEventKind::complete_refresh, std::move(account), {}, feature, outcome, {}};
}

FAUXBANK_DECL TimelineEntry TimelineEntry::set_balance(When at, std::string account,
                                                       Balance balance) {
  return {at, WorldEventKind::set_balance, std::move(account), {}, {}, {}, std::move(balance)};
}

FAUXBANK_DECL TimelineEntry TimelineEntry::expire_idempotency_keys(When at) {
  return {at, WorldEventKind::expire_idempotency_keys, {}, {}, {}, {}, {}};
}

FAUXBANK_DECL std::string to_string(const ListParams& params) {
  std::string text;
  for_each_param(params, [&](std::string_view name, std::string_view value) {
    text.append(text.empty() ? "" : " ").append(name).append("=");
    text.append(detail::one_line(value, 200));
  });
  return text.empty() ? "no parameters" : text;
}

FAUXBANK_DECL std::string to_string(const HolderFilter& holder) {
  ListParams params;
  params.account_holder = holder;
  return to_string(params);
}

FAUXBANK_DECL std::string to_string(const RefreshParams& params) {
  return "features " + to_string(params.features);
}
FAUXBANK_DECL std::string to_string(const SubscribeParams& params) {
  return "features " + to_string(params.features);
}
FAUXBANK_DECL std::string to_string(const UnsubscribeParams& params) {
  return "features " + to_string(params.features);
}

FAUXBANK_DECL std::string to_string(const Command& command) {
  std::string text(to_string(command.operation));
  if (command.operation == Operation::list) {
    text.append(" ").append(to_string(command.list != nullptr ? *command.list : ListParams{}));
  } else {
    text.append(" ").append(detail::one_line(command.account, 200));
  }
  if (!command.features.empty()) text.append(" features ").append(to_string(command.features));
  if (!command.tenant.empty())
    text.append(" in tenant ").append(detail::one_line(command.tenant, 200));
  return text;
}

FAUXBANK_DECL std::string to_string(const WorldEvent& event) {
  std::string text(to_string(event.kind));
  if (event.kind == WorldEventKind::expire_idempotency_keys) return text;
  text.append(" ");
  if (event.kind == WorldEventKind::link) {
    text.append(event.spec != nullptr ? to_string(*event.spec) : std::string("nothing"));
  } else {
    text.append(detail::one_line(event.account, 200));
  }
  if (event.kind == WorldEventKind::complete_refresh) {
    text.append(" ").append(to_string(event.feature));
    if (event.outcome) text.append(" ").append(to_string(*event.outcome));
  }
  if (event.kind == WorldEventKind::set_balance && event.balance != nullptr)
    text.append(" ").append(to_string(*event.balance));
  return text;
}

FAUXBANK_DECL std::string to_string(const When& when) {
  return when.at ? to_string(*when.at) : "+" + detail::duration_text(when.after);
}

FAUXBANK_DECL std::string to_string(const TimelineEntry& entry) {
  return to_string(entry.at) + " " + to_string(entry.as_event());
}

}  // namespace fauxbank
