// The program's own poll, select and epoll_wait.

#include <dlfcn.h>

#include <cerrno>
#include <climits>
#include <utility>

#include "wait.hpp"

namespace fauxbank::interpose {
namespace {

std::int64_t ns_of(const timespec* time) {
  return time == nullptr ? kForEver : limit_ns(time->tv_sec, time->tv_nsec);
}
std::int64_t ns_of_ms(int ms) { return ms < 0 ? kForEver : ms * kMillisecond; }

timespec to_timespec(std::int64_t ns) {
  return {.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
}
int to_ms(std::int64_t ns) {
  return static_cast<int>(std::min<std::int64_t>((ns + kMillisecond - 1) / kMillisecond, INT_MAX));
}

Connections ours_in(const pollfd* fds, nfds_t count, bool& only_ours) {
  Connections ours;
  only_ours = true;
  for (nfds_t i = 0; i < count; ++i) {
    if (fds[i].fd < 0) continue;
    if (auto connection = Registry::get().find(fds[i].fd)) {
      ours.push_back(std::move(connection));
    } else {
      only_ours = false;
    }
  }
  return ours;
}

int poll_ours(pollfd* fds, nfds_t count, std::int64_t timeout, const sigset_t* signals) {
  bool only_ours = true;
  const Connections ours = ours_in(fds, count, only_ours);
  return wait(ours, timeout, only_ours, [&](std::int64_t ns) {
    const timespec limit = to_timespec(ns);
    return real().ppoll(fds, count, ns < 0 ? nullptr : &limit, signals);
  });
}

int select_ours(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
                std::int64_t timeout, const sigset_t* signals) {
  Connections ours;
  bool only_ours = true;
  for (int fd = 0; fd < count; ++fd) {
    bool is_asked = false;
    for (const fd_set* set : {readable, writable, exceptional})
      is_asked = is_asked || (set != nullptr && FD_ISSET(fd, set));
    if (!is_asked) continue;
    if (auto connection = Registry::get().find(fd)) {
      ours.push_back(std::move(connection));
    } else {
      only_ours = false;
    }
  }
  fd_set asked[3];
  fd_set* const sets[3] = {readable, writable, exceptional};
  for (int i = 0; i < 3; ++i) {
    if (sets[i] != nullptr) asked[i] = *sets[i];
  }
  return wait(ours, timeout, only_ours, [&](std::int64_t ns) {
    for (int i = 0; i < 3; ++i) {
      if (sets[i] != nullptr) *sets[i] = asked[i];
    }
    const timespec limit = to_timespec(ns);
    return real().pselect(count, readable, writable, exceptional, ns < 0 ? nullptr : &limit,
                          signals);
  });
}

int epoll_ours(int epoll, epoll_event* events, int size, std::int64_t timeout,
               const sigset_t* signals) {
  const Connections ours = Registry::get().watched_by(epoll);
  return wait(ours, timeout, false, [&](std::int64_t ns) {
    return real().epoll_pwait(epoll, events, size, ns < 0 ? -1 : to_ms(ns), signals);
  });
}

}  // namespace
}  // namespace fauxbank::interpose

using namespace fauxbank::interpose;

extern "C" {

[[gnu::visibility("default")]] int poll(pollfd* fds, nfds_t count, int timeout) {
  if (!is_looked_at()) return real().poll(fds, count, timeout);
  return poll_ours(fds, count, ns_of_ms(timeout), nullptr);
}

[[gnu::visibility("default")]] int ppoll(pollfd* fds, nfds_t count, const timespec* timeout,
                                         const sigset_t* signals) {
  if (!is_looked_at()) return real().ppoll(fds, count, timeout, signals);
  return poll_ours(fds, count, ns_of(timeout), signals);
}

// What a client that was compiled with _FORTIFY_SOURCE calls.
[[gnu::visibility("default")]] int __poll_chk(pollfd* fds, nfds_t count, int timeout, size_t) {
  return poll(fds, count, timeout);
}
[[gnu::visibility("default")]] int __ppoll_chk(pollfd* fds, nfds_t count, const timespec* timeout,
                                               const sigset_t* signals, size_t) {
  return ppoll(fds, count, timeout, signals);
}

[[gnu::visibility("default")]] int select(int count, fd_set* readable, fd_set* writable,
                                          fd_set* exceptional, timeval* timeout) {
  if (!is_looked_at()) return real().select(count, readable, writable, exceptional, timeout);
  const std::int64_t ns =
      timeout == nullptr ? kForEver : limit_ns(timeout->tv_sec, timeout->tv_usec * 1'000);
  const int ready = select_ours(count, readable, writable, exceptional, ns, nullptr);
  if (timeout != nullptr && ready == 0) *timeout = {};
  return ready;
}

[[gnu::visibility("default")]] int pselect(int count, fd_set* readable, fd_set* writable,
                                           fd_set* exceptional, const timespec* timeout,
                                           const sigset_t* signals) {
  if (!is_looked_at())
    return real().pselect(count, readable, writable, exceptional, timeout, signals);
  return select_ours(count, readable, writable, exceptional, ns_of(timeout), signals);
}

[[gnu::visibility("default")]] int epoll_wait(int epoll, epoll_event* events, int size,
                                              int timeout) {
  if (!is_looked_at()) return real().epoll_wait(epoll, events, size, timeout);
  return epoll_ours(epoll, events, size, ns_of_ms(timeout), nullptr);
}

[[gnu::visibility("default")]] int epoll_pwait(int epoll, epoll_event* events, int size,
                                               int timeout, const sigset_t* signals) {
  if (!is_looked_at()) return real().epoll_pwait(epoll, events, size, timeout, signals);
  return epoll_ours(epoll, events, size, ns_of_ms(timeout), signals);
}

#if __GLIBC_PREREQ(2, 35)
[[gnu::visibility("default")]] int epoll_pwait2(int epoll, epoll_event* events, int size,
                                                const timespec* timeout, const sigset_t* signals) {
  if (!is_looked_at()) {
    static const auto real_one =
        reinterpret_cast<decltype(&::epoll_pwait2)>(::dlsym(RTLD_NEXT, "epoll_pwait2"));
    return real_one(epoll, events, size, timeout, signals);
  }
  return epoll_ours(epoll, events, size, ns_of(timeout), signals);
}
#endif

[[gnu::visibility("default")]] int epoll_ctl(int epoll, int operation, int fd,
                                             epoll_event* event) noexcept {
  const int result = real().epoll_ctl(epoll, operation, fd, event);
  if (result == 0 && is_looked_at()) Registry::get().watch(epoll, operation, fd, event);
  return result;
}

}  // extern "C"
