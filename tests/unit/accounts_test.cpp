#include <fauxbank/accounts.hpp>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

World five() {
  Scenario scenario;
  for (int i = 1; i <= 5; ++i)
    scenario.accounts.push_back({.id = "fca_" + std::to_string(i)});
  return World{scenario};
}

std::vector<std::string> walk(Accounts& accounts, const ListParams& params) {
  std::vector<std::string> seen;
  for (const Result<Account, ApiError>& account : all_accounts(accounts, params)) {
    seen.push_back(account ? std::string(account->id()) : "error " + account.error().code);
  }
  return seen;
}

TEST(AllAccounts, WalksForward) {
  World world = five();
  for (std::int64_t limit : {1, 2, 3, 5, 100}) {
    EXPECT_THAT(walk(world.accounts(), {.limit = limit}),
                ElementsAre("fca_5", "fca_4", "fca_3", "fca_2", "fca_1"))
        << limit;
  }
  EXPECT_THAT(walk(world.accounts(), {.limit = 2, .starting_after = "fca_4"}),
              ElementsAre("fca_3", "fca_2", "fca_1"));
}

TEST(AllAccounts, WalksBackwardOldestFirst) {
  World world = five();
  for (std::int64_t limit : {1, 2, 3, 100}) {
    EXPECT_THAT(walk(world.accounts(), {.limit = limit, .ending_before = "fca_1"}),
                ElementsAre("fca_2", "fca_3", "fca_4", "fca_5"))
        << limit;
  }
}

TEST(AllAccounts, OfNothing) {
  World world;
  EXPECT_THAT(walk(world.accounts(), {}), IsEmpty());
  World other = five();
  EXPECT_THAT(walk(other.accounts(), {.account_holder = {.customer = "cus_none"}}), IsEmpty());
}

TEST(AllAccounts, KeepsTheFilter) {
  const AccountHolder holder = AccountHolder::customer("cus_1");
  World world{{.accounts = {{.id = "fca_1", .account_holder = holder},
                            {.id = "fca_2"},
                            {.id = "fca_3", .account_holder = holder},
                            {.id = "fca_4", .account_holder = holder}}}};
  EXPECT_THAT(walk(world.accounts(), {.account_holder = {.customer = "cus_1"}, .limit = 1}),
              ElementsAre("fca_4", "fca_3", "fca_1"));
}

TEST(AllAccounts, AnErrorIsTheLastElement) {
  World world = five();
  EXPECT_THAT(walk(world.accounts(), {.starting_after = "fca_none"}),
              ElementsAre("error resource_missing"));
  EXPECT_THAT(walk(world.accounts(), {.limit = 0}), ElementsAre("error parameter_invalid_integer"));
}

/// Fails on the second page.
class Flaky final : public Accounts {
 public:
  Result<Page<Account>, ApiError> list(const ListParams& params) override {
    asked.push_back(params.starting_after.value_or("(start)"));
    if (asked.size() == 2) return Failure(ApiError{500, "api_error", "down", {}, {}, {}});
    return Page<Account>{{Account({.id = "fca_2"}), Account({.id = "fca_1"})}, true};
  }
  Result<Account, ApiError> retrieve(std::string_view id) override { return none(id); }
  Result<Account, ApiError> disconnect(std::string_view id) override { return none(id); }
  Result<Account, ApiError> refresh(std::string_view id, const RefreshParams&) override {
    return none(id);
  }
  Result<Account, ApiError> subscribe(std::string_view id, const SubscribeParams& params) override {
    subscribed = params.features;
    return none(id);
  }
  Result<Account, ApiError> unsubscribe(std::string_view id,
                                        const UnsubscribeParams& params) override {
    subscribed = params.features;
    return none(id);
  }
  using Accounts::list;
  using Accounts::subscribe;
  using Accounts::unsubscribe;
  std::vector<std::string> asked;
  FeatureSet subscribed;

 private:
  static Result<Account, ApiError> none(std::string_view id) {
    return Failure(ApiError{404, {}, {}, {}, std::string(id), {}});
  }
};

TEST(AllAccounts, AnErrorOnALaterPageEndsTheWalkAfterWhatWasSeen) {
  Flaky accounts;
  EXPECT_THAT(walk(accounts, {}), ElementsAre("fca_2", "fca_1", "error down"));
  EXPECT_THAT(accounts.asked, ElementsAre("(start)", "fca_1"));
}

TEST(AllAccounts, FetchesAPageWhenItIsNeeded) {
  Flaky accounts;
  AccountRange range = all_accounts(accounts);
  auto at = range.begin();
  ++at;
  EXPECT_EQ((*at)->id(), "fca_1");
  EXPECT_EQ(accounts.asked.size(), 1u);
  ++at;
  EXPECT_FALSE(at->has_value());
  EXPECT_EQ(accounts.asked.size(), 2u);
  ++at;
  EXPECT_EQ(at, range.end());
}

TEST(AccountsFace, LeftOutParametersHaveDefaults) {
  Flaky accounts;
  (void)accounts.list();
  EXPECT_THAT(accounts.asked, ElementsAre("(start)"));
  (void)accounts.subscribe("fca_1");
  EXPECT_EQ(accounts.subscribed, FeatureSet{Feature::transactions});
  accounts.subscribed.clear();
  (void)accounts.unsubscribe("fca_1");
  EXPECT_EQ(accounts.subscribed, FeatureSet{Feature::transactions});
}

}  // namespace
}  // namespace fauxbank
