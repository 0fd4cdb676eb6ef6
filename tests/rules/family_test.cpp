#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

const std::string kRows = "/v1/financial_connections/transactions";

Transaction row(std::string id, std::int64_t transacted_at, std::int64_t amount = -300) {
  return {.id = std::move(id), .amount = amount, .transacted_at = at(transacted_at)};
}

/// Five rows of two refreshes that have succeeded: fctxnref_1 brought the first three.
AccountSpec with_rows(std::string id = "fca_a") {
  AccountSpec spec{.id = id};
  spec.transaction_refresh = ended(kStart - 50, kStart - 40, "fctxnref_2");
  for (int i = 1; i <= 5; ++i) {
    spec.transactions.push_back(row(id + "_" + std::to_string(i), 100 * i));
    spec.transactions.back().transaction_refresh = i <= 3 ? "fctxnref_1" : "fctxnref_2";
  }
  return spec;
}

AccountSpec owned(std::string id = "fca_a", int owners = 3) {
  Ownership ownership{.id = "fcaowns_1", .created = at(kStart)};
  for (int i = 1; i <= owners; ++i)
    ownership.owners.push_back({.id = "fcaown_" + std::to_string(i), .name = "Jane"});
  return {.id = std::move(id), .ownership = ownership};
}

Response rows(World& world, const std::string& query) {
  return world.send(Request::get(kRows + "?" + query));
}
Response owners(World& world, const std::string& query, std::string_view id = "fca_a") {
  return world.send(Request::get(account_path(id, "owners") + "?" + query));
}
std::vector<std::string> row_ids(const Response& response) {
  if (response.status != 200) return {summary(response)};
  return ids_of(response);
}

// ---- owners -------------------------------------------------------------------------------------

RULE_TEST(Owners, AreAListOfTheOwnership, "owners") {
  World world{{.accounts = {owned()}}};
  const Response answer = owners(world, "ownership=fcaowns_1");
  EXPECT_THAT(row_ids(answer), ElementsAre("fcaown_1", "fcaown_2", "fcaown_3"));
  EXPECT_THAT(keys_at(answer), ElementsAre("object", "url", "has_more", "data"));
  EXPECT_THAT(keys_at(answer, "/data/0"), ElementsAre("id", "object", "email", "name", "ownership",
                                                      "phone", "raw_address", "refreshed_at"));
  EXPECT_EQ(shown(answer, "/data/0/object"), "financial_connections.account_owner");
  EXPECT_EQ(shown(answer, "/data/0/ownership"), "fcaowns_1");
  EXPECT_EQ(shown(answer, "/url"), account_path("fca_a", "owners"));
  const auto request = Request::get(account_path("fca_a", "owners") + "?ownership=fcaowns_1");
  EXPECT_THAT(keys_at(world.send(current(request))),
              ElementsAre("object", "data", "has_more", "url"));
}

RULE_TEST(Owners, PageLikeEveryList, "owners", "list.has_more") {
  World world{{.accounts = {owned()}}};
  const Response first = owners(world, "ownership=fcaowns_1&limit=2");
  EXPECT_THAT(row_ids(first), ElementsAre("fcaown_1", "fcaown_2"));
  EXPECT_EQ(shown(first, "/has_more"), "true");
  const Response rest = owners(world, "ownership=fcaowns_1&limit=2&starting_after=fcaown_2");
  EXPECT_THAT(row_ids(rest), ElementsAre("fcaown_3"));
  EXPECT_EQ(shown(rest, "/has_more"), "false");
  const Response back = owners(world, "ownership=fcaowns_1&limit=1&ending_before=fcaown_3");
  EXPECT_THAT(row_ids(back), ElementsAre("fcaown_2"));
  EXPECT_EQ(shown(back, "/has_more"), "true");
  EXPECT_EQ(summary(owners(world, "ownership=fcaowns_1&starting_after=x")),
            "400 invalid_request_error resource_missing starting_after");
  EXPECT_EQ(summary(owners(world,
                           "ownership=fcaowns_1&starting_after=fcaown_1&"
                           "ending_before=fcaown_1")),
            "400 invalid_request_error - -");
}

RULE_TEST(Owners, NeedTheOwnershipThatTheAccountShows, "owners", "param.missing") {
  World world{{.accounts = {owned(), {.id = "fca_bare"}}}};
  const char* const missing = "400 invalid_request_error resource_missing ownership";
  EXPECT_EQ(summary(owners(world, "limit=1")),
            "400 invalid_request_error parameter_missing ownership");
  EXPECT_EQ(summary(world.send(Request::get(account_path("fca_a", "owners")))),
            "400 invalid_request_error parameter_missing ownership");
  EXPECT_EQ(summary(owners(world, "ownership=fcaowns_2")), missing);
  EXPECT_EQ(summary(owners(world, "ownership=fcaowns_1", "fca_bare")), missing);
  EXPECT_EQ(summary(owners(world, "ownership=fcaowns_1", "fca_none")),
            "404 invalid_request_error resource_missing account");
  act(world, "fca_a", "disconnect");
  EXPECT_EQ(summary(owners(world, "ownership=fcaowns_1")), missing);
}

RULE_TEST(Owners, OfANewSnapshotHaveNewIds, "owners") {
  World world{{.accounts = {owned()}}};
  act(world, "fca_a", "refresh", "features[]=ownership");
  world.clock().advance(seconds{5});
  const std::string id = world.account("fca_a").ownership()->id;
  EXPECT_NE(id, "fcaowns_1");
  EXPECT_EQ(ids_of(owners(world, "ownership=" + id)).size(), 3u);
  EXPECT_EQ(summary(owners(world, "ownership=fcaowns_1")),
            "400 invalid_request_error resource_missing ownership");
}

// ---- expand -------------------------------------------------------------------------------------

RULE_TEST(Expand, PrintsTheOwnershipInPlaceOfItsId, "expand") {
  World world{{.accounts = {owned(), {.id = "fca_bare"}}}};
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/ownership"), "fcaowns_1");
  const auto expanded = [&](const char* verb, const std::string& form) {
    return shown(act(world, "fca_a", verb, form), "/ownership/owners/data/0/id");
  };
  const Response one = world.send(Request::get(account_path("fca_a") + "?expand[]=ownership"));
  EXPECT_THAT(keys_at(one, "/ownership"), ElementsAre("id", "object", "created", "owners"));
  EXPECT_EQ(shown(one, "/ownership/owners/url"),
            account_path("fca_a", "owners") + "?ownership=fcaowns_1");
  EXPECT_EQ(expanded("refresh", "features[]=balance&expand[]=ownership"), "fcaown_1");
  EXPECT_EQ(expanded("subscribe", "features[]=transactions&expand[0]=ownership"), "fcaown_1");
  EXPECT_EQ(expanded("unsubscribe", "features[]=transactions&expand[]=ownership.owners"),
            "fcaown_1");
  const Response page = list(world, "expand[]=data.ownership");
  EXPECT_EQ(shown(page, "/data/0/ownership"), "null");
  EXPECT_EQ(shown(page, "/data/1/ownership/id"), "fcaowns_1");
  EXPECT_EQ(shown(act(world, "fca_a", "disconnect", "expand[]=ownership"), "/ownership"), "null");
}

RULE_TEST(Expand, ShowsTheFirstPageOfOwners, "expand") {
  World world{{.accounts = {owned("fca_a", 11)}}};
  const Response one = world.send(Request::get(account_path("fca_a") + "?expand[]=ownership"));
  EXPECT_EQ(json_of(one).at_pointer("/ownership/owners/data").as_array().size(), 10u);
  EXPECT_EQ(shown(one, "/ownership/owners/has_more"), "true");
}

RULE_TEST(Expand, OfInlineMembersChangesNothing, "expand") {
  World world{{.accounts = {owned()}}};
  const std::string plain = retrieve(world, "fca_a").body;
  for (const char* path :
       {"account_holder", "account_numbers", "balance", "balance_refresh", "ownership_refresh",
        "status_details", "transaction_refresh", "balance.cash"}) {
    EXPECT_EQ(
        world.send(Request::get(account_path("fca_a") + "?expand[]=" + std::string(path))).body,
        plain)
        << path;
  }
  EXPECT_EQ(list(world, "expand[]=data").body, list(world).body);
  EXPECT_EQ(list(world, "expand[]=data.balance").body, list(world).body);
}

RULE_TEST(Expand, OfAnythingElseIsRefused, "expand") {
  World world{{.accounts = {owned()}}};
  const auto refused = [&](const std::string& path) {
    return summary(world.send(Request::get(account_path("fca_a") + "?expand[]=" + path)));
  };
  const char* const plain = "400 invalid_request_error - -";
  for (const char* path : {"nope", "account_holder.customer", "data.ownership", "ownership.nope",
                           "ownership.", ".ownership", "last4"})
    EXPECT_EQ(refused(path), plain) << path;
  EXPECT_EQ(refused("a.b.c.d"), plain);
  EXPECT_EQ(refused("a.b.c.d.e"), "400 invalid_request_error property_expansion_max_depth -");
  EXPECT_EQ(summary(list(world, "expand[]=ownership")), plain);
  EXPECT_THAT(list(world, "expand[]=ownership").body, HasSubstr("data.ownership"));
  EXPECT_EQ(summary(list(world, "expand=data.ownership")), "400 invalid_request_error - expand");
  EXPECT_EQ(summary(list(world, "expand[]=")),
            "400 invalid_request_error parameter_invalid_empty expand[0]");
}

RULE_TEST(Expand, StandsAfterTypesAndBeforeLookUps, "expand", "param.order") {
  World world;
  EXPECT_EQ(summary(act(world, "fca_none", "refresh", "expand[]=nope")),
            "400 invalid_request_error parameter_missing features");
  EXPECT_EQ(summary(act(world, "fca_none", "refresh", "expand[]=nope&features[]=x")),
            "400 invalid_request_error - features[0]");
  EXPECT_EQ(summary(act(world, "fca_none", "refresh", "expand[]=nope&features[]=balance")),
            "400 invalid_request_error - -");
  EXPECT_EQ(summary(list(world, "expand[]=nope&limit=0")),
            "400 invalid_request_error parameter_invalid_integer limit");
  EXPECT_EQ(summary(list(world, "expand[]=nope&starting_after=x")),
            "400 invalid_request_error - -");
}

RULE_TEST(Expand, IsRememberedByTheJournal, "expand") {
  World world{{.accounts = {owned()}}};
  const Response one = world.send(Request::get(account_path("fca_a") + "?expand[]=ownership"));
  const Response other = owners(world, "ownership=fcaowns_1");
  EXPECT_EQ(world.journal()[0].response_body(), one.body);
  EXPECT_EQ(world.journal()[1].response_body(), other.body);
}

// ---- transactions -------------------------------------------------------------------------------

RULE_TEST(Transactions, AreAListNewestFirst, "transactions") {
  World world{{.accounts = {with_rows()}}};
  const Response answer = rows(world, "account=fca_a");
  EXPECT_THAT(row_ids(answer), ElementsAre("fca_a_5", "fca_a_4", "fca_a_3", "fca_a_2", "fca_a_1"));
  EXPECT_THAT(keys_at(answer, "/data/0"),
              ElementsAre("id", "object", "account", "amount", "currency", "description",
                          "livemode", "status", "status_transitions", "transacted_at",
                          "transaction_refresh", "updated"));
  EXPECT_EQ(shown(answer, "/url"), kRows);
  EXPECT_EQ(shown(answer, "/data/0/account"), "fca_a");
  EXPECT_EQ(shown(answer, "/data/0/transaction_refresh"), "fctxnref_2");
  EXPECT_EQ(shown(answer, "/data/0/status_transitions"), R"({"posted_at":500,"void_at":null})");
}

RULE_TEST(Transactions, PageBothWays, "transactions") {
  World world{{.accounts = {with_rows()}}};
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&limit=2")), ElementsAre("fca_a_5", "fca_a_4"));
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&limit=2&starting_after=fca_a_4")),
              ElementsAre("fca_a_3", "fca_a_2"));
  const Response back = rows(world, "account=fca_a&limit=2&ending_before=fca_a_2");
  EXPECT_THAT(row_ids(back), ElementsAre("fca_a_4", "fca_a_3"));
  EXPECT_EQ(shown(back, "/has_more"), "true");
  EXPECT_EQ(shown(rows(world, "account=fca_a&starting_after=fca_a_1"), "/data"), "[]");
  EXPECT_EQ(summary(rows(world, "account=fca_a&ending_before=x")),
            "400 invalid_request_error resource_missing ending_before");
  EXPECT_EQ(summary(rows(world, "account=fca_a&ending_before=fca_a_1&starting_after=fca_a_1")),
            "400 invalid_request_error - -");
}

RULE_TEST(Transactions, TakeARowOfAnotherAccountAsAPosition, "transactions") {
  World world{{.accounts = {with_rows(), with_rows("fca_b")}}};
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&starting_after=fca_b_3")),
              ElementsAre("fca_a_3", "fca_a_2", "fca_a_1"));
  EXPECT_THAT(row_ids(rows(world, "account=fca_b&starting_after=fca_a_3")),
              ElementsAre("fca_b_2", "fca_b_1"));
}

RULE_TEST(Transactions, AreNarrowedByTime, "transactions") {
  World world{{.accounts = {with_rows()}}};
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&transacted_at=300")), ElementsAre("fca_a_3"));
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&transacted_at[gt]=300")),
              ElementsAre("fca_a_5", "fca_a_4"));
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&transacted_at[gte]=300&transacted_at[lt]=500")),
              ElementsAre("fca_a_4", "fca_a_3"));
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&transacted_at[lte]=100")), ElementsAre("fca_a_1"));
  // A cursor is a position, whether or not it matches.
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&transacted_at[lt]=300&starting_after=fca_a_4")),
              ElementsAre("fca_a_2", "fca_a_1"));
  EXPECT_EQ(summary(rows(world, "account=fca_a&transacted_at[gt]=soon")),
            "400 invalid_request_error parameter_invalid_integer transacted_at[gt]");
  EXPECT_EQ(summary(rows(world, "account=fca_a&transacted_at=soon")),
            "400 invalid_request_error parameter_invalid_integer transacted_at");
  EXPECT_EQ(summary(rows(world, "account=fca_a&transacted_at[near]=1")),
            "400 invalid_request_error parameter_unknown transacted_at[near]");
  EXPECT_EQ(summary(rows(world, "account=fca_a&transacted_at[]=1")),
            "400 invalid_request_error - transacted_at");
}

RULE_TEST(Transactions, AreNarrowedByTheRefreshThatBroughtThem, "transactions") {
  World world{{.accounts = {with_rows()}}};
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&transaction_refresh[after]=fctxnref_1")),
              ElementsAre("fca_a_5", "fca_a_4"));
  EXPECT_THAT(row_ids(rows(world, "account=fca_a&transaction_refresh[after]=fctxnref_2")),
              IsEmpty());
  EXPECT_EQ(summary(rows(world, "account=fca_a&transaction_refresh[after]=fctxnref_9")),
            "400 invalid_request_error resource_missing transaction_refresh[after]");
  EXPECT_EQ(summary(rows(world, "account=fca_a&transaction_refresh=fctxnref_1")),
            "400 invalid_request_error - transaction_refresh");
}

RULE_TEST(Transactions, AppearWhenARefreshSucceeds, "transactions") {
  RefreshPlan second{.rows = {row("fctxn_1", 150, -7), row("fctxn_2", 200)}};
  World world{{.accounts = {{.id = "fca_a",
                             .transactions = {row("fctxn_0", 100), row("fctxn_1", 150)},
                             .refresh = {.transactions = {
                                             {.outcome = RefreshOutcome::failed}, {}, second}}}}}};
  const char* const none =
      "400 invalid_request_error financial_connections_no_successful_transaction_refresh -";
  const auto refresh = [&] {
    act(world, "fca_a", "refresh", "features[]=transactions");
    world.clock().advance(seconds{6});
  };
  EXPECT_EQ(summary(rows(world, "account=fca_a")), none);
  EXPECT_EQ(summary(world.send(Request::get(kRows + "/fctxn_0"))),
            "404 invalid_request_error resource_missing transaction");
  refresh();
  EXPECT_EQ(summary(rows(world, "account=fca_a")), none);
  refresh();
  EXPECT_THAT(row_ids(rows(world, "account=fca_a")), ElementsAre("fctxn_1", "fctxn_0"));
  const std::string first = world.account("fca_a").refresh(Feature::transactions)->id;
  refresh();
  // A row that comes again is the same row, later.
  const Response later = rows(world, "account=fca_a&transaction_refresh[after]=" + first);
  EXPECT_THAT(row_ids(later), ElementsAre("fctxn_2", "fctxn_1"));
  EXPECT_EQ(shown(later, "/data/1/amount"), "-7");
  EXPECT_EQ(shown(later, "/data/1/updated"), std::to_string(kStart + 6 + 6 + 5));
  // A refresh that fails or is in flight takes nothing away.
  act(world, "fca_a", "refresh", "features[]=transactions");
  EXPECT_EQ(ids_of(rows(world, "account=fca_a")).size(), 3u);
}

RULE_TEST(Transactions, AreRetrievedOneByOne, "transactions") {
  World world{{.accounts = {with_rows()}}};
  const Response one = world.send(Request::get(kRows + "/fca_a_2"));
  EXPECT_EQ(shown(one, "/transacted_at"), "200");
  EXPECT_EQ(shown(one, "/object"), "financial_connections.transaction");
  EXPECT_EQ(summary(world.send(Request::get(kRows + "/none"))),
            "404 invalid_request_error resource_missing transaction");
  EXPECT_EQ(summary(world.send(Request::get(kRows + "/fca_a_2?expand[]=status_transitions"))),
            "200");
  EXPECT_EQ(summary(world.send(Request::get(kRows + "/fca_a_2?expand[]=account"))),
            "400 invalid_request_error - -");
  EXPECT_EQ(summary(world.send(Request::get(kRows + "/fca_a_2?limit=1"))),
            "400 invalid_request_error parameter_unknown limit");
}

RULE_TEST(Transactions, NeedAnAccount, "transactions", "param.missing") {
  World world{{.accounts = {with_rows()}}};
  EXPECT_EQ(summary(world.send(Request::get(kRows))),
            "400 invalid_request_error parameter_missing account");
  EXPECT_EQ(summary(rows(world, "account=")),
            "400 invalid_request_error parameter_invalid_empty account");
  EXPECT_EQ(summary(rows(world, "account=fca_none")),
            "400 invalid_request_error resource_missing account");
  EXPECT_EQ(summary(rows(world, "limit=x")), "400 invalid_request_error parameter_missing account");
}

RULE_TEST(Transactions, OfADisconnectedAccountAreGone, "disconnect", "transactions") {
  World world{{.accounts = {with_rows()}}};
  act(world, "fca_a", "disconnect");
  EXPECT_EQ(summary(rows(world, "account=fca_a")), "400 invalid_request_error - -");
  EXPECT_EQ(summary(world.send(Request::get(kRows + "/fca_a_2"))),
            "404 invalid_request_error resource_missing transaction");
}

RULE_TEST(Transactions, OfAnotherTenantAreInvisible, "tenant") {
  AccountSpec theirs = with_rows();
  theirs.tenant = "acct_1";
  World world{{.accounts = {theirs, with_rows("fca_b")}}};
  EXPECT_EQ(summary(rows(world, "account=fca_a")),
            "400 invalid_request_error resource_missing account");
  EXPECT_EQ(world.send(Request::get(kRows + "/fca_a_2")).status, 404);
  EXPECT_EQ(summary(rows(world, "account=fca_b&starting_after=fca_a_2")),
            "400 invalid_request_error resource_missing starting_after");
  auto request = Request::get(kRows + "/fca_a_2");
  EXPECT_EQ(world.send(request.header("Stripe-Account", "acct_1")).status, 200);
}

RULE_TEST(Transactions, AreNoReadOfTheAccount, "refresh.completes") {
  AccountSpec spec = with_rows();
  spec.refresh.balance = {plan(Completion::after_reads(1))};
  World world{{.accounts = {spec}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  rows(world, "account=fca_a");
  world.send(Request::get(kRows + "/fca_a_1"));
  EXPECT_EQ(status_of(world.account("fca_a"), Feature::balance), "pending");
  retrieve(world, "fca_a");
  EXPECT_EQ(status_of(world.account("fca_a"), Feature::balance), "succeeded");
}

TEST(TransactionIds, AreUniqueInAWorld) {
  const Scenario twice{
      .accounts = {with_rows(), {.id = "fca_b", .transactions = {row("fca_a_1", 1)}}}};
  EXPECT_THROW(World{twice}, Misuse);
  World world{{.accounts = {with_rows()}}};
  EXPECT_THROW(world.link({.id = "fca_b", .transactions = {row("x", 1), row("x", 2)}}), Misuse);
}

RULE_TEST(FamilyRoutes, AreTheirOwnAndNoOthers, "route.unknown") {
  World world;
  for (const char* path : {"transactions/", "transactions/a/b", "transactionsx", "owners",
                           "accounts/fca_a/owners/x", "accounts/fca_a/owner"}) {
    EXPECT_EQ(summary(world.send(Request::get("/v1/financial_connections/" + std::string(path)))),
              "404 invalid_request_error - -")
        << path;
  }
  EXPECT_EQ(world.send(Request::post(kRows)).status, 404);
  EXPECT_EQ(world.send(Request::post(account_path("fca_a", "owners"))).status, 404);
}

}  // namespace
}  // namespace fauxbank::testing
