#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

Scenario one(AccountSpec spec = {}) {
  spec.id = "fca_a";
  return {.accounts = {std::move(spec)}};
}

RULE_TEST(RefreshStart, EveryNamedFeatureBecomesPendingAndTheDataStays, "refresh") {
  AccountSpec spec;
  spec.balance = Balance{BalanceType::cash, at(1'600'000'000), {{"usd", 7}}, {}};
  spec.balance_refresh = ended(1'600'000'000, 1'600'000'001);
  spec.ownership_refresh = ended(1'600'000'000, 1'600'000'001);
  World world{one(spec)};
  const Response answer =
      act(world, "fca_a", "refresh", "features[]=balance&features[]=transactions");
  EXPECT_EQ(shown(answer, "/balance_refresh"),
            R"({"status":"pending","last_attempted_at":1700000000})");
  EXPECT_EQ(shown(answer, "/transaction_refresh/status"), "pending");
  EXPECT_EQ(shown(answer, "/transaction_refresh/last_attempted_at"), "1700000000");
  EXPECT_EQ(shown(answer, "/ownership_refresh"),
            R"({"status":"succeeded","last_attempted_at":1600000000})");
  EXPECT_EQ(shown(answer, "/balance/current/usd"), "7");
  EXPECT_EQ(shown(answer, "/balance/as_of"), "1600000000");
  EXPECT_EQ(retrieve(world, "fca_a").body, answer.body);
  EXPECT_THAT(events_of(world), IsEmpty());
}

RULE_TEST(RefreshStart, LastAttemptIsTheWorldsNowAlsoBeforeCreation, "refresh") {
  AccountSpec spec;
  spec.created = at(kStart + 1'000'000);
  World world{one(spec)};
  world.clock().advance(seconds{90});
  EXPECT_EQ(shown(act(world, "fca_a", "refresh", "features[]=ownership"),
                  "/ownership_refresh/last_attempted_at"),
            "1700000090");
}

RULE_TEST(RefreshStart, OfTheTypedFace, "refresh") {
  World world{one()};
  const auto answer = world.accounts().refresh("fca_a", {{Feature::ownership}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(status_of(*answer, Feature::ownership), "pending");
  EXPECT_EQ(status_of(*answer, Feature::balance), "null");
}

// ---- permissions
// --------------------------------------------------------------------------------------

RULE_TEST(RefreshPermission, EachFeatureNeedsItsOwn, "refresh.permission") {
  struct Row {
    const char* feature;
    Permission permission;
  };
  for (const Row& row :
       {Row{"balance", Permission::balances}, Row{"ownership", Permission::ownership},
        Row{"transactions", Permission::transactions}}) {
    PermissionSet others = PermissionSet::all();
    others.erase(row.permission);
    World world{{.accounts = {{.id = "fca_without", .permissions = others},
                              {.id = "fca_with", .permissions = {row.permission}}}}};
    const std::string form = std::string("features[]=") + row.feature;
    const Response refused = act(world, "fca_without", "refresh", form);
    EXPECT_EQ(summary(refused), "400 invalid_request_error - features") << row.feature;
    EXPECT_THAT(error_member(refused, "message"),
                HasSubstr(std::string(to_string(row.permission))));
    EXPECT_EQ(summary(act(world, "fca_with", "refresh", form)), "200") << row.feature;
  }
}

RULE_TEST(RefreshPermission, SubscribingNeedsTransactions, "refresh.permission", "subscribe") {
  World world{{.accounts = {
                   {.id = "fca_a", .permissions = {Permission::balances, Permission::ownership}}}}};
  const Response refused = act(world, "fca_a", "subscribe", "features[]=transactions");
  EXPECT_EQ(summary(refused), "400 invalid_request_error - features");
  EXPECT_THAT(error_member(refused, "message"), HasSubstr("transactions"));
  EXPECT_FALSE(world.account("fca_a").subscribed());
  EXPECT_EQ(summary(act(world, "fca_a", "unsubscribe", "features[]=transactions")), "200");
}

RULE_TEST(RefreshPermission, IgnoredWhereTheWorldSaysSo, "refresh.permission") {
  World world{{.rules = {.permissions = PermissionCheck::ignore},
               .accounts = {{.id = "fca_a", .permissions = {}}}}};
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership")),
            "200");
  EXPECT_EQ(summary(act(world, "fca_a", "subscribe", "features[]=transactions")), "200");
}

RULE_TEST(RefreshAtomic, ARefusedCallStartsNothing, "refresh.atomic") {
  World world{{.accounts = {{.id = "fca_a", .permissions = {Permission::balances}}}}};
  const auto before = world.digest();
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership")),
            "400 invalid_request_error - features");
  EXPECT_EQ(world.account("fca_a").refresh(Feature::balance), nullptr);
  EXPECT_EQ(world.digest(), before);
}

RULE_TEST(RefreshAtomic, AlsoWhenAnotherFeatureIsTooEarly, "refresh.atomic", "refresh.too_early") {
  World world{{.rules = {.early_refresh = EarlyRefresh::reject}, .accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=transactions");
  const auto before = world.digest();
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance&features[]=transactions")),
            "400 invalid_request_error - features");
  EXPECT_EQ(world.account("fca_a").refresh(Feature::balance), nullptr);
  EXPECT_EQ(world.digest(), before);
}

RULE_TEST(RefreshPermission, IsMissedBeforeAnythingComesTooEarly, "refresh.permission") {
  World world{{.rules = {.early_refresh = EarlyRefresh::reject},
               .accounts = {{.id = "fca_a", .permissions = {Permission::transactions}}}}};
  act(world, "fca_a", "refresh", "features[]=transactions");
  const Response refused =
      act(world, "fca_a", "refresh", "features[]=transactions&features[]=balance");
  EXPECT_THAT(error_member(refused, "message"), HasSubstr("balances"));
  const Journal journal = world.journal();
  EXPECT_EQ(journal[1].refused_by, Rule::refresh_permission);
  EXPECT_FALSE(journal[1].rules.contains(Rule::refresh_too_early));
}

// ---- origin and id
// ------------------------------------------------------------------------------------

RULE_TEST(RefreshOrigin, OnlyOnDemandPrintsPending, "refresh.origin", "form.documented.pending") {
  World world{{.accounts = {{.id = "fca_asked"}, {.id = "fca_subscribed"}}}};
  EXPECT_EQ(shown(act(world, "fca_asked", "refresh", "features[]=transactions"), "/status"),
            "pending");
  const Response subscribed = act(world, "fca_subscribed", "subscribe", "features[]=transactions");
  EXPECT_EQ(shown(subscribed, "/transaction_refresh/status"), "pending");
  EXPECT_EQ(shown(subscribed, "/status"), "active");
  EXPECT_EQ(origin_of(world.account("fca_asked"), Feature::transactions), "on_demand");
  EXPECT_EQ(origin_of(world.account("fca_subscribed"), Feature::transactions), "subscription");
}

RULE_TEST(RefreshOrigin, ADailyRefreshIsTheSubscriptions, "refresh.origin", "subscribe.daily") {
  World world{one()};
  act(world, "fca_a", "subscribe", "features[]=transactions");
  world.clock().advance(hours{24});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/transaction_refresh/status"), "pending");
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/status"), "active");
}

// Worked example: subscribe, then refresh at once, and the reverse.
RULE_TEST(RefreshOrigin, SubscribeThenRefreshKeepsIdAndOrigin, "refresh.origin",
          "refresh.too_early", "subscribe") {
  World world{one()};
  const Response first = act(world, "fca_a", "subscribe", "features[]=transactions");
  const Response second = act(world, "fca_a", "refresh", "features[]=transactions");
  EXPECT_EQ(summary(second), "200");
  EXPECT_EQ(shown(second, "/transaction_refresh/id"), shown(first, "/transaction_refresh/id"));
  EXPECT_EQ(shown(second, "/status"), "active");
}

RULE_TEST(RefreshOrigin, RefreshThenSubscribeKeepsIdAndOrigin, "refresh.origin", "subscribe") {
  World world{one()};
  const Response first = act(world, "fca_a", "refresh", "features[]=transactions");
  const Response second = act(world, "fca_a", "subscribe", "features[]=transactions");
  EXPECT_EQ(summary(second), "200");
  EXPECT_EQ(shown(second, "/subscriptions"), R"(["transactions"])");
  EXPECT_EQ(shown(second, "/transaction_refresh/id"), shown(first, "/transaction_refresh/id"));
  EXPECT_EQ(shown(second, "/status"), "pending");
  EXPECT_EQ(origin_of(world.account("fca_a"), Feature::transactions), "on_demand");
}

RULE_TEST(RefreshId, EveryTransactionsRefreshHasANewOne, "refresh.id") {
  World world{one()};
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(shown(act(world, "fca_a", "refresh", "features[]=transactions"),
                        "/transaction_refresh/id"));
    world.clock().advance(seconds{10});
    EXPECT_EQ(shown(retrieve(world, "fca_a"), "/transaction_refresh/id"), ids.back());
  }
  for (const std::string& id : ids)
    EXPECT_EQ(id.substr(0, 9), "fctxnref_") << id;
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_NE(ids[1], ids[2]);
  EXPECT_NE(ids[0], ids[2]);
}

RULE_TEST(RefreshId, APlanMayNameIt, "refresh.id") {
  AccountSpec spec;
  spec.refresh.transactions = {{.id = "fctxnref_first"}, {.id = ""}};
  World world{one(spec)};
  EXPECT_EQ(
      shown(act(world, "fca_a", "refresh", "features[]=transactions"), "/transaction_refresh/id"),
      "fctxnref_first");
  world.clock().advance(seconds{10});
  const std::string second =
      shown(act(world, "fca_a", "refresh", "features[]=transactions"), "/transaction_refresh/id");
  EXPECT_EQ(second.substr(0, 9), "fctxnref_");
  EXPECT_NE(second, "fctxnref_first");
}

// ---- refusals by state
// --------------------------------------------------------------------------------

constexpr const char* kInactive =
    "400 invalid_request_error financial_connections_account_inactive -";
constexpr const char* kDisconnected = "400 invalid_request_error - -";

RULE_TEST(RefreshInactive, IsRefused, "refresh.inactive") {
  AccountSpec spec;
  spec.status = Status::inactive;
  World world{one(spec)};
  const auto before = world.digest();
  for (const char* feature : {"balance", "ownership", "transactions"}) {
    EXPECT_EQ(summary(act(world, "fca_a", "refresh", std::string("features[]=") + feature)),
              kInactive)
        << feature;
  }
  EXPECT_EQ(summary(world.accounts().refresh("fca_a", {{Feature::balance}})), kInactive);
  EXPECT_EQ(world.digest(), before);
}

RULE_TEST(RefreshDisconnected, IsRefused, "refresh.disconnected") {
  World world{one()};
  act(world, "fca_a", "disconnect");
  const auto before = world.digest();
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance")), kDisconnected);
  EXPECT_EQ(summary(world.accounts().refresh("fca_a", {{Feature::balance}})), kDisconnected);
  EXPECT_EQ(world.digest(), before);
}

RULE_TEST(SubscribeInactive, IsRefused, "subscribe.inactive") {
  AccountSpec spec;
  spec.status = Status::inactive;
  World world{one(spec)};
  EXPECT_EQ(summary(act(world, "fca_a", "subscribe", "features[]=transactions")), kInactive);
  EXPECT_EQ(summary(world.accounts().subscribe("fca_a")), kInactive);
  EXPECT_FALSE(world.account("fca_a").subscribed());
}

RULE_TEST(SubscribeDisconnected, IsRefused, "subscribe.disconnected") {
  World world{one()};
  act(world, "fca_a", "disconnect");
  EXPECT_EQ(summary(act(world, "fca_a", "subscribe", "features[]=transactions")), kDisconnected);
  EXPECT_EQ(summary(world.accounts().subscribe("fca_a")), kDisconnected);
  EXPECT_FALSE(world.account("fca_a").subscribed());
}

}  // namespace
}  // namespace fauxbank::testing
