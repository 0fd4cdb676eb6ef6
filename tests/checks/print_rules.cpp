// Prints the rule table as docs/rules.md.

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include <fauxbank/rules.hpp>

namespace {

using fauxbank::Rule;
using fauxbank::RuleInfo;
using fauxbank::Stage;

/// In a cell of a table a bar would end it.
std::string cell(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|') escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

std::size_t printed = 0;

void print_heading(const char* title) {
  std::printf("\n## %s\n\n| id | rule | origin |\n|---|---|---|\n", title);
}

void print_row(Rule rule) {
  const RuleInfo& row = fauxbank::info(rule);
  std::printf("| `%s` | %s | %s |\n", std::string(row.id).c_str(), cell(row.text).c_str(),
              std::string(to_string(row.origin)).c_str());
  ++printed;
}

std::size_t count(Stage stage) {
  std::size_t n = 0;
  for (const RuleInfo& row : fauxbank::all_rules())
    n += row.stage == stage ? 1u : 0u;
  return n;
}

}  // namespace

int main() {
  std::printf(
      "# The rules\n\n"
      "Every behaviour that a client can observe, by id. `./dev docs` writes this page from the "
      "rule table, "
      "`include/fauxbank/detail/rule_table.hpp`.\n"
      "What the origins mean stands in [fidelity.md](fidelity.md).\n\n"
      "%zu rules: %zu implemented, %zu planned.\n",
      fauxbank::kRuleCount, count(Stage::implemented), count(Stage::planned));

#define FAUXBANK_PRINT_RULE(name, id, origin, stage, text) print_row(Rule::name);
  print_heading("Time");
  FAUXBANK_RULES_TIME(FAUXBANK_PRINT_RULE)
  print_heading("Wire form");
  FAUXBANK_RULES_FORM(FAUXBANK_PRINT_RULE)
  print_heading("Authentication and routing");
  FAUXBANK_RULES_AUTH(FAUXBANK_PRINT_RULE)
  print_heading("Parameters");
  FAUXBANK_RULES_PARAM(FAUXBANK_PRINT_RULE)
  print_heading("Lists of accounts");
  FAUXBANK_RULES_LIST(FAUXBANK_PRINT_RULE)
  print_heading("One account");
  FAUXBANK_RULES_ACCOUNT(FAUXBANK_PRINT_RULE)
  print_heading("World events");
  FAUXBANK_RULES_WORLD(FAUXBANK_PRINT_RULE)
  print_heading("Owners, sessions and transactions");
  FAUXBANK_RULES_FAMILY(FAUXBANK_PRINT_RULE)
  print_heading("Repeated requests");
  FAUXBANK_RULES_REPEAT(FAUXBANK_PRINT_RULE)
  print_heading("Events");
  FAUXBANK_RULES_EVENT(FAUXBANK_PRINT_RULE)
#undef FAUXBANK_PRINT_RULE

  return printed == fauxbank::kRuleCount ? 0 : 1;  // a group is missing above
}
