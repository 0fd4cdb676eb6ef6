// G11: many connections at once, each request of which changes something, and no answer is wrong.

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/server.hpp>

#include "socket_client.hpp"

namespace fauxbank::testing {
namespace {

constexpr std::size_t kConnections = 32;
// Sanitizers and -O0 cost ten times as much; the whole number is run where the library is
// optimised.
#ifdef NDEBUG
constexpr int kRounds = 10'000;
#else
constexpr int kRounds = 500;
#endif

std::string id_of(std::size_t i) { return "fca_" + std::to_string(1000 + i); }

std::string toggle(std::size_t i, bool subscribe) {
  const std::string body = "features[]=transactions";
  return "POST /v1/financial_connections/accounts/" + id_of(i) +
         (subscribe ? "/subscribe" : "/unsubscribe") +
         " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_test_1\r\n"
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool is_right(const std::string& answer, std::size_t i, bool subscribed) {
  return answer.compare(0, 17, "HTTP/1.1 200 OK\r\n") == 0 &&
         answer.find("\"id\": \"" + id_of(i) + "\"") != std::string::npos &&
         answer.find(subscribed ? "\"subscriptions\": [\n" : "\"subscriptions\": []") !=
             std::string::npos;
}

TEST(Load, EveryAnswerIsRightAndEveryChangeIsKept) {
  Scenario scenario;
  for (std::size_t i = 0; i < kConnections; ++i)
    scenario.accounts.push_back({.id = id_of(i)});
  World world(scenario);
  Server server(world);
  server.start();

  std::vector<SocketClient> clients;
  for (std::size_t i = 0; i < kConnections; ++i)
    clients.emplace_back(server.port());
  std::vector<int> tally(kConnections);  // changes that the client knows of
  std::size_t wrong = 0;
  for (int round = 0; round < kRounds; ++round) {
    const bool subscribe = round % 2 == 0;
    for (std::size_t i = 0; i < kConnections; ++i)
      ASSERT_TRUE(clients[i].send(toggle(i, subscribe)));
    for (std::size_t i = 0; i < kConnections; ++i) {
      if (is_right(clients[i].answer(), i, subscribe)) {
        ++tally[i];
      } else {
        ++wrong;
      }
    }
  }
  server.stop();

  EXPECT_EQ(wrong, 0u);
  for (std::size_t i = 0; i < kConnections; ++i) {
    EXPECT_EQ(tally[i], kRounds);
    EXPECT_EQ(world.account(id_of(i)).subscribed(), tally[i] % 2 == 1);
  }
  const Journal journal = world.journal();
  EXPECT_EQ(journal.dropped() + journal.size(), kConnections * static_cast<std::size_t>(kRounds));
}

}  // namespace
}  // namespace fauxbank::testing
