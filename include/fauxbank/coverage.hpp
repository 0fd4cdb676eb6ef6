#pragma once

/// \file
/// Behaviour coverage: which rules, and which turns of events, the tests of a program have seen.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/detail/enums.hpp>
#include <fauxbank/journal.hpp>
#include <fauxbank/rules.hpp>
#include <fauxbank/world.hpp>

namespace fauxbank {

/// Turns of events that no single rule stands for, and that code under test should have met.
enum class Behaviour : std::uint8_t {
  page_crossed,
  more_pages,
  refresh_succeeded,
  refresh_failed,
  account_disconnected,
  account_deactivated,
  bad_request,
  unauthorized,
  forbidden,
  not_found,
  conflict,
  rate_limited,
  server_error
};
FAUXBANK_ENUM_NAMES(Behaviour, "page_crossed", "more_pages", "refresh_succeeded", "refresh_failed",
                    "account_disconnected", "account_deactivated", "bad_request", "unauthorized",
                    "forbidden", "not_found", "conflict", "rate_limited", "server_error");

inline constexpr std::size_t kBehaviourCount = EnumNames<Behaviour>::values.size();

/// What is missing when a behaviour was never seen: `no test crossed a page boundary`.
std::string_view never_text(Behaviour behaviour) noexcept;

/// Sums up what worlds have seen. Add each world once, when its test is over.
///
/// Thread safety: none.
class Coverage {
 public:
  /// How often, and in how many worlds.
  struct Count {
    std::uint64_t hits = 0;
    std::uint64_t worlds = 0;
    friend bool operator==(const Count&, const Count&) = default;
  };

  /// Add what a world has applied, and what its journal shows. Entries that its journal has dropped
  /// are counted as such; the rules that they applied are not lost.
  void add(const World& world);
  /// The same from its parts.
  void add(const RuleCounts& counts, const Journal& journal);
  /// Add what another program, or another shard, has seen.
  void add(const Coverage& other);

  // What a file says, piece by piece; it adds.
  void add(Rule rule, Count count);
  void add(Behaviour behaviour, Count count);
  void add_worlds(std::uint64_t worlds, std::uint64_t dropped);

  Count operator[](Rule rule) const noexcept { return rules_[static_cast<std::size_t>(rule)]; }
  Count operator[](Behaviour behaviour) const noexcept {
    return behaviours_[static_cast<std::size_t>(behaviour)];
  }
  std::uint64_t worlds() const noexcept { return worlds_; }
  std::uint64_t dropped() const noexcept { return dropped_; }

  /// The implemented rules that nobody applied, in the table's order.
  std::vector<Rule> never_applied() const;
  /// The behaviours that nobody saw.
  std::vector<Behaviour> never_seen() const;

  /// For a file: `fauxbank coverage FILE…` reads and merges these. One object with the members
  /// `fauxbank_coverage` (the format's version, 1), `worlds`, `entries_dropped`, `rules` and
  /// `behaviours`, each of the latter by name with `hits` and `worlds`.
  std::string to_json() const;

  friend bool operator==(const Coverage&, const Coverage&) = default;

 private:
  std::array<Count, kRuleCount> rules_{};
  std::array<Count, kBehaviourCount> behaviours_{};
  std::uint64_t worlds_ = 0;
  std::uint64_t dropped_ = 0;
};

/// For a person: what was seen and how often, then what was never seen.
std::string to_string(const Coverage& coverage);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/coverage.ipp>
#endif
