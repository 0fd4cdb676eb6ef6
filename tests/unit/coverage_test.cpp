#include <fauxbank/coverage.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "support/paths.hpp"

namespace fauxbank {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Count = Coverage::Count;

using testing::kAccounts;

/// What one world's coverage says was seen.
std::vector<Behaviour> seen_in(const World& world) {
  Coverage coverage;
  coverage.add(world);
  std::vector<Behaviour> seen;
  for (std::size_t i = 0; i < kBehaviourCount; ++i) {
    if (coverage[static_cast<Behaviour>(i)].hits != 0) seen.push_back(static_cast<Behaviour>(i));
  }
  return seen;
}

World two_accounts() { return World{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}}; }

TEST(Coverages, CountRulesByHitsAndWorlds) {
  World first = two_accounts();
  World second = two_accounts();
  (void)first.accounts().retrieve("fca_1");
  (void)first.accounts().retrieve("fca_2");
  (void)second.accounts().retrieve("fca_1");
  Coverage coverage;
  EXPECT_EQ(coverage[Rule::retrieve], Count{});
  coverage.add(first);
  coverage.add(second);
  EXPECT_EQ(coverage[Rule::retrieve], (Count{3, 2}));
  EXPECT_EQ(coverage.worlds(), 2u);
  EXPECT_THAT(coverage.never_applied(),
              AllOf(Contains(Rule::disconnect), Not(Contains(Rule::retrieve))));
  // What is not implemented yet cannot be missing.
  for (Rule rule : coverage.never_applied())
    EXPECT_EQ(info(rule).stage, Stage::implemented);
}

TEST(Coverages, SeePages) {
  World world = two_accounts();
  (void)world.accounts().list();
  EXPECT_THAT(seen_in(world), ElementsAre());
  (void)world.accounts().list({.limit = 1});
  EXPECT_THAT(seen_in(world), ElementsAre(Behaviour::more_pages));
  (void)world.accounts().list({.starting_after = "fca_2"});
  EXPECT_THAT(seen_in(world), ElementsAre(Behaviour::page_crossed, Behaviour::more_pages));
}

TEST(Coverages, SeeHowRefreshesEnd) {
  World world{{.accounts = {{.id = "fca_1",
                             .refresh = {.ownership = {{.outcome = RefreshOutcome::failed}}}}}}};
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  EXPECT_THAT(seen_in(world), ElementsAre());
  world.clock().advance(Seconds{5});
  EXPECT_THAT(seen_in(world), ElementsAre(Behaviour::refresh_succeeded));
  (void)world.accounts().refresh("fca_1", {.features = {Feature::ownership}});
  world.clock().advance(Seconds{5});
  EXPECT_THAT(seen_in(world), ElementsAre(Behaviour::refresh_succeeded, Behaviour::refresh_failed));
}

TEST(Coverages, SeeAccountsGoAndStatusesComeBack) {
  World world{{.tenants = {"acct_1"}, .accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}};
  (void)world.accounts().disconnect("fca_1");
  world.deactivate("fca_2");
  (void)world.send(Request{.target = kAccounts});
  (void)world.send(Request::get(kAccounts).header("Stripe-Account", "acct_9"));
  (void)world.send(Request::get(kAccounts + "?limit=0"));
  (void)world.send(Request::get(kAccounts + "/fca_3"));
  EXPECT_THAT(seen_in(world),
              ElementsAre(Behaviour::account_disconnected, Behaviour::account_deactivated,
                          Behaviour::bad_request, Behaviour::unauthorized, Behaviour::forbidden,
                          Behaviour::not_found));
}

TEST(Coverages, AddUp) {
  World world = two_accounts();
  (void)world.accounts().disconnect("fca_1");
  Coverage once;
  once.add(world);
  Coverage twice;
  twice.add(world);
  twice.add(world);
  Coverage merged;
  merged.add(once);
  merged.add(once);
  EXPECT_EQ(merged, twice);
  EXPECT_NE(merged, once);
}

TEST(Coverages, SayWhatWasNeverSeen) {
  World world = two_accounts();
  (void)world.accounts().retrieve("fca_1");
  Coverage coverage;
  coverage.add(world);
  const std::string text = to_string(coverage);
  EXPECT_THAT(text, StartsWith("1 of "));
  EXPECT_THAT(text, HasSubstr("  retrieve" + std::string(22, ' ') + "1 time in 1 world\n"));
  EXPECT_THAT(text, HasSubstr("never applied\n"));
  EXPECT_THAT(text, HasSubstr("  list.url (documented): url is the path without query\n"));
  EXPECT_THAT(text, HasSubstr("  no test crossed a page boundary\n"));
  EXPECT_THAT(text, HasSubstr("  no refresh ever failed\n"));
  EXPECT_THAT(text, HasSubstr("  429 never seen\n"));
  EXPECT_THAT(text, Not(HasSubstr("were dropped before")));
}

TEST(Coverages, AdmitWhatAJournalDropped) {
  World world{{.accounts = {{.id = "fca_1"}}}, {.journal_entries = 1}};
  for (int i = 0; i < 3; ++i)
    (void)world.accounts().retrieve("fca_1");
  Coverage coverage;
  coverage.add(world);
  EXPECT_EQ(coverage[Rule::retrieve].hits, 3u);
  EXPECT_EQ(coverage.dropped(), 2u);
  EXPECT_THAT(to_string(coverage),
              HasSubstr("2 journal entries were dropped before their events could be counted"));
}

TEST(Coverages, AreWrittenAsJson) {
  World world = two_accounts();
  (void)world.accounts().list({.limit = 1});
  Coverage coverage;
  coverage.add(world);
  const auto json = boost::json::parse(coverage.to_json());
  EXPECT_EQ(json.at("fauxbank_coverage").as_int64(), 1);
  EXPECT_EQ(json.at("worlds").as_int64(), 1);
  EXPECT_EQ(json.at("rules").at("list.has_more").at("hits").as_int64(), 1);
  EXPECT_EQ(json.at("behaviours").at("more_pages").at("worlds").as_int64(), 1);
  EXPECT_FALSE(json.at("rules").as_object().contains("disconnect"));
}

TEST(Coverages, EveryBehaviourHasItsSentence) {
  for (std::size_t i = 0; i < kBehaviourCount; ++i) {
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(never_text(static_cast<Behaviour>(i)), never_text(static_cast<Behaviour>(j)));
  }
}

}  // namespace
}  // namespace fauxbank
