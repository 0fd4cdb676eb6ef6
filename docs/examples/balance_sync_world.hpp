#pragma once

// The world that the demo and the test share: the three accounts that the API page shows, as linked
// by one customer.

#include <chrono>
#include <cstdint>
#include <utility>

#include <fauxbank/world.hpp>

namespace example {

inline constexpr char kCustomer[] = "cus_9s6XI9OFIdpjIg";
inline constexpr char kQuick[] = "fca_1MwVK82eZvKYlo2Cjw8FMxXf";
inline constexpr char kSlow[] = "fca_1NQay62eZvKYlo2C8dflHjWB";
inline constexpr char kBroken[] = "fca_1NQayH2eZvKYlo2CMBkU6Y9s";

inline fauxbank::AccountSpec sample_account(const char* id, std::int64_t created,
                                            fauxbank::RefreshPlan plan) {
  return {.id = id,
          .created = fauxbank::UnixTime{fauxbank::Seconds{created}},
          .account_holder = fauxbank::AccountHolder::customer(kCustomer),
          .institution_name = "StripeBank",
          .display_name = "Sample Checking Account",
          .last4 = "6789",
          .permissions = {},
          .refresh = {.balance = {std::move(plan)}}};
}

/// One balance takes five seconds, one forty, and one cannot be had.
inline fauxbank::World three_accounts() {
  using namespace fauxbank;
  using namespace std::chrono_literals;
  const auto usd = [](std::int64_t cents) { return Balance{.current = {{"usd", cents}}}; };

  return World{{
      .now = Instant{1'688'583'800s},
      // The page refreshes accounts whose permissions are empty.
      .rules = {.permissions = PermissionCheck::ignore},
      .accounts = {sample_account(kQuick, 1'681'412'208,
                                  {.completes = Completion::after(5s), .balance = usd(12'345)}),
                   sample_account(kSlow, 1'688'583'746,
                                  {.completes = Completion::after(40s), .balance = usd(678)}),
                   sample_account(
                       kBroken, 1'688'583'757,
                       {.completes = Completion::after(3s), .outcome = RefreshOutcome::failed})},
  }};
}

}  // namespace example
