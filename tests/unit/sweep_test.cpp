#include <fauxbank/sweep.hpp>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

#include "support/paths.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using testing::kAccounts;

const std::string kSwept = kAccounts + "/fca_1";

World one_swept() { return World{{.accounts = {{.id = "fca_1"}}}}; }

bool sent(World& world, const Request& request) {
  const auto answer = world.transport().send(request);
  return answer && answer->status == 200;
}

/// Lists, then refreshes, each until it works.
void stubborn(World& world) {
  for (const Request& request :
       {Request::get(kAccounts), Request::post(kSwept + "/refresh", "features[]=balance")}) {
    for (int attempt = 0; attempt < 3 && !sent(world, request); ++attempt) {
    }
  }
}

bool refreshed(const World& world) {
  return world.account("fca_1").refresh(Feature::balance) != nullptr;
}

void nothing(World&) {}

TEST(SweepFaults, AreAllKindsInAllTheirPhases) {
  std::set<std::pair<FaultKind, FaultPhase>> pairs;
  World world = one_swept();
  for (FaultPlan plan : sweep_faults()) {
    pairs.insert({plan.kind.value, plan.effective_phase()});
    EXPECT_NO_THROW(world.faults().add(std::move(plan)));
  }
  std::size_t expected = 0;
  for (std::size_t i = 0; i < EnumNames<FaultKind>::values.size(); ++i)
    expected += phases_of(static_cast<FaultKind>(i)).size();
  EXPECT_EQ(pairs.size(), expected);
}

TEST(Sweeps, RunEveryFaultAtEveryCall) {
  int runs = 0;
  const auto body = [&](World& world) {
    ++runs;
    stubborn(world);
  };
  const SweepGrid grid = sweep(one_swept, body, refreshed);
  EXPECT_TRUE(grid.ok()) << to_string(grid);
  ASSERT_EQ(grid.calls.size(), 2u);
  EXPECT_EQ(to_string(grid.calls[0]), "list");
  EXPECT_EQ(to_string(grid.calls[1]), "refresh of fca_1");
  // lock_timeout is not for reads.
  EXPECT_EQ(grid.cells.size(), 2 * sweep_faults().size() - 1);
  EXPECT_EQ(runs, static_cast<int>(grid.cells.size()) + 1);
}

TEST(Sweeps, StrikeTheCallThatTheySay) {
  std::vector<std::string> faults;
  const auto invariants = [&](World& world) {
    std::string text;
    for (const JournalEntry& entry : world.journal())
      text += std::string(entry.fault_text().empty() ? "." : to_string(*entry.operation));
    faults.push_back(text);
  };
  const SweepGrid grid =
      sweep(one_swept, stubborn, invariants, {.faults = {{.kind = FaultKind::timeout}}});
  EXPECT_TRUE(grid.ok());
  EXPECT_THAT(faults, ElementsAre("..", "list..", ".refresh."));
}

TEST(Sweeps, TellBrokenFromGivingUp) {
  const auto once = [](World& world) {
    return sent(world, Request::post(kSwept + "/refresh", "features[]=balance"));
  };
  const SweepGrid grid = sweep(one_swept, once, refreshed);
  const auto verdict_of = [&](const std::string& fault) {
    for (const SweepCell& cell : grid.cells) {
      if (cell.token == "FAUXBANK_REPLAY=1.refresh." + fault) return cell.verdict;
    }
    return SweepVerdict::hung;
  };
  EXPECT_EQ(verdict_of("timeout.before"), SweepVerdict::broken) << "it was not applied";
  EXPECT_EQ(verdict_of("timeout.after"), SweepVerdict::gave_up);
  EXPECT_EQ(verdict_of("delay.after"), SweepVerdict::ok);
  EXPECT_EQ(verdict_of("slow_body.during"), SweepVerdict::ok);
  EXPECT_FALSE(grid.ok());
}

TEST(Sweeps, MayTakeGivingUpForGood) {
  const auto once = [](World& world) { return sent(world, Request::get(kAccounts)); };
  EXPECT_FALSE(sweep(one_swept, once, nothing).ok());
  const SweepGrid grid = sweep(one_swept, once, nothing, {.may_give_up = true});
  EXPECT_TRUE(grid.ok());
  EXPECT_THAT(to_string(grid), HasSubstr("G"));
}

TEST(Sweeps, TakeATextAndWhatIsThrownForAReason) {
  const SweepOptions one_fault{.faults = {{.kind = FaultKind::timeout}}};
  const auto says = [](World& world) -> std::string {
    return sent(world, Request::get(kAccounts)) ? "" : "no\nlist";
  };
  EXPECT_EQ(sweep(one_swept, says, nothing, one_fault).bad().front().reason, "no list");
  const auto throws = [](World& world) {
    if (!sent(world, Request::get(kAccounts))) throw std::runtime_error("lost");
  };
  const SweepCell cell = sweep(one_swept, throws, nothing, one_fault).bad().front();
  EXPECT_EQ(cell.verdict, SweepVerdict::gave_up);
  EXPECT_EQ(cell.reason, "threw: lost");
}

TEST(Sweeps, StopWhereTheRunWithoutFaultsIsNotAsItShouldBe) {
  const SweepGrid broken = sweep(one_swept, nothing, refreshed);
  EXPECT_FALSE(broken.ok());
  EXPECT_THAT(broken.cells, IsEmpty());
  EXPECT_THAT(to_string(broken), HasSubstr("without faults: broken: returned false"));
  const auto gives_up = [](World&) { return "no idea"; };
  EXPECT_EQ(sweep(one_swept, gives_up, nothing).clean, "gave_up: no idea");
}

// ---- bodies that never end ----------------------------------------------------------------------

World world_with(Completion completes) {
  return World{{.accounts = {{.id = "fca_1", .refresh = {.balance = {{.completes = completes}}}}}}};
}

/// Refreshes, then looks until it is done.
void patient(World& world) {
  (void)sent(world, Request::post(kSwept + "/refresh", "features[]=balance"));
  for (;;) {
    const auto answer = world.transport().send(Request::get(kSwept));
    if (answer && answer->body.find("\"succeeded\"") != std::string::npos) return;
    world.clock().sleep_for(1s);
  }
}

TEST(Sweeps, CutOffABodyThatNeverEndsAndSayWhy) {
  const auto clean = [&](Completion completes) {
    return sweep([&] { return world_with(completes); }, patient, nothing, {.steps = 1000}).clean;
  };
  EXPECT_EQ(clean(Completion::manually()),
            "hung: waits for balance_refresh of fca_1, whose plan is manual: nothing will ever "
            "complete it");
  EXPECT_EQ(clean(Completion::never()),
            "hung: waits for balance_refresh of fca_1, whose plan is never: nothing will ever "
            "complete it");
  EXPECT_EQ(clean(Completion::after(5s)), "");
}

TEST(Sweeps, ShowWhichFaultABodyNeverGetsOver) {
  const SweepGrid grid = sweep([] { return world_with(Completion::after(5s)); }, patient, nothing);
  for (const SweepCell& cell : grid.cells) {
    const FaultPlan& fault = grid.faults[cell.fault];
    const bool lost = cell.call == 0 && fault.effective_phase() == FaultPhase::before &&
                      fault.kind.value != FaultKind::delay;
    EXPECT_EQ(cell.verdict, lost ? SweepVerdict::hung : SweepVerdict::ok) << to_string(cell);
    if (lost) {
      EXPECT_THAT(cell.reason, HasSubstr("nothing is due any more"));
    }
  }
}

TEST(Sweeps, CutOffABodyThatSwallowsWhatIsThrownOrOnlyLooksAtTheClock) {
  const auto swallows = [](World& world) {
    for (int i = 0; i < 1000; ++i) {
      try {
        world.clock().advance(1s);
      } catch (...) {
      }
    }
  };
  EXPECT_THAT(sweep(one_swept, swallows, nothing, {.steps = 100}).clean, StartsWith("hung: "));
  const auto looks = [](World& world) {
    const Instant end = world.clock().now() + 5s;
    while (world.clock().now() < end) {
    }
  };
  EXPECT_THAT(sweep(one_swept, looks, nothing, {.steps = 100}).clean, StartsWith("hung: "));
  const auto calls = [](World& world) {
    while (world.accounts().retrieve("fca_1")) {
    }
  };
  EXPECT_THAT(sweep(one_swept, calls, nothing, {.steps = 100}).clean,
              StartsWith("hung: no end after 101 steps"));
}

TEST(Sweeps, NameARefreshAsTheReasonOnlyWhereTheBodyLooksAtIt) {
  const auto two = [] {
    World world{{.accounts = {{.id = "fca_1"},
                              {.id = "fca_2",
                               .refresh = {.balance = {{.completes = Completion::never()}}}}}}};
    (void)world.send(
        Request::post(std::string(kAccounts) + "/fca_2/refresh", "features[]=balance"));
    return world;
  };
  const auto clean = [&](const std::string& target) {
    const auto forever = [&](World& world) {
      while (sent(world, Request::get(target))) {
      }
    };
    return sweep(two, forever, nothing, {.steps = 100}).clean;
  };
  const std::string waits =
      "waits for balance_refresh of fca_2, whose plan is never: nothing will ever complete it";
  EXPECT_EQ(clean(kAccounts), "hung: " + waits);
  EXPECT_THAT(clean(kSwept), AllOf(StartsWith("hung: no end after 101 steps"),
                                   EndsWith("; it may be that it " + waits)));
}

// ---- faults that never strike -------------------------------------------------------------------

const SweepOptions kTimeouts{.faults = {{.kind = FaultKind::timeout}}};

TEST(Sweeps, StrikeWhateverTheGivenPlanHasSeenAndWhenever) {
  World source = one_swept();
  source.faults().on(Operation::refresh).times(1).during({.from = 10s, .to = 20s}).timeout();
  FaultPlan used = source.faults().report().front().plan;
  used.seen = 7;
  used.fired = 1;
  const auto once = [](World& world) { return sent(world, Request::get(kAccounts)); };
  const SweepGrid grid = sweep(one_swept, once, nothing, {.faults = {used}});
  ASSERT_EQ(grid.cells.size(), 1u);
  EXPECT_EQ(grid.cells[0].verdict, SweepVerdict::gave_up);
}

TEST(Sweeps, AreMissedByABodyThatDoesNotDoTheSameEveryTime) {
  int runs = 0;
  const auto body = [&](World& world) {
    const int calls = runs++ == 0 ? 2 : 1;
    for (int i = 0; i < calls; ++i)
      (void)sent(world, Request::get(kAccounts));
  };
  const SweepGrid grid = sweep(one_swept, body, nothing, kTimeouts);
  EXPECT_FALSE(grid.ok());
  ASSERT_EQ(grid.bad().size(), 1u);
  EXPECT_EQ(
      to_string(grid.bad()[0]),
      "FAUXBANK_REPLAY=2.list.timeout.before  missed: the body made 1 call this time, so that "
      "the fault did not strike: it has to do the same every time");
  EXPECT_THAT(to_string(grid), HasSubstr("timeout before            .M\n"));
}

TEST(Sweeps, AreMissedWhereTheBodyClearsTheFault) {
  const auto clears_first = [](World& world) {
    world.faults().clear();
    (void)sent(world, Request::get(kAccounts));
  };
  const SweepGrid missed = sweep(one_swept, clears_first, nothing, kTimeouts);
  ASSERT_EQ(missed.bad().size(), 1u);
  EXPECT_EQ(missed.bad()[0].reason, "the body cleared the fault before it struck");
  const auto clears_last = [](World& world) {
    (void)sent(world, Request::get(kAccounts));
    world.faults().clear();
  };
  EXPECT_TRUE(sweep(one_swept, clears_last, nothing, kTimeouts).ok());
}

TEST(Sweeps, AreMissedWhereAPlanOfTheWorldStrikesInstead) {
  const auto faulty = [] {
    World world = one_swept();
    world.faults().on(Operation::list).during({.from = 10s, .to = 20s}).timeout();
    return world;
  };
  int runs = 0;
  const auto body = [&](World& world) {
    if (runs++ != 0) world.clock().advance(10s);
    (void)sent(world, Request::get(kAccounts));
  };
  const SweepGrid grid = sweep(faulty, body, nothing, kTimeouts);
  ASSERT_EQ(grid.bad().size(), 1u);
  EXPECT_EQ(grid.bad()[0].reason, "another fault plan struck call 1");
}

// ---- shards and tokens --------------------------------------------------------------------------

TEST(Sweeps, AreSplitIntoShardsWithoutGapsOrOverlaps) {
  const auto tokens = [](SweepShard shard) {
    std::vector<std::string> found;
    for (const SweepCell& cell : sweep(one_swept, stubborn, nothing, {.shard = shard}).cells)
      found.push_back(cell.token);
    return found;
  };
  std::multiset<std::string> together;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto share = tokens({i, 3});
    EXPECT_GE(share.size(), 13u);
    together.insert(share.begin(), share.end());
  }
  const auto whole = tokens({});
  EXPECT_EQ(together, std::multiset<std::string>(whole.begin(), whole.end()));
  EXPECT_EQ(std::set<std::string>(whole.begin(), whole.end()).size(), whole.size());
  EXPECT_THROW((void)sweep(one_swept, stubborn, nothing, {.shard = {3, 3}}), Misuse);
}

TEST(Sweeps, ReplayOneCellAndShowWhatHappened) {
  const auto once = [](World& world) {
    return sent(world, Request::post(kSwept + "/refresh", "features[]=balance"));
  };
  for (const SweepCell& bad : sweep(one_swept, once, refreshed).bad()) {
    const SweepGrid again = sweep(one_swept, once, refreshed, {.replay = bad.token});
    ASSERT_EQ(again.cells.size(), 1u);
    const SweepCell& cell = again.cells.front();
    EXPECT_EQ(cell.verdict, bad.verdict);
    EXPECT_EQ(cell.reason, bad.reason);
    EXPECT_THAT(cell.journal,
                HasSubstr("fault " + std::string(to_string(again.faults[cell.fault].kind.value))));
    EXPECT_THAT(to_string(again), HasSubstr(cell.journal));
  }
}

TEST(Sweeps, RefuseATokenThatIsNone) {
  const auto text_of = [](const std::string& token) {
    try {
      (void)sweep(one_swept, stubborn, nothing, {.replay = token});
    } catch (const Misuse& misuse) {
      return std::string(misuse.what());
    }
    return std::string();
  };
  EXPECT_EQ(text_of("2.refresh.answer_lost.after"), "");
  EXPECT_EQ(text_of("2.refresh.anser_lost.after"),
            "sweep: no cell has the token '2.refresh.anser_lost.after' among 2 calls; nearest is "
            "'2.refresh.answer_lost.after'");
  EXPECT_THAT(text_of("3.refresh.answer_lost.after"), HasSubstr("among 2 calls"));
}

TEST(Sweeps, TellFaultsOfOneKindApart) {
  const SweepOptions options{.faults = {{.kind = FaultKind::http, .status = 500},
                                        {.kind = FaultKind::http, .status = 418}}};
  const auto statuses = [](World& world) {
    return std::to_string(world.transport().send(Request::get(kAccounts))->status) == "200";
  };
  const SweepGrid grid = sweep(one_swept, statuses, nothing, options);
  ASSERT_EQ(grid.cells.size(), 2u);
  EXPECT_THAT(grid.cells[0].token, EndsWith("1.list.http.before"));
  EXPECT_THAT(grid.cells[1].token, EndsWith("1.list.http.before-2"));
}

TEST(Sweeps, LeaveCallsAloneThatAPlanOfTheWorldStrikes) {
  const auto faulty = [] {
    World world = one_swept();
    world.faults().on(Operation::list).nth(1).timeout();
    return world;
  };
  const SweepGrid grid = sweep(faulty, stubborn, refreshed);
  EXPECT_EQ(grid.calls.size(), 3u);
  EXPECT_THAT(grid.cells, Each(Field(&SweepCell::call, Not(0u))));
  EXPECT_TRUE(grid.ok()) << to_string(grid);
}

TEST(Sweeps, AreTheSameEveryTime) {
  const auto once = [] { return to_string(sweep(one_swept, stubborn, refreshed)); };
  EXPECT_EQ(once(), once());
}

// ---- as text ------------------------------------------------------------------------------------

TEST(SweepGrids, AreReadable) {
  const auto once = [](World& world) {
    return sent(world, Request::get(kAccounts)) &&
           sent(world, Request::post(kSwept + "/refresh", "features[]=balance"));
  };
  const SweepOptions options{.faults = {{.kind = FaultKind::timeout},
                                        {.kind = FaultKind::lock_timeout},
                                        {.kind = FaultKind::answer_lost}}};
  EXPECT_EQ(to_string(sweep(one_swept, once, refreshed, options)),
            "sweep: 2 calls, 5 cells, 5 bad\n"
            "  . ok   B broken invariant   G gave up   H hung   M missed   (blank) not tried\n"
            "call                      1\n"
            "timeout before            BB\n"
            "lock_timeout before        B\n"
            "answer_lost after         BG\n"
            "1 list, 2 refresh of fca_1\n"
            "FAUXBANK_REPLAY=1.list.timeout.before  broken: returned false\n"
            "FAUXBANK_REPLAY=1.list.answer_lost.after  broken: returned false\n"
            "FAUXBANK_REPLAY=2.refresh.timeout.before  broken: returned false\n"
            "FAUXBANK_REPLAY=2.refresh.lock_timeout.before  broken: returned false\n"
            "FAUXBANK_REPLAY=2.refresh.answer_lost.after  gave_up: returned false\n");
}

TEST(SweepGrids, WrapWhatIsWide) {
  const auto many = [](World& world) {
    for (int i = 0; i < 72; ++i)
      (void)sent(world, Request::get(kAccounts));
  };
  const std::string text =
      to_string(sweep(one_swept, many, nothing, {.faults = {{.kind = FaultKind::timeout}}}));
  EXPECT_THAT(text, HasSubstr("call                      1   5    10   15"));
  EXPECT_THAT(text, HasSubstr("call                      71\ntimeout before            ..\n"));
}

TEST(SweepGrids, PrintTheirParts) {
  EXPECT_EQ(to_string(SweepShard{1, 4}), "shard 1 of 4");
  EXPECT_EQ(to_string(SweepOptions{.replay = "1.list.timeout.before", .may_give_up = true}),
            "all faults, shard 0 of 1, may give up, replay of 1.list.timeout.before");
}

}  // namespace
}  // namespace fauxbank
