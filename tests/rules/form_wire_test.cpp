#include <set>

#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

std::string object_of(const Response& response) { return shown(response, "/object"); }

RULE_TEST(FormChoice, AVersionHeaderGetsTheCurrentForm, "form.choice") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(object_of(retrieve(world, "fca_a")), "linked_account");
  const Request versioned =
      Request::get(account_path("fca_a")).header("Stripe-Version", "2019-05-16");
  EXPECT_EQ(object_of(world.send(versioned)), "financial_connections.account");
  EXPECT_EQ(object_of(retrieve(world, "fca_a")), "linked_account");
}

RULE_TEST(FormChoice, TheScenarioMayMakeTheCurrentFormTheDefault, "form.choice") {
  World world{{.form = Form::current, .accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(object_of(retrieve(world, "fca_a")), "financial_connections.account");
  EXPECT_EQ(object_of(world.send(current(Request::get(account_path("fca_a"))))),
            "financial_connections.account");
}

constexpr const char* kPretty = R"({
  "object": "list",
  "url": "/v1/financial_connections/accounts",
  "has_more": false,
  "data": [
    {
      "id": "fca_a",
      "object": "linked_account",
      "account_holder": {
        "customer": "cus_1",
        "type": "customer"
      },
      "balance": {
        "as_of": 1681412300,
        "cash": {
          "available": {}
        },
        "current": {
          "usd": 1
        },
        "type": "cash"
      },
      "balance_refresh": null,
      "category": "cash",
      "created": 1681412208,
      "display_name": "Caf)"
                                "\xc3\xa9"
                                R"( \"1\"\n\u0001",
      "institution_name": "StripeBank",
      "last4": "6789",
      "livemode": false,
      "ownership": null,
      "ownership_refresh": null,
      "permissions": [],
      "status": "active",
      "subcategory": "checking",
      "subscriptions": [],
      "supported_payment_method_types": [
        "us_bank_account"
      ],
      "transaction_refresh": null
    }
  ]
})";

Scenario one_account() {
  return {.accounts = {
              {.id = "fca_a",
               .created = at(1'681'412'208),
               .account_holder = AccountHolder::customer("cus_1"),
               .institution_name = "StripeBank",
               .display_name = "Caf\xc3\xa9 \"1\"\n\x01",
               .last4 = "6789",
               .permissions = {},
               .balance = Balance{BalanceType::cash, at(1'681'412'300), {{"usd", 1}}, Amounts{}}}}};
}

RULE_TEST(FormJson, TwoSpacesAndNoFinalNewline, "form.json") {
  World world{one_account()};
  const Response answer = list(world);
  EXPECT_EQ(answer.body, kPretty);
  EXPECT_EQ(header(answer, "Content-Type"), "application/json");
}

RULE_TEST(FormJson, EmptyContainersAreCompact, "form.json") {
  World world;
  EXPECT_EQ(list(world).body,
            "{\n  \"object\": \"list\",\n  \"url\": \"/v1/financial_connections/accounts\",\n"
            "  \"has_more\": false,\n  \"data\": []\n}");
}

RULE_TEST(FormJson, ErrorsEndWithANewlineAndHaveAlphabeticalKeys, "form.json") {
  World world;
  const Response answer = retrieve(world, "fca_none");
  EXPECT_EQ(answer.body.substr(0, 15), "{\n  \"error\": {\n");
  EXPECT_EQ(answer.body.substr(answer.body.size() - 8), "\"\n  }\n}\n");
  EXPECT_THAT(keys_at(answer, "/error"),
              ElementsAre("code", "doc_url", "message", "param", "request_log_url", "type"));
  EXPECT_EQ(header(answer, "Content-Type"), "application/json");
}

RULE_TEST(FormJson, AnOptionOfTheWorldPrintsCompact, "form.json") {
  World world{one_account(), {.compact_json = true}};
  const Response answer = list(world);
  EXPECT_EQ(answer.body, boost::json::serialize(boost::json::parse(kPretty)));
  const std::string error = retrieve(world, "fca_none").body;
  EXPECT_EQ(error.substr(0, 10), "{\"error\":{");
  EXPECT_EQ(error.find('\n'), error.size() - 1);
}

RULE_TEST(FormVersionEcho, BothHeadersComeBackWhenSent, "form.version_echo") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const Response plain = retrieve(world, "fca_a");
  EXPECT_EQ(header(plain, "Stripe-Version"), "(none)");
  EXPECT_EQ(header(plain, "Stripe-Account"), "(none)");
  const Request request = Request::get(kAccounts)
                              .header("Stripe-Version", "2026-09-30.endive")
                              .header("Stripe-Account", "acct_1");
  const Response answer = world.send(request);
  EXPECT_EQ(header(answer, "Stripe-Version"), "2026-09-30.endive");
  EXPECT_EQ(header(answer, "Stripe-Account"), "acct_1");
}

RULE_TEST(FormVersionEcho, RefusalsEchoToo, "form.version_echo") {
  World world;
  EXPECT_EQ(header(world.send(current(Request::get("/v1/nope"))), "Stripe-Version"),
            "2026-09-30.endive");
}

RULE_TEST(FormRequestId, EveryAnswerHasOneOfItsOwn, "form.request_id") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  std::set<std::string> seen;
  const auto take = [&](const Response& answer) {
    const std::string id = header(answer, "Request-Id");
    EXPECT_EQ(id.substr(0, 4), "req_") << answer.status;
    EXPECT_GT(id.size(), 4u);
    EXPECT_TRUE(seen.insert(id).second) << id;
  };
  for (int i = 0; i < 100; ++i)
    take(retrieve(world, "fca_a"));
  take(list(world));
  take(act(world, "fca_a", "refresh", "features[]=balance"));
  take(act(world, "fca_a", "refresh"));
  take(world.send(Request::get("/v1/nope")));
  Request head = Request::get(kAccounts);
  head.method = Method::head;
  take(world.send(head));
}

RULE_TEST(FormRequestId, UnauthorizedAndForbiddenHaveNone, "form.request_id") {
  World world{{.tenants = {"acct_1"}}};
  const Response unauthorized = world.send(Request{Method::get, kAccounts, {}, {}});
  EXPECT_EQ(unauthorized.status, 401);
  const Response forbidden = world.send(Request::get(kAccounts).header("Stripe-Account", "acct_2"));
  EXPECT_EQ(forbidden.status, 403);
  for (const Response& answer : {unauthorized, forbidden}) {
    EXPECT_EQ(header(answer, "Request-Id"), "(none)");
    EXPECT_EQ(shown(answer, "/error/request_log_url"), "(absent)");
  }
  EXPECT_NE(header(list(world), "Request-Id"), "(none)");
}

}  // namespace
}  // namespace fauxbank::testing
