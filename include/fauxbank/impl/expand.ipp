#pragma once

#include <algorithm>
#include <array>

#include <fauxbank/detail/expand.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

/// The shapes of answers and of what stands in them.
enum class Shape : std::uint8_t {
  none,
  plain,  // an inline member, which has nothing to expand
  account,
  accounts,
  balance,
  details,
  ownership,
  owners,
  session,
  transaction,
  transactions,
};

struct ExpandStep {
  Shape in;
  std::string_view member;
  Shape out;
};

inline constexpr std::array<ExpandStep, 22> kExpandSteps = {{
    {Shape::account, "account_holder", Shape::plain},
    {Shape::account, "account_numbers", Shape::plain},
    {Shape::account, "balance", Shape::balance},
    {Shape::account, "balance_refresh", Shape::plain},
    {Shape::account, "ownership", Shape::ownership},
    {Shape::account, "ownership_refresh", Shape::plain},
    {Shape::account, "status_details", Shape::details},
    {Shape::account, "transaction_refresh", Shape::plain},
    {Shape::accounts, "data", Shape::account},
    {Shape::balance, "cash", Shape::plain},
    {Shape::balance, "credit", Shape::plain},
    {Shape::details, "active", Shape::plain},
    {Shape::ownership, "owners", Shape::owners},
    {Shape::owners, "data", Shape::plain},
    {Shape::session, "account_holder", Shape::plain},
    {Shape::session, "accounts", Shape::accounts},
    {Shape::session, "bank_account_token", Shape::plain},
    {Shape::session, "filters", Shape::plain},
    {Shape::session, "limits", Shape::plain},
    {Shape::session, "manual_entry", Shape::plain},
    {Shape::transaction, "status_transitions", Shape::plain},
    {Shape::transactions, "data", Shape::transaction},
}};

inline Shape answer_shape(Operation operation) noexcept {
  switch (operation) {
    case Operation::list:
      return Shape::accounts;
    case Operation::owners:
      return Shape::owners;
    case Operation::sessions_create:
    case Operation::sessions_retrieve:
      return Shape::session;
    case Operation::transactions_list:
      return Shape::transactions;
    case Operation::transactions_retrieve:
      return Shape::transaction;
    default:
      return Shape::account;
  }
}

FAUXBANK_DECL std::optional<ExpandFault> expand_fault(Operation operation, std::string_view path) {
  constexpr std::ptrdiff_t kMostLevels = 4;
  if (std::count(path.begin(), path.end(), '.') >= kMostLevels) {
    return ExpandFault{"property_expansion_max_depth",
                       "Cannot expand more than 4 levels: " + quoted(path)};
  }
  Shape shape = answer_shape(operation);
  for (std::string_view rest = path; shape != Shape::none;) {
    const std::string_view member = rest.substr(0, rest.find('.'));
    const auto step =
        std::find_if(kExpandSteps.begin(), kExpandSteps.end(),
                     [&](const ExpandStep& s) { return s.in == shape && s.member == member; });
    shape = step == kExpandSteps.end() ? Shape::none : step->out;
    if (shape != Shape::none && member.size() == rest.size()) return std::nullopt;
    rest.remove_prefix(std::min(member.size() + 1, rest.size()));
  }
  std::string text = "Cannot be expanded: " + quoted(path);
  const std::string in_rows = "data." + std::string(path);
  const bool list = operation == Operation::list || operation == Operation::transactions_list;
  if (list && path.substr(0, 5) != "data." && !expand_fault(operation, in_rows))
    text += "; on a list it is " + quoted(in_rows);
  return ExpandFault{{}, text};
}

FAUXBANK_DECL bool expands_ownership(Operation operation, std::string_view path) noexcept {
  std::string_view to = "ownership";
  if (operation == Operation::list) to = "data.ownership";
  if (answer_shape(operation) == Shape::session) to = "accounts.data.ownership";
  return path.substr(0, to.size()) == to && (path.size() == to.size() || path[to.size()] == '.');
}

}  // namespace fauxbank::detail
