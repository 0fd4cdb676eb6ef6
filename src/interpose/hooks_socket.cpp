// The program's own connect, getaddrinfo, close and what else concerns a socket.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "real.hpp"
#include "registry.hpp"

namespace fauxbank::interpose {
namespace {

int give(const sockaddr_storage& from, socklen_t from_size, sockaddr* to, socklen_t* size) {
  std::memcpy(to, &from, std::min(*size, from_size));
  *size = from_size;
  return 0;
}

/// The name to ask the C library for, which then needs no name server; null: refused.
const char* stand_in(const char* name, std::string& text) {
  Registry& registry = Registry::get();
  text = name;
  switch (registry.look_up(text)) {
    case Registry::Known::led:
      text = registry.address_of(text);
      return text.c_str();
    case Registry::Known::allowed:
      return name;
    case Registry::Known::unknown:
      break;
  }
  in6_addr address{};
  const bool is_address = ::inet_pton(AF_INET, name, &address) == 1 ||
                          ::inet_pton(AF_INET6, name, &address) == 1 ||
                          std::strchr(name, '%') != nullptr;
  if (is_address || text == "localhost") return name;  // look-ups that ask nobody
  registry.fail("tried to look up", text);
  return nullptr;
}

int refuse_host(hostent** result, int* error) {
  *result = nullptr;
  *error = HOST_NOT_FOUND;
  return 0;
}

}  // namespace
}  // namespace fauxbank::interpose

using namespace fauxbank::interpose;

extern "C" {

[[gnu::visibility("default")]] int connect(int fd, const sockaddr* address, socklen_t size) {
  if (!is_guarded() || address == nullptr ||
      (address->sa_family != AF_INET && address->sa_family != AF_INET6) ||
      size < sizeof(sockaddr_in) || (address->sa_family == AF_INET6 && size < sizeof(sockaddr_in6)))
    return real().connect(fd, address, size);
  return Registry::get().connect(fd, address, size);
}

[[gnu::visibility("default")]] int getaddrinfo(const char* name, const char* service,
                                               const addrinfo* hints, addrinfo** result) {
  if (!is_guarded() || name == nullptr) return real().getaddrinfo(name, service, hints, result);
  addrinfo wanted{};
  if (hints != nullptr) wanted = *hints;
  if ((wanted.ai_flags & AI_NUMERICHOST) != 0)
    return real().getaddrinfo(name, service, hints, result);
  std::string text;
  const char* const asked = stand_in(name, text);
  if (asked == nullptr) return EAI_NONAME;
  const bool is_led = asked != name;
  if (is_led) {
    // There may be no network at all; and the name that was asked for stays the name.
    wanted.ai_flags &= ~(AI_ADDRCONFIG | AI_CANONNAME);
    wanted.ai_flags |= AI_NUMERICHOST;
  }
  const int error = real().getaddrinfo(asked, service, &wanted, result);
  if (error != 0) return error;
  if (is_led && hints != nullptr && (hints->ai_flags & AI_CANONNAME) != 0)
    (*result)->ai_canonname = ::strdup(name);
  for (const addrinfo* one = *result; one != nullptr && !is_led; one = one->ai_next)
    if (one->ai_family == AF_INET || one->ai_family == AF_INET6)
      Registry::get().allow_address(one->ai_addr, name);
  return 0;
}

[[gnu::visibility("default")]] hostent* gethostbyname(const char* name) {
  if (!is_guarded()) return real().gethostbyname(name);
  std::string text;
  const char* const asked = stand_in(name, text);
  if (asked != nullptr) return real().gethostbyname(asked);
  h_errno = HOST_NOT_FOUND;
  return nullptr;
}

[[gnu::visibility("default")]] hostent* gethostbyname2(const char* name, int family) {
  if (!is_guarded()) return real().gethostbyname2(name, family);
  std::string text;
  const char* const asked = stand_in(name, text);
  if (asked != nullptr) return real().gethostbyname2(asked, family);
  h_errno = HOST_NOT_FOUND;
  return nullptr;
}

[[gnu::visibility("default")]] int gethostbyname_r(const char* name, hostent* host, char* buffer,
                                                   size_t size, hostent** result, int* error) {
  if (!is_guarded()) return real().gethostbyname_r(name, host, buffer, size, result, error);
  std::string text;
  const char* const asked = stand_in(name, text);
  if (asked == nullptr) return refuse_host(result, error);
  return real().gethostbyname_r(asked, host, buffer, size, result, error);
}

[[gnu::visibility("default")]] int gethostbyname2_r(const char* name, int family, hostent* host,
                                                    char* buffer, size_t size, hostent** result,
                                                    int* error) {
  if (!is_guarded())
    return real().gethostbyname2_r(name, family, host, buffer, size, result, error);
  std::string text;
  const char* const asked = stand_in(name, text);
  if (asked == nullptr) return refuse_host(result, error);
  return real().gethostbyname2_r(asked, family, host, buffer, size, result, error);
}

// ---- what a socket knows of itself --------------------------------------------------------------

[[gnu::visibility("default")]] int getpeername(int fd, sockaddr* address,
                                               socklen_t* size) noexcept {
  const auto connection = ours(fd);
  return connection ? give(connection->peer, connection->peer_size, address, size)
                    : real().getpeername(fd, address, size);
}

[[gnu::visibility("default")]] int getsockname(int fd, sockaddr* address,
                                               socklen_t* size) noexcept {
  const auto connection = ours(fd);
  return connection ? give(connection->local, connection->peer_size, address, size)
                    : real().getsockname(fd, address, size);
}

[[gnu::visibility("default")]] int setsockopt(int fd, int level, int name, const void* value,
                                              socklen_t size) noexcept {
  const auto connection = level == SOL_SOCKET ? nullptr : ours(fd);
  return connection ? connection->set_option(level, name, value, size)
                    : real().setsockopt(fd, level, name, value, size);
}

[[gnu::visibility("default")]] int getsockopt(int fd, int level, int name, void* value,
                                              socklen_t* size) noexcept {
  const auto connection = ours(fd);
  const bool is_kind = level == SOL_SOCKET && (name == SO_DOMAIN || name == SO_PROTOCOL);
  if (!connection || (level == SOL_SOCKET && !is_kind))
    return real().getsockopt(fd, level, name, value, size);
  if (is_kind) {
    int kind = IPPROTO_TCP;
    if (name == SO_DOMAIN) kind = connection->peer.ss_family;
    connection->set_option(level, name, &kind, sizeof kind);
  }
  return connection->get_option(level, name, value, size);
}

// ---- its life -----------------------------------------------------------------------------------

[[gnu::visibility("default")]] int shutdown(int fd, int how) noexcept {
  const int result = real().shutdown(fd, how);
  if (const auto connection = ours(fd)) connection->pump();
  return result;
}

[[gnu::visibility("default")]] int close(int fd) {
  if (is_looked_at()) Registry::get().forget(fd);
  return real().close(fd);
}

[[gnu::visibility("default")]] int dup(int fd) noexcept {
  const int copy = real().dup(fd);
  if (copy >= 0 && is_looked_at()) Registry::get().duplicated(fd, copy);
  return copy;
}

[[gnu::visibility("default")]] int dup2(int fd, int at) noexcept {
  const int copy = real().dup2(fd, at);
  if (copy >= 0 && copy != fd && is_looked_at()) Registry::get().duplicated(fd, copy);
  return copy;
}

[[gnu::visibility("default")]] int dup3(int fd, int at, int flags) noexcept {
  const int copy = real().dup3(fd, at, flags);
  if (copy >= 0 && is_looked_at()) Registry::get().duplicated(fd, copy);
  return copy;
}

[[gnu::visibility("default")]] int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);  // as the C library does
  va_end(arguments);
  const int result = real().fcntl(fd, command, argument);
  if (result >= 0 && (command == F_DUPFD || command == F_DUPFD_CLOEXEC) && is_looked_at())
    Registry::get().duplicated(fd, result);
  return result;
}

[[gnu::visibility("default")]] int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return fcntl(fd, command, argument);
}

}  // extern "C"
