#pragma once

// Performance goals: each is a ratio of two measurements of one run, because the machine's speed
// drifts.

#include <functional>
#include <string>
#include <vector>

namespace fauxbank::bench {

/// One row of the table that is printed.
struct Goal {
  std::string id;
  std::string what;
  std::function<double()> value;  // evaluated once everything has been measured
  double at_most;
  std::string unit;
  bool exact = false;  // does not depend on the machine's speed: a count, or far from its bound
};

/// The least CPU time of one iteration of a benchmark over its repetitions, in nanoseconds.
double best(const std::string& benchmark);

/// Register the benchmarks and goals of each group.
void add_lookup_goals(std::vector<Goal>& goals);
void add_http_goals(std::vector<Goal>& goals);
void add_life_goals(std::vector<Goal>& goals);
void add_load_goals(std::vector<Goal>& goals);
void add_sweep_goals(std::vector<Goal>& goals);
/// Those with a million accounts. They have a process of their own, because the heap and the caches
/// that they leave behind slow small worlds down by a third.
void add_large_lookup_goals(std::vector<Goal>& goals);
void add_large_life_goals(std::vector<Goal>& goals);
void add_growth_goals(std::vector<Goal>& goals);

}  // namespace fauxbank::bench
