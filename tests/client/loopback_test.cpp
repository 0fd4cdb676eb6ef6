// The same tables on real connections: the plain client over loopback TCP to a server. An adapter,
// which may imitate, is held to no other. Run apart, for it needs a network interface.

#include <chrono>
#include <memory>
#include <string>

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/server.hpp>

#include "client/driver.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::chrono_literals;

struct Strike {
  FaultKind kind;
  Trouble trouble;
};

/// What a server on a manual clock can do at once.
constexpr Strike kStrikes[] = {{FaultKind::connection_reset, Trouble::reset},
                               {FaultKind::empty_answer, Trouble::closed},
                               {FaultKind::garbage, Trouble::garbage},
                               {FaultKind::truncated_body, Trouble::truncated}};

class Loopback : public ::testing::TestWithParam<Strike> {
 protected:
  /// \returns false when the client did not use the connection that it had, which some do not in
  /// time
  bool strike(bool kept, bool for_ever) {
    World world{{.accounts = {{.id = "fca_1"}}}};
    Server server(world);
    server.start();
    ClientOptions options;
    options.origin = server.url();
    const std::unique_ptr<Client> client = library().make(options);
    const Request request = Request::get("/v1/financial_connections/accounts/fca_1");
    if (kept) client->perform(request);
    FaultPlan plan{.operation = Operation::retrieve, .kind = GetParam().kind};
    if (!for_ever) plan.trigger = FaultTrigger::nth({1});
    world.faults().add(plan);
    const Outcome outcome = client->perform(request);
    const Journal journal = world.journal();
    if (kept && journal.size() > 1 && journal[1].connection != journal[0].connection) return false;
    check(outcome, kept, for_ever, world.faults().report().front().plan.fired);
    return true;
  }

  static void check(const Outcome& outcome, bool kept, bool for_ever, std::uint64_t fired) {
    const Seen& seen = library().seen.at(static_cast<std::size_t>(GetParam().trouble));
    const int attempts = kept ? seen.attempts_when_kept : seen.attempts;
    EXPECT_EQ(fired, static_cast<std::uint64_t>(for_ever ? attempts : 1));
    if (attempts > 1 && !for_ever) {
      EXPECT_EQ(outcome.status, 200) << outcome.error;
    } else if (seen.error == kShortBody) {
      EXPECT_EQ(outcome.error, "");
    } else {
      EXPECT_EQ(outcome.error,
                kept && !seen.error_when_kept.empty() ? seen.error_when_kept : seen.error);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(All, Loopback, ::testing::ValuesIn(kStrikes),
                         [](const auto& test) { return std::string(to_string(test.param.kind)); });

TEST_P(Loopback, ShowsWhatTheTableSays) {
  for (const bool for_ever : {false, true}) {
    SCOPED_TRACE(for_ever ? "for ever" : "once");
    EXPECT_TRUE(strike(false, for_ever));
    if (!library().keeps_connections) continue;
    int tries = 0;
    while (!strike(true, for_ever))
      ASSERT_LT(++tries, 200) << "no connection was kept";
  }
}

}  // namespace
}  // namespace fauxbank::testing
