#include <fauxbank/fault.hpp>

#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> complaints(const FaultPlan& plan) {
  std::vector<std::string> texts;
  for (const Diagnostic& found : check({.accounts = {{.id = "fca_a"}}, .faults = {plan}}))
    texts.push_back(to_string(found));
  return texts;
}

std::vector<FaultKind> all_kinds() {
  std::vector<FaultKind> kinds;
  for (std::size_t i = 0; i < EnumNames<FaultKind>::values.size(); ++i)
    kinds.push_back(static_cast<FaultKind>(i));
  return kinds;
}

/// A plan of that kind with nothing but what it needs.
FaultPlan plain(FaultKind kind) {
  FaultPlan plan{.kind = kind};
  if (kind == FaultKind::http) plan.status = 503;
  if (kind == FaultKind::delay) plan.delay = 1s;
  if (kind == FaultKind::slow_body) plan.bytes_per_second = 10;
  return plan;
}

static_assert(!std::is_default_constructible_v<FaultPlan>, "the kind is required");

TEST(FaultPlans, StrikeEveryRequestWithoutATrigger) {
  const FaultPlan plan{.kind = FaultKind::timeout};
  EXPECT_EQ(plan.trigger.kind, FaultTrigger::Kind::always);
  EXPECT_EQ(plan.operation, std::nullopt);
  EXPECT_THAT(complaints(plan), IsEmpty());
}

TEST(FaultPlans, HaveTheFirstPhaseOfTheirKind) {
  const auto phase = [](FaultKind kind) { return plain(kind).effective_phase(); };
  EXPECT_EQ(phase(FaultKind::connection_refused), FaultPhase::before);
  EXPECT_EQ(phase(FaultKind::http), FaultPhase::before);
  EXPECT_EQ(phase(FaultKind::answer_lost), FaultPhase::after);
  EXPECT_EQ(phase(FaultKind::truncated_body), FaultPhase::during);
  EXPECT_EQ((FaultPlan{.kind = FaultKind::connection_reset, .at_byte = 120}).effective_phase(),
            FaultPhase::during);
}

TEST(FaultPlans, EachKindHasItsPhasesAndNoOther) {
  for (FaultKind kind : all_kinds()) {
    for (FaultPhase phase : FaultPhases::all()) {
      FaultPlan plan = plain(kind);
      plan.phase = phase;
      EXPECT_EQ(complaints(plan).empty(), phases_of(kind).contains(phase))
          << to_string(kind) << " " << to_string(phase);
    }
  }
  EXPECT_THAT(complaints({.phase = FaultPhase::before, .kind = FaultKind::answer_lost}),
              ElementsAre("the kind 'answer_lost' has no phase 'before'; it has 'after' "
                          "(/faults/0/phase)"));
}

TEST(FaultPlans, OfTheTableAreTheContractsOwn) {
  const FaultPhases before{FaultPhase::before};
  const FaultPhases after{FaultPhase::after};
  const FaultPhases during{FaultPhase::during};
  const FaultPhases both{FaultPhase::before, FaultPhase::after};
  for (FaultKind kind :
       {FaultKind::connection_refused, FaultKind::rate_limit, FaultKind::lock_timeout})
    EXPECT_EQ(phases_of(kind), before) << to_string(kind);
  for (FaultKind kind : {FaultKind::http, FaultKind::server_error, FaultKind::delay,
                         FaultKind::timeout, FaultKind::garbage})
    EXPECT_EQ(phases_of(kind), both) << to_string(kind);
  EXPECT_EQ(phases_of(FaultKind::connection_reset), FaultPhases::all());
  for (FaultKind kind :
       {FaultKind::answer_lost, FaultKind::empty_answer, FaultKind::malformed_body})
    EXPECT_EQ(phases_of(kind), after) << to_string(kind);
  for (FaultKind kind : {FaultKind::truncated_body, FaultKind::slow_body})
    EXPECT_EQ(phases_of(kind), during) << to_string(kind);
}

TEST(FaultPlans, ThatCanNeverFireAreRefused) {
  const auto with = [](FaultTrigger trigger) {
    return complaints({.trigger = std::move(trigger), .kind = FaultKind::timeout});
  };
  EXPECT_THAT(with(FaultTrigger::nth({})),
              ElementsAre("nth names no request: the plan can never fire (/faults/0/nth)"));
  EXPECT_THAT(with(FaultTrigger::nth({1, 0})),
              ElementsAre("requests are counted from 1 (/faults/0/nth)"));
  EXPECT_THAT(with(FaultTrigger::range(0)),
              ElementsAre("requests are counted from 1 (/faults/0/from)"));
  EXPECT_THAT(with(FaultTrigger::range(3, 2)),
              ElementsAre("'to' lies before 'from': the plan can never fire (/faults/0/to)"));
  EXPECT_THAT(with(FaultTrigger::every(0)), ElementsAre("every is at least 1 (/faults/0/every)"));
  EXPECT_THAT(with(FaultTrigger::rate(1.5)),
              ElementsAre("a rate lies between 0 and 1 (/faults/0/rate)"));
  EXPECT_THAT(with(FaultTrigger::rate(0)), IsEmpty());
  EXPECT_THAT(complaints({.times = 0, .kind = FaultKind::timeout}),
              ElementsAre("times is at least 1: the plan can never fire (/faults/0/times)"));
  EXPECT_THAT(complaints({.window = FaultWindow{1min, 30s}, .kind = FaultKind::timeout}),
              ElementsAre("the window is empty: the plan can never fire (/faults/0/while)"));
}

TEST(FaultPlans, NameTheNearestAccount) {
  EXPECT_THAT(complaints({.account = "fca_b", .kind = FaultKind::timeout}),
              ElementsAre("no such account: 'fca_b'; nearest is 'fca_a' (/faults/0/account)"));
  EXPECT_THAT(
      complaints({.operation = Operation::list, .account = "fca_a", .kind = FaultKind::timeout}),
      ElementsAre("the operation 'list' names no account: the plan can never fire "
                  "(/faults/0/account)"));
}

TEST(FaultPlans, TakeOnlyTheParametersOfTheirKind) {
  for (FaultKind kind : all_kinds()) {
    const auto fits = [&](const std::function<void(FaultPlan&)>& change) {
      FaultPlan plan = plain(kind);
      change(plan);
      return complaints(plan).empty();
    };
    const bool http = kind == FaultKind::http;
    EXPECT_EQ(fits([](FaultPlan& plan) { plan.status = 500; }), http);
    EXPECT_EQ(fits([](FaultPlan& plan) { plan.code = "x"; }), http);
    EXPECT_EQ(fits([](FaultPlan& plan) { plan.body = "x"; }), http);
    EXPECT_EQ(fits([](FaultPlan& plan) { plan.delay = 2s; }), kind == FaultKind::delay);
    EXPECT_EQ(fits([](FaultPlan& plan) { plan.delay_to = 3s; }), kind == FaultKind::delay);
    EXPECT_EQ(fits([](FaultPlan& plan) { plan.bytes_per_second = 2; }),
              kind == FaultKind::slow_body);
    EXPECT_EQ(fits([](FaultPlan& plan) { plan.at_byte = 2; }),
              phases_of(kind).contains(FaultPhase::during));
    EXPECT_EQ(fits([](FaultPlan& plan) {
                plan.headers = {{"Retry-After", "2"}};
              }),
              http || kind == FaultKind::rate_limit || kind == FaultKind::lock_timeout ||
                  kind == FaultKind::server_error);
  }
  EXPECT_THAT(complaints({.kind = FaultKind::http}),
              ElementsAre("the kind 'http' needs a status, 200 to 599 (/faults/0/status)"));
  EXPECT_THAT(complaints({.kind = FaultKind::delay}),
              ElementsAre("the kind 'delay' needs 'fixed' or 'uniform' (/faults/0)"));
  const auto endless = Milliseconds::max();
  EXPECT_THAT(complaints({.kind = FaultKind::delay, .delay = endless}),
              ElementsAre("a delay does not go beyond the year 9999 (/faults/0/fixed)"));
  EXPECT_THAT(complaints({.kind = FaultKind::delay, .delay_to = endless}),
              ElementsAre("a delay does not go beyond the year 9999 (/faults/0/uniform)"));
  EXPECT_THAT(
      complaints({.window = FaultWindow{.from = endless, .to = {}}, .kind = FaultKind::timeout}),
      ElementsAre("the time lies beyond the year 9999 (/faults/0/while/from)"));
  EXPECT_THAT(
      complaints({.window = FaultWindow{.from = {}, .to = endless}, .kind = FaultKind::timeout}),
      ElementsAre("the time lies beyond the year 9999 (/faults/0/while/to)"));
}

TEST(FaultPlans, OfAWorldAreKeptAndCountInItsDigest) {
  Scenario scenario{.accounts = {{.id = "fca_a"}}};
  const std::uint64_t without = World{scenario}.digest();
  scenario.faults = {{.trigger = FaultTrigger::nth({1}), .kind = FaultKind::answer_lost}};
  const World world{scenario};
  EXPECT_NE(world.digest(), without);
  EXPECT_EQ(world.fork().digest(), world.digest());
  scenario.faults[0].trigger = FaultTrigger::nth({2});
  EXPECT_NE(World{scenario}.digest(), world.digest());
  scenario.faults[0].account = "fca_x";
  EXPECT_THROW(World{scenario}, Misuse);
}

}  // namespace
}  // namespace fauxbank
