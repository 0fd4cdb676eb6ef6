#include <fauxbank/detail/explain.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

#include "support/paths.hpp"

namespace fauxbank {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using testing::kAccounts;

class ExplainTest : public ::testing::Test {
 protected:
  /// What `explain` says of a request, after making sure that its entry in the journal says so too.
  std::string explained(const Request& request) {
    const Explanation before = world.explain(request);
    (void)world.send(request);
    const Journal journal = world.journal();
    const JournalEntry& entry = journal[journal.size() - 1];
    EXPECT_EQ(before.status, entry.status);
    EXPECT_EQ(before.refused_by, entry.refused_by);
    EXPECT_EQ(before.rules, entry.rules);
    if (entry.refused_by) {
      EXPECT_EQ(before.text, explain(entry));
      EXPECT_THAT(to_string(entry), HasSubstr("= " + before.text));
    }
    return before.text;
  }
  std::string get(const std::string& path) { return explained(Request::get(path)); }

  World world{{.rules = {.early_refresh = EarlyRefresh::reject},
               .tenants = {"acct_1", "acct_2"},
               .accounts = {{.id = "fca_checking"}, {.id = "fca_elsewhere", .tenant = "acct_2"}}}};
};

TEST_F(ExplainTest, AMisspelledIdNamesTheNearest) {
  EXPECT_EQ(
      get(kAccounts + "/fca_chekcing"),
      "404 refused by account.missing (observed): \"No such account: 'fca_chekcing'\"; nearest "
      "is 'fca_checking'");
  EXPECT_THAT(get(kAccounts + "?starting_after=fca_chcking"),
              EndsWith("no such account: 'fca_chcking'\"; nearest is 'fca_checking'"));
}

TEST_F(ExplainTest, AnIdOfAnotherTenantSaysWhose) {
  EXPECT_THAT(get(kAccounts + "/fca_elsewhere"), EndsWith("; it exists in tenant acct_2"));
  EXPECT_THAT(get(kAccounts + "/fca_elsewher"),
              EndsWith("; nearest is 'fca_elsewhere' in tenant acct_2"));
  EXPECT_THAT(
      explained(Request::get(kAccounts + "/fca_checking").header("Stripe-Account", "acct_1")),
      EndsWith("; it belongs to no tenant: leave Stripe-Account out"));
}

TEST_F(ExplainTest, ATenantThatIsNotListedNamesTheNearest) {
  EXPECT_THAT(explained(Request::get(kAccounts).header("Stripe-Account", "acct_3")),
              EndsWith("; nearest is 'acct_1'"));
}

TEST_F(ExplainTest, AnUnknownRouteNamesTheNearest) {
  EXPECT_EQ(get("/v1/financial_connections/acounts/fca_checking"),
            "404 refused by route.unknown (observed): \"Unrecognized request URL: GET "
            "'/v1/financial_connections/acounts/fca_checking'\"; nearest is 'GET "
            "/v1/financial_connections/accounts/fca_checking'");
  EXPECT_THAT(
      explained(Request::post(kAccounts + "/fca_checking/refrsh")),
      EndsWith("; nearest is 'POST /v1/financial_connections/accounts/fca_checking/refresh'"));
  EXPECT_THAT(
      get(kAccounts + "/fca_checking/refresh"),
      EndsWith("; nearest is 'POST /v1/financial_connections/accounts/fca_checking/refresh'"));
  EXPECT_THAT(get("/"), EndsWith("; accounts are under /v1/financial_connections/accounts"));
}

// A suggestion must not lead astray again, and every operation that is there must be suggested.
TEST_F(ExplainTest, SuggestsTheRoutesThereAre) {
  std::vector<Operation> suggested;
  for (std::string_view known : detail::kRoutes) {
    std::string route(known);
    if (const std::size_t at = route.find(":id"); at != std::string::npos)
      route.replace(at, 3, "fca_checking");
    const std::size_t space = route.find(' ');
    Request request = Request::get(route.substr(space + 1));
    request.method = parse_method(route.substr(0, space));
    (void)world.send(request);
    const Journal journal = world.journal();
    ASSERT_TRUE(journal[journal.size() - 1].operation) << route;
    suggested.push_back(*journal[journal.size() - 1].operation);
  }
  for (std::string_view name : EnumNames<Operation>::values) {
    const auto rule = find_rule(name.substr(0, name.find('.')));
    if (rule && info(*rule).stage == Stage::planned) continue;
    EXPECT_THAT(suggested, ::testing::Contains(*from_string<Operation>(name))) << name;
  }
}

TEST_F(ExplainTest, AnUnknownOwnershipNamesTheAccountsOwn) {
  const auto owners = Request::get(kAccounts + "/fca_checking/owners?ownership=fcaowns_x");
  EXPECT_THAT(explained(owners), EndsWith("; the account has no ownership yet: refresh it"));
  (void)world.accounts().refresh("fca_checking", {.features = {Feature::ownership}});
  world.clock().advance(Seconds{5});
  EXPECT_THAT(explained(owners), EndsWith("; the account's ownership is '" +
                                          world.account("fca_checking").ownership()->id + "'"));
}

TEST_F(ExplainTest, TransactionsNameTheirAccountInTheQuery) {
  EXPECT_THAT(get("/v1/financial_connections/transactions?account=fca_chekcing"),
              HasSubstr("; nearest is 'fca_checking'"));
}

TEST_F(ExplainTest, AReplaySaysThatItIsOne) {
  auto refresh = Request::post(kAccounts + "/fca_checking/refresh", "features[]=balance");
  refresh.header("Idempotency-Key", "k");
  (void)explained(refresh);
  EXPECT_THAT(explained(refresh), StartsWith("200 by idem.replay (documented): "));
}

TEST_F(ExplainTest, AnUnknownParameterNamesTheNearest) {
  EXPECT_THAT(get(kAccounts + "?limt=3"), HasSubstr("'limt'; nearest is 'limit'"));
}

TEST_F(ExplainTest, ExclusiveFiltersNameTheRuleAndItsOrigin) {
  EXPECT_EQ(
      get(kAccounts + "?session=s&account_holder[customer]=c"),
      "400 refused by list.exclusive (documented): \"Only one of these parameters may be given: "
      "account_holder[customer], session\"");
}

TEST_F(ExplainTest, ARefreshThatComesTooEarlySaysSinceOrUntilWhen) {
  const auto refresh = Request::post(kAccounts + "/fca_checking/refresh", "features[]=balance");
  EXPECT_EQ(explained(refresh),
            "200 by refresh (documented): every named feature's refresh becomes pending, "
            "last_attempted_at now, data unchanged; the answer shows it; fca_checking: "
            "balance_refresh null → pending (on_demand at 2023-11-14T22:13:20Z)");
  EXPECT_THAT(explained(refresh), EndsWith("; it is pending since 2023-11-14T22:13:20Z"));
  world.clock().advance(Seconds{5});
  EXPECT_THAT(explained(refresh),
              EndsWith("; it can from 2023-11-14T22:13:26Z, it is 2023-11-14T22:13:25Z"));
}

TEST_F(ExplainTest, AcceptedCallsSayWhichRuleAnswers) {
  EXPECT_THAT(get(kAccounts), StartsWith("200 by list.order (observed): newest first"));
  EXPECT_THAT(get(kAccounts + "/fca_checking"), StartsWith("200 by retrieve (documented): "));
  const auto disconnect = Request::post(kAccounts + "/fca_checking/disconnect");
  EXPECT_THAT(explained(disconnect), StartsWith("200 by disconnect (documented): "));
  EXPECT_THAT(explained(disconnect), StartsWith("200 by disconnect.again (assumed): "));
}

TEST_F(ExplainTest, AsksAboutWhatWouldBeDueByNow) {
  const auto refresh = Request::post(kAccounts + "/fca_checking/refresh", "features[]=balance");
  (void)world.send(refresh);
  World alike = world.fork();
  (void)world.explain(refresh);
  (void)world.explain(Request::post(kAccounts + "/fca_checking/disconnect"));
  EXPECT_EQ(world.digest(), alike.digest());
  EXPECT_EQ(world.journal().size(), 1u);
  EXPECT_EQ(world.rule_counts()[Rule::disconnect], 0u);
  // Not even an id was drawn.
  EXPECT_EQ(world.send(Request::get(kAccounts)), alike.send(Request::get(kAccounts)));
}

TEST_F(ExplainTest, TypedCallsAreExplainedAlike) {
  (void)world.accounts().retrieve("fca_chekcing");
  (void)world.accounts().list({.starting_after = "fca_chekcing"});
  (void)world.accounts().refresh("fca_checking", {.features = {Feature::balance}});
  (void)world.accounts().refresh("fca_checking", {.features = {Feature::balance}});
  const Journal journal = world.journal();
  EXPECT_THAT(explain(journal[0]), EndsWith("; nearest is 'fca_checking'"));
  EXPECT_THAT(explain(journal[1]), EndsWith("; nearest is 'fca_checking'"));
  EXPECT_THAT(explain(journal[3]), EndsWith("; it is pending since 2023-11-14T22:13:20Z"));
}

TEST_F(ExplainTest, TheWorldAsItWasExplainsAnEntryNotAsItIs) {
  (void)world.send(Request::get(kAccounts + "/fca_savings"));
  world.link({.id = "fca_savings"});
  EXPECT_THAT(explain(world.journal()[0]),
              Not(HasSubstr("'fca_savings'; nearest is 'fca_savings'")));
}

TEST_F(ExplainTest, ShowsNoLiveKey) {
  // In two parts, so that no scanner takes it for a key.
  const std::string key = std::string("sk_live") + "_abc";
  EXPECT_THAT(get(kAccounts + "/" + key), Not(HasSubstr(key)));
  EXPECT_THAT(get("/v1/financial_connections/acounts/" + key), Not(HasSubstr(key)));
}

// ---- entries as requests ------------------------------------------------------------------------

TEST_F(ExplainTest, AnEntryGivesBackItsRequestWithoutTheKey) {
  Request request = Request::post(kAccounts + "/fca_checking/refresh?x=1", "features[]=balance");
  request.header("Idempotency-Key", "k: 1");
  (void)world.send(request);
  const Request kept = request_of(world.journal()[0]);
  EXPECT_EQ(to_string(kept), to_string(request));
  EXPECT_EQ(kept.headers.size(), request.headers.size());
  EXPECT_EQ(kept.headers.find("Authorization"), "[redacted]");
  EXPECT_EQ(kept.headers.find("Idempotency-Key"), "k: 1");
  EXPECT_EQ(account_of(world.journal()[0]), "fca_checking");
}

TEST_F(ExplainTest, ATypedCallIsTheRequestThatItsHttpFormWouldBe) {
  world.link({.id = "fca a"});
  (void)world.accounts().list({.account_holder = {.customer = "c 1"}, .limit = 3});
  (void)world.accounts().retrieve("fca a");
  (void)world.accounts().refresh("fca a", {.features = {Feature::balance, Feature::ownership}});
  (void)world.accounts().disconnect("fca a");
  const Journal journal = world.journal();
  const auto asked = [&](std::size_t i) { return to_string(request_of(journal[i])); };
  EXPECT_EQ(account_of(journal[0]), "fca a");
  EXPECT_EQ(asked(1), "GET " + kAccounts + "?account_holder[customer]=c%201&limit=3");
  EXPECT_EQ(asked(2), "GET " + kAccounts + "/fca%20a");
  EXPECT_EQ(asked(3),
            "POST " + kAccounts + "/fca%20a/refresh features[]=balance&features[]=ownership");
  EXPECT_EQ(asked(4), "POST " + kAccounts + "/fca%20a/disconnect");
  EXPECT_EQ(account_of(journal[3]), "fca a");
  // And the world answers such a request as it answered the call.
  for (std::size_t i = 1; i < 3; ++i)
    EXPECT_EQ(world.send(request_of(journal[i]).bearer("sk_test_1")).status, journal[i].status);
}

// ---- leftovers ----------------------------------------------------------------------------------

TEST(Leftovers, AreWhatATestShouldNotLeaveBehind) {
  World world{{.accounts = {{.id = "fca_1",
                             .refresh = {.balance = {{.completes = Completion::manually()}},
                                         .ownership = {{.completes = Completion::never()}}}}}}};
  EXPECT_TRUE(world.leftovers().empty());
  (void)world.accounts().refresh("fca_1", {.features = FeatureSet::all()});
  (void)world.send(Request::get(kAccounts).bearer(std::string("sk_live") + "_abc"));
  EXPECT_THROW(world.reactivate("fca_1"), Misuse);  // thrown, so not left behind
  world.link({.id = "fca_2"});
  std::vector<std::string> texts;
  for (const Leftover& leftover : world.leftovers())
    texts.push_back(to_string(leftover));
  EXPECT_THAT(texts, ::testing::ElementsAre(
                         "misuse: a live API key was sent: this is a test double, use a test key",
                         "pending_refresh: the balance refresh of 'fca_1' is in flight since "
                         "2023-11-14T22:13:20Z: only World::complete_refresh ends it",
                         "undelivered_event: created fca_2"));
}

}  // namespace
}  // namespace fauxbank
