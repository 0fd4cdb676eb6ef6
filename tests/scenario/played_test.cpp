// The scenarios of the library, each played.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

World played(const std::string& name) {
  World world;
  world.load(std::string(FAUXBANK_FIXTURES_DIR) + "/scenarios/" + name + ".json");
  return world;
}

const std::string kAccounts = "/v1/financial_connections/accounts";

std::vector<std::string> ids(const std::vector<Account>& accounts) {
  std::vector<std::string> ids;
  for (const Account& account : accounts)
    ids.emplace_back(account.id());
  return ids;
}

RefreshStatus status_of(const World& world, Feature feature) {
  return world.account("fca_1").refresh(feature)->status;
}

TEST(ScenarioLibrary, EmptyWorld) {
  World world = played("empty_world");
  EXPECT_THAT(world.all(), IsEmpty());
  EXPECT_THAT(world.send(Request::get(kAccounts)).body, HasSubstr("\"data\": []"));
}

TEST(ScenarioLibrary, OneAccount) {
  World world = played("one_account");
  EXPECT_EQ(world.account("fca_1").permissions(), PermissionSet::all());
  EXPECT_EQ(world.clock().now(), Scenario{}.now);
}

TEST(ScenarioLibrary, OneCheckingAccount) {
  World world = played("one_checking_account");
  EXPECT_THAT(world.to_scenario().faults, SizeIs(1));
  ASSERT_TRUE(world.accounts().refresh("fca_checking", {.features = {Feature::balance}}));
  world.clock().advance(2s);
  EXPECT_EQ(world.account("fca_checking").balance()->current[0].value, 10'000);
  world.clock().advance(28s);
  EXPECT_EQ(world.account("fca_checking").status(), Status::inactive);
  world.clock().advance(90s);
  EXPECT_EQ(world.account("fca_checking").status(), Status::active);
  world.clock().advance(1min);
  EXPECT_THAT(ids(world.all()), ElementsAre("fca_checking", "fca_new"));
}

TEST(ScenarioLibrary, PageExamples) {
  World world = played("page_examples");
  const std::string id = "fca_1MwVK82eZvKYlo2Cjw8FMxXf";
  const auto answer =
      world.send(Request::post(kAccounts + "/" + id + "/refresh", "features[]=balance"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, AllOf(HasSubstr("\"object\": \"linked_account\""),
                                 HasSubstr("\"last_attempted_at\": 1681422295"),
                                 HasSubstr("\"status\": \"pending\",\n  \"subcategory\"")));
}

TEST(ScenarioLibrary, OnePage) {
  World world = played("one_page");
  const auto page = world.accounts().list({});
  EXPECT_THAT(page->data, SizeIs(10));
  EXPECT_FALSE(page->has_more);
}

TEST(ScenarioLibrary, PageBoundary) {
  World world = played("page_boundary");
  const auto page = world.accounts().list({});
  EXPECT_THAT(page->data, SizeIs(10));
  EXPECT_TRUE(page->has_more);
  const auto rest = world.accounts().list({.starting_after = std::string(page->data.back().id())});
  EXPECT_THAT(ids(rest->data), ElementsAre("fca_001"));
}

TEST(ScenarioLibrary, ThreeHolders) {
  World world = played("three_holders");
  EXPECT_THAT(world.all(), SizeIs(250));
  const auto count = [&](const HolderFilter& holder) {
    std::size_t rows = 0;
    ListParams params{.account_holder = holder, .limit = 100};
    for (const auto& account : all_accounts(world.accounts(), params))
      rows += account ? 1u : 0u;
    return rows;
  };
  EXPECT_EQ(count({.customer = "cus_1"}), 83u);
  EXPECT_EQ(count({.customer = "cus_2"}), 84u);
  EXPECT_EQ(count({.account = "acct_1"}), 83u);
}

TEST(ScenarioLibrary, TiesInCreated) {
  World world = played("ties_in_created");
  EXPECT_THAT(ids(world.accounts().list({})->data),
              ElementsAre("fca_005", "fca_004", "fca_003", "fca_002", "fca_001"));
}

TEST(ScenarioLibrary, InactiveAndBack) {
  World world = played("inactive_and_back");
  world.clock().advance(10s);
  EXPECT_EQ(world.accounts().refresh("fca_1", {.features = {Feature::balance}}).error().code,
            "financial_connections_account_inactive");
  world.clock().advance(1h);
  EXPECT_TRUE(world.accounts().refresh("fca_1", {.features = {Feature::balance}}));
  ASSERT_THAT(world.events(), SizeIs(2));
  EXPECT_EQ(world.events()[1].kind, EventKind::reactivated);
}

TEST(ScenarioLibrary, DisconnectedInFlight) {
  World world = played("disconnected_in_flight");
  ASSERT_TRUE(world.accounts().refresh("fca_1", {.features = {Feature::balance}}));
  world.clock().advance(1min);
  EXPECT_EQ(world.account("fca_1").status(), Status::disconnected);
  EXPECT_EQ(world.account("fca_1").refresh(Feature::balance), nullptr);
  EXPECT_THAT(world.events(), SizeIs(1));
}

TEST(ScenarioLibrary, FailingRefreshes) {
  World world = played("failing_refreshes");
  std::vector<RefreshStatus> ended;
  for (int i = 0; i < 4; ++i) {
    (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
    world.clock().advance(10s);
    ended.push_back(status_of(world, Feature::balance));
  }
  EXPECT_THAT(ended, ElementsAre(RefreshStatus::failed, RefreshStatus::failed,
                                 RefreshStatus::succeeded, RefreshStatus::succeeded));
  EXPECT_EQ(world.account("fca_1").balance()->current[0].value, 4200);
}

TEST(ScenarioLibrary, SlowOwnership) {
  World world = played("slow_ownership");
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance, Feature::ownership}});
  world.clock().advance(24h);
  EXPECT_EQ(status_of(world, Feature::balance), RefreshStatus::succeeded);
  (void)world.accounts().retrieve("fca_1");
  (void)world.accounts().list({});
  EXPECT_EQ(status_of(world, Feature::ownership), RefreshStatus::pending);
  EXPECT_EQ(world.accounts().retrieve("fca_1")->ownership()->owners[0].name, "Jane Smith");
}

TEST(ScenarioLibrary, DailySubscription) {
  World world = played("daily_subscription");
  world.clock().advance(std::chrono::hours{7 * 24});
  std::vector<EventKind> kinds;
  for (const Event& event : world.events())
    kinds.push_back(event.kind);
  EXPECT_THAT(kinds, SizeIs(7));
  EXPECT_THAT(kinds, ::testing::Each(EventKind::refreshed_transactions));
  EXPECT_THAT(world.account("fca_1").transactions(), SizeIs(2));
  EXPECT_EQ(to_string(world.account("fca_1").refresh(Feature::transactions)->last_attempted_at),
            "2023-04-17T06:00:00Z");
}

TEST(ScenarioLibrary, LinkedBetweenPages) {
  World world = played("linked_between_pages");
  const auto first = world.accounts().list({.limit = 2});
  world.clock().advance(1s);
  EXPECT_THAT(world.all(), SizeIs(5));
  const auto second =
      world.accounts().list({.limit = 2, .starting_after = std::string(first->data[1].id())});
  EXPECT_THAT(ids(first->data), ElementsAre("fca_004", "fca_003"));
  EXPECT_THAT(ids(second->data), ElementsAre("fca_002", "fca_001"));
}

TEST(ScenarioLibrary, PermissionsMissing) {
  World world = played("permissions_missing");
  EXPECT_TRUE(world.accounts().refresh("fca_1", {.features = {Feature::balance}}));
  EXPECT_EQ(world.accounts().refresh("fca_1", {.features = {Feature::ownership}}).error().param,
            "features");
}

TEST(ScenarioLibrary, TenantPair) {
  World world = played("tenant_pair");
  const auto status = [&](const char* id, const char* tenant) {
    auto request = Request::get(kAccounts + "/" + id);
    if (*tenant != '\0') request.header("Stripe-Account", tenant);
    return world.send(request).status;
  };
  EXPECT_EQ(status("fca_1", "acct_1"), 200);
  EXPECT_EQ(status("fca_1", "acct_2"), 404);
  EXPECT_EQ(status("fca_1", ""), 404);
  EXPECT_EQ(status("fca_3", ""), 200);
  EXPECT_EQ(status("fca_3", "acct_3"), 403);
}

TEST(ScenarioLibrary, Scripts) {
  World world = played("scripts");
  EXPECT_EQ(world.account("fca_4").display_name(), "Счёт \"Основной\"\n2");
  EXPECT_EQ(world.account("fca_4").institution_name(), "Пример\\Банк");
  EXPECT_EQ(world.account("fca_5").display_name(), "💶 €");
  EXPECT_THAT(world.send(Request::get(kAccounts)).body, HasSubstr("さくら銀行"));
}

TEST(ScenarioLibrary, SessionWithPrefetch) {
  World world = played("session_with_prefetch");
  world.clock().advance(1min);
  const Account account = world.account("fca_1");
  EXPECT_EQ(account.account_holder(), AccountHolder::customer("cus_1"));
  EXPECT_EQ(account.permissions(), PermissionSet{Permission::balances});
  EXPECT_EQ(account.refresh(Feature::balance)->origin, RefreshOrigin::prefetch);
  EXPECT_THAT(world.accounts().list({.session = "fcsess_1"})->data, SizeIs(1));
  EXPECT_THAT(world.accounts().list({.account_holder = {.customer = "cus_1"}})->data, SizeIs(1));
}

TEST(ScenarioLibrary, EveryFault) {
  EXPECT_THAT(played("every_fault").to_scenario().faults, SizeIs(7));
}

TEST(Timelines, RunInOrderOfTimeThenOfTheFile) {
  World world{{.accounts = {{.id = "fca_1"}},
               .timeline = {TimelineEntry::disconnect(20s, "fca_1"),
                            TimelineEntry::deactivate(10s, "fca_1"),
                            TimelineEntry::reactivate(10s, "fca_1")}}};
  EXPECT_EQ(world.clock().pending(), 3u);
  world.clock().advance(20s);
  std::vector<EventKind> kinds;
  for (const Event& event : world.events())
    kinds.push_back(event.kind);
  EXPECT_THAT(kinds,
              ElementsAre(EventKind::deactivated, EventKind::reactivated, EventKind::disconnected));
  EXPECT_THAT(to_string(world.journal()), HasSubstr("timeline: deactivate fca_1"));
}

TEST(Timelines, ComeBeforeCompletionsOfTheSameInstant) {
  World world{
      {.accounts = {{.id = "fca_1"}}, .timeline = {TimelineEntry::deactivate(5s, "fca_1")}}};
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  world.clock().advance(5s);
  EXPECT_EQ(status_of(world, Feature::balance), RefreshStatus::failed);
}

TEST(Timelines, TellOfWhatDidNotFit) {
  World world{
      {.accounts = {{.id = "fca_1"}}, .timeline = {TimelineEntry::reactivate(1s, "fca_1")}}};
  world.clock().advance(1s);
  ASSERT_THAT(world.leftovers(), SizeIs(1));
  EXPECT_EQ(world.leftovers()[0].kind, LeftoverKind::misfit);
  EXPECT_THAT(world.leftovers()[0].text, HasSubstr("timeline: reactivate: 'fca_1' is active"));
  ASSERT_EQ(world.journal().size(), 1u);
  EXPECT_EQ(world.journal()[0].refused_by, Rule::world_event_misfit);
}

}  // namespace
}  // namespace fauxbank
