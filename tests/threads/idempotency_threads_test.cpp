// Of threads that send the same idempotency key at once, one executes (rule idem.concurrent).

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank {
namespace {

TEST(IdempotencyThreads, OneOfEightExecutesAndTheOthersGetItsAnswer) {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kRounds = 50;
  World world({.accounts = {{.id = "fca_1"}}});
  for (std::size_t round = 0; round < kRounds; ++round) {
    Request request = Request::post("/v1/financial_connections/accounts/fca_1/refresh",
                                    "features[]=transactions");
    request.header("Idempotency-Key", "round " + std::to_string(round));
    std::vector<Response> answers(kThreads);
    std::atomic<std::size_t> ready{0};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        ++ready;
        while (ready < kThreads) {
        }
        answers[i] = *world.transport().send(request);
      });
    }
    for (std::thread& thread : threads)
      thread.join();
    std::size_t executed = 0;
    for (const Response& answer : answers) {
      executed += answer.headers.find("Idempotent-Replayed") ? 0u : 1u;
      EXPECT_EQ(answer.status, 200);
      EXPECT_EQ(answer.body, answers.front().body);
    }
    EXPECT_EQ(executed, 1u);
    world.clock().advance(Seconds{10});  // the refresh ends and the cool-down passes
  }
  std::size_t started = 0;
  for (const JournalEntry& entry : world.journal()) {
    if (entry.kind == EntryKind::request) started += entry.changes.size();
  }
  EXPECT_EQ(started, kRounds);
}

}  // namespace
}  // namespace fauxbank
