#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

constexpr const char* kTransactions = "features[]=transactions";

World world_of(AccountSpec spec = {}) {
  spec.id = "fca_a";
  return World{{.accounts = {std::move(spec)}}};
}

std::string transactions_of(const World& world) {
  return status_of(world.account("fca_a"), Feature::transactions);
}

/// Seconds since the world began.
std::int64_t started_at(const World& world) {
  return (attempted(world.account("fca_a"), Feature::transactions) - after(0)) / milliseconds{1000};
}

RULE_TEST(Subscribe, AddsTheFeatureAndStartsARefresh, "subscribe") {
  World world = world_of();
  const Response answer = act(world, "fca_a", "subscribe", kTransactions);
  EXPECT_EQ(shown(answer, "/subscriptions"), R"(["transactions"])");
  EXPECT_EQ(shown(answer, "/transaction_refresh/status"), "pending");
  EXPECT_EQ(shown(answer, "/transaction_refresh/last_attempted_at"), "1700000000");
  EXPECT_EQ(shown(answer, "/transaction_refresh/id").substr(0, 9), "fctxnref_");
  EXPECT_EQ(shown(answer, "/balance_refresh"), "null");
  world.clock().advance(seconds{5});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/transaction_refresh/status"), "succeeded");
}

RULE_TEST(Subscribe, RepeatingStartsNothing, "subscribe") {
  World world = world_of();
  act(world, "fca_a", "subscribe", kTransactions);
  world.clock().advance(hours{1});
  const auto before = world.digest();
  const Response again = act(world, "fca_a", "subscribe", kTransactions);
  EXPECT_EQ(summary(again), "200");
  EXPECT_EQ(shown(again, "/subscriptions"), R"(["transactions"])");
  EXPECT_EQ(world.digest(), before);
}

RULE_TEST(Subscribe, OneInFlightIsKept, "subscribe") {
  World world = world_of();
  const Response first = act(world, "fca_a", "refresh", kTransactions);
  world.clock().advance(seconds{2});
  const Response second = act(world, "fca_a", "subscribe", kTransactions);
  EXPECT_EQ(shown(second, "/transaction_refresh"), shown(first, "/transaction_refresh"));
  EXPECT_TRUE(world.account("fca_a").subscribed());
  world.clock().advance(seconds{3});
  EXPECT_EQ(transactions_of(world), "succeeded");
}

RULE_TEST(Subscribe, OfTheTypedFace, "subscribe", "unsubscribe") {
  World world = world_of();
  const auto on = world.accounts().subscribe("fca_a");
  ASSERT_EQ(summary(on), "200");
  EXPECT_TRUE(on->subscribed());
  const auto off = world.accounts().unsubscribe("fca_a");
  ASSERT_EQ(summary(off), "200");
  EXPECT_FALSE(off->subscribed());
}

// ---- daily
// --------------------------------------------------------------------------------------------

constexpr std::int64_t kDay = 24 * 3600;

RULE_TEST(SubscribeDaily, StartsADayAfterTheLastAttempt, "subscribe.daily") {
  World world = world_of();
  act(world, "fca_a", "subscribe", kTransactions);
  const std::string first = shown(retrieve(world, "fca_a"), "/transaction_refresh/id");
  world.clock().advance_to(after(kDay) - milliseconds{1});
  EXPECT_EQ(started_at(world), 0);
  world.clock().advance(milliseconds{1});
  EXPECT_EQ(started_at(world), kDay);
  EXPECT_EQ(transactions_of(world), "pending");
  EXPECT_NE(shown(retrieve(world, "fca_a"), "/transaction_refresh/id"), first);
  world.clock().advance_to(after(3 * kDay + 10));
  EXPECT_EQ(started_at(world), 3 * kDay);
  EXPECT_EQ(events_of(world).size(), 4u);
}

RULE_TEST(SubscribeDaily, CountsFromARefreshOnDemandToo, "subscribe.daily") {
  World world = world_of();
  act(world, "fca_a", "subscribe", kTransactions);
  world.clock().advance(hours{10});
  act(world, "fca_a", "refresh", kTransactions);
  world.clock().advance_to(after(kDay + 9 * 3600));
  EXPECT_EQ(started_at(world), 10 * 3600);
  world.clock().advance_to(after(kDay + 10 * 3600));
  EXPECT_EQ(started_at(world), kDay + 10 * 3600);
}

// Worked example: two instants pass over a refresh in flight and are not made up.
RULE_TEST(SubscribeDaily, MissedInstantsAreNotMadeUp, "subscribe.daily") {
  AccountSpec spec;
  spec.refresh.transactions = {plan(Completion::manually())};
  World world = world_of(spec);
  act(world, "fca_a", "subscribe", kTransactions);
  world.clock().advance_to(after(50 * 3600));
  EXPECT_EQ(started_at(world), 0);
  world.complete_refresh("fca_a", Feature::transactions);
  EXPECT_EQ(transactions_of(world), "succeeded");
  world.clock().advance_to(after(3 * kDay) - milliseconds{1});
  EXPECT_EQ(started_at(world), 0);
  world.clock().advance(milliseconds{1});
  EXPECT_EQ(started_at(world), 3 * kDay);
}

RULE_TEST(SubscribeDaily, PausesWhileInactive, "subscribe.daily", "deactivate", "reactivate") {
  World world = world_of();
  act(world, "fca_a", "subscribe", kTransactions);
  world.clock().advance(hours{1});
  world.deactivate("fca_a");
  EXPECT_TRUE(world.account("fca_a").subscribed());
  world.clock().advance_to(after(30 * 3600));
  EXPECT_EQ(started_at(world), 0);
  world.reactivate("fca_a");
  EXPECT_EQ(started_at(world), 0);
  world.clock().advance_to(after(2 * kDay));
  EXPECT_EQ(started_at(world), 2 * kDay);
}

RULE_TEST(SubscribeDaily, AfterLoadingOnlyInstantsLaterThanNowCount, "subscribe.daily") {
  AccountSpec spec;
  spec.subscribed = true;
  spec.transaction_refresh =
      ended(kStart - 3 * kDay, kStart - 3 * kDay);  // the third instant is now
  World world = world_of(spec);
  (void)retrieve(world, "fca_a");
  EXPECT_EQ(started_at(world), -3 * kDay);
  world.clock().advance_to(after(kDay) - milliseconds{1});
  EXPECT_EQ(started_at(world), -3 * kDay);
  world.clock().advance_to(after(kDay));
  EXPECT_EQ(started_at(world), kDay);
}

RULE_TEST(SubscribeDaily, ANullHashCountsFromNow, "subscribe.daily") {
  AccountSpec spec;
  spec.subscribed = true;
  World world = world_of(spec);
  world.clock().advance_to(after(kDay) - milliseconds{1});
  EXPECT_EQ(world.account("fca_a").refresh(Feature::transactions), nullptr);
  world.clock().advance(milliseconds{1});
  EXPECT_EQ(started_at(world), kDay);
}

// ---- unsubscribe
// --------------------------------------------------------------------------------------

RULE_TEST(Unsubscribe, KeepsTheLastRefreshAndStopsTheDailyOnes, "unsubscribe") {
  World world = world_of();
  act(world, "fca_a", "subscribe", kTransactions);
  world.clock().advance(hours{1});
  const std::string last = shown(retrieve(world, "fca_a"), "/transaction_refresh");
  const Response answer = act(world, "fca_a", "unsubscribe", kTransactions);
  EXPECT_EQ(shown(answer, "/subscriptions"), "[]");
  EXPECT_EQ(shown(answer, "/transaction_refresh"), last);
  EXPECT_EQ(world.clock().pending(), 0u);
  world.clock().advance(hours{72});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/transaction_refresh"), last);
}

RULE_TEST(Unsubscribe, LetsOneInFlightFinish, "unsubscribe") {
  World world = world_of();
  act(world, "fca_a", "subscribe", kTransactions);
  EXPECT_EQ(shown(act(world, "fca_a", "unsubscribe", kTransactions), "/transaction_refresh/status"),
            "pending");
  EXPECT_FALSE(world.account("fca_a").subscribed());
  world.clock().advance(seconds{5});
  EXPECT_EQ(transactions_of(world), "succeeded");
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_transactions fca_a"));
}

RULE_TEST(Unsubscribe, NotSubscribedIsUnchanged, "unsubscribe") {
  World world = world_of();
  const auto before = world.digest();
  const Response answer = act(world, "fca_a", "unsubscribe", kTransactions);
  EXPECT_EQ(summary(answer), "200");
  EXPECT_EQ(world.digest(), before);
}

RULE_TEST(Unsubscribe, WorksOnInactiveAndDisconnectedAccounts, "unsubscribe") {
  World world = world_of();
  act(world, "fca_a", "subscribe", kTransactions);
  world.deactivate("fca_a");
  const Response inactive = act(world, "fca_a", "unsubscribe", kTransactions);
  EXPECT_EQ(summary(inactive), "200");
  EXPECT_EQ(shown(inactive, "/subscriptions"), "[]");
  world.disconnect("fca_a");
  EXPECT_EQ(summary(act(world, "fca_a", "unsubscribe", kTransactions)), "200");
}

RULE_TEST(Unsubscribe, SubscribingAgainStartsAgain, "subscribe", "unsubscribe") {
  World world = world_of();
  act(world, "fca_a", "subscribe", kTransactions);
  world.clock().advance(hours{1});
  act(world, "fca_a", "unsubscribe", kTransactions);
  world.clock().advance(hours{1});
  act(world, "fca_a", "subscribe", kTransactions);
  EXPECT_EQ(started_at(world), 2 * 3600);
  world.clock().advance_to(after(2 * 3600 + kDay));
  EXPECT_EQ(started_at(world), 2 * 3600 + kDay);
}

}  // namespace
}  // namespace fauxbank::testing
