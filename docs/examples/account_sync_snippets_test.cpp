// Every fault at every call of AccountSync: the sweep finds each of its bugs, and nothing without
// them. Between marks: what the README shows.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gtest.hpp>

#include "account_sync.hpp"

namespace example {
namespace {

using namespace fauxbank;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// [sweep]
TEST(AccountSync, SurvivesEveryFaultAtEveryCall) {
  const auto make_world = [] { return World{{.accounts = {{.id = "fca_1"}}}}; };
  const auto body = [](World& world) {
    return AccountSync(world.transport(), world.clock()).run("fca_1");  // why it failed, if it did
  };
  const auto invariants = [](World& world) {
    EXPECT_EQ(world.account("fca_1").status(), Status::active);
    EXPECT_THAT(check_retries(world.journal()).violations(), IsEmpty());
  };
  const SweepGrid grid = sweep(make_world, body, expecting(invariants), sweep_options());
  EXPECT_TRUE(grid.ok()) << to_string(grid);
}
// [/sweep]

SweepGrid sweep_with(Bug bug) {
  return sweep(
      [] { return World{{.accounts = {{.id = "fca_1"}}}}; },
      [&](World& world) { return AccountSync(world.transport(), world.clock(), bug).run("fca_1"); },
      [](World& world) -> std::string {
        if (world.account("fca_1").status() != Status::active) return "the account is lost";
        const auto violations = check_retries(world.journal()).violations();
        return violations.empty() ? "" : violations.front();
      });
}

TEST(AccountSync, IsSweptWholly) {
  const SweepGrid grid = sweep_with(Bug::none);
  EXPECT_TRUE(grid.ok()) << to_string(grid);
  EXPECT_EQ(grid.calls.size(), 2u) << "a refresh and a look at it";
  EXPECT_EQ(grid.cells.size(), 2 * sweep_faults().size() - 1) << "no lock_timeout on reads";
}

auto a_cell(std::string_view token, std::string_view reason) {
  return AllOf(Field(&SweepCell::token, HasSubstr(std::string(token))),
               Field(&SweepCell::reason, HasSubstr(std::string(reason))));
}

TEST(AccountSync, IsCaughtWhenItRetriesWithoutAKey) {
  const SweepGrid grid = sweep_with(Bug::no_key);
  EXPECT_THAT(grid.bad(), Contains(a_cell("1.refresh.answer_lost.after", "{without_key}")));
  EXPECT_THAT(to_string(grid), HasSubstr("answer_lost after         B.\n"));
}

TEST(AccountSync, IsCaughtWhenItIgnoresRetryAfter) {
  EXPECT_THAT(sweep_with(Bug::ignores_retry_after).bad(),
              Contains(a_cell("1.refresh.rate_limit.before", "{too_soon}")));
}

TEST(AccountSync, IsCaughtWhenItTakesAPendingRefreshForAFailedOne) {
  EXPECT_THAT(sweep_with(Bug::pending_is_failed).bad(),
              Contains(a_cell("1.refresh.rate_limit.before", "the account is lost")));
}

}  // namespace
}  // namespace example
