// The main of every test program.
//
//   --rules          print each rule, its stage and how many tests name it; fail on a name that is
//   no rule
//   --rule-off=ID    only where rules can be switched off: run the tests that name the rule,
//   without it

#include <cstdio>
#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/rules.hpp>

#include "support/rule_test.hpp"

namespace {

using fauxbank::Rule;

#ifdef FAUXBANK_RULE_SWITCHES
Rule switched_off = Rule::count_;
#endif

int print_rules() {
  int unknown = 0;
  for (const std::string& id : fauxbank::testing::named_rules()) {
    if (fauxbank::find_rule(id)) continue;
    std::printf("no such rule: %s\n", id.c_str());
    ++unknown;
  }
  for (const fauxbank::RuleInfo& row : fauxbank::all_rules()) {
    const std::string id(row.id);
    std::printf("%s\t%s\t%zu\n", id.c_str(),
                row.stage == fauxbank::Stage::implemented ? "implemented" : "planned",
                fauxbank::testing::tests_naming(id).size());
  }
  return unknown == 0 ? 0 : 1;
}

#ifdef FAUXBANK_RULE_SWITCHES
bool switch_off(const char* id) {
  const auto rule = fauxbank::find_rule(id);
  if (!rule) {
    std::printf("no such rule: %s\n", id);
    return false;
  }
  switched_off = *rule;
  std::string filter;
  for (const std::string& test : fauxbank::testing::tests_naming(id))
    filter += (filter.empty() ? "" : ":") + test;
  ::testing::GTEST_FLAG(filter) = filter.empty() ? "-*" : filter;
  return true;
}
#endif

}  // namespace

#ifdef FAUXBANK_RULE_SWITCHES
bool fauxbank::detail::rule_enabled(Rule rule) noexcept { return rule != switched_off; }
#endif

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--rules") == 0) return print_rules();
#ifdef FAUXBANK_RULE_SWITCHES
    constexpr char kOff[] = "--rule-off=";
    if (std::strncmp(argv[i], kOff, sizeof kOff - 1) == 0) {
      if (!switch_off(argv[i] + sizeof kOff - 1)) return 2;
      continue;
    }
#endif
    std::printf("unknown argument: %s\n", argv[i]);
    return 2;
  }
  return RUN_ALL_TESTS();
}
