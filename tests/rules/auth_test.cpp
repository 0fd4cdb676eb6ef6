#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

Request with_authorization(std::string_view value) {
  return Request{Method::get, kAccounts, {{"Authorization", value}}, {}};
}

constexpr const char* kUnauthorized = "401 invalid_request_error - -";

RULE_TEST(Auth, WithoutAuthorization, "auth.missing", "error.envelope") {
  World world;
  const Response answer = world.send(Request{Method::get, kAccounts, {}, {}});
  EXPECT_EQ(summary(answer), kUnauthorized);
  EXPECT_EQ(header(answer, "WWW-Authenticate"), "Bearer realm=\"Stripe\"");
}

RULE_TEST(Auth, MissingComesBeforeRouting, "auth.missing") {
  World world;
  EXPECT_EQ(world.send(Request{Method::get, "/v1/nope", {}, {}}).status, 401);
  EXPECT_EQ(world.send(Request{Method::head, kAccounts, {}, {}}).status, 401);
}

RULE_TEST(Auth, BearerAndBasicBothWork, "auth.schemes") {
  World world;
  EXPECT_EQ(world.send(with_authorization("Bearer sk_test_123")).status, 200);
  EXPECT_EQ(world.send(with_authorization("bearer rk_test_123")).status, 200);
  EXPECT_EQ(world.send(with_authorization("Basic c2tfdGVzdF8xMjM6")).status, 200);  // sk_test_123:
  EXPECT_EQ(world.send(with_authorization("Basic cmtfdGVzdF8xMjM0Og==")).status,
            200);  // rk_test_1234:
}

RULE_TEST(Auth, BasicTakesAnEmptyPassword, "auth.schemes", "auth.invalid") {
  World world;
  EXPECT_EQ(summary(world.send(with_authorization("Basic c2tfdGVzdF8xMjM6cHc="))),
            kUnauthorized);  // …:pw
  EXPECT_EQ(summary(world.send(with_authorization("Basic c2tfdGVzdF8xMjM="))),
            kUnauthorized);  // no colon
  EXPECT_EQ(summary(world.send(with_authorization("Basic *"))), kUnauthorized);
}

RULE_TEST(Auth, NoTestKeyIsInvalid, "auth.invalid") {
  World world;
  for (const char* key :
       {"nonsense", "sk_test_", "sk_prod_123", "sk_test_1-3", "SK_TEST_123", "sk_test_1 2"}) {
    const Response answer = world.send(with_authorization("Bearer " + std::string(key)));
    EXPECT_EQ(summary(answer), kUnauthorized) << key;
    EXPECT_EQ(header(answer, "WWW-Authenticate"), "Bearer realm=\"Stripe\"") << key;
  }
  EXPECT_EQ(summary(world.send(with_authorization("Digest sk_test_123"))), kUnauthorized);
  EXPECT_EQ(summary(world.send(with_authorization("Bearer"))), kUnauthorized);
  EXPECT_EQ(summary(world.send(with_authorization("Bearer "))), kUnauthorized);
}

// What was accepted last is not looked at again, whatever came between.
RULE_TEST(Auth, TheSameAgainIsJudgedAsBefore, "auth.invalid", "auth.schemes") {
  World world;
  const std::string_view good[] = {"Bearer sk_test_123", "Basic c2tfdGVzdF8xMjM6"};
  for (int round = 0; round < 2; ++round) {
    for (const std::string_view header : good) {
      EXPECT_EQ(world.send(with_authorization(header)).status, 200) << header;
      EXPECT_EQ(world.send(with_authorization(header)).status, 200) << header;
      EXPECT_EQ(summary(world.send(with_authorization("Bearer sk_test_1-3"))), kUnauthorized);
      EXPECT_EQ(summary(world.send(with_authorization("Bearer sk_test_1-3"))), kUnauthorized);
      EXPECT_EQ(world.send(with_authorization(header)).status, 200) << header;
    }
  }
  const RuleSet first = world.journal()[0].rules;
  EXPECT_TRUE(first.contains(Rule::auth_schemes));
  for (const JournalEntry& entry : world.journal()) {
    if (entry.status == 200) {
      EXPECT_EQ(entry.rules, first) << to_string(entry);
    }
  }
}

RULE_TEST(Auth, OnlyListedKeysWhereKeysAreListed, "auth.invalid") {
  World world{{}, {.keys = {"sk_test_one", "rk_test_two"}}};
  EXPECT_EQ(world.send(with_authorization("Bearer sk_test_one")).status, 200);
  EXPECT_EQ(world.send(with_authorization("Bearer rk_test_two")).status, 200);
  EXPECT_EQ(summary(world.send(with_authorization("Bearer sk_test_three"))), kUnauthorized);
  EXPECT_EQ(summary(world.send(with_authorization("Bearer sk_test_on"))), kUnauthorized);
}

RULE_TEST(Auth, TheMessageShowsTheEndsOfAKeyOnly, "auth.invalid") {
  World world{{}, {.keys = {"sk_test_one"}}};
  const std::string key = "sk_test_abcdefghijklmnopqrstuvwxyz";
  const std::string message =
      error_member(world.send(with_authorization("Bearer " + key)), "message");
  EXPECT_THAT(message, HasSubstr("sk_test_"));
  EXPECT_THAT(message, HasSubstr("wxyz"));
  EXPECT_THAT(message, Not(HasSubstr("_a")));
  EXPECT_THAT(message, Not(HasSubstr("vwxyz")));
  // Of a short key the two ends would be all of it.
  const std::string brief =
      error_member(world.send(with_authorization("Bearer sk_test_abcd")), "message");
  EXPECT_THAT(brief, Not(HasSubstr("abcd")));
}

RULE_TEST(Auth, ALiveKeyIsAMisuse, "auth.live_key") {
  for (const char* key :
       {"sk_live_51abcdefghijklmnop", "rk_live_51abcdefghijklmnop", "pk_live_51abcdefghijklmnop"}) {
    World world;
    const Response answer = world.send(with_authorization("Bearer " + std::string(key)));
    EXPECT_EQ(summary(answer), kUnauthorized) << key;
    ASSERT_EQ(world.misuses().size(), 1u) << key;
    for (const std::string& text : {answer.body, to_string(world.journal()), world.misuses()[0]}) {
      EXPECT_THAT(text, Not(HasSubstr("_live_"))) << key;
      EXPECT_THAT(text, Not(HasSubstr("51abcd"))) << key;
      EXPECT_THAT(text, Not(HasSubstr("mnop"))) << key;
    }
  }
}

RULE_TEST(Auth, ALiveKeyIsKeptNowhereHoweverItIsEscaped, "auth.live_key") {
  for (const char* key :
       {"sk%5Flive%5F51abcdefghijklmnop", "%73%6b%5f%6C%69%76%65%5f%351abcdefghijklmnop",
        "p%6B_live_%351abcdefghijklmnop%25", "sk_live_51abcdefghijklmnop%"}) {
    World world;
    const std::string sent(key);
    const Response answers[] = {
        world.send(Request::get("/v1/financial_connections/accounts?x=" + sent)),
        world.send(Request::get("/v1/nowhere/" + sent)),
        world.send(Request::get("/v1/financial_connections/accounts/" + sent)),
        world.send(Request::post("/v1/financial_connections/accounts/fca_1/refresh", sent + "=1"))};
    for (const Response& answer : answers)
      EXPECT_THAT(answer.body, Not(HasSubstr("abcdefg"))) << key;
    EXPECT_THAT(to_string(world.journal()), Not(HasSubstr("abcdefg"))) << key;
    EXPECT_THAT(std::string(world.journal()[0].target()),
                ::testing::StartsWith("/v1/financial_connections/accounts?x=[live key]"))
        << key;
  }
  World world;  // what only looks alike stays
  world.send(Request::get("/v1/a%2Flive%5Fb/sk%5Flife%5F1"));
  EXPECT_EQ(world.journal()[0].target(), "/v1/a%2Flive%5Fb/sk%5Flife%5F1");
}

RULE_TEST(Auth, ALiveKeyInAnAcceptedRequestOrInAnInjectedAnswerIsNotKept, "auth.live_key") {
  for (const char* key : {"sk_live_51abcdefghijklmnop", "%73k_l%69ve_51abcdefghijklmnop"}) {
    Scenario scenario;
    scenario.accounts.push_back({.id = "fca_1"});
    World world(scenario);
    const Request asks[] = {
        Request::get(kAccounts).header("Stripe-Version", key).header("X-Other", key),
        Request::post(kAccounts + std::string("/fca_1/refresh"), "features[]=balance")
            .header("Idempotency-Key", key)};
    for (const Request& ask : asks)
      EXPECT_EQ(world.send(ask).status, 200) << key;
    world.faults().on(Operation::list).times(1).header("X-Other", key).http(500);
    world.faults().on(Operation::list).times(1).body(key).http(500);
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(world.transport().send(Request::get(kAccounts))->status, 500);
    ASSERT_EQ(world.journal().size(), 4u);
    for (const JournalEntry& entry : world.journal()) {
      for (const std::string& text :
           {std::string(entry.request_headers()), std::string(entry.response_headers()),
            entry.response_body(), to_string(entry)}) {
        EXPECT_THAT(text, Not(HasSubstr("abcdefg"))) << key;
      }
    }
  }
}

// In JSON, a carriage return before what is not quite a key has the letter that makes it one.
RULE_TEST(Auth, NoEscapeOfJsonMakesAKey, "auth.live_key") {
  const std::string accounts = kAccounts;
  for (const char* tail : {"k_live_51abcdefghijklmnop", "k_live_", "%6b_live_51abcdefghijklmnop",
                           "k_live_\rk_live_51abcdefghijklmnop\""}) {
    World world;
    const std::string sent = "\r" + std::string(tail);
    for (const Request& ask :
         {Request::get("/v1/nowhere/" + sent), Request::get(accounts + "?x" + sent + "=1"),
          Request::get(accounts + "?limit=" + sent), Request::get(accounts + "/" + sent),
          Request::post(accounts + "/fca_1/refresh", "features[]=" + sent)}) {
      const Response answer = world.send(ask);
      EXPECT_TRUE(json_of(answer).as_object().contains("error")) << answer.body;
      EXPECT_THAT(answer.body, Not(HasSubstr("rk_live_"))) << ask.target;
    }
  }
}

// A session keeps what it is told, and shows it.
RULE_TEST(Auth, ALiveKeyInASessionIsNotKept, "auth.live_key") {
  const std::string path = "/v1/financial_connections/sessions";
  const std::string key = "sk_live_51abcdefghijklmnop";
  for (const std::string& form :
       {"account_holder[type]=account&account_holder[account]=" + key,
        "account_holder[type]=customer&account_holder[customer]=" + key,
        "account_holder[type]=customer&account_holder[customer]=cus_1"
        "&account_holder[customer_account]=" +
            key,
        "account_holder[type]=customer&account_holder[customer]=cus_1&return_url=https://a/" +
            key}) {
    World world;
    const auto send = [&](Request request) { return world.send(current(std::move(request))); };
    const Response made = send(Request::post(path, form + "&permissions[]=balances"));
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string id(json_of(made).at("id").as_string());
    for (const std::string& text : {made.body, send(Request::get(path + "/" + id)).body,
                                    to_string(world.journal()), world.to_json()}) {
      EXPECT_THAT(text, Not(HasSubstr("abcdefg"))) << form;
    }
  }
}

RULE_TEST(Auth, ALiveKeyIsFoundInBasicAndWithoutAScheme, "auth.live_key") {
  World world;
  for (const char* value : {"Basic c2tfbGl2ZV81MWFiYzo=",      // sk_live_51abc:
                            "Basic c2tfbGl2ZV81MWFiYw==",      // sk_live_51abc
                            "Basic c2tfbGl2ZV81MWFiYzpwdw==",  // sk_live_51abc:pw
                            "sk_live_51abc"}) {
    EXPECT_EQ(summary(world.send(with_authorization(value))), kUnauthorized) << value;
  }
  EXPECT_EQ(world.misuses().size(), 4u);
}

RULE_TEST(Auth, SendNeverThrowsForALiveKeyAndATestKeyIsNoMisuse, "auth.live_key") {
  World world;
  EXPECT_NO_THROW((void)world.transport().send(with_authorization("Bearer sk_live_51abc")));
  EXPECT_EQ(world.misuses().size(), 1u);
  (void)world.send(with_authorization("Bearer sk_test_123"));
  (void)world.send(with_authorization("Bearer nonsense"));
  EXPECT_EQ(world.misuses().size(), 1u);
}

RULE_TEST(Auth, APublishableKeyIsNotEnough, "auth.publishable") {
  World world;
  const Response answer = world.send(with_authorization("Bearer pk_test_123"));
  EXPECT_EQ(summary(answer), "401 invalid_request_error secret_key_required -");
  EXPECT_THAT(world.misuses(), IsEmpty());
}

}  // namespace
}  // namespace fauxbank::testing
