#include <fauxbank/journal.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

#include "support/paths.hpp"

namespace fauxbank {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using testing::kAccounts;

World one_with_balance(const WorldOptions& options = {}) {
  return World{{.accounts = {{.id = "fca_a", .balance = Balance{{}, {}, {{"usd", 100}}, {}}}}},
               options};
}

// What a reader sees of a typical run. Our own texts: change them knowingly.
constexpr const char* kTypicalRun =
    R"(#1 2023-11-14T22:13:20Z thread 1 POST /v1/financial_connections/accounts/fca_a/refresh features[]=balance
    = 200
    fca_a: balance_refresh null → pending (on_demand at 2023-11-14T22:13:20Z)
    rules time.print form.documented form.documented.pending form.null form.json form.request_id auth.schemes form.decode param.order refresh refresh.origin retry.headers
#2 2023-11-14T22:13:25Z timer refresh completed
    fca_a: balance 100 usd as of 1970-01-01T00:00:00Z → 100 usd as of 2023-11-14T22:13:25Z, balance_refresh pending (on_demand at 2023-11-14T22:13:20Z) → succeeded (on_demand at 2023-11-14T22:13:20Z, next 2023-11-14T22:13:26Z)
    event refreshed_balance fca_a
    rules time.due time.ties time.print refresh.completes refresh.next event.kinds
#3 2023-11-14T22:13:25Z thread 1 call retrieve fca_none
    = 404 refused by account.missing (observed): "No such account: 'fca_none'"; nearest is 'fca_a'
    rules account.missing
#4 2023-11-14T22:13:25Z event deactivate fca_a
    fca_a: balance_refresh succeeded (on_demand at 2023-11-14T22:13:20Z, next 2023-11-14T22:13:26Z) → succeeded (on_demand at 2023-11-14T22:13:20Z), status active → inactive
    event deactivated fca_a
    rules deactivate event.kinds
#5 2023-11-14T22:13:25Z thread 1 POST /v1/financial_connections/accounts/fca_a/refresh features[]=balance
    = 400 refused by refresh.inactive (documented): "Account 'fca_a' is inactive: its data cannot be refreshed"
    rules form.json form.request_id auth.schemes error.envelope form.decode param.order refresh.inactive retry.headers
)";

TEST(Journals, PrintATypicalRun) {
  World world = one_with_balance();
  const Request refresh = Request::post(kAccounts + "/fca_a/refresh", "features[]=balance");
  world.send(refresh);
  world.clock().advance(std::chrono::seconds{5});
  (void)world.accounts().retrieve("fca_none");
  world.deactivate("fca_a");
  world.send(refresh);
  EXPECT_EQ(to_string(world.journal()), kTypicalRun);
}

TEST(Journals, PrintALinkedAccountByItsIdAlone) {
  World world;
  world.link({.id = "fca_new"});
  EXPECT_EQ(to_string(world.journal()[0]),
            "#1 2023-11-14T22:13:20Z event link fca_new\n    fca_new: linked\n    event created "
            "fca_new\n    rules event.kinds");
}

TEST(Journals, KeepEveryPartOfARequest) {
  World world = one_with_balance();
  Request request = Request::post(kAccounts + "/fca_a/subscribe?x=1", "features[]=transactions");
  const Response response = world.send(request.header("X-Mark", "7"));
  const Journal journal = world.journal();
  ASSERT_EQ(journal.size(), 1u);
  const JournalEntry& entry = journal[0];
  EXPECT_EQ(entry.number, 1u);
  EXPECT_EQ(entry.kind, EntryKind::request);
  EXPECT_EQ(entry.method, Method::post);
  EXPECT_EQ(entry.operation, Operation::subscribe);
  EXPECT_EQ(entry.status, 400);
  EXPECT_EQ(entry.refused_by, Rule::param_unknown);
  EXPECT_EQ(entry.thread, 1u);
  EXPECT_EQ(entry.target(), request.target);
  EXPECT_THAT(std::string(entry.request_headers()), HasSubstr("X-Mark: 7\n"));
  EXPECT_EQ(entry.request_body(), "features[]=transactions");
  EXPECT_THAT(std::string(entry.response_headers()), HasSubstr("Content-Type: application/json\n"));
  EXPECT_EQ(entry.response_body(), response.body);
}

TEST(Journals, NumberStepsWithoutGaps) {
  World world = one_with_balance();
  for (int i = 0; i < 3; ++i)
    (void)world.send(Request::get(kAccounts));
  (void)world.accounts().refresh("fca_a", {{Feature::ownership}});
  world.clock().advance(std::chrono::hours{1});
  world.disconnect("fca_a");
  std::uint64_t number = 0;
  std::vector<EntryKind> kinds;
  for (const JournalEntry& entry : world.journal()) {
    EXPECT_EQ(entry.number, ++number);
    kinds.push_back(entry.kind);
  }
  EXPECT_EQ(kinds,
            (std::vector<EntryKind>{EntryKind::request, EntryKind::request, EntryKind::request,
                                    EntryKind::call, EntryKind::timer, EntryKind::event}));
}

// ---- bounds
// -------------------------------------------------------------------------------------------

TEST(JournalBounds, TheLatestEntriesStay) {
  World world = one_with_balance({.journal_entries = 3});
  for (int i = 0; i < 10; ++i) {
    (void)world.send(Request::get(kAccounts));
    const Journal journal = world.journal();
    const auto sent = static_cast<std::size_t>(i) + 1;
    ASSERT_EQ(journal.size(), std::min<std::size_t>(sent, 3));
    EXPECT_EQ(journal.dropped(), sent - journal.size());
    EXPECT_EQ(journal[journal.size() - 1].number, sent);
  }
  EXPECT_EQ(to_string(world.journal()).substr(0, 29), "(7 older entries dropped)\n#8 ");
}

TEST(JournalBounds, BytesAreCounted) {
  World world = one_with_balance({.journal_bytes = 50'000});
  for (int i = 0; i < 20; ++i) {
    (void)world.send(
        Request::post(kAccounts + "/fca_a/refresh", "features[]=" + std::string(20'000, 'x')));
  }
  EXPECT_LE(world.journal().size(), 2u);
  EXPECT_GE(world.journal().size(), 1u);
  EXPECT_EQ(world.journal().dropped() + world.journal().size(), 20u);
}

TEST(JournalBounds, TheLatestEntryStaysHoweverLarge) {
  World world = one_with_balance({.journal_bytes = 100});
  (void)world.send(Request::get(kAccounts));
  (void)world.send(Request::get(kAccounts));
  EXPECT_EQ(world.journal().size(), 1u);
  EXPECT_EQ(world.journal().dropped(), 1u);
}

TEST(JournalBounds, NoJournalAtAll) {
  World world = one_with_balance({.journal_entries = 0});
  (void)world.send(Request::get(kAccounts));
  EXPECT_TRUE(world.journal().empty());
  EXPECT_EQ(world.journal().dropped(), 1u);
}

TEST(JournalSnapshots, StayAsTheyWere) {
  World world = one_with_balance({.journal_entries = 2});
  (void)world.send(Request::get(kAccounts));
  const Journal before = world.journal();
  const std::uint64_t digest = before.digest();
  for (int i = 0; i < 5; ++i)
    (void)world.send(Request::get("/v1/nope"));
  EXPECT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0].target(), kAccounts);
  EXPECT_EQ(before.digest(), digest);
  EXPECT_NE(world.journal().digest(), digest);
}

TEST(Journals, PrintAnswersAgainByteForByte) {
  for (const bool compact : {false, true}) {
    for (const char* version : {"", "2024-01-01"}) {
      World world = one_with_balance({.compact_json = compact});
      (void)world.link({.id = "fca_b"});
      for (Request request :
           {Request::get(kAccounts), Request::get(kAccounts + "?limit=1"),
            Request::get(kAccounts + "?starting_after=fca_a"), Request::get(kAccounts + "/fca_a"),
            Request::post(kAccounts + "/fca_a/refresh", "features[]=balance"),
            Request::post(kAccounts + "/fca_b/subscribe", "features[]=transactions"),
            Request::post(kAccounts + "/fca_b/unsubscribe", "features[]=transactions"),
            Request::post(kAccounts + "/fca_b/disconnect"), Request::get(kAccounts)}) {
        if (*version != '\0') request.header("Stripe-Version", version);
        const Response answer = world.send(request);
        const Journal journal = world.journal();
        EXPECT_EQ(answer.status, 200) << to_string(request);
        EXPECT_EQ(journal[journal.size() - 1].response_body(), answer.body) << to_string(request);
      }
    }
  }
}

// ---- what must not be kept
// ----------------------------------------------------------------------------

/// Everything that a journal holds or prints.
std::string all_of(const Journal& journal) {
  std::string text = to_string(journal);
  for (const JournalEntry& entry : journal) {
    for (std::size_t i = 0; i < JournalEntry::kParts; ++i)
      text.append(entry.part(i)).append("\n");
  }
  return text;
}

TEST(JournalSecrets, AuthorizationIsRedacted) {
  World world = one_with_balance();
  (void)world.send(Request::get(kAccounts).bearer("sk_test_mine"));
  Request basic = Request::get(kAccounts);
  basic.headers.erase("Authorization");
  (void)world.send(basic.header("authorization", "Basic c2tfdGVzdF9taW5lOg=="));
  const std::string text = all_of(world.journal());
  EXPECT_THAT(text, HasSubstr("Authorization: [redacted]\n"));
  EXPECT_THAT(text, HasSubstr("authorization: [redacted]\n"));
  EXPECT_THAT(text, Not(HasSubstr("sk_test_mine")));
  EXPECT_THAT(text, Not(HasSubstr("c2tf")));
}

// Redacted, these take more room than they came with.
TEST(JournalSecrets, EmptyAuthorizationsAreRedactedToo) {
  constexpr std::size_t kMany = 100;
  World world;
  Request request{Method::post, kAccounts, {}, "features[]=balance"};
  for (std::size_t i = 0; i < kMany; ++i)
    request.headers.add("Authorization", "");
  const Response answer = world.send(request);
  const JournalEntry& entry = world.journal()[0];
  std::string expected;
  for (std::size_t i = 0; i < kMany; ++i)
    expected += "Authorization: [redacted]\n";
  EXPECT_EQ(entry.target(), kAccounts);
  EXPECT_EQ(entry.request_headers(), expected);
  EXPECT_EQ(entry.request_body(), "features[]=balance");
  EXPECT_THAT(std::string(entry.response_headers()), HasSubstr("WWW-Authenticate: Bearer"));
  EXPECT_EQ(entry.response_body(), answer.body);
}

TEST(JournalSecrets, LiveKeysAreNeverKept) {
  for (const std::string key : {"sk_live_51secret", "rk_live_51secret", "pk_live_51secret"}) {
    World world = one_with_balance();
    const auto expect_clean = [&](const Response& response) {
      std::string text = response.body;
      for (const Headers::Field& field : response.headers)
        text.append(field.value).append("\n");
      EXPECT_THAT(text, Not(HasSubstr("51secret")));
    };
    expect_clean(world.send(Request::get(kAccounts).bearer(key)));
    expect_clean(world.send(Request::get(kAccounts + "/" + key)));
    expect_clean(world.send(Request::get("/v1/" + key)));
    expect_clean(world.send(Request::get(kAccounts + "?session=x&" + key + "=1")));
    expect_clean(world.send(Request::get(kAccounts + "?limit=" + key)));
    expect_clean(world.send(Request::post(kAccounts + "/fca_a/refresh", "features[]=" + key)));
    expect_clean(world.send(Request::get(kAccounts).header("X-Key", key)));
    expect_clean(world.send(Request::get(kAccounts).header("Stripe-Account", key)));
    expect_clean(world.send(Request::get(kAccounts).header("Stripe-Version", key)));
    expect_clean(
        world.send(Request::post(kAccounts + "/fca_a/refresh", "{}").header("Content-Type", key)));
    const auto typed = world.accounts().retrieve(key);
    EXPECT_THAT(typed.error().message, Not(HasSubstr("51secret")));
    for (const auto& misuse : std::vector<std::function<void()>>{
             [&] { world.deactivate(key); }, [&] { (void)world.account(key); }}) {
      try {
        misuse();
        ADD_FAILURE() << "no Misuse";
      } catch (const Misuse& thrown) {
        EXPECT_THAT(thrown.what(), Not(HasSubstr("51secret")));
      }
    }
    EXPECT_THAT(all_of(world.journal()), Not(HasSubstr("51secret")));
    EXPECT_THAT(all_of(world.journal()), Not(HasSubstr("_live_")));
    EXPECT_EQ(world.misuses().size(), 1u);
  }
}

}  // namespace
}  // namespace fauxbank
