#pragma once

/// \file
/// The GoogleTest face: fixtures that own a world, a listener that tells a failed test's story, and
/// checks of what a test leaves behind. Link `fauxbank::gtest`. Needs GoogleTest 1.11 or later.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/coverage.hpp>
#include <fauxbank/scenario.hpp>
#include <fauxbank/sweep.hpp>
#include <fauxbank/world.hpp>

namespace fauxbank {

/// What to do about something that a test leaves behind.
enum class CheckLevel : std::uint8_t {
  ignore,
  warn,  ///< print it
  fail   ///< fail the test
};
FAUXBANK_ENUM_NAMES(CheckLevel, "ignore", "warn", "fail");

/// How each kind of leftover is treated when a test ends (see `World::leftovers`).
struct TeardownChecks {
  CheckLevel misuse = CheckLevel::fail;
  CheckLevel misfit = CheckLevel::fail;
  CheckLevel unused_fault = CheckLevel::fail;
  CheckLevel pending_refresh = CheckLevel::warn;
  CheckLevel undelivered_event = CheckLevel::ignore;

  static TeardownChecks all(CheckLevel level) { return {level, level, level, level, level}; }
};

std::string to_string(const TeardownChecks& checks);

/// Watches a world on behalf of the test in whose scope it stands. At its end it checks what the
/// world leaves behind and adds the world to `coverage()`; if the test has failed by the end of the
/// test, the listener prints the world's last journal entries, its seed and its digests, and writes
/// a timeline. Fixtures have one each; a plain test declares its own:
///
/// ```cpp
/// TEST(Sync, Plain) {
///   World world{{.accounts = {{.id = "fca_1"}}}};
///   WorldReport report{world};
/// ```
///
/// Declare it after its world and in a test's own thread. Costs a snapshot of the journal, and
/// nothing is rendered for a test that passes.
class WorldReport {
 public:
  /// \param name what to call the world where a test has several
  explicit WorldReport(World& world, std::string name = "world");
  WorldReport(const WorldReport&) = delete;
  WorldReport& operator=(const WorldReport&) = delete;
  ~WorldReport();

  TeardownChecks checks;

 private:
  World& world_;
  std::string name_;
};

/// What the listener prints and writes; the same for all tests of a program. Set it before the
/// tests run, or in an environment.
struct ReportOptions {
  std::size_t entries = 20;  ///< printed of a failed test's journal, the last ones
  bool timeline = true;      ///< write the HTML timeline of a failed test
  /// Where timelines go. Empty: TEST_UNDECLARED_OUTPUTS_DIR where that is set, else beside the file
  /// that --gtest_output names, else the folder `fauxbank-timelines` in the current one.
  std::string folder{};
  /// Where the coverage of the program goes when it ends. Empty: into TEST_UNDECLARED_OUTPUTS_DIR
  /// under a name of this process's own, or nowhere where that is not set.
  std::string coverage_file{};
};

std::string to_string(const ReportOptions& options);

/// The options of this program. GoogleTest has one of each thing per program as well; the library
/// below has nothing of that kind.
ReportOptions& report_options();

/// What the worlds of this program's tests have seen so far (see `Coverage`).
Coverage& coverage();

/// A world's journal as a self-contained HTML page: lanes for client threads, the API and the
/// world's own events, refusals and faults in colour. No script, no network.
std::string timeline_html(const World& world, std::string_view title);

/// A fixture with a world of its own.
///
/// ```cpp
/// class SyncTest : public WorldTest {
///  protected:
///   SyncTest() : WorldTest({.accounts = {{.id = "fca_1"}}}) {}
/// };
/// TEST_F(SyncTest, Refreshes) { … world.transport() … }
/// ```
class WorldTest : public ::testing::Test {
 protected:
  explicit WorldTest(const Scenario& scenario = {}, const WorldOptions& options = {})
      : world(scenario, options), report_(world), teardown(report_.checks) {}

  World world;

 private:
  WorldReport report_;

 protected:
  /// Set in a test or a fixture's constructor.
  TeardownChecks& teardown;
};

/// A fixture for worlds that are types: `Make` is callable without arguments and returns the
/// scenario. For `TYPED_TEST_SUITE`, or with a type of one's own for `TEST_F`:
///
/// ```cpp
/// struct OneAccount {
///   Scenario operator()() const { return {.accounts = {{.id = "fca_1"}}}; }
/// };
/// using OneAccountTest = WorldTestWith<OneAccount>;
/// ```
template <class Make>
class WorldTestWith : public WorldTest {
 protected:
  WorldTestWith() : WorldTest(Make{}()) {}
};

/// A fixture whose tests run once for each wire form (rule form.choice):
/// `INSTANTIATE_TEST_SUITE_P(Forms, SyncTest, EachForm(), FormName());`
class FormTest : public WorldTest, public ::testing::WithParamInterface<Form> {
 protected:
  explicit FormTest(Scenario scenario = {}, const WorldOptions& options = {})
      : WorldTest(in_form(std::move(scenario)), options) {}

 private:
  static Scenario in_form(Scenario scenario) {
    scenario.form = GetParam();
    return scenario;
  }
};

/// Both wire forms, for INSTANTIATE_TEST_SUITE_P.
inline auto EachForm() { return ::testing::Values(Form::documented, Form::current); }

/// Names tests by their form: `Forms/SyncTest.Refreshes/current`.
struct FormName {
  std::string operator()(const ::testing::TestParamInfo<Form>& info) const {
    return std::string(to_string(info.param));
  }
};

/// A fixture whose tests run once for each scenario file:
/// `INSTANTIATE_TEST_SUITE_P(Files, SyncTest, EachScenarioFile("fixtures/scenarios"), FileName());`
///
/// \throws Misuse in its constructor, with one line for each thing that is wrong with the file
class ScenarioFileTest : public WorldTest, public ::testing::WithParamInterface<std::string> {
 protected:
  explicit ScenarioFileTest(const WorldOptions& options = {}) : WorldTest({}, options) {
    world.load(std::string_view(GetParam()));
  }
};

/// The paths of all `.json` files in a folder, in the order of their names.
/// \throws Misuse when the folder is not there or has none: a suite without tests would pass
std::vector<std::string> scenario_files(const std::string& folder);

/// The same, for INSTANTIATE_TEST_SUITE_P.
inline auto EachScenarioFile(const std::string& folder) {
  return ::testing::ValuesIn(scenario_files(folder));
}

/// Names tests by their file: `Files/SyncTest.Refreshes/one_account`.
struct FileName {
  std::string operator()(const ::testing::TestParamInfo<std::string>& info) const;
};

// ---- sweeps -------------------------------------------------------------------------------------

/// Options for `sweep` as whoever runs the program asks for them: the environment's
/// FAUXBANK_REPLAY, a token that a grid has printed, lets one cell run and prints its journal. Say
/// which test, too: `FAUXBANK_REPLAY=2.refresh.answer_lost.after ./sync_test
/// --gtest_filter=Sync.Sweep`
SweepOptions sweep_options(SweepShard shard = {});

/// The shards of a sweep: one for each shard of the program's tests (the environment's
/// GTEST_TOTAL_SHARDS), or one.
std::vector<SweepShard> sweep_shards();

/// For INSTANTIATE_TEST_SUITE_P: a sweep in as many tests as the program has shards. GoogleTest
/// deals its tests out to the shards in turn, so each machine runs its share and none runs twice.
///
/// ```cpp
/// class SyncSweep : public ::testing::TestWithParam<SweepShard> {};
/// TEST_P(SyncSweep, Survives) {
///   const SweepGrid grid = sweep(make_world, body, invariants, sweep_options(GetParam()));
///   EXPECT_TRUE(grid.ok()) << to_string(grid);
/// }
/// INSTANTIATE_TEST_SUITE_P(Shards, SyncSweep, EachSweepShard(), ShardName());
/// ```
inline auto EachSweepShard() { return ::testing::ValuesIn(sweep_shards()); }

/// Names tests by their shard: `Shards/SyncSweep.Survives/2of3`.
struct ShardName {
  std::string operator()(const ::testing::TestParamInfo<SweepShard>& info) const;
};

namespace detail {
std::string failures_in(const SweepPart& check, World& world);
}  // namespace detail

/// Make an invariant, or a body, of code that has expectations: the first that fails in a cell of a
/// sweep is the cell's reason, and does not fail the test by itself.
/// \param check called with a `World&`, in the test's own thread
template <class F>
auto expecting(F check) {
  return [check = std::move(check)](World& world) {
    return detail::failures_in(detail::SweepPart(check), world);
  };
}

}  // namespace fauxbank
