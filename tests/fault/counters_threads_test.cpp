// Counters are exact whoever calls.

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank {
namespace {

TEST(FaultThreads, CountersAreExactUnderEightThreads) {
  constexpr std::uint64_t kThreads = 8;
  constexpr std::uint64_t kCalls = 500;
  World world({.accounts = {{.id = "fca_1"}}});
  world.faults().on(Operation::list).every(3).connection_reset();
  world.faults().on(Operation::list).rate(0.25).timeout();
  std::atomic<std::uint64_t> failed{0};
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      const Request request = Request::get("/v1/financial_connections/accounts");
      for (std::uint64_t i = 0; i < kCalls; ++i) {
        if (!world.transport().send(request)) ++failed;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  const auto report = world.faults().report();
  EXPECT_EQ(report[0].plan.seen, kThreads * kCalls);
  EXPECT_EQ(report[0].plan.fired, kThreads * kCalls / 3);
  EXPECT_EQ(report[1].plan.seen, kThreads * kCalls);
  EXPECT_EQ(report[0].plan.fired + report[1].plan.fired, failed.load());
}

}  // namespace
}  // namespace fauxbank
