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

 private:
  void account(const AccountRecord& record, std::size_t depth);
  std::size_t room_for(const AccountRecord& record) const noexcept;
  static constexpr FeatureSet kSubscribed = {Feature::transactions};
  template <std::size_t N>
  bool present(Pen& pen, const char (&name)[N], bool is_there) const;
  void string(Pen& pen, std::string_view text, bool plain);
  char* escaped(char* out, std::string_view text);
  template <class Write>
  char* nested(char* out, std::size_t depth, const Write& write);
  void holder(Pen& pen, const AccountRecord& record);
  std::string_view status(const AccountRecord& record);

  void balance(JsonWriter& json, const Balance& balance) const;
  void refresh_hash(JsonWriter& json, const RefreshRecord& refresh, bool with_id);
  void account_numbers(JsonWriter& json, const std::vector<AccountNumber>& numbers) const;
  void status_details(JsonWriter& json, const StatusDetails& details) const;

  Buffer& buffer_;
  RuleLog& log_;
  bool pretty_;
  bool current_;
  bool nulls_;
  std::size_t room_ = 0;  // what the account at hand may still need
};

}  // namespace fauxbank::detail
