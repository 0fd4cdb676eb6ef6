// The oddities of other doubles that need threads to show.

#include <algorithm>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http.hpp"

namespace fauxbank::testing {
namespace {

/// Run `work(i)` on as many threads at once.
template <class F>
void on_threads(int count, F work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads)
    thread.join();
}

// Of two callers both saw the step that only one may see.
TEST(Oddities, OddityB18_EachStepIsSeenByExactlyOne) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 60;
  constexpr std::uint32_t kReads = 300;
  World world{
      {.accounts = {{.id = "fca_1",
                     .refresh = {.balance = {{.completes = Completion::after_reads(kReads)}}}}}}};
  act(world, "fca_1", "refresh", "features[]=balance");
  std::array<int, kThreads> pending{};
  on_threads(kThreads, [&](int thread) {
    for (int call = 0; call < kCalls; ++call) {
      const auto account = json_of(retrieve(world, "fca_1"));
      if (account.at("balance_refresh").at("status") == "pending")
        ++pending[static_cast<std::size_t>(thread)];
    }
  });
  // The n-th read is the first that shows it completed, whoever makes it.
  int all = 0;
  for (int seen : pending)
    all += seen;
  EXPECT_EQ(all, static_cast<int>(kReads) - 1);
  EXPECT_EQ(world.events().size(), 1u);

  on_threads(kThreads, [&](int) { act(world, "fca_1", "disconnect"); });
  const auto events = world.events();
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const Event& event) { return event.kind == EventKind::disconnected; }),
            1);
}

// Under load a caller got another caller's body.
TEST(Oddities, OddityB19_EachAnswerBelongsToItsRequest) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 50;
  Scenario scenario;
  for (int i = 0; i < kThreads; ++i)
    scenario.accounts.push_back({.id = "fca_" + std::to_string(i)});
  World world{scenario};
  std::array<std::vector<std::string>, kThreads> request_ids;
  std::array<int, kThreads> strangers{};
  on_threads(kThreads, [&](int thread) {
    const auto index = static_cast<std::size_t>(thread);
    const std::string id = "fca_" + std::to_string(thread);
    for (int call = 0; call < kCalls; ++call) {
      const bool lost = call % 5 == 4;
      const std::string asked = lost ? id + "_" + std::to_string(call) : id;
      const Response answer = call % 5 == 3 ? act(world, asked, "refresh", "features[]=balance")
                                            : retrieve(world, asked);
      const bool mine =
          lost ? error_member(answer, "message").find("'" + asked + "'") != std::string::npos
               : json_of(answer).at("id").as_string() == asked;
      if (!mine) ++strangers[index];
      request_ids[index].emplace_back(answer.headers.find("Request-Id").value_or("none"));
    }
  });
  EXPECT_THAT(strangers, ::testing::Each(0));
  std::set<std::string> unique;
  for (const auto& ids : request_ids)
    unique.insert(ids.begin(), ids.end());
  EXPECT_EQ(unique.size(), static_cast<std::size_t>(kThreads * kCalls));
  // The journal pairs them in the same way.
  const Journal journal = world.journal();
  EXPECT_EQ(journal.size(), static_cast<std::size_t>(kThreads * kCalls));
  for (const JournalEntry& entry : journal) {
    const std::string_view rest = entry.target().substr(account_path("").size());
    const std::string id(rest.substr(0, rest.find('/')));
    const std::string quote = entry.status == 200 ? "\"" : "'";
    EXPECT_NE(entry.response_body().find(quote + id + quote), std::string_view::npos) << id;
  }
}

}  // namespace
}  // namespace fauxbank::testing
