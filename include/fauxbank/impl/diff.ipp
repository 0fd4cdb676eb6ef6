#pragma once

#include <fauxbank/detail/record.hpp>
#include <fauxbank/model.hpp>

namespace fauxbank {
namespace detail {

// How a member reads in a line of the journal: short, and null where there is none.

inline std::string brief(const Text& text) { return text ? std::string(text.view()) : "null"; }
inline std::string brief(std::int64_t number) { return std::to_string(number); }
inline std::string brief(bool value) { return value ? "yes" : "no"; }

template <NamedEnum E>
std::string brief(E value) {
  return std::string(to_string(value));
}

template <NamedEnum E>
std::string brief(const EnumSet<E>& set) {
  std::string text = "[";
  for (E value : set)
    text.append(text.size() > 1 ? ", " : "").append(to_string(value));
  return text + "]";
}

FAUXBANK_DECL std::string brief(const Amounts& amounts) {
  std::string text;
  for (const Amount& amount : amounts) {
    text.append(text.empty() ? "" : ", ")
        .append(std::to_string(amount.value))
        .append(" ")
        .append(amount.currency);
  }
  return text.empty() ? "nothing" : text;
}

FAUXBANK_DECL std::string brief(const SharedRef<Balance>& balance) {
  return balance
             ? brief(balance->value.current) + " as of " + to_string(Instant(balance->value.as_of))
             : "null";
}

FAUXBANK_DECL std::string brief(const SharedRef<Ownership>& ownership) {
  return ownership ? ownership->value.id : "null";
}

FAUXBANK_DECL std::string brief(const Ref<const RefreshRecord>& refresh) {
  if (!refresh) return "null";
  const Refresh& hash = refresh->hash;
  std::string text(to_string(hash.status));
  if (!hash.id.empty()) text.append(" ").append(hash.id);
  text.append(" (")
      .append(to_string(hash.origin))
      .append(" at ")
      .append(to_string(hash.last_attempted_at));
  if (hash.next_refresh_available_at) {
    text.append(", next ").append(to_string(Instant(*hash.next_refresh_available_at)));
  }
  if (refresh->pending() && refresh->kind == Completion::Kind::after_reads) {
    text.append(", reads left ").append(std::to_string(refresh->reads_left));
  }
  return text + ")";
}

FAUXBANK_DECL std::string brief_last4(std::uint16_t last4) {
  return last4 == AccountRecord::kNoLast4 ? "null" : std::string(last4_text(last4).data(), 4);
}

template <class T>
bool same(const SharedRef<T>& a, const SharedRef<T>& b) {
  return a == b || (a && b && a->value == b->value);
}

inline bool same(const Ref<const RefreshRecord>& a, const Ref<const RefreshRecord>& b) {
  return a == b || (a && b && a->hash == b->hash && a->reads_left == b->reads_left);
}

/// Calls `visit(name, before, after, equal)` for every member, in wire order.
template <class Visit>
void visit_members(const AccountRecord& a, const AccountRecord& b, Visit&& visit) {
  const AccountDetails none;
  const AccountDetails& da = a.details ? *a.details : none;
  const AccountDetails& db = b.details ? *b.details : none;
  const auto member = [&](std::string_view name, const auto& before, const auto& after) {
    if (before != after) visit(name, brief(before), brief(after));
  };
  const auto shared = [&](std::string_view name, const auto& before, const auto& after) {
    if (!same(before, after)) visit(name, brief(before), brief(after));
  };
  const auto opaque = [&](std::string_view name, const auto& before, const auto& after) {
    if (!same(before, after)) visit(name, std::string("…"), std::string("changed"));
  };
  if (a.id() != b.id()) visit("id", std::string(a.id()), std::string(b.id()));
  member("tenant", da.tenant, db.tenant);
  member("account_holder", a.holder, b.holder);
  member("account_holder[type]", a.holder_type, b.holder_type);
  member("account_holder[customer_account]", da.customer_account, db.customer_account);
  opaque("account_numbers", da.account_numbers, db.account_numbers);
  shared("balance", da.balance, db.balance);
  shared("balance_refresh", a.refresh[0], b.refresh[0]);
  member("category", a.category, b.category);
  member("created", a.created, b.created);
  member("display_name", a.display_name, b.display_name);
  member("institution_name", a.institution_name, b.institution_name);
  if (a.last4 != b.last4) visit("last4", brief_last4(a.last4), brief_last4(b.last4));
  shared("ownership", da.ownership, db.ownership);
  shared("ownership_refresh", a.refresh[1], b.refresh[1]);
  member("permissions", a.permissions, b.permissions);
  member("session", a.session, b.session);
  member("status", a.status, b.status);
  opaque("status_details", da.status_details, db.status_details);
  member("subcategory", a.subcategory, b.subcategory);
  member("subscribed", a.subscribed, b.subscribed);
  member("supported_payment_method_types", a.payment_methods, b.payment_methods);
  shared("transaction_refresh", a.refresh[2], b.refresh[2]);
  opaque("transactions", da.transactions, db.transactions);
}

}  // namespace detail

FAUXBANK_DECL std::vector<FieldChange> diff(const Account& before, const Account& after) {
  std::vector<FieldChange> changes;
  if (!before || !after) return changes;
  detail::visit_members(*before.record(), *after.record(),
                        [&](std::string_view name, std::string a, std::string b) {
                          changes.push_back({name, std::move(a), std::move(b)});
                        });
  return changes;
}

FAUXBANK_DECL bool operator==(const Account& a, const Account& b) {
  if (a.record_ == b.record_) return true;
  return a && b && diff(a, b).empty();
}

}  // namespace fauxbank
