#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/gmock.hpp>
#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

using ::testing::_;
using ::testing::AnyOf;
using ::testing::DescribeMatcher;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Matcher;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::StringMatchResultListener;

/// What a matcher says of a value, with whether it matches in front.
template <class T, class M>
std::string verdict(const T& value, const M& m) {
  StringMatchResultListener listener;
  const bool matches = ::testing::SafeMatcherCast<const T&>(m).MatchAndExplain(value, &listener);
  return (matches ? "yes: " : "no: ") + listener.str();
}

class MatcherTest : public ::testing::Test {
 protected:
  World world{{.accounts = {{.id = "fca_1", .balance = Balance{.current = {{"usd", 12'345}}}},
                            {.id = "fca_2", .status = Status::inactive}}}};
  Accounts& api = world.accounts();
};

// ---- accounts -----------------------------------------------------------------------------------

TEST_F(MatcherTest, HasStatusComparesTheEnginesStatus) {
  EXPECT_THAT(world.account("fca_1"), HasStatus(Status::active));
  EXPECT_THAT(world.account("fca_2"), HasStatus(AnyOf(Status::inactive, Status::disconnected)));
  EXPECT_THAT(world.all(), Each(Not(HasStatus(Status::disconnected))));
  (void)api.refresh("fca_1", {.features = {Feature::balance}});
  EXPECT_THAT(world.account("fca_1"), HasStatus(Status::active));  // printed as pending
  EXPECT_EQ(verdict(world.account("fca_2"), HasStatus(Status::active)),
            "no: whose status is inactive");
  EXPECT_EQ(verdict(Account(), HasStatus(Status::active)), "no: which is no account");
}

TEST_F(MatcherTest, HasBalanceComparesOneCurrency) {
  EXPECT_THAT(world.account("fca_1"), HasBalance(12'345));
  EXPECT_THAT(world.account("fca_1"), HasBalance(Ge(12'000), "usd"));
  EXPECT_EQ(verdict(world.account("fca_1"), HasBalance(1)), "no: whose balance in usd is 12345");
  EXPECT_EQ(verdict(world.account("fca_1"), HasBalance(12'345, "eur")),
            "no: whose balance is cash 12345 usd, as of 1970-01-01T00:00:00Z");
  EXPECT_EQ(verdict(world.account("fca_2"), HasBalance(_)), "no: which has no balance yet");
}

TEST_F(MatcherTest, RefreshIsComparesTheLatestRefresh) {
  EXPECT_EQ(verdict(world.account("fca_1"), RefreshIs(Feature::balance, _)),
            "no: whose balance was never refreshed");
  (void)api.refresh("fca_1", {.features = {Feature::balance}});
  EXPECT_THAT(world.account("fca_1"), RefreshIs(Feature::balance, RefreshStatus::pending));
  EXPECT_EQ(verdict(world.account("fca_1"), RefreshIs(Feature::balance, RefreshStatus::failed)),
            "no: whose balance refresh is pending");
  EXPECT_THAT(world.account("fca_1"), Not(RefreshIs(Feature::ownership, RefreshStatus::pending)));
}

TEST_F(MatcherTest, IsSubscribedToKnowsTransactionsOnly) {
  EXPECT_THAT(world.account("fca_1"), Not(IsSubscribedTo(Feature::transactions)));
  (void)api.subscribe("fca_1");
  EXPECT_THAT(world.account("fca_1"), IsSubscribedTo(Feature::transactions));
  EXPECT_THAT(world.account("fca_1"), Not(IsSubscribedTo(Feature::balance)));
}

// ---- results and pages --------------------------------------------------------------------------

TEST_F(MatcherTest, IsOkAndLooksIntoAResult) {
  EXPECT_THAT(api.retrieve("fca_1"), IsOkAnd(HasStatus(Status::active)));
  EXPECT_THAT(api.retrieve("fca_9"), Not(IsOkAnd(_)));
  EXPECT_THAT(world.transport().send(Request::get("/")), IsOkAnd(HasHttpStatus(404)));
  EXPECT_EQ(verdict(api.retrieve("fca_1"), IsOkAnd(HasStatus(Status::inactive))),
            "no: with a value whose status is active");
  EXPECT_EQ(verdict(api.retrieve("fca_9"), IsOkAnd(_)), "no: which is an error");
}

TEST_F(MatcherTest, FailsWithComparesCodeAndParam) {
  EXPECT_THAT(api.retrieve("fca_9"), FailsWith("resource_missing"));
  EXPECT_THAT(api.retrieve("fca_9"), FailsWith("resource_missing", "account"));
  EXPECT_THAT(api.list({.limit = 101}), FailsWith(StartsWith("parameter_"), "limit"));
  EXPECT_EQ(verdict(api.retrieve("fca_9"), FailsWith("resource_missing", "id")),
            "no: whose code is 'resource_missing' and param is 'account'");
  EXPECT_EQ(verdict(api.retrieve("fca_1"), FailsWith("resource_missing")), "no: which is ok");
  EXPECT_EQ((DescribeMatcher<const Result<Account, ApiError>&>(Not(FailsWith("a", "b")))),
            "is ok, or fails with a code that isn't equal to \"a\" or a param that isn't equal to "
            "\"b\"");
}

TEST_F(MatcherTest, FailsWithComparesTransportErrors) {
  const Result<Response, transport_errc> lost = Failure(transport_errc::timed_out);
  EXPECT_THAT(lost, FailsWith(transport_errc::timed_out));
  EXPECT_EQ(verdict(lost, FailsWith(transport_errc::empty_answer)),
            "no: whose transport error is timed_out");
  EXPECT_EQ(
      verdict(world.transport().send(Request::get("/")), FailsWith(transport_errc::timed_out)),
      "no: which is an answer");
}

TEST_F(MatcherTest, PagesAreTheirIdsAndWhetherThereIsMore) {
  EXPECT_THAT(api.list(), IsOkAnd(PageIds(ElementsAre("fca_2", "fca_1"))));
  EXPECT_THAT(api.list({.limit = 1}), IsOkAnd(HasMore()));
  EXPECT_THAT(api.list(), IsOkAnd(HasMore(false)));
  EXPECT_THAT(api.list({.session = "none"}), IsOkAnd(PageIds(IsEmpty())));
  EXPECT_EQ(verdict(*api.list(), HasMore()), "no: whose has_more is false");
  EXPECT_EQ(verdict(*api.list(), PageIds(ElementsAre("fca_1", _))),
            "no: whose list of ids is { \"fca_2\", \"fca_1\" }, whose element #0 doesn't match");
}

// ---- requests -----------------------------------------------------------------------------------

TEST_F(MatcherTest, RequestsAreMethodAndPathWhateverTheQuery) {
  EXPECT_THAT(Request::get("/v1/a?limit=3"), IsGet("/v1/a"));
  EXPECT_THAT(Request::post("/v1/a", "x=y"), IsPost(EndsWith("/a")));
  EXPECT_EQ(verdict(Request::post("/v1/a"), IsGet("/v1/a")), "no: whose method is POST");
  EXPECT_EQ(verdict(Request::get("/v1/a?b"), IsGet("/v1/b")), "no: whose path is '/v1/a'");
}

TEST_F(MatcherTest, ParametersAreDecodedFromQueryAndBody) {
  EXPECT_THAT(Request::get("/?account_holder%5Bcustomer%5D=a+b"),
              HasParam("account_holder[customer]", "a b"));
  const Request refresh = Request::post("/?limit=3", "features[0]=balance&features[1]=ownership");
  EXPECT_THAT(refresh, HasParam("limit", "3"));
  EXPECT_THAT(refresh, HasParam("features[]", "ownership"));
  EXPECT_THAT(refresh, HasParam("features[1]", "ownership"));
  EXPECT_THAT(refresh, Not(HasParam("features[0]", "ownership")));
  EXPECT_EQ(verdict(refresh, HasParam("features[]", "transactions")),
            "no: whose parameter 'features[]' is 'balance', 'ownership'");
  EXPECT_EQ(verdict(refresh, HasParam("limti", "3")),
            "no: which has no parameter 'limti'; nearest is 'limit'");
  EXPECT_EQ(verdict(Request::get("/"), HasParam("limit", "3")),
            "no: which has no parameter 'limit'");
}

TEST_F(MatcherTest, IdempotencyKeysAreAnyOrOne) {
  const Request with = Request::post("/").header("Idempotency-Key", "k1");
  EXPECT_THAT(with, HasIdempotencyKey());
  EXPECT_THAT(with, HasIdempotencyKey("k1"));
  EXPECT_EQ(verdict(with, HasIdempotencyKey("k2")), "no: whose Idempotency-Key is \"k1\"");
  EXPECT_EQ(verdict(Request::post("/"), HasIdempotencyKey()), "no: which has no Idempotency-Key");
}

// ---- responses ----------------------------------------------------------------------------------

TEST_F(MatcherTest, ResponsesAreTheirStatusAndErrorCode) {
  const Response missing = world.send(Request::get("/v1/financial_connections/accounts/fca_9"));
  EXPECT_THAT(missing, HasHttpStatus(404));
  EXPECT_THAT(missing, HasErrorCode("resource_missing"));
  EXPECT_THAT(world.send(Request::get("/")), HasErrorCode(""));
  EXPECT_EQ(verdict(missing, HasHttpStatus(200)), "no: whose status is 404");
  EXPECT_EQ(verdict(missing, HasErrorCode("x")), "no: whose error code is \"resource_missing\"");
}

TEST_F(MatcherTest, ABodyWithoutAnErrorHasNoErrorCode) {
  for (const char* body : {"", "{}", "[]", "<html>", R"({"error)", R"({"a":"error"})",
                           R"({"a":{"error":{"code":"x"}}})", R"({"error":)"}) {
    EXPECT_EQ(verdict(Response{.status = 500, .body = body}, HasErrorCode(_)),
              "no: whose body has no error")
        << body;
  }
  EXPECT_THAT((Response{.body = R"({ "a" : ["}", {"\"": 1}], "error":{"type":"t", "code" :"c"}})"}),
              HasErrorCode("c"));
}

}  // namespace
}  // namespace fauxbank
