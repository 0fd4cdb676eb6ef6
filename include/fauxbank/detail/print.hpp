#pragma once

// Accounts and lists as the wire prints them (rules form.documented, form.current).

#include <string_view>
#include <vector>

#include <fauxbank/detail/json_writer.hpp>
#include <fauxbank/detail/pen.hpp>
#include <fauxbank/detail/record.hpp>
#include <fauxbank/engine.hpp>

namespace fauxbank::detail {

/// Writes account objects in one form.
class AccountPrinter {
 public:
  AccountPrinter(Buffer& buffer, bool pretty, Form form, RuleLog& log);

  void account(const AccountRecord& record) { account(record, 0); }
  void list(const Page<Account>& page, std::string_view url);

  /// From now on accounts show their ownership, not its id (rule expand).
  void expand_ownership() noexcept { expanded_ = true; }
  void owners(const Page<Owner>& page, std::string_view ownership, std::string_view url);
  void transactions(const Page<Transaction>& page, std::string_view account, std::string_view url);
  void transaction(const Transaction& row, std::string_view account);
  void session(const SessionSpec& session, const Page<Account>& accounts);
  /// The event object, as a webhook receives it (rule event.object).
  void event(const Event& event);

 private:
  static constexpr std::size_t kListDepth = 2;  // of what stands in a list

  void account(const AccountRecord& record, std::size_t depth);
  template <class AnyPen>
  void account(AnyPen pen, const AccountRecord& record);
  std::size_t room_for(const AccountRecord& record) const noexcept;
  static constexpr FeatureSet kSubscribed = {Feature::transactions};
  template <Literal kName, class AnyPen>
  bool present(AnyPen& pen, bool is_there) const;
  template <class AnyPen>
  void string(AnyPen& pen, std::string_view text, bool plain);
  char* escaped(char* out, std::string_view text);
  template <class Write>
  char* nested(const Pen& pen, const Write& write);
  template <class AnyPen>
  void holder(AnyPen& outside, const AccountRecord& record);
  std::string_view status(const AccountRecord& record);

  // ---- the rest of the family (print_family.ipp) ----
  template <class Rows>
  void envelope(JsonWriter& json, bool has_more, std::string_view url, const Rows& rows) const;
  template <class T>
  void nullable(JsonWriter& json, std::string_view name, const std::optional<T>& value) const;
  void ownership(JsonWriter& json, const Ownership& ownership, std::string_view account) const;
  void owner(JsonWriter& json, const Owner& owner, std::string_view ownership) const;
  void transaction(JsonWriter& json, const Transaction& row, std::string_view account) const;

  // These take the pen of the members and return where it has got to.
  template <class AnyPen>
  char* amounts(AnyPen pen, const Amounts& amounts);
  template <class AnyPen>
  char* balance(AnyPen pen, const Balance& balance);
  template <class AnyPen>
  char* refresh_hash(AnyPen pen, const RefreshRecord& refresh, bool with_id);
  void account_numbers(JsonWriter& json, const std::vector<AccountNumber>& numbers) const;
  void status_details(JsonWriter& json, const StatusDetails& details) const;

  Buffer& buffer_;
  RuleLog& log_;
  bool pretty_;
  bool current_;
  bool nulls_;
  bool expanded_ = false;
  std::size_t room_ = 0;  // what the account at hand may still need
};

}  // namespace fauxbank::detail
