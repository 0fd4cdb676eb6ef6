// The program's own send and recv: the server works within them.

#include <fcntl.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "wait.hpp"

namespace fauxbank::interpose {
namespace {

bool is_blocking(int fd, int flags) {
  return (flags & MSG_DONTWAIT) == 0 && (real().fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

std::int64_t limit_of(int fd, int option) {
  timeval limit{};
  socklen_t size = sizeof limit;
  if (real().getsockopt(fd, SOL_SOCKET, option, &limit, &size) != 0) return kForEver;
  const std::int64_t ns = limit_ns(limit.tv_sec, limit.tv_usec * 1'000);
  return ns == 0 ? kForEver : ns;
}

/// What the kernel would wait for in a blocking call.
int wait_for(int fd, short events, const std::shared_ptr<Connection>& connection,
             std::int64_t limit) {
  return wait({connection}, limit, true, [&](std::int64_t ns) {
    pollfd one{.fd = fd, .events = events, .revents = 0};
    const timespec time{.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
    return real().ppoll(&one, 1, ns < 0 ? nullptr : &time, nullptr);
  });
}

/// \param once tries without blocking, given the flags for that
template <class F>
ssize_t receive(int fd, const std::shared_ptr<Connection>& connection, int flags, F once) {
  const bool blocking = is_blocking(fd, flags);
  const std::int64_t limit = blocking ? limit_of(fd, SO_RCVTIMEO) : 0;
  for (;;) {
    connection->pump();
    const ssize_t count = once((flags & ~MSG_WAITALL) | MSG_DONTWAIT);
    if (count > 0) return count;
    if (connection->is_given_up() && (count == 0 || errno == ECONNRESET)) {
      errno = ETIMEDOUT;
      return -1;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR) || !blocking) return count;
    const int ready = wait_for(fd, POLLIN, connection, limit);
    if (ready == 0) errno = EAGAIN;
    if (ready <= 0) return -1;
  }
}

/// `once` tries at an offset of so much that was received already.
template <class F>
ssize_t receive_into(int fd, const std::shared_ptr<Connection>& connection, size_t size, int flags,
                     F once) {
  const bool all = (flags & MSG_WAITALL) != 0 && (flags & MSG_PEEK) == 0;
  size_t total = 0;
  for (;;) {
    const ssize_t count = receive(fd, connection, flags, [&](int now) { return once(total, now); });
    if (count <= 0) return total != 0 ? static_cast<ssize_t>(total) : count;
    total += static_cast<size_t>(count);
    if (!all || total == size) return static_cast<ssize_t>(total);
  }
}

/// As the kernel, which takes all of it when it may block; but the server must work meanwhile.
ssize_t send_all(int fd, const std::shared_ptr<Connection>& connection, const msghdr& message,
                 int flags) {
  std::vector<iovec> rest(message.msg_iov, message.msg_iov + message.msg_iovlen);
  std::size_t first = 0;
  msghdr part = message;
  part.msg_name = nullptr;  // it is connected
  part.msg_namelen = 0;
  const bool blocking = is_blocking(fd, flags);
  ssize_t total = 0;
  bool tried_again = false;
  for (;;) {
    part.msg_iov = rest.data() + first;
    part.msg_iovlen = rest.size() - first;
    ssize_t count = real().sendmsg(fd, &part, flags | MSG_DONTWAIT);
    connection->pump();
    if (count < 0) {
      if (errno == EAGAIN && !std::exchange(tried_again, true)) continue;
      if (errno != EAGAIN || !blocking) return total != 0 ? total : -1;
      const int ready = wait_for(fd, POLLOUT, connection, limit_of(fd, SO_SNDTIMEO));
      if (ready == 0) errno = EAGAIN;
      if (ready <= 0) return total != 0 ? total : -1;
      continue;
    }
    tried_again = false;
    total += count;
    for (; first < rest.size() && static_cast<std::size_t>(count) >= rest[first].iov_len; ++first)
      count -= static_cast<ssize_t>(rest[first].iov_len);
    if (first == rest.size() || !blocking) return total;
    rest[first].iov_base = static_cast<char*>(rest[first].iov_base) + count;
    rest[first].iov_len -= static_cast<std::size_t>(count);
  }
}

ssize_t send_one(int fd, const std::shared_ptr<Connection>& connection, const void* data,
                 size_t size, int flags) {
  iovec one{.iov_base = const_cast<void*>(data), .iov_len = size};
  msghdr message{};
  message.msg_iov = &one;
  message.msg_iovlen = 1;
  return send_all(fd, connection, message, flags);
}

/// A datagram to somewhere.
bool may_leave(const void* address, socklen_t size) {
  if (!is_guarded()) return true;
  if (Registry::get().allows(static_cast<const sockaddr*>(address), size)) return true;
  errno = ECONNREFUSED;
  return false;
}

ssize_t receive_vector(int fd, const std::shared_ptr<Connection>& connection, iovec* parts,
                       size_t count) {
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = count;
  return receive(fd, connection, 0, [&](int flags) { return real().recvmsg(fd, &message, flags); });
}

}  // namespace
}  // namespace fauxbank::interpose

using namespace fauxbank::interpose;

extern "C" {

[[gnu::visibility("default")]] ssize_t send(int fd, const void* data, size_t size, int flags) {
  const auto connection = ours(fd);
  return connection ? send_one(fd, connection, data, size, flags)
                    : real().send(fd, data, size, flags);
}

[[gnu::visibility("default")]] ssize_t sendto(int fd, const void* data, size_t size, int flags,
                                              const sockaddr* address, socklen_t address_size) {
  if (const auto connection = ours(fd)) return send_one(fd, connection, data, size, flags);
  if (!may_leave(address, address_size)) return -1;
  return real().sendto(fd, data, size, flags, address, address_size);
}

[[gnu::visibility("default")]] ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  if (const auto connection = ours(fd)) return send_all(fd, connection, *message, flags);
  if (!may_leave(message->msg_name, message->msg_namelen)) return -1;
  return real().sendmsg(fd, message, flags);
}

[[gnu::visibility("default")]] int sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) {
  if (!is_looked_at()) return real().sendmmsg(fd, messages, count, flags);
  for (unsigned i = 0; i < count; ++i) {
    const ssize_t size = sendmsg(fd, &messages[i].msg_hdr, flags);
    if (size < 0) return i == 0 ? -1 : static_cast<int>(i);
    messages[i].msg_len = static_cast<unsigned>(size);
  }
  return static_cast<int>(count);
}

[[gnu::visibility("default")]] ssize_t write(int fd, const void* data, size_t size) {
  const auto connection = ours(fd);
  return connection ? send_one(fd, connection, data, size, 0) : real().write(fd, data, size);
}

[[gnu::visibility("default")]] ssize_t writev(int fd, const iovec* parts, int count) {
  const auto connection = ours(fd);
  if (!connection) return real().writev(fd, parts, count);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = static_cast<size_t>(count);
  return send_all(fd, connection, message, 0);
}

[[gnu::visibility("default")]] ssize_t recv(int fd, void* data, size_t size, int flags) {
  const auto connection = ours(fd);
  if (!connection) return real().recv(fd, data, size, flags);
  return receive_into(fd, connection, size, flags, [&](size_t from, int now) {
    return real().recv(fd, static_cast<char*>(data) + from, size - from, now);
  });
}

[[gnu::visibility("default")]] ssize_t recvfrom(int fd, void* data, size_t size, int flags,
                                                sockaddr* address, socklen_t* address_size) {
  const auto connection = ours(fd);
  if (!connection) return real().recvfrom(fd, data, size, flags, address, address_size);
  return receive_into(fd, connection, size, flags, [&](size_t from, int now) {
    return real().recvfrom(fd, static_cast<char*>(data) + from, size - from, now, address,
                           address_size);
  });
}

[[gnu::visibility("default")]] ssize_t recvmsg(int fd, msghdr* message, int flags) {
  const auto connection = ours(fd);
  if (!connection) return real().recvmsg(fd, message, flags);
  return receive(fd, connection, flags, [&](int now) { return real().recvmsg(fd, message, now); });
}

[[gnu::visibility("default")]] ssize_t read(int fd, void* data, size_t size) {
  const auto connection = ours(fd);
  if (!connection) return real().read(fd, data, size);
  iovec one{.iov_base = data, .iov_len = size};
  return receive_vector(fd, connection, &one, 1);
}

[[gnu::visibility("default")]] ssize_t readv(int fd, const iovec* parts, int count) {
  const auto connection = ours(fd);
  if (!connection) return real().readv(fd, parts, count);
  return receive_vector(fd, connection, const_cast<iovec*>(parts), static_cast<size_t>(count));
}

// What a client that was compiled with _FORTIFY_SOURCE calls. Its check was for the kernel's sake.
[[gnu::visibility("default")]] ssize_t __read_chk(int fd, void* data, size_t size, size_t) {
  return read(fd, data, size);
}
[[gnu::visibility("default")]] ssize_t __recv_chk(int fd, void* data, size_t size, size_t,
                                                  int flags) {
  return recv(fd, data, size, flags);
}
[[gnu::visibility("default")]] ssize_t __recvfrom_chk(int fd, void* data, size_t size, size_t,
                                                      int flags, sockaddr* address,
                                                      socklen_t* address_size) {
  return recvfrom(fd, data, size, flags, address, address_size);
}

}  // extern "C"
