// Clients in several threads, and a program that has its own way to fail a test.

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <fauxbank/detail/fail_test.hpp>
#include <fauxbank/interpose.hpp>
#include <fauxbank/world.hpp>

#include "interpose/plain_client.hpp"

namespace {

// What fauxbank::gtest would have.
std::vector<std::string>& told() {
  static std::vector<std::string> texts;
  return texts;
}

}  // namespace

void fauxbank::detail::fail_test(const std::string& text) { told().push_back(text); }

namespace fauxbank::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

const std::string kGet = get_request("/v1/financial_connections/accounts/fca_1");

TEST(InterposeThreads, LeadsClientsOfAnyThread) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  const interpose::Guard guard{{"api.example.com", 80, world}};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 10; ++round) {
        const int fd = connect_to("api.example.com", "80");
        for (int request = 0; request < 3; ++request)
          EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200"));
        ::close(fd);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(world.journal().size(), 120u);
}

TEST(InterposeThreads, GuardsComeAndGoMeanwhile) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  const interpose::Guard guard{{"api.example.com", 80, world}};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([i] {
      const std::string host = "bank" + std::to_string(i) + ".example.com";
      for (int round = 0; round < 10; ++round) {
        World own{{.accounts = {{.id = "fca_1"}}}};
        own.faults().on_any().nth(2).timeout();
        const interpose::Guard inner{{host, 80, own}};
        const int fd = connect_to(host.c_str(), "80");
        EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200"));
        ::send(fd, kGet.data(), kGet.size(), MSG_NOSIGNAL);
        pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
        EXPECT_EQ(::poll(&one, 1, 1000), 0);
        ::close(fd);
        EXPECT_EQ(own.journal().size(), 2u);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(world.journal().size(), 0u);
}

TEST(InterposeThreads, OneSendsWhileAnotherReads) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  const interpose::Guard guard{{"api.example.com", 80, world}};
  const int fd = connect_to("api.example.com", "80");
  std::thread reader([fd] { EXPECT_THAT(receive(fd), StartsWith("HTTP/1.1 200")); });
  EXPECT_EQ(::send(fd, kGet.data(), kGet.size(), MSG_NOSIGNAL), static_cast<ssize_t>(kGet.size()));
  reader.join();
  ::close(fd);
}

TEST(InterposeThreads, FailsTheTestOfWhateverFramework) {
  World world;
  {
    const interpose::Guard guard{{"api.example.com", 80, world}};
    std::thread([] { EXPECT_EQ(connect_to("192.0.2.1", "80"), -1); }).join();
  }
  EXPECT_THAT(told(), ElementsAre(StartsWith("fauxbank: interpose: tried to reach 192.0.2.1:80")));
}

}  // namespace
}  // namespace fauxbank::testing
