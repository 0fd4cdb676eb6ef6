#pragma once

/// \file
/// A world as data.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/engine.hpp>
#include <fauxbank/fault.hpp>
#include <fauxbank/result.hpp>

namespace fauxbank {

/// What a world starts as. Everything has a default; write only what the test is about:
///
/// ```cpp
/// World world{{.accounts = {{.id = "fca_checking", .account_holder =
/// AccountHolder::customer("cus_1")}}}};
/// ```
struct Scenario {
  std::string name{};
  std::uint64_t seed = 1;
  Instant now{Milliseconds{1'700'000'000'000}};  ///< 2023-11-14T22:13:20Z
  Form form = Form::documented;
  RuleSwitches rules{};
  RefreshPlan defaults{};               ///< for refreshes whose plan leaves something out
  std::vector<std::string> tenants{};   ///< listed: a Stripe-Account outside the list is refused
  std::vector<AccountSpec> accounts{};  ///< in link order: later is newer where `created` is equal
  std::vector<SessionSpec> sessions{};
  std::vector<TimelineEntry> timeline{};  ///< in order of `at`; of equals, in this order
  std::vector<FaultPlan> faults{};        ///< the first that fires counts
  std::vector<InFlight> in_flight{};      ///< how pending refreshes will end, in start order
  std::vector<MadeIds> ids_made{};        ///< of an exported world, so that it makes the same next
};

/// One thing that is wrong with a scenario, and where.
struct Diagnostic {
  std::string file{};   ///< as it was named; empty for a scenario in C++
  unsigned line = 0;    ///< from 1; 0 for a scenario in C++
  unsigned column = 0;  ///< from 1, in characters; 0 for a scenario in C++
  std::string text{};
  std::string pointer{};  ///< RFC 6901, into the file as it stands
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// Print one diagnostic on one line: `FILE:LINE:COLUMN: TEXT (POINTER)`.
std::string to_string(const Diagnostic& diagnostic);

/// Check a whole scenario: accounts, ids, references between its parts, plans.
///
/// Complexity: linear in its size.
/// \returns what is wrong, with pointers as `to_json` writes the scenario; nothing when it is sound
std::vector<Diagnostic> check(const Scenario& scenario);

/// Write a scenario as a file holds it: two-space indentation, members in the order of the
/// documentation, what has its default left out.
///
/// Reading it again gives an equal world, also with its ids and what is still to come.
/// Complexity: linear. Determinism: the text depends on nothing but the scenario.
std::string to_json(const Scenario& scenario);

/// Read a scenario from JSON: a scenario, a list answer of the API (`{"object":"list",…}`, newest
/// first), or one account as the API prints it.
///
/// All or nothing; everything that is wrong with the text is reported at once, in the order of the
/// text. A text that is no JSON ends at its first fault.
///
/// Complexity: linear. Determinism: neither locale, time zone nor environment matter.
/// \param text UTF-8 without a byte order mark, at most 64 MiB, nested at most 32 deep
/// \param name what the diagnostics call it
/// \returns the scenario, or at least one diagnostic
Result<Scenario, std::vector<Diagnostic>> parse_scenario(std::string_view text,
                                                         std::string_view name = "scenario");

/// Read a scenario from a file; the diagnostics name it by `path`. A file that cannot be read is a
/// diagnostic without line.
Result<Scenario, std::vector<Diagnostic>> read_scenario(const std::string& path);

/// Read a list of faults, or one, as the member `faults` of a scenario has them; they may name any
/// account. Times count from `now`.
Result<std::vector<FaultPlan>, std::vector<Diagnostic>> parse_faults(
    std::string_view text, Instant now, std::string_view name = "faults");

/// Read one entry of a timeline; nothing but its own members is checked. Without `at` it means now.
Result<TimelineEntry, std::vector<Diagnostic>> parse_timeline_entry(
    std::string_view text, Instant now, std::string_view name = "entry");

/// `'a name', 2 accounts, seed 1, now 2023-11-14T22:13:20Z, …`
std::string to_string(const Scenario& scenario);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/check_scenario.ipp>
#include <fauxbank/impl/read_scenario.ipp>
#include <fauxbank/impl/scenario.ipp>
#include <fauxbank/impl/write_scenario.ipp>
#endif
