#pragma once

// What the C library would have done. Private to src/interpose.

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

namespace fauxbank::interpose {

/// The functions that the program's own stand in front of.
#define FAUXBANK_INTERPOSED(X)                                                                    \
  X(clock_gettime)                                                                                \
  X(close)                                                                                        \
  X(connect) X(dup) X(dup2) X(dup3) X(epoll_ctl) X(epoll_pwait) X(epoll_wait) X(fcntl)            \
      X(getaddrinfo) X(gethostbyname) X(gethostbyname2) X(gethostbyname2_r) X(gethostbyname_r)    \
          X(getpeername) X(getsockname) X(getsockopt) X(gettimeofday) X(poll) X(ppoll) X(pselect) \
              X(pthread_cond_clockwait) X(pthread_cond_timedwait) X(read) X(readv) X(recv)        \
                  X(recvfrom) X(recvmsg) X(select) X(send) X(sendmmsg) X(sendmsg) X(sendto)       \
                      X(setsockopt) X(shutdown) X(time) X(timerfd_create) X(timerfd_settime)      \
                          X(write) X(writev)

struct Real {
#define FAUXBANK_MEMBER(name) decltype(&::name) name;
  FAUXBANK_INTERPOSED(FAUXBANK_MEMBER)
#undef FAUXBANK_MEMBER
};

/// Looked up once, by the first caller.
const Real& real() noexcept;

/// While one lives, this thread's calls go to the C library: the server's side works.
class Inside {
 public:
  Inside() noexcept { ++depth(); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() { --depth(); }
  static bool is() noexcept { return depth() != 0; }

 private:
  static int& depth() noexcept;
};

}  // namespace fauxbank::interpose
