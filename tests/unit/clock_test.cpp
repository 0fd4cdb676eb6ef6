#include <fauxbank/clock.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Instant ms(std::int64_t count) { return Instant{Milliseconds{count}}; }

// ---- RFC 3339 -----------------------------------------------------------------------------------

struct PrintedInstant {
  std::int64_t milliseconds;
  const char* text;
};

constexpr PrintedInstant kPrintedInstants[] = {{0, "1970-01-01T00:00:00Z"},
                                               {1, "1970-01-01T00:00:00.001Z"},
                                               {951'782'400'000, "2000-02-29T00:00:00Z"},
                                               {1'681'412'208'120, "2023-04-13T18:56:48.120Z"},
                                               {1'700'000'000'000, "2023-11-14T22:13:20Z"},
                                               {4'107'542'399'000, "2100-02-28T23:59:59Z"},
                                               {253'402'300'799'999, "9999-12-31T23:59:59.999Z"}};

TEST(InstantText, PrintsUtcWithMillisecondsOnlyWhereThereAreAny) {
  for (const PrintedInstant& row : kPrintedInstants)
    EXPECT_EQ(to_string(ms(row.milliseconds)), row.text);
}

TEST(InstantText, ReadsWhatItPrints) {
  for (const PrintedInstant& row : kPrintedInstants)
    EXPECT_EQ(parse_instant(row.text), ms(row.milliseconds)) << row.text;
}

TEST(InstantText, ReadsFractionsAndOffsets) {
  EXPECT_EQ(parse_instant("2023-11-14T22:13:20.5Z"), ms(1'700'000'000'500));
  EXPECT_EQ(parse_instant("2023-11-14T22:13:20.05Z"), ms(1'700'000'000'050));
  EXPECT_EQ(parse_instant("2023-11-15T00:13:20+02:00"), ms(1'700'000'000'000));
  EXPECT_EQ(parse_instant("2023-11-14T16:43:20.007-05:30"), ms(1'700'000'000'007));
  EXPECT_EQ(parse_instant("1970-01-01T01:00:00+01:00"), ms(0));
}

TEST(InstantText, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "2023",
                           "2023-11-14",
                           "2023-11-14T22:13:20",
                           "2023-11-14 22:13:20Z",
                           "2023-11-14T22:13Z",
                           "2023-11-14T22:13:20Zx",
                           " 2023-11-14T22:13:20Z",
                           "2023-00-14T22:13:20Z",
                           "2023-13-14T22:13:20Z",
                           "2023-11-00T22:13:20Z",
                           "2023-11-31T22:13:20Z",
                           "2100-02-29T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2023-11-14T24:00:00Z",
                           "2023-11-14T22:60:00Z",
                           "2023-11-14T22:13:61Z",
                           "2023-11-14T22:13:20.Z",
                           "2023-11-14T22:13:20.1234Z",
                           "2023-11-14T22:13:20+2:00",
                           "2023-11-14T22:13:20+24:00",
                           "2023-11-14T22:13:20+02:60",
                           "2023-11-14T22:13:20+0200",
                           "20231114T221320Z",
                           "2023-1-14T22:13:20Z",
                           "+2023-11-14T22:13:20Z",
                           "-2023-11-14T22:13:20Z",
                           "2023-11-14T-2:13:20Z",
                           "12023-11-14T22:13:20Z"}) {
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
  }
}

TEST(InstantText, RefusesYearsBefore1970AndAfter9999) {
  EXPECT_EQ(parse_instant("1969-12-31T23:59:59Z"), std::nullopt);
  EXPECT_EQ(parse_instant("1970-01-01T00:59:59+01:00"), std::nullopt);
  EXPECT_EQ(parse_instant("9999-12-31T23:59:59-00:01"), std::nullopt);
}

TEST(Later, EndsWithTheYear9999) {
  const Instant last = ms(253'402'300'799'999);
  EXPECT_EQ(detail::later(ms(1), Milliseconds{2}), ms(3));
  EXPECT_EQ(detail::later(ms(1), Milliseconds::max()), last);
  EXPECT_EQ(detail::later(last, Milliseconds{1}), last);
}

TEST(SecondsOf, RoundTowardsThePastAndTheFuture) {
  EXPECT_EQ(detail::floor_seconds(1999), 1);
  EXPECT_EQ(detail::floor_seconds(2000), 2);
  EXPECT_EQ(detail::floor_seconds(-1), -1);
  EXPECT_EQ(detail::ceil_seconds(1001), 2);
  EXPECT_EQ(detail::ceil_seconds(2000), 2);
  EXPECT_EQ(detail::ceil_seconds(-999), 0);
}

// ---- the clock of a world
// -------------------------------------------------------------------------

World one_refresh() {
  World world{{.accounts = {{.id = "fca_a"}}}};
  (void)world.accounts().refresh("fca_a", {{Feature::balance}});
  return world;
}

TEST(VirtualClock, StartsWhereTheScenarioSays) {
  World world{{.now = ms(42)}};
  EXPECT_EQ(world.clock().now(), ms(42));
}

TEST(VirtualClock, AdvancesAndSleepsAlike) {
  World world{{.now = ms(0)}};
  world.clock().advance(Milliseconds{1500});
  EXPECT_EQ(world.clock().now(), ms(1500));
  world.clock().sleep_for(seconds{2});
  EXPECT_EQ(world.clock().now(), ms(3500));
  world.clock().advance(Milliseconds{0});
  world.clock().advance_to(ms(3500));
  EXPECT_EQ(world.clock().now(), ms(3500));
}

TEST(VirtualClock, NeverGoesBack) {
  World world{{.now = ms(1'700'000'000'000)}};
  EXPECT_THROW(world.clock().advance(Milliseconds{-1}), Misuse);
  try {
    world.clock().advance_to(ms(1'699'999'999'999));
    ADD_FAILURE() << "went back";
  } catch (const Misuse& misuse) {
    EXPECT_NE(std::string(misuse.what()).find("2023-11-14T22:13:19.999Z"), std::string::npos)
        << misuse.what();
    EXPECT_NE(std::string(misuse.what()).find("2023-11-14T22:13:20Z"), std::string::npos)
        << misuse.what();
  }
  EXPECT_EQ(world.clock().now(), ms(1'700'000'000'000));
}

TEST(VirtualClock, ReachesAnInstantThatMayBePast) {
  World world = one_refresh();
  const Instant start = world.clock().now();
  world.clock().reach(start + seconds{5});
  EXPECT_EQ(world.clock().now(), start + seconds{5});
  EXPECT_EQ(world.clock().pending(), 0u) << "what was due there is done";
  world.clock().reach(start);
  EXPECT_EQ(world.clock().now(), start + seconds{5}) << "never goes back";
}

TEST(VirtualClock, EndsWithTheYear9999) {
  World world;
  EXPECT_THROW(world.clock().reach(ms(253'402'300'800'000)), Misuse);
  EXPECT_THROW(world.clock().advance(Milliseconds::max()), Misuse);
  EXPECT_THROW(world.clock().advance_to(ms(253'402'300'800'000)), Misuse);
  world.clock().advance_to(ms(253'402'300'799'999));
  EXPECT_THROW(world.clock().advance(Milliseconds{1}), Misuse);
}

TEST(VirtualClock, TellsWhatIsPending) {
  World world = one_refresh();
  const Instant due = world.clock().now() + seconds{5};
  EXPECT_EQ(world.clock().pending(), 1u);
  EXPECT_EQ(world.clock().next_due(), due);
  (void)world.accounts().subscribe("fca_a");
  EXPECT_EQ(world.clock().pending(), 2u);
  world.clock().advance(seconds{5});
  EXPECT_EQ(world.clock().pending(), 1u);  // the daily refresh
  EXPECT_EQ(world.clock().next_due(), due - seconds{5} + hours{24});
}

TEST(VirtualClock, GoesFromOneTimerToTheNext) {
  World world = one_refresh();
  const Instant start = world.clock().now();
  EXPECT_TRUE(world.clock().advance_to_next());
  EXPECT_EQ(world.clock().now(), start + seconds{5});
  EXPECT_EQ(world.account("fca_a").refresh(Feature::balance)->status, RefreshStatus::succeeded);
  EXPECT_EQ(world.clock().next_due(), std::nullopt);
  EXPECT_FALSE(world.clock().advance_to_next());
  EXPECT_EQ(world.clock().now(), start + seconds{5});
}

TEST(VirtualClock, AppliesAllThatIsDueAtTheNextInstant) {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}}}};
  for (const char* id : {"fca_a", "fca_b"})
    (void)world.accounts().refresh(id, {FeatureSet::all()});
  EXPECT_EQ(world.clock().pending(), 6u);
  EXPECT_TRUE(world.clock().advance_to_next());
  EXPECT_EQ(world.clock().pending(), 0u);
  EXPECT_EQ(world.events().size(), 6u);
}

}  // namespace
}  // namespace fauxbank
