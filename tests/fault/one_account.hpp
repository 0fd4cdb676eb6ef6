#pragma once

// A world with one account, fca_1, whose refreshes are struck.

#include <string>

#include <fauxbank/world.hpp>

namespace fauxbank::testing {

inline const std::string kAccount = "/v1/financial_connections/accounts/fca_1";

inline World one_account() { return World({.accounts = {{.id = "fca_1"}}}); }

/// Whether a refresh of its balance was applied.
inline bool in_flight(const World& world) {
  return world.account("fca_1").refresh(Feature::balance) != nullptr;
}

}  // namespace fauxbank::testing
