// G12: what a sweep costs beside the runs that it is made of.

#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "goals.hpp"
#include "worlds.hpp"

namespace fauxbank::bench {
namespace {

/// Twenty pages and twenty refreshes, whatever comes back.
struct FortyCalls {
  explicit FortyCalls(const World& world) : list(Request::get(std::string(kPath) + "?limit=10")) {
    for (const std::string& id : shuffled_ids(world)) {
      if (refreshes.size() == 20) break;
      refreshes.push_back(
          Request::post(std::string(kPath) + "/" + id + "/refresh", "features[]=balance"));
    }
  }
  void operator()(World& world) const {
    for (const Request& refresh : refreshes) {
      benchmark::DoNotOptimize(world.transport().send(list));
      benchmark::DoNotOptimize(world.transport().send(refresh));
    }
  }
  Request list;
  std::vector<Request> refreshes;
};

SweepGrid run_sweep(const World& world, const FortyCalls& body) {
  const auto nothing = [](World&) {};
  return sweep([&] { return world.fork(); }, body, nothing);
}

}  // namespace

void add_sweep_goals(std::vector<Goal>& goals) {
  const auto world = std::make_shared<World>(make_world(1'000));
  const auto body = std::make_shared<FortyCalls>(*world);
  const auto cells = static_cast<double>(run_sweep(*world, *body).cells.size());
  benchmark::RegisterBenchmark("sweep", [world, body](benchmark::State& state) {
    for (auto _ : state)
      benchmark::DoNotOptimize(run_sweep(*world, *body));
  });
  benchmark::RegisterBenchmark("sweep body", [world, body](benchmark::State& state) {
    World copy = world->fork();
    for (auto _ : state)
      (*body)(copy);
  });
  goals.push_back({"G12", "sweep of 40 calls at 1e3, by its runs",
                   [cells] { return best("sweep") / (cells * best("sweep body")); }, 3,
                   "clean runs a cell"});
}

}  // namespace fauxbank::bench
