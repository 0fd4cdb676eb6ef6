#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

RULE_TEST(Time, ARequestSeesWhatIsDueByThenAndNothingLater, "time.due", "refresh.completes") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(milliseconds{4999});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/status"), "pending");
  world.clock().advance(milliseconds{1});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/status"), "succeeded");
}

RULE_TEST(Time, EachThingIsAppliedAtItsOwnInstant, "time.due") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(hours{1});
  const Response answer = world.send(current(Request::get(account_path("fca_a"))));
  EXPECT_EQ(shown(answer, "/balance/as_of"), "1700000005");
  EXPECT_EQ(shown(answer, "/balance_refresh/next_refresh_available_at"), "1700000006");
}

RULE_TEST(Time, WhatIsDueAtOnceShowsToTheNextRequestOfTheSameInstant, "time.due") {
  World world{
      {.defaults = plan(Completion::after(Milliseconds{0})), .accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(shown(act(world, "fca_a", "refresh", "features[]=balance"), "/balance_refresh/status"),
            "pending");
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/balance_refresh/status"), "succeeded");
  EXPECT_EQ(world.clock().now(), after(0));
}

RULE_TEST(TimeTies, CompletionsGoInTheOrderInWhichTheirRefreshesStarted, "time.ties") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}, {.id = "fca_c"}}}};
  for (const char* id : {"fca_b", "fca_c", "fca_a"})
    act(world, id, "refresh", "features[]=balance");
  world.clock().advance(seconds{5});
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_balance fca_b", "refreshed_balance fca_c",
                                            "refreshed_balance fca_a"));
}

RULE_TEST(TimeTies, FeaturesOfOneCallGoBalanceOwnershipTransactions, "time.ties") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=transactions&features[]=ownership&features[]=balance");
  world.clock().advance(seconds{5});
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_balance fca_a", "refreshed_ownership fca_a",
                                            "refreshed_transactions fca_a"));
}

RULE_TEST(TimeTies, EachIsAStepOfItsOwn, "time.ties") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership");
  world.clock().advance(seconds{5});
  const auto events = world.events();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(status_of(events[0].account, Feature::balance), "succeeded");
  EXPECT_EQ(status_of(events[0].account, Feature::ownership), "pending");
  EXPECT_EQ(status_of(events[1].account, Feature::ownership), "succeeded");
}

/// Subscribed and loaded with a daily due at an instant of its own.
AccountSpec daily(std::string id, std::int64_t attempted) {
  return {.id = std::move(id),
          .subscribed = true,
          .transaction_refresh = ended(attempted, attempted + 6)};
}

std::vector<std::string> timers_of(const World& world) {
  std::vector<std::string> lines;
  for (const JournalEntry& entry : world.journal()) {
    if (entry.kind != EntryKind::timer) continue;
    lines.push_back(std::string(entry.target()) + " " +
                    std::string(entry.changes.front().after.id()));
  }
  return lines;
}

RULE_TEST(TimeTies, DailyStartsComeAfterCompletionsAndInLinkOrder, "time.ties", "subscribe.daily") {
  Scenario scenario;
  scenario.accounts = {daily("fca_c", kStart - 10), daily("fca_a", kStart - 10),
                       daily("fca_b", kStart - 10)};
  scenario.accounts.push_back({.id = "fca_x"});
  World world{scenario};
  world.clock().advance(hours{24} - seconds{15});
  act(world, "fca_x", "refresh", "features[]=balance");
  world.clock().advance(seconds{5});
  EXPECT_THAT(timers_of(world), ElementsAre("refresh completed fca_x", "daily refresh fca_c",
                                            "daily refresh fca_a", "daily refresh fca_b"));
}

RULE_TEST(TimeTies, ARefreshThatEndsAtTheDailyInstantLetsTheDailyStart, "time.ties",
          "subscribe.daily") {
  World world{{.accounts = {{.id = "fca_a",
                             .refresh = {.transactions = {plan(Completion::after(hours{24}))}}}}}};
  const Response first = act(world, "fca_a", "subscribe", "features[]=transactions");
  world.clock().advance(hours{24});
  const Response second = retrieve(world, "fca_a");
  EXPECT_EQ(shown(second, "/transaction_refresh/status"), "pending");
  EXPECT_EQ(shown(second, "/transaction_refresh/last_attempted_at"), "1700086400");
  EXPECT_NE(shown(second, "/transaction_refresh/id"), shown(first, "/transaction_refresh/id"));
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_transactions fca_a"));
}

RULE_TEST(TimeTies, CompletionsByReadsFollowThePagesOrder, "time.ties", "refresh.completes") {
  World world{
      {.defaults = plan(Completion::after_reads(1)),
       .accounts = {{.id = "fca_old", .created = at(100)}, {.id = "fca_new", .created = at(200)}}}};
  act(world, "fca_old", "refresh", "features[]=balance");
  act(world, "fca_new", "refresh", "features[]=balance");
  list(world);
  EXPECT_THAT(events_of(world),
              ElementsAre("refreshed_balance fca_new", "refreshed_balance fca_old"));
}

// 0.7 s past a whole second: the refresh ends at 5.7 s, its cool-down at 6.7 s.
RULE_TEST(TimePrint, SecondsAreRoundedDownAndTheNextRefreshUp, "time.print") {
  World world{{.now = at_ms(kStart * 1000 + 700), .accounts = {{.id = "fca_a"}}}};
  const Response started = act(world, "fca_a", "refresh", "features[]=balance");
  EXPECT_EQ(shown(started, "/balance_refresh/last_attempted_at"), "1700000000");
  EXPECT_EQ(shown(started, "/created"), "1700000000");
  world.clock().advance(seconds{5});
  const Response ended = world.send(current(Request::get(account_path("fca_a"))));
  EXPECT_EQ(shown(ended, "/balance_refresh/last_attempted_at"), "1700000000");
  EXPECT_EQ(shown(ended, "/balance/as_of"), "1700000005");
  EXPECT_EQ(shown(ended, "/balance_refresh/next_refresh_available_at"), "1700000007");
}

RULE_TEST(TimePrint, EarlyCallsAreComparedWithWhatIsPrinted, "time.print") {
  World world{{.now = at_ms(kStart * 1000 + 700), .accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  // The exact end of the cool-down is 6.7 s; printed is 7 s.
  world.clock().advance_to(at_ms(kStart * 1000 + 6'999));
  EXPECT_EQ(shown(act(world, "fca_a", "refresh", "features[]=balance"), "/balance_refresh/status"),
            "succeeded");
  world.clock().advance_to(at_ms(kStart * 1000 + 7'000));
  EXPECT_EQ(shown(act(world, "fca_a", "refresh", "features[]=balance"), "/balance_refresh/status"),
            "pending");
}

RULE_TEST(TimePrint, WholeSecondsAreNotRounded, "time.print") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(seconds{5});
  const Response answer = world.send(current(Request::get(account_path("fca_a"))));
  EXPECT_EQ(shown(answer, "/balance_refresh/last_attempted_at"), "1700000000");
  EXPECT_EQ(shown(answer, "/balance_refresh/next_refresh_available_at"), "1700000006");
}

}  // namespace
}  // namespace fauxbank::testing
