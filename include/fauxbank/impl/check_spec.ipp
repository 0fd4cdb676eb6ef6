#pragma once

#include <algorithm>
#include <array>

#include <fauxbank/detail/record.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

// The account schema, for specs: what a member may hold, and which members fit each other.

FAUXBANK_DECL std::optional<std::string> id_fault(std::string_view id) {
  constexpr std::size_t kLongestId = 255;
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

FAUXBANK_DECL std::optional<SpecFault> plan_fault(const std::vector<RefreshPlan>& plans,
                                                  std::string_view name) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const RefreshPlan& plan = plans[i];
    const std::string pointer = "/refresh/" + std::string(name) + "/" + std::to_string(i);
    if (plan.completes) {
      if (plan.completes->delay < Milliseconds::zero())
        return SpecFault{pointer + "/completes", "a delay is not negative"};
      if (plan.completes->kind == Completion::Kind::after_reads && plan.completes->reads == 0) {
        return SpecFault{pointer + "/completes", "after_reads is at least 1"};
      }
    }
    if (plan.cool_down && *plan.cool_down < Milliseconds::zero()) {
      return SpecFault{pointer + "/cool_down", "a cool-down is not negative"};
    }
    if (plan.balance) {
      if (auto fault = balance_fault(*plan.balance)) return SpecFault{pointer + "/balance", *fault};
    }
  }
  return std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> check_identity(const AccountSpec& spec) {
  using Fault = std::optional<SpecFault>;
  const auto id_member = [](const char* pointer, std::string_view id, bool optional) -> Fault {
    if (optional && id.empty()) return std::nullopt;
    if (auto fault = id_fault(id)) return SpecFault{pointer, *fault};
    return std::nullopt;
  };
  if (Fault fault = id_member("/id", spec.id, true)) return fault;
  if (Fault fault = id_member("/tenant", spec.tenant, true)) return fault;
  if (spec.session) {
    if (Fault fault = id_member("/session", *spec.session, false)) return fault;
  }
  if (spec.account_holder) {
    const AccountHolder& holder = *spec.account_holder;
    const char* pointer =
        holder.type == HolderType::account ? "/account_holder/account" : "/account_holder/customer";
    if (Fault fault = id_member(pointer, holder.id, false)) return fault;
    if (Fault fault = id_member("/account_holder/customer_account", holder.customer_account, true))
      return fault;
  }
  for (const auto& [pointer, text] : {std::pair("/institution_name", &spec.institution_name),
                                      std::pair("/display_name", &spec.display_name)}) {
    if (!*text) continue;
    if (auto fault = text_fault(**text)) return SpecFault{pointer, *fault};
  }
  if (spec.last4 && !spec.last4->empty()) {
    const bool digits =
        spec.last4->size() == 4 && std::all_of(spec.last4->begin(), spec.last4->end(),
                                               [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return SpecFault{"/last4", "last4 is four digits, not " + quoted(*spec.last4)};
  }
  return std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> ownership_fault(const AccountSpec& spec) {
  if (!spec.ownership) return std::nullopt;
  if (!spec.ownership->id.empty()) {
    if (auto fault = id_fault(spec.ownership->id)) return SpecFault{"/ownership", *fault};
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
  const std::array<std::pair<const char*, const std::optional<Refresh>*>, 3> refreshes = {{
      {"/balance_refresh", &spec.balance_refresh},
      {"/ownership_refresh", &spec.ownership_refresh},
      {"/transaction_refresh", &spec.transaction_refresh},
  }};
  for (Feature feature : FeatureSet::all()) {
    const auto& [pointer, refresh] = refreshes[static_cast<std::size_t>(feature)];
    if (!*refresh) continue;
    if (auto fault = refresh_fault(**refresh, spec.status, feature))
      return SpecFault{pointer, *fault};
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
  if (auto fault = ownership_fault(spec)) return fault;
  if (auto fault = plan_fault(spec.refresh.balance, "balance")) return fault;
  if (auto fault = plan_fault(spec.refresh.ownership, "ownership")) return fault;
  return plan_fault(spec.refresh.transactions, "transactions");
}

}  // namespace fauxbank::detail
