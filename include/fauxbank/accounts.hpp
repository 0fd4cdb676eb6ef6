#pragma once

/// \file
/// The typed face: the operations of the API as C++ calls. The seam for code that does not want
/// HTTP, and the interface that gMock doubles.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include <fauxbank/command.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/model.hpp>
#include <fauxbank/result.hpp>

namespace fauxbank {

/// The API of linked accounts. A world implements it; so does `MockAccounts`.
///
/// Every call applies the same rules as its HTTP form and answers with the same `code` and `param`.
class Accounts {
 public:
  Accounts() = default;
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;
  virtual ~Accounts() = default;

  /// List one page, newest first (rules list.*).
  virtual Result<Page<Account>, ApiError> list(const ListParams& params) = 0;
  /// Retrieve one account (rules retrieve, account.missing).
  virtual Result<Account, ApiError> retrieve(std::string_view id) = 0;
  /// Give up access to an account, for good (rules disconnect, disconnect.again).
  virtual Result<Account, ApiError> disconnect(std::string_view id) = 0;
  /// Start refreshes of the named features (rules refresh.*).
  virtual Result<Account, ApiError> refresh(std::string_view id, const RefreshParams& params) = 0;
  /// Subscribe to daily refreshes (rules subscribe.*).
  virtual Result<Account, ApiError> subscribe(std::string_view id,
                                              const SubscribeParams& params) = 0;
  /// End the subscription (rule unsubscribe).
  virtual Result<Account, ApiError> unsubscribe(std::string_view id,
                                                const UnsubscribeParams& params) = 0;

  // Defaults for callers; a mock has to name each call once only.
  Result<Page<Account>, ApiError> list() { return list(ListParams{}); }
  Result<Account, ApiError> subscribe(std::string_view id) {
    return subscribe(id, SubscribeParams{});
  }
  Result<Account, ApiError> unsubscribe(std::string_view id) {
    return unsubscribe(id, UnsubscribeParams{});
  }
};

/// All accounts of a list, fetched page by page as the loop goes:
/// `for (const Result<Account, ApiError>& account : all_accounts(accounts, {.limit = 100})) …`
///
/// With `ending_before` it walks towards the newest, oldest first, as the official SDKs do. An
/// error ends the loop as its last element. Holds a reference to `accounts`.
class AccountRange {
 public:
  AccountRange(Accounts& accounts, ListParams params);

  class iterator {
   public:
    using value_type = Result<Account, ApiError>;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    explicit iterator(AccountRange& range) : range_(&range) { ++*this; }
    const value_type& operator*() const noexcept { return range_->current_; }
    const value_type* operator->() const noexcept { return &range_->current_; }
    iterator& operator++() {
      if (!range_->advance()) range_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    AccountRange* range_ = nullptr;
  };

  /// Fetch the first page. A range can be walked once.
  iterator begin() { return iterator(*this); }
  iterator end() { return {}; }

 private:
  bool advance();
  bool fetch();

  Accounts* accounts_;
  ListParams params_;
  Page<Account> page_;
  std::size_t next_ = 0;
  bool done_ = false;
  Result<Account, ApiError> current_;
};

/// Walk a list to its end (see `AccountRange`).
AccountRange all_accounts(Accounts& accounts, ListParams params = {});

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/accounts.ipp>
#endif
