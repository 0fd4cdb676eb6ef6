#include <fauxbank/command.hpp>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

TEST(Commands, NamesOfOperations) {
  EXPECT_EQ(to_string(Operation::list), "list");
  EXPECT_EQ(to_string(Operation::retrieve), "retrieve");
  EXPECT_EQ(to_string(Operation::disconnect), "disconnect");
  EXPECT_EQ(to_string(Operation::refresh), "refresh");
  EXPECT_EQ(to_string(Operation::subscribe), "subscribe");
  EXPECT_EQ(to_string(Operation::unsubscribe), "unsubscribe");
  EXPECT_EQ(to_string(Operation::owners), "owners");
  EXPECT_EQ(to_string(Operation::sessions_create), "sessions.create");
  EXPECT_EQ(to_string(Operation::sessions_retrieve), "sessions.retrieve");
  EXPECT_EQ(to_string(Operation::transactions_list), "transactions.list");
  EXPECT_EQ(to_string(Operation::transactions_retrieve), "transactions.retrieve");
}

TEST(Commands, NamesOfWorldEvents) {
  EXPECT_EQ(to_string(WorldEventKind::link), "link");
  EXPECT_EQ(to_string(WorldEventKind::deactivate), "deactivate");
  EXPECT_EQ(to_string(WorldEventKind::reactivate), "reactivate");
  EXPECT_EQ(to_string(WorldEventKind::disconnect), "disconnect");
  EXPECT_EQ(to_string(WorldEventKind::complete_refresh), "complete_refresh");
  EXPECT_EQ(to_string(WorldEventKind::set_balance), "set_balance");
}

TEST(Commands, ParametersAreLeftOutByDefault) {
  const ListParams list;
  EXPECT_FALSE(list.account_holder.account || list.account_holder.customer ||
               list.account_holder.customer_account);
  EXPECT_FALSE(list.session || list.limit || list.starting_after || list.ending_before);
  EXPECT_TRUE(RefreshParams{}.features.empty());
}

TEST(Commands, OnlyTransactionsCanBeSubscribedToSoTheyAreTheDefault) {
  EXPECT_EQ(SubscribeParams{}.features, FeatureSet{Feature::transactions});
  EXPECT_EQ(UnsubscribeParams{}.features, FeatureSet{Feature::transactions});
}

}  // namespace
}  // namespace fauxbank
