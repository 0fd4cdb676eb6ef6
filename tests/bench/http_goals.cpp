// G2, G3, G4: answers by transport, from owned request to owned response.

#include <cstring>

#include <benchmark/benchmark.h>

#include "allocations.hpp"
#include "goals.hpp"
#include "worlds.hpp"

namespace fauxbank::bench {
namespace {

/// More than the journal keeps: in any longer test it is full.
constexpr int kWarmUp = 10'000;
double allocations_per_retrieve = 0;

void retrieve(benchmark::State& state) {
  World world = make_world(1'000);
  const Request request =
      Request::get(std::string(kPath) + "/" + std::string(world.all().front().id()));
  Transport& transport = world.transport();
  for (int i = 0; i < kWarmUp; ++i)
    benchmark::DoNotOptimize(transport.send(request));
  const std::size_t before = allocation_count();
  for (auto _ : state)
    benchmark::DoNotOptimize(transport.send(request));
  allocations_per_retrieve =
      static_cast<double>(allocation_count() - before) / static_cast<double>(state.iterations());
}

void list_ten(benchmark::State& state) {
  World world = make_world(1'000);
  const Request request = Request::get(std::string(kPath) + "?limit=10");
  Transport& transport = world.transport();
  for (auto _ : state)
    benchmark::DoNotOptimize(transport.send(request));
}

/// Every account once; then the clock moves on, unmeasured, so that each refresh really starts.
void refresh(benchmark::State& state) {
  World world = make_world(1'000);
  std::vector<Request> requests;
  for (const std::string& id : shuffled_ids(world)) {
    requests.push_back(
        Request::post(std::string(kPath) + "/" + id + "/refresh", "features[]=balance"));
  }
  Transport& transport = world.transport();
  for (int sent = 0; sent < kWarmUp;) {
    for (const Request& request : requests) {
      benchmark::DoNotOptimize(transport.send(request));
      ++sent;
    }
    world.clock().advance(Seconds{10});
  }
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(transport.send(requests[i]));
    if (++i < requests.size()) continue;
    i = 0;
    state.PauseTiming();
    world.clock().advance(Seconds{10});
    state.ResumeTiming();
  }
}

/// How many copies `copy_bytes` makes in one iteration.
constexpr std::size_t kCopies = 256;

/// Copies of as many bytes as the answer has: from each place in a cache line that an allocator
/// gives, to each cache line of a page. One such pair is up to three times as quick as another, and
/// which one a run gets is chance.
void copy_bytes(benchmark::State& state, const std::string& query) {
  World world = make_world(1'000);
  const std::string path = query.empty()
                               ? std::string(kPath) + "/" + std::string(world.all().front().id())
                               : std::string(kPath) + "?" + query;
  const std::string body = world.send(Request::get(path)).body;
  constexpr std::size_t kLine = 64;
  constexpr std::size_t kPlace = 16;
  struct alignas(4096) Page {
    char bytes[4096];
  };
  static_assert(kCopies == sizeof(Page) / kLine * (kLine / kPlace));
  const std::size_t pages = (kLine + body.size()) / sizeof(Page) + 1;
  std::vector<Page> memory(2 * pages + 1);
  char* const source = reinterpret_cast<char*>(memory.data());
  char* const target = source + pages * sizeof(Page);
  benchmark::DoNotOptimize(target);
  for (auto _ : state) {
    for (std::size_t from = 0; from < kLine; from += kPlace) {
      for (std::size_t to = 0; to < sizeof(Page); to += kLine) {
        std::memcpy(target + to, source + from, body.size());
        benchmark::ClobberMemory();
      }
    }
  }
}

}  // namespace

void add_http_goals(std::vector<Goal>& goals) {
  benchmark::RegisterBenchmark("retrieve", retrieve);
  benchmark::RegisterBenchmark("list ten", list_ten);
  benchmark::RegisterBenchmark("refresh", refresh);
  benchmark::RegisterBenchmark("copy account", copy_bytes, "");
  benchmark::RegisterBenchmark("copy list", copy_bytes, "limit=10");
  goals.push_back({"G2", "retrieve by transport", [] { return best("retrieve") / best("gmock"); },
                   0.5, "gMock calls"});
  goals.push_back({"G2", "retrieve by transport",
                   [] { return best("retrieve") * kCopies / best("copy account"); }, 40,
                   "x memcpy"});
  goals.push_back({"G2", "allocations of a retrieve", [] { return allocations_per_retrieve; }, 4,
                   "a call", true});
  goals.push_back({"G3", "list of ten by transport",
                   [] { return best("list ten") * kCopies / best("copy list"); }, 35, "x memcpy"});
  goals.push_back({"G4", "refresh by transport", [] { return best("refresh") / best("gmock"); },
                   0.6, "gMock calls"});
}

}  // namespace fauxbank::bench
