#pragma once

#include <algorithm>
#include <string>

#include <fauxbank/detail/print.hpp>
#include <fauxbank/impl/print.ipp>

namespace fauxbank::detail {

inline void print_value(JsonWriter& json, const std::string& text) { json.string(text); }
inline void print_value(JsonWriter& json, UnixTime at) {
  json.integer(at.time_since_epoch().count());
}

template <class T>
void AccountPrinter::nullable(JsonWriter& json, std::string_view name,
                              const std::optional<T>& value) const {
  if (!value && !nulls_) return;
  json.key(name);
  value ? print_value(json, *value) : json.null();
}

// ---- owners -------------------------------------------------------------------------------------

FAUXBANK_DECL void AccountPrinter::owner(JsonWriter& json, const Owner& owner,
                                         std::string_view ownership) const {
  json.begin_object();
  json.key("id");
  json.string(owner.id);
  json.key("object");
  json.string("financial_connections.account_owner", true);
  nullable(json, "email", owner.email);
  json.key("name");
  json.string(owner.name);
  json.key("ownership");
  json.string(ownership);
  nullable(json, "phone", owner.phone);
  nullable(json, "raw_address", owner.raw_address);
  nullable(json, "refreshed_at", owner.refreshed_at);
  json.end_object();
}

FAUXBANK_DECL void AccountPrinter::owners(const Page<Owner>& page, std::string_view ownership,
                                          std::string_view url) {
  JsonWriter json(buffer_, pretty_);
  envelope(json, page.has_more, url, [&] {
    for (const Owner& row : page.data) {
      json.item();
      owner(json, row, ownership);
    }
  });
}

/// In place of its id; the owners are the first page of their list (rules expand, list.url).
FAUXBANK_DECL void AccountPrinter::ownership(JsonWriter& json, const Ownership& ownership,
                                             std::string_view account) const {
  constexpr std::size_t kShown = 10;
  const std::string url = "/v1/financial_connections/accounts/" + std::string(account) +
                          "/owners?ownership=" + ownership.id;
  json.begin_object();
  json.key("id");
  json.string(ownership.id);
  json.key("object");
  json.string("financial_connections.account_ownership", true);
  json.key("created");
  print_value(json, ownership.created);
  json.key("owners");
  envelope(json, ownership.owners.size() > kShown, url, [&] {
    for (std::size_t i = 0; i < std::min(kShown, ownership.owners.size()); ++i) {
      json.item();
      owner(json, ownership.owners[i], ownership.id);
    }
  });
  json.end_object();
}

// ---- transactions -------------------------------------------------------------------------------

FAUXBANK_DECL void AccountPrinter::transaction(JsonWriter& json, const Transaction& row,
                                               std::string_view account) const {
  const auto reached = [&](TransactionStatus status, std::optional<UnixTime> at) {
    return row.status == status && !at ? row.transacted_at : at;
  };
  json.begin_object();
  json.key("id");
  json.string(row.id);
  json.key("object");
  json.string("financial_connections.transaction", true);
  json.key("account");
  json.string(account);
  json.key("amount");
  json.integer(row.amount);
  json.key("currency");
  json.string(row.currency);
  json.key("description");
  json.string(row.description);
  json.key("livemode");
  json.boolean(false);
  json.key("status");
  json.string(to_string(row.status), true);
  json.key("status_transitions");
  json.begin_object();
  nullable(json, "posted_at", reached(TransactionStatus::posted, row.posted_at));
  nullable(json, "void_at", reached(TransactionStatus::void_, row.void_at));
  json.end_object();
  json.key("transacted_at");
  print_value(json, row.transacted_at);
  json.key("transaction_refresh");
  json.string(row.transaction_refresh);
  json.key("updated");
  print_value(json, row.updated.value_or(row.transacted_at));
  json.end_object();
}

FAUXBANK_DECL void AccountPrinter::transaction(const Transaction& row, std::string_view account) {
  JsonWriter json(buffer_, pretty_);
  transaction(json, row, account);
}

FAUXBANK_DECL void AccountPrinter::transactions(const Page<Transaction>& page,
                                                std::string_view account, std::string_view url) {
  JsonWriter json(buffer_, pretty_);
  envelope(json, page.has_more, url, [&] {
    for (const Transaction& row : page.data) {
      json.item();
      transaction(json, row, account);
    }
  });
}

// ---- sessions -----------------------------------------------------------------------------------

FAUXBANK_DECL void AccountPrinter::session(const SessionSpec& session,
                                           const Page<Account>& accounts) {
  constexpr std::size_t kRowDepth = 3;
  const auto names = [](JsonWriter& json, const auto& values) {
    json.begin_array();
    for (const auto value : values) {
      json.item();
      json.string(to_string(value), true);
    }
    json.end_array();
  };
  JsonWriter json(buffer_, pretty_);
  json.begin_object();
  json.key("id");
  json.string(session.id);
  json.key("object");
  json.string("financial_connections.session", true);
  json.key("account_holder");
  if (session.account_holder) {
    const AccountHolder& holder = *session.account_holder;
    json.begin_object();
    json.key(to_string(holder.type));
    json.string(holder.id);
    if (!holder.customer_account.empty()) {
      json.key("customer_account");
      json.string(holder.customer_account);
    }
    json.key("type");
    json.string(to_string(holder.type), true);
    json.end_object();
  } else {
    json.null();
  }
  json.key("accounts");
  envelope(json, accounts.has_more, "/v1/financial_connections/accounts", [&] {
    for (const Account& row : accounts.data) {
      json.item();
      account(*row.record(), kRowDepth);
    }
  });
  json.key("client_secret");
  json.string(session.id + "_secret_fauxbank");
  json.key("filters");
  json.begin_object();
  json.key("account_subcategories");
  session.account_subcategories.empty() ? json.null() : names(json, session.account_subcategories);
  json.key("country");
  session.countries.empty() ? json.null() : json.string(session.countries.front());
  if (session.require_payment_method_support) {
    json.key("require_payment_method_support");
    json.string(to_string(*session.require_payment_method_support), true);
  }
  json.end_object();
  if (session.accounts_limit) {
    json.key("limits");
    json.begin_object();
    json.key("accounts");
    json.integer(*session.accounts_limit);
    json.end_object();
  }
  json.key("livemode");
  json.boolean(false);
  if (session.manual_entry) {
    json.key("manual_entry");
    json.begin_object();
    json.key("mode");
    json.string(to_string(*session.manual_entry), true);
    json.end_object();
  }
  json.key("permissions");
  names(json, session.permissions);
  json.key("prefetch");
  if (session.prefetch.empty()) {
    json.null();
  } else {
    json.begin_array();
    for (Feature feature : session.prefetch) {
      json.item();
      json.string(feature == Feature::balance ? "balances" : to_string(feature), true);
    }
    json.end_array();
  }
  if (!session.return_url.empty()) {
    json.key("return_url");
    json.string(session.return_url);
  }
  json.end_object();
}

// ---- events -------------------------------------------------------------------------------------

FAUXBANK_DECL void AccountPrinter::event(const Event& event) {
  constexpr std::size_t kObjectDepth = 2;
  constexpr std::string_view kApiVersion = "2026-09-30.endive";
  const AccountRecord& record = *event.account.record();
  JsonWriter json(buffer_, pretty_);
  json.begin_object();
  if (log_.apply(Rule::event_object)) {
    json.key("id");
    json.string(event.id().view(), true);
    json.key("object");
    json.string("event", true);
    if (!record.tenant().empty()) {
      json.key("account");
      json.string(record.tenant());
    }
    json.key("api_version");
    json.string(kApiVersion, true);
    json.key("created");
    json.integer(floor_seconds(to_ms(event.at)));
  }
  json.key("data");
  json.begin_object();
  json.key("object");
  account(record, kObjectDepth);
  json.end_object();
  json.key("livemode");
  json.boolean(false);
  json.key("pending_webhooks");
  json.integer(1);
  json.key("request");
  if (event.request == 0) {
    json.null();
  } else {
    json.begin_object();
    json.key("id");
    json.string(IdMint::make(event.seed, IdKind::request, event.request).view(), true);
    json.key("idempotency_key");
    event.idempotency_key ? json.string(event.idempotency_key) : json.null();
    json.end_object();
  }
  json.key("type");
  json.string("financial_connections.account." + std::string(to_string(event.kind)));
  json.end_object();
}

}  // namespace fauxbank::detail
