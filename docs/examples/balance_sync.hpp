#pragma once

// What a user of the API might write, cut down to what a test of it needs: a class that brings the
// balances of one customer up to date. It knows JSON, retries, paging and waiting; it does not know
// whether a bank or a fauxbank::World is behind its transport.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <fauxbank/clock.hpp>
#include <fauxbank/transport.hpp>

namespace example {

using Milliseconds = std::chrono::milliseconds;

struct SyncOptions {
  std::string key = "sk_test_123";
  int page_size = 100;
  Milliseconds first_delay{1'000};     ///< before the first poll; doubles with every round
  Milliseconds longest_delay{30'000};  ///< where doubling stops
  Milliseconds patience{300'000};      ///< a refresh that takes longer counts as failed
  int attempts = 3;  ///< of one request, when no answer or a server error comes back
};

struct SyncedBalance {
  std::string account;
  std::string currency;
  std::int64_t amount = 0;  ///< in the currency's smallest unit
  friend bool operator==(const SyncedBalance&, const SyncedBalance&) = default;
};

struct FailedAccount {
  std::string account;
  std::string reason;
  bool disconnected = false;
  friend bool operator==(const FailedAccount&, const FailedAccount&) = default;
};

struct SyncReport {
  std::vector<SyncedBalance> balances;  ///< in the order in which the refreshes ended
  std::vector<FailedAccount> failures;
  std::string error;  ///< why the accounts could not be listed; empty when they were
};

class BalanceSync {
 public:
  BalanceSync(fauxbank::Transport& transport, fauxbank::VirtualClock& clock,
              SyncOptions options = {});

  /// Refresh the balance of every account of a customer, wait for the outcomes, collect them.
  /// Accounts whose refresh failed are disconnected.
  SyncReport run(const std::string& customer);

 private:
  /// An object from the service, or the reason why there is none.
  struct Answer {
    boost::json::object body;
    std::string error;
  };

  Answer call(fauxbank::Request request);
  Answer get(const std::string& target);
  Answer post(const std::string& target, const std::string& form);

  std::vector<std::string> list_accounts(const std::string& customer, SyncReport& report);
  std::vector<std::string> start_refreshes(const std::vector<std::string>& accounts,
                                           SyncReport& report);
  void wait_for_refreshes(std::vector<std::string> pending, SyncReport& report);
  bool poll(const std::string& account, SyncReport& report);
  void give_up(const std::string& account, std::string reason, SyncReport& report);

  fauxbank::Transport& transport_;
  fauxbank::VirtualClock& clock_;
  SyncOptions options_;
};

}  // namespace example
