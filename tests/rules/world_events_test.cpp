#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

std::string hash(World& world, const char* member) {
  return shown(world.send(current(Request::get(account_path("fca_a")))), member);
}

RULE_TEST(Deactivate, FailsWhatIsInFlightAndKeepsTheData, "deactivate") {
  AccountSpec spec;
  spec.id = "fca_a";
  spec.balance = Balance{BalanceType::cash, at(kStart), {{"usd", 7}}, {}};
  spec.balance_refresh = ended(kStart - 60, kStart - 50);
  World world{{.accounts = {spec}}};
  act(world, "fca_a", "refresh", "features[]=ownership&features[]=transactions");
  world.clock().advance(seconds{2});
  EXPECT_EQ(status_of(world.deactivate("fca_a")), "inactive");
  EXPECT_EQ(hash(world, "/status"), "inactive");
  EXPECT_EQ(
      hash(world, "/ownership_refresh"),
      R"({"last_attempted_at":1700000000,"next_refresh_available_at":null,"status":"failed"})");
  EXPECT_EQ(hash(world, "/transaction_refresh/status"), "failed");
  EXPECT_EQ(hash(world, "/transaction_refresh/next_refresh_available_at"), "null");
  EXPECT_EQ(
      hash(world, "/balance_refresh"),
      R"({"last_attempted_at":1699999940,"next_refresh_available_at":null,"status":"succeeded"})");
  EXPECT_EQ(hash(world, "/balance/current/usd"), "7");
  world.clock().advance(hours{1});
  EXPECT_EQ(hash(world, "/ownership"), "null");
  EXPECT_EQ(hash(world, "/ownership_refresh/status"), "failed");
}

RULE_TEST(Deactivate, FiresForWhatFailedThenForItself, "deactivate") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=transactions&features[]=balance");
  world.deactivate("fca_a");
  EXPECT_THAT(events_of(world), ElementsAre("refreshed_balance fca_a",
                                            "refreshed_transactions fca_a", "deactivated fca_a"));
  for (const Event& event : world.events()) {
    EXPECT_EQ(status_of(event.account), "inactive");
    EXPECT_EQ(status_of(event.account, Feature::transactions), "failed");
  }
  World idle{{.accounts = {{.id = "fca_a"}}}};
  idle.deactivate("fca_a");
  EXPECT_THAT(events_of(idle), ElementsAre("deactivated fca_a"));
  EXPECT_EQ(hash(idle, "/balance_refresh"), "null");
}

RULE_TEST(Deactivate, SubscriptionsStayAndDailiesPause, "deactivate", "subscribe.daily") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "subscribe", "features[]=transactions");
  world.clock().advance(seconds{10});
  world.deactivate("fca_a");
  EXPECT_EQ(hash(world, "/subscriptions"), R"(["transactions"])");
  EXPECT_EQ(world.clock().pending(), 0u);
  world.clock().advance(hours{49});
  EXPECT_EQ(hash(world, "/transaction_refresh/last_attempted_at"), "1700000000");
}

RULE_TEST(Reactivate, MakesEveryRefreshAvailableAtOnce, "reactivate") {
  AccountSpec spec;
  spec.id = "fca_a";
  spec.refresh.balance = {{.cool_down = hours{10}}};
  World world{{.accounts = {spec}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(seconds{5});
  EXPECT_EQ(hash(world, "/balance_refresh/next_refresh_available_at"), "1700036005");
  world.deactivate("fca_a");
  world.clock().advance(seconds{5});
  EXPECT_EQ(status_of(world.reactivate("fca_a")), "active");
  EXPECT_EQ(hash(world, "/status"), "active");
  EXPECT_EQ(
      hash(world, "/balance_refresh"),
      R"({"last_attempted_at":1700000000,"next_refresh_available_at":1700000010,"status":"succeeded"})");
  EXPECT_EQ(hash(world, "/ownership_refresh"), "null");
  EXPECT_THAT(events_of(world),
              ElementsAre("refreshed_balance fca_a", "deactivated fca_a", "reactivated fca_a"));
  EXPECT_EQ(shown(act(world, "fca_a", "refresh", "features[]=balance"), "/balance_refresh/status"),
            "pending");
}

RULE_TEST(Reactivate, AFailedRefreshStaysFailed, "reactivate") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  world.deactivate("fca_a");
  world.reactivate("fca_a");
  EXPECT_EQ(hash(world, "/balance_refresh/status"), "failed");
  world.clock().advance(hours{1});
  EXPECT_EQ(hash(world, "/balance_refresh/status"), "failed");
  EXPECT_EQ(hash(world, "/balance"), "null");
}

// ---- events that do not fit
// ---------------------------------------------------------------------------

template <class F>
void expect_misfit(World& world, F&& event, const char* says) {
  const auto digest = world.digest();
  const std::size_t events = world.events().size();
  const std::size_t entries = world.journal().size();
  try {
    event();
    ADD_FAILURE() << "no Misuse: " << says;
  } catch (const Misuse& misuse) {
    EXPECT_THAT(misuse.what(), HasSubstr(says));
  }
  EXPECT_EQ(world.digest(), digest) << says;
  EXPECT_EQ(world.events().size(), events) << says;
  const Journal journal = world.journal();
  ASSERT_EQ(journal.size(), entries + 1) << says;
  const JournalEntry& entry = journal[entries];
  EXPECT_EQ(entry.kind, EntryKind::event);
  EXPECT_EQ(entry.refused_by, Rule::world_event_misfit) << says;
  EXPECT_THAT(std::string(entry.target()), HasSubstr(says));
}

RULE_TEST(WorldEventMisfit, ByStatus, "world_event.misfit") {
  World world{{.accounts = {{.id = "fca_on"},
                            {.id = "fca_out", .status = Status::inactive},
                            {.id = "fca_gone", .status = Status::disconnected}}}};
  expect_misfit(
      world, [&] { world.deactivate("fca_out"); }, "inactive");
  expect_misfit(
      world, [&] { world.deactivate("fca_gone"); }, "disconnected");
  expect_misfit(
      world, [&] { world.reactivate("fca_on"); }, "active");
  expect_misfit(
      world, [&] { world.reactivate("fca_gone"); }, "disconnected");
  expect_misfit(
      world, [&] { world.set_balance("fca_gone", {}); }, "disconnected");
  expect_misfit(
      world,
      [&] {
        world.set_balance("fca_on", {.current = {{"USD", 5}}});
      },
      "currency");
  expect_misfit(
      world,
      [&] {
        world.set_balance("fca_on", {.current = {{"usd", 5}}, .part = Amounts{{"euro", 5}}});
      },
      "currency");
}

RULE_TEST(WorldEventMisfit, NothingInFlight, "world_event.misfit", "refresh.completes") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  expect_misfit(
      world, [&] { world.complete_refresh("fca_a", Feature::balance); }, "balance");
  act(world, "fca_a", "refresh", "features[]=balance");
  expect_misfit(
      world, [&] { world.complete_refresh("fca_a", Feature::ownership); }, "ownership");
  world.clock().advance(seconds{5});
  expect_misfit(
      world, [&] { world.complete_refresh("fca_a", Feature::balance, RefreshOutcome::failed); },
      "balance");
}

RULE_TEST(WorldEventMisfit, UnknownAccountNamesTheNearest, "world_event.misfit") {
  World world{{.accounts = {{.id = "fca_checking"}, {.id = "fca_savings"}}}};
  expect_misfit(
      world, [&] { world.deactivate("fca_cheking"); }, "'fca_cheking'; nearest is 'fca_checking'");
  expect_misfit(
      world, [&] { world.disconnect("fca_saving"); }, "'fca_saving'; nearest is 'fca_savings'");
}

RULE_TEST(WorldEventMisfit, LinkingWhatIsTakenOrFaulty, "world_event.misfit") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  expect_misfit(
      world, [&] { world.link({.id = "fca_a"}); }, "fca_a");
  expect_misfit(
      world, [&] { world.link({.id = "fca_b", .last4 = "12345"}); }, "/last4");
  EXPECT_THAT(ids_of(list(world)), ElementsAre("fca_a"));
}

}  // namespace
}  // namespace fauxbank::testing
