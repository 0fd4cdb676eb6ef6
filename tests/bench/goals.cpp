// Measures the performance goals and prints each ratio beside its goal.
//
//   goals            fail when a goal is missed
//   goals --large    instead the rows with a million accounts
//   goals --growth   instead what a hundred times as many accounts cost, by a coarse bound
//   goals --exact    fail only when a count is missed, or what lies far from its bound

#include "goals.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>

#include <benchmark/benchmark.h>
#include <gmock/gmock.h>

namespace fauxbank::bench {
namespace {

std::map<std::string, double>& measured() {
  static std::map<std::string, double> best_of;
  return best_of;
}

/// Keeps the best repetition of each benchmark and prints nothing.
class BestReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.iterations == 0) continue;
      const double ns = run.cpu_accumulated_time * 1e9 / static_cast<double>(run.iterations);
      const auto [entry, is_new] = measured().emplace(run.run_name.function_name, ns);
      if (!is_new) entry->second = std::min(entry->second, ns);
    }
  }
};

struct Bank {
  virtual ~Bank() = default;
  virtual int balance(const std::string& id) = 0;
};
struct MockBank : Bank {
  MOCK_METHOD(int, balance, (const std::string& id), (override));
};

/// The unit of most goals: one call of a mocked function that expects calls.
void gmock_call(benchmark::State& state) {
  MockBank mock;
  EXPECT_CALL(mock, balance(::testing::_)).WillRepeatedly(::testing::Return(42));
  Bank& bank = mock;
  const std::string id = "fca_checking";
  for (auto _ : state)
    benchmark::DoNotOptimize(bank.balance(id));
}

int print(const std::vector<Goal>& goals, bool exact_only) {
  int missed = 0;
  std::printf("one gMock call took %.0f ns\n", best("gmock"));
  for (const Goal& goal : goals) {
    const double value = goal.value();
    const bool pass = value <= goal.at_most;
    if (!pass && (goal.exact || !exact_only)) ++missed;
    std::printf("%-3s %-42s %9.3f  goal <= %-7g %-16s %s\n", goal.id.c_str(), goal.what.c_str(),
                value, goal.at_most, goal.unit.c_str(), pass ? "pass" : "MISS");
  }
  return missed;
}

}  // namespace

double best(const std::string& benchmark) { return measured().at(benchmark); }

}  // namespace fauxbank::bench

int main(int argc, char** argv) {
  using namespace fauxbank::bench;
  bool large = false;
  bool growth = false;
  bool exact_only = false;
  std::vector<char*> arguments;
  for (int i = 0; i < argc; ++i) {
    if (std::strcmp(argv[i], "--large") == 0) {
      large = true;
    } else if (std::strcmp(argv[i], "--growth") == 0) {
      growth = true;
    } else if (std::strcmp(argv[i], "--exact") == 0) {
      exact_only = true;
    } else {
      arguments.push_back(argv[i]);
    }
  }
  // Interleaved repetitions, so that a busy moment of the machine does not hit one side of a ratio
  // alone.
  char time[] = "--benchmark_min_time=0.02";
  char repetitions[] = "--benchmark_repetitions=9";
  char interleaved[] = "--benchmark_enable_random_interleaving=true";
  for (char* argument : {time, repetitions, interleaved})
    arguments.insert(arguments.begin() + 1, argument);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());

  std::vector<Goal> goals;
  benchmark::RegisterBenchmark("gmock", gmock_call);
  if (large) {
    add_large_lookup_goals(goals);
    add_large_life_goals(goals);
  } else if (growth) {
    add_growth_goals(goals);
  } else {
    add_lookup_goals(goals);
    add_http_goals(goals);
    add_life_goals(goals);
    add_load_goals(goals);
    if (!exact_only) add_sweep_goals(goals);
  }
  BestReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return print(goals, exact_only) == 0 ? 0 : 1;
}
