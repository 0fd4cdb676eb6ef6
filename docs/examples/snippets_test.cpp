// Every C++ example of README.md and docs/*.md, compiled and run. A page shows a region, from `// [name]` to
// `// [/name]`, without its indentation; docs/check_snippets.py compares.
// The pages have this layout:
// clang-format off

#include <string>
#include <vector>

// [first]
#include <fauxbank/fauxbank.hpp>
#include <gtest/gtest.h>

using namespace fauxbank;
using namespace std::chrono_literals;

TEST(Refresh, TakesFiveSeconds) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  Transport& api = world.transport();  // what the code under test gets

  auto answer =
      api.send(Request::post("/v1/financial_connections/accounts/fca_1/refresh", "features[]=balance"));
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(world.account("fca_1").balance(), nullptr);

  world.clock().advance(5s);  // virtual: nothing sleeps
  EXPECT_EQ(world.account("fca_1").refresh(Feature::balance)->status, RefreshStatus::succeeded);
}
// [/first]

// [gmock include]
#include <fauxbank/gmock.hpp>
#include <gmock/gmock.h>
// [/gmock include]
#include <fauxbank/gmock_json.hpp>
#include <fauxbank/gtest.hpp>

#include <fauxbank/webhook.hpp>

namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::DoDefault;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::StrictMock;

World three_accounts() {
  // [world]
  World world{{
      .now = Instant{1'700'000'000s},
      .accounts = {{.id = "fca_1", .account_holder = AccountHolder::customer("cus_1")},
                   {.id = "fca_2", .account_holder = AccountHolder::customer("cus_1")},
                   {.id = "fca_3",
                    .account_holder = AccountHolder::customer("cus_2"),
                    .balance = Balance{.current = {{"usd", 12'345}}}}},
  }};
  // [/world]
  return world;
}

TEST(Snippets, List) {
  World world = three_accounts();
  // [list]
  auto page =
      world.send(Request::get("/v1/financial_connections/accounts?account_holder[customer]=cus_1&limit=1"));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("\"has_more\": true"));
  EXPECT_THAT(page.body, HasSubstr("\"id\": \"fca_2\""));  // newest first; of equals, the one linked later

  auto rest = world.send(Request::get(
      "/v1/financial_connections/accounts?account_holder[customer]=cus_1&limit=1&starting_after=fca_2"));
  EXPECT_THAT(rest.body, HasSubstr("\"id\": \"fca_1\""));
  EXPECT_THAT(rest.body, HasSubstr("\"has_more\": false"));
  // [/list]
}

TEST(Snippets, Refresh) {
  // [plan]
  World world{{.accounts = {{.id = "fca_1",
                             .refresh = {.balance = {{.completes = Completion::after(20s),
                                                      .balance = Balance{.current = {{"usd", 500}}}},
                                                     {.outcome = RefreshOutcome::failed}}}}}}};
  // [/plan]
  // [refresh]
  const std::string path = "/v1/financial_connections/accounts/fca_1";
  world.send(Request::post(path + "/refresh", "features[]=balance"));

  world.clock().advance(19s);
  EXPECT_THAT(world.send(Request::get(path)).body, HasSubstr("\"status\": \"pending\""));
  world.clock().advance(1s);
  EXPECT_THAT(world.send(Request::get(path)).body, HasSubstr("\"usd\": 500"));

  world.clock().advance(1s);  // the cool-down
  world.send(Request::post(path + "/refresh", "features[]=balance"));
  while (world.clock().advance_to_next()) {
  }
  EXPECT_EQ(world.account("fca_1").refresh(Feature::balance)->status, RefreshStatus::failed);
  // [/refresh]
}

TEST(Snippets, Completions) {
  // [completions]
  World world{
      {.accounts = {{.id = "fca_reads", .refresh = {.balance = {{.completes = Completion::after_reads(2)}}}},
                    {.id = "fca_hand", .refresh = {.balance = {{.completes = Completion::manually()}}}},
                    {.id = "fca_stuck", .refresh = {.balance = {{.completes = Completion::never()}}}}}}};
  for (const char* id : {"fca_reads", "fca_hand", "fca_stuck"}) {
    EXPECT_TRUE(world.accounts().refresh(id, {.features = {Feature::balance}}));
  }
  EXPECT_EQ(world.accounts().retrieve("fca_reads")->balance(), nullptr);
  EXPECT_NE(world.accounts().retrieve("fca_reads")->balance(), nullptr);  // the second read shows it

  world.complete_refresh("fca_hand", Feature::balance, RefreshOutcome::failed);
  EXPECT_EQ(world.account("fca_hand").refresh(Feature::balance)->status, RefreshStatus::failed);

  world.clock().advance(24h);
  EXPECT_EQ(world.account("fca_stuck").refresh(Feature::balance)->status, RefreshStatus::pending);
  // [/completions]
}

TEST(Snippets, Refusal) {
  World world = three_accounts();
  // [refusal]
  auto refused =
      world.send(Request::post("/v1/financial_connections/accounts/fca_1/refresh", "features[]=nope"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("\"param\": \"features[0]\""));
  // [/refusal]
  // [misuse]
  EXPECT_THROW(world.account("fca_l"), Misuse);  // "no such account: 'fca_l'; nearest is 'fca_1'"
  EXPECT_THROW(world.reactivate("fca_1"), Misuse);
  // [/misuse]
}

TEST(Snippets, Inactive) {
  World world = three_accounts();
  // [inactive]
  world.deactivate("fca_1");  // the bank takes access away
  auto refused = world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  EXPECT_EQ(refused.error().code, "financial_connections_account_inactive");

  world.reactivate("fca_1");
  EXPECT_TRUE(world.accounts().refresh("fca_1", {.features = {Feature::balance}}));
  // [/inactive]
}

TEST(Snippets, Typed) {
  World world = three_accounts();
  // [typed]
  Accounts& api = world.accounts();
  Result<Account, ApiError> gone = api.disconnect("fca_1");
  EXPECT_EQ(gone->status(), Status::disconnected);
  EXPECT_EQ(api.retrieve("fca_9").error().code, "resource_missing");

  std::vector<std::string> ids;
  for (const auto& account : all_accounts(api, {.limit = 2}))
    ids.emplace_back(account->id());
  EXPECT_THAT(ids, ElementsAre("fca_3", "fca_2", "fca_1"));
  // [/typed]
}

TEST(Snippets, Fork) {
  World world = three_accounts();
  // [fork]
  World other = world.fork();
  other.disconnect("fca_1");
  EXPECT_EQ(other.account("fca_1").status(), Status::disconnected);
  EXPECT_EQ(world.account("fca_1").status(), Status::active);
  // [/fork]
}

TEST(Snippets, Journal) {
  World world = three_accounts();
  // [journal]
  world.send(Request::get("/v1/financial_connections/accounts?limit=101"));
  const Journal journal = world.journal();
  EXPECT_EQ(journal[0].status, 400);
  EXPECT_EQ(journal[0].refused_by, Rule::limit_range);
  EXPECT_EQ(world.rule_counts()[Rule::limit_range], 1u);
  RecordProperty("journal", to_string(journal));
  // [/journal]
}

TEST(Snippets, Mock) {
  World world = three_accounts();
  // [mock]
  MockTransport mock{world};
  EXPECT_CALL(mock, send(Field(&Request::target, EndsWith("/refresh"))))
      .WillOnce(Return(Failure(transport_errc::timed_out)))  // never reaches the world
      .WillOnce(DoDefault());                                // does

  const auto refresh =
      Request::post("/v1/financial_connections/accounts/fca_1/refresh", "features[]=balance");
  EXPECT_EQ(mock.send(refresh).error(), transport_errc::timed_out);
  EXPECT_EQ(mock.send(refresh)->status, 200);
  // Nothing was said about other requests: the world answers.
  EXPECT_EQ(mock.send(Request::get("/v1/financial_connections/accounts"))->status, 200);
  // [/mock]
}

TEST(Snippets, StrictMock) {
  World world = three_accounts();
  // [strict]
  StrictMock<MockTransport> mock{world};
  EXPECT_CALL(mock, send(Field(&Request::method, Method::get)));  // any other request fails the test
  EXPECT_EQ(mock.send(Request::get("/v1/financial_connections/accounts"))->status, 200);
  // [/strict]
}

TEST(Snippets, MockAccounts) {
  World world = three_accounts();
  // [mock accounts]
  MockAccounts mock{world};
  EXPECT_CALL(mock, refresh("fca_1", _))
      .WillOnce(Return(Failure(ApiError{.status = 500, .type = "api_error"})));
  EXPECT_CALL(mock, retrieve("fca_9")).WillOnce(Return(Account(AccountSpec{.id = "fca_9"})));

  EXPECT_EQ(mock.refresh("fca_1", {.features = {Feature::balance}}).error().status, 500);
  EXPECT_EQ(mock.retrieve("fca_9")->status(), Status::active);
  EXPECT_EQ(mock.list()->data.size(), 3u);  // the world's
  // [/mock accounts]
}

TEST(Snippets, Seam) {
  World world = three_accounts();
  // [seam]
  // Your seam is a function: a Sender is one.
  Sender send = world.sender();
  EXPECT_EQ(send(Request::get("/v1/financial_connections/accounts"))->status, 200);

  // Your code takes a Transport, and the test wants a function in its place.
  FunctionTransport busy(
      [](const Request&) -> Result<Response, transport_errc> { return Response{.status = 503}; });
  EXPECT_EQ(busy.send(Request::get("/"))->status, 503);
  // [/seam]
}

TEST(Snippets, Switches) {
  // [switches]
  World lenient{{.rules = {.limit_out_of_range = LimitOutOfRange::clamp,
                           .permissions = PermissionCheck::ignore,
                           .early_refresh = EarlyRefresh::ignore}}};
  EXPECT_EQ(lenient.send(Request::get("/v1/financial_connections/accounts?limit=500")).status, 200);
  // [/switches]
}

TEST(Snippets, Forms) {
  World world = three_accounts();
  // [forms]
  const auto request = Request::get("/v1/financial_connections/accounts/fca_1");
  EXPECT_THAT(world.send(request).body, HasSubstr("\"object\": \"linked_account\""));

  auto current = request;
  current.header("Stripe-Version", "2026-01-28");
  EXPECT_THAT(world.send(current).body, HasSubstr("\"object\": \"financial_connections.account\""));
  // [/forms]
}

TEST(Snippets, Tenants) {
  // [tenants]
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2", .tenant = "acct_1"}}}};
  auto request = Request::get("/v1/financial_connections/accounts/fca_2");
  EXPECT_EQ(world.send(request).status, 404);
  EXPECT_EQ(world.send(request.header("Stripe-Account", "acct_1")).status, 200);
  // [/tenants]
}

TEST(Snippets, Idempotency) {
  // [idempotency]
  World world{{.accounts = {{.id = "fca_1"}}}};
  auto refresh = Request::post("/v1/financial_connections/accounts/fca_1/refresh", "features[]=balance");
  refresh.header("Idempotency-Key", "order-7");
  const Response first = world.send(refresh);  // suppose that this answer is lost
  const Response again = world.send(refresh);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.headers.find("Idempotent-Replayed"), "true");
  EXPECT_TRUE(world.journal()[1].changes.empty());  // applied once
  // [/idempotency]
}

TEST(Snippets, Events) {
  // [events]
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}};
  world.disconnect("fca_1");
  world.disconnect("fca_2");
  world.outbox().duplicate();  // webhooks come at least once
  world.outbox().shuffle(7);   // and in no particular order
  std::vector<std::string> received;
  world.outbox().deliver_all([&](const EventDelivery& delivery) { received.push_back(delivery.type); });
  EXPECT_EQ(received.size(), 3u);
  EXPECT_EQ(received[0], "financial_connections.account.disconnected");
  EXPECT_TRUE(world.outbox().empty());
  // [/events]
}

TEST(Snippets, LostEvents) {
  // [lost_events]
  World world({.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}, {.outbox_events = 1});
  world.disconnect("fca_1");
  world.disconnect("fca_2");
  EXPECT_THROW(world.outbox().deliver([](const EventDelivery&) {}), Misuse);  // that of fca_1 is lost
  EXPECT_TRUE(world.outbox().deliver([](const EventDelivery&) {}));           // and this goes on
  // [/lost_events]
}

TEST(Snippets, Signatures) {
  // [signatures]
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.disconnect("fca_1");
  const webhook::Timestamp now{1'700'000'000s};
  world.outbox().deliver([&](const EventDelivery& delivery) {
    const Request post = webhook::signed_request("/hooks", delivery.body, {"whsec_test"}, now);
    const auto verdict =
        webhook::verify(*post.headers.find("Stripe-Signature"), post.body, "whsec_test", now);
    EXPECT_EQ(verdict, webhook::Verdict::valid);
    return verdict == webhook::Verdict::valid ? 200 : 400;  // what is not 2xx stays in the outbox
  });
  EXPECT_TRUE(world.outbox().empty());
  // [/signatures]
}

TEST(Snippets, Engine) {
  // [engine]
  State state(Settings{.seed = 7});
  load(state, {.id = "fca_1"});
  const State before = state;  // a copy costs one reference

  const Outcome outcome = step(state, Command{.operation = Operation::disconnect, .account = "fca_1"});
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.events[0].kind, EventKind::disconnected);
  EXPECT_EQ(before.find("fca_1").status(), Status::active);
  // [/engine]
}

TEST(Scenarios, AreOneWorldInBothForms) {
  // [scenario load]
  World world;
  world.load(R"({ "fauxbank": 1,
                  "accounts": [ { "id": "fca_1", "refresh": { "balance": { "completes": { "after": "2s" } } } } ],
                  "timeline": [ { "at": "+30s", "do": "deactivate", "account": "fca_1" } ] })");

  World same{{.accounts = {{.id = "fca_1", .refresh = {.balance = {{.completes = Completion::after(2s)}}}}},
              .timeline = {TimelineEntry::deactivate(30s, "fca_1")}}};
  EXPECT_EQ(world.digest(), same.digest());
  // [/scenario load]

  // [scenario export]
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  world.clock().advance(1s);

  World other;
  other.load(world.to_json());  // with the refresh that is in flight, and what is left of the timeline
  EXPECT_EQ(other.digest(), world.digest());
  // [/scenario export]
}

// [client]
class Balances {
 public:
  Balances(Transport& api, VirtualClock& clock) : api_(api), clock_(clock) {}

  /// Refresh one account's balance and wait until it has arrived; the HTTP status at the end.
  int refresh(const std::string& id) {
    const std::string path = "/v1/financial_connections/accounts/" + id;
    auto answer = api_.send(Request::post(path + "/refresh", "features[]=balance"));
    while (answer && answer->body.find("\"status\": \"pending\"") != std::string::npos) {
      clock_.sleep_for(2s);
      answer = api_.send(Request::get(path));
    }
    return answer ? answer->status : 0;
  }

 private:
  Transport& api_;
  VirtualClock& clock_;
};
// [/client]

// [quickstart test]
TEST(Balances, WaitsUntilTheBalanceIsThere) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  Balances balances(world.transport(), world.clock());

  EXPECT_EQ(balances.refresh("fca_1"), 200);
  EXPECT_NE(world.account("fca_1").balance(), nullptr);
}
// [/quickstart test]

// [quickstart failure]
TEST(Balances, ReportsAnAccountThatIsGone) {
  World world{{.accounts = {{.id = "fca_1", .status = Status::disconnected}}}};
  Balances balances(world.transport(), world.clock());

  EXPECT_EQ(balances.refresh("fca_1"), 400);
  EXPECT_EQ(world.journal()[0].refused_by, Rule::refresh_disconnected);
}
// [/quickstart failure]

TEST(Snippets, Matchers) {
  World world = three_accounts();
  // [matchers]
  EXPECT_THAT(world.account("fca_3"), AllOf(HasStatus(Status::active), HasBalance(12'345)));
  EXPECT_THAT(world.accounts().retrieve("fca_9"), FailsWith("resource_missing", "account"));
  EXPECT_THAT(world.accounts().list({.limit = 2}),
              IsOkAnd(AllOf(PageIds(ElementsAre("fca_3", "fca_2")), HasMore())));
  // [/matchers]
  // [json]
  auto page = world.send(Request::get("/v1/financial_connections/accounts?limit=1"));
  EXPECT_THAT(page, JsonBody(AllOf(JsonAt("/has_more", true), JsonAt("/data/0/id", "fca_3"))));
  // [/json]
}

TEST(Snippets, Received) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  world.send(
      Request::post("/v1/financial_connections/accounts/fca_1/refresh", "features[]=balance"));
  (void)world.accounts().disconnect("fca_1");
  // [received]
  EXPECT_THAT(world.journal(), Received(Operation::refresh)
                                   .On("fca_1")
                                   .With(HasParam("features[]", "balance"))
                                   .Answered(200)
                                   .Times(2));
  EXPECT_THAT(world.journal(),
              ReceivedInOrder(Received(Operation::refresh), Received(Operation::disconnect)));
  EXPECT_THAT(world.journal(), NoCallsAfter(EventKind::disconnected));
  // [/received]
}

TEST(Snippets, Explain) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  // [explain]
  EXPECT_EQ(world.explain(Request::get("/v1/financial_connections/accounts/fca_l")).text,
            "404 refused by account.missing (observed): \"No such account: 'fca_l'\"; nearest is 'fca_1'");
  // [/explain]
}

TEST(Snippets, Coverage) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  (void)world.accounts().list();
  // [coverage]
  Coverage seen;
  seen.add(world);
  EXPECT_EQ(seen[Rule::list_order].hits, 1u);
  EXPECT_THAT(seen.never_seen(), Contains(Behaviour::refresh_failed));
  EXPECT_THAT(to_string(seen), HasSubstr("no refresh ever failed"));
  // [/coverage]
}

// [fixture]
class SyncTest : public WorldTest {
 protected:
  SyncTest() : WorldTest({.accounts = {{.id = "fca_1"}}}) {}
};

TEST_F(SyncTest, Refreshes) {
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  world.clock().advance(5s);
  EXPECT_THAT(world.account("fca_1"), RefreshIs(Feature::balance, RefreshStatus::succeeded));
}
// [/fixture]

// [forms fixture]
class BothForms : public FormTest {
 protected:
  BothForms() : FormTest({.accounts = {{.id = "fca_1"}}}) {}
};

TEST_P(BothForms, Retrieve) {
  EXPECT_EQ(world.send(Request::get("/v1/financial_connections/accounts/fca_1")).status, 200);
}

INSTANTIATE_TEST_SUITE_P(Forms, BothForms, EachForm(), FormName());
// [/forms fixture]

// [report]
TEST(Sync, WithAWorldOfItsOwn) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  WorldReport report{world};
  EXPECT_TRUE(world.accounts().retrieve("fca_1"));
}
// [/report]

// [teardown]
TEST_F(SyncTest, DeliversWhatItLinks) {
  teardown.pending_refresh = CheckLevel::fail;
  teardown.misuse = CheckLevel::ignore;
}
// [/teardown]

}  // namespace
