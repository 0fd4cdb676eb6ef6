// How a user tests BalanceSync: the world is the bank, its clock is the clock, and a mock in
// between checks or spoils single requests.

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>

#include "balance_sync.hpp"
#include "balance_sync_world.hpp"

namespace example {
namespace {

using namespace std::chrono_literals;
using fauxbank::MockTransport;
using fauxbank::Request;
using fauxbank::Status;
using fauxbank::World;
using ::testing::DoDefault;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Return;

class BalanceSyncTest : public ::testing::Test {
 protected:
  World world = three_accounts();
};

TEST_F(BalanceSyncTest, CollectsBalancesAndDisconnectsWhatFailed) {
  BalanceSync sync(world.transport(), world.clock(), {.page_size = 2});
  const SyncReport report = sync.run(kCustomer);

  EXPECT_EQ(report.error, "");
  EXPECT_THAT(report.balances,
              ElementsAre(SyncedBalance{kQuick, "usd", 12'345}, SyncedBalance{kSlow, "usd", 678}));
  EXPECT_THAT(report.failures, ElementsAre(FailedAccount{kBroken, "refresh failed", true}));
  EXPECT_EQ(world.account(kQuick).status(), Status::active);
  EXPECT_EQ(world.account(kBroken).status(), Status::disconnected);
}

TEST_F(BalanceSyncTest, PollsWithGrowingDelays) {
  BalanceSync sync(world.transport(), world.clock());
  const fauxbank::Instant start = world.clock().now();
  sync.run(kCustomer);
  // 1 + 2 + 4 + 8 + 16 = 31 s is too early for the slow account; the sixth round, after 30 s more,
  // sees it.
  EXPECT_EQ(world.clock().now() - start, 61s);
}

TEST_F(BalanceSyncTest, GivesUpOnARefreshThatNeverEnds) {
  World stuck{{.defaults = {.completes = fauxbank::Completion::never()},
               .accounts = {{.id = "fca_stuck",
                             .account_holder = fauxbank::AccountHolder::customer("cus_1")}}}};
  BalanceSync sync(stuck.transport(), stuck.clock(), {.patience = 60s});
  EXPECT_THAT(sync.run("cus_1").failures,
              ElementsAre(FailedAccount{"fca_stuck", "still pending", false}));
}

TEST_F(BalanceSyncTest, ReportsAnAccountThatTheBankShutOut) {
  world.deactivate(kSlow);
  BalanceSync sync(world.transport(), world.clock());
  const SyncReport report = sync.run(kCustomer);
  EXPECT_THAT(report.balances, ElementsAre(SyncedBalance{kQuick, "usd", 12'345}));
  EXPECT_THAT(
      report.failures,
      ElementsAre(
          FailedAccount{kSlow,
                        "HTTP 400 invalid_request_error financial_connections_account_inactive",
                        false},
          FailedAccount{kBroken, "refresh failed", true}));
}

TEST_F(BalanceSyncTest, TriesAgainWhenNoAnswerComes) {
  MockTransport mock{world};
  EXPECT_CALL(mock, send(Field(&Request::target, EndsWith("/refresh"))))
      .Times(4)
      .WillOnce(Return(fauxbank::Failure(fauxbank::transport_errc::timed_out)))
      .WillRepeatedly(DoDefault());

  BalanceSync sync(mock, world.clock());
  EXPECT_EQ(sync.run(kCustomer).balances.size(), 2u);
}

TEST_F(BalanceSyncTest, AnUnknownCustomerIsNoError) {
  MockTransport mock{world};
  EXPECT_CALL(mock,
              send(Field(&Request::target, HasSubstr("account_holder[customer]=cus_nobody"))));
  EXPECT_CALL(mock, send(Field(&Request::target, EndsWith("/refresh")))).Times(0);

  BalanceSync sync(mock, world.clock());
  const SyncReport report = sync.run("cus_nobody");
  EXPECT_EQ(report.error, "");
  EXPECT_THAT(report.balances, IsEmpty());
}

TEST_F(BalanceSyncTest, SaysWhyAListCouldNotBeRead) {
  BalanceSync sync(world.transport(), world.clock(), {.key = "sk_wrong"});
  EXPECT_EQ(sync.run(kCustomer).error, "HTTP 401 invalid_request_error");
}

}  // namespace
}  // namespace example
