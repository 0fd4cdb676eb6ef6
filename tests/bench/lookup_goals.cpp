// G1, G5, G6: look-ups, growth, memory.

#include <memory>

#include <benchmark/benchmark.h>

#include "allocations.hpp"
#include "goals.hpp"
#include "worlds.hpp"

namespace fauxbank::bench {
namespace {

/// A world with its ids and one prepared request for each, shared by several benchmarks.
struct Target {
  explicit Target(std::size_t count) : world(make_world(count)), ids(shuffled_ids(world)) {
    ids.resize(std::min<std::size_t>(ids.size(), 100'000));
    for (const std::string& id : ids) {
      retrieves.push_back(Request::get(std::string(kPath) + "/" + id));
      pages.push_back(Request::get(std::string(kPath) + "?limit=10&starting_after=" + id));
      const auto holder = world.account(id).account_holder();
      filtered.push_back(
          Request::get(std::string(kPath) + "?limit=10&account_holder[customer]=" + holder->id));
    }
  }

  World world;
  std::vector<std::string> ids;
  std::vector<Request> retrieves;
  std::vector<Request> pages;
  std::vector<Request> filtered;
};

double allocations_per_account_lookup = 0;

void account(benchmark::State& state, const std::shared_ptr<Target>& target) {
  std::size_t i = 0;
  const std::size_t before = allocation_count();
  for (auto _ : state) {
    benchmark::DoNotOptimize(target->world.account(target->ids[i]));
    if (++i == target->ids.size()) i = 0;
  }
  allocations_per_account_lookup =
      static_cast<double>(allocation_count() - before) / static_cast<double>(state.iterations());
}

void send(benchmark::State& state, const std::shared_ptr<Target>& target,
          std::vector<Request> Target::*requests) {
  std::size_t i = 0;
  Transport& transport = target->world.transport();
  const auto& all = (*target).*requests;
  for (auto _ : state) {
    benchmark::DoNotOptimize(transport.send(all[i]));
    if (++i == all.size()) i = 0;
  }
}

void add_target(const std::string& size, std::size_t count) {
  const auto target = std::make_shared<Target>(count);
  benchmark::RegisterBenchmark(("account/" + size).c_str(), account, target);
  benchmark::RegisterBenchmark(("retrieve/" + size).c_str(), send, target, &Target::retrieves);
  benchmark::RegisterBenchmark(("list/" + size).c_str(), send, target, &Target::pages);
  benchmark::RegisterBenchmark(("filtered/" + size).c_str(), send, target, &Target::filtered);
}

/// Live bytes that building a state of `count` accounts left behind, for one account.
double bytes_per_account(std::size_t count) {
  Random random(3, RandomStream::test);
  State state(Settings{});
  const std::size_t before = live_bytes();
  for (std::size_t i = 0; i < count; ++i) {
    AccountSpec spec;
    spec.created = UnixTime{Seconds{1'600'000'000 + random.between(0, 90'000'000)}};
    spec.account_holder =
        AccountHolder::customer("cus_" + std::to_string(random.below(count / 100 + 1)));
    load(state, spec);
  }
  return static_cast<double>(live_bytes() - before) / static_cast<double>(count);
}

}  // namespace

void add_lookup_goals(std::vector<Goal>& goals) {
  add_target("1e3", 1'000);
  goals.push_back({"G1", "World::account at 1e3",
                   [] { return best("account/1e3") / best("gmock"); }, 0.06, "gMock calls"});
  goals.push_back({"G1", "allocations of World::account",
                   [] { return allocations_per_account_lookup; }, 0, "a call", true});
  goals.push_back({"G6", "State at 1e5, indexes included",
                   [] { return bytes_per_account(100'000); }, 256, "bytes an account", true});
}

void add_large_lookup_goals(std::vector<Goal>& goals) {
  add_target("1e3", 1'000);
  add_target("1e6", 1'000'000);
  goals.push_back({"G1", "World::account at 1e6, cold",
                   [] { return best("account/1e6") / best("gmock"); }, 0.5, "gMock calls"});
  goals.push_back({"G5", "retrieve, 1e6 cold to 1e3",
                   [] { return best("retrieve/1e6") / best("retrieve/1e3"); }, 12, "x"});
  goals.push_back(
      {"G5", "list, 1e6 cold to 1e3", [] { return best("list/1e6") / best("list/1e3"); }, 4, "x"});
  goals.push_back({"G5", "list with a filter, 1e6 cold to 1e3",
                   [] { return best("filtered/1e6") / best("filtered/1e3"); }, 4, "x"});
  goals.push_back({"G6", "State at 1e6, indexes included",
                   [] { return bytes_per_account(1'000'000); }, 256, "bytes an account", true});
}

}  // namespace fauxbank::bench
