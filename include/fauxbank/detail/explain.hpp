#pragma once

// The texts that explain an entry of the journal.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/rules.hpp>

namespace fauxbank {

struct JournalEntry;

namespace detail {

/// Whether a refusal by this rule is explained by what else there was in the world.
constexpr bool explained_by_state(Rule rule) noexcept {
  return rule == Rule::account_missing || rule == Rule::owners || rule == Rule::transactions ||
         rule == Rule::list_cursor_unknown || rule == Rule::tenant ||
         rule == Rule::refresh_too_early;
}

/// The routes there are.
inline constexpr std::array<std::string_view, 11> kRoutes = {
    "GET /v1/financial_connections/accounts",
    "GET /v1/financial_connections/accounts/:id",
    "GET /v1/financial_connections/accounts/:id/owners",
    "POST /v1/financial_connections/accounts/:id/disconnect",
    "POST /v1/financial_connections/accounts/:id/refresh",
    "POST /v1/financial_connections/accounts/:id/subscribe",
    "POST /v1/financial_connections/accounts/:id/unsubscribe",
    "POST /v1/financial_connections/sessions",
    "GET /v1/financial_connections/sessions/:id",
    "GET /v1/financial_connections/transactions",
    "GET /v1/financial_connections/transactions/:id"};

/// `POST /v1/… features[]=balance`, `call refresh fca_1 features[]=balance`, `event deactivate
/// fca_1`
std::string asked_line(const JournalEntry& entry);

/// `200`, or the explanation of a refusal
std::string answer_line(const JournalEntry& entry);

/// `attempt 2 of the call of entry #1`
std::string attempt_line(const JournalEntry& entry);

/// The value of a header among lines of `Name: value`.
std::optional<std::string_view> field_in(std::string_view lines, std::string_view name);

/// The value of a form field, escaped.
std::string form_escaped(std::string_view text);

}  // namespace detail
}  // namespace fauxbank
