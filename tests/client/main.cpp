// The main of every conformance program.
//
//   --tables    print what docs/adapters.md says of the library; see tables.py

#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "client/driver.hpp"
#include "client/faults.hpp"

namespace {

using fauxbank::testing::Library;
using fauxbank::testing::Seen;
using fauxbank::testing::Trouble;

std::string quoted(std::string_view text) {
  std::string quote = text.starts_with("none") ? "" : "`";
  return quote + std::string(text) + quote;
}

std::string cell(std::string_view error, int attempts) {
  return (attempts == 1 ? "" : std::to_string(attempts) + " attempts, then ") + quoted(error);
}

/// What is seen where no connection can be refused.
std::string unless_refused(const Library& tested) {
  for (const auto& driver : fauxbank::testing::drivers()) {
    if (driver.refuses) continue;
    const Seen& reset = tested.seen[static_cast<std::size_t>(Trouble::reset)];
    return "; where the way in cannot refuse `" + std::string(reset.error) + "`";
  }
  return "";
}

/// The faults that end in one trouble: "`timeout` (before, after)".
std::string faults_of(const Seen& seen) {
  std::vector<std::pair<std::string, std::string>> kinds;
  for (const auto& fault : fauxbank::testing::all_faults()) {
    if (fault.is_answer || fault.trouble != seen.trouble) continue;
    const std::string kind(to_string(fault.kind));
    const std::string phase(to_string(fault.phase));
    if (!kinds.empty() && kinds.back().first == kind) {
      kinds.back().second += ", " + phase;
    } else {
      kinds.emplace_back(kind, phase);
    }
  }
  std::string text;
  for (const auto& [kind, phases] : kinds)
    text += (text.empty() ? "`" : "; `") + kind + "` (" + phases + ")";
  return text;
}

int print_tables() {
  const Library& tested = fauxbank::testing::library();
  const std::string name(tested.name);
  const bool kept = tested.keeps_connections;
  std::printf("== errors of %s\n", name.c_str());
  std::printf("| fault | %s\n", kept ? "first on a new connection | on a kept-alive connection |"
                                     : "the client sees |");
  std::printf("|---|---|%s\n", kept ? "---|" : "");
  for (const Seen& seen : tested.seen) {
    const auto when_kept = seen.error_when_kept.empty() ? seen.error : seen.error_when_kept;
    std::printf("| %s | %s%s |", faults_of(seen).c_str(), cell(seen.error, seen.attempts).c_str(),
                seen.trouble == Trouble::refused ? unless_refused(tested).c_str() : "");
    if (kept) std::printf(" %s |", cell(when_kept, seen.attempts_when_kept).c_str());
    std::printf("\n");
  }
  std::printf("== attempts\n| %s |", name.c_str());
  for (const Seen& seen : tested.seen) {
    std::printf(" %d", seen.attempts);
    if (kept) std::printf(" / %d", seen.attempts_when_kept);
    std::printf(" |");
  }
  std::printf("\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  if (argc == 2 && std::strcmp(argv[1], "--tables") == 0) return print_tables();
  if (argc > 1) {
    std::printf("unknown argument: %s\n", argv[1]);
    return 2;
  }
  return RUN_ALL_TESTS();
}
