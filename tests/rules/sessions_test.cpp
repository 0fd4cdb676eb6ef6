#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

const std::string kSessions = "/v1/financial_connections/sessions";
const std::string kCustomer = "account_holder[type]=customer&account_holder[customer]=cus_1";

Response create(World& world, const std::string& form) {
  return world.send(Request::post(kSessions, form));
}
Response session(World& world, const std::string& id, const std::string& query = {}) {
  return world.send(Request::get(kSessions + "/" + id + query));
}
Scenario listed(FeatureSet prefetch = {}) {
  return {.sessions = {{.id = "fcsess_1",
                        .account_holder = AccountHolder::customer("cus_1"),
                        .permissions = {Permission::balances, Permission::transactions},
                        .prefetch = prefetch}}};
}

RULE_TEST(Sessions, AreCreatedAndRetrieved, "sessions") {
  World world;
  const Response made =
      create(world, kCustomer +
                        "&permissions[]=balances&permissions[]=ownership&prefetch[]=balances&"
                        "filters[country]=US&filters[account_subcategories][]=checking&"
                        "return_url=https://example.com/back");
  ASSERT_EQ(summary(made), "200");
  EXPECT_THAT(keys_at(made),
              ElementsAre("id", "object", "account_holder", "accounts", "client_secret", "filters",
                          "livemode", "permissions", "prefetch", "return_url"));
  EXPECT_EQ(shown(made, "/object"), "financial_connections.session");
  EXPECT_EQ(shown(made, "/id").substr(0, 7), "fcsess_");
  EXPECT_EQ(shown(made, "/account_holder"), R"({"customer":"cus_1","type":"customer"})");
  EXPECT_EQ(shown(made, "/accounts/data"), "[]");
  EXPECT_EQ(shown(made, "/filters"), R"({"account_subcategories":["checking"],"country":"US"})");
  EXPECT_EQ(shown(made, "/permissions"), R"(["balances","ownership"])");
  EXPECT_EQ(shown(made, "/prefetch"), R"(["balances"])");
  EXPECT_EQ(session(world, shown(made, "/id")).body, made.body);
  EXPECT_EQ(world.journal()[0].response_body(), made.body);
}

RULE_TEST(Sessions, PrintWhatElseTheyWereAskedFor, "sessions") {
  World world;
  const std::string sound = kCustomer + "&permissions[]=balances";
  const Response made = create(world, sound +
                                          "&filters[require_payment_method_support]=at_least_one&"
                                          "limits[accounts]=2&manual_entry[mode]=disabled");
  ASSERT_EQ(summary(made), "200");
  EXPECT_THAT(keys_at(made),
              ElementsAre("id", "object", "account_holder", "accounts", "client_secret", "filters",
                          "limits", "livemode", "manual_entry", "permissions", "prefetch"));
  EXPECT_EQ(shown(made, "/filters/require_payment_method_support"), "at_least_one");
  EXPECT_EQ(shown(made, "/limits"), R"({"accounts":2})");
  EXPECT_EQ(shown(made, "/manual_entry"), R"({"mode":"disabled"})");
  EXPECT_EQ(session(world, shown(made, "/id")).body, made.body);
  const Response unlimited = create(world, sound + "&limits[accounts]=");
  ASSERT_EQ(summary(unlimited), "200");
  EXPECT_THAT(keys_at(unlimited), ::testing::Not(::testing::Contains("limits")));
}

RULE_TEST(Sessions, TakeTheOlderSpellingOfCountries, "sessions") {
  World world;
  EXPECT_EQ(shown(create(world, kCustomer + "&permissions[]=balances&filters[countries][]=US"),
                  "/filters/country"),
            "US");
}

RULE_TEST(Sessions, NeedAHolderAndPermissions, "param.missing") {
  World world;
  const auto missing = [](const char* param) {
    return std::string("400 invalid_request_error parameter_missing ") + param;
  };
  EXPECT_EQ(summary(create(world, "")), missing("account_holder"));
  EXPECT_EQ(summary(create(world, "permissions[]=balances")), missing("account_holder"));
  EXPECT_EQ(summary(create(world, kCustomer)), missing("permissions"));
  EXPECT_EQ(summary(create(world, "account_holder[customer]=c&permissions[]=balances")),
            missing("account_holder[type]"));
  EXPECT_EQ(summary(create(world, "account_holder[type]=account&permissions[]=balances")),
            missing("account_holder[account]"));
}

RULE_TEST(Sessions, RefuseWhatDoesNotFit, "sessions") {
  World world;
  const std::string sound = kCustomer + "&permissions[]=balances";
  const auto refused = [&](const std::string& more) {
    return summary(create(world, sound + more));
  };
  EXPECT_EQ(refused("&permissions[]=all"), "400 invalid_request_error - permissions[1]");
  EXPECT_EQ(refused("&prefetch[]=payment_method"), "400 invalid_request_error - prefetch[0]");
  EXPECT_EQ(refused("&prefetch[]=ownership"), "400 invalid_request_error - prefetch[0]");
  EXPECT_EQ(refused("&account_holder[account]=a"),
            "400 invalid_request_error - account_holder[account]");
  EXPECT_EQ(refused("&filters[country]=Utopia"), "400 invalid_request_error - filters[country]");
  EXPECT_EQ(refused("&filters[account_subcategories][]=other"),
            "400 invalid_request_error - filters[account_subcategories][0]");
  EXPECT_EQ(refused("&filters[require_payment_method_support]=some"),
            "400 invalid_request_error - filters[require_payment_method_support]");
  EXPECT_EQ(refused("&limits[accounts]=0"),
            "400 invalid_request_error parameter_invalid_integer limits[accounts]");
  EXPECT_EQ(refused("&limits[accounts]=two"),
            "400 invalid_request_error parameter_invalid_integer limits[accounts]");
  EXPECT_EQ(refused("&limits=2"), "400 invalid_request_error - limits");
  EXPECT_EQ(refused("&limits[sessions]=2"),
            "400 invalid_request_error parameter_unknown limits[sessions]");
  EXPECT_EQ(refused("&manual_entry[mode]=manual"),
            "400 invalid_request_error - manual_entry[mode]");
  EXPECT_EQ(refused("&manual_entry=disabled"), "400 invalid_request_error - manual_entry");
  EXPECT_EQ(refused("&filters=US"), "400 invalid_request_error - filters");
  EXPECT_EQ(refused("&filters[color]=red"),
            "400 invalid_request_error parameter_unknown filters[color]");
  EXPECT_EQ(refused("&permissions=balances"), "400 invalid_request_error - permissions");
  EXPECT_EQ(refused("&expand[]=nope"), "400 invalid_request_error - -");
  EXPECT_TRUE(world.state().sessions().empty());
}

RULE_TEST(Sessions, UnknownOnesAreMissing, "sessions") {
  World world{listed()};
  EXPECT_EQ(summary(session(world, "fcsess_2")),
            "404 invalid_request_error resource_missing session");
  EXPECT_EQ(summary(session(world, "fcsess_1")), "200");
  EXPECT_EQ(world.send(Request::get(kSessions)).status, 404);
  EXPECT_EQ(world.send(Request::post(kSessions + "/fcsess_1")).status, 404);
}

RULE_TEST(Sessions, CollectTheAccountsThatAreLinkedThroughThem, "sessions") {
  World world{listed()};
  const Account linked = world.link("fcsess_1", {.id = "fca_a"});
  EXPECT_EQ(linked.session(), "fcsess_1");
  EXPECT_EQ(linked.account_holder(), AccountHolder::customer("cus_1"));
  EXPECT_EQ(linked.permissions(), (PermissionSet{Permission::balances, Permission::transactions}));
  world.link("fcsess_1", {.id = "fca_b"});
  EXPECT_EQ(shown(session(world, "fcsess_1"), "/accounts/data/0/id"), "fca_b");
  EXPECT_EQ(shown(session(world, "fcsess_1"), "/accounts/data/1/id"), "fca_a");
  EXPECT_THAT(ids_of(list(world, "session=fcsess_1")), ElementsAre("fca_b", "fca_a"));
  for (int i = 0; i < 9; ++i)
    world.link("fcsess_1", {});
  const Response many = session(world, "fcsess_1");
  EXPECT_EQ(json_of(many).at_pointer("/accounts/data").as_array().size(), 10u);
  EXPECT_EQ(shown(many, "/accounts/has_more"), "true");
}

TEST(Sessions, ThatAreNotThereAreMisuse) {
  World world{listed()};
  EXPECT_THROW(world.link("fcsess_l", {}), Misuse);
  EXPECT_THROW(world.link("fcsess_1", {.account_holder = AccountHolder::customer("cus_2")}),
               Misuse);
  EXPECT_TRUE(world.all().empty());
}

TEST(Sessions, TakeNoAccountThatTheyDidNotAskFor) {
  World world{{.sessions = {{.id = "fcsess_1",
                             .account_subcategories = {Subcategory::savings},
                             .accounts_limit = 1}}}};
  AccountSpec checking;
  checking.subcategory = Subcategory::checking;
  EXPECT_THROW(world.link("fcsess_1", checking), Misuse);
  EXPECT_THROW(world.link("fcsess_1", {.category = Category::credit}), Misuse);
  EXPECT_EQ(world.link("fcsess_1", {}).subcategory(), Subcategory::savings);
  EXPECT_THROW(world.link("fcsess_1", {}), Misuse) << "one is enough";
  EXPECT_EQ(world.all().size(), 1u);
}

RULE_TEST(Sessions, PrefetchWhenAnAccountLinks, "sessions") {
  World world{listed({Feature::balance, Feature::transactions})};
  const Account linked = world.link("fcsess_1", {.id = "fca_a"});
  EXPECT_EQ(status_of(linked, Feature::balance), "pending");
  EXPECT_EQ(origin_of(linked, Feature::balance), "prefetch");
  EXPECT_EQ(status_of(linked, Feature::ownership), "null");
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/status"), "active")
      << "only what was asked for prints pending";
  world.clock().advance(seconds{5});
  EXPECT_EQ(status_of(world.account("fca_a"), Feature::transactions), "succeeded");
  EXPECT_THAT(events_of(world), ElementsAre("created fca_a", "refreshed_balance fca_a",
                                            "refreshed_transactions fca_a"));
}

RULE_TEST(Sessions, OnlyNamedHoldNothing, "sessions") {
  World world{{.accounts = {{.id = "fca_a", .session = "fcsess_named"}}}};
  EXPECT_EQ(session(world, "fcsess_named").status, 404);
  EXPECT_EQ(world.account("fca_a").permissions(), PermissionSet::all());
}

RULE_TEST(Sessions, OfAnotherTenantAreInvisible, "tenant") {
  World world{{.sessions = {{.id = "fcsess_1", .tenant = "acct_1"}}}};
  EXPECT_EQ(session(world, "fcsess_1").status, 404);
  EXPECT_EQ(world.link("fcsess_1", {}).tenant(), "acct_1");
  auto request = Request::get(kSessions + "/fcsess_1");
  EXPECT_EQ(
      ids_of({200,
              {},
              boost::json::serialize(
                  json_of(world.send(request.header("Stripe-Account", "acct_1"))).at("accounts"))})
          .size(),
      1u);
}

RULE_TEST(Sessions, ExpandTheOwnershipOfTheirAccounts, "expand") {
  World world{{.sessions = {{.id = "fcsess_1"}}}};
  AccountSpec spec;
  spec.ownership = Ownership{.id = "fcaowns_1", .owners = {{.name = "Jane"}}};
  world.link("fcsess_1", spec);
  EXPECT_EQ(shown(session(world, "fcsess_1", "?expand[]=accounts.data.ownership"),
                  "/accounts/data/0/ownership/owners/data/0/name"),
            "Jane");
}

RULE_TEST(Sessions, AreReplayedUnderAKey, "idem.replay") {
  World world;
  const Request request = Request::post(kSessions, kCustomer + "&permissions[]=balances")
                              .header("Idempotency-Key", "k");
  const Response first = world.send(request);
  EXPECT_EQ(world.send(request).body, first.body);
  EXPECT_EQ(world.state().sessions().size(), 1u);
}

TEST(Sessions, ArePartOfTheDigest) {
  World world;
  const auto digest = world.digest();
  EXPECT_EQ(create(world, kCustomer).status, 400);
  EXPECT_EQ(world.digest(), digest);
  create(world, kCustomer + "&permissions[]=balances");
  EXPECT_NE(world.digest(), digest);
}

}  // namespace
}  // namespace fauxbank::testing
