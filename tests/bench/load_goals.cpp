// Loading scenarios, against what Boost.JSON needs to parse the same bytes into values.

#include <memory>

#include <benchmark/benchmark.h>
#include <boost/json.hpp>

#include <fauxbank/world.hpp>

#include "allocations.hpp"
#include "goals.hpp"

namespace fauxbank::bench {
namespace {

/// Accounts as the API prints them, without custom texts.
std::string scenario_of(std::size_t count) {
  std::string text = "{\n  \"fauxbank\": 1,\n  \"accounts\": [";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += (i == 0 ? "\n" : ",\n");
    text += "    { \"id\": \"fca_" + number +
            "\", \"object\": \"linked_account\", \"account_holder\": " + "{ \"customer\": \"cus_" +
            std::to_string(i / 10) + "\", \"type\": \"customer\" },\n" +
            "      \"balance\": null, \"balance_refresh\": null, \"category\": \"cash\", "
            "\"created\": " +
            std::to_string(1'681'412'208 + i) + ",\n" +
            "      \"display_name\": \"Sample Checking Account\", \"institution_name\": "
            "\"StripeBank\", " +
            "\"last4\": \"6789\", \"livemode\": false,\n" +
            "      \"ownership\": null, \"permissions\": [ \"balances\", \"transactions\" ], " +
            "\"status\": \"active\", \"subcategory\": \"checking\" }";
  }
  return text + "\n  ]\n}\n";
}

void parse(benchmark::State& state, const std::shared_ptr<std::string>& text) {
  for (auto _ : state)
    benchmark::DoNotOptimize(boost::json::parse(*text));
}

void load(benchmark::State& state, const std::shared_ptr<std::string>& text) {
  for (auto _ : state) {
    World world;
    world.load(*text);
    benchmark::DoNotOptimize(world);
  }
}

double bytes_per_account(std::size_t count) {
  const std::string text = scenario_of(count);
  World world;
  const std::size_t before = live_bytes();
  world.load(text);
  return static_cast<double>(live_bytes() - before) / static_cast<double>(count);
}

void add_size(std::vector<Goal>& goals, const std::string& size, std::size_t count,
              double at_most) {
  const auto text = std::make_shared<std::string>(scenario_of(count));
  benchmark::RegisterBenchmark(("parse/" + size).c_str(), parse, text);
  benchmark::RegisterBenchmark(("load/" + size).c_str(), load, text);
  goals.push_back({"load", "scenario of " + size + " accounts",
                   [size] { return best("load/" + size) / best("parse/" + size); }, at_most,
                   "parses by Boost.JSON"});
}

}  // namespace

void add_load_goals(std::vector<Goal>& goals) {
  add_size(goals, "3", 3, 20);
  add_size(goals, "1e5", 100'000, 5);
  goals.push_back({"G6", "bytes per account after loading 1e5",
                   [] { return bytes_per_account(100'000); }, 256, "bytes", true});
}

}  // namespace fauxbank::bench
