#include "listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace fauxbank::detail {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

template <class Address>
const sockaddr* generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Descriptor make_socket(int family) {
  Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail("socket");
  return socket;
}

/// Whether a socket file is left over from a process that is gone.
bool is_abandoned(const sockaddr_un& address) {
  struct stat info {};
  if (::lstat(address.sun_path, &info) != 0 || !S_ISSOCK(info.st_mode)) return false;
  const Descriptor probe = make_socket(AF_UNIX);
  return ::connect(probe.get(), generic(address), sizeof address) != 0 && errno == ECONNREFUSED;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Descriptor listen_on_loopback(std::uint16_t& port) {
  Descriptor socket = make_socket(AF_INET);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(socket.get(), generic(address), sizeof address) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0)
    fail("cannot listen on 127.0.0.1:" + std::to_string(port));
  socklen_t size = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    fail("getsockname");
  port = ntohs(address.sin_port);
  return socket;
}

Descriptor listen_on_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail("cannot listen on " + path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  if (is_abandoned(address)) ::unlink(address.sun_path);
  Descriptor socket = make_socket(AF_UNIX);
  if (::bind(socket.get(), generic(address), sizeof address) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0)
    fail("cannot listen on " + path);
  return socket;
}

}  // namespace fauxbank::detail
