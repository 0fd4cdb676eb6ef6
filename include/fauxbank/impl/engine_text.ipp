#pragma once

#include <fauxbank/detail/state.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/engine.hpp>

namespace fauxbank {
namespace detail {

inline std::string counted(std::size_t count, std::string_view one) {
  return std::to_string(count).append(" ").append(one).append(count == 1 ? "" : "s");
}

}  // namespace detail

FAUXBANK_DECL std::string to_string(const RuleSwitches& switches) {
  return std::string("limit_out_of_range ")
      .append(to_string(switches.limit_out_of_range))
      .append(", permissions ")
      .append(to_string(switches.permissions))
      .append(", early_refresh ")
      .append(to_string(switches.early_refresh));
}

FAUXBANK_DECL std::string to_string(const Settings& settings) {
  return "seed " + std::to_string(settings.seed) + ", now " + to_string(settings.now) + ", form " +
         std::string(to_string(settings.form)) + ", " + to_string(settings.rules);
}

FAUXBANK_DECL std::string to_string(const Refusal& refusal) {
  std::string text = std::to_string(refusal.status);
  if (!refusal.code.empty()) text.append(" ").append(refusal.code);
  if (!refusal.param.empty()) text.append(", param ").append(detail::one_line(refusal.param, 100));
  text.append(", by ").append(info(refusal.rule).id).append(": ");
  return text.append(detail::one_line(refusal.message, 300));
}

FAUXBANK_DECL std::string to_string(const Change& change) {
  std::string text(change.after ? change.after.id() : "no account");
  if (!change.before) return text + ": linked";
  std::string_view separator = ": ";
  for (const FieldChange& field : diff(change.before, change.after)) {
    text.append(separator).append(field.field).append(" ").append(field.before);
    text.append(" → ").append(field.after);
    separator = ", ";
  }
  return text;
}

FAUXBANK_DECL std::string to_string(const Event& event) {
  return std::string(to_string(event.kind))
      .append(" ")
      .append(event.account ? event.account.id() : "no account");
}

FAUXBANK_DECL std::string to_string(const Outcome& outcome) {
  if (outcome.refusal) return "refused: " + to_string(*outcome.refusal);
  std::string text = outcome.account ? to_string(outcome.account) : to_string(outcome.page);
  for (const Change& change : outcome.changes)
    text.append("; ").append(to_string(change));
  return text;
}

FAUXBANK_DECL std::string to_string(const State& state) {
  return detail::counted(state.size(), "account") + " at " + to_string(state.now()) + ", " +
         detail::counted(state.pending(), "timer") + ", seed " +
         std::to_string(state.settings().seed);
}

FAUXBANK_DECL std::string to_string(const MadeIds& made) {
  return std::to_string(made.count) + " of " + std::string(detail::id_kind_name(made.kind));
}

FAUXBANK_DECL std::string to_string(const InFlight& refresh) {
  return std::string(to_string(refresh.feature)) + " of " + detail::one_line(refresh.account, 300) +
         ", " + std::string(to_string(refresh.origin)) + ": " + to_string(refresh.plan);
}

}  // namespace fauxbank
