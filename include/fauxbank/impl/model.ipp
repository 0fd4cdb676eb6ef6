#pragma once

#include <cstddef>

#include <fauxbank/detail/record.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/model.hpp>
#include <fauxbank/random.hpp>

namespace fauxbank {

[[gnu::noinline]] FAUXBANK_DECL void detail::dispose(const RecordBase* record) noexcept {
  delete static_cast<const AccountRecord*>(record);
}

FAUXBANK_DECL Account::Account(const AccountSpec& spec) {
  if (const auto fault = detail::check(spec)) {
    detail::throw_misuse("Account: " + fault->pointer + ": " + fault->text);
  }
  const auto made = detail::make_ref<detail::AccountRecord>();
  detail::AccountRecord& record = *made;
  detail::fill(record, spec, spec.created ? spec.created->time_since_epoch().count() : 0);
  if (spec.id.empty()) record.set_id(IdMint(0).next(IdKind::account).view(), true);
  if (spec.account_holder) record.holder = detail::Text(spec.account_holder->id);
  if (spec.session) record.session = detail::Text(*spec.session);
  record.institution_name = detail::Text(spec.institution_name.value_or("StripeBank"));
  if (spec.display_name) record.display_name = detail::Text(*spec.display_name);
  record_ = made;
}

FAUXBANK_DECL AccountHolder AccountHolder::customer(std::string id) {
  return {HolderType::customer, std::move(id), {}};
}

FAUXBANK_DECL AccountHolder AccountHolder::account(std::string id) {
  return {HolderType::account, std::move(id), {}};
}

FAUXBANK_DECL std::string_view Account::id() const noexcept { return record()->id(); }
FAUXBANK_DECL std::string_view Account::tenant() const noexcept { return record()->tenant(); }
FAUXBANK_DECL UnixTime Account::created() const noexcept {
  return UnixTime{Seconds{record()->created}};
}

FAUXBANK_DECL std::optional<AccountHolder> Account::account_holder() const {
  if (!record()->holder) return std::nullopt;
  AccountHolder holder{record()->holder_type, std::string(record()->holder.view()), {}};
  if (record()->details) holder.customer_account = record()->details->customer_account.view();
  return holder;
}

FAUXBANK_DECL std::optional<std::string_view> Account::session() const noexcept {
  if (!record()->session) return std::nullopt;
  return record()->session.view();
}

FAUXBANK_DECL std::string_view Account::institution_name() const noexcept {
  return record()->institution_name.view();
}

FAUXBANK_DECL std::optional<std::string_view> Account::display_name() const noexcept {
  if (!record()->display_name) return std::nullopt;
  return record()->display_name.view();
}

FAUXBANK_DECL std::optional<std::string> Account::last4() const {
  if (record()->last4 == detail::AccountRecord::kNoLast4) return std::nullopt;
  const auto digits = detail::last4_text(record()->last4);
  return std::string(digits.data(), digits.size());
}

FAUXBANK_DECL Category Account::category() const noexcept { return record()->category; }
FAUXBANK_DECL Subcategory Account::subcategory() const noexcept { return record()->subcategory; }
FAUXBANK_DECL PermissionSet Account::permissions() const noexcept { return record()->permissions; }
FAUXBANK_DECL PaymentMethodTypeSet Account::supported_payment_method_types() const noexcept {
  return record()->payment_methods;
}
FAUXBANK_DECL Status Account::status() const noexcept { return record()->status; }
FAUXBANK_DECL bool Account::subscribed() const noexcept { return record()->subscribed; }

namespace detail {
template <class T>
const T* value_of(const AccountRecord& record, SharedRef<T> AccountDetails::*member) noexcept {
  if (!record.details) return nullptr;
  const SharedRef<T>& ref = (*record.details).*member;
  return ref ? &ref->value : nullptr;
}
}  // namespace detail

FAUXBANK_DECL const Balance* Account::balance() const noexcept {
  return detail::value_of(*record(), &detail::AccountDetails::balance);
}
FAUXBANK_DECL const Ownership* Account::ownership() const noexcept {
  return detail::value_of(*record(), &detail::AccountDetails::ownership);
}
FAUXBANK_DECL const Refresh* Account::refresh(Feature feature) const noexcept {
  const detail::RefreshRecord* refresh = record()->of(feature);
  return refresh != nullptr ? &refresh->hash : nullptr;
}
FAUXBANK_DECL const std::vector<AccountNumber>* Account::account_numbers() const noexcept {
  return detail::value_of(*record(), &detail::AccountDetails::account_numbers);
}
FAUXBANK_DECL const StatusDetails* Account::status_details() const noexcept {
  return detail::value_of(*record(), &detail::AccountDetails::status_details);
}
FAUXBANK_DECL const std::vector<Transaction>& Account::transactions() const noexcept {
  static const std::vector<Transaction> kNone;
  const auto* rows = detail::value_of(*record(), &detail::AccountDetails::transactions);
  return rows != nullptr ? *rows : kNone;
}

namespace detail {

FAUXBANK_DECL void AccountRecord::set_id(std::string_view id, bool plain) {
  id_plain = plain;
  if (id.size() <= kShortId) {
    id_size = static_cast<std::uint8_t>(id.size());
    std::memcpy(short_id, id.data(), id.size());
    return;
  }
  id_size = kLongId;
  AccountDetails next = details_copy();
  next.long_id = Text(id);
  details = make_ref<AccountDetails>(std::move(next));
}

FAUXBANK_DECL std::array<char, 4> last4_text(std::uint16_t last4) noexcept {
  std::array<char, 4> text{};
  for (std::size_t i = 4; i-- > 0; last4 = static_cast<std::uint16_t>(last4 / 10)) {
    text[i] = static_cast<char>('0' + last4 % 10);
  }
  return text;
}

FAUXBANK_DECL Ref<const RefreshRecord> refresh_from(const Refresh& hash) {
  const auto made = make_ref<RefreshRecord>();
  made->hash = hash;
  return made;
}

FAUXBANK_DECL Subcategory default_subcategory(Category category) noexcept {
  switch (category) {
    case Category::cash:
      return Subcategory::checking;
    case Category::credit:
      return Subcategory::credit_card;
    case Category::investment:
    case Category::other:
      break;
  }
  return Subcategory::other;
}

/// What most accounts lack, or null.
FAUXBANK_DECL Ref<const AccountDetails> details_from(const AccountSpec& spec) {
  const bool is_plain = spec.tenant.empty() &&
                        !(spec.account_holder && !spec.account_holder->customer_account.empty()) &&
                        !spec.balance && !spec.ownership && spec.refresh.balance.empty() &&
                        spec.refresh.ownership.empty() && spec.refresh.transactions.empty() &&
                        !spec.account_numbers && !spec.status_details &&
                        spec.transactions.empty() && !spec.next_balance;
  if (is_plain) return nullptr;
  const auto made = make_ref<AccountDetails>();
  AccountDetails& details = *made;
  if (!spec.tenant.empty()) details.tenant = Text(spec.tenant);
  if (spec.account_holder && !spec.account_holder->customer_account.empty()) {
    details.customer_account = Text(spec.account_holder->customer_account);
  }
  if (spec.balance) details.balance = share_balance(*spec.balance);
  if (spec.ownership) details.ownership = share(*spec.ownership);
  if (!spec.refresh.balance.empty() || !spec.refresh.ownership.empty() ||
      !spec.refresh.transactions.empty())
    details.plans = share(spec.refresh);
  if (spec.account_numbers) details.account_numbers = share(*spec.account_numbers);
  if (spec.status_details) details.status_details = share(*spec.status_details);
  if (!spec.transactions.empty()) details.transactions = share(spec.transactions);
  if (spec.next_balance) details.next_balance = share_balance(*spec.next_balance);
  return made;
}

FAUXBANK_DECL void fill(AccountRecord& record, const AccountSpec& spec, std::int64_t created) {
  record.created = created;
  record.details = details_from(spec);
  if (!spec.id.empty()) record.set_id(spec.id, is_plain_json(spec.id));
  if (spec.balance_refresh) record.refresh[0] = refresh_from(*spec.balance_refresh);
  if (spec.ownership_refresh) record.refresh[1] = refresh_from(*spec.ownership_refresh);
  if (spec.transaction_refresh) record.refresh[2] = refresh_from(*spec.transaction_refresh);
  if (spec.account_holder) record.holder_type = spec.account_holder->type;
  if (spec.last4 && !spec.last4->empty()) {
    std::uint16_t digits = 0;
    for (char c : *spec.last4)
      digits = static_cast<std::uint16_t>(digits * 10 + (c - '0'));
    record.last4 = digits;
  }
  record.category = spec.category;
  record.subcategory = spec.subcategory.value_or(default_subcategory(spec.category));
  record.status = spec.status;
  record.permissions = spec.permissions;
  record.payment_methods = spec.supported_payment_method_types;
  record.subscribed = spec.subscribed;
}

}  // namespace detail
}  // namespace fauxbank
