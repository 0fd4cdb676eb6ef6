// Two fixtures on different worlds, mocks, matchers, the listener and death tests in one program,
// which is also run shuffled, twenty times over.

#include <cstdio>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/gmock.hpp>
#include <fauxbank/gtest.hpp>

namespace fauxbank {
namespace {

using ::testing::_;
using ::testing::AtMost;

const std::string kAccounts = "/v1/financial_connections/accounts";

class FirstBankTest : public WorldTest {
 protected:
  FirstBankTest() : WorldTest({.seed = 1, .accounts = {{.id = "fca_first"}}}) {}
  MockTransport mock{world};
};

class SecondBankTest : public WorldTest {
 protected:
  SecondBankTest() : WorldTest({.seed = 2, .accounts = {{.id = "fca_second"}}}) {}
  MockAccounts mock{world};
};

TEST_F(FirstBankTest, SeesItsWorldAlone) {
  EXPECT_CALL(mock, send(IsGet(kAccounts + "/fca_first")));
  EXPECT_THAT(mock.send(Request::get(kAccounts + "/fca_first")), IsOkAnd(HasHttpStatus(200)));
  EXPECT_THAT(mock.send(Request::get(kAccounts + "/fca_second")), IsOkAnd(HasHttpStatus(404)));
  EXPECT_THAT(world.journal(), Received(Operation::retrieve).Times(2));
}

TEST_F(SecondBankTest, SeesItsWorldAlone) {
  EXPECT_CALL(mock, retrieve(_)).Times(AtMost(2));
  EXPECT_THAT(mock.retrieve("fca_second"), IsOkAnd(HasStatus(Status::active)));
  EXPECT_THAT(mock.retrieve("fca_first"), FailsWith("resource_missing", "account"));
  EXPECT_THAT(world.journal(), Received(Operation::retrieve).Times(2));
}

// What an earlier test did is gone, in whatever order they run.
TEST_F(FirstBankTest, StartsWithAnEmptyJournal) {
  EXPECT_THAT(world.journal(), Received().Times(0));
  (void)world.accounts().disconnect("fca_first");
  EXPECT_THAT(world.journal(), NoCallsAfter(EventKind::disconnected));
}

TEST_F(SecondBankTest, StartsWithItsAccountActive) {
  EXPECT_THAT(world.account("fca_second"), HasStatus(Status::active));
  (void)world.accounts().disconnect("fca_second");
}

using FirstBankDeathTest = FirstBankTest;

TEST_F(FirstBankDeathTest, SeesTheWorldInTheChildAndLosesNothingInTheParent) {
  (void)world.accounts().retrieve("fca_first");
  EXPECT_EXIT(
      {
        (void)world.accounts().disconnect("fca_first");
        std::_Exit(world.account("fca_first").status() == Status::disconnected ? 3 : 4);
      },
      ::testing::ExitedWithCode(3), "");
  EXPECT_THAT(world.account("fca_first"), HasStatus(Status::active));
  EXPECT_THAT(world.journal(), Received().Times(1));
}

TEST_F(FirstBankDeathTest, WorksInTheThreadsafeStyle) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(
      {
        std::fputs(to_string(world).c_str(), stderr);
        std::abort();
      },
      "1 account at 2023-11-14T22:13:20Z");
}

// Every repetition adds the worlds of its tests, and no more.
TEST(FaceCoverage, GrowsWithEveryRun) {
  const std::uint64_t before = coverage().worlds();
  {
    World world;
    const WorldReport report(world);
  }
  EXPECT_EQ(coverage().worlds(), before + 1);
}

}  // namespace
}  // namespace fauxbank
