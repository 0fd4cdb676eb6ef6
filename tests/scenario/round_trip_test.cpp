// A scenario written in C++, as JSON and as a world is one scenario.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

#include "scenario/random_scenario.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::chrono_literals;

/// What somebody who uses a world sees of it, from now on.
std::string future(const World& world) {
  World other = world.fork();
  std::string seen;
  for (int i = 0; i < 40 && other.clock().advance_to_next(); ++i)
    seen += to_string(other.clock().now()) + " " + std::to_string(other.digest()) + "\n";
  return seen;
}

void expect_same_world(const World& one, const World& other) {
  EXPECT_EQ(one.digest(), other.digest());
  EXPECT_EQ(future(one), future(other));
}

World reloaded(const World& world) {
  World other;
  other.load(world.to_json());
  return other;
}

TEST(RoundTrips, OfTheBuilderGiveAnEqualWorld) {
  const Scenario scenario = everything();
  const auto read = parse_scenario(to_json(scenario));
  ASSERT_TRUE(read) << ::testing::PrintToString(read.error());
  EXPECT_EQ(to_json(*read), to_json(scenario));
  expect_same_world(World{*read}, World{scenario});
}

TEST(RoundTrips, OfAWorldKeepWhatIsInFlight) {
  World world{everything()};
  for (int i = 0; i < 12; ++i) {
    SCOPED_TRACE(i);
    expect_same_world(world, reloaded(world));
    EXPECT_EQ(reloaded(world).to_json(), world.to_json());
    (void)world.accounts().refresh("fca_1", {.features = FeatureSet::all()});
    (void)world.accounts().retrieve("fca_1");
    (void)world.accounts().subscribe("fca_2");
    (void)world.accounts().refresh("fca_2", {.features = {Feature::balance}});
    world.clock().advance(1234ms);
  }
}

TEST(RoundTrips, KeepTheReadsThatAreLeft) {
  World world{
      {.accounts = {
           {.id = "fca_1", .refresh = {.balance = {{.completes = Completion::after_reads(3)}}}}}}};
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  (void)world.accounts().retrieve("fca_1");
  World other = reloaded(world);
  (void)other.accounts().retrieve("fca_1");
  EXPECT_EQ(other.account("fca_1").refresh(Feature::balance)->status, RefreshStatus::pending);
  (void)other.accounts().retrieve("fca_1");
  EXPECT_EQ(other.account("fca_1").refresh(Feature::balance)->status, RefreshStatus::succeeded);
}

TEST(RoundTrips, KeepThePlansThatAreLeft) {
  World world{{.accounts = {{.id = "fca_1",
                             .refresh = {.balance = {{.outcome = RefreshOutcome::failed},
                                                     {.outcome = RefreshOutcome::succeeded},
                                                     {.outcome = RefreshOutcome::failed}}}}}}};
  std::vector<RefreshStatus> ended;
  for (int i = 0; i < 4; ++i) {
    (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
    world = reloaded(world);  // while it is in flight
    world.clock().advance(10s);
    ended.push_back(world.account("fca_1").refresh(Feature::balance)->status);
    world = reloaded(world);
  }
  EXPECT_THAT(ended, ::testing::ElementsAre(RefreshStatus::failed, RefreshStatus::succeeded,
                                            RefreshStatus::failed, RefreshStatus::failed));
}

TEST(RoundTrips, KeepTheOrderInWhichRefreshesStarted) {
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}};
  (void)world.accounts().refresh("fca_2", {.features = {Feature::balance}});
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  World other = reloaded(world);
  world.clock().advance(5s);
  other.clock().advance(5s);
  ASSERT_EQ(other.events().size(), 2u);
  EXPECT_EQ(other.events()[0].account.id(), "fca_2");
  EXPECT_EQ(world.events()[0].account.id(), "fca_2");
}

TEST(RoundTrips, KeepTheRestOfTheTimeline) {
  World world{{.accounts = {{.id = "fca_1"}},
               .timeline = {TimelineEntry::deactivate(10s, "fca_1"),
                            TimelineEntry::reactivate(20s, "fca_1"),
                            TimelineEntry::link(20s, {.id = "fca_2"})}}};
  world.clock().advance(15s);
  EXPECT_EQ(world.to_scenario().timeline.size(), 2u);
  World other = reloaded(world);
  expect_same_world(world, other);
  other.clock().advance(5s);
  EXPECT_EQ(other.account("fca_1").status(), Status::active);
  EXPECT_EQ(other.account("fca_2").status(), Status::active);
  EXPECT_TRUE(other.to_scenario().timeline.empty());
}

TEST(RoundTrips, KeepWhatSomebodySetByHand) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.set_balance("fca_1", {.current = {{"usd", 77}}});
  World other = reloaded(world);
  expect_same_world(world, other);
  (void)other.accounts().refresh("fca_1", {.features = {Feature::balance}});
  other.clock().advance(5s);
  EXPECT_EQ(other.account("fca_1").balance()->current[0].value, 77);
}

TEST(RoundTrips, OfRandomScenariosKeepTheDigest) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const Scenario scenario = random_scenario(seed);
    ASSERT_THAT(check(scenario), ::testing::IsEmpty());
    const auto read = parse_scenario(to_json(scenario));
    ASSERT_TRUE(read) << ::testing::PrintToString(read.error()) << to_json(scenario);
    World world{scenario};
    expect_same_world(World{*read}, world);
    act(world, seed);
    expect_same_world(reloaded(world), world);
  }
}

TEST(RoundTrips, HoldForAnAccountAsTheApiPrintsIt) {
  Scenario scenario = everything();
  scenario.form = Form::documented;
  World world{scenario};
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  for (const char* version : {"", "2026-01-28"}) {
    auto request = Request::get("/v1/financial_connections/accounts/fca_1");
    if (*version != '\0') request.header("Stripe-Version", version);
    const std::string body = world.send(request).body;
    World one;
    one.load(body);
    EXPECT_EQ(one.all().size(), 1u);
    EXPECT_EQ(one.send(request).body, body);
  }
}

TEST(RoundTrips, HoldForAListAnswer) {
  World world{{.accounts = {{.id = "fca_1", .created = UnixTime{Seconds{1}}},
                            {.id = "fca_2", .created = UnixTime{Seconds{1}}},
                            {.id = "fca_3", .created = UnixTime{Seconds{2}}}}}};
  for (const char* version : {"", "2026-01-28"}) {
    auto request = Request::get("/v1/financial_connections/accounts");
    if (*version != '\0') request.header("Stripe-Version", version);
    const std::string body = world.send(request).body;
    World other;
    other.load(body);
    EXPECT_EQ(other.all()[0].id(), "fca_1");
    EXPECT_EQ(other.send(request).body, body);
  }
}

}  // namespace
}  // namespace fauxbank::testing
