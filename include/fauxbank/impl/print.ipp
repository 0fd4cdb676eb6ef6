#pragma once

#include <algorithm>

#include <fauxbank/detail/print.hpp>
#include <fauxbank/detail/record.hpp>

namespace fauxbank::detail {

// A rule that is switched off prints the other form, so the two share one flag.
FAUXBANK_DECL AccountPrinter::AccountPrinter(JsonWriter& json, Form form, RuleLog& log)
    : json_(json),
      log_(log),
      current_(form == Form::current ? log.apply(Rule::form_current) : !log.apply(Rule::form_documented)),
      nulls_(log.apply(Rule::form_null)) {}

FAUXBANK_DECL void AccountPrinter::account(const AccountRecord& record) {
  json_.begin_object();
  json_.key("id");
  json_.string(record.id(), record.id_plain);
  json_.key("object");
  json_.string(current_ ? std::string_view("financial_connections.account") : "linked_account", true);
  holder(record);
  if (current_) account_numbers(record);
  balance(record);
  refresh_member("balance_refresh", record.of(Feature::balance), false);
  json_.key("category");
  json_.string(to_string(record.category), true);
  json_.key("created");
  json_.integer(record.created);
  if (record.display_name) {
    json_.key("display_name");
    json_.string(record.display_name);
  } else {
    null_member("display_name");
  }
  json_.key("institution_name");
  json_.string(record.institution_name);
  if (record.last4 != AccountRecord::kNoLast4) {
    json_.key("last4");
    json_.string(last4_text(record.last4), true);
  } else {
    null_member("last4");
  }
  json_.key("livemode");
  json_.boolean(false);
  if (record.details && record.details->ownership) {
    json_.key("ownership");
    json_.string(record.details->ownership->value.id);
  } else {
    null_member("ownership");
  }
  refresh_member("ownership_refresh", record.of(Feature::ownership), false);
  json_.key("permissions");
  names(record.permissions);
  status(record);
  if (current_) status_details(record);
  json_.key("subcategory");
  json_.string(to_string(record.subcategory), true);
  json_.key("subscriptions");
  json_.begin_array();
  if (record.subscribed) json_.string("transactions", true);
  json_.end_array();
  json_.key("supported_payment_method_types");
  names(record.payment_methods);
  refresh_member("transaction_refresh", record.of(Feature::transactions), true);
  json_.end_object();
}

FAUXBANK_DECL void AccountPrinter::holder(const AccountRecord& record) {
  if (!record.holder) return null_member("account_holder");
  json_.key("account_holder");
  json_.begin_object();
  if (record.holder_type == HolderType::account) {
    json_.key("account");
  } else {
    json_.key("customer");
  }
  json_.string(record.holder);
  if (current_ && record.details && record.details->customer_account) {
    json_.key("customer_account");
    json_.string(record.details->customer_account);
  }
  json_.key("type");
  json_.string(to_string(record.holder_type), true);
  json_.end_object();
}

FAUXBANK_DECL void AccountPrinter::amounts(const Amounts& amounts) {
  std::vector<const Amount*> sorted;
  for (const Amount& amount : amounts) sorted.push_back(&amount);
  std::sort(sorted.begin(), sorted.end(),
            [](const Amount* a, const Amount* b) { return a->currency < b->currency; });
  json_.begin_object();
  for (const Amount* amount : sorted) {
    json_.key(std::string_view(amount->currency));
    json_.integer(amount->value);
  }
  json_.end_object();
}

FAUXBANK_DECL void AccountPrinter::balance(const AccountRecord& record) {
  if (!record.details || !record.details->balance) return null_member("balance");
  const Balance& balance = record.details->balance->value;
  const auto part = [&] {
    json_.begin_object();
    if (balance.type == BalanceType::cash) {
      json_.key("available");
    } else {
      json_.key("used");
    }
    balance.part ? amounts(*balance.part) : json_.null();
    json_.end_object();
  };
  json_.key("balance");
  json_.begin_object();
  json_.key("as_of");
  json_.integer(balance.as_of.time_since_epoch().count());
  if (balance.type == BalanceType::cash) {
    json_.key("cash");
  } else {
    json_.key("credit");
  }
  part();
  json_.key("current");
  amounts(balance.current);
  json_.key("type");
  json_.string(to_string(balance.type), true);
  json_.end_object();
}

FAUXBANK_DECL void AccountPrinter::refresh_hash(const RefreshRecord& refresh, bool with_id) {
  const auto attempted = [&] {
    const std::int64_t ms = to_ms(refresh.hash.last_attempted_at);
    json_.key("last_attempted_at");
    json_.integer(log_.apply(Rule::time_print) ? floor_seconds(ms) : ceil_seconds(ms));
  };
  const auto status = [&] {
    json_.key("status");
    json_.string(to_string(refresh.hash.status), true);
  };
  json_.begin_object();
  if (with_id) {
    json_.key("id");
    json_.string(refresh.hash.id);
  }
  if (!current_) {
    status();
    attempted();
  } else {
    attempted();
    if (const auto next = refresh.hash.next_refresh_available_at) {
      json_.key("next_refresh_available_at");
      json_.integer(next->time_since_epoch().count());
    } else {
      null_member("next_refresh_available_at");
    }
    status();
  }
  json_.end_object();
}

template <std::size_t N>
void AccountPrinter::refresh_member(const char (&name)[N], const RefreshRecord* refresh, bool with_id) {
  if (refresh == nullptr) return null_member(name);
  json_.key(name);
  refresh_hash(*refresh, with_id);
}

FAUXBANK_DECL void AccountPrinter::account_numbers(const AccountRecord& record) {
  if (!record.details || !record.details->account_numbers) return null_member("account_numbers");
  json_.key("account_numbers");
  json_.begin_array();
  for (const AccountNumber& number : record.details->account_numbers->value) {
    json_.begin_object();
    if (number.expected_expiry_date) {
      json_.key("expected_expiry_date");
      json_.integer(number.expected_expiry_date->time_since_epoch().count());
    } else {
      null_member("expected_expiry_date");
    }
    json_.key("identifier_type");
    json_.string(to_string(number.identifier_type), true);
    json_.key("status");
    json_.string(to_string(number.status), true);
    json_.key("supported_networks");
    json_.begin_array();
    if (number.ach) json_.string("ach", true);
    json_.end_array();
    json_.end_object();
  }
  json_.end_array();
}

FAUXBANK_DECL void AccountPrinter::status(const AccountRecord& record) {
  const auto on_demand = [](const RefreshRecord* refresh) {
    return refresh != nullptr && refresh->pending() && refresh->hash.origin == RefreshOrigin::on_demand;
  };
  const bool pending = !current_ && record.status == Status::active &&
                       (on_demand(record.refresh[0].get()) || on_demand(record.refresh[1].get()) ||
                        on_demand(record.refresh[2].get())) &&
                       log_.apply(Rule::form_documented_pending);
  json_.key("status");
  json_.string(pending ? std::string_view("pending") : to_string(record.status), true);
}

FAUXBANK_DECL void AccountPrinter::status_details(const AccountRecord& record) {
  if (!record.details || !record.details->status_details) return;
  const StatusDetails& details = record.details->status_details->value;
  json_.key("status_details");
  json_.begin_object();
  json_.key("active");
  json_.begin_object();
  json_.key("action");
  json_.string(to_string(details.action), true);
  json_.key("cause");
  json_.string(to_string(details.cause), true);
  json_.key("expected_deactivation_date");
  json_.integer(details.expected_deactivation_date.time_since_epoch().count());
  json_.end_object();
  json_.end_object();
}

template <class E>
void AccountPrinter::names(const EnumSet<E>& set) {
  json_.begin_array();
  for (E value : set) json_.string(to_string(value), true);
  json_.end_array();
}

FAUXBANK_DECL void AccountPrinter::rows(const std::vector<Account>& accounts) {
  json_.key("data");
  json_.begin_array();
  for (const Account& row : accounts) account(*row.record());
  json_.end_array();
}

FAUXBANK_DECL void AccountPrinter::list(const Page<Account>& page, std::string_view url) {
  const auto has_more = [&] {
    json_.key("has_more");
    json_.boolean(page.has_more);
  };
  const auto path = [&] {
    json_.key("url");
    json_.string(url);
  };
  json_.begin_object();
  json_.key("object");
  json_.string("list", true);
  if (current_) {
    rows(page.data);
    has_more();
    path();
  } else {
    path();
    has_more();
    rows(page.data);
  }
  json_.end_object();
}

}  // namespace fauxbank::detail
