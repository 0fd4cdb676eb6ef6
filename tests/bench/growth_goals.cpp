// Nothing grows with the number of accounts: a hundred times as many cost what colder memory costs.
// A walk over a hundred thousand of them takes some 50 us at the very least, which is ten of the
// dearest requests here.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "goals.hpp"
#include "worlds.hpp"

namespace fauxbank::bench {
namespace {

constexpr double kAtMost = 8;
constexpr std::size_t kRequests = 1'000;  // of each kind, whatever the number of accounts
constexpr const char* kFew = "/1e3";
constexpr const char* kMany = "/1e5";

/// Few accounts for each holder, so that a filter which walks them all has a long way.
std::shared_ptr<World> make_sparse_world(std::size_t count, bool subscribed) {
  Scenario scenario;
  scenario.form = Form::current;  // which knows the most filters
  Random random(7, RandomStream::test);
  scenario.accounts.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    AccountSpec& spec = scenario.accounts[i];
    spec.created = UnixTime{Seconds{1'600'000'000 + random.between(0, 90'000'000)}};
    const std::string number = std::to_string(i / 8);
    spec.session = "fcsess_" + number;
    spec.subscribed = subscribed;
    if (i % 2 == 0) {
      spec.account_holder = AccountHolder::account("acct_" + number);
    } else {
      spec.account_holder = AccountHolder::customer("cus_" + number);
      spec.account_holder->customer_account = "cuacct_" + number;
    }
  }
  return std::make_shared<World>(scenario);
}

/// A kind of request, with what comes before and after the account's id or the holder's number.
struct Kind {
  const char* name;
  Method method;
  const char* before;
  const char* after;
  bool by_holder;
  const char* body;
};

constexpr Kind kUnsubscribe = {"unsubscribe",  Method::post, "/",
                               "/unsubscribe", false,        "features[]=transactions"};
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
    kUnsubscribe,
    {"disconnect", Method::post, "/", "/disconnect", false, ""},
};

std::vector<Request> requests(const Kind& kind, const std::vector<std::string>& ids) {
  Random random(5, RandomStream::test);
  std::vector<Request> all;
  for (std::size_t i = 0; i < kRequests; ++i) {
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
  std::optional<World> world;
  std::size_t i = all.size();
  for (auto _ : state) {
    if (i == all.size()) {  // anew, so that there is always something to change
      state.PauseTiming();
      world.emplace(parent->fork());
      i = 0;
      state.ResumeTiming();
    }
    benchmark::DoNotOptimize(world->transport().send(all[i++]));
  }
}

void add_size(const std::string& size, std::size_t count) {
  const auto world = make_sparse_world(count, false);
  const auto subscribed = make_sparse_world(count, true);
  const std::vector<std::string> ids = shuffled_ids(*world);
  for (const Kind& kind : kKinds) {
    const std::vector<Request> all = requests(kind, ids);
    const auto parent = kind.name == kUnsubscribe.name ? subscribed : world;
    if (parent->fork().send(all[0]).status != 200)
      throw std::logic_error(std::string(kind.name) + " is refused");
    benchmark::RegisterBenchmark((kind.name + size).c_str(), send_all, parent, all);
  }
  register_life(size, world);
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
  for (const char* life : {"copy state", "fork", "first write"})
    add(life);
  goals.push_back(
      {"G8", "allocations of a copy of State", allocations_of_a_copy, 0, "a copy", true});
}

}  // namespace fauxbank::bench
