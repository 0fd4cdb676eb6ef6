#pragma once

#include <fauxbank/detail/print.hpp>
#include <fauxbank/detail/record.hpp>

namespace fauxbank::detail {

// A rule that is switched off prints the other form, so the two share one flag.
FAUXBANK_DECL AccountPrinter::AccountPrinter(Buffer& buffer, bool pretty, Form form, RuleLog& log)
    : buffer_(buffer),
      log_(log),
      pretty_(pretty),
      current_(form == Form::current ? log.apply(Rule::form_current)
                                     : !log.apply(Rule::form_documented)),
      nulls_(log.apply(Rule::form_null)) {}

// ---- the account
// ----------------------------------------------------------------------------------

// The pen stays in a register as long as no function that is called sees its address: what is out
// of line takes and returns the place on the page.

/// Write the key of a member that may be null, and the null; true when a value is to follow.
template <Literal kName, class AnyPen>
[[gnu::always_inline]] inline bool AccountPrinter::present(AnyPen& pen, bool is_there) const {
  if (is_there) {
    pen.template key<kName>();
  } else if (nulls_) {
    pen.template key<kName>();
    pen.literal("null");
  }
  return is_there;
}

template <class AnyPen>
[[gnu::always_inline]] inline void AccountPrinter::string(AnyPen& pen, std::string_view text,
                                                          bool plain) {
  plain ? pen.plain_string(text) : void(pen.out = escaped(pen.out, text));
}

FAUXBANK_DECL char* AccountPrinter::escaped(char* out, std::string_view text) {
  buffer_.commit(out);
  JsonWriter(buffer_, pretty_).string(text, false);
  return buffer_.room(room_);
}

/// A member with a structure of its own.
template <class Write>
char* AccountPrinter::nested(const Pen& pen, const Write& write) {
  buffer_.commit(pen.out);
  JsonWriter json(buffer_, pretty_, pen.indent / 2);
  write(json);
  return buffer_.room(room_);
}

FAUXBANK_DECL std::size_t AccountPrinter::room_for(const AccountRecord& record) const noexcept {
  constexpr std::size_t kMostLines = 32;
  constexpr std::size_t kRefreshLines = 6;
  constexpr std::size_t kBalanceLines = 10;
  std::size_t lines = kMostLines;
  std::size_t texts = record.id().size() + record.holder.view().size() +
                      record.display_name.view().size() + record.institution_name.view().size();
  for (const auto& refresh : record.refresh) {
    if (!refresh) continue;
    lines += kRefreshLines;
    texts += refresh->hash.id.size();
  }
  if (record.details && record.details->balance) {
    const Balance& balance = record.details->balance->value;
    lines += kBalanceLines + balance.current.size();
    if (balance.part) lines += balance.part->size();
  }
  return lines * Pen::kMemberRoom + texts;
}

FAUXBANK_DECL void AccountPrinter::account(const AccountRecord& record, std::size_t depth) {
  room_ = room_for(record);
  char* const out = buffer_.room(room_);
  // Where accounts stand in nearly all answers: alone, and in a list.
  if (pretty_ && depth == 0) {
    account(FixedPen<2>{{out}}, record);
  } else if (pretty_ && depth == kListDepth) {
    account(FixedPen<2 + 2 * kListDepth>{{out}}, record);
  } else {
    account(Pen{{out}, pretty_, 2 + 2 * depth}, record);
  }
}

template <class AnyPen>
void AccountPrinter::account(AnyPen pen, const AccountRecord& record) {
  const AccountDetails* details = record.details.get();
  const auto refresh = [&](AnyPen& at, Feature feature) {
    at.out = refresh_hash(at.inner(), *record.of(feature), feature == Feature::transactions);
  };

  pen.template open<"id">();
  string(pen, record.id(), record.id_plain);
  pen.template key<"object">();
  current_ ? pen.literal("\"financial_connections.account\"") : pen.literal("\"linked_account\"");
  if (present<"account_holder">(pen, static_cast<bool>(record.holder))) holder(pen, record);
  if (current_ && present<"account_numbers">(pen, details != nullptr && details->account_numbers)) {
    pen.out = nested(pen.any(), [&](JsonWriter& json) {
      account_numbers(json, details->account_numbers->value);
    });
  }
  if (present<"balance">(pen, details != nullptr && details->balance))
    pen.out = balance(pen.inner(), details->balance->value);
  if (present<"balance_refresh">(pen, record.of(Feature::balance) != nullptr))
    refresh(pen, Feature::balance);
  pen.template key<"category">();
  pen.enumerator(record.category);
  pen.template key<"created">();
  pen.instant(record.created);
  if (present<"display_name">(pen, static_cast<bool>(record.display_name)))
    string(pen, record.display_name.view(), record.display_name.plain());
  pen.template key<"institution_name">();
  string(pen, record.institution_name.view(), record.institution_name.plain());
  if (present<"last4">(pen, record.last4 != AccountRecord::kNoLast4)) {
    pen.literal("\"");
    pen.four_digits(record.last4);
    pen.literal("\"");
  }
  pen.template key<"livemode">();
  pen.literal("false");
  if (present<"ownership">(pen, details != nullptr && details->ownership)) {
    pen.out = nested(pen.any(), [&](JsonWriter& json) {
      const Ownership& owned = details->ownership->value;
      expanded_ ? ownership(json, owned, record.id()) : json.string(owned.id);
    });
  }
  if (present<"ownership_refresh">(pen, record.of(Feature::ownership) != nullptr))
    refresh(pen, Feature::ownership);
  pen.template key<"permissions">();
  pen.enumerators(record.permissions);
  pen.template key<"status">();
  pen.plain_string(status(record));
  if (current_ && details != nullptr && details->status_details) {
    pen.template key<"status_details">();
    pen.out = nested(
        pen.any(), [&](JsonWriter& json) { status_details(json, details->status_details->value); });
  }
  pen.template key<"subcategory">();
  pen.enumerator(record.subcategory);
  pen.template key<"subscriptions">();
  pen.enumerators(record.subscribed ? kSubscribed : FeatureSet());
  pen.template key<"supported_payment_method_types">();
  pen.enumerators(record.payment_methods);
  if (present<"transaction_refresh">(pen, record.of(Feature::transactions) != nullptr))
    refresh(pen, Feature::transactions);
  pen.close();
  buffer_.commit(pen.out);
}

template <class AnyPen>
[[gnu::always_inline]] inline void AccountPrinter::holder(AnyPen& outside,
                                                          const AccountRecord& record) {
  auto pen = outside.inner();
  record.holder_type == HolderType::account ? pen.template open<"account">()
                                            : pen.template open<"customer">();
  string(pen, record.holder.view(), record.holder.plain());
  if (current_ && record.details && record.details->customer_account) {
    pen.template key<"customer_account">();
    string(pen, record.details->customer_account.view(), record.details->customer_account.plain());
  }
  pen.template key<"type">();
  pen.enumerator(record.holder_type);
  pen.close();
  outside.out = pen.out;
}

FAUXBANK_DECL std::string_view AccountPrinter::status(const AccountRecord& record) {
  const auto on_demand = [](const RefreshRecord* refresh) {
    return refresh != nullptr && refresh->pending() &&
           refresh->hash.origin == RefreshOrigin::on_demand;
  };
  const bool pending = !current_ && record.status == Status::active &&
                       (on_demand(record.refresh[0].get()) || on_demand(record.refresh[1].get()) ||
                        on_demand(record.refresh[2].get())) &&
                       log_.apply(Rule::form_documented_pending);
  return pending ? "pending" : to_string(record.status);
}

// ---- members with a structure of their own
// -----------------------------------------------------------

template <class AnyPen>
char* AccountPrinter::amounts(AnyPen pen, const Amounts& amounts) {
  if (amounts.empty()) {
    pen.literal("{}");
    return pen.out;
  }
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    pen.member_line(i == 0);
    pen.currency(amounts[i].currency);
    pen.colon();
    pen.integer(amounts[i].value);
  }
  pen.close();
  return pen.out;
}

template <class AnyPen>
char* AccountPrinter::balance(AnyPen pen, const Balance& balance) {
  const bool cash = balance.type == BalanceType::cash;
  pen.template open<"as_of">();
  pen.instant(balance.as_of.time_since_epoch().count());
  cash ? pen.template key<"cash">() : pen.template key<"credit">();
  auto part = pen.inner();
  cash ? part.template open<"available">() : part.template open<"used">();
  balance.part ? void(part.out = amounts(part.inner(), *balance.part)) : part.literal("null");
  part.close();
  pen.out = part.out;
  pen.template key<"current">();
  pen.out = amounts(pen.inner(), balance.current);
  pen.template key<"type">();
  pen.enumerator(balance.type);
  pen.close();
  return pen.out;
}

template <class AnyPen>
char* AccountPrinter::refresh_hash(AnyPen pen, const RefreshRecord& refresh, bool with_id) {
  const Refresh& hash = refresh.hash;
  const std::int64_t ms = to_ms(hash.last_attempted_at);
  const std::int64_t attempted =
      log_.apply(Rule::time_print) ? floor_seconds(ms) : ceil_seconds(ms);
  if (with_id) {
    pen.template open<"id">();
    string(pen, hash.id, is_plain_json(hash.id));
  }
  if (current_) {
    with_id ? pen.template key<"last_attempted_at">() : pen.template open<"last_attempted_at">();
    pen.instant(attempted);
    const auto& next = hash.next_refresh_available_at;
    if (present<"next_refresh_available_at">(pen, next.has_value()))
      pen.instant(next->time_since_epoch().count());
    pen.template key<"status">();
    pen.enumerator(hash.status);
  } else {
    with_id ? pen.template key<"status">() : pen.template open<"status">();
    pen.enumerator(hash.status);
    pen.template key<"last_attempted_at">();
    pen.instant(attempted);
  }
  pen.close();
  return pen.out;
}

FAUXBANK_DECL void AccountPrinter::account_numbers(
    JsonWriter& json, const std::vector<AccountNumber>& numbers) const {
  json.begin_array();
  for (const AccountNumber& number : numbers) {
    json.item();
    json.begin_object();
    if (number.expected_expiry_date) {
      json.key("expected_expiry_date");
      json.integer(number.expected_expiry_date->time_since_epoch().count());
    } else if (nulls_) {
      json.key("expected_expiry_date");
      json.null();
    }
    json.key("identifier_type");
    json.string(to_string(number.identifier_type), true);
    json.key("status");
    json.string(to_string(number.status), true);
    json.key("supported_networks");
    json.begin_array();
    if (number.ach) {
      json.item();
      json.string("ach", true);
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

FAUXBANK_DECL void AccountPrinter::status_details(JsonWriter& json,
                                                  const StatusDetails& details) const {
  json.begin_object();
  json.key("active");
  json.begin_object();
  json.key("action");
  json.string(to_string(details.action), true);
  json.key("cause");
  json.string(to_string(details.cause), true);
  json.key("expected_deactivation_date");
  json.integer(details.expected_deactivation_date.time_since_epoch().count());
  json.end_object();
  json.end_object();
}

// ---- lists
// ----------------------------------------------------------------------------------------

/// A list around its rows, in the order of its form.
template <class Rows>
void AccountPrinter::envelope(JsonWriter& json, bool has_more, std::string_view url,
                              const Rows& rows) const {
  const auto data = [&] {
    json.key("data");
    json.begin_array();
    rows();
    json.end_array();
  };
  const auto more = [&] {
    json.key("has_more");
    json.boolean(has_more);
  };
  const auto path = [&] {
    json.key("url");
    json.string(url);
  };
  json.begin_object();
  json.key("object");
  json.string("list", true);
  if (current_) {
    data();
    more();
    path();
  } else {
    path();
    more();
    data();
  }
  json.end_object();
}

FAUXBANK_DECL void AccountPrinter::list(const Page<Account>& page, std::string_view url) {
  JsonWriter json(buffer_, pretty_);
  envelope(json, page.has_more, url, [&] {
    for (const Account& row : page.data) {
      json.item();
      account(*row.record(), kListDepth);
    }
  });
}

}  // namespace fauxbank::detail
