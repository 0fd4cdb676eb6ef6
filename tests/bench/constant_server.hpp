#pragma once

// What benchmarks compare with: a loop in a process of its own that always gives the same answer.

#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace fauxbank::bench {

/// All on one core, where the sum of what client and server do is measured.
inline void stay_on_one_core() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(0, &cores);
  ::sched_setaffinity(0, sizeof cores, &cores);
}

/// A child process, ended with its owner.
class Child {
 public:
  Child(pid_t pid, std::uint16_t port) : pid_(pid), port_(port) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  std::uint16_t port() const { return port_; }
  /// Resident memory in MB.
  double resident() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    std::string word;
    double kb = 0;
    while (status >> word) {
      if (word == "VmRSS:") status >> kb;
    }
    return kb / 1024;
  }

 private:
  pid_t pid_;
  std::uint16_t port_;
};

/// The reference: a loop that reads up to the end of a header and sends the same bytes every time.
[[noreturn]] inline void answer_always(int listener, const std::string& answer) {
  stay_on_one_core();
  const int poller = ::epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener;
  ::epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  char piece[16384];
  for (;;) {
    if (::epoll_wait(poller, &event, 1, -1) != 1) continue;
    if (event.data.fd == listener) {
      event.data.fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
      event.events = EPOLLIN;
      ::epoll_ctl(poller, EPOLL_CTL_ADD, event.data.fd, &event);
      continue;
    }
    const ssize_t size = ::recv(event.data.fd, piece, sizeof piece, 0);
    if (size <= 0) {
      ::close(event.data.fd);
    } else if (std::string_view(piece, static_cast<std::size_t>(size)).find("\r\n\r\n") !=
               std::string_view::npos) {
      ::send(event.data.fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
}

inline Child serve_constant(const std::string& answer) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener, 16) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    std::abort();
  const pid_t pid = ::fork();
  if (pid == 0) answer_always(listener, answer);
  ::close(listener);
  return {pid, ntohs(address.sin_port)};
}

}  // namespace fauxbank::bench
