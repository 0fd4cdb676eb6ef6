// G7, G8: making, copying and forking worlds.

#include <algorithm>
#include <memory>

#include <benchmark/benchmark.h>

#include "allocations.hpp"
#include "goals.hpp"
#include "worlds.hpp"

namespace fauxbank::bench {
namespace {

void world_of(benchmark::State& state, std::size_t count) {
  Scenario scenario;
  scenario.accounts.resize(count);
  for (AccountSpec& spec : scenario.accounts)
    spec.account_holder = AccountHolder::customer("cus_1");
  const Request request = Request::get(kPath);
  for (auto _ : state) {
    World world(scenario);
    benchmark::DoNotOptimize(world.send(request));
  }
}

double most_allocations_of_a_copy = 0;

void copy_state(benchmark::State& state, const std::shared_ptr<World>& world) {
  const State original = world->state();
  const std::size_t before = allocation_count();
  for (auto _ : state) {
    State copy(original);
    benchmark::DoNotOptimize(copy);
  }
  most_allocations_of_a_copy =
      std::max(most_allocations_of_a_copy, static_cast<double>(allocation_count() - before) /
                                               static_cast<double>(state.iterations()));
}

void fork(benchmark::State& state, const std::shared_ptr<World>& world) {
  for (auto _ : state)
    benchmark::DoNotOptimize(world->fork());
}

/// Made before anything is measured: the first large allocation after a million small ones were
/// freed pays for tidying them up, and that must not be the world's.
std::vector<Request> refreshes(const World& world) {
  std::vector<Request> requests;
  for (const std::string& id : shuffled_ids(world)) {
    requests.push_back(
        Request::post(std::string(kPath) + "/" + id + "/refresh", "features[]=balance"));
    if (requests.size() == 10'000) break;
  }
  return requests;
}

/// The first write to a fresh fork pays for what was shared.
void first_write(benchmark::State& state, const std::shared_ptr<World>& world,
                 const std::vector<Request>& requests) {
  std::size_t i = 0;
  for (auto _ : state) {
    World copy = world->fork();
    benchmark::DoNotOptimize(copy.send(requests[i]));
    if (++i == requests.size()) i = 0;
  }
}

void add_size(std::vector<Goal>& goals, const std::string& size, std::size_t count) {
  register_life("/" + size, std::make_shared<World>(make_world(count)));
  goals.push_back({"G8", "copy of State at " + size,
                   [size] { return best("copy state/" + size) / best("gmock"); }, 0.05,
                   "gMock calls"});
  goals.push_back({"G8", "World::fork at " + size,
                   [size] { return best("fork/" + size) / best("gmock"); }, 0.5, "gMock calls"});
  goals.push_back({"G8", "fork and first write at " + size,
                   [size] { return best("first write/" + size) / best("gmock"); }, 10,
                   "gMock calls"});
}

}  // namespace

void register_life(const std::string& size, const std::shared_ptr<World>& world) {
  benchmark::RegisterBenchmark(("copy state" + size).c_str(), copy_state, world);
  benchmark::RegisterBenchmark(("fork" + size).c_str(), fork, world);
  benchmark::RegisterBenchmark(("first write" + size).c_str(), first_write, world,
                               refreshes(*world));
}

double allocations_of_a_copy() { return most_allocations_of_a_copy; }

void add_life_goals(std::vector<Goal>& goals) {
  benchmark::RegisterBenchmark("world of 3", world_of, std::size_t{3});
  benchmark::RegisterBenchmark("world of 1000", world_of, std::size_t{1'000});
  goals.push_back({"G7", "world of 3 accounts, one answer, end",
                   [] { return best("world of 3") / best("gmock"); }, 3.2, "gMock calls"});
  goals.push_back({"G7", "world of 1000 accounts, one answer, end",
                   [] { return best("world of 1000") / best("gmock"); }, 260, "gMock calls"});
  add_size(goals, "1e3", 1'000);
}

void add_large_life_goals(std::vector<Goal>& goals) { add_size(goals, "1e6", 1'000'000); }

}  // namespace fauxbank::bench
