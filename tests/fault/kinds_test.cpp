// Every kind in every phase that it has: what the client sees, and what the world then holds.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

#include "fault/one_account.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::in_flight;
using testing::kAccount;
using testing::one_account;

Request refresh() { return Request::post(kAccount + "/refresh", "features[]=balance"); }

/// What a kind does to a refresh, in one phase.
struct KindCase {
  FaultKind kind;
  FaultPhase phase;
  std::optional<transport_errc> error;  // what `send` fails with, or:
  int status = 0;                       // the answer's
  bool applied = false;
  Milliseconds late{};
};

using E = transport_errc;
using K = FaultKind;
constexpr FaultPhase kBefore = FaultPhase::before;
constexpr FaultPhase kAfter = FaultPhase::after;
constexpr FaultPhase kDuring = FaultPhase::during;

const std::vector<KindCase>& cases() {
  static const std::vector<KindCase> all = {
      {K::connection_refused, kBefore, E::connection_refused},
      {K::rate_limit, kBefore, {}, 429},
      {K::lock_timeout, kBefore, {}, 429},
      {K::http, kBefore, {}, 503},
      {K::http, kAfter, {}, 503, true},
      {K::server_error, kBefore, {}, 500},
      {K::server_error, kAfter, {}, 500, true},
      {K::delay, kBefore, {}, 200, true, 2s},
      {K::delay, kAfter, {}, 200, true, 2s},
      {K::timeout, kBefore, E::timed_out},
      {K::timeout, kAfter, E::timed_out, 0, true},
      {K::garbage, kBefore, E::malformed_answer},
      {K::garbage, kAfter, E::malformed_answer, 0, true},
      {K::connection_reset, kBefore, E::connection_reset},
      {K::connection_reset, kAfter, E::connection_reset, 0, true},
      {K::connection_reset, kDuring, E::connection_reset, 0, true},
      {K::answer_lost, kAfter, E::connection_reset, 0, true},
      {K::empty_answer, kAfter, E::empty_answer, 0, true},
      {K::malformed_body, kAfter, {}, 200, true},
      {K::truncated_body, kDuring, E::truncated_answer, 0, true},
      {K::slow_body, kDuring, {}, 200, true},
  };
  return all;
}

FaultPlan plan_of(const KindCase& c) {
  FaultPlan plan{.operation = Operation::refresh, .phase = c.phase, .kind = c.kind};
  if (c.kind == K::http) plan.status = 503;
  if (c.kind == K::delay) plan.delay = 2s;
  if (c.kind == K::slow_body) plan.bytes_per_second = 1'000'000;
  return plan;
}

class Kinds : public ::testing::TestWithParam<KindCase> {};

TEST_P(Kinds, ClientAndWorld) {
  const KindCase& c = GetParam();
  World world = one_account();
  world.faults().add(plan_of(c));
  const Instant start = world.clock().now();
  const auto answer = world.transport().send(refresh());
  EXPECT_EQ(answer.has_value(), !c.error.has_value());
  if (c.error) {
    EXPECT_EQ(answer.error(), *c.error);
  } else {
    EXPECT_EQ(answer->status, c.status);
  }
  EXPECT_EQ(in_flight(world), c.applied);
  if (c.kind != K::slow_body) {
    EXPECT_EQ(world.clock().now(), start + c.late);
  }
  const FaultReport report = world.faults().report().front();
  EXPECT_EQ(report.plan.seen, 1u);
  EXPECT_EQ(report.plan.fired, 1u);
  const Journal journal = world.journal();
  ASSERT_EQ(journal.size(), 1u);
  EXPECT_EQ(journal[0].operation, Operation::refresh);
  EXPECT_THAT(to_string(journal), HasSubstr(c.applied ? ": applied, " : ": not applied, "));
  EXPECT_THAT(to_string(journal), HasSubstr(std::string(to_string(c.kind))));
}

/// A trigger, with what else narrows a plan, and which of five requests it strikes.
struct Trigger {
  FaultTrigger trigger{};
  std::vector<bool> strikes;
  std::optional<std::uint64_t> times{};
  std::optional<FaultWindow> window{};  // the clock moves on by a minute with each request
};

std::vector<Trigger> triggers() {
  return {
      {FaultTrigger::always(), {true, true, true, true, true}},
      {FaultTrigger::nth({2, 4}), {false, true, false, true, false}},
      {FaultTrigger::range(2, 3), {false, true, true, false, false}},
      {FaultTrigger::range(4), {false, false, false, true, true}},
      {FaultTrigger::every(2), {false, true, false, true, false}},
      {FaultTrigger::rate(1), {true, true, true, true, true}},
      {FaultTrigger::rate(0), {false, false, false, false, false}},
      {FaultTrigger::range(2), {false, true, true, false, false}, 2},
      {FaultTrigger::always(), {false, true, true, false, false}, {}, FaultWindow{1min, 3min}},
      {FaultTrigger::every(2), {false, true, false, false, false}, {}, FaultWindow{1min, 3min}},
  };
}

TEST_P(Kinds, EveryTriggerStrikesItsRequestsAndNoOther) {
  const KindCase& c = GetParam();
  for (const Trigger& row : triggers()) {
    World world(
        {.accounts = {
             {.id = "fca_1"}, {.id = "fca_2"}, {.id = "fca_3"}, {.id = "fca_4"}, {.id = "fca_5"}}});
    FaultPlan plan = plan_of(c);
    plan.trigger = row.trigger;
    plan.times = row.times;
    plan.window = row.window;
    world.faults().add(plan);
    const Instant start = world.clock().now();
    for (std::size_t i = 0; i < row.strikes.size(); ++i) {
      const std::string id = "fca_" + std::to_string(i + 1);
      const std::string place = to_string(row.trigger) + ", request " + std::to_string(i + 1);
      // Others are not counted.
      ASSERT_TRUE(world.transport().send(Request::get(kAccount)));
      const auto answer = world.transport().send(Request::post(
          "/v1/financial_connections/accounts/" + id + "/refresh", "features[]=balance"));
      const bool struck = row.strikes[i];
      const bool fails = struck && c.error.has_value();
      ASSERT_EQ(answer.has_value(), !fails) << place;
      if (fails) {
        EXPECT_EQ(answer.error(), *c.error) << place;
      } else {
        EXPECT_EQ(answer->status, struck ? c.status : 200) << place;
      }
      EXPECT_EQ(world.account(id).refresh(Feature::balance) != nullptr, !struck || c.applied)
          << place;
      const Journal journal = world.journal();
      EXPECT_EQ(!journal[journal.size() - 1].fault_text().empty(), struck) << place;
      world.clock().advance_to(start + (i + 1) * 1min);
    }
    EXPECT_EQ(world.faults().report().front().plan.seen, row.strikes.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Fault, Kinds, ::testing::ValuesIn(cases()),
                         [](const ::testing::TestParamInfo<KindCase>& test) {
                           return std::string(to_string(test.param.kind)) + "_" +
                                  std::string(to_string(test.param.phase));
                         });

TEST(FaultKinds, TheTableHasEveryPhaseOfEveryKind) {
  std::map<FaultKind, FaultPhases> in_table;
  for (const KindCase& c : cases())
    in_table[c.kind].insert(c.phase);
  for (std::size_t i = 0; i < EnumNames<FaultKind>::values.size(); ++i) {
    const auto kind = static_cast<FaultKind>(i);
    EXPECT_EQ(in_table[kind], phases_of(kind)) << to_string(kind);
  }
}

// ---- what a client reads ------------------------------------------------------------------------

TEST(FaultAnswers, RefusalsLookLikeTheService) {
  World world = one_account();
  world.faults().on(Operation::refresh).nth(1).header("Retry-After", "2").rate_limit();
  world.faults().on(Operation::refresh).nth(2).lock_timeout();
  world.faults().on(Operation::refresh).nth(3).http(418, "teapot");
  world.faults().on(Operation::refresh).nth(4).body("<h1>Bad Gateway</h1>").http(502);

  const auto limited = world.transport().send(refresh());
  EXPECT_EQ(limited->headers.find("Retry-After"), "2");
  EXPECT_EQ(limited->headers.find("Stripe-Should-Retry"), std::nullopt);
  EXPECT_THAT(limited->body, HasSubstr("\"code\": \"rate_limit\""));
  EXPECT_TRUE(limited->headers.find("Request-Id"));

  const auto locked = world.transport().send(refresh());
  EXPECT_EQ(locked->headers.find("Stripe-Should-Retry"), "true");
  EXPECT_THAT(locked->body, HasSubstr("\"code\": \"lock_timeout\""));

  EXPECT_THAT(world.transport().send(refresh())->body, HasSubstr("\"code\": \"teapot\""));
  EXPECT_EQ(world.transport().send(refresh())->body, "<h1>Bad Gateway</h1>");
  EXPECT_FALSE(in_flight(world));
}

TEST(FaultAnswers, ASlowBodyTakesItsTimeInWorldTime) {
  World world = one_account();
  world.faults().on(Operation::retrieve).slow_body(100);
  const Instant start = world.clock().now();
  const auto answer = world.transport().send(Request::get(kAccount));
  const auto bytes = static_cast<std::int64_t>(answer->body.size());
  EXPECT_EQ(world.clock().now() - start, Milliseconds{bytes * 10});
}

TEST(FaultAnswers, ADelayIsDrawnFromItsRange) {
  World world = one_account();
  world.faults().on(Operation::retrieve).delay_between(1s, 3s);
  bool differ = false;
  Milliseconds first{};
  for (int i = 0; i < 50; ++i) {
    const Instant start = world.clock().now();
    ASSERT_TRUE(world.transport().send(Request::get(kAccount)));
    const Milliseconds took = world.clock().now() - start;
    EXPECT_GE(took, 1s);
    EXPECT_LE(took, 3s);
    if (i == 0) first = took;
    differ = differ || took != first;
  }
  EXPECT_TRUE(differ);
}

TEST(FaultAnswers, TheBytesOfAnAnswerAreCutWhereThePlanSays) {
  World world = one_account();
  world.faults().on(Operation::retrieve).nth(1).at_byte(17).connection_reset();
  world.faults().on(Operation::retrieve).nth(2).at_byte(40).truncated_body();
  const Delivery reset = world.transport().deliver(Request::get(kAccount));
  EXPECT_EQ(reset.cut_at, 17u);
  EXPECT_FALSE(reset.cut_in_body);
  EXPECT_EQ(reset.after, AfterAnswer::reset);
  EXPECT_EQ(reset.response.status, 200);
  const Delivery truncated = world.transport().deliver(Request::get(kAccount));
  EXPECT_EQ(truncated.cut_at, 40u);
  EXPECT_TRUE(truncated.cut_in_body);
  EXPECT_EQ(truncated.after, AfterAnswer::close);
}

TEST(FaultAnswers, ARefusedConnectionIsRefusedWhereThereIsOne) {
  World world = one_account();
  world.faults().on(Operation::retrieve).nth(1).connection_refused();
  Transport& transport = world.transport();
  EXPECT_TRUE(transport.accepts(Method::post, kAccount + "/refresh"));
  EXPECT_FALSE(transport.accepts(Method::get, kAccount));
  EXPECT_TRUE(transport.accepts(Method::get, kAccount));  // the first is over
  EXPECT_EQ(world.faults().report().front().plan.fired, 1u);
  EXPECT_EQ(world.journal().size(), 1u);
}

TEST(FaultAnswers, AConnectionIsRefusedByAnyPlanWhenItsRequestIsUnknown) {
  World world = one_account();
  Transport& transport = world.transport();
  EXPECT_TRUE(transport.accepts(Method::other, "*"));
  world.faults().on(Operation::list).rate_limit();
  world.faults().on(Operation::retrieve).account("fca_1").nth(2).connection_refused();
  EXPECT_TRUE(transport.accepts(Method::other, "*"));  // it would be the first
  EXPECT_TRUE(transport.send(Request::get(kAccount)).has_value());
  EXPECT_TRUE(transport.accepts(Method::other, {}));
  EXPECT_FALSE(transport.accepts(Method::other, "*"));
  EXPECT_TRUE(transport.accepts(Method::other, "*"));
  EXPECT_EQ(world.faults().report().back().plan.fired, 1u);
  ASSERT_EQ(world.journal().size(), 2u);
  EXPECT_EQ(world.journal()[1].target(), "*");
}

// ---- retries ------------------------------------------------------------------------------------

TEST(FaultRetries, ALostAnswerIsReplayedUnderItsKeyAndAppliedAgainWithout) {
  World world({.accounts = {{.id = "fca_1"}}});
  const std::string disconnect = kAccount + "/disconnect";
  world.faults().on(Operation::disconnect).nth(1).answer_lost();
  Request request = Request::post(disconnect);
  request.header("Idempotency-Key", "k1");
  EXPECT_EQ(world.transport().send(request).error(), transport_errc::connection_reset);
  const auto retry = world.transport().send(request);
  EXPECT_EQ(retry->headers.find("Idempotent-Replayed"), "true");
  EXPECT_EQ(world.events().size(), 1u);
}

TEST(FaultRetries, AnErrorAfterExecutionIsStoredUnderTheKeyAndOneBeforeIsNot) {
  for (const FaultPhase phase : {FaultPhase::before, FaultPhase::after}) {
    World world = one_account();
    world.faults().on(Operation::refresh).nth(1).phase(phase).server_error();
    Request request = refresh();
    request.header("Idempotency-Key", "k1");
    const auto first = world.transport().send(request);
    const auto second = world.transport().send(request);
    EXPECT_EQ(first->status, 500);
    EXPECT_EQ(second->status, phase == FaultPhase::after ? 500 : 200);
    EXPECT_EQ(second->body == first->body, phase == FaultPhase::after);
    EXPECT_TRUE(in_flight(world));
  }
}

}  // namespace
}  // namespace fauxbank
