#pragma once

// Accounts and lists as the wire prints them (rules form.documented, form.current).

#include <string_view>
#include <vector>

#include <fauxbank/detail/json_writer.hpp>
#include <fauxbank/detail/record.hpp>
#include <fauxbank/engine.hpp>

namespace fauxbank::detail {

/// Writes account objects in one form.
class AccountPrinter {
 public:
  AccountPrinter(JsonWriter& json, Form form, RuleLog& log);

  void account(const AccountRecord& record);
  void list(const Page<Account>& page, std::string_view url);

 private:
  template <std::size_t N>
  void null_member(const char (&name)[N]) {
    if (!nulls_) return;
    json_.key(name);
    json_.null();
  }

  void holder(const AccountRecord& record);
  void balance(const AccountRecord& record);
  void amounts(const Amounts& amounts);
  void refresh_hash(const RefreshRecord& refresh, bool with_id);
  template <std::size_t N>
  void refresh_member(const char (&name)[N], const RefreshRecord* refresh, bool with_id);
  void account_numbers(const AccountRecord& record);
  void status(const AccountRecord& record);
  void status_details(const AccountRecord& record);
  template <class E>
  void names(const EnumSet<E>& set);
  void rows(const std::vector<Account>& accounts);

  JsonWriter& json_;
  RuleLog& log_;
  bool current_;
  bool nulls_;
};

}  // namespace fauxbank::detail
