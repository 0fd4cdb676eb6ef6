// The program's own clocks, which have moved on by the waits that took no time; and the waits until
// an instant of theirs.

#include <cerrno>

#include "real.hpp"
#include "registry.hpp"

namespace fauxbank::interpose {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

bool is_shifted(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
      return true;
    default:
      return false;  // of processes and threads
  }
}

timespec plus(const timespec& time, std::int64_t ns) {
  timespec sum{.tv_sec = time.tv_sec + ns / kSecond, .tv_nsec = time.tv_nsec + ns % kSecond};
  if (sum.tv_nsec < 0) {
    sum.tv_nsec += kSecond;
    --sum.tv_sec;
  } else if (sum.tv_nsec >= kSecond) {
    sum.tv_nsec -= kSecond;
    ++sum.tv_sec;
  }
  return sum;
}

/// An instant of ours, on the machine's clock. What has passed already stays so, and what is no
/// instant as well.
timespec to_real(const timespec& ours) {
  if (ours.tv_sec < 0 || ours.tv_nsec < 0 || ours.tv_nsec >= kSecond) return ours;
  const timespec theirs = plus(ours, -passed_ns());
  return theirs.tv_sec < 0 ? timespec{} : theirs;
}

}  // namespace
}  // namespace fauxbank::interpose

using namespace fauxbank::interpose;

extern "C" {

[[gnu::visibility("default")]] int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int result = real().clock_gettime(clock, now);
  const std::int64_t passed = passed_ns();
  if (result == 0 && passed != 0 && is_shifted(clock)) *now = plus(*now, passed);
  return result;
}

[[gnu::visibility("default")]] int gettimeofday(timeval* now, void* zone) noexcept {
  const int result = real().gettimeofday(now, zone);
  if (result != 0) return result;
  const timespec shifted = plus({now->tv_sec, now->tv_usec * 1000}, passed_ns());
  *now = {shifted.tv_sec, shifted.tv_nsec / 1000};
  return 0;
}

[[gnu::visibility("default")]] time_t time(time_t* to) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != nullptr) *to = now.tv_sec;
  return now.tv_sec;
}

[[gnu::visibility("default")]] int pthread_cond_timedwait(pthread_cond_t* condition,
                                                          pthread_mutex_t* mutex,
                                                          const timespec* until) {
  const timespec theirs = to_real(*until);
  return real().pthread_cond_timedwait(condition, mutex, &theirs);
}

[[gnu::visibility("default")]] int pthread_cond_clockwait(pthread_cond_t* condition,
                                                          pthread_mutex_t* mutex, clockid_t clock,
                                                          const timespec* until) {
  const timespec theirs = to_real(*until);
  return real().pthread_cond_clockwait(condition, mutex, clock, &theirs);
}

// Without it Asio, for one, gives its timers to epoll_wait as well, where they can be passed over.
[[gnu::visibility("default")]] int timerfd_create(clockid_t clock, int flags) noexcept {
  if (!is_guarded() || !Registry::get().is_time_virtual())
    return real().timerfd_create(clock, flags);
  errno = ENOSYS;
  return -1;
}

[[gnu::visibility("default")]] int timerfd_settime(int fd, int flags, const itimerspec* value,
                                                   itimerspec* old) noexcept {
  if ((flags & TFD_TIMER_ABSTIME) == 0 || passed_ns() == 0 || value == nullptr ||
      (value->it_value.tv_sec == 0 && value->it_value.tv_nsec == 0))
    return real().timerfd_settime(fd, flags, value, old);
  itimerspec theirs = *value;
  theirs.it_value = to_real(value->it_value);
  if (theirs.it_value.tv_sec == 0 && theirs.it_value.tv_nsec == 0) theirs.it_value.tv_nsec = 1;
  return real().timerfd_settime(fd, flags, &theirs, old);
}

}  // extern "C"
