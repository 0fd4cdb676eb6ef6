#pragma once

/// \file
/// A world as data.

#include <cstdint>
#include <string>
#include <vector>

#include <fauxbank/engine.hpp>

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
};

/// `'a name', 2 accounts, seed 1, now 2023-11-14T22:13:20Z, …`
std::string to_string(const Scenario& scenario);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/scenario.ipp>
#endif
