// The program `fauxbank`: finds the command and runs it.

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/version.hpp>

#include "commands.hpp"

namespace {

using namespace fauxbank;

struct Command {
  std::string_view name;
  std::string_view usage;
  std::string_view does;
  int (*run)(std::span<const std::string_view>);
};

constexpr std::array kCommands = {
    Command{"check", "check FILE…", "validates scenarios, and prints what is wrong with them",
            cli::check},
    Command{"coverage", "coverage [--json] [--require RULE]… FILE…",
            "merges what test programs have seen, and prints it", cli::coverage},
    Command{"run", "run FILE",
            "plays the timeline of a scenario to its end, and prints the journal", cli::run},
#ifdef FAUXBANK_CLI_SERVE
    Command{"serve",
            "serve [--scenario FILE] [--port N] [--unix PATH] [--form documented|current]\n"
            "                 [--clock wall|manual] [--seed N] [--journal FILE]\n"
            "                 [--webhook URL] [--webhook-secret SECRET]…",
            "serves the API on 127.0.0.1, on a free port if none is given, until SIGTERM or SIGINT",
            cli::serve},
#endif
};

void print_usage(std::FILE* out) {
  std::fputs("usage: fauxbank COMMAND …\n\n", out);
  for (const Command& command : kCommands) {
    std::fprintf(out, "  fauxbank %s\n      %s\n", std::string(command.usage).c_str(),
                 std::string(command.does).c_str());
  }
  std::fputs("  fauxbank --version\n", out);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    print_usage(stderr);
    return cli::kUsage;
  }
  const std::string_view wanted = arguments.front();
  if (wanted == "--help" || wanted == "-h" || wanted == "help") {
    print_usage(stdout);
    return cli::kGood;
  }
  if (wanted == "--version") {
    std::puts("fauxbank " FAUXBANK_VERSION_STRING);
    return cli::kGood;
  }
  detail::Nearest nearest(wanted);
  for (const Command& command : kCommands) {
    if (command.name == wanted) return command.run(std::span(arguments).subspan(1));
    nearest.offer(command.name);
  }
  std::string text = "fauxbank: no such command: " + std::string(wanted);
  if (const std::string best = nearest.best(); !best.empty()) text += "; nearest is " + best;
  std::fprintf(stderr, "%s\n", text.c_str());
  print_usage(stderr);
  return cli::kUsage;
}
