// Worlds, forks and states that different threads use at once share nothing that either can see.

#include <gtest/gtest.h>

#include "threads/recorded.hpp"

namespace fauxbank::testing {
namespace {

constexpr std::size_t kLives = 6;

Scenario scenario() {
  Scenario scenario;
  scenario.seed = 99;
  for (int i = 0; i < 40; ++i) {
    AccountSpec spec;
    spec.id = "fca_" + std::to_string(i);
    spec.session = "fcsess_" + std::to_string(i % 3);
    spec.display_name =
        "an account with a name that is long enough to be shared " + std::to_string(i % 5);
    scenario.accounts.push_back(spec);
  }
  return scenario;
}

/// A life that a seed decides.
void live(World& world, std::uint64_t seed) {
  Random random(seed, RandomStream::test);
  for (int i = 0; i < 150; ++i) {
    const std::string id = "fca_" + std::to_string(random.below(40));
    switch (random.below(8)) {
      case 0:
        world.clock().advance(Milliseconds{random.between(0, 20'000'000)});
        break;
      case 1:
        list(world, "limit=5&starting_after=" + id);
        break;
      case 2:
        act(world, id, "subscribe", "features[]=transactions");
        break;
      case 3:
        act(world, id, "unsubscribe", "features[]=transactions");
        break;
      case 4:
        world.link({.session = "fcsess_1"});
        break;
      case 5:
        act(world, id, random.chance(0.2) ? "disconnect" : "refresh", {});
        break;
      default:
        act(world, id, "refresh",
            "features[]=balance&features[]=transactions&features[]=ownership");
    }
  }
}

struct Digests {
  std::uint64_t world = 0;
  std::uint64_t journal = 0;
  friend bool operator==(const Digests&, const Digests&) = default;
};

Digests digests_of(const World& world) { return {world.digest(), world.journal().digest()}; }

Digests alone(std::uint64_t seed) {
  World world{scenario()};
  live(world, seed);
  return digests_of(world);
}

TEST(Independent, WorldsOfTwoThreadsLiveAsIfAlone) {
  const Digests first = alone(1);
  const Digests second = alone(2);
  ASSERT_NE(first, second);
  Digests together[2];
  run_together(2, [&](std::size_t thread) { together[thread] = alone(thread + 1); });
  EXPECT_EQ(together[0], first);
  EXPECT_EQ(together[1], second);
}

TEST(Independent, ForksOfOneWorldLiveAsIfAlone) {
  World parent{scenario()};
  live(parent, 7);
  const std::uint64_t untouched = parent.digest();
  std::vector<Digests> expected(kLives);
  for (std::size_t i = 0; i < kLives; ++i) {
    World fork = parent.fork();
    live(fork, i);
    expected[i] = digests_of(fork);
  }
  std::vector<Digests> together(kLives);
  run_together(kLives, [&](std::size_t thread) {
    World fork = parent.fork();
    live(fork, thread);
    together[thread] = digests_of(fork);
  });
  EXPECT_EQ(together, expected);
  EXPECT_EQ(parent.digest(), untouched);
}

TEST(Independent, AForkIsWholeWhileItsParentLivesOn) {
  World parent{scenario()};
  run_together(kLives, [&](std::size_t thread) {
    if (thread == 0) return live(parent, 3);
    for (int i = 0; i < 8; ++i) {
      World fork = parent.fork();
      const std::uint64_t digest = fork.digest();
      EXPECT_EQ(fork.state().digest(), digest);
      live(fork, static_cast<std::uint64_t>(i));
      EXPECT_NE(fork.digest(), digest);
    }
  });
  EXPECT_EQ(parent.digest(), alone(3).world);
}

/// Steps of the engine without a world.
std::uint64_t wander(State state, std::uint64_t seed) {
  Random random(seed, RandomStream::test);
  for (int i = 0; i < 200; ++i) {
    const std::string id = "fca_" + std::to_string(random.below(40));
    Command command;
    command.operation = static_cast<Operation>(random.below(6));
    command.account = id;
    command.features = {Feature::transactions};
    static_cast<void>(step(state, command));
    if (random.chance(0.2)) {
      const AccountSpec spec;
      load(state, spec);
    }
    const Instant later = state.now() + Milliseconds{random.between(0, 4000)};
    while (run_due(state, later)) {
    }
  }
  return state.digest();
}

TEST(Independent, CopiesOfOneStateWanderAsIfAlone) {
  const World world{scenario()};
  const State origin = world.state();
  const std::uint64_t untouched = origin.digest();
  std::vector<std::uint64_t> expected(kLives);
  for (std::size_t i = 0; i < kLives; ++i)
    expected[i] = wander(origin, i);
  std::vector<State> copies(kLives, origin);
  std::vector<std::uint64_t> together(kLives);
  run_together(kLives, [&](std::size_t thread) {
    together[thread] = wander(std::move(copies[thread]), thread);
  });
  EXPECT_EQ(together, expected);
  EXPECT_EQ(origin.digest(), untouched);
}

TEST(Independent, AnAccountThatWasTakenIsReadWhileTheWorldMovesOn) {
  World world{scenario()};
  const Account taken = world.account("fca_1");
  const Journal journal = world.journal();
  run_together(kLives, [&](std::size_t thread) {
    if (thread == 0) return live(world, 11);
    for (int i = 0; i < 200; ++i) {
      const Account copy = taken;
      EXPECT_EQ(copy.status(), Status::active);
      EXPECT_EQ(copy.refresh(Feature::balance), nullptr);
      const Journal now = world.journal();
      for (const JournalEntry& entry : now)
        EXPECT_GT(entry.number, 0u);
    }
  });
  EXPECT_TRUE(journal.empty());
}

}  // namespace
}  // namespace fauxbank::testing
