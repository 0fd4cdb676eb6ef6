// fauxbank run: plays the timeline of a scenario.

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>

#include <unistd.h>

#include <fauxbank/world.hpp>

#include "commands.hpp"

namespace fauxbank::cli {
namespace {

/// When the last entry is due; without a timeline the start.
Instant end_of(const Scenario& scenario) {
  Instant end = scenario.now;
  for (const TimelineEntry& entry : scenario.timeline)
    end = std::max(end, entry.at.from(scenario.now));
  return end;
}

/// When what is in flight will have ended, as far as it does so by itself. A daily refresh that is
/// still to start is left out: there is always one more.
Instant all_done(const World& world) {
  const Instant now = world.clock().now();
  Instant end = now;
  for (const InFlight& refresh : world.to_scenario().in_flight) {
    const Completion completes = refresh.plan.completes.value_or(Completion{});
    if (completes.kind == Completion::Kind::after) end = std::max(end, now + completes.delay);
  }
  return end;
}

/// Misfits red, what happened by itself dim: only where a person looks.
const char* colour_of(const JournalEntry& entry) {
  if (entry.refused_by) return "\x1b[31m";
  return entry.kind == EntryKind::timer ? "\x1b[2m" : "\x1b[1m";
}

void print(const Journal& journal, bool coloured) {
  for (const JournalEntry& entry : journal) {
    const std::string text = to_string(entry);
    coloured ? std::printf("%s%s\x1b[0m", colour_of(entry), text.c_str())
             : std::printf("%s", text.c_str());
    if (text.empty() || text.back() != '\n') std::printf("\n");
  }
}

}  // namespace

int run(std::span<const std::string_view> arguments) {
  if (arguments.size() != 1) {
    std::fputs("fauxbank run: one file is needed\n", stderr);
    return kUsage;
  }
  const auto scenario = read_scenario(std::string(arguments.front()));
  if (!scenario) {
    for (const Diagnostic& diagnostic : scenario.error())
      std::fprintf(stderr, "%s\n", to_string(diagnostic).c_str());
    return kBadNews;
  }
  WorldOptions options;
  options.journal_entries = std::numeric_limits<std::size_t>::max();
  options.journal_bytes = std::numeric_limits<std::size_t>::max();
  World world{*scenario, options};
  world.clock().advance_to(end_of(*scenario));
  world.clock().advance_to(all_done(world));
  print(world.journal(), isatty(STDOUT_FILENO) != 0);
  const auto leftovers = world.leftovers();
  const bool misfit = std::any_of(leftovers.begin(), leftovers.end(), [](const Leftover& left) {
    return left.kind == LeftoverKind::misfit;
  });
  return misfit ? kBadNews : kGood;
}

}  // namespace fauxbank::cli
