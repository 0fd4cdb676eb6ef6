#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

/// fca_1 is the oldest, fca_5 the newest; the odd ones belong to cus_1.
Scenario five() {
  Scenario scenario;
  for (int i = 1; i <= 5; ++i) {
    AccountSpec spec;
    spec.id = "fca_" + std::to_string(i);
    spec.created = at(100 * i);
    if (i % 2 == 1) spec.account_holder = AccountHolder::customer("cus_1");
    scenario.accounts.push_back(spec);
  }
  return scenario;
}

std::string more(World& world, const std::string& query) {
  return shown(list(world, query), "/has_more");
}

RULE_TEST(ListHasMore, ExactlyWhenMoreLieInTheDirectionOfTravel, "list.has_more") {
  World world{five()};
  EXPECT_EQ(more(world, "limit=4"), "true");
  EXPECT_EQ(more(world, "limit=5"), "false");
  EXPECT_EQ(more(world, "limit=6"), "false");
  EXPECT_EQ(more(world, "limit=1&starting_after=fca_3"), "true");
  EXPECT_EQ(more(world, "limit=2&starting_after=fca_3"), "false");
  EXPECT_EQ(more(world, "limit=1&ending_before=fca_3"), "true");
  EXPECT_EQ(more(world, "limit=2&ending_before=fca_3"), "false");
  EXPECT_EQ(more(world, "limit=2&account_holder[customer]=cus_1"), "true");
  EXPECT_EQ(more(world, "limit=3&account_holder[customer]=cus_1"), "false");
  EXPECT_TRUE(world.accounts().list({.limit = 4})->has_more);
  EXPECT_FALSE(world.accounts().list({.limit = 5})->has_more);
}

RULE_TEST(ListStartingAfter, RowsStrictlyOlder, "list.starting_after") {
  World world{five()};
  EXPECT_THAT(ids_of(list(world, "starting_after=fca_4")), ElementsAre("fca_3", "fca_2", "fca_1"));
  EXPECT_THAT(ids_of(list(world, "starting_after=fca_4&limit=2")), ElementsAre("fca_3", "fca_2"));
  EXPECT_THAT(ids_of(list(world, "starting_after=fca_5&account_holder[customer]=cus_1")),
              ElementsAre("fca_3", "fca_1"));
}

RULE_TEST(ListStartingAfter, OfEqualCreationTheOneLinkedEarlierIsOlder, "list.starting_after",
          "list.order") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}, {.id = "fca_c"}}}};
  EXPECT_THAT(ids_of(list(world, "starting_after=fca_b")), ElementsAre("fca_a"));
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_b")), ElementsAre("fca_c"));
}

RULE_TEST(ListEndingBefore, TheRowsImmediatelyNewerNewestFirst, "list.ending_before") {
  World world{five()};
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_1")),
              ElementsAre("fca_5", "fca_4", "fca_3", "fca_2"));
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_1&limit=2")), ElementsAre("fca_3", "fca_2"));
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_1&limit=1&account_holder[customer]=cus_1")),
              ElementsAre("fca_3"));
}

RULE_TEST(ListCursorUnknown, IsRefusedByName, "list.cursor_unknown") {
  World world{five()};
  EXPECT_EQ(summary(list(world, "starting_after=fca_9")),
            "400 invalid_request_error resource_missing starting_after");
  EXPECT_EQ(summary(list(world, "ending_before=fca_9")),
            "400 invalid_request_error resource_missing ending_before");
  EXPECT_EQ(summary(world.accounts().list({.starting_after = "fca_9"})),
            "400 invalid_request_error resource_missing starting_after");
  EXPECT_THAT(error_member(list(world, "starting_after=fca_9"), "message"), HasSubstr("fca_9"));
}

RULE_TEST(ListCursorFilter, ACursorIsAPosition, "list.cursor_filter") {
  World world{five()};
  EXPECT_THAT(ids_of(list(world, "starting_after=fca_4&account_holder[customer]=cus_1")),
              ElementsAre("fca_3", "fca_1"));
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_2&account_holder[customer]=cus_1")),
              ElementsAre("fca_5", "fca_3"));
  EXPECT_THAT(ids_of(list(world, "starting_after=fca_4&session=fcsess_none")), IsEmpty());
}

RULE_TEST(ListCursorsExclusive, BothAreTooMany, "list.cursors_exclusive") {
  World world{five()};
  EXPECT_EQ(summary(list(world, "starting_after=fca_4&ending_before=fca_2")),
            "400 invalid_request_error - -");
  EXPECT_EQ(summary(world.accounts().list({.starting_after = "fca_4", .ending_before = "fca_2"})),
            "400 invalid_request_error - -");
}

RULE_TEST(ListCursorsExclusive, AnUnknownCursorIsReportedFirst, "list.cursors_exclusive",
          "list.cursor_unknown") {
  World world{five()};
  EXPECT_EQ(summary(list(world, "starting_after=fca_4&ending_before=fca_9")),
            "400 invalid_request_error resource_missing ending_before");
}

RULE_TEST(ListEnd, PastTheEndIsAnEmptyPage, "list.end") {
  World world{five()};
  for (const char* query : {"starting_after=fca_1", "ending_before=fca_5"}) {
    const Response answer = list(world, query);
    EXPECT_EQ(answer.status, 200) << query;
    EXPECT_EQ(shown(answer, "/data"), "[]") << query;
    EXPECT_EQ(shown(answer, "/has_more"), "false") << query;
  }
  World nothing;
  EXPECT_EQ(shown(list(nothing), "/data"), "[]");
}

/// Ids of a walk with limit 1 from the newest, with something done to the world after each page.
template <class F>
std::vector<std::string> walk(World& world, F&& between) {
  std::vector<std::string> seen;
  std::string query = "limit=1";
  for (int i = 0; i < 20; ++i) {
    const Response page = list(world, query);
    if (page.status != 200) return {"refused: " + summary(page)};
    for (const std::string& id : ids_of(page))
      seen.push_back(id);
    if (shown(page, "/has_more") != "true") break;
    query = "limit=1&starting_after=" + seen.back();
    between(seen.back());
  }
  return seen;
}

RULE_TEST(ListStable, LinkingWhilePagingNeitherRepeatsNorSkips, "list.stable") {
  World world{five()};
  const auto seen = walk(world, [&](const std::string&) { world.link({}); });
  EXPECT_THAT(seen, ElementsAre("fca_5", "fca_4", "fca_3", "fca_2", "fca_1"));
}

RULE_TEST(ListStable, StateChangesWhilePagingNeitherRepeatNorSkip, "list.stable",
          "list.disconnected") {
  World world{five()};
  const auto disconnecting =
      walk(world, [&](const std::string& id) { act(world, id, "disconnect"); });
  EXPECT_THAT(disconnecting, ElementsAre("fca_5", "fca_4", "fca_3", "fca_2", "fca_1"));
  World other{five()};
  const auto deactivating = walk(other, [&](const std::string& id) {
    act(other, id, "refresh", "features[]=balance");
    other.deactivate(id);
  });
  EXPECT_THAT(deactivating, ElementsAre("fca_5", "fca_4", "fca_3", "fca_2", "fca_1"));
}

RULE_TEST(ListStable, AnAccountLinkedBehindTheCursorIsSeen, "list.stable") {
  World world{five()};
  bool linked = false;
  const auto seen = walk(world, [&](const std::string&) {
    if (!linked) world.link({.id = "fca_mid", .created = at(250)});
    linked = true;
  });
  EXPECT_THAT(seen, ElementsAre("fca_5", "fca_4", "fca_3", "fca_mid", "fca_2", "fca_1"));
}

}  // namespace
}  // namespace fauxbank::testing
