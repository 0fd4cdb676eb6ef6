#pragma once

/// \file
/// A world as data.

#include <cstdint>
#include <string>
#include <vector>

#include <fauxbank/engine.hpp>
#include <fauxbank/fault.hpp>

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
};

/// `'a name', 2 accounts, seed 1, now 2023-11-14T22:13:20Z, …`
std::string to_string(const Scenario& scenario);

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

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/check_scenario.ipp>
#include <fauxbank/impl/scenario.ipp>
#endif
