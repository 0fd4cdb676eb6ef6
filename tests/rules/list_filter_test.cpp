#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

Scenario mixed() {
  return {
      .accounts = {{.id = "fca_c1",
                    .account_holder = AccountHolder::customer("cus_1"),
                    .session = "fcsess_1"},
                   {.id = "fca_c2", .account_holder = AccountHolder::customer("cus_2")},
                   {.id = "fca_a1",
                    .account_holder = AccountHolder::account("acct_1"),
                    .session = "fcsess_2"},
                   {.id = "fca_c1b",
                    .account_holder = AccountHolder{HolderType::customer, "cus_1", "cusacct_1"}},
                   // A customer and an account of one name are different holders.
                   {.id = "fca_a2", .account_holder = AccountHolder::account("cus_1")},
                   {.id = "fca_none"}}};
}

RULE_TEST(ListFilter, ByCustomer, "list.filter_customer") {
  World world{mixed()};
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus_1")),
              ElementsAre("fca_c1b", "fca_c1"));
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus_2")), ElementsAre("fca_c2"));
  EXPECT_EQ(list(world, "account_holder[customer]=cus_unknown").status, 200);
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus_unknown")), IsEmpty());
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=acct_1")), IsEmpty());
}

RULE_TEST(ListFilter, ByCustomerAccountInTheCurrentForm, "list.filter_customer") {
  World world{mixed()};
  const auto ids = [&](const char* value) {
    return ids_of(world.send(current(
        Request::get(kAccounts + "?account_holder[customer_account]=" + std::string(value)))));
  };
  EXPECT_THAT(ids("cusacct_1"), ElementsAre("fca_c1b"));
  EXPECT_THAT(ids("cus_1"), IsEmpty());
}

RULE_TEST(ListFilter, ByAccount, "list.filter_account") {
  World world{mixed()};
  EXPECT_THAT(ids_of(list(world, "account_holder[account]=acct_1")), ElementsAre("fca_a1"));
  EXPECT_THAT(ids_of(list(world, "account_holder[account]=cus_1")), ElementsAre("fca_a2"));
  EXPECT_EQ(list(world, "account_holder[account]=acct_9").status, 200);
  EXPECT_THAT(ids_of(list(world, "account_holder[account]=acct_9")), IsEmpty());
}

RULE_TEST(ListFilter, BySession, "list.filter_session") {
  World world{mixed()};
  EXPECT_THAT(ids_of(list(world, "session=fcsess_1")), ElementsAre("fca_c1"));
  EXPECT_THAT(ids_of(list(world, "session=fcsess_2")), ElementsAre("fca_a1"));
  EXPECT_EQ(list(world, "session=fcsess_9").status, 200);
  EXPECT_THAT(ids_of(list(world, "session=fcsess_9")), IsEmpty());
}

RULE_TEST(ListFilter, AnEmptyResultHasNoMore, "list.filter_session", "list.has_more") {
  World world{mixed()};
  EXPECT_EQ(shown(list(world, "session=fcsess_9&limit=1"), "/has_more"), "false");
  EXPECT_EQ(shown(list(world, "session=fcsess_9"), "/data"), "[]");
  EXPECT_EQ(shown(list(world, "limit=1"), "/has_more"), "true");
  EXPECT_THAT(ids_of(list(world, "session=fcsess_1&limit=1")), ElementsAre("fca_c1"));
}

RULE_TEST(ListFilter, OfTheTypedFace, "list.filter_customer", "list.filter_account",
          "list.filter_session") {
  World world{mixed()};
  Accounts& accounts = world.accounts();
  EXPECT_EQ(accounts.list({.account_holder = {.customer = "cus_1"}})->data.size(), 2u);
  EXPECT_EQ(accounts.list({.account_holder = {.account = "acct_1"}})->data.size(), 1u);
  EXPECT_EQ(accounts.list({.account_holder = {.customer_account = "cusacct_1"}})->data.size(), 1u);
  EXPECT_EQ(accounts.list({.session = "fcsess_1"})->data.size(), 1u);
}

RULE_TEST(ListExclusive, AnyTwoOrThree, "list.exclusive") {
  World world{mixed()};
  const std::string account = "account_holder[account]=acct_1";
  const std::string customer = "account_holder[customer]=cus_1";
  const std::string session = "session=fcsess_1";
  const std::string exclusive = "400 invalid_request_error parameters_exclusive ";
  // The order in which they are spelled does not matter.
  EXPECT_EQ(summary(list(world, customer + "&" + account)), exclusive + "account_holder[account]");
  EXPECT_EQ(summary(list(world, session + "&" + account)), exclusive + "account_holder[account]");
  EXPECT_EQ(summary(list(world, session + "&" + customer)), exclusive + "account_holder[customer]");
  const Response all = list(world, session + "&" + customer + "&" + account);
  EXPECT_EQ(summary(all), exclusive + "account_holder[account]");
  const std::string message = error_member(all, "message");
  for (const char* name : {"account_holder[account]", "account_holder[customer]", "session"}) {
    EXPECT_THAT(message, HasSubstr(name));
  }
  EXPECT_THAT(error_member(list(world, session + "&" + customer), "message"),
              Not(HasSubstr("[account]")));
}

RULE_TEST(ListExclusive, CustomerAccountIsTheLastOfTheGroup, "list.exclusive") {
  World world{mixed()};
  const auto ask = [&](const std::string& query) {
    return summary(world.send(
        current(Request::get(kAccounts + "?account_holder[customer_account]=cusacct_1&" + query))));
  };
  const std::string exclusive = "400 invalid_request_error parameters_exclusive ";
  EXPECT_EQ(ask("session=fcsess_1"), exclusive + "session");
  EXPECT_EQ(ask("account_holder[customer]=cus_1"), exclusive + "account_holder[customer]");
}

RULE_TEST(ListExclusive, OfTheTypedFace, "list.exclusive") {
  World world{mixed()};
  EXPECT_EQ(summary(world.accounts().list(
                {.account_holder = {.customer = "cus_1"}, .session = "fcsess_1"})),
            "400 invalid_request_error parameters_exclusive account_holder[customer]");
}

RULE_TEST(ListDisconnected, DisconnectedAndInactiveAccountsStay, "list.disconnected") {
  World world{{.accounts = {{.id = "fca_a", .account_holder = AccountHolder::customer("cus_1")},
                            {.id = "fca_b", .account_holder = AccountHolder::customer("cus_1")},
                            {.id = "fca_c"}}}};
  act(world, "fca_a", "disconnect");
  world.deactivate("fca_b");
  EXPECT_THAT(ids_of(list(world)), ElementsAre("fca_c", "fca_b", "fca_a"));
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus_1")), ElementsAre("fca_b", "fca_a"));
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_a")), ElementsAre("fca_c", "fca_b"));
}

RULE_TEST(ListUrl, IsThePathWithoutTheQuery, "list.url") {
  World world{mixed()};
  for (const char* query :
       {"", "limit=2", "account_holder[customer]=cus_1", "starting_after=fca_c1"}) {
    EXPECT_EQ(shown(list(world, query), "/url"), "/v1/financial_connections/accounts") << query;
  }
}

}  // namespace
}  // namespace fauxbank::testing
