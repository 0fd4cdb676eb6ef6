#include <fauxbank/gmock.hpp>

#include <string>
#include <utility>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

#include "support/paths.hpp"

namespace fauxbank {
namespace {

using ::testing::_;
using ::testing::DoDefault;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::NiceMock;
using ::testing::Not;
using ::testing::Return;
using ::testing::StrictMock;

using testing::kAccounts;

Request get_account() { return Request::get(kAccounts + "/fca_1"); }
Request refresh_balance() {
  return Request::post(kAccounts + "/fca_1/refresh", "features[]=balance");
}
auto IsRefresh() { return Field(&Request::target, EndsWith("/refresh")); }

class MockTest : public ::testing::Test {
 protected:
  World world{{.accounts = {{.id = "fca_1"}}}};
};
using MockTransportTest = MockTest;
using MockAccountsTest = MockTest;

// ---- MockTransport ------------------------------------------------------------------------------

TEST_F(MockTransportTest, AnswersAsTheWorldDoes) {
  World alike = world.fork();
  MockTransport mock{world};
  EXPECT_EQ(mock.send(refresh_balance()), alike.transport().send(refresh_balance()));
  EXPECT_EQ(mock.send(get_account()), alike.transport().send(get_account()));
  EXPECT_EQ(world.digest(), alike.digest());
  EXPECT_EQ(world.journal().size(), 2u);
}

TEST_F(MockTransportTest, AnExpectationChecksAndStillReachesTheWorld) {
  MockTransport mock{world};
  EXPECT_CALL(mock, send(IsRefresh()));
  ASSERT_TRUE(mock.send(refresh_balance()));
  EXPECT_NE(world.account("fca_1").refresh(Feature::balance), nullptr);
}

TEST_F(MockTransportTest, AnExpectationThatIsNotMetFails) {
  const auto test = [this] {
    MockTransport mock{world};
    EXPECT_CALL(mock, send(IsRefresh()));
    (void)mock.send(get_account());
  };
  EXPECT_NONFATAL_FAILURE(test(), "never called");
}

TEST_F(MockTransportTest, RequestsThatNoExpectationMatchesReachTheWorldQuietly) {
  ::testing::internal::CaptureStdout();
  {
    MockTransport mock{world};
    EXPECT_EQ(mock.send(get_account())->status, 200);
    EXPECT_CALL(mock, send(IsRefresh())).Times(0);
    EXPECT_EQ(mock.send(get_account())->status, 200);
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
}

TEST_F(MockTransportTest, AForbiddenRequestFails) {
  const auto test = [this] {
    MockTransport mock{world};
    EXPECT_CALL(mock, send(IsRefresh())).Times(0);
    (void)mock.send(refresh_balance());
  };
  EXPECT_NONFATAL_FAILURE(
      test(), "POST /v1/financial_connections/accounts/fca_1/refresh features[]=balance");
}

TEST_F(MockTransportTest, AnAnswerOfTheTestKeepsTheRequestFromTheWorld) {
  MockTransport mock{world};
  EXPECT_CALL(mock, send(IsRefresh()))
      .WillOnce(Return(Failure(transport_errc::timed_out)))
      .WillOnce(Return(Response{.status = 503}))
      .WillOnce(DoDefault());
  EXPECT_EQ(mock.send(refresh_balance()).error(), transport_errc::timed_out);
  EXPECT_EQ(mock.send(refresh_balance())->status, 503);
  EXPECT_TRUE(world.journal().empty());
  EXPECT_EQ(mock.send(refresh_balance())->status, 200);
  EXPECT_EQ(world.journal().size(), 1u);
}

TEST_F(MockTransportTest, ANiceMockIsTheWorldAsWell) {
  NiceMock<MockTransport> mock{world};
  EXPECT_CALL(mock, send(IsRefresh()));
  EXPECT_EQ(mock.send(refresh_balance())->status, 200);
  EXPECT_EQ(mock.send(get_account())->status, 200);
}

TEST_F(MockTransportTest, AStrictMockLetsOnlyExpectedRequestsPass) {
  StrictMock<MockTransport> mock{world};
  EXPECT_NONFATAL_FAILURE((void)mock.send(get_account()), "Uninteresting mock function call");
  EXPECT_CALL(mock, send(IsRefresh()));
  EXPECT_NONFATAL_FAILURE((void)mock.send(get_account()), "Unexpected mock function call");
  EXPECT_EQ(mock.send(refresh_balance())->status, 200);
}

TEST_F(MockTransportTest, FollowsAWorldThatMoves) {
  MockTransport mock{world};
  const World moved = std::move(world);
  EXPECT_EQ(mock.send(get_account())->status, 200);
  EXPECT_EQ(moved.journal().size(), 1u);
}

TEST_F(MockTransportTest, StandsBeforeAnyTransport) {
  FunctionTransport teapot(
      [](const Request&) -> Result<Response, transport_errc> { return Response{.status = 418}; });
  MockTransport mock{teapot};
  EXPECT_EQ(mock.send(get_account())->status, 418);
}

TEST_F(MockTransportTest, StillReachesTheWorldWhenItsExpectationsAreCleared) {
  NiceMock<MockTransport> mock{world};
  EXPECT_CALL(mock, send(IsRefresh())).Times(0);
  EXPECT_TRUE(::testing::Mock::VerifyAndClearExpectations(&mock));
  EXPECT_EQ(mock.send(refresh_balance())->status, 200);
}

TEST_F(MockTransportTest, MadeBeforeASequenceAnswersWhatIsNotInIt) {
  MockTransport mock{world};
  const ::testing::InSequence in_order;
  EXPECT_CALL(mock, send(IsRefresh()));
  EXPECT_CALL(mock, send(Field(&Request::target, EndsWith("/disconnect"))));
  for (const char* verb : {"", "/refresh", "", "/disconnect", ""}) {
    const bool read = verb[0] == '\0';
    auto request = read ? get_account()
                        : Request::post(kAccounts + "/fca_1" + verb,
                                        verb[1] == 'r' ? "features[]=balance" : "");
    EXPECT_EQ(mock.send(request)->status, 200) << verb;
  }
}

TEST_F(MockTransportTest, WithoutAWorldAnUnexpectedRequestFailsAndSaysWhatToDo) {
  NiceMock<MockTransport> mock;
  EXPECT_NONFATAL_FAILURE(
      EXPECT_EQ(mock.send(get_account()).error(), transport_errc::connection_refused),
      "MockTransport has no answer to GET /v1/financial_connections/accounts/fca_1\nGive it a "
      "World");
}

TEST_F(MockTransportTest, WithoutAWorldGivesTheAnswersOfTheTest) {
  MockTransport mock;
  EXPECT_CALL(mock, send(_)).WillOnce(Return(Response{.status = 204}));
  EXPECT_EQ(mock.send(get_account())->status, 204);
}

// ---- MockAccounts -------------------------------------------------------------------------------

TEST_F(MockAccountsTest, AnswersEveryCallAsTheWorldDoes) {
  World alike = world.fork();
  MockAccounts mock{world};
  Accounts& real = alike.accounts();
  EXPECT_EQ(mock.list({.limit = 1}), real.list({.limit = 1}));
  EXPECT_EQ(mock.retrieve("fca_1"), real.retrieve("fca_1"));
  EXPECT_EQ(mock.refresh("fca_1", {.features = {Feature::balance}}),
            real.refresh("fca_1", {.features = {Feature::balance}}));
  EXPECT_EQ(mock.subscribe("fca_1"), real.subscribe("fca_1"));
  EXPECT_EQ(mock.unsubscribe("fca_1"), real.unsubscribe("fca_1"));
  EXPECT_EQ(mock.disconnect("fca_1"), real.disconnect("fca_1"));
  EXPECT_EQ(world.journal().digest(), alike.journal().digest());
  EXPECT_EQ(world.digest(), alike.digest());
}

TEST_F(MockAccountsTest, AnExpectationChecksAndTheRestReachesTheWorld) {
  MockAccounts mock{world};
  EXPECT_CALL(mock, refresh("fca_1", _))
      .WillOnce(Return(Failure(ApiError{.status = 500, .type = "api_error"})))
      .WillOnce(DoDefault());
  EXPECT_CALL(mock, retrieve("fca_2")).WillOnce(Return(Account(AccountSpec{.id = "fca_2"})));

  EXPECT_EQ(mock.refresh("fca_1", {.features = {Feature::balance}}).error().status, 500);
  EXPECT_TRUE(mock.refresh("fca_1", {.features = {Feature::balance}}));
  EXPECT_EQ(mock.retrieve("fca_2")->id(), "fca_2");
  EXPECT_EQ(mock.retrieve("fca_1")->refresh(Feature::balance)->status, RefreshStatus::pending);
  EXPECT_EQ(mock.list()->data.size(), 1u);
}

TEST_F(MockAccountsTest, AStrictMockLetsOnlyExpectedCallsPass) {
  StrictMock<MockAccounts> mock{world};
  EXPECT_NONFATAL_FAILURE((void)mock.list(), "Uninteresting mock function call");
  EXPECT_NONFATAL_FAILURE((void)mock.retrieve("fca_1"), "Uninteresting mock function call");
  EXPECT_NONFATAL_FAILURE((void)mock.disconnect("fca_1"), "Uninteresting mock function call");
  EXPECT_NONFATAL_FAILURE((void)mock.refresh("fca_1", {}), "Uninteresting mock function call");
  EXPECT_NONFATAL_FAILURE((void)mock.subscribe("fca_1"), "Uninteresting mock function call");
  EXPECT_NONFATAL_FAILURE((void)mock.unsubscribe("fca_1"), "Uninteresting mock function call");
}

TEST_F(MockAccountsTest, WithoutAWorldEveryUnexpectedCallFailsAndSaysWhatToDo) {
  NiceMock<MockAccounts> mock;
  EXPECT_NONFATAL_FAILURE((void)mock.list({.limit = 3}),
                          "MockAccounts has no answer to list(limit=3)\nGive it a World");
  EXPECT_NONFATAL_FAILURE((void)mock.retrieve("fca_1"), "no answer to retrieve(fca_1)");
  EXPECT_NONFATAL_FAILURE((void)mock.disconnect("fca_1"), "no answer to disconnect(fca_1)");
  EXPECT_NONFATAL_FAILURE((void)mock.refresh("fca_1", {}), "no answer to refresh(fca_1)");
  EXPECT_NONFATAL_FAILURE((void)mock.subscribe("fca_1"), "no answer to subscribe(fca_1)");
  EXPECT_NONFATAL_FAILURE((void)mock.unsubscribe("fca_1"), "no answer to unsubscribe(fca_1)");
}

}  // namespace
}  // namespace fauxbank
