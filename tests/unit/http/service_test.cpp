#include <fauxbank/http/service.hpp>

#include <fauxbank/detail/utf8.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/paths.hpp"

namespace fauxbank {
namespace {

using testing::kAccounts;

State state_of_two() {
  State state{Settings{}};
  load(state, {.id = "fca_a", .tenant = "acct_1"});
  load(state, {.id = "fca_b"});
  return state;
}

Request refresh_fca_b() {
  return Request::post(kAccounts + "/fca_b/refresh", "features[]=balance");
}

TEST(Services, TellWhatTheyDid) {
  State state = state_of_two();
  Service service;
  const Answer answer = service.handle(state, refresh_fca_b());
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_EQ(answer.operation, Operation::refresh);
  EXPECT_EQ(answer.account, "fca_b");
  EXPECT_TRUE(answer.misuse.empty());
  ASSERT_EQ(answer.outcome.changes.size(), 1u);
  // Rules of all layers, in one set.
  for (Rule rule : {Rule::auth_schemes, Rule::form_decode, Rule::refresh, Rule::form_json}) {
    EXPECT_TRUE(answer.outcome.rules.contains(rule)) << info(rule).id;
  }
  EXPECT_FALSE(answer.outcome.rules.contains(Rule::list_order));
}

TEST(Services, RefusalsAreAnswersAndChangeNothing) {
  State state = state_of_two();
  Service service;
  const std::uint64_t digest = state.digest();
  const Answer unknown = service.handle(state, Request::get("/v1/nope"));
  EXPECT_EQ(unknown.response.status, 404);
  EXPECT_EQ(unknown.operation, std::nullopt);
  ASSERT_TRUE(unknown.outcome.refusal);
  EXPECT_EQ(unknown.outcome.refusal->rule, Rule::route_unknown);
  const Answer hidden = service.handle(state, Request::get(kAccounts + "/fca_a"));
  EXPECT_EQ(hidden.outcome.refusal->rule, Rule::account_missing);
  EXPECT_EQ(hidden.operation, Operation::retrieve);
  EXPECT_EQ(state.digest(), digest);
}

TEST(Services, AreStatelessBetweenRequests) {
  Service used;
  for (const Request& request : {Request::get("/v1/nope"), Request::get(kAccounts + "?limit=%zz"),
                                 refresh_fca_b(), Request::get(kAccounts + "?limit=1&session=x")}) {
    State state = state_of_two();
    (void)used.handle(state, request);
  }
  State one = state_of_two();
  State other = state_of_two();
  EXPECT_EQ(used.handle(one, refresh_fca_b()).response,
            Service().handle(other, refresh_fca_b()).response);
}

TEST(Services, MoveWithTheirOptions) {
  Service service({.keys = {"sk_test_mine"}, .compact = true});
  EXPECT_EQ(service.options().keys.size(), 1u);
  Service moved = std::move(service);
  State state = state_of_two();
  EXPECT_EQ(moved.handle(state, refresh_fca_b()).response.status, 401);
  const Response answer = moved.handle(state, refresh_fca_b().bearer("sk_test_mine")).response;
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.find('\n'), std::string::npos);
}

TEST(Services, DrawOneRequestIdForEachAnswerThatHasOne) {
  State one = state_of_two();
  State other = state_of_two();
  Service service;
  (void)service.handle(one, Request{Method::get, kAccounts, {}, {}});  // 401: none
  const Answer first = service.handle(one, Request::get(kAccounts));
  const Answer second = service.handle(one, Request::get("/v1/nope"));
  EXPECT_EQ(first.response.headers.find("Request-Id"), next_request_id(other).view());
  EXPECT_EQ(second.response.headers.find("Request-Id"), next_request_id(other).view());
}

TEST(Services, ReportALiveKeyWithoutShowingIt) {
  State state = state_of_two();
  const Answer answer = Service().handle(state, Request::get(kAccounts).bearer("sk_live_51secret"));
  EXPECT_EQ(answer.response.status, 401);
  EXPECT_NE(answer.misuse, "");
  EXPECT_EQ(answer.misuse.find("51secret"), std::string::npos);
}

TEST(Services, TimeDoesNotMove) {
  State state = state_of_two();
  Service service;
  (void)service.handle(state, refresh_fca_b());
  EXPECT_EQ(state.now(), Instant{});
  EXPECT_EQ(state.pending(), 1u);
}

TEST(Services, HeedTheFirstFieldOfEachName) {
  State state = state_of_two();
  Service service;
  Request request = Request::get(kAccounts + "/fca_a");
  request.headers.add("authorization", "Bearer nonsense");
  request.headers.add("stripe-account", "acct_1");
  request.headers.add("Stripe-Account", "acct_2");
  EXPECT_EQ(service.handle(state, request).response.status, 200);
  Request empty_first = Request::get(kAccounts + "/fca_b");
  empty_first.headers = Headers{{"Authorization", ""}, {"Authorization", "Bearer sk_test_123"}};
  EXPECT_EQ(service.handle(state, empty_first).response.status, 401);
}

TEST(Services, PrintAmountsOfEverySize) {
  std::vector<std::int64_t> values = {std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max()};
  for (std::int64_t power = 1; power <= 1'000'000'000'000'000; power *= 10)
    values.insert(values.end(), {power - 1, power, power + 1, -power, 1 - power});
  for (const std::int64_t value : values) {
    State state{Settings{}};
    load(state, {.id = "fca_a", .balance = Balance{.current = {{"eur", value}, {"usd", 7}}}});
    const std::string body =
        Service().handle(state, Request::get(kAccounts + "/fca_a")).response.body;
    EXPECT_NE(body.find("\"eur\": " + std::to_string(value) + ",\n"), std::string::npos) << body;
  }
}

TEST(LiveKeys, ScrubbingTakesTheWholeKeyAndNothingElse) {
  const auto scrubbed = [](std::string text) {
    detail::scrub_live_keys(text);
    return text;
  };
  EXPECT_EQ(scrubbed("a sk_live_1aB_2, b"), "a [live key], b");
  EXPECT_EQ(scrubbed("sk_live_1 rk_live_2 pk_live_3"), "[live key] [live key] [live key]");
  EXPECT_EQ(scrubbed("sk_live_"), "[live key]");
  EXPECT_EQ(scrubbed("sk_test_1 they_live_on _live_ k_live_"),
            "sk_test_1 they_live_on _live_ k_live_");
}

}  // namespace
}  // namespace fauxbank
