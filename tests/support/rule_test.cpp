#include "support/rule_test.hpp"

#include <map>
#include <utility>

namespace fauxbank::testing {
namespace {

// Tags are made before main, in any order; a function's static is there when the first one comes.
std::map<std::string, std::vector<std::string>, std::less<>>& tags() {
  static std::map<std::string, std::vector<std::string>, std::less<>> all;
  return all;
}

}  // namespace

RuleTag::RuleTag(const char* test, std::initializer_list<const char*> rules) {
  for (const char* rule : rules)
    tags()[rule].emplace_back(test);
}

std::vector<std::string> tests_naming(std::string_view rule) {
  const auto found = tags().find(rule);
  return found == tags().end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> named_rules() {
  std::vector<std::string> ids;
  for (const auto& tag : tags())
    ids.push_back(tag.first);
  return ids;
}

}  // namespace fauxbank::testing
