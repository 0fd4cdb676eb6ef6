// Fails on purpose, once for every kind of failure that the library words. failures.py runs it and
// compares what it prints with failures.txt.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/gmock.hpp>
#include <fauxbank/gmock_json.hpp>
#include <fauxbank/gtest.hpp>

namespace fauxbank {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::NiceMock;
using ::testing::Not;
using ::testing::StrictMock;

const std::string kAccounts = "/v1/financial_connections/accounts";

struct Bank {
  Scenario operator()() const {
    return {.accounts = {{.id = "fca_checking", .balance = Balance{.current = {{"usd", 12'345}}}},
                         {.id = "fca_savings"},
                         {.id = "fca_other", .tenant = "acct_2"}}};
  }
};

class Failing : public WorldTestWith<Bank> {
 protected:
  Accounts& api = world.accounts();
  /// Each story has a call, so that the journal has something to tell.
  Response refresh(const std::string& id, const std::string& feature = "balance") {
    return world.send(Request::post(kAccounts + "/" + id + "/refresh", "features[]=" + feature));
  }
};

// ---- accounts -----------------------------------------------------------------------------------

TEST_F(Failing, HasStatus) {
  refresh("fca_checking");
  EXPECT_THAT(world.account("fca_checking"), HasStatus(Status::disconnected));
}
TEST_F(Failing, HasNotStatus) {
  refresh("fca_checking");
  EXPECT_THAT(world.account("fca_checking"), Not(HasStatus(Status::active)));
}
TEST_F(Failing, HasBalance) {
  refresh("fca_checking");
  EXPECT_THAT(world.account("fca_checking"), HasBalance(Gt(20'000)));
}
TEST_F(Failing, HasBalanceInAnotherCurrency) {
  refresh("fca_checking");
  EXPECT_THAT(world.account("fca_checking"), HasBalance(12'345, "eur"));
}
TEST_F(Failing, HasNoBalanceYet) {
  refresh("fca_savings");
  EXPECT_THAT(world.account("fca_savings"), HasBalance(0));
}
TEST_F(Failing, RefreshIsStillPending) {
  refresh("fca_savings");
  EXPECT_THAT(world.account("fca_savings"), RefreshIs(Feature::balance, RefreshStatus::succeeded));
}
TEST_F(Failing, RefreshOfAnotherFeature) {
  refresh("fca_savings");
  EXPECT_THAT(world.account("fca_savings"), RefreshIs(Feature::ownership, RefreshStatus::pending));
}
TEST_F(Failing, IsSubscribedTo) {
  (void)api.unsubscribe("fca_savings");
  EXPECT_THAT(world.account("fca_savings"), IsSubscribedTo(Feature::transactions));
}

// ---- results and pages --------------------------------------------------------------------------

TEST_F(Failing, IsOkAndOnAnErrorNearest) {
  EXPECT_THAT(api.retrieve("fca_chekcing"), IsOkAnd(HasStatus(Status::active)));
}
TEST_F(Failing, IsOkAndAnotherValue) {
  EXPECT_THAT(api.retrieve("fca_checking"), IsOkAnd(HasStatus(Status::inactive)));
}
TEST_F(Failing, FailsWithOnAValue) {
  EXPECT_THAT(api.retrieve("fca_checking"), FailsWith("resource_missing"));
}
TEST_F(Failing, FailsWithAnotherParamNearest) {
  EXPECT_THAT(api.retrieve("fca_savngs"), FailsWith("resource_missing", "id"));
}
TEST_F(Failing, FailsWithATransportError) {
  EXPECT_THAT(world.transport().send(Request::get(kAccounts + "/fca_savings")),
              FailsWith(transport_errc::timed_out));
}
TEST_F(Failing, PageIds) {
  EXPECT_THAT(api.list(), IsOkAnd(PageIds(ElementsAre("fca_checking", "fca_savings"))));
}
TEST_F(Failing, HasMore) { EXPECT_THAT(api.list({.limit = 2}), IsOkAnd(HasMore())); }

// ---- responses ----------------------------------------------------------------------------------

TEST_F(Failing, HasHttpStatusNearest) { EXPECT_THAT(refresh("fca_checkin"), HasHttpStatus(200)); }
TEST_F(Failing, HasErrorCode) {
  EXPECT_THAT(refresh("fca_savings", "balances"), HasErrorCode("parameter_invalid"));
}
TEST_F(Failing, HasErrorCodeOnAnAnswer) {
  EXPECT_THAT(refresh("fca_savings"), HasErrorCode("resource_missing"));
}
TEST_F(Failing, JsonBodyValueNearest) {
  EXPECT_THAT(world.send(Request::get(kAccounts + "?limt=3")), JsonBody("/error/param", "limit"));
}
TEST_F(Failing, JsonBodyPointer) {
  EXPECT_THAT(world.send(Request::get(kAccounts + "/fca_savings")),
              JsonBody("/balance_refresh/status", "pending"));
}

// ---- requests, seen by a mock -------------------------------------------------------------------

class FailingMock : public Failing {
 protected:
  FailingMock() { refresh("fca_savings"); }
};

TEST_F(FailingMock, IsNeverCalledWithThat) {
  MockTransport mock{world};
  EXPECT_CALL(mock, send(AllOf(IsPost(kAccounts + "/fca_savings/refresh"), HasIdempotencyKey())));
  (void)mock.send(Request::post(kAccounts + "/fca_savings/refresh", "features[]=balance"));
}
TEST_F(FailingMock, MustNotBeCalled) {
  MockTransport mock{world};
  EXPECT_CALL(mock, send(HasParam("features[]", "balance"))).Times(0);
  (void)mock.send(Request::post(kAccounts + "/fca_savings/refresh", "features[]=balance"));
}
TEST_F(FailingMock, HasNoAnswer) {
  NiceMock<MockTransport> mock;
  (void)mock.send(Request::get(kAccounts));
}
TEST_F(FailingMock, IsStrict) {
  StrictMock<MockTransport> mock{world};
  EXPECT_CALL(mock, send(AllOf(IsGet(kAccounts), HasParam("limit", "3"))));
  (void)mock.send(Request::get(kAccounts + "?limt=3"));
  (void)mock.send(Request::get(kAccounts + "?limit=3"));
}
TEST_F(FailingMock, OfAccountsIsCalledOtherwise) {
  MockAccounts mock{world};
  EXPECT_CALL(mock, refresh("fca_checking", _));
  (void)mock.refresh("fca_savings", {.features = {Feature::balance}});
  EXPECT_CALL(mock, list(_)).Times(0);
  (void)mock.list({.limit = 3});
}
TEST_F(FailingMock, IsGetButWasPost) { EXPECT_THAT(Request::post(kAccounts), IsGet(kAccounts)); }
TEST_F(FailingMock, HasParamNearest) {
  EXPECT_THAT(Request::get(kAccounts + "?limt=3"), HasParam("limit", "3"));
}

// ---- the journal --------------------------------------------------------------------------------

TEST_F(Failing, ReceivedOnAnotherAccount) {
  refresh("fca_checking");
  EXPECT_THAT(world.journal(), Received(Operation::refresh).On("fca_savings"));
}
TEST_F(Failing, ReceivedWithAnotherParameter) {
  refresh("fca_checking");
  EXPECT_THAT(
      world.journal(),
      Received(Operation::refresh).On("fca_checking").With(HasParam("features[]", "ownership")));
}
TEST_F(Failing, ReceivedButRefusedNearest) {
  refresh("fca_chekcing");
  EXPECT_THAT(world.journal(), Received(Operation::refresh).Answered(200));
}
TEST_F(Failing, ReceivedByAnotherTenant) {
  refresh("fca_other");
  EXPECT_THAT(world.journal(), Received(Operation::refresh).Answered(200).Times(1));
}
TEST_F(Failing, ReceivedAstrayNearest) {
  (void)world.send(Request::post(kAccounts + "/fca_checking/refrsh", "features[]=balance"));
  EXPECT_THAT(world.journal(), Received(Operation::refresh).On("fca_checking"));
}
TEST_F(Failing, ReceivedTooOften) {
  refresh("fca_checking");
  (void)api.refresh("fca_checking", {.features = {Feature::balance}});
  EXPECT_THAT(world.journal(), Received(Operation::refresh).On("fca_checking").Times(1));
}
TEST_F(Failing, ReceivedInAnotherOrder) {
  refresh("fca_checking");
  (void)api.retrieve("fca_checking");
  EXPECT_THAT(world.journal(),
              ReceivedInOrder(Received(Operation::retrieve), Received(Operation::refresh)));
}
TEST_F(Failing, CallsAfterADisconnection) {
  (void)api.disconnect("fca_checking");
  refresh("fca_checking");
  EXPECT_THAT(world.journal(), NoCallsAfter(EventKind::disconnected));
}
TEST_F(Failing, NoSuchEvent) {
  refresh("fca_checking");
  EXPECT_THAT(world.journal(), NoCallsAfter(EventKind::deactivated));
}

class FailingForgetful : public WorldTest {
 protected:
  FailingForgetful() : WorldTest({.accounts = {{.id = "fca_1"}}}, {.journal_entries = 2}) {}
};
TEST_F(FailingForgetful, CannotClaimAbsence) {
  for (int i = 0; i < 3; ++i)
    (void)world.accounts().retrieve("fca_1");
  EXPECT_THAT(world.journal(), Received(Operation::disconnect).Times(0));
}

// ---- the fixture --------------------------------------------------------------------------------

TEST_F(Failing, LeavesALiveKeyBehind) {
  // In two parts, so that no scanner takes it for a key.
  (void)world.send(Request::get(kAccounts).bearer(std::string("sk_live") + "_abc"));
}
TEST_F(Failing, LeavesAFaultBehind) {
  world.faults().on(Operation::refresh).nth(1).answer_lost();
  world.faults().on(Operation::disconnect).account("fca_checking").nth(2).timeout();
  (void)world.transport().send(
      Request::post(kAccounts + "/fca_checking/refresh", "features[]=balance"));
}
TEST_F(Failing, LeavesAnEventBehind) {
  teardown.undelivered_event = CheckLevel::fail;
  world.link({.id = "fca_new"});
}
TEST_F(Failing, TellsOfTimersAndEvents) {
  refresh("fca_checking");
  world.clock().advance(Seconds{5});
  world.deactivate("fca_checking");
  FAIL() << "on purpose";
}

TEST(FailingPlain, HasTwoWorlds) {
  World first{{.accounts = {{.id = "fca_1"}}}};
  World second{{.seed = 2}};
  const WorldReport of_first(first, "first");
  const WorldReport of_second(second, "second");
  (void)first.accounts().list();
  EXPECT_EQ(first.all().size(), second.all().size());
}

}  // namespace
}  // namespace fauxbank
