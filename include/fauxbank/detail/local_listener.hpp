#pragma once

// A listener that no network sees: a Unix socket in a folder of its own. POSIX; not part of the
// core's public headers.

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace fauxbank::detail {

/// A folder of its own with two sockets: one that answers, and one that nobody listens on.
class LocalListener {
 public:
  LocalListener() {
    folder_ = P_tmpdir "/fauxbank-XXXXXX";
    if (::mkdtemp(folder_.data()) == nullptr) fail("mkdtemp");
    fd_ = bound_socket(path());
    if (fd_ < 0 || ::listen(fd_, SOMAXCONN) != 0) {
      const int error = errno;
      remove();
      fail("cannot listen on a Unix socket", error);
    }
    const int deaf = bound_socket(refusing_path());
    if (deaf >= 0) ::close(deaf);
  }
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;
  ~LocalListener() { remove(); }

  // Of equal length, so that the one can be written over the other.
  std::string path() const { return folder_ + "/answers"; }
  std::string refusing_path() const { return folder_ + "/refuses"; }

  int fd() const noexcept { return fd_; }

  /// The next connection that waits, or -1.
  int accept() const { return ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }

 private:
  [[noreturn]] static void fail(const char* what, int error = errno) {
    throw std::system_error(error, std::generic_category(), what);
  }
  static int bound_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      const int error = errno;
      ::close(fd);
      errno = error;
      return -1;
    }
    return fd;
  }
  void remove() {
    if (fd_ >= 0) ::close(fd_);
    ::unlink(path().c_str());
    ::unlink(refusing_path().c_str());
    ::rmdir(folder_.c_str());
  }

  std::string folder_;
  int fd_ = -1;
};

}  // namespace fauxbank::detail
