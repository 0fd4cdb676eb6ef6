// A client's deadline against answers that are late or never come.

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/http/wire.hpp>

#include "fault/one_account.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::in_flight;
using testing::kAccount;
using ::testing::Not;
using testing::one_account;

Request refresh_within(std::optional<Milliseconds> deadline) {
  Request request = Request::post(kAccount + "/refresh", "features[]=balance");
  request.deadline = deadline;
  return request;
}

std::string bytes_of(const Request& request) {
  return std::string(to_string(request.method)) + " " + request.target +
         " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer sk_test_123\r\n"
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
}

FaultPlan plan_of(FaultKind kind, std::optional<FaultPhase> phase) {
  FaultPlan plan{.operation = Operation::refresh, .phase = phase, .kind = kind};
  if (kind == FaultKind::delay) plan.delay = 2s;
  if (kind == FaultKind::slow_body) plan.bytes_per_second = 100;
  return plan;
}

struct LateCase {
  FaultKind kind;
  FaultPhase phase;
  bool applied;
};

class Deadline : public ::testing::TestWithParam<LateCase> {};

TEST_P(Deadline, PassesExactlyAndTheEngineAppliesAsThePhaseSays) {
  World world = one_account();
  world.faults().add(plan_of(GetParam().kind, GetParam().phase));
  const Instant start = world.clock().now();
  EXPECT_EQ(world.transport().send(refresh_within(1'500ms)).error(), transport_errc::timed_out);
  EXPECT_EQ(world.clock().now() - start, 1'500ms);
  EXPECT_EQ(in_flight(world), GetParam().applied);
  const Journal journal = world.journal();
  ASSERT_EQ(journal.size(), 1u);
  EXPECT_EQ(journal[0].error, transport_errc::timed_out);
  EXPECT_EQ(journal[0].applied, GetParam().applied);
  EXPECT_FALSE(journal[0].answered);
  EXPECT_THAT(journal[0].fault_text(),
              HasSubstr(GetParam().applied ? ": applied, timed_out after 1500 ms"
                                           : ": not applied, timed_out after 1500 ms"));
}

TEST_P(Deadline, PassesAlikeOnAConnection) {
  World world = one_account();
  world.faults().add(plan_of(GetParam().kind, GetParam().phase));
  Wire wire(world.transport());
  wire.set_deadline(1'500ms);
  const Instant start = world.clock().now();
  wire.advance_to(start);
  wire.receive(bytes_of(refresh_within({})));
  // What a pump does: it goes from one thing that is due to the next.
  for (auto due = wire.due(); due; due = wire.due()) {
    ASSERT_EQ(wire.state(), WireState::open);
    world.clock().advance_to(*due);
    wire.advance_to(*due);
  }
  EXPECT_EQ(wire.state(), WireState::stalled);
  EXPECT_EQ(world.clock().now() - start, 1'500ms);
  EXPECT_EQ(in_flight(world), GetParam().applied);
  EXPECT_EQ(world.journal()[0].error, transport_errc::timed_out);
}

INSTANTIATE_TEST_SUITE_P(Fault, Deadline,
                         ::testing::Values(LateCase{FaultKind::delay, FaultPhase::before, false},
                                           LateCase{FaultKind::delay, FaultPhase::after, true},
                                           LateCase{FaultKind::timeout, FaultPhase::before, false},
                                           LateCase{FaultKind::timeout, FaultPhase::after, true},
                                           LateCase{FaultKind::slow_body, FaultPhase::during,
                                                    true}),
                         [](const ::testing::TestParamInfo<LateCase>& test) {
                           return std::string(to_string(test.param.kind)) + "_" +
                                  std::string(to_string(test.param.phase));
                         });

TEST(FaultDeadline, IsMetByAnAnswerThatComesJustThen) {
  for (const FaultPhase phase : {FaultPhase::before, FaultPhase::after}) {
    World world = one_account();
    world.faults().add(plan_of(FaultKind::delay, phase));
    const Instant start = world.clock().now();
    EXPECT_TRUE(world.transport().send(refresh_within(2s)));
    EXPECT_EQ(world.clock().now() - start, 2s);
    EXPECT_TRUE(world.journal()[0].answered);
  }
}

TEST(FaultDeadline, OfAnAnswerInTimeIsNotWaitedFor) {
  World world = one_account();
  const Instant start = world.clock().now();
  EXPECT_TRUE(world.transport().send(refresh_within(2s)));
  EXPECT_EQ(world.clock().now(), start);
}

TEST(FaultDeadline, LetsTheBytesOfASlowBodyLeaveThatMakeIt) {
  World world = one_account();
  FaultPlan plan = plan_of(FaultKind::slow_body, {});
  plan.at_byte = 10;
  world.faults().add(plan);
  Request request = refresh_within(250ms);
  const Delivery delivery = world.transport().deliver(request);
  EXPECT_EQ(delivery.cut_at, 10u + 25u);
  EXPECT_TRUE(delivery.cut_in_body);
  EXPECT_EQ(delivery.gives_up, world.clock().now() + 250ms);
}

TEST(FaultDeadline, BeyondTheLastInstantEndsThere) {
  const Instant last = *parse_instant("9999-12-31T23:59:59.999Z");
  for (const FaultPhase phase : {FaultPhase::before, FaultPhase::after}) {
    World world = one_account();
    world.faults().add(plan_of(FaultKind::timeout, phase));
    const Instant start = world.clock().now();
    World connected = world.fork();
    EXPECT_EQ(connected.transport().deliver(refresh_within(Milliseconds::max())).gives_up, last);
    EXPECT_EQ(world.transport().send(refresh_within(Milliseconds::max())).error(),
              transport_errc::timed_out);
    EXPECT_EQ(world.clock().now(), last);
    EXPECT_EQ(world.journal()[0].took, last - start);
  }
}

TEST(FaultDeadline, OfADelayBeyondTheLastInstantIsMetThere) {
  const Instant last = *parse_instant("9999-12-31T23:59:59.999Z");
  for (const FaultPhase phase : {FaultPhase::before, FaultPhase::after}) {
    World world = one_account();
    FaultPlan plan = plan_of(FaultKind::delay, phase);
    plan.delay = last.time_since_epoch();
    world.faults().add(plan);
    World connected = world.fork();
    EXPECT_EQ(connected.transport().deliver(refresh_within({})).not_before, last);
    EXPECT_TRUE(world.transport().send(refresh_within({})));
    EXPECT_EQ(world.clock().now(), last);
  }
}

// ---- a request that is late itself --------------------------------------------------------------

TEST(FaultTransit, TheServiceSeesARequestOnlyWhenItArrives) {
  World world = one_account();
  world.faults().add(plan_of(FaultKind::delay, FaultPhase::before));
  Wire wire(world.transport());
  const Instant start = world.clock().now();
  wire.advance_to(start);
  wire.receive(bytes_of(refresh_within({})));
  EXPECT_EQ(wire.due(), start + 2s);
  EXPECT_FALSE(in_flight(world));
  EXPECT_TRUE(world.journal().empty());
  world.clock().advance(2s);
  wire.advance_to(start + 2s);
  EXPECT_THAT(std::string(wire.output()), HasSubstr("200 OK"));
  ASSERT_TRUE(in_flight(world));
  EXPECT_EQ(world.account("fca_1").refresh(Feature::balance)->last_attempted_at, start + 2s);
  ASSERT_EQ(world.journal().size(), 1u);
  EXPECT_EQ(world.journal()[0].at, start + 2s);
  EXPECT_THAT(world.journal()[0].fault_text(), HasSubstr(": applied, answered after 2000 ms"));
}

TEST(FaultTransit, SendAppliesItAtThatInstantToo) {
  for (const auto& [phase, at] :
       {std::pair{FaultPhase::before, 2s}, std::pair{FaultPhase::after, 0s}}) {
    World world = one_account();
    world.faults().add(plan_of(FaultKind::delay, phase));
    const Instant start = world.clock().now();
    EXPECT_TRUE(world.transport().send(refresh_within({})));
    EXPECT_EQ(world.clock().now(), start + 2s);
    EXPECT_EQ(world.account("fca_1").refresh(Feature::balance)->last_attempted_at, start + at);
  }
}

TEST(FaultTransit, AConnectionThatEndsTakesItsRequestAlong) {
  World world = one_account();
  world.faults().add(plan_of(FaultKind::delay, FaultPhase::before));
  {
    Wire wire(world.transport());
    wire.advance_to(world.clock().now());
    wire.receive(bytes_of(refresh_within({})));
  }
  EXPECT_FALSE(in_flight(world));
  ASSERT_EQ(world.journal().size(), 1u) << "every complete request has its entry";
  EXPECT_FALSE(world.journal()[0].applied);
  EXPECT_THAT(world.journal()[0].fault_text(), HasSubstr(": not applied, timed_out"));
}

TEST(FaultTransit, NeverReachesAWorldThatWasLoadedMeanwhile) {
  for (const FaultPhase phase : {FaultPhase::before, FaultPhase::after}) {
    for (const bool waits : {true, false}) {
      World world = one_account();
      world.faults().add(plan_of(FaultKind::delay, phase));
      {
        Wire wire(world.transport());
        const Instant start = world.clock().now();
        wire.advance_to(start);
        wire.receive(bytes_of(refresh_within({})));
        world.load(Scenario{.accounts = {{.id = "fca_1"}}});
        if (waits) {
          wire.advance_to(start + 2s);
          EXPECT_EQ(wire.state(), WireState::reset);
          EXPECT_EQ(wire.output(), "");
        }
      }
      EXPECT_FALSE(in_flight(world));
      EXPECT_EQ(world.journal().size(), 0u) << to_string(world.journal());
    }
  }
}

TEST(FaultTransit, AWireThatIsShutDownStillAnswersIt) {
  World world = one_account();
  world.faults().add(plan_of(FaultKind::delay, FaultPhase::before));
  Wire wire(world.transport());
  const Instant start = world.clock().now();
  wire.advance_to(start);
  wire.receive(bytes_of(refresh_within({})));
  wire.shut_down();
  EXPECT_EQ(wire.state(), WireState::open);
  wire.advance_to(start + 2s);
  EXPECT_THAT(std::string(wire.output()), HasSubstr("200 OK"));
  EXPECT_EQ(wire.state(), WireState::finished);
}

// ---- a key in use -------------------------------------------------------------------------------

std::string with_key(const std::string& key) {
  std::string bytes = bytes_of(refresh_within({}));
  return bytes.insert(bytes.find("Content-Type"), "Idempotency-Key: " + key + "\r\n");
}

TEST(FaultKeys, AreInUseWhileADelayHoldsTheirFirstAnswer) {
  World world = one_account();
  FaultPlan plan = plan_of(FaultKind::delay, FaultPhase::after);
  plan.times = 1;
  world.faults().add(plan);
  const Instant start = world.clock().now();
  Wire first(world.transport());
  Wire second(world.transport());
  const auto ask_second = [&](const std::string& key) {
    second.receive(with_key(key));
    std::string answer(second.output());
    second.sent(answer.size());
    return answer;
  };
  first.advance_to(start);
  first.receive(with_key("k"));
  const std::string conflict = ask_second("k");
  EXPECT_THAT(conflict, HasSubstr("409 Conflict"));
  EXPECT_THAT(conflict, HasSubstr("idempotency_key_in_use"));
  EXPECT_THAT(ask_second("other"), HasSubstr("200 OK"));
  world.clock().advance(2s);
  first.advance_to(start + 2s);
  EXPECT_THAT(std::string(first.output()), HasSubstr("200 OK"));
  EXPECT_THAT(ask_second("k"), HasSubstr("Idempotent-Replayed: true"));
}

TEST(FaultKeys, AreFreeWhileTheirFirstRequestIsOnItsWay) {
  World world = one_account();
  FaultPlan plan = plan_of(FaultKind::delay, FaultPhase::before);
  plan.times = 1;
  world.faults().add(plan);
  const Instant start = world.clock().now();
  Wire first(world.transport());
  Wire second(world.transport());
  first.advance_to(start);
  first.receive(with_key("k"));
  second.receive(with_key("k"));  // overtakes it
  EXPECT_THAT(std::string(second.output()), Not(HasSubstr("Idempotent-Replayed")));
  world.clock().advance(2s);
  first.advance_to(start + 2s);
  EXPECT_THAT(std::string(first.output()), HasSubstr("Idempotent-Replayed: true"));
}

TEST(FaultKeys, AreNotHeldForAReplayAnErrorOrARead) {
  World world = one_account();
  Request request = refresh_within(1s);
  request.header("Idempotency-Key", "k");
  ASSERT_TRUE(world.transport().send(request));
  world.faults().on_any().phase(FaultPhase::after).times(3).delay(60s);
  EXPECT_FALSE(world.transport().send(request)) << "a replay, too late";
  Request faulty = request;
  faulty.header("Idempotency-Key", "faulty");
  faulty.body = "features[]=nothing";
  EXPECT_FALSE(world.transport().send(faulty));
  Request get = Request::get(kAccount);
  get.header("Idempotency-Key", "get");
  get.deadline = 1s;
  EXPECT_FALSE(world.transport().send(get));
  for (const Request& again : {request, faulty, get})
    EXPECT_NE(world.transport().send(again)->status, 409) << to_string(again);
}

// ---- connections --------------------------------------------------------------------------------

TEST(FaultConnections, AreNumberedAndNamedInTheJournal) {
  World world = one_account();
  const std::string get =
      "GET " + kAccount + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer sk_test_123\r\n\r\n";
  Wire first(world.transport());
  Wire second(world.transport());
  second.receive(get);
  first.receive(get);
  ASSERT_TRUE(world.transport().send(Request::get(kAccount)));
  const Journal journal = world.journal();
  EXPECT_EQ(first.connection(), 1u);
  EXPECT_EQ(journal[0].connection, 2u);
  EXPECT_EQ(journal[1].connection, 1u);
  EXPECT_EQ(journal[2].connection, 0u);
  EXPECT_THAT(to_string(journal[0]), HasSubstr(" thread 1 connection 2 GET "));
  EXPECT_THAT(to_string(journal[2]), HasSubstr(" thread 1 GET "));
}

}  // namespace
}  // namespace fauxbank
