// A fork is a world of its own that continues as its parent would have.

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/random_request.hpp"

namespace fauxbank::testing {
namespace {

using std::chrono::seconds;
using ::testing::SizeIs;

constexpr const char* kId = "fca_1";

World one_account() { return World{{.accounts = {{.id = kId}}}}; }

RefreshStatus balance_status(const World& world) {
  return world.account(kId).refresh(Feature::balance)->status;
}

TEST(Fork, WorkedExample) {
  World parent = one_account();
  ASSERT_EQ(act(parent, kId, "refresh", "features[]=balance&features[]=ownership").status, 200);
  parent.clock().advance(seconds{2});
  World fork = parent.fork();
  const Instant forked_at = fork.clock().now();

  parent.clock().advance(seconds{3});
  EXPECT_EQ(balance_status(parent), RefreshStatus::succeeded);
  ASSERT_THAT(parent.events(), SizeIs(2));
  EXPECT_EQ(parent.events()[0].kind, EventKind::refreshed_balance);
  EXPECT_EQ(fork.clock().now(), forked_at);
  EXPECT_EQ(balance_status(fork), RefreshStatus::pending);
  EXPECT_THAT(fork.events(), SizeIs(0));

  fork.clock().advance(seconds{3});
  EXPECT_EQ(balance_status(fork), RefreshStatus::succeeded);
  EXPECT_THAT(fork.events(), SizeIs(2));
  EXPECT_EQ(fork.account(kId).ownership()->id, parent.account(kId).ownership()->id);
  EXPECT_EQ(fork.digest(), parent.digest());
}

/// One of each kind of id that a world makes.
std::vector<std::string> next_ids(World& world) {
  std::vector<std::string> ids;
  ids.emplace_back(world.link({}).id());
  const Response answer =
      act(world, kId, "refresh", "features[]=transactions&features[]=ownership");
  ids.emplace_back(answer.headers.find("Request-Id").value());
  ids.push_back(world.account(kId).refresh(Feature::transactions)->id);
  world.clock().advance(seconds{5});
  ids.push_back(world.account(kId).ownership()->id);
  ids.push_back(world.account(kId).ownership()->owners.at(0).id);
  return ids;
}

TEST(Fork, MakesTheSameNextIds) {
  World parent = one_account();
  const std::vector<std::string> before = next_ids(parent);
  parent.clock().advance(seconds{10});
  World fork = parent.fork();
  World fork_of_fork = fork.fork();
  const std::vector<std::string> expected = next_ids(parent);
  EXPECT_NE(expected, before);
  EXPECT_EQ(next_ids(fork), expected);
  EXPECT_EQ(next_ids(fork_of_fork), expected);
}

TEST(Fork, StartsWithAnEmptyJournalAndNoCounts) {
  World parent = one_account();
  retrieve(parent, kId);
  parent.link({});
  World fork = parent.fork();
  EXPECT_TRUE(fork.journal().empty());
  EXPECT_EQ(fork.rule_counts()[Rule::retrieve], 0u);
  EXPECT_THAT(fork.events(), SizeIs(1)) << "the outbox is part of the world";
  retrieve(fork, kId);
  ASSERT_EQ(fork.journal().size(), 1u);
  EXPECT_EQ(fork.journal()[0].number, 1u);
  EXPECT_EQ(parent.journal().size(), 2u);
}

TEST(Fork, KeepsHowItsParentTreatsItsTest) {
  WorldOptions options;
  options.keys = {"sk_test_only"};
  options.compact_json = true;
  World parent{{.form = Form::current, .accounts = {{.id = kId}}}, options};
  World fork = parent.fork();
  EXPECT_EQ(retrieve(fork, kId).status, 401);
  const Request request = Request::get(account_path(kId)).bearer("sk_test_only");
  EXPECT_EQ(fork.send(request), parent.send(request));
}

TEST(Fork, OutlivesItsParent) {
  std::optional<World> parent(one_account());
  parent->clock().advance(seconds{7});
  World fork = parent->fork();
  const std::uint64_t digest = parent->digest();
  parent.reset();
  EXPECT_EQ(fork.digest(), digest);
  EXPECT_EQ(act(fork, kId, "refresh", "features[]=balance").status, 200);
  EXPECT_EQ(fork.clock().pending(), 1u);
}

/// One random thing: a call, a world event or a movement of time.
void live(Random& random, World& world) {
  const std::vector<Account> all = world.all();
  const Account& account = all[random.below(all.size())];
  switch (random.below(10)) {
    case 0:
      world.link(random_living_account(random, all.size(), true, true));
      return;
    case 1:
      if (account.status() == Status::active) world.deactivate(account.id());
      return;
    case 2:
      if (account.status() == Status::inactive) world.reactivate(account.id());
      return;
    case 3:
    case 4:
      world.clock().advance(Milliseconds{random.between(0, 40'000'000)});
      return;
    case 5:
      world.clock().advance_to_next();
      return;
    case 6:
      list(world, "limit=3");
      return;
    default:
      break;
  }
  Request request = sound_request(static_cast<Operation>(random.between(1, 5)), account.id(),
                                  random_features(random));
  use_tenant(request, account.tenant());
  world.send(request);
}

void live(World& world, std::uint64_t seed, int steps) {
  Random random = draws(seed);
  for (int i = 0; i < steps; ++i)
    live(random, world);
}

World random_world(std::uint64_t seed) {
  Random random = draws(seed);
  Scenario scenario;
  scenario.seed = seed;
  scenario.now = kStartInstant;
  const std::size_t count = 3 + random.below(30);
  for (std::size_t i = 0; i < count; ++i)
    scenario.accounts.push_back(random_living_account(random, i, true, true));
  return World{scenario};
}

/// What any of the two does, the other does not notice: each ends as a world does that was never
/// forked.
TEST(Fork, ParentAndForkAreIndependent) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World parent = random_world(seed);
    World never_forked = random_world(seed);
    World never_forked_either = random_world(seed);
    for (World* world : {&parent, &never_forked, &never_forked_either})
      live(*world, seed, 20);

    World fork = parent.fork();
    ASSERT_EQ(fork.digest(), parent.digest());
    // Turn by turn, so that each writes while the other still shares.
    Random first = draws(1000 + seed);
    Random second = draws(2000 + seed);
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t of_fork = fork.digest();
      live(first, parent);
      ASSERT_EQ(fork.digest(), of_fork);
      const std::uint64_t of_parent = parent.digest();
      live(second, fork);
      ASSERT_EQ(parent.digest(), of_parent);
    }
    live(never_forked, 1000 + seed, 20);
    live(never_forked_either, 2000 + seed, 20);
    ASSERT_EQ(parent.digest(), never_forked.digest());
    ASSERT_EQ(fork.digest(), never_forked_either.digest());
    ASSERT_EQ(fork.events().size(), never_forked_either.events().size());
  }
}

TEST(Fork, ContinuesAlikeToTheByte) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World parent = random_world(seed);
    live(parent, seed, 15);
    // The parent's own journal has a past; two forks have none.
    World fork = parent.fork();
    World twin = parent.fork();
    live(fork, seed + 7, 25);
    live(twin, seed + 7, 25);
    live(parent, seed + 7, 25);
    ASSERT_EQ(fork.journal().digest(), twin.journal().digest());
    ASSERT_EQ(fork.digest(), parent.digest());
    const Journal whole = parent.journal();
    const Journal tail = fork.journal();
    ASSERT_GE(whole.size(), tail.size());
    for (std::size_t i = 0; i < tail.size(); ++i) {
      const JournalEntry& of_parent = whole[whole.size() - tail.size() + i];
      ASSERT_EQ(tail[i].target(), of_parent.target());
      // Headers and bodies: a fork answers as its parent does, request ids included.
      ASSERT_EQ(tail[i].response_headers(), of_parent.response_headers());
      ASSERT_EQ(tail[i].response_body(), of_parent.response_body());
    }
  }
}

TEST(Fork, FiftyForksOfALargeWorldLeaveItAlone) {
  Random random = draws(5);
  Scenario scenario;
  scenario.now = kStartInstant;
  for (std::size_t i = 0; i < 2000; ++i)
    scenario.accounts.push_back(random_living_account(random, i, false, false));
  World parent{scenario};
  const std::uint64_t digest = parent.digest();
  const std::size_t pending = parent.clock().pending();
  std::vector<World> forks;
  for (std::uint64_t i = 0; i < 50; ++i) {
    forks.push_back(i % 2 == 0 ? parent.fork() : forks.back().fork());
    live(forks.back(), i, 10);
  }
  EXPECT_EQ(parent.digest(), digest);
  EXPECT_EQ(parent.clock().pending(), pending);
}

/// The engine's own states, without a world around them.
TEST(Fork, CopiesOfAStateAreIndependent) {
  Settings settings;
  settings.now = kStartInstant;
  State original(settings);
  load(original, {.id = kId});
  State copy = original;
  const std::uint64_t digest = original.digest();
  load(copy, {.id = "fca_2"});
  EXPECT_EQ(original.size(), 1u);
  EXPECT_FALSE(original.find("fca_2"));
  EXPECT_EQ(original.digest(), digest);
  load(original, {.id = "fca_3"});
  EXPECT_FALSE(copy.find("fca_3"));
  const State third = copy;
  copy = original;
  EXPECT_EQ(copy.digest(), original.digest());
  EXPECT_TRUE(third.find("fca_2"));
}

}  // namespace
}  // namespace fauxbank::testing
