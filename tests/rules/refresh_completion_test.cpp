#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

const Balance kRich{BalanceType::cash, {}, {{"usd", 100'00}}, Amounts{{"usd", 90'00}}};

World with(RefreshPlans plans, AccountSpec spec = {}) {
  spec.id = "fca_a";
  spec.refresh = std::move(plans);
  return World{{.accounts = {std::move(spec)}}};
}

std::string balance_of(const World& world) {
  return status_of(world.account("fca_a"), Feature::balance);
}

RULE_TEST(RefreshCompletes, BalanceAppearsWithItsInstant, "refresh.completes") {
  World world = with({.balance = {{.balance = kRich}}});
  act(world, "fca_a", "refresh", "features[]=balance");
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance"), "null");
  world.clock().advance(seconds{5});
  const Response answer = retrieve(world, "fca_a");
  EXPECT_EQ(
      shown(answer, "/balance"),
      R"({"as_of":1700000005,"cash":{"available":{"usd":9000}},"current":{"usd":10000},"type":"cash"})");
  EXPECT_EQ(shown(answer, "/balance_refresh"),
            R"({"status":"succeeded","last_attempted_at":1700000000})");
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_balance fca_a"));
}

RULE_TEST(RefreshCompletes, OwnershipGetsANewId, "refresh.completes") {
  World world = with({});
  std::vector<std::string> ids;
  for (int i = 0; i < 2; ++i) {
    act(world, "fca_a", "refresh", "features[]=ownership");
    world.clock().advance(seconds{60});
    ids.push_back(shown(retrieve(world, "fca_a"), "/ownership"));
    EXPECT_EQ(ids.back().substr(0, 8), "fcaowns_");
  }
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_THAT(events_of(world),
              ElementsAre("refreshed_ownership fca_a", "refreshed_ownership fca_a"));
}

RULE_TEST(RefreshCompletes, TransactionsAppear, "refresh.completes") {
  World world =
      with({.transactions = {{.rows = {{.id = "fctxn_1", .amount = -5}, {.amount = 7}}}}});
  act(world, "fca_a", "refresh", "features[]=transactions");
  EXPECT_THAT(world.account("fca_a").transactions(), IsEmpty());
  world.clock().advance(seconds{5});
  const Account account = world.account("fca_a");
  ASSERT_EQ(account.transactions().size(), 2u);
  EXPECT_EQ(account.transactions()[0].id, "fctxn_1");
  EXPECT_EQ(account.transactions()[0].amount, -5);
  EXPECT_EQ(account.transactions()[1].id.substr(0, 6), "fctxn_");
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_transactions fca_a"));
}

RULE_TEST(RefreshCompletes, FailureLeavesTheDataAndFiresToo, "refresh.completes") {
  AccountSpec spec;
  spec.balance = Balance{BalanceType::cash, at(1'600'000'000), {{"usd", 7}}, {}};
  const RefreshPlan failing{.outcome = RefreshOutcome::failed, .balance = kRich};
  World world =
      with({.balance = {failing}, .ownership = {failing}, .transactions = {failing}}, spec);
  act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership&features[]=transactions");
  world.clock().advance(seconds{5});
  const Response answer = retrieve(world, "fca_a");
  EXPECT_EQ(shown(answer, "/balance/current/usd"), "7");
  EXPECT_EQ(shown(answer, "/balance/as_of"), "1600000000");
  EXPECT_EQ(shown(answer, "/ownership"), "null");
  for (const char* member : {"/balance_refresh", "/ownership_refresh", "/transaction_refresh"}) {
    EXPECT_EQ(shown(answer, std::string(member) + "/status"), "failed") << member;
    EXPECT_EQ(shown(answer, std::string(member) + "/last_attempted_at"), "1700000000") << member;
  }
  EXPECT_EQ(events_of(world).size(), 3u);
}

RULE_TEST(RefreshCompletes, AfterATimeOnTheWorldsClock, "refresh.completes", "time.due") {
  World world = with({.balance = {plan(Completion::after(milliseconds{2500}))}});
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(milliseconds{2499});
  EXPECT_EQ(balance_of(world), "pending");
  world.clock().advance(milliseconds{1});
  EXPECT_EQ(balance_of(world), "succeeded");
}

RULE_TEST(RefreshCompletes, TheNthReadIsTheFirstThatShowsIt, "refresh.completes") {
  World world = with({.balance = {plan(Completion::after_reads(3))}});
  act(world, "fca_a", "refresh", "features[]=balance");
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/status"), "pending");
  EXPECT_EQ(shown(list(world), "/data/0/balance_refresh/status"), "pending");
  EXPECT_EQ(status_of(world.accounts().retrieve("fca_a"), Feature::balance), "succeeded");
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_balance fca_a"));
}

RULE_TEST(RefreshCompletes, AListAnswerThatCompletesShowsIt, "refresh.completes") {
  World world = with({.balance = {plan(Completion::after_reads(1))},
                      .ownership = {plan(Completion::after_reads(2))}});
  act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership");
  const Response answer = list(world);
  EXPECT_EQ(shown(answer, "/data/0/balance_refresh/status"), "succeeded");
  EXPECT_EQ(shown(answer, "/data/0/ownership_refresh/status"), "pending");
  EXPECT_EQ(shown(answer, "/data/0/status"), "pending");
  const auto second = world.accounts().list();
  ASSERT_EQ(summary(second), "200");
  EXPECT_EQ(status_of(second->data[0], Feature::ownership), "succeeded");
}

RULE_TEST(RefreshCompletes, OtherAnswersAreNoReads, "refresh.completes") {
  AccountSpec other;
  other.id = "fca_other";
  World world = with({.balance = {plan(Completion::after_reads(1))}});
  world.link(other);
  act(world, "fca_a", "refresh", "features[]=balance");
  act(world, "fca_a", "refresh", "features[]=balance");
  act(world, "fca_a", "subscribe", "features[]=transactions");
  act(world, "fca_a", "unsubscribe", "features[]=transactions");
  act(world, "fca_a", "refresh");
  (void)world.account("fca_a");
  (void)world.all();
  (void)retrieve(world, "fca_other");
  (void)list(world, "limit=1");  // prints fca_other alone
  EXPECT_EQ(balance_of(world), "pending");
  (void)list(world, "limit=2");
  EXPECT_EQ(balance_of(world), "succeeded");
}

RULE_TEST(RefreshCompletes, ReadsCountFromTheRefreshsStart, "refresh.completes") {
  World world = with({.balance = {plan(Completion::after_reads(2))}});
  (void)retrieve(world, "fca_a");
  (void)retrieve(world, "fca_a");
  for (int i = 0; i < 2; ++i) {
    act(world, "fca_a", "refresh", "features[]=balance");
    EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/status"), "pending");
    EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/status"), "succeeded");
    world.clock().advance(seconds{1});
  }
}

RULE_TEST(RefreshCompletes, WhenTheTestSaysSo, "refresh.completes") {
  World world = with({.balance = {plan(Completion::manually())}});
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(hours{100});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/status"), "pending");
  world.complete_refresh("fca_a", Feature::balance);
  EXPECT_EQ(balance_of(world), "succeeded");
  world.clock().advance(seconds{1});
  act(world, "fca_a", "refresh", "features[]=balance");
  world.complete_refresh("fca_a", Feature::balance, RefreshOutcome::failed);
  EXPECT_EQ(balance_of(world), "failed");
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_balance fca_a", "refreshed_balance fca_a"));
}

RULE_TEST(RefreshCompletes, ByHandBeforeItsTimeHappensOnce, "refresh.completes") {
  World world = with({});
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(seconds{2});
  world.complete_refresh("fca_a", Feature::balance);
  world.clock().advance(hours{1});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance/as_of"), "1700000002");
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_balance fca_a"));
}

RULE_TEST(RefreshCompletes, Never, "refresh.completes", "world_event.misfit") {
  World world = with({.balance = {plan(Completion::never())}});
  act(world, "fca_a", "refresh", "features[]=balance");
  for (int i = 0; i < 5; ++i)
    (void)retrieve(world, "fca_a");
  world.clock().advance(hours{24 * 365});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/status"), "pending");
  EXPECT_EQ(world.clock().pending(), 0u);
  EXPECT_THROW(world.complete_refresh("fca_a", Feature::balance), Misuse);
}

RULE_TEST(RefreshCompletes, PlansServeOneRefreshAfterTheOtherAndTheLastRepeats,
          "refresh.completes") {
  World world = with(
      {.balance = {{.outcome = RefreshOutcome::failed}, plan(Completion::after(seconds{30}))}});
  std::vector<std::string> seen;
  for (int i = 0; i < 3; ++i) {
    act(world, "fca_a", "refresh", "features[]=balance");
    world.clock().advance(seconds{29});
    seen.push_back(balance_of(world));
    world.clock().advance(seconds{10});
    seen.push_back(balance_of(world));
  }
  EXPECT_THAT(seen,
              ElementsAre("failed", "failed", "pending", "succeeded", "pending", "succeeded"));
}

RULE_TEST(RefreshCompletes, ABalanceSetByTheTestShowsAfterTheNextSuccess, "refresh.completes") {
  World world = with({});
  world.set_balance("fca_a", kRich);
  EXPECT_EQ(world.account("fca_a").balance(), nullptr);
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(seconds{5});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance/current/usd"), "10000");
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance/as_of"), "1700000005");
}

RULE_TEST(RefreshCompletes, ALoadedRefreshInFlightCountsFromNow, "refresh.completes") {
  AccountSpec spec;
  spec.balance_refresh =
      Refresh{.status = RefreshStatus::pending, .last_attempted_at = at_ms(1'600'000'000'000)};
  World world = with({}, spec);
  world.clock().advance(milliseconds{4999});
  EXPECT_EQ(balance_of(world), "pending");
  world.clock().advance(milliseconds{1});
  EXPECT_EQ(balance_of(world), "succeeded");
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/last_attempted_at"), "1600000000");
}

// ---- what comes after
// -------------------------------------------------------------------------------

std::string next_of(World& world, const char* member = "/balance_refresh") {
  return shown(world.send(current(Request::get(account_path("fca_a")))),
               std::string(member) + "/next_refresh_available_at");
}

RULE_TEST(RefreshNext, IsCompletionPlusCoolDown, "refresh.next") {
  World world =
      with({.balance = {{.completes = Completion::after(seconds{7}), .cool_down = seconds{60}}},
            .ownership = {{.outcome = RefreshOutcome::failed, .cool_down = seconds{9}}}});
  act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership");
  EXPECT_EQ(next_of(world), "null");
  world.clock().advance(seconds{100});
  EXPECT_EQ(next_of(world), "1700000067");
  EXPECT_EQ(next_of(world, "/ownership_refresh"), "1700000014");
}

RULE_TEST(RefreshNext, ByReadsAndByHandToo, "refresh.next") {
  World world = with(
      {.balance = {plan(Completion::after_reads(1))}, .ownership = {plan(Completion::manually())}});
  act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership");
  world.clock().advance(seconds{20});
  EXPECT_EQ(next_of(world), "1700000021");
  world.clock().advance(seconds{10});
  world.complete_refresh("fca_a", Feature::ownership);
  EXPECT_EQ(next_of(world, "/ownership_refresh"), "1700000031");
}

RULE_TEST(RefreshTooEarly, WhilePendingNothingStarts, "refresh.too_early") {
  World world = with({});
  const Response first = act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(seconds{2});
  const Response second = act(world, "fca_a", "refresh", "features[]=balance");
  EXPECT_EQ(summary(second), "200");
  EXPECT_EQ(second.body, first.body);
  world.clock().advance(seconds{3});
  EXPECT_EQ(balance_of(world), "succeeded");
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_balance fca_a"));
}

RULE_TEST(RefreshTooEarly, BeforeTheCoolDownEndsNothingStarts, "refresh.too_early",
          "refresh.next") {
  World world = with({.balance = {{.cool_down = seconds{60}}}});
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance_to(after(65) - milliseconds{1});
  const auto before = world.digest();
  EXPECT_EQ(shown(act(world, "fca_a", "refresh", "features[]=balance"), "/balance_refresh"),
            R"({"status":"succeeded","last_attempted_at":1700000000})");
  EXPECT_EQ(world.digest(), before);
  world.clock().advance_to(after(65));
  EXPECT_EQ(shown(act(world, "fca_a", "refresh", "features[]=balance"), "/balance_refresh"),
            R"({"status":"pending","last_attempted_at":1700000065})");
}

RULE_TEST(RefreshTooEarly, TheOtherFeaturesStart, "refresh.too_early") {
  World world = with({});
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(seconds{1});
  const Response answer = act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership");
  EXPECT_EQ(shown(answer, "/balance_refresh/last_attempted_at"), "1700000000");
  EXPECT_EQ(shown(answer, "/ownership_refresh/last_attempted_at"), "1700000001");
}

// Worked example: refused as a whole, balance is not started.
RULE_TEST(RefreshTooEarly, RejectedWhereTheWorldSaysSo, "refresh.too_early") {
  World world{
      {.rules = {.early_refresh = EarlyRefresh::reject},
       .accounts = {{.id = "fca_a", .refresh = {.balance = {{.cool_down = seconds{60}}}}}}}};
  const std::string rejected = "400 invalid_request_error - features";
  act(world, "fca_a", "refresh", "features[]=transactions");
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance&features[]=transactions")),
            rejected);
  EXPECT_EQ(world.account("fca_a").refresh(Feature::balance), nullptr);
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance")), "200");
  world.clock().advance_to(after(65) - milliseconds{1});
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance")), rejected);
  EXPECT_EQ(summary(world.accounts().refresh("fca_a", {{Feature::balance}})), rejected);
  world.clock().advance_to(after(65));
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance")), "200");
}

RULE_TEST(RefreshTooEarly, DoesNotBindSubscriptions, "refresh.too_early", "subscribe") {
  World world{{.rules = {.early_refresh = EarlyRefresh::reject},
               .defaults = {.cool_down = hours{100}},
               .accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=transactions");
  world.clock().advance(seconds{10});
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=transactions")),
            "400 invalid_request_error - features");
  EXPECT_EQ(shown(act(world, "fca_a", "subscribe", "features[]=transactions"),
                  "/transaction_refresh/status"),
            "pending");
  world.clock().advance(hours{24});
  EXPECT_EQ(attempted(world.account("fca_a"), Feature::transactions), after(10 + 24 * 3600));
}

}  // namespace
}  // namespace fauxbank::testing
