#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/record.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

// The account schema, for specs: what a member may hold, and which members fit each other.

inline constexpr std::size_t kLongestId = 255;

/// True of nearly every id: nothing that `id_fault` might object to.
inline bool is_plain_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= kLongestId && words::none(id, [](std::uint64_t word) {
    return (word & words::kOnes * 0x80) | words::has_less(word, ' ') | words::has(word, '/') |
           words::has(word, '\x7f');
  });
}

FAUXBANK_DECL std::optional<std::string> id_fault(std::string_view id) {
  if (id.empty()) return "an id is needed";
  if (id.size() > kLongestId) return "an id has at most 255 characters";
  const bool bad = std::any_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/';
  });
  if (bad) return "an id has no control characters and no slashes";
  if (!is_utf8(id)) return "an id is UTF-8";
  return std::nullopt;
}

FAUXBANK_DECL std::optional<std::string> text_fault(std::string_view text) {
  constexpr std::size_t kLongestText = 5000;
  if (text.size() > kLongestText) return "a text has at most 5000 characters";
  if (!is_utf8(text)) return "a text is UTF-8";
  return std::nullopt;
}

FAUXBANK_DECL bool fits(Category category, Subcategory subcategory) noexcept {
  switch (subcategory) {
    case Subcategory::checking:
    case Subcategory::savings:
      return category == Category::cash;
    case Subcategory::credit_card:
    case Subcategory::line_of_credit:
    case Subcategory::mortgage:
      return category == Category::credit;
    case Subcategory::other:
      break;
  }
  return true;
}

FAUXBANK_DECL std::optional<std::string> refresh_fault(const Refresh& refresh, Status status,
                                                       Feature feature) {
  if (refresh.status == RefreshStatus::pending) {
    if (status != Status::active) return "only an active account has a refresh in flight";
    if (refresh.next_refresh_available_at)
      return "a pending refresh has no next_refresh_available_at";
  }
  // What no step could lead to (rules disconnect, deactivate, subscribe).
  if (status == Status::disconnected) return "a disconnected account has no refreshes";
  if (status == Status::inactive && refresh.next_refresh_available_at) {
    return "a refresh of an inactive account has no next_refresh_available_at";
  }
  if (feature != Feature::transactions && refresh.origin == RefreshOrigin::subscription) {
    return "only transactions are refreshed by a subscription";
  }
  if (feature != Feature::transactions && !refresh.id.empty())
    return "only transaction_refresh has an id";
  const std::int64_t at = to_ms(refresh.last_attempted_at);
  if (at < 0 || at > kLastInstantMs) return "last_attempted_at lies outside the years 1970 to 9999";
  return std::nullopt;
}

FAUXBANK_DECL std::optional<std::string> amounts_fault(const Amounts& amounts) {
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    const std::string& currency = amounts[i].currency;
    if (currency.size() != 3 || !std::all_of(currency.begin(), currency.end(),
                                             [](char c) { return c >= 'a' && c <= 'z'; })) {
      return "a currency is three lower-case letters, not " + quoted(currency);
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (amounts[j].currency == currency)
        return "the currency " + quoted(currency) + " stands twice";
    }
  }
  return std::nullopt;
}

FAUXBANK_DECL std::optional<std::string> balance_fault(const Balance& balance) {
  if (auto fault = amounts_fault(balance.current)) return fault;
  return balance.part ? amounts_fault(*balance.part) : std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> check(const RefreshPlan& plan) {
  if (plan.completes) {
    if (plan.completes->delay < Milliseconds::zero())
      return SpecFault{"/completes", "a delay is not negative"};
    if (plan.completes->kind == Completion::Kind::after_reads && plan.completes->reads == 0)
      return SpecFault{"/completes", "after_reads is at least 1"};
  }
  if (plan.cool_down && *plan.cool_down < Milliseconds::zero())
    return SpecFault{"/cool_down", "a cool-down is not negative"};
  if (plan.balance) {
    if (auto fault = balance_fault(*plan.balance)) return SpecFault{"/balance", *fault};
  }
  return std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> plan_fault(const std::vector<RefreshPlan>& plans,
                                                  std::string_view name) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (auto fault = check(plans[i])) {
      fault->pointer.insert(0, "/refresh/" + std::string(name) + "/" + std::to_string(i));
      return fault;
    }
  }
  return std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> check_identity(const AccountSpec& spec) {
  using Fault = std::optional<SpecFault>;
  const auto id_member = [](const char* pointer, std::string_view id) -> Fault {
    if (auto fault = id_fault(id)) return SpecFault{pointer, *std::move(fault)};
    return std::nullopt;
  };
  const auto text_member = [](const char* pointer, std::string_view text) -> Fault {
    if (auto fault = text_fault(text)) return SpecFault{pointer, *std::move(fault)};
    return std::nullopt;
  };
  // What is absent costs a look: most members of most accounts are.
  if (!spec.id.empty() && !is_plain_id(spec.id)) {
    if (Fault fault = id_member("/id", spec.id)) return fault;
  }
  if (!spec.tenant.empty()) {
    if (Fault fault = id_member("/tenant", spec.tenant)) return fault;
  }
  if (spec.session) {
    if (Fault fault = id_member("/session", *spec.session)) return fault;
  }
  if (spec.account_holder && !is_plain_id(spec.account_holder->id)) {
    const bool account = spec.account_holder->type == HolderType::account;
    if (Fault fault = id_member(account ? "/account_holder/account" : "/account_holder/customer",
                                spec.account_holder->id))
      return fault;
  }
  if (spec.account_holder && !spec.account_holder->customer_account.empty()) {
    if (Fault fault =
            id_member("/account_holder/customer_account", spec.account_holder->customer_account))
      return fault;
  }
  if (spec.institution_name) {
    if (Fault fault = text_member("/institution_name", *spec.institution_name)) return fault;
  }
  if (spec.display_name) {
    if (Fault fault = text_member("/display_name", *spec.display_name)) return fault;
  }
  if (spec.last4 && !spec.last4->empty()) {
    const bool digits =
        spec.last4->size() == 4 && std::all_of(spec.last4->begin(), spec.last4->end(),
                                               [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return SpecFault{"/last4", "last4 is four digits, not " + quoted(*spec.last4)};
  }
  return std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> check(const AccountSpec& spec) {
  if (auto fault = check_identity(spec)) return fault;
  if (spec.subcategory && !fits(spec.category, *spec.subcategory)) {
    return SpecFault{"/subcategory", "the subcategory " + quoted(to_string(*spec.subcategory)) +
                                         " does not fit the category " +
                                         quoted(to_string(spec.category))};
  }
  struct Member {
    const char* pointer;
    std::optional<Refresh> AccountSpec::*refresh;
    Feature feature;
  };
  static constexpr Member kRefreshes[] = {
      {"/balance_refresh", &AccountSpec::balance_refresh, Feature::balance},
      {"/ownership_refresh", &AccountSpec::ownership_refresh, Feature::ownership},
      {"/transaction_refresh", &AccountSpec::transaction_refresh, Feature::transactions}};
  for (const Member& member : kRefreshes) {
    const std::optional<Refresh>& refresh = spec.*member.refresh;
    if (!refresh) continue;
    if (auto fault = refresh_fault(*refresh, spec.status, member.feature))
      return SpecFault{member.pointer, *fault};
  }
  if (spec.status == Status::disconnected && spec.subscribed) {
    return SpecFault{"/subscriptions", "a disconnected account has no subscriptions"};
  }
  if (spec.status == Status::disconnected && (spec.balance || spec.ownership)) {
    return SpecFault{spec.balance ? "/balance" : "/ownership",
                     "a disconnected account has no data"};
  }
  if (spec.balance) {
    if (auto fault = balance_fault(*spec.balance)) return SpecFault{"/balance", *fault};
  }
  if (spec.next_balance) {
    if (auto fault = balance_fault(*spec.next_balance)) return SpecFault{"/next_balance", *fault};
  }
  if (spec.ownership && !spec.ownership->id.empty()) {
    if (auto fault = id_fault(spec.ownership->id)) return SpecFault{"/ownership", *fault};
  }
  const RefreshPlans& plans = spec.refresh;
  if (plans.balance.empty() && plans.ownership.empty() && plans.transactions.empty())
    return std::nullopt;
  if (auto fault = plan_fault(plans.balance, "balance")) return fault;
  if (auto fault = plan_fault(plans.ownership, "ownership")) return fault;
  return plan_fault(plans.transactions, "transactions");
}

}  // namespace fauxbank::detail
