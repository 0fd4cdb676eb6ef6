// Everything of the GoogleTest face, from the installed package and its public headers alone.
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fauxbank/gmock.hpp>
#include <fauxbank/gmock_json.hpp>
#include <fauxbank/gtest.hpp>

namespace {

using namespace fauxbank;
using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Return;

const std::string kAccounts = "/v1/financial_connections/accounts";

struct TwoAccounts {
  Scenario operator()() const {
    return {.accounts = {{.id = "fca_1", .balance = Balance{.current = {{"usd", 500}}}},
                         {.id = "fca_2"}}};
  }
};
using BankTest = WorldTestWith<TwoAccounts>;

TEST_F(BankTest, MockTransport) {
  MockTransport mock{world};
  EXPECT_CALL(mock, send(AllOf(IsPost(kAccounts + "/fca_1/refresh"),
                               HasParam("features[]", "balance"), Not(HasIdempotencyKey()))));
  EXPECT_CALL(mock, send(IsGet(kAccounts))).WillOnce(Return(Failure(transport_errc::timed_out)));
  EXPECT_THAT(mock.send(Request::post(kAccounts + "/fca_1/refresh", "features[]=balance")),
              IsOkAnd(HasHttpStatus(200)));
  EXPECT_THAT(mock.send(Request::get(kAccounts)), FailsWith(transport_errc::timed_out));
}

TEST_F(BankTest, MockAccounts) {
  MockAccounts mock{world};
  EXPECT_CALL(mock, disconnect("fca_1"));
  EXPECT_THAT(mock.disconnect("fca_1"), IsOkAnd(HasStatus(Status::disconnected)));
  EXPECT_THAT(mock.retrieve("fca_9"), FailsWith("resource_missing", "account"));
  EXPECT_THAT(world.journal(), NoCallsAfter(EventKind::disconnected));
}

TEST_F(BankTest, Matchers) {
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  (void)world.accounts().subscribe("fca_2");
  EXPECT_THAT(world.account("fca_1"),
              AllOf(HasBalance(500), RefreshIs(Feature::balance, RefreshStatus::pending)));
  EXPECT_THAT(world.account("fca_2"), IsSubscribedTo(Feature::transactions));
  EXPECT_THAT(world.accounts().list({.limit = 1}),
              IsOkAnd(AllOf(PageIds(ElementsAre("fca_2")), HasMore())));
  EXPECT_THAT(world.send(Request::get(kAccounts + "/fca_9")),
              AllOf(HasErrorCode("resource_missing"), JsonBody("/error/param", "account"),
                    JsonBody(AllOf(JsonAt("/error/message", JsonString(HasSubstr("fca_9")))))));
  EXPECT_THAT(world.journal(),
              Received(Operation::refresh).On("fca_1").With(IsPost(_)).Answered(200).Times(1));
  EXPECT_THAT(world.journal(),
              ReceivedInOrder(Received(Operation::refresh), Received(Operation::subscribe)));
}

TEST_F(BankTest, Explanations) {
  EXPECT_THAT(world.explain(Request::get(kAccounts + "/fca_l")).text,
              HasSubstr("nearest is 'fca_1'"));
  EXPECT_EQ(::testing::PrintToString(world.account("fca_2")), "fca_2 active");
}

class FormsTest : public FormTest {};
TEST_P(FormsTest, EachForm) { EXPECT_EQ(world.send(Request::get(kAccounts)).status, 200); }
INSTANTIATE_TEST_SUITE_P(Forms, FormsTest, EachForm(), FormName());

TEST(Plain, Report) {
  World world{TwoAccounts{}()};
  WorldReport report(world);
  report.checks.undelivered_event = CheckLevel::fail;
  (void)world.accounts().list();
  EXPECT_THAT(timeline_html(world, "title"), HasSubstr("<title>title</title>"));
}

TEST(Plain, Coverage) { EXPECT_GT(coverage()[Rule::list_order].hits, 0u); }

TEST(Listener, TellsOfATestThatFails) {
  std::FILE* out = popen("TEST_UNDECLARED_OUTPUTS_DIR=out " FAILS, "r");
  ASSERT_NE(out, nullptr);
  std::string text;
  std::array<char, 4096> piece;
  while (std::fgets(piece.data(), piece.size(), out) != nullptr)
    text += piece.data();
  EXPECT_NE(pclose(out), 0);
  EXPECT_THAT(text, HasSubstr("call retrieve fca_1\n    = 404 refused by account.missing"));
  const std::size_t at = text.find("fauxbank: timeline: ");
  ASSERT_NE(at, std::string::npos) << text;
  const std::string path = text.substr(at + 20, text.find('\n', at) - at - 20);
  EXPECT_TRUE(std::filesystem::exists(path)) << path;
}

}  // namespace
