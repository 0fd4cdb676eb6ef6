// The C++ that docs/faults.md and the README show of faults, between marks.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gtest.hpp>

namespace {

using namespace fauxbank;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string path = "/v1/financial_connections/accounts/fca_1";

TEST(FaultSnippets, LostAnswer) {
  // [lost answer]
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.faults().on(Operation::refresh).account("fca_1").nth(1).answer_lost();

  Transport& api = world.transport();
  Request refresh = Request::post(path + "/refresh", "features[]=transactions");
  refresh.header("Idempotency-Key", "sync-1");
  EXPECT_EQ(api.send(refresh).error(), transport_errc::connection_reset);

  // It was applied, and the same key gets the answer that was lost.
  EXPECT_TRUE(world.account("fca_1").refresh(Feature::transactions));
  EXPECT_EQ(api.send(refresh)->headers.find("Idempotent-Replayed"), "true");
  // [/lost answer]
}

TEST(FaultSnippets, Plans) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  // [fault plans]
  world.faults().on(Operation::list).from(2, 3).header("Retry-After", "2").rate_limit();
  world.faults().on(Operation::refresh).every(3).phase(FaultPhase::after).server_error();
  world.faults().on(Operation::retrieve).during({.from = 10s, .to = 20s}).timeout();
  world.faults().on(Operation::retrieve).times(1).delay_between(1s, 3s);
  world.faults().on_any().rate(0.05).at_byte(120).connection_reset();
  // [/fault plans]
  EXPECT_EQ(world.faults().report().size(), 5u);
}

TEST(FaultSnippets, Deadline) {
  // [deadline]
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.faults().on(Operation::refresh).nth(1).phase(FaultPhase::after).delay(60s);

  Request refresh = Request::post(path + "/refresh", "features[]=balance");
  refresh.deadline = 30s;
  const Instant start = world.clock().now();
  EXPECT_EQ(world.transport().send(refresh).error(), transport_errc::timed_out);
  EXPECT_EQ(world.clock().now() - start, 30s);
  EXPECT_TRUE(world.account("fca_1").refresh(Feature::balance));  // applied
  // [/deadline]
}

TEST(FaultSnippets, Retries) {
  // [retries]
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.faults().on(Operation::refresh).nth(1).header("Retry-After", "2").rate_limit();
  const Request refresh = Request::post(path + "/refresh", "features[]=balance");
  (void)world.transport().send(refresh);
  world.clock().sleep_for(1s);
  (void)world.transport().send(refresh);

  EXPECT_THAT(check_retries(world.journal()).violations(), ElementsAre(HasSubstr("{too_soon}")));
  // [/retries]
}

TEST(FaultSnippets, Report) {
  // [fault report]
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.faults().on(Operation::list).nth(2).timeout();
  EXPECT_TRUE(world.transport().send(Request::get("/v1/financial_connections/accounts")));

  const FaultReport report = world.faults().report().front();
  EXPECT_EQ(report.plan.seen, 1u);
  EXPECT_EQ(report.plan.fired, 0u);
  EXPECT_THAT(to_string(report), HasSubstr("timeout before list, request 2, fired 0"));
  EXPECT_EQ(world.leftovers().front().kind, LeftoverKind::unused_fault);
  // [/fault report]
}

}  // namespace
