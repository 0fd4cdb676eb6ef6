// Which plan strikes, how often, and how a world accounts for it.

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/detail/fault_engine.hpp>
#include <fauxbank/fauxbank.hpp>

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kAccounts = "/v1/financial_connections/accounts";

Request list() { return Request::get(kAccounts); }
Request retrieve(const std::string& id) { return Request::get(std::string(kAccounts) + "/" + id); }

bool fails(World& world, const Request& request) { return !world.transport().send(request); }

// ---- chance -------------------------------------------------------------------------------------

/// Asked of the engine alone, because a million requests take their time in an unoptimised build.
std::uint64_t fired_in(double rate, std::uint64_t calls, std::uint64_t seed) {
  std::vector<FaultPlan> plans = {{.operation = Operation::retrieve,
                                   .trigger = FaultTrigger::rate(rate),
                                   .kind = FaultKind::connection_reset}};
  const RequestTarget target{Operation::retrieve, "fca_1"};
  for (std::uint64_t i = 0; i < calls; ++i)
    detail::strike(plans, target, Instant{}, seed);
  EXPECT_EQ(plans.front().seen, calls);
  return plans.front().fired;
}

TEST(FaultRate, ZeroNeverFiresAndOneAlwaysDoes) {
  EXPECT_EQ(fired_in(0, 1'000'000, 1), 0u);
  EXPECT_EQ(fired_in(1, 1'000'000, 1), 1'000'000u);
}

TEST(FaultRate, RealisedRatesLieWithinFiveSigma) {
  constexpr double kCalls = 100'000;
  for (const double rate : {0.01, 0.1, 0.5}) {
    const double expected = kCalls * rate;
    const double sigma = std::sqrt(kCalls * rate * (1 - rate));
    const auto fired = static_cast<double>(fired_in(rate, static_cast<std::uint64_t>(kCalls), 7));
    EXPECT_LT(std::abs(fired - expected), 5 * sigma) << rate << ": " << fired;
  }
}

TEST(FaultRate, TheSeedDecidesAndNoPlanShiftsAnother) {
  const auto pattern = [](std::uint64_t seed, bool another) {
    World world({.seed = seed, .accounts = {{.id = "fca_1"}}});
    world.faults().on(Operation::retrieve).rate(0.5).connection_reset();
    if (another) world.faults().on(Operation::list).rate(0.5).timeout();
    std::string text;
    for (int i = 0; i < 64; ++i) {
      (void)world.transport().send(list());
      text += fails(world, retrieve("fca_1")) ? 'x' : '.';
    }
    return text;
  };
  EXPECT_EQ(pattern(7, false), pattern(7, false));
  EXPECT_EQ(pattern(7, false), pattern(7, true));
  EXPECT_NE(pattern(7, false), pattern(8, false));
}

TEST(FaultRate, APlanThatNeverFiresChangesNeitherJournalNorIds) {
  const auto journal = [](bool planned) {
    World world({.accounts = {{.id = "fca_1"}}});
    if (planned) world.faults().on_any().rate(0).connection_reset();
    (void)world.transport().send(list());
    (void)world.transport().send(
        Request::post(std::string(kAccounts) + "/fca_1/refresh", "features[]=transactions"));
    world.clock().advance(10s);
    (void)world.transport().send(retrieve("fca_1"));
    return to_string(world.journal()) + std::to_string(world.journal().digest()) +
           std::to_string(world.state().digest());
  };
  EXPECT_EQ(journal(false), journal(true));
}

// ---- which plan ---------------------------------------------------------------------------------

TEST(FaultPlans, TheFirstThatFiresCountsAndAllCount) {
  World world({.accounts = {{.id = "fca_1"}}});
  world.faults().on(Operation::list).nth(2).timeout();
  world.faults().on_any().nth(2, 3).connection_reset();
  EXPECT_FALSE(fails(world, list()));
  EXPECT_EQ(world.transport().send(list()).error(), transport_errc::timed_out);
  EXPECT_EQ(world.transport().send(list()).error(), transport_errc::connection_reset);
  const auto report = world.faults().report();
  EXPECT_EQ(report[0].plan.seen, 3u);
  EXPECT_EQ(report[0].plan.fired, 1u);
  EXPECT_EQ(report[1].plan.seen, 3u);
  EXPECT_EQ(report[1].plan.fired, 1u);
}

TEST(FaultPlans, AccountTimesAndWindowNarrow) {
  World world({.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}});
  world.faults().on(Operation::retrieve).account("fca_1").times(1).timeout();
  EXPECT_FALSE(fails(world, retrieve("fca_2")));
  EXPECT_TRUE(fails(world, retrieve("fca_1")));
  EXPECT_FALSE(fails(world, retrieve("fca_1")));

  world.faults().clear();
  world.faults().on(Operation::list).during({.from = 10s, .to = 20s}).timeout();
  EXPECT_FALSE(fails(world, list()));
  world.clock().advance(10s);
  EXPECT_TRUE(fails(world, list()));
  world.clock().advance(10s);
  EXPECT_FALSE(fails(world, list()));
}

TEST(FaultPlans, RequestsWithoutRouteOrKeyAreNotCounted) {
  World world({.accounts = {{.id = "fca_1"}}});
  world.faults().on_any().nth(1).timeout();
  EXPECT_EQ(world.transport().send(Request::get("/v1/nothing"))->status, 404);
  Request without_key{Method::get, kAccounts, {}, {}};
  EXPECT_EQ(world.transport().send(without_key)->status, 401);
  EXPECT_EQ(world.faults().report().front().plan.seen, 0u);
  EXPECT_TRUE(fails(world, list()));
}

TEST(FaultPlans, TheWorldItselfAndTheTypedFaceHaveNone) {
  World world({.accounts = {{.id = "fca_1"}}});
  world.faults().on_any().timeout();
  EXPECT_EQ(world.send(list()).status, 200);
  EXPECT_TRUE(world.accounts().retrieve("fca_1"));
  EXPECT_EQ(world.faults().report().front().plan.seen, 0u);
}

TEST(FaultPlans, OnesThatCannotBeAreRefusedWithTheirPlace) {
  World world;
  const auto text_of = [](const auto& declare) {
    try {
      declare();
    } catch (const Misuse& misuse) {
      return std::string(misuse.what());
    }
    return std::string();
  };
  const std::string text =
      text_of([&] { world.faults().on(Operation::list).phase(FaultPhase::before).answer_lost(); });
  EXPECT_THAT(text, HasSubstr("plans_test.cpp:"));
  EXPECT_THAT(text, HasSubstr("the kind 'answer_lost' has no phase 'before'; it has 'after'"));
  EXPECT_THAT(text_of([&] { world.faults().on_any().rate(1.5).timeout(); }),
              HasSubstr("a rate lies between 0 and 1"));
  EXPECT_THAT(text_of([&] { world.faults().on_any().nth(0).timeout(); }),
              HasSubstr("requests are counted from 1"));
  EXPECT_THAT(world.faults().report(), IsEmpty());
}

// ---- accounting ---------------------------------------------------------------------------------

TEST(FaultAccounting, AnUnusedPlanIsReportedWithItsPlace) {
  World world({.accounts = {{.id = "fca_1"}}});
  world.faults().on(Operation::retrieve).timeout();
  world.faults().on(Operation::list).nth(3).answer_lost();
  (void)world.transport().send(retrieve("fca_1"));
  (void)world.transport().send(list());
  const auto left = world.leftovers();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].kind, LeftoverKind::unused_fault);
  EXPECT_THAT(left[0].text, HasSubstr("answer_lost after list, request 3"));
  EXPECT_THAT(left[0].text, HasSubstr("plans_test.cpp:"));
}

TEST(FaultAccounting, ChanceThatWasNotWithIsNoLeftover) {
  World world({.accounts = {{.id = "fca_1"}}});
  world.faults().on(Operation::list).rate(0).timeout();
  EXPECT_EQ(world.leftovers().size(), 1u);  // nobody has listed yet
  (void)world.transport().send(list());
  EXPECT_THAT(world.leftovers(), IsEmpty());
}

TEST(FaultAccounting, ForksAndExportsContinueAlike) {
  World world({.seed = 3, .accounts = {{.id = "fca_1"}}});
  world.faults().on(Operation::list).rate(0.5).timeout();
  world.faults().on(Operation::retrieve).nth(2).connection_reset();
  for (int i = 0; i < 5; ++i)
    (void)world.transport().send(list());
  (void)world.transport().send(retrieve("fca_1"));

  World fork = world.fork();
  World loaded;
  loaded.load(world.to_json());
  EXPECT_EQ(loaded.digest(), world.digest());
  const auto rest = [](World& w) {
    std::string text;
    for (int i = 0; i < 32; ++i)
      text += fails(w, list()) ? 'x' : '.';
    return text + (fails(w, retrieve("fca_1")) ? 'x' : '.');
  };
  const std::string expected = rest(world);
  EXPECT_EQ(rest(fork), expected);
  EXPECT_EQ(rest(loaded), expected);
  EXPECT_EQ(expected.back(), 'x');
}

TEST(FaultAccounting, AScenarioFileBringsFaultsThatFire) {
  World world;
  world.load(R"({"fauxbank": 1, "name": "lost", "accounts": [{"id": "fca_1"}],
    "faults": [{"operation": "retrieve", "account": "fca_1", "nth": 1, "kind": "answer_lost"}]})");
  EXPECT_EQ(world.transport().send(retrieve("fca_1")).error(), transport_errc::connection_reset);
  EXPECT_FALSE(fails(world, retrieve("fca_1")));
  EXPECT_EQ(world.faults().report().front().place, "lost");
}

}  // namespace
}  // namespace fauxbank
