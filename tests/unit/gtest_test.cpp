#include <fauxbank/gtest.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include "support/paths.hpp"

namespace fauxbank {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using testing::kAccounts;

// ---- fixtures -----------------------------------------------------------------------------------

class OwnWorldTest : public WorldTest {
 protected:
  OwnWorldTest() : WorldTest({.seed = 7, .accounts = {{.id = "fca_1"}}}, {.compact_json = true}) {}
};

TEST_F(OwnWorldTest, HasTheWorldOfItsScenario) {
  EXPECT_EQ(world.state().settings().seed, 7u);
  EXPECT_EQ(world.send(Request::get(kAccounts)).body.find('\n'), std::string::npos);
}

TEST_F(OwnWorldTest, StartsEachTestAnew) { EXPECT_TRUE(world.journal().empty()); }

struct OneAccount {
  Scenario operator()() const { return {.accounts = {{.id = "fca_1"}}}; }
};
struct NoAccount {
  Scenario operator()() const { return {}; }
};

using OneAccountTest = WorldTestWith<OneAccount>;
TEST_F(OneAccountTest, HasOneAccount) { EXPECT_EQ(world.all().size(), 1u); }

template <class Make>
class TypedWorldTest : public WorldTestWith<Make> {};
using Makes = ::testing::Types<OneAccount, NoAccount>;
TYPED_TEST_SUITE(TypedWorldTest, Makes);

TYPED_TEST(TypedWorldTest, HasTheAccountsOfItsType) {
  EXPECT_EQ(this->world.all().size(), TypeParam{}().accounts.size());
}

class EachFormTest : public FormTest {
 protected:
  EachFormTest() : FormTest({.accounts = {{.id = "fca_1"}}}) {}
};

TEST_P(EachFormTest, AnswersInItsForm) {
  const char* object =
      GetParam() == Form::documented ? "\"linked_account\"" : "\"financial_connections.account\"";
  EXPECT_THAT(world.send(Request::get(kAccounts + "/fca_1")).body, HasSubstr(object));
  const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  EXPECT_EQ(name, "AnswersInItsForm/" + std::string(to_string(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(Forms, EachFormTest, EachForm(), FormName());

class EachFileTest : public ScenarioFileTest {};

TEST_P(EachFileTest, StartsAsItsFileSays) {
  const auto scenario = read_scenario(GetParam());
  ASSERT_TRUE(scenario);
  EXPECT_EQ(world.all().size(), scenario->accounts.size());
  EXPECT_EQ(world.state().settings().seed, scenario->seed);
  EXPECT_EQ(world.send(Request::get(kAccounts)).status, 200);
  // Scripts and plans of the library of scenarios are its own tests' business.
  teardown = TeardownChecks::all(CheckLevel::ignore);
}

INSTANTIATE_TEST_SUITE_P(Files, EachFileTest, EachScenarioFile(FAUXBANK_FIXTURES_DIR "/scenarios"),
                         FileName());

TEST(ScenarioFiles, AreSortedAndNamedByTheirStem) {
  const auto files = scenario_files(FAUXBANK_FIXTURES_DIR "/scenarios");
  EXPECT_TRUE(std::is_sorted(files.begin(), files.end()));
  EXPECT_EQ(FileName()({"/a/two-accounts.v1.json", 0}), "two_accounts_v1");
}

TEST(ScenarioFiles, OfAnEmptyFolderAreAMisuse) {
  EXPECT_THROW(scenario_files(FAUXBANK_FIXTURES_DIR "/nonesuch"), Misuse);
  EXPECT_THROW(scenario_files(FAUXBANK_FIXTURES_DIR "/wire"), Misuse);
}

// ---- teardown -----------------------------------------------------------------------------------

/// A world that leaves behind one of each kind that a test can bring about.
World with_leftovers() {
  World world{{.accounts = {{.id = "fca_1",
                             .refresh = {.balance = {{.completes = Completion::manually()}}}}}}};
  (void)world.accounts().refresh("fca_1", {.features = {Feature::balance}});
  // In two parts, so that no scanner takes it for a key.
  (void)world.send(Request::get(kAccounts).bearer(std::string("sk_live") + "_abc"));
  world.link({.id = "fca_2"});
  return world;
}

TEST(TeardownCheck, FailsForMisuseByDefaultAndNotForEvents) {
  World world = with_leftovers();
  EXPECT_NONFATAL_FAILURE({ WorldReport report(world); },
                          "world leaves behind misuse: a live API key was sent");
}

TEST(TeardownCheck, IgnoresWhatItIsToldToIgnore) {
  World world = with_leftovers();
  WorldReport report(world);
  report.checks = TeardownChecks::all(CheckLevel::ignore);
}

TEST(TeardownCheck, FailsForEachKindThatItIsToldToFailFor) {
  World world = with_leftovers();
  const auto only = [&](CheckLevel TeardownChecks::*kind) {
    WorldReport report(world, "bank");
    report.checks = TeardownChecks::all(CheckLevel::ignore);
    report.checks.*kind = CheckLevel::fail;
  };
  EXPECT_NONFATAL_FAILURE(only(&TeardownChecks::misuse), "bank leaves behind misuse");
  EXPECT_NONFATAL_FAILURE(
      only(&TeardownChecks::pending_refresh),
      "bank leaves behind pending_refresh: the balance refresh of 'fca_1' is in "
      "flight since 2023-11-14T22:13:20Z: only World::complete_refresh ends it");
  EXPECT_NONFATAL_FAILURE(only(&TeardownChecks::undelivered_event),
                          "bank leaves behind undelivered_event: created fca_2");
}

TEST(TeardownCheck, CountsWhatIsTooMuchToName) {
  World world;
  for (int i = 0; i < 9; ++i)
    world.link({.id = "fca_" + std::to_string(i)});
  const auto test = [&] {
    WorldReport report(world);
    report.checks.undelivered_event = CheckLevel::fail;
  };
  EXPECT_NONFATAL_FAILURE(test(),
                          "created fca_4\nworld leaves behind undelivered_event: more of them");
}

TEST(TeardownCheck, FailsForAFaultThatNeverFired) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.faults().on(Operation::list).nth(2).timeout();
  EXPECT_NONFATAL_FAILURE({ WorldReport report(world); },
                          "world leaves behind unused_fault: timeout before list, request 2");
  {
    WorldReport report(world);
    report.checks.unused_fault = CheckLevel::ignore;
  }
  (void)world.transport().send(Request::get("/v1/financial_connections/accounts"));
  (void)world.transport().send(Request::get("/v1/financial_connections/accounts"));
  WorldReport used(world);
}

TEST(TeardownCheck, PrintsItsLevels) {
  EXPECT_EQ(to_string(TeardownChecks{}),
            "misuse fail, misfit fail, unused_fault fail, pending_refresh warn, "
            "undelivered_event ignore");
  EXPECT_EQ(to_string(ReportOptions{}), "20 entries, timeline");
}

// ---- coverage -----------------------------------------------------------------------------------

TEST(ProgramCoverage, HasEveryReportedWorld) {
  const std::uint64_t before = coverage()[Rule::retrieve].hits;
  {
    World world{{.accounts = {{.id = "fca_1"}}}};
    WorldReport report(world);
    (void)world.accounts().retrieve("fca_1");
  }
  EXPECT_EQ(coverage()[Rule::retrieve].hits, before + 1);
}

// ---- sweeps -------------------------------------------------------------------------------------

/// Sets a variable of the environment for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(SweepOptionsOfTheEnvironment, AreItsTokenAndTheShardThatIsAsked) {
  EXPECT_EQ(sweep_options().replay, "");
  const Variable token("FAUXBANK_REPLAY", "1.list.timeout.before");
  EXPECT_EQ(sweep_options({1, 2}).replay, "1.list.timeout.before");
  EXPECT_EQ(sweep_options({1, 2}).shard, (SweepShard{1, 2}));
}

TEST(SweepShards, AreAsManyAsTheProgramHas) {
  EXPECT_EQ(sweep_shards(), (std::vector<SweepShard>{{0, 1}}));
  {
    const Variable total("GTEST_TOTAL_SHARDS", "3");
    EXPECT_EQ(sweep_shards(), (std::vector<SweepShard>{{0, 3}, {1, 3}, {2, 3}}));
  }
  const Variable total("GTEST_TOTAL_SHARDS", "0");
  EXPECT_EQ(sweep_shards().size(), 1u);
}

class SweepOfShard : public ::testing::TestWithParam<SweepShard> {};
TEST_P(SweepOfShard, RunsItsShare) {
  const auto list = [](World& world) { (void)world.transport().send(Request::get(kAccounts)); };
  const SweepGrid grid = sweep([] { return World{}; }, list, list, sweep_options(GetParam()));
  EXPECT_TRUE(grid.ok());
  EXPECT_EQ(grid.shard, GetParam());
  EXPECT_FALSE(grid.cells.empty());
}
INSTANTIATE_TEST_SUITE_P(Shards, SweepOfShard, EachSweepShard(), ShardName());

TEST(SweepExpectations, AreTheReasonOfACellAndFailNoTest) {
  const auto list = [](World& world) { (void)world.transport().send(Request::get(kAccounts)); };
  const auto check = expecting([](World& world) {
    for (const JournalEntry& entry : world.journal())
      EXPECT_EQ(entry.error, std::nullopt) << "of entry " << entry.number;
  });
  const SweepGrid grid =
      sweep([] { return World{}; }, list, check, {.faults = {{.kind = FaultKind::timeout}}});
  ASSERT_EQ(grid.cells.size(), 1u);
  EXPECT_EQ(grid.cells[0].verdict, SweepVerdict::broken);
  EXPECT_THAT(grid.cells[0].reason, HasSubstr("of entry 1"));
}

// ---- timeline -----------------------------------------------------------------------------------

TEST(Timelines, EscapeWhatStrangersSent) {
  World world;
  (void)world.send(Request::get(kAccounts + "/<script>alert(\"&\")\x01\xff</script>"));
  const std::string html = timeline_html(world, "A <title>");
  EXPECT_THAT(html, AllOf(HasSubstr("&lt;script&gt;alert("), HasSubstr("A &lt;title&gt;")));
  EXPECT_THAT(html,
              AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x01")), Not(HasSubstr("\xff"))));
}

TEST(Timelines, ShowRetriesAsAttempts) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.faults().on(Operation::list).nth(1).answer_lost();
  for (int i = 0; i < 2; ++i)
    (void)world.transport().send(Request::get(kAccounts));
  EXPECT_THAT(timeline_html(world, "t"), HasSubstr("<p>attempt 2 of the call of entry #1</p>"));
}

TEST(Timelines, NeedNothingFromOutside) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  (void)world.accounts().list();
  const std::string html = timeline_html(world, "t");
  for (const char* outside : {"<script", "src=", "http:", "@import", "url("})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
}

TEST(Timelines, SayThatNothingHappened) {
  EXPECT_THAT(timeline_html(World{}, "t"), HasSubstr("Nothing happened."));
}

}  // namespace
}  // namespace fauxbank
