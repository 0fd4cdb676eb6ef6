#include <fauxbank/detail/print_to.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::PrintToString;

template <class... T>
constexpr bool all_printed = (Printed<T> && ...);

// Every public value type. Interfaces and callables are not values.
static_assert(all_printed<ApiError, transport_errc, Failure<ApiError>, Result<Account, ApiError>,
                          Result<Page<Account>, ApiError>, Result<Response, transport_errc>>);
static_assert(all_printed<Method, Headers, Headers::Field, Request, Response>);
static_assert(all_printed<Rule, Origin, Stage, RuleInfo, RuleSet, RuleCounts, MintedId>);
static_assert(all_printed<Status, Category, Subcategory, Permission, Feature, PaymentMethodType,
                          HolderType, BalanceType, RefreshStatus, RefreshOrigin, RefreshOutcome,
                          Form, TransactionStatus, IdentifierType, NumberStatus, DetailAction,
                          DetailCause, PermissionSet, FeatureSet, PaymentMethodTypeSet>);
static_assert(all_printed<Account, AccountHolder, Amount, Balance, Owner, Ownership, Refresh,
                          Transaction, AccountNumber, StatusDetails, Completion, RefreshPlan,
                          RefreshPlans, AccountSpec, FieldChange, Page<Account>>);
static_assert(all_printed<Operation, HolderFilter, ListParams, RefreshParams, SubscribeParams,
                          UnsubscribeParams, Command, WorldEventKind, WorldEvent>);
static_assert(all_printed<LimitOutOfRange, PermissionCheck, EarlyRefresh, RuleSwitches, Settings,
                          Refusal, Change, EventKind, Event, Outcome, State>);
static_assert(all_printed<EntryKind, JournalEntry, Journal, ServiceOptions, Answer, Scenario,
                          WorldOptions, Explanation, LeftoverKind, Leftover, World>);
static_assert(all_printed<SessionSpec, When, TimelineEntry, FaultKind, FaultPhase, FaultTrigger,
                          FaultWindow, FaultPlan, InFlight, MadeIds, Diagnostic>);
static_assert(!Printed<std::string> && !Printed<std::vector<Account>> && !Printed<int>);

// In two parts, so that no scanner takes it for a key.
const std::string kLiveKey = std::string("sk_live") + "_abc";

Request refresh_to_print() {
  return Request::post("/v1/financial_connections/accounts/fca_1/refresh", "features[]=balance");
}

TEST(Printers, ARequestIsItsLineAndBodyWithoutItsKey) {
  EXPECT_EQ(PrintToString(refresh_to_print().bearer("sk_test_secret")),
            "POST /v1/financial_connections/accounts/fca_1/refresh features[]=balance");
}

TEST(Printers, NoLiveKeyAndNoLineBreakGetsThrough) {
  EXPECT_EQ(PrintToString(Request::get("/v1?a=" + kLiveKey + "\r\nb\x1b")),
            "GET /v1?a=[live key] b?");
  EXPECT_EQ(PrintToString(Response{.status = 400, .body = kLiveKey}), "400 [live key]");
}

TEST(Printers, AResponseIsItsStatusAndTheBeginningOfItsBody) {
  EXPECT_EQ(PrintToString(Response{.status = 404, .body = "{\n  \"error\": {}\n}"}),
            "404 { \"error\": {} }");
  EXPECT_EQ(PrintToString(Response{.status = 204}), "204");
  const Response longer{.status = 200, .body = std::string(99, 'x') + "é" + std::string(500, 'y')};
  EXPECT_EQ(PrintToString(longer), "200 " + std::string(99, 'x') + "… (601 bytes)");
}

TEST(Printers, AnAccountIsWhatATestIsMostlyAbout) {
  World world{{.accounts = {{.id = "fca_1", .balance = Balance{.current = {{"usd", 1234}}}}}}};
  (void)world.accounts().refresh("fca_1", {.features = {Feature::ownership}});
  (void)world.accounts().subscribe("fca_1");
  EXPECT_EQ(PrintToString(world.account("fca_1")),
            "fca_1 active, balance 1234 usd, ownership refresh pending, transactions refresh "
            "pending, subscribed");
  EXPECT_EQ(PrintToString(Account()), "no account");
}

TEST(Printers, AResultIsItsValueOrItsError) {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}}}};
  EXPECT_EQ(PrintToString(world.accounts().retrieve("fca_a")), "fca_a active");
  EXPECT_EQ(PrintToString(world.accounts().list({.limit = 1})), "1 account and more: fca_b");
  EXPECT_EQ(PrintToString(world.accounts().list()), "2 accounts: fca_b fca_a");
  EXPECT_THAT(PrintToString(world.accounts().retrieve("fca_c")),
              AllOf(HasSubstr("error 404 invalid_request_error resource_missing, param account: "),
                    Not(HasSubstr("\n"))));
  EXPECT_EQ(PrintToString(Result<Response, transport_errc>(Failure(transport_errc::timed_out))),
            "error timed_out");
}

TEST(Printers, ParametersAndEnumeratorsAreTheirWireNames) {
  EXPECT_EQ(PrintToString(ListParams{.account_holder = {.customer = "cus_1"}, .limit = 3}),
            "account_holder[customer]=cus_1 limit=3");
  EXPECT_EQ(PrintToString(ListParams{}), "no parameters");
  EXPECT_EQ(PrintToString(RefreshParams{.features = {Feature::transactions, Feature::balance}}),
            "features {balance, transactions}");
  EXPECT_EQ(PrintToString(SubscribeParams{}), "features {transactions}");
  EXPECT_EQ(PrintToString(UnsubscribeParams{.features = {}}), "features {}");
  EXPECT_EQ(PrintToString(Status::disconnected), "disconnected");
  EXPECT_EQ(PrintToString(Method::post), "POST");
  EXPECT_EQ(PrintToString(Rule::list_has_more), "list.has_more");
}

TEST(Printers, ContainersShowTheirElements) {
  EXPECT_EQ(PrintToString(std::vector<Status>{Status::active, Status::inactive}),
            "{ active, inactive }");
  EXPECT_EQ(PrintToString(std::optional<RefreshStatus>(RefreshStatus::failed)), "(failed)");
}

TEST(Printers, PartsOfAnAccountAreShort) {
  const Instant t{Milliseconds{1'700'000'000'000}};
  const UnixTime u{Seconds{1'700'000'000}};
  EXPECT_EQ(to_string(AccountHolder::customer("cus_1")), "customer cus_1");
  EXPECT_EQ(to_string(Balance{BalanceType::cash, u, {{"usd", 5}}, Amounts{{"usd", 4}}}),
            "cash 5 usd, available 4 usd, as of 2023-11-14T22:13:20Z");
  EXPECT_EQ(to_string(Balance{BalanceType::credit, u, {}, Amounts{{"usd", 4}}}),
            "credit nothing, used 4 usd, as of 2023-11-14T22:13:20Z");
  EXPECT_EQ(to_string(Ownership{.id = "fcaowns_1", .owners = {{.id = "o", .name = "Jane"}}}),
            "fcaowns_1 of Jane (o)");
  EXPECT_EQ(to_string(Refresh{.status = RefreshStatus::pending, .last_attempted_at = t}),
            "pending since 2023-11-14T22:13:20Z (on_demand)");
  EXPECT_EQ(to_string(Refresh{.last_attempted_at = t, .next_refresh_available_at = u, .id = "r"}),
            "succeeded r, attempted 2023-11-14T22:13:20Z, next 2023-11-14T22:13:20Z (on_demand)");
  EXPECT_EQ(to_string(Transaction{.id = "t", .amount = -3, .description = "Ride\nhome"}),
            "t -3 usd 'Ride home' posted");
  EXPECT_EQ(to_string(AccountNumber{.expected_expiry_date = u}),
            "account_number transactable by ach until 2023-11-14T22:13:20Z");
  EXPECT_EQ(to_string(StatusDetails{.expected_deactivation_date = u}),
            "none because of unspecified by 2023-11-14T22:13:20Z");
  EXPECT_EQ(to_string(FieldChange{"status", "active", "inactive"}), "status: active → inactive");
}

TEST(Printers, PlansSayWhenAndHow) {
  EXPECT_EQ(to_string(Completion::after(Seconds{5})), "after 5000 ms");
  EXPECT_EQ(to_string(Completion::after_reads(3)), "after 3 reads");
  EXPECT_EQ(to_string(Completion::manually()), "manually");
  EXPECT_EQ(to_string(Completion::never()), "never");
  EXPECT_EQ(to_string(RefreshPlan{}), "as the world's defaults");
  EXPECT_EQ(to_string(RefreshPlans{
                .balance = {{.completes = Completion::never(), .outcome = RefreshOutcome::failed}},
                .ownership = {{.cool_down = Seconds{2}}}}),
            "balance failed, never; ownership cool-down 2000 ms");
  EXPECT_EQ(to_string(RefreshPlans{}), "no plans");
}

TEST(Printers, StepsSayWhatWasAskedAndWhatCameOfIt) {
  const ListParams params{.limit = 3};
  EXPECT_EQ(to_string(Command{.operation = Operation::list, .tenant = "acct_1", .list = &params}),
            "list limit=3 in tenant acct_1");
  EXPECT_EQ(
      to_string(Command{
          .operation = Operation::refresh, .account = "fca_1", .features = {Feature::balance}}),
      "refresh fca_1 features {balance}");
  WorldEvent event;
  event.kind = WorldEventKind::complete_refresh;
  event.account = "fca_1";
  event.outcome = RefreshOutcome::failed;
  EXPECT_EQ(to_string(event), "complete_refresh fca_1 balance failed");
  State state(Settings{.now = Instant{Milliseconds{1'700'000'000'000}}});
  load(state, {.id = "fca_1"});
  EXPECT_EQ(to_string(state), "1 account at 2023-11-14T22:13:20Z, 0 timers, seed 1");
  EXPECT_EQ(to_string(step(state, Command{.operation = Operation::disconnect, .account = "fca_1"})),
            "fca_1 disconnected; fca_1: status active → disconnected");
  EXPECT_EQ(to_string(step(state, Command{.operation = Operation::disconnect, .account = "x"})),
            "refused: 404 resource_missing, param account, by account.missing: No such account: "
            "'x'");
}

TEST(Printers, WorldsAndTheirOptionsShowNoKeys) {
  EXPECT_EQ(to_string(Scenario{.name = "one", .accounts = {{.id = "a"}}}),
            "'one', 1 accounts, seed 1, now 2023-11-14T22:13:20Z, form documented, "
            "limit_out_of_range reject, permissions enforce, early_refresh ignore");
  EXPECT_EQ(to_string(WorldOptions{.keys = {"sk_test_secret"}}),
            "1 key, journal of at most 4096 entries and 16777216 bytes, outbox of at most 4096 "
            "events");
  EXPECT_EQ(PrintToString(World{}), "0 accounts at 2023-11-14T22:13:20Z, 0 timers, seed 1");
  EXPECT_EQ(PrintToString(Headers{{"Authorization", "Bearer sk_test_secret"}, {"A", "b"}}),
            "Authorization: [redacted], A: b");
  EXPECT_EQ(PrintToString(Headers{}), "no headers");
}

TEST(Printers, AJournalIsItsSizeAndAnEntryItsCallAndAnswer) {
  World world;
  (void)world.accounts().retrieve("fca_1");
  EXPECT_EQ(PrintToString(world.journal()), "a journal of 1 entry");
  EXPECT_EQ(PrintToString(world.journal()[0]),
            "#1 2023-11-14T22:13:20Z thread 1 call retrieve fca_1 = 404 refused by account.missing "
            "(observed): \"No such account: 'fca_1'\"; the world has no accounts");
}

TEST(Printers, RulesAreTheirIds) {
  RuleSet rules;
  EXPECT_EQ(PrintToString(rules), "");
  rules.insert(Rule::list_url);
  rules.insert(Rule::list_order);
  EXPECT_EQ(PrintToString(rules), "list.order list.url");
  RuleCounts counts;
  EXPECT_EQ(PrintToString(counts), "no rule");
  counts.add(rules);
  EXPECT_EQ(PrintToString(counts), "list.order 1, list.url 1");
  EXPECT_EQ(PrintToString(info(Rule::list_url)),
            "list.url (documented): url is the path without query");
  EXPECT_EQ(PrintToString(Stage::planned), "planned");
}

}  // namespace
}  // namespace fauxbank
