#pragma once

#include <fauxbank/rules.hpp>

namespace fauxbank {

FAUXBANK_DECL std::string_view to_string(Origin origin) noexcept {
  switch (origin) {
    case Origin::documented:
      return "documented";
    case Origin::observed:
      return "observed";
    case Origin::assumed:
      return "assumed";
    case Origin::ours:
      return "ours";
  }
  return "unknown";
}

FAUXBANK_DECL std::string to_string(const RuleInfo& row) {
  return std::string(row.id)
      .append(" (")
      .append(to_string(row.origin))
      .append("): ")
      .append(row.text);
}

FAUXBANK_DECL std::string to_string(const RuleSet& rules) {
  std::string text;
  rules.for_each([&](Rule rule) { text.append(text.empty() ? "" : " ").append(info(rule).id); });
  return text;
}

FAUXBANK_DECL std::string to_string(const RuleCounts& counts) {
  std::string text;
  for (const RuleInfo& row : all_rules()) {
    if (counts[row.rule] == 0) continue;
    text.append(text.empty() ? "" : ", ").append(row.id).append(" ");
    text.append(std::to_string(counts[row.rule]));
  }
  return text.empty() ? "no rule" : text;
}

FAUXBANK_DECL const std::array<RuleInfo, kRuleCount>& all_rules() noexcept {
  static constexpr std::array<RuleInfo, kRuleCount> kTable{{
#define FAUXBANK_RULE_ROW(name, id, origin, stage, text) \
  RuleInfo{Rule::name, id, Origin::origin, Stage::stage, text},
      FAUXBANK_RULE_TABLE(FAUXBANK_RULE_ROW)
#undef FAUXBANK_RULE_ROW
  }};
  return kTable;
}

FAUXBANK_DECL const RuleInfo& info(Rule rule) noexcept {
  return all_rules()[static_cast<std::size_t>(rule)];
}

FAUXBANK_DECL std::optional<Rule> find_rule(std::string_view id) noexcept {
  for (const RuleInfo& row : all_rules()) {
    if (row.id == id) return row.rule;
  }
  return std::nullopt;
}

}  // namespace fauxbank
