#include <fauxbank/scenario.hpp>

#include <string>

#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

TEST(Scenarios, HaveADefaultForEverything) {
  const Scenario scenario;
  EXPECT_EQ(scenario.seed, 1u);
  EXPECT_EQ(to_string(scenario.now), "2023-11-14T22:13:20Z");
  EXPECT_EQ(scenario.form, Form::documented);
  EXPECT_EQ(scenario.rules.limit_out_of_range, LimitOutOfRange::reject);
  EXPECT_EQ(scenario.rules.permissions, PermissionCheck::enforce);
  EXPECT_EQ(scenario.rules.early_refresh, EarlyRefresh::ignore);
  EXPECT_TRUE(scenario.accounts.empty() && scenario.tenants.empty());
}

TEST(Scenarios, SayWhatAWorldStartsAs) {
  const World world{{.seed = 3,
                     .now = Instant{Milliseconds{1'000}},
                     .form = Form::current,
                     .rules = {.permissions = PermissionCheck::ignore},
                     .defaults = {.cool_down = Milliseconds{5}},
                     .tenants = {"acct_1"},
                     .accounts = {{.id = "fca_a"}, {.id = "fca_b", .tenant = "acct_1"}}}};
  const State state = world.state();
  EXPECT_EQ(state.settings().seed, 3u);
  EXPECT_EQ(state.now(), Instant{Milliseconds{1'000}});
  EXPECT_EQ(state.settings().form, Form::current);
  EXPECT_EQ(state.settings().rules.permissions, PermissionCheck::ignore);
  EXPECT_EQ(state.settings().defaults.cool_down, Milliseconds{5});
  EXPECT_EQ(state.settings().tenants.size(), 1u);
  ASSERT_EQ(state.size(), 2u);
  EXPECT_EQ(state.at(0).id(), "fca_a");
  EXPECT_EQ(state.at(1).tenant(), "acct_1");
}

TEST(Scenarios, LoadingIsNoEvent) {
  const World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_TRUE(world.events().empty());
  EXPECT_TRUE(world.journal().empty());
}

TEST(Scenarios, WhatIsLeftOpenComesFromTheSeed) {
  Scenario scenario;
  scenario.accounts.resize(20);
  const World one{scenario};
  const World same{scenario};
  scenario.seed = 2;
  const World other{scenario};
  EXPECT_EQ(one.digest(), same.digest());
  int different = 0;
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(one.all()[i], same.all()[i]);
    EXPECT_NE(one.all()[i].id(), other.all()[i].id());
    different += one.all()[i].last4() == other.all()[i].last4() ? 0 : 1;
  }
  EXPECT_GT(different, 10);
}

TEST(Scenarios, AFaultyAccountIsAMisuseThatNamesIt) {
  try {
    const World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b", .last4 = "12"}}}};
    ADD_FAILURE() << "accepted";
  } catch (const Misuse& misuse) {
    EXPECT_EQ(std::string(misuse.what()),
              "account 'fca_b': /last4: last4 is four digits, not '12'");
  }
}

}  // namespace
}  // namespace fauxbank
