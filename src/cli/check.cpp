// fauxbank check: validates scenarios.

#include <cstdio>
#include <string>

#include <fauxbank/scenario.hpp>

#include "commands.hpp"

namespace fauxbank::cli {

int check(std::span<const std::string_view> arguments) {
  if (arguments.empty()) {
    std::fputs("fauxbank check: a file is needed\n", stderr);
    return kUsage;
  }
  int outcome = kGood;
  for (std::string_view file : arguments) {
    const auto scenario = read_scenario(std::string(file));
    if (scenario) continue;
    outcome = kBadNews;
    for (const Diagnostic& diagnostic : scenario.error())
      std::printf("%s\n", to_string(diagnostic).c_str());
  }
  return outcome;
}

}  // namespace fauxbank::cli
