// A retry is told from a new call.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

#include "fault/one_account.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::kAccount;
using ::testing::Not;

Request refresh_with(std::string_view key = {}, std::string_view tenant = {}) {
  Request request = Request::post(kAccount + "/refresh", "features[]=balance");
  if (!key.empty()) request.header("Idempotency-Key", key);
  if (!tenant.empty()) request.header("Stripe-Account", tenant);
  return request;
}

class Attempts : public ::testing::Test {
 protected:
  World world{{.accounts = {{.id = "fca_1"}}}};

  void send(const Request& request) { (void)world.transport().send(request); }
  /// `1`, or `2/1` for attempt 2 of the call of entry 1, …
  std::string attempts() const {
    std::string text;
    for (const JournalEntry& entry : world.journal()) {
      text += (text.empty() ? "" : " ") + std::to_string(entry.attempt);
      if (entry.attempt > 1) text += "/" + std::to_string(entry.attempt_of);
    }
    return text;
  }
};

TEST_F(Attempts, AreCountedUntilTheClientHasItsAnswer) {
  world.faults().on(Operation::refresh).from(1, 2).answer_lost();
  for (int i = 0; i < 4; ++i)
    send(refresh_with());
  EXPECT_EQ(attempts(), "1 2/1 3/1 1");
  const Journal journal = world.journal();
  EXPECT_TRUE(journal[0].applied);
  EXPECT_FALSE(journal[0].answered);
  EXPECT_EQ(journal[0].error, transport_errc::connection_reset);
  EXPECT_TRUE(journal[2].answered);
  EXPECT_THAT(to_string(journal[1]), HasSubstr("attempt 2 of the call of entry #1"));
  EXPECT_THAT(to_string(journal[0]), Not(HasSubstr("attempt")));
}

TEST_F(Attempts, MatchByKeyWhateverTheBytes) {
  world.faults().on(Operation::refresh).nth(1).timeout();
  send(refresh_with("k"));
  Request other = refresh_with("k");
  other.body = "features[0]=balance";
  send(other);
  EXPECT_EQ(attempts(), "1 2/1");
}

TEST_F(Attempts, MatchByBytesWithoutTheKeyOrWithAnother) {
  world.faults().on(Operation::refresh).from(1, 2).answer_lost();
  send(refresh_with("k"));
  send(refresh_with());
  send(refresh_with("l"));
  EXPECT_EQ(attempts(), "1 2/1 3/1");
}

TEST_F(Attempts, OfAnotherTargetBodyMethodOrTenantAreNone) {
  world.faults().on(Operation::refresh).nth(1).answer_lost();
  send(refresh_with());
  Request body = refresh_with();
  body.body = "features[]=ownership";
  send(body);
  send(Request::get(kAccount));
  send(refresh_with({}, "acct_1"));
  EXPECT_EQ(attempts(), "1 1 1 1");
  send(refresh_with());
  EXPECT_EQ(attempts(), "1 1 1 1 2/1");
}

TEST_F(Attempts, FollowAnswersThatAreNotTheServicesOwn) {
  world.faults().on(Operation::retrieve).nth(1).rate_limit();
  world.faults().on(Operation::retrieve).nth(2).malformed_body();
  world.faults().on(Operation::retrieve).nth(3).truncated_body();
  world.faults().on(Operation::retrieve).nth(4).delay(2s);
  for (int i = 0; i < 5; ++i)
    send(Request::get(kAccount));
  EXPECT_EQ(attempts(), "1 2/1 3/1 4/1 1");
  const Journal journal = world.journal();
  EXPECT_FALSE(journal[0].applied);
  EXPECT_FALSE(journal[1].answered);
  EXPECT_EQ(journal[1].error, std::nullopt);
  EXPECT_EQ(journal[2].error, transport_errc::truncated_answer);
  EXPECT_TRUE(journal[3].answered) << "late, but whole";
}

TEST_F(Attempts, FollowALateAnswerThatTheClientDidNotWaitFor) {
  world.faults().on(Operation::refresh).from(1, 3).phase(FaultPhase::after).delay(60s);
  const Request request = refresh_with("k");
  const std::string bytes = "POST " + request.target +
                            " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer sk_test_123\r\n"
                            "Content-Type: application/x-www-form-urlencoded\r\n"
                            "Idempotency-Key: k\r\nContent-Length: 18\r\n\r\nfeatures[]=balance";
  for (int i = 0; i < 2; ++i) {
    Wire wire(world.transport());
    wire.advance_to(world.clock().now());
    wire.receive(bytes);
    EXPECT_TRUE(wire.output().empty());
  }
  {
    Wire wire(world.transport());
    wire.advance_to(world.clock().now());
    wire.receive(bytes);
    wire.advance_to(world.clock().now() + 60s);
    EXPECT_THAT(std::string(wire.output()), HasSubstr("409 Conflict"));
  }
  world.clock().advance(60s);
  send(request);
  send(request);
  EXPECT_EQ(attempts(), "1 2/1 3/1 1 4/1 1") << "the refresh completes in between";
  const RetryReport report = check_retries(world.journal());
  ASSERT_EQ(report.calls.size(), 1u);
  EXPECT_EQ(report.calls[0].attempts.size(), 4u);
  EXPECT_TRUE(report.ok()) << to_string(report);
}

TEST_F(Attempts, AreNoneOfConnectionsRefusedBeforeTheirRequestsAreKnown) {
  world.faults().on(Operation::retrieve).nth(1).connection_refused();
  world.faults().on(Operation::list).nth(1).connection_refused();
  EXPECT_FALSE(world.transport().accepts(Method::other, "*"));
  EXPECT_FALSE(world.transport().accepts(Method::other, "*"));
  EXPECT_EQ(attempts(), "1 1");
}

TEST_F(Attempts, BelongToOneJournal) {
  world.faults().on(Operation::refresh).nth(1).answer_lost();
  send(refresh_with());
  World fork = world.fork();
  (void)fork.transport().send(refresh_with());
  EXPECT_EQ(fork.journal()[0].attempt, 1u);
  world.load(Scenario{.accounts = {{.id = "fca_1"}}});
  send(refresh_with());
  EXPECT_EQ(attempts(), "1");
}

TEST_F(Attempts, OfAnswersThatWereLateBelongToTheWorldThatGaveThem) {
  const Scenario scenario{.accounts = {{.id = "fca_1"}}};
  world.faults().on(Operation::retrieve).phase(FaultPhase::after).delay(60s);
  {
    const Delivery late = world.transport().deliver(Request::get(kAccount));
    world.load(scenario);
  }
  send(Request::get(kAccount));
  EXPECT_EQ(attempts(), "1");
}

TEST_F(Attempts, AreForgottenBeyondABound) {
  world.faults().on(Operation::retrieve).from(1, 300).timeout();
  const auto get = [](int i) { return Request::get(kAccount + "?x=" + std::to_string(i)); };
  for (int i = 0; i < 300; ++i)
    send(get(i));
  send(get(0));    // too long ago
  send(get(299));  // not so
  const Journal journal = world.journal();
  EXPECT_EQ(journal[300].attempt, 1u);
  EXPECT_EQ(journal[301].attempt, 2u);
  EXPECT_EQ(journal[301].attempt_of, 300u);
}

}  // namespace
}  // namespace fauxbank
