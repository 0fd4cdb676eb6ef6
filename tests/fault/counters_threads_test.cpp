// Counters are exact whoever calls.

#include <atomic>
#include <chrono>
#include <set>
#include <string>
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

TEST(FaultThreads, LateRequestsOfManyConnectionsArriveOnceOrAreNoted) {
  constexpr std::uint64_t kThreads = 8;
  constexpr int kCalls = 60;
  const std::string get =
      "GET /v1/financial_connections/accounts/fca_1 HTTP/1.1\r\nHost: h\r\n"
      "Authorization: Bearer sk_test_123\r\n\r\n";
  World world({.accounts = {{.id = "fca_1"}}});
  world.faults().on(Operation::retrieve).every(3).delay(std::chrono::seconds{1});
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      Wire wire(world.transport());
      for (int i = 0; i < kCalls; ++i) {
        wire.receive(get);
        if (i + 1 == kCalls) break;  // what is late then never arrives
        for (auto due = wire.due(); due; due = wire.due())
          wire.advance_to(*due);
        wire.sent(wire.output().size());
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  const Journal journal = world.journal();
  EXPECT_EQ(journal.size(), kThreads * kCalls);
  std::set<std::uint64_t> connections;
  for (const JournalEntry& entry : journal) {
    connections.insert(entry.connection);
    EXPECT_EQ(entry.applied, !entry.error.has_value());
  }
  EXPECT_EQ(connections.size(), kThreads);
  EXPECT_EQ(*connections.begin(), 1u);
  EXPECT_EQ(*connections.rbegin(), kThreads);
  EXPECT_EQ(world.faults().report()[0].plan.fired, kThreads * kCalls / 3);
}

}  // namespace
}  // namespace fauxbank
