// Nothing grows with the number of accounts: a hundred times as many may cost what cold memory
// costs, and a walk over them would cost a hundred times as much. The bound is coarse so that it
// holds on any machine, busy or not.

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "allocations.hpp"
#include "goals.hpp"
#include "worlds.hpp"

namespace fauxbank::bench {
namespace {

constexpr double kAtMost = 12;
constexpr const char* kFew = "/1e3";
constexpr const char* kMany = "/1e5";

constexpr const char* kPath = "/v1/financial_connections/accounts";

/// Few accounts for each holder, so that a filter which walks them all has a long way.
World make_sparse_world(std::size_t count) {
  Scenario scenario;
  scenario.form = Form::current;  // which knows the most filters
  Random random(7, RandomStream::test);
  scenario.accounts.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    AccountSpec& spec = scenario.accounts[i];
    spec.created = UnixTime{Seconds{1'600'000'000 + random.between(0, 90'000'000)}};
    const std::string number = std::to_string(i / 8);
    spec.session = "fcsess_" + number;
    if (i % 2 == 0) {
      spec.account_holder = AccountHolder::account("acct_" + number);
    } else {
      spec.account_holder = AccountHolder::customer("cus_" + number);
      spec.account_holder->customer_account = "cuacct_" + number;
    }
  }
  return World(scenario);
}

/// The kinds of request, each with what comes before the account's id or the holder's number.
struct Kind {
  const char* name;
  Method method;
  const char* before;
  const char* after;
  bool by_holder;
  const char* body;
};

constexpr Kind kKinds[] = {
    {"retrieve", Method::get, "/", "", false, ""},
    {"list, forward", Method::get, "?limit=10&starting_after=", "", false, ""},
    {"list, backward", Method::get, "?limit=10&ending_before=", "", false, ""},
    {"list of nobody", Method::get, "?account_holder[customer]=none_", "", true, ""},
    {"list of a customer", Method::get, "?account_holder[customer]=cus_", "", true, ""},
    {"list of an account", Method::get, "?account_holder[account]=acct_", "", true, ""},
    {"list of a customer account", Method::get, "?account_holder[customer_account]=cuacct_", "",
     true, ""},
    {"list of a session", Method::get, "?session=fcsess_", "", true, ""},
    {"refresh", Method::post, "/", "/refresh", false, "features[]=balance"},
    {"subscribe", Method::post, "/", "/subscribe", false, "features[]=transactions"},
    {"unsubscribe", Method::post, "/", "/unsubscribe", false, "features[]=transactions"},
    {"disconnect", Method::post, "/", "/disconnect", false, ""},
};

std::vector<Request> requests(const Kind& kind, const std::vector<std::string>& ids) {
  Random random(5, RandomStream::test);
  std::vector<Request> all;
  for (std::size_t i = 0; i < std::min<std::size_t>(ids.size(), 10'000); ++i) {
    const std::string which =
        kind.by_holder ? std::to_string(random.below(ids.size() / 8)) : ids[i];
    const std::string target = std::string(kPath) + kind.before + which + kind.after;
    all.push_back(kind.method == Method::get ? Request::get(target)
                                             : Request::post(target, kind.body));
  }
  return all;
}

void send_all(benchmark::State& state, const std::shared_ptr<World>& parent,
              const std::vector<Request>& all) {
  World world = parent->fork();  // what another kind changed is not there
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(world.transport().send(all[i]));
    if (++i == all.size()) i = 0;
  }
}

void fork_and_write(benchmark::State& state, const std::shared_ptr<World>& parent,
                    const std::vector<Request>& all) {
  std::size_t i = 0;
  for (auto _ : state) {
    World world = parent->fork();
    benchmark::DoNotOptimize(world.transport().send(all[i]));
    if (++i == all.size()) i = 0;
  }
}

double allocations_of_a_copy = 0;

void copy(benchmark::State& state, const std::shared_ptr<World>& world) {
  const State original = world->state();
  const std::size_t before = allocation_count();
  for (auto _ : state) {
    State copied(original);
    benchmark::DoNotOptimize(copied);
  }
  allocations_of_a_copy =
      static_cast<double>(allocation_count() - before) / static_cast<double>(state.iterations());
}

void add_size(const std::string& size, std::size_t count) {
  const auto world = std::make_shared<World>(make_sparse_world(count));
  const std::vector<std::string> ids = shuffled_ids(*world);
  for (const Kind& kind : kKinds) {
    const std::vector<Request> all = requests(kind, ids);
    if (world->fork().send(all[0]).status != 200)
      throw std::logic_error(std::string(kind.name) + " is refused");
    benchmark::RegisterBenchmark((kind.name + size).c_str(), send_all, world, all);
  }
  benchmark::RegisterBenchmark(("fork and refresh" + size).c_str(), fork_and_write, world,
                               requests(kKinds[8], ids));
  benchmark::RegisterBenchmark(("copy of State" + size).c_str(), copy, world);
}

}  // namespace

void add_growth_goals(std::vector<Goal>& goals) {
  add_size(kFew, 1'000);
  add_size(kMany, 100'000);
  const auto add = [&](const std::string& name) {
    goals.push_back({"G5", name + ", 1e5 to 1e3",
                     [name] { return best(name + kMany) / best(name + kFew); }, kAtMost, "x",
                     true});
  };
  for (const Kind& kind : kKinds)
    add(kind.name);
  add("fork and refresh");
  add("copy of State");
  goals.push_back({"G8", "allocations of a copy of State at 1e5",
                   [] { return allocations_of_a_copy; }, 0, "a copy", true});
}

}  // namespace fauxbank::bench
