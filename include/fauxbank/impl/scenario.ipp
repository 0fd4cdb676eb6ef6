#pragma once

#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/scenario.hpp>

namespace fauxbank {

FAUXBANK_DECL std::string to_string(const Scenario& scenario) {
  std::string text = detail::quoted(detail::one_line(scenario.name, 200)) + ", ";
  text.append(std::to_string(scenario.accounts.size())).append(" accounts, ");
  return text.append(
      to_string(Settings{scenario.seed, scenario.now, scenario.form, scenario.rules, {}, {}}));
}

}  // namespace fauxbank
