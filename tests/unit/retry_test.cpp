#include <fauxbank/retry.hpp>

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kAccount = "/v1/financial_connections/accounts/fca_1";

Request refresh(std::string_view key = "k") {
  Request request = Request::post(kAccount + "/refresh", "features[]=balance");
  if (!key.empty()) request.header("Idempotency-Key", key);
  return request;
}

class Retries : public ::testing::Test {
 protected:
  World world{{.accounts = {{.id = "fca_1"}}}};

  void send(const Request& request) { (void)world.transport().send(request); }
  void wait(Milliseconds by) { world.clock().advance(by); }
  /// What is wrong with each attempt of the first call.
  std::vector<std::string> faults(const RetryContract& contract = {}) const {
    std::vector<std::string> found;
    const RetryReport report = check_retries(world.journal(), contract);
    for (const RetryAttempt& attempt : report.calls.at(0).attempts)
      found.push_back(to_string(attempt.faults));
    return found;
  }
};

TEST_F(Retries, OfAGoodClientAreGood) {
  world.faults().on(Operation::refresh).nth(1).answer_lost();
  world.faults().on(Operation::refresh).nth(2).header("Retry-After", "5").rate_limit();
  world.faults().on(Operation::refresh).nth(3).server_error();
  send(refresh());
  wait(1s);
  send(refresh());
  wait(5s);
  send(refresh());
  wait(2s);
  send(refresh());
  const RetryReport report = check_retries(world.journal());
  EXPECT_TRUE(report.ok()) << to_string(report);
  EXPECT_THAT(report.violations(), IsEmpty());
  EXPECT_EQ(to_string(report),
            "POST /v1/financial_connections/accounts/fca_1/refresh, 4 attempts\n"
            "  #1 2023-11-14T22:13:20Z after 0 ms: connection_reset, applied\n"
            "  #2 2023-11-14T22:13:21Z after 1000 ms: 429 of a fault, Retry-After 5\n"
            "  #4 2023-11-14T22:13:26Z after 5000 ms: 500 of a fault\n"
            "  #5 2023-11-14T22:13:28Z after 2000 ms: 200, Stripe-Should-Retry false");
}

TEST_F(Retries, ComeTooSoonBeforeRetryAfter) {
  world.faults().on(Operation::refresh).nth(1).header("Retry-After", "5").rate_limit();
  send(refresh());
  wait(4'999ms);
  send(refresh());
  EXPECT_THAT(faults(), ElementsAre("{}", "{too_soon}"));
  EXPECT_THAT(check_retries(world.journal()).violations(),
              ElementsAre(HasSubstr("after 4999 ms: 200, Stripe-Should-Retry false {too_soon}")));
}

TEST_F(Retries, AreUnwantedAfterAnAnswerThatStays) {
  world.faults().on(Operation::refresh).nth(1).http(404, "nothing");
  send(refresh());
  wait(1s);
  send(refresh());
  EXPECT_THAT(faults(), ElementsAre("{}", "{unwanted}"));
}

TEST_F(Retries, AreUnwantedWhereTheServiceSaysSo) {
  world.faults().on(Operation::refresh).nth(1).header("Stripe-Should-Retry", "false").http(503);
  send(refresh());
  wait(1s);
  send(refresh());
  EXPECT_THAT(faults(), ElementsAre("{}", "{unwanted}"));
}

TEST_F(Retries, AreMissedWhereTheServiceAsksForThem) {
  world.faults().on(Operation::refresh).nth(1).lock_timeout();
  send(refresh());
  EXPECT_THAT(faults(), ElementsAre("{missing}"));
  wait(1s);
  send(refresh());
  EXPECT_THAT(faults(), ElementsAre("{}", "{}"));
}

TEST_F(Retries, AreMissedAfterAnyAttemptAsLongAsTheContractAllowsOne) {
  world.faults().on(Operation::refresh).nth(1, 2).lock_timeout();
  send(refresh());
  wait(1s);
  send(refresh());
  EXPECT_THAT(faults(), ElementsAre("{}", "{missing}"));
  EXPECT_THAT(faults({.most_attempts = 2}), ElementsAre("{}", "{}"));
  EXPECT_THAT(faults({.longest = 2s}), ElementsAre("{}", "{missing}"));
  EXPECT_THAT(faults({.longest = 1s}), ElementsAre("{}", "{}"));
}

TEST_F(Retries, AreNotMissedWhereRetryAfterLeadsBeyondTheLongestTime) {
  world.faults().on(Operation::refresh).nth(1).header("Retry-After", "60").lock_timeout();
  send(refresh());
  EXPECT_THAT(faults({.longest = 59s}), ElementsAre("{}"));
  EXPECT_THAT(faults({.longest = 61s}), ElementsAre("{missing}"));
}

TEST_F(Retries, NeedTheSameKey) {
  world.faults().on(Operation::refresh).from(1, 2).answer_lost();
  send(refresh("k"));
  wait(1s);
  send(refresh("l"));
  wait(2s);
  send(refresh(""));
  EXPECT_THAT(faults(), ElementsAre("{}", "{other_key}", "{without_key}"));
}

TEST_F(Retries, NeedNoKeyWhereNothingCanHaveBeenApplied) {
  world.faults().on(Operation::refresh).nth(1).connection_refused();
  world.faults().on(Operation::refresh).nth(2).rate_limit();
  world.faults().on(Operation::retrieve).nth(1).answer_lost();
  send(refresh(""));
  wait(1s);
  send(refresh(""));
  wait(2s);
  send(refresh(""));
  send(Request::get(kAccount));
  send(Request::get(kAccount));
  EXPECT_TRUE(check_retries(world.journal()).ok()) << to_string(check_retries(world.journal()));
}

TEST_F(Retries, NeedTheSameBody) {
  world.faults().on(Operation::refresh).nth(1).answer_lost();
  send(refresh());
  wait(1s);
  Request other = refresh();
  other.body = "features[]=ownership";
  send(other);
  EXPECT_THAT(faults(), ElementsAre("{}", "{other_body}"));
}

TEST_F(Retries, ComeAtGrowingDelaysUpToABound) {
  world.faults().on(Operation::refresh).from(1, 4).server_error();
  for (const Milliseconds delay : {1s, 1s, 2s, 2s}) {
    send(refresh());
    wait(delay);
  }
  send(refresh());
  EXPECT_THAT(faults(), ElementsAre("{}", "{}", "{not_growing}", "{}", "{not_growing}"));
  EXPECT_THAT(faults({.longest_delay = 2s}), ElementsAre("{}", "{}", "{not_growing}", "{}", "{}"));
  EXPECT_THAT(faults({.growing_delays = false}), ElementsAre("{}", "{}", "{}", "{}", "{}"));
}

TEST_F(Retries, CountDelaysFromWhenTheClientKnew) {
  world.faults().on(Operation::refresh).nth(1).timeout();
  world.faults().on(Operation::refresh).nth(2).connection_reset();
  Request request = refresh();
  request.deadline = 30s;
  send(request);
  wait(1s);
  send(request);
  wait(2s);
  send(request);
  const RetryReport report = check_retries(world.journal());
  EXPECT_TRUE(report.ok()) << to_string(report);
  EXPECT_EQ(report.calls[0].attempts[1].waited, 1s);
}

TEST_F(Retries, MustStop) {
  world.faults().on(Operation::refresh).from(1, 3).timeout();
  for (int i = 0; i < 3; ++i) {
    send(refresh());
    wait(Milliseconds{1000 << i});
  }
  EXPECT_THAT(faults({.most_attempts = 2}), ElementsAre("{}", "{}", "{too_long}"));
  EXPECT_THAT(faults({.longest = 2s}), ElementsAre("{}", "{}", "{too_long}"));
  EXPECT_THAT(faults({.longest = 3s}), ElementsAre("{}", "{}", "{}"));
}

TEST_F(Retries, IncludeThoseAfterAKeyInUse) {
  world.faults().on(Operation::refresh).nth(1).phase(FaultPhase::after).delay(60s);
  Request request = refresh();
  request.deadline = 30s;
  for (const Milliseconds delay : {10s, 20s, 0s}) {
    send(request);
    wait(delay);
  }
  const RetryReport report = check_retries(world.journal());
  ASSERT_EQ(report.calls.size(), 1u);
  EXPECT_EQ(report.calls[0].attempts.size(), 3u);
  EXPECT_TRUE(report.ok()) << to_string(report);
}

TEST_F(Retries, AreWantedAfterAnAnswerThatWasNotWaitedFor) {
  world.faults().on(Operation::refresh).nth(1).phase(FaultPhase::after).delay(60s);
  {
    // A client whose patience nobody here knows: it hangs up after ten seconds.
    const Delivery late = world.transport().deliver(refresh());
    ASSERT_TRUE(late.in_transit);
    wait(10s);
  }
  for (const Milliseconds delay : {2s, 4s, 50s}) {
    wait(delay);
    send(refresh());
  }
  const RetryReport report = check_retries(world.journal());
  EXPECT_TRUE(report.ok()) << to_string(report);
  ASSERT_EQ(report.calls.size(), 1u);
  const std::vector<RetryAttempt>& attempts = report.calls[0].attempts;
  ASSERT_EQ(attempts.size(), 4u);
  EXPECT_EQ(attempts[0].text, "200, not waited for");
  EXPECT_EQ(attempts[1].waited, 0s) << "at least";
  EXPECT_THAT(attempts[1].text, HasSubstr("409"));
  EXPECT_EQ(attempts[2].waited, 4s);
}

TEST_F(Retries, AfterAnAnswerThatWasNotWaitedForNeedTheirKey) {
  world.faults().on(Operation::refresh).nth(1).phase(FaultPhase::after).delay(60s);
  (void)world.transport().deliver(refresh());
  wait(12s);
  send(refresh(""));
  EXPECT_THAT(faults(), ElementsAre("{}", "{without_key}"));
}

TEST_F(Retries, OfAQuietWorldAreNone) {
  send(refresh());
  send(refresh());
  const RetryReport report = check_retries(world.journal());
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.calls, IsEmpty());
}

TEST(RetryReports, ClaimNothingOfADroppedJournal) {
  World world({.accounts = {{.id = "fca_1"}}}, {.journal_entries = 1});
  (void)world.send(Request::get(kAccount));
  (void)world.send(Request::get(kAccount));
  EXPECT_THROW(check_retries(world.journal()), Misuse);
}

/// A journal of calls that were all given up.
Journal given_up(std::uint64_t calls) {
  std::vector<detail::Ref<const JournalEntry>> entries;
  for (std::uint64_t number = 1; number <= calls; ++number) {
    auto entry = detail::make_ref_with_layout<JournalEntry>(JournalEntry::TextRoom{0});
    entry->number = number;
    entry->answered = false;
    entries.push_back(std::move(entry));
  }
  return Journal(std::move(entries), 0);
}

/// Processor time to judge a journal.
double time_to_judge(const Journal& journal) {
  const std::clock_t start = std::clock();
  EXPECT_EQ(check_retries(journal).calls.size(), journal.size());
  return static_cast<double>(std::clock() - start);
}

TEST(RetryReports, TakeTimeInProportionToTheJournal) {
  // Far apart: fresh pages of memory make the larger one a few times dearer than in proportion, and
  // a search for each call would make it a hundred times as dear. In turn, so that a busy moment of
  // the machine does not hit one alone.
  constexpr std::uint64_t kTimes = 16;
  const Journal few = given_up(2'000);
  const Journal many = given_up(kTimes * 2'000);
  double best_of_few = 1e9;
  double best_of_many = 1e9;
  for (int i = 0; i < 5; ++i) {
    best_of_few = std::min(best_of_few, time_to_judge(few));
    best_of_many = std::min(best_of_many, time_to_judge(many));
  }
  EXPECT_LT(best_of_many, 4 * kTimes * best_of_few);
}

TEST(RetryReports, PrintWhatIsExpected) {
  EXPECT_EQ(to_string(RetryContract{.most_attempts = 3, .longest = 60s}),
            "at most 3 attempts in 60000 ms, delays grow up to 30000 ms");
}

}  // namespace
}  // namespace fauxbank
