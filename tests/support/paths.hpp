#pragma once

// The paths that tests send requests to.

#include <string>
#include <string_view>

namespace fauxbank::testing {

inline const std::string kAccounts = "/v1/financial_connections/accounts";

/// `account_path("fca_1")`, `account_path("fca_1", "refresh")`
inline std::string account_path(std::string_view id, std::string_view verb = {}) {
  std::string path = kAccounts + "/" + std::string(id);
  if (!verb.empty()) path.append("/").append(verb);
  return path;
}

}  // namespace fauxbank::testing
