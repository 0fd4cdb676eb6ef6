#pragma once

#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/model.hpp>

namespace fauxbank {
namespace detail {

/// Values in one line, at most as many as a reader wants to see.
template <class T>
std::string joined(const std::vector<T>& values) {
  constexpr std::size_t kMost = 10;
  std::string text;
  for (std::size_t i = 0; i < values.size() && i < kMost; ++i)
    text.append(i == 0 ? "" : ", ").append(to_string(values[i]));
  if (values.size() > kMost) text += ", …";
  return text.empty() ? "nothing" : text;
}

}  // namespace detail

FAUXBANK_DECL std::string to_string(const Account& account) {
  if (!account) return "no account";
  std::string text = detail::one_line(account.id(), 300);
  text.append(" ").append(to_string(account.status()));
  if (const Balance* balance = account.balance()) {
    text.append(", balance");
    for (const Amount& amount : balance->current)
      text.append(" ").append(to_string(amount));
  }
  for (Feature feature : FeatureSet::all()) {
    const Refresh* refresh = account.refresh(feature);
    if (refresh == nullptr) continue;
    text.append(", ").append(to_string(feature)).append(" refresh ");
    text.append(to_string(refresh->status));
  }
  if (account.subscribed()) text.append(", subscribed");
  return text;
}

FAUXBANK_DECL std::string to_string(const Page<Account>& page) {
  constexpr std::size_t kMost = 10;
  std::string text = std::to_string(page.data.size());
  text.append(page.data.size() == 1 ? " account" : " accounts");
  text.append(page.has_more ? " and more" : "");
  const char* separator = ": ";
  for (std::size_t i = 0; i < page.data.size() && i < kMost; ++i) {
    text.append(separator);
    text.append(page.data[i] ? detail::one_line(page.data[i].id(), 300) : "no account");
    separator = " ";
  }
  return page.data.size() > kMost ? text + " …" : text;
}

FAUXBANK_DECL std::string to_string(const AccountHolder& holder) {
  std::string text(to_string(holder.type));
  text.append(" ").append(detail::one_line(holder.id, 300));
  if (!holder.customer_account.empty())
    text.append(" (").append(detail::one_line(holder.customer_account, 300)).append(")");
  return text;
}

FAUXBANK_DECL std::string to_string(const Amount& amount) {
  return std::to_string(amount.value) + " " + detail::one_line(amount.currency, 10);
}

FAUXBANK_DECL std::string to_string(const Balance& balance) {
  std::string text(to_string(balance.type));
  text.append(" ").append(detail::joined(balance.current));
  if (balance.part) {
    text.append(balance.type == BalanceType::cash ? ", available " : ", used ");
    text.append(detail::joined(*balance.part));
  }
  return text.append(", as of ").append(to_string(Instant(balance.as_of)));
}

FAUXBANK_DECL std::string to_string(const Owner& owner) {
  std::string text = detail::one_line(owner.name, 200);
  if (!owner.id.empty()) text.append(" (").append(detail::one_line(owner.id, 300)).append(")");
  return text;
}

FAUXBANK_DECL std::string to_string(const Ownership& ownership) {
  std::string text = ownership.id.empty() ? "ownership" : detail::one_line(ownership.id, 300);
  return text.append(" of ").append(detail::joined(ownership.owners));
}

FAUXBANK_DECL std::string to_string(const Refresh& refresh) {
  std::string text(to_string(refresh.status));
  if (!refresh.id.empty()) text.append(" ").append(detail::one_line(refresh.id, 300));
  text.append(refresh.status == RefreshStatus::pending ? " since " : ", attempted ");
  text.append(to_string(refresh.last_attempted_at));
  if (refresh.next_refresh_available_at)
    text.append(", next ").append(to_string(Instant(*refresh.next_refresh_available_at)));
  return text.append(" (").append(to_string(refresh.origin)).append(")");
}

FAUXBANK_DECL std::string to_string(const Transaction& transaction) {
  std::string text = detail::one_line(transaction.id, 300);
  text.append(text.empty() ? "" : " ").append(std::to_string(transaction.amount)).append(" ");
  text.append(detail::one_line(transaction.currency, 10)).append(" ");
  text.append(detail::quoted(detail::one_line(transaction.description, 100)));
  return text.append(" ").append(to_string(transaction.status));
}

FAUXBANK_DECL std::string to_string(const AccountNumber& number) {
  std::string text(to_string(number.identifier_type));
  text.append(" ").append(to_string(number.status)).append(number.ach ? " by ach" : "");
  if (number.expected_expiry_date)
    text.append(" until ").append(to_string(Instant(*number.expected_expiry_date)));
  return text;
}

FAUXBANK_DECL std::string to_string(const StatusDetails& details) {
  return std::string(to_string(details.action))
      .append(" because of ")
      .append(to_string(details.cause))
      .append(" by ")
      .append(to_string(Instant(details.expected_deactivation_date)));
}

FAUXBANK_DECL std::string to_string(const Completion& completion) {
  switch (completion.kind) {
    case Completion::Kind::after:
      return "after " + std::to_string(completion.delay.count()) + " ms";
    case Completion::Kind::after_reads:
      return "after " + std::to_string(completion.reads) + " reads";
    case Completion::Kind::manually:
      return "manually";
    case Completion::Kind::never:
      break;
  }
  return "never";
}

FAUXBANK_DECL std::string to_string(const RefreshPlan& plan) {
  std::string text;
  const auto add = [&](std::string_view lead, const std::string& rest) {
    text.append(text.empty() ? "" : ", ").append(lead).append(rest);
  };
  if (plan.outcome) add("", std::string(to_string(*plan.outcome)));
  if (plan.completes) add("", to_string(*plan.completes));
  if (plan.cool_down) add("cool-down ", std::to_string(plan.cool_down->count()) + " ms");
  if (!plan.id.empty()) add("id ", detail::one_line(plan.id, 300));
  if (plan.balance) add("brings ", to_string(*plan.balance));
  if (!plan.owners.empty()) add("brings ", detail::joined(plan.owners));
  if (!plan.rows.empty()) add("brings ", std::to_string(plan.rows.size()) + " transactions");
  return text.empty() ? "as the world's defaults" : text;
}

FAUXBANK_DECL std::string to_string(const RefreshPlans& plans) {
  std::string text;
  const auto add = [&](Feature feature, const std::vector<RefreshPlan>& entries) {
    for (const RefreshPlan& plan : entries) {
      text.append(text.empty() ? "" : "; ").append(to_string(feature)).append(" ");
      text.append(to_string(plan));
    }
  };
  add(Feature::balance, plans.balance);
  add(Feature::ownership, plans.ownership);
  add(Feature::transactions, plans.transactions);
  return text.empty() ? "no plans" : text;
}

FAUXBANK_DECL std::string to_string(const AccountSpec& spec) {
  std::string text = spec.id.empty() ? "(id from the seed)" : detail::one_line(spec.id, 300);
  text.append(" ").append(to_string(spec.status));
  if (spec.account_holder) text.append(" of ").append(to_string(*spec.account_holder));
  if (!spec.tenant.empty()) text.append(" in tenant ").append(detail::one_line(spec.tenant, 300));
  if (spec.balance) text.append(", balance ").append(to_string(*spec.balance));
  if (spec.subscribed) text.append(", subscribed");
  return text;
}

FAUXBANK_DECL std::string to_string(const FieldChange& change) {
  return std::string(change.field) + ": " + change.before + " → " + change.after;
}

FAUXBANK_DECL std::string to_string(const SessionSpec& session) {
  std::string text = session.id.empty() ? "(id from the seed)" : detail::one_line(session.id, 300);
  if (!session.tenant.empty())
    text.append(" in tenant ").append(detail::one_line(session.tenant, 300));
  if (session.account_holder) text.append(", ").append(to_string(*session.account_holder));
  return text.append(", permissions ").append(to_string(session.permissions));
}

}  // namespace fauxbank
