#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

/// Something in every member.
AccountSpec full(Category category = Category::cash) {
  AccountSpec spec;
  spec.id = "fca_full";
  spec.created = at(1'681'412'208);
  spec.account_holder = {HolderType::customer, "cus_1", "cusacct_1"};
  spec.institution_name = "StripeBank";
  spec.display_name = "Sample Checking Account";
  spec.last4 = "0789";
  spec.category = category;
  spec.permissions = {Permission::transactions, Permission::balances};
  spec.subscribed = true;
  spec.balance = Balance{category == Category::credit ? BalanceType::credit : BalanceType::cash,
                         at(1'681'412'300),
                         {{"usd", -1234}, {"eur", 5}},
                         Amounts{{"usd", 1200}}};
  spec.balance_refresh = ended(1'681'412'300, 1'681'412'400);
  spec.ownership = Ownership{"fcaowns_1", at(1'681'412'301), {}};
  spec.ownership_refresh = ended(1'681'412'301, 1'681'412'401);
  spec.transaction_refresh = ended(1'681'412'302, 1'681'412'402, "fctxnref_1");
  spec.account_numbers = {AccountNumber{}};
  spec.status_details =
      StatusDetails{DetailAction::relink_required, DetailCause::access_expired, at(1'700'100'000)};
  return spec;
}

Response printed(World& world, bool in_current_form) {
  Request request = Request::get(account_path("fca_full"));
  return world.send(in_current_form ? current(request) : request);
}

// ---- the documented form ----

RULE_TEST(FormDocumented, KeysStandInThePagesOrder, "form.documented") {
  World world{{.accounts = {full()}}};
  const Response answer = printed(world, false);
  EXPECT_EQ(shown(answer, "/object"), "linked_account");
  EXPECT_THAT(
      keys_at(answer),
      ElementsAre("id", "object", "account_holder", "balance", "balance_refresh", "category",
                  "created", "display_name", "institution_name", "last4", "livemode", "ownership",
                  "ownership_refresh", "permissions", "status", "subcategory", "subscriptions",
                  "supported_payment_method_types", "transaction_refresh"));
  EXPECT_THAT(keys_at(answer, "/account_holder"), ElementsAre("customer", "type"));
}

RULE_TEST(FormDocumented, RefreshHashesHoldIdStatusAndLastAttemptAndNothingElse,
          "form.documented") {
  World world{{.accounts = {full()}}};
  const Response answer = printed(world, false);
  EXPECT_THAT(keys_at(answer, "/balance_refresh"), ElementsAre("status", "last_attempted_at"));
  EXPECT_THAT(keys_at(answer, "/ownership_refresh"), ElementsAre("status", "last_attempted_at"));
  EXPECT_THAT(keys_at(answer, "/transaction_refresh"),
              ElementsAre("id", "status", "last_attempted_at"));
}

RULE_TEST(FormDocumented, ListEnvelope, "form.documented") {
  World world{{.accounts = {full()}}};
  const Response answer = list(world);
  EXPECT_THAT(keys_at(answer), ElementsAre("object", "url", "has_more", "data"));
  EXPECT_EQ(shown(answer, "/object"), "list");
  EXPECT_EQ(shown(answer, "/data/0/object"), "linked_account");
}

RULE_TEST(FormDocumented, AnOnDemandRefreshInFlightPrintsPending, "form.documented.pending") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const Response answer = act(world, "fca_a", "refresh", "features[]=ownership");
  EXPECT_EQ(shown(answer, "/status"), "pending");
  EXPECT_EQ(world.account("fca_a").status(), Status::active);
  EXPECT_EQ(shown(list(world), "/data/0/status"), "pending");
  EXPECT_EQ(shown(world.send(current(Request::get(account_path("fca_a")))), "/status"), "active");
  world.clock().advance(seconds{5});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/status"), "active");
}

RULE_TEST(FormDocumented, PendingWhileAnyOfSeveralIsInFlight, "form.documented.pending") {
  World world{{.accounts = {{.id = "fca_a",
                             .refresh = {.balance = {plan(Completion::after(seconds{1}))},
                                         .transactions = {plan(Completion::after(seconds{3}))}}}}}};
  act(world, "fca_a", "refresh", "features[]=balance&features[]=transactions");
  world.clock().advance(seconds{1});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/status"), "pending");
  world.clock().advance(seconds{2});
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/status"), "active");
}

RULE_TEST(FormDocumented, OnlyAnActiveAccountPrintsPending, "form.documented.pending") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}}}};
  for (const char* id : {"fca_a", "fca_b"}) {
    EXPECT_EQ(shown(act(world, id, "refresh", "features[]=balance"), "/status"), "pending");
  }
  world.deactivate("fca_a");
  world.disconnect("fca_b");
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/status"), "inactive");
  EXPECT_EQ(shown(retrieve(world, "fca_b"), "/status"), "disconnected");
}

// ---- the current form ----

RULE_TEST(FormCurrent, KeysAreIdObjectThenAlphabetical, "form.current") {
  World world{{.accounts = {full()}}};
  const Response answer = printed(world, true);
  EXPECT_EQ(shown(answer, "/object"), "financial_connections.account");
  EXPECT_THAT(keys_at(answer),
              ElementsAre("id", "object", "account_holder", "account_numbers", "balance",
                          "balance_refresh", "category", "created", "display_name",
                          "institution_name", "last4", "livemode", "ownership", "ownership_refresh",
                          "permissions", "status", "status_details", "subcategory", "subscriptions",
                          "supported_payment_method_types", "transaction_refresh"));
}

RULE_TEST(FormCurrent, AlphabeticalAtEveryDepth, "form.current") {
  World world{{.accounts = {full()}}};
  const Response answer = printed(world, true);
  EXPECT_THAT(keys_at(answer, "/account_holder"),
              ElementsAre("customer", "customer_account", "type"));
  EXPECT_THAT(
      keys_at(answer, "/account_numbers/0"),
      ElementsAre("expected_expiry_date", "identifier_type", "status", "supported_networks"));
  EXPECT_THAT(keys_at(answer, "/balance"), ElementsAre("as_of", "cash", "current", "type"));
  EXPECT_THAT(keys_at(answer, "/balance/current"), ElementsAre("eur", "usd"));
  EXPECT_THAT(keys_at(answer, "/balance_refresh"),
              ElementsAre("last_attempted_at", "next_refresh_available_at", "status"));
  EXPECT_THAT(keys_at(answer, "/transaction_refresh"),
              ElementsAre("id", "last_attempted_at", "next_refresh_available_at", "status"));
  EXPECT_THAT(keys_at(answer, "/status_details/active"),
              ElementsAre("action", "cause", "expected_deactivation_date"));
}

RULE_TEST(FormCurrent, Values, "form.current") {
  World world{{.accounts = {full()}}};
  const Response answer = printed(world, true);
  EXPECT_EQ(shown(answer, "/account_holder"),
            R"({"customer":"cus_1","customer_account":"cusacct_1","type":"customer"})");
  EXPECT_EQ(
      shown(answer, "/account_numbers"),
      R"([{"expected_expiry_date":null,"identifier_type":"account_number","status":"transactable",)"
      R"("supported_networks":["ach"]}])");
  EXPECT_EQ(
      shown(answer, "/balance"),
      R"({"as_of":1681412300,"cash":{"available":{"usd":1200}},"current":{"eur":5,"usd":-1234},"type":"cash"})");
  EXPECT_EQ(
      shown(answer, "/transaction_refresh"),
      R"({"id":"fctxnref_1","last_attempted_at":1681412302,"next_refresh_available_at":1681412402,)"
      R"("status":"succeeded"})");
  EXPECT_EQ(shown(answer, "/last4"), "0789");
  EXPECT_EQ(shown(answer, "/livemode"), "false");
  EXPECT_EQ(shown(answer, "/ownership"), "fcaowns_1");
  EXPECT_EQ(shown(answer, "/permissions"), R"(["balances","transactions"])");
  EXPECT_EQ(shown(answer, "/subscriptions"), R"(["transactions"])");
  EXPECT_EQ(shown(answer, "/supported_payment_method_types"), R"(["us_bank_account"])");
  EXPECT_EQ(shown(answer, "/status_details/active/action"), "relink_required");
  EXPECT_EQ(shown(answer, "/status_details/active/expected_deactivation_date"), "1700100000");
}

RULE_TEST(FormCurrent, ListEnvelope, "form.current") {
  World world{{.accounts = {full()}}};
  const Response answer = world.send(current(Request::get(kAccounts)));
  EXPECT_THAT(keys_at(answer), ElementsAre("object", "data", "has_more", "url"));
  EXPECT_EQ(shown(answer, "/data/0/object"), "financial_connections.account");
}

RULE_TEST(FormCurrent, NextRefreshIsNullWhilePending, "form.current") {
  World world{{.form = Form::current, .accounts = {{.id = "fca_a"}}}};
  const Response answer = act(world, "fca_a", "refresh", "features[]=balance");
  EXPECT_EQ(
      shown(answer, "/balance_refresh"),
      R"({"last_attempted_at":1700000000,"next_refresh_available_at":null,"status":"pending"})");
  EXPECT_EQ(shown(answer, "/status"), "active");
}

// ---- both ----

RULE_TEST(FormNull, NullableMembersPrintNull, "form.null") {
  World world{{.accounts = {{.id = "fca_full", .last4 = ""}}}};
  for (bool in_current_form : {false, true}) {
    const Response answer = printed(world, in_current_form);
    for (const char* member : {"/account_holder", "/balance", "/balance_refresh", "/last4",
                               "/ownership", "/ownership_refresh", "/transaction_refresh"}) {
      EXPECT_EQ(shown(answer, member), "null") << member;
    }
    EXPECT_EQ(shown(answer, "/account_numbers"), in_current_form ? "null" : "(absent)");
    EXPECT_EQ(shown(answer, "/subscriptions"), "[]");
  }
}

RULE_TEST(FormNull, TheOtherKindsMembersAreLeftOut, "form.null") {
  AccountSpec credit = full(Category::credit);
  credit.account_holder = AccountHolder::account("acct_1");
  credit.balance->part.reset();
  World cash_world{{.accounts = {full()}}};
  World credit_world{{.accounts = {credit}}};
  const Response cash = printed(cash_world, false);
  EXPECT_EQ(shown(cash, "/account_holder/customer"), "cus_1");
  EXPECT_EQ(shown(cash, "/account_holder/account"), "(absent)");
  EXPECT_EQ(shown(cash, "/balance/cash/available/usd"), "1200");
  EXPECT_EQ(shown(cash, "/balance/credit"), "(absent)");
  const Response other = printed(credit_world, false);
  EXPECT_EQ(shown(other, "/account_holder"), R"({"account":"acct_1","type":"account"})");
  EXPECT_EQ(shown(other, "/balance/cash"), "(absent)");
  EXPECT_EQ(shown(other, "/balance/credit"), R"({"used":null})");
  EXPECT_EQ(shown(other, "/balance/type"), "credit");
}

}  // namespace
}  // namespace fauxbank::testing
