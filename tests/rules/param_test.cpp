#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

class Params {
 public:
  Params() : world_({.accounts = {{.id = "fca_a"}}}) {}
  std::string list(const std::string& query) { return summary(testing::list(world_, query)); }
  std::string refresh(const std::string& form) {
    return summary(act(world_, "fca_a", "refresh", form));
  }
  std::string subscribe(const std::string& form) {
    return summary(act(world_, "fca_a", "subscribe", form));
  }
  std::string unsubscribe(const std::string& form) {
    return summary(act(world_, "fca_a", "unsubscribe", form));
  }
  World& world() { return world_; }

 private:
  World world_;
};

std::string unknown(const std::string& param) {
  return "400 invalid_request_error parameter_unknown " + param;
}

RULE_TEST(ParamUnknown, IsNamedInFull, "param.unknown") {
  Params on;
  EXPECT_EQ(on.list("nope=1"), unknown("nope"));
  EXPECT_EQ(on.list("a[b][]=1"), unknown("a[b][]"));
  EXPECT_EQ(on.list("a%5Bb%5D=1"), unknown("a[b]"));
  EXPECT_EQ(on.list("account_holder[name]=x"), unknown("account_holder[name]"));
  EXPECT_EQ(on.list("Limit=3"), unknown("Limit"));
  EXPECT_EQ(on.refresh("features[]=balance&feature=x"), unknown("feature"));
  EXPECT_EQ(on.subscribe("limit=1&features[]=transactions"), unknown("limit"));
  EXPECT_EQ(on.unsubscribe("features[]=transactions&x="), unknown("x"));
  EXPECT_EQ(summary(on.world().send(Request::get(account_path("fca_a") + "?limit=1"))),
            unknown("limit"));
}

RULE_TEST(ParamUnknown, CustomerAccountExistsInTheCurrentFormOnly, "param.unknown",
          "list.filter_customer") {
  Params on;
  const std::string query = "account_holder[customer_account]=cusacct_1";
  EXPECT_EQ(on.list(query), unknown("account_holder[customer_account]"));
  EXPECT_EQ(summary(on.world().send(current(Request::get(kAccounts + "?" + query)))), "200");
}

RULE_TEST(ParamMissing, FeaturesAreRequired, "param.missing") {
  Params on;
  const std::string missing = "400 invalid_request_error parameter_missing features";
  EXPECT_EQ(on.refresh(""), missing);
  EXPECT_EQ(on.subscribe(""), missing);
  EXPECT_EQ(on.unsubscribe(""), missing);
  Accounts& typed = on.world().accounts();
  EXPECT_EQ(summary(typed.refresh("fca_a", {})), missing);
  EXPECT_EQ(summary(typed.subscribe("fca_a", {.features = {}})), missing);
  EXPECT_EQ(summary(typed.unsubscribe("fca_a", {.features = {}})), missing);
}

RULE_TEST(ParamEmpty, AnEmptyStringIsNoValue, "param.empty") {
  Params on;
  const std::string empty = "400 invalid_request_error parameter_invalid_empty ";
  for (const char* name :
       {"session", "limit", "starting_after", "ending_before", "account_holder[customer]",
        "account_holder[account]", "account_holder"}) {
    EXPECT_EQ(on.list(std::string(name) + "="), empty + name);
    EXPECT_EQ(on.list(name), empty + name);
  }
  EXPECT_EQ(on.refresh("features[]="), empty + "features[0]");
  EXPECT_EQ(on.refresh("features[]=balance&features[]="), empty + "features[1]");
  EXPECT_EQ(on.refresh("features="), empty + "features");
}

RULE_TEST(ParamInteger, OnlyPlainIntegers, "param.integer") {
  Params on;
  for (const char* value : {"abc", "1.5", "1e3", "%2B1", "+1", "1+", "0x10", "1,000", "-",
                            "9223372036854775808", "99999999999999999999999", "\xd9\xa3"}) {
    EXPECT_EQ(on.list("limit=" + std::string(value)),
              "400 invalid_request_error parameter_invalid_integer limit")
        << value;
  }
  EXPECT_EQ(on.list("limit=007"), "200");
}

RULE_TEST(ParamInteger, NoIntegerIsRefusedAlsoWhereRangesAreClamped, "param.integer") {
  World world{{.rules = {.limit_out_of_range = LimitOutOfRange::clamp}}};
  EXPECT_EQ(summary(list(world, "limit=1.5")),
            "400 invalid_request_error parameter_invalid_integer limit");
}

RULE_TEST(ParamEnum, OffTheEnumerationNamesTheIndex, "param.enum") {
  Params on;
  const std::string off = "400 invalid_request_error - ";
  EXPECT_EQ(on.refresh("features[]=nope"), off + "features[0]");
  EXPECT_EQ(on.refresh("features[]=balance&features[]=Balance"), off + "features[1]");
  EXPECT_EQ(on.refresh("features[4]=balances"), off + "features[4]");
  EXPECT_EQ(on.subscribe("features[]=balance"), off + "features[0]");
  EXPECT_EQ(on.subscribe("features[]=transactions&features[]=ownership"), off + "features[1]");
  EXPECT_EQ(on.unsubscribe("features[]=balance"), off + "features[0]");
  Accounts& typed = on.world().accounts();
  EXPECT_EQ(summary(typed.subscribe("fca_a", {.features = {Feature::balance}})),
            off + "features[0]");
  EXPECT_EQ(on.world().account("fca_a").refresh(Feature::balance), nullptr);
}

RULE_TEST(ParamArray, AScalarWhereAListIsNeededAndTheReverse, "param.array") {
  Params on;
  EXPECT_EQ(on.refresh("features=balance"), "400 invalid_request_error - features");
  EXPECT_EQ(on.refresh("features[a]=balance"), "400 invalid_request_error - features");
  EXPECT_EQ(on.list("session[]=fcsess_1"), "400 invalid_request_error - session");
  EXPECT_EQ(on.list("limit[0]=3"), "400 invalid_request_error - limit");
  EXPECT_EQ(on.list("account_holder[customer][]=cus_1"),
            "400 invalid_request_error - account_holder[customer]");
}

RULE_TEST(ParamObject, AScalarWhereAHashIsNeededAndTheReverse, "param.object") {
  Params on;
  EXPECT_EQ(on.list("account_holder=cus_1"), "400 invalid_request_error - account_holder");
  EXPECT_EQ(on.list("account_holder[]=cus_1"), "400 invalid_request_error - account_holder");
  EXPECT_EQ(on.list("session[id]=fcsess_1"), "400 invalid_request_error - session");
  EXPECT_EQ(on.list("account_holder[customer][id]=cus_1"),
            "400 invalid_request_error - account_holder[customer]");
  EXPECT_EQ(on.refresh("features[0][name]=balance"), "400 invalid_request_error - features[0]");
}

RULE_TEST(ParamDuplicateFeature, CountsOnce, "param.duplicate_feature") {
  Params on;
  EXPECT_EQ(on.refresh("features[]=balance&features[]=balance"), "200");
  EXPECT_EQ(on.subscribe("features[0]=transactions&features[1]=transactions"), "200");
  on.world().clock().advance(seconds{5});
  EXPECT_THAT(events_of(on.world()),
              ElementsAre("refreshed_balance fca_a", "refreshed_transactions fca_a"));
}

RULE_TEST(ParamLength, FiveThousandCharactersAreTheMost, "param.length") {
  Params on;
  EXPECT_EQ(on.list("session=" + std::string(5000, 'x')), "200");
  EXPECT_EQ(on.list("session=" + std::string(5001, 'x')), "400 invalid_request_error - session");
  EXPECT_EQ(on.list("account_holder[customer]=" + std::string(5001, 'x')),
            "400 invalid_request_error - account_holder[customer]");
  EXPECT_EQ(on.refresh("features[]=" + std::string(5001, 'x')),
            "400 invalid_request_error - features[0]");
}

RULE_TEST(ParamLength, CharactersAreCountedNotBytes, "param.length") {
  Params on;
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += "%C3%A9";
  EXPECT_EQ(on.list("session=" + text), "200");
  EXPECT_EQ(on.list("session=" + text + "x"), "400 invalid_request_error - session");
}

// ---- forms that were taken before ---------------------------------------------------------------

// A form of features is read once; the next request of the same operation with the same bytes knows
// what it says, whatever came between.
RULE_TEST(SameForms, SayTheSameAgain, "param.enum", "param.unknown") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const std::string form = "features[]=balance";
  const std::string refused = error_member(act(world, "fca_a", "subscribe", form), "message");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(summary(act(world, "fca_a", "refresh", form)), "200");
    EXPECT_EQ(summary(act(world, "fca_a", "refresh", form)), "200");
    EXPECT_EQ(error_member(act(world, "fca_a", "subscribe", form), "message"), refused);
    EXPECT_EQ(
        summary(world.send(Request::post(account_path("fca_a", "refresh") + "?nope=1", form))),
        "400 invalid_request_error parameter_unknown nope");
    for (int again = 0; again < 2; ++again) {
      EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=nope")),
                "400 invalid_request_error - features[0]");
    }
    EXPECT_EQ(summary(act(world, "fca_a", "refresh", form)), "200");
    EXPECT_EQ(summary(act(world, "fca_a", "subscribe", "features[]=transactions")), "200");
    EXPECT_EQ(summary(act(world, "fca_a", "subscribe", "features[]=transactions")), "200");
  }
  EXPECT_EQ(status_of(world.account("fca_a"), Feature::balance), "pending");
  EXPECT_EQ(status_of(world.account("fca_a"), Feature::ownership), "null");
  for (const JournalEntry& entry : world.journal()) {
    EXPECT_TRUE(entry.rules.contains(Rule::form_decode)) << to_string(entry);
    EXPECT_TRUE(entry.rules.contains(Rule::param_order)) << to_string(entry);
  }
}

// What surrounded it belongs to its own request.
RULE_TEST(SameForms, ApplyTheRulesOfTheirOwnRequest, "form.choice", "tenant") {
  const auto plain = Request::post(account_path("fca_a", "refresh"), "features[]=balance");
  Request current = plain;
  current.header("Stripe-Version", "2026-09-30.endive").header("Stripe-Account", "acct_1");
  const auto rules = [](std::vector<Request> requests) {
    World world{{.accounts = {{.id = "fca_a"}}}};
    for (const Request& request : requests)
      world.send(request);
    const Journal journal = world.journal();
    return journal[journal.size() - 1].rules;
  };
  EXPECT_TRUE(rules({current}).contains(Rule::form_choice));
  EXPECT_TRUE(rules({current}).contains(Rule::tenant));
  EXPECT_EQ(rules({current, plain}), rules({plain}));
  EXPECT_EQ(rules({plain, current}), rules({current}));
}

RULE_TEST(SameForms, OfAnotherFeatureStartThat, "refresh") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  act(world, "fca_a", "refresh", "features[]=ownership");
  EXPECT_EQ(status_of(world.account("fca_a"), Feature::balance), "pending");
  EXPECT_EQ(status_of(world.account("fca_a"), Feature::ownership), "pending");
  EXPECT_EQ(status_of(world.account("fca_a"), Feature::transactions), "null");
}

RULE_TEST(SameForms, ExpandAgain, "expand") {
  AccountSpec spec{.id = "fca_a"};
  spec.ownership = Ownership{.id = "fcaowns_1", .owners = {{.id = "fcaown_1", .name = "Ada"}}};
  World world{{.accounts = {std::move(spec)}}};
  const std::string form = "features[]=balance&expand[]=ownership";
  const std::string first = shown(act(world, "fca_a", "refresh", form), "/ownership");
  EXPECT_THAT(first, HasSubstr("Ada"));
  EXPECT_EQ(shown(act(world, "fca_a", "refresh", form), "/ownership"), first);
}

RULE_TEST(SameForms, AreStillComparedUnderAKey, "idem.replay", "idem.mismatch") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const auto keyed = [](const std::string& form) {
    return Request::post(account_path("fca_a", "refresh"), form).header("Idempotency-Key", "k");
  };
  const std::string form = "features[]=balance";
  act(world, "fca_a", "refresh", form);
  const Response first = world.send(keyed(form));
  act(world, "fca_a", "refresh", form);
  const Response again = world.send(keyed(form));
  EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(summary(world.send(keyed("features[]=ownership"))), "400 idempotency_error - -");
}

// ---- limit
// ----------------------------------------------------------------------------------------

Scenario many(std::size_t n) {
  Scenario scenario;
  scenario.accounts.resize(n);
  return scenario;
}

RULE_TEST(Limit, TenWhenLeftOut, "limit.default") {
  World world{many(30)};
  EXPECT_EQ(ids_of(list(world)).size(), 10u);
  EXPECT_EQ(world.accounts().list()->data.size(), 10u);
}

RULE_TEST(Limit, OneToAHundred, "limit.range") {
  World world{many(150)};
  EXPECT_EQ(ids_of(list(world, "limit=1")).size(), 1u);
  EXPECT_EQ(ids_of(list(world, "limit=100")).size(), 100u);
  const std::string refused = "400 invalid_request_error parameter_invalid_integer limit";
  for (const char* limit : {"0", "-1", "101", "9223372036854775807", "-9223372036854775808"}) {
    EXPECT_EQ(summary(list(world, "limit=" + std::string(limit))), refused) << limit;
  }
  EXPECT_EQ(summary(world.accounts().list({.limit = 0})), refused);
  EXPECT_EQ(summary(world.accounts().list({.limit = 101})), refused);
}

RULE_TEST(Limit, ClampedWhereTheWorldSaysSo, "limit.range") {
  Scenario scenario = many(150);
  scenario.rules.limit_out_of_range = LimitOutOfRange::clamp;
  World world{scenario};
  EXPECT_EQ(ids_of(list(world, "limit=0")).size(), 1u);
  EXPECT_EQ(ids_of(list(world, "limit=-5")).size(), 1u);
  EXPECT_EQ(ids_of(list(world, "limit=101")).size(), 100u);
  EXPECT_EQ(ids_of(list(world, "limit=9223372036854775807")).size(), 100u);
  EXPECT_EQ(ids_of(list(world, "limit=7")).size(), 7u);
}

}  // namespace
}  // namespace fauxbank::testing
