// Clients in several threads, and a program that has its own way to fail a test.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
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

// ---- a guard that ends in the middle of something
// ------------------------------------------------

/// Something that has happened, or has not yet.
class Event {
 public:
  void happen() {
    const std::lock_guard lock(mutex_);
    has_happened_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return has_happened_; });
  }
  /// Give it time to happen.
  bool happens_soon() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(100),
                             [this] { return has_happened_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_happened_ = false;
};

struct ManualClock final : VirtualClock {
  Instant now() const override { return at; }
  void advance_to(Instant to) override { at = to; }
  void reach(Instant to) override { at = std::max(at, to); }
  void advance(Milliseconds by) override {
    if (on_advance) on_advance();
    at += by;
  }
  bool advance_to_next() override { return false; }
  std::optional<Instant> next_due() const override { return std::nullopt; }
  std::size_t pending() const override { return 0; }
  Instant at{};
  std::function<void()> on_advance;
};

struct Scripted final : Transport {
  Result<Response, transport_errc> send(const Request&) override { return Response{}; }
  Delivery deliver(const Request&) override {
    ++requests;
    return on_deliver ? on_deliver() : Delivery{};
  }
  bool accepts(Method, std::string_view) override {
    if (on_accept) on_accept();
    return true;
  }
  std::atomic<int> requests{0};
  std::function<void()> on_accept;
  std::function<Delivery()> on_deliver;
};

/// An answer that is told when nobody waits for it any more.
class Held final : public InTransit {
 public:
  explicit Held(std::function<void()> on_end) : on_end_(std::move(on_end)) {}
  ~Held() override { on_end_(); }
  Delivery arrive() override { return {}; }

 private:
  std::function<void()> on_end_;
};

TEST(InterposeThreads, AGuardThatEndsWhileTimePassesKeepsItsClock) {
  Scripted transport;
  transport.on_deliver = [] {
    Delivery delivery;
    delivery.after = AfterAnswer::stall;
    delivery.cut_at = 0;
    return delivery;
  };
  ManualClock first;
  ManualClock second;
  const interpose::Guard guard{{"api.example.com", 80, transport, &first}};
  std::optional<interpose::Guard> inner;
  inner.emplace(interpose::Host{"other.example.com", 80, transport, &second});
  first.on_advance = [&] { std::thread([&] { inner.reset(); }).join(); };
  const int fd = connect_to("api.example.com", "80");
  ::send(fd, kGet.data(), kGet.size(), MSG_NOSIGNAL);
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&one, 1, 1000), 0);
  EXPECT_EQ(first.at - Instant{}, Milliseconds{1000});
  EXPECT_EQ(second.at, Instant{}) << "it may not exist any more";
  ::close(fd);
}

TEST(InterposeThreads, AGuardThatEndsWhileAClientConnectsEndsTheConnection) {
  Scripted transport;
  Event is_connecting;
  Event has_ended;
  transport.on_accept = [&] {
    is_connecting.happen();
    has_ended.happens_soon();
  };
  std::optional<interpose::Guard> guard;
  guard.emplace(interpose::Host{"api.example.com", 80, transport});
  std::thread other([&] {
    is_connecting.wait();
    guard.reset();
    has_ended.happen();
  });
  const int fd = connect_to("api.example.com", "80");
  other.join();
  if (fd >= 0) {
    EXPECT_THAT(ask(fd, kGet), ::testing::Not(StartsWith("HTTP")));
    ::close(fd);
  }
  EXPECT_EQ(transport.requests, 0);
}

TEST(InterposeThreads, AGuardThatEndsWhileAClientClosesWaitsForIt) {
  Scripted transport;
  ManualClock clock;
  Event is_closing;
  Event has_ended;
  bool was_there = false;
  transport.on_deliver = [&] {
    Delivery delivery;
    delivery.not_before = Instant{Milliseconds{1000}};
    delivery.in_transit = detail::make_ref<Held>([&] {
      is_closing.happen();
      was_there = !has_ended.happens_soon();
    });
    return delivery;
  };
  std::optional<interpose::Guard> guard;
  guard.emplace(interpose::Host{"api.example.com", 80, transport, &clock});
  const int fd = connect_to("api.example.com", "80");
  ::send(fd, kGet.data(), kGet.size(), MSG_NOSIGNAL);
  std::thread other([&] {
    is_closing.wait();
    guard.reset();
    has_ended.happen();
  });
  ::close(fd);
  other.join();
  EXPECT_TRUE(was_there) << "the transport was told when it may not have existed any more";
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
