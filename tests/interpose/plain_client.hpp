#pragma once

// A client of plain sockets, which looks its host up and blocks, as the simplest do.

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace fauxbank::testing {

/// \returns a connected socket, or -1 with errno; -2 when the name is not found
inline int connect_to(const char* host, const char* port, int type = SOCK_STREAM) {
  addrinfo hints{};
  hints.ai_socktype = type;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host, port, &hints, &found) != 0) return -2;
  const int fd = ::socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  const int result = ::connect(fd, found->ai_addr, found->ai_addrlen);
  const int error = errno;
  ::freeaddrinfo(found);
  if (result == 0) return fd;
  ::close(fd);
  errno = error;
  return -1;
}

inline std::string get_request(std::string_view target) {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer sk_test_1\r\n\r\n";
}

/// Where the clients of these tests believe that they are, and what most of them ask.
inline constexpr char kHost[] = "api.example.com";
inline const std::string kGet = get_request("/v1/financial_connections/accounts/fca_1");

/// What there is to read at once, or the name of the error.
inline std::string receive(int fd) {
  char bytes[4096];
  const ssize_t count = ::recv(fd, bytes, sizeof bytes, 0);
  if (count >= 0) return {bytes, static_cast<std::size_t>(count)};
  return errno == EAGAIN       ? "EAGAIN"
         : errno == ETIMEDOUT  ? "ETIMEDOUT"
         : errno == ECONNRESET ? "ECONNRESET"
                               : std::to_string(errno);
}

inline std::string ask(int fd, const std::string& request) {
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size()))
    return "short send";
  return receive(fd);
}

}  // namespace fauxbank::testing
