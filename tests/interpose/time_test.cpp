// Waits that take no time.

#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include <fauxbank/detail/watch.hpp>
#include <fauxbank/interpose.hpp>
#include <fauxbank/world.hpp>

#include "interpose/plain_client.hpp"
#include "support/raced_clock.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Steady = std::chrono::steady_clock;

struct InterposeTime : ::testing::Test {
  World world{{.accounts = {{.id = "fca_1"}}}};
  void SetUp() override { start = world.clock().now(); }
  Milliseconds passed() const { return world.clock().now() - start; }
  Instant start{};
};

TEST_F(InterposeTime, AClientsTimeOutFiresAtOnce) {
  const interpose::Guard guard{{kHost, 80, world}};
  world.faults().on_any().timeout();
  const int fd = connect_to(kHost, "80");
  ::send(fd, kGet.data(), kGet.size(), 0);
  const auto before = Steady::now();
  const auto wall = std::chrono::system_clock::now();
  const auto skipped = interpose::Guard::passed_over();
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&one, 1, 30'000), 0);
  EXPECT_EQ(passed(), 30s);
  EXPECT_EQ(interpose::Guard::passed_over() - skipped, 30s);
  EXPECT_GE(Steady::now() - before, 30s) << "the client's own clock must agree";
  EXPECT_GE(std::chrono::system_clock::now() - wall, 30s);
  ::close(fd);
}

TEST_F(InterposeTime, HoweverTheClientWaits) {
  const interpose::Guard guard{{kHost, 80, world}};
  world.faults().on_any().timeout();
  const int fd = connect_to(kHost, "80");
  ::send(fd, kGet.data(), kGet.size(), 0);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  timeval limit{.tv_sec = 10, .tv_usec = 0};
  EXPECT_EQ(::select(fd + 1, &set, nullptr, nullptr, &limit), 0);
  EXPECT_EQ(passed(), 10s);
  const int epoll = ::epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  EXPECT_EQ(::epoll_wait(epoll, &event, 1, 5'000), 0);
  EXPECT_EQ(passed(), 15s);
#if __GLIBC_PREREQ(2, 35)
  const timespec precise{.tv_sec = 3, .tv_nsec = 0};
  EXPECT_EQ(::epoll_pwait2(epoll, &event, 1, &precise, nullptr), 0);
#else
  EXPECT_EQ(::epoll_wait(epoll, &event, 1, 3'000), 0);
#endif
  EXPECT_EQ(passed(), 18s);
  limit = {.tv_sec = 7, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  EXPECT_EQ(receive(fd), "EAGAIN");
  EXPECT_EQ(passed(), 25s);
  ::close(epoll);
  ::close(fd);
}

TEST_F(InterposeTime, ALateAnswerComesInTimeOrNot) {
  const interpose::Guard guard{{kHost, 80, world}};
  world.faults().on_any().delay(20s);
  const int fd = connect_to(kHost, "80");
  ::send(fd, kGet.data(), kGet.size(), 0);
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&one, 1, 15'000), 0);
  EXPECT_EQ(passed(), 15s);
  EXPECT_EQ(::poll(&one, 1, 15'000), 1);
  EXPECT_EQ(passed(), 20s);
  EXPECT_THAT(receive(fd), StartsWith("HTTP/1.1 200"));
  ::send(fd, kGet.data(), kGet.size(), 0);
  EXPECT_THAT(receive(fd), StartsWith("HTTP/1.1 200")) << "one that blocks";
  EXPECT_EQ(passed(), 40s);
  ::close(fd);
}

TEST_F(InterposeTime, SharesItsClock) {
  RacedClock clock(world.clock());
  interpose::Guard guard{{kHost, 80, world.transport(), &clock}, {.virtual_time = false}};
  for (const Milliseconds delay : RacedClock::kDelays) {
    world.faults().on_any().nth(1).delay(delay);
    const int fd = connect_to(kHost, "80");
    EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200"));
    ::close(fd);
    EXPECT_THAT(guard.take_failures(), IsEmpty()) << delay.count();
  }
}

// A sweep throws at its body, and nothing may be thrown through a client written in C.
TEST_F(InterposeTime, AClientThatIsCutOffSeesAReset) {
  interpose::Guard guard{{kHost, 80, world}};
  world.faults().on_any().delay(20s);
  bool was_answered = false;
  for (std::uint64_t steps = 0; !was_answered; ++steps) {
    ASSERT_LT(steps, 100u);
    const detail::Watch watch(world, steps);
    std::string seen = "refused";
    EXPECT_NO_THROW({
      const int fd = connect_to(kHost, "80");
      if (fd >= 0) seen = ask(fd, kGet);
      ::close(fd);
    }) << steps;
    was_answered = seen.starts_with("HTTP/1.1 200");
    EXPECT_TRUE(was_answered || watch.is_over) << steps;
    EXPECT_THAT(guard.take_failures(), IsEmpty()) << steps << " " << seen;
  }
}

TEST_F(InterposeTime, IsRealWhenToldSo) {
  const interpose::Guard guard{{kHost, 80, world}, {.virtual_time = false}};
  world.faults().on_any().nth(1).delay(20s);
  world.faults().on_any().nth(2).timeout();
  const auto skipped = interpose::Guard::passed_over();
  const int fd = connect_to(kHost, "80");
  EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(passed(), 20s) << "a late answer comes at once";
  ::send(fd, kGet.data(), kGet.size(), 0);
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  const auto before = Steady::now();
  EXPECT_EQ(::poll(&one, 1, 50), 0);
  EXPECT_GE(Steady::now() - before, 50ms);
  EXPECT_EQ(passed(), 20s);
  EXPECT_EQ(interpose::Guard::passed_over(), skipped);
  const int timer = ::timerfd_create(CLOCK_MONOTONIC, 0);
  EXPECT_GE(timer, 0);
  ::close(timer);
  ::close(fd);
}

TEST_F(InterposeTime, WaitsOnConditionsLastAsLongAsTheyShould) {
  const interpose::Guard guard{{kHost, 80, world}};
  world.faults().on_any().timeout();
  const int fd = connect_to(kHost, "80");
  ::send(fd, kGet.data(), kGet.size(), 0);
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  ::poll(&one, 1, 100'000);
  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock lock(mutex);
  const auto before = Steady::now();
  EXPECT_EQ(condition.wait_for(lock, 20ms), std::cv_status::timeout);
  const auto waited = Steady::now() - before;
  EXPECT_GE(waited, 20ms);
  EXPECT_LT(waited, 90s) << "the machine's clock is behind by that";
  ::close(fd);
}

TEST_F(InterposeTime, AConditionIsWaitedForWithoutEndAndAWrongInstantIsRefused) {
  std::mutex mutex;
  std::condition_variable condition;
  bool is_done = false;
  std::unique_lock lock(mutex);
  timespec until{.tv_sec = 0, .tv_nsec = 2'000'000'000};
  EXPECT_EQ(::pthread_cond_timedwait(condition.native_handle(), mutex.native_handle(), &until),
            EINVAL);
  std::thread other([&] {
    const std::lock_guard inner(mutex);
    is_done = true;
    condition.notify_all();
  });
  until = {.tv_sec = 20'000'000'000, .tv_nsec = 0};  // beyond what fits in nanoseconds
  int result = 0;
  while (!is_done && result == 0)
    result = ::pthread_cond_timedwait(condition.native_handle(), mutex.native_handle(), &until);
  EXPECT_EQ(result, 0);
  lock.unlock();
  other.join();
}

TEST_F(InterposeTime, TimersOfTheKernelAreLeftOut) {
  const interpose::Guard guard{{kHost, 80, world}};
  EXPECT_EQ(::timerfd_create(CLOCK_MONOTONIC, 0), -1);
  EXPECT_EQ(errno, ENOSYS);
}

TEST_F(InterposeTime, AClientWithoutATimeOutWouldHangForEver) {
  interpose::Guard guard{{kHost, 80, world}};
  world.faults().on_any().timeout();
  const int fd = connect_to(kHost, "80");
  EXPECT_EQ(ask(fd, kGet), "ETIMEDOUT");
  EXPECT_THAT(
      guard.take_failures(),
      ElementsAre("a client of api.example.com:80 would hang for ever: no answer will come, "
                  "and it has no time-out"));
  ::close(fd);
  EXPECT_EQ(passed(), 0s);
}

TEST_F(InterposeTime, SoWouldOneThatWaitsAgainAndAgain) {
  interpose::Guard guard{{kHost, 80, world}, {.longest_wait = 60s}};
  world.faults().on_any().timeout();
  const int fd = connect_to(kHost, "80");
  ::send(fd, kGet.data(), kGet.size(), 0);
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  int rounds = 0;
  while (::poll(&one, 1, 1'000) == 0 && rounds < 1000)
    ++rounds;
  EXPECT_EQ(rounds, 61);
  EXPECT_EQ(receive(fd), "ETIMEDOUT");
  EXPECT_THAT(guard.take_failures(), ElementsAre(HasSubstr("would hang for ever")));
  ::close(fd);
}

TEST_F(InterposeTime, AnotherThreadMayEndTheWait) {
  interpose::Guard guard{{kHost, 80, world}, {.patience = 100s}};
  world.faults().on_any().timeout();
  const int fd = connect_to(kHost, "80");
  ::send(fd, kGet.data(), kGet.size(), 0);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::thread other([&] { EXPECT_EQ(::write(ends[1], "x", 1), 1); });
  pollfd both[2] = {{.fd = fd, .events = POLLIN, .revents = 0},
                    {.fd = ends[0], .events = POLLIN, .revents = 0}};
  EXPECT_EQ(::poll(both, 2, -1), 1);
  EXPECT_EQ(both[0].revents, 0);
  other.join();
  for (const int end : {ends[0], ends[1], fd})
    ::close(end);
}

}  // namespace
}  // namespace fauxbank::testing
