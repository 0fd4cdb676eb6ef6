#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

constexpr const char* kMissing = "404 invalid_request_error resource_missing account";

RULE_TEST(Retrieve, PrintsTheAccount, "retrieve") {
  World world{{.accounts = {{.id = "fca_a", .display_name = "First"},
                            {.id = "fca_b", .display_name = "Second"}}}};
  EXPECT_EQ(summary(retrieve(world, "fca_b")), "200");
  EXPECT_EQ(shown(retrieve(world, "fca_b"), "/display_name"), "Second");
  EXPECT_EQ(shown(retrieve(world, "fca%5Fa"), "/display_name"), "First");
  const auto typed = world.accounts().retrieve("fca_a");
  ASSERT_EQ(summary(typed), "200");
  EXPECT_EQ(typed->display_name(), "First");
}

RULE_TEST(Retrieve, InEveryStatus, "retrieve") {
  World world{{.accounts = {{.id = "fca_a", .status = Status::inactive},
                            {.id = "fca_b", .status = Status::disconnected}}}};
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/status"), "inactive");
  EXPECT_EQ(shown(retrieve(world, "fca_b"), "/status"), "disconnected");
}

RULE_TEST(AccountMissing, ForEveryVerb, "account.missing") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(summary(retrieve(world, "fca_none")), kMissing);
  EXPECT_EQ(summary(act(world, "fca_none", "disconnect")), kMissing);
  for (const char* verb : {"refresh", "subscribe", "unsubscribe"}) {
    EXPECT_EQ(summary(act(world, "fca_none", verb, "features[]=transactions")), kMissing) << verb;
  }
  EXPECT_THAT(error_member(retrieve(world, "fca_none"), "message"), HasSubstr("fca_none"));
}

RULE_TEST(AccountMissing, ForEveryTypedCall, "account.missing") {
  World world;
  Accounts& accounts = world.accounts();
  EXPECT_EQ(summary(accounts.retrieve("fca_none")), kMissing);
  EXPECT_EQ(summary(accounts.disconnect("fca_none")), kMissing);
  EXPECT_EQ(summary(accounts.refresh("fca_none", {{Feature::balance}})), kMissing);
  EXPECT_EQ(summary(accounts.subscribe("fca_none")), kMissing);
  EXPECT_EQ(summary(accounts.unsubscribe("fca_none")), kMissing);
}

// ---- disconnect
// -------------------------------------------------------------------------------------

AccountSpec rich() {
  AccountSpec spec;
  spec.id = "fca_a";
  spec.account_holder = AccountHolder::customer("cus_1");
  spec.session = "fcsess_1";
  spec.permissions = {Permission::balances, Permission::transactions};
  spec.subscribed = true;
  spec.balance = Balance{BalanceType::cash, at(kStart), {{"usd", 1}}, {}};
  spec.balance_refresh = ended(kStart - 60, kStart);
  spec.ownership = Ownership{"fcaowns_1", at(kStart), {}};
  spec.ownership_refresh = ended(kStart - 60, kStart);
  spec.transaction_refresh = ended(kStart - 60, kStart, "fctxnref_1");
  return spec;
}

RULE_TEST(Disconnect, TakesTheDataAway, "disconnect") {
  World world{{.accounts = {rich()}}};
  const Response answer = act(world, "fca_a", "disconnect");
  EXPECT_EQ(summary(answer), "200");
  EXPECT_EQ(shown(answer, "/status"), "disconnected");
  for (const char* member : {"/balance", "/balance_refresh", "/ownership", "/ownership_refresh",
                             "/transaction_refresh"}) {
    EXPECT_EQ(shown(answer, member), "null") << member;
  }
  EXPECT_EQ(shown(answer, "/subscriptions"), "[]");
  EXPECT_EQ(retrieve(world, "fca_a").body, answer.body);
  EXPECT_THAT(events_of(world), ElementsAre("disconnected fca_a"));
  EXPECT_EQ(world.clock().pending(), 0u);
}

RULE_TEST(Disconnect, KeepsPermissionsIdentityAndSession, "disconnect") {
  World world{{.accounts = {rich()}}};
  const Account before = world.account("fca_a");
  act(world, "fca_a", "disconnect");
  std::vector<std::string> changed;
  for (const FieldChange& change : diff(before, world.account("fca_a")))
    changed.emplace_back(change.field);
  EXPECT_THAT(changed, ElementsAre("balance", "balance_refresh", "ownership", "ownership_refresh",
                                   "status", "subscribed", "transaction_refresh"));
  EXPECT_THAT(ids_of(list(world, "session=fcsess_1")), ElementsAre("fca_a"));
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus_1")), ElementsAre("fca_a"));
}

RULE_TEST(Disconnect, DropsARefreshInFlight, "disconnect") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance&features[]=transactions");
  const Request read = Request::get(account_path("fca_a"));
  EXPECT_EQ(shown(act(world, "fca_a", "disconnect"), "/status"), "disconnected");
  EXPECT_EQ(shown(world.send(current(read)), "/status"), "disconnected");
  world.clock().advance(hours{48});
  EXPECT_THAT(events_of(world), ElementsAre("disconnected fca_a"));
  EXPECT_EQ(shown(world.send(read), "/balance"), "null");
  EXPECT_EQ(shown(world.send(read), "/balance_refresh"), "null");
}

RULE_TEST(Disconnect, AsAWorldEventAndTyped, "disconnect") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}}}};
  EXPECT_EQ(status_of(world.disconnect("fca_a")), "disconnected");
  EXPECT_EQ(status_of(world.accounts().disconnect("fca_b").value_or(Account())), "disconnected");
  EXPECT_THAT(events_of(world), ElementsAre("disconnected fca_a", "disconnected fca_b"));
}

RULE_TEST(Disconnect, OfAnInactiveAccount, "disconnect") {
  World world{{.accounts = {{.id = "fca_a", .status = Status::inactive}}}};
  EXPECT_EQ(shown(act(world, "fca_a", "disconnect"), "/status"), "disconnected");
}

RULE_TEST(DisconnectAgain, ChangesNothing, "disconnect.again") {
  World world{{.accounts = {rich()}}};
  const Response first = act(world, "fca_a", "disconnect");
  const auto digest = world.digest();
  const Response second = act(world, "fca_a", "disconnect");
  EXPECT_EQ(summary(second), "200");
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(world.digest(), digest);
  EXPECT_THAT(events_of(world), ElementsAre("disconnected fca_a"));
}

RULE_TEST(DisconnectParams, TakesNone, "disconnect.params", "param.unknown") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(summary(act(world, "fca_a", "disconnect", "features[]=balance")),
            "400 invalid_request_error parameter_unknown features[]");
  EXPECT_EQ(summary(world.send(Request::post(account_path("fca_a", "disconnect") + "?limit=1"))),
            "400 invalid_request_error parameter_unknown limit");
  EXPECT_EQ(world.account("fca_a").status(), Status::active);
}

}  // namespace
}  // namespace fauxbank::testing
