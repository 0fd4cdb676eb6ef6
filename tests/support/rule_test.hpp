#pragma once

// Tests that prove rules of the rule table. Each names the rules whose breaking it would notice; a
// build of its own switches them off one by one and expects one of these tests to fail.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank::testing {

/// Which rules a test names; made by RULE_TEST.
struct RuleTag {
  RuleTag(const char* test, std::initializer_list<const char*> rules);
};

/// `Suite.Name` of every test that names the rule.
std::vector<std::string> tests_naming(std::string_view rule);

/// All rule ids that any test names.
std::vector<std::string> named_rules();

}  // namespace fauxbank::testing

/// RULE_TEST(ListOrder, NewestFirst, "list.order", "list.url") { … }
#define RULE_TEST(suite, name, ...)                                                  \
  static const ::fauxbank::testing::RuleTag suite##_##name##_rules{#suite "." #name, \
                                                                   {__VA_ARGS__}};   \
  TEST(suite, name)
