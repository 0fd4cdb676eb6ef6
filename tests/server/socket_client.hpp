#pragma once

// A client of plain blocking sockets: it sends what it is told and reads what comes.

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace fauxbank::testing {

class SocketClient {
 public:
  explicit SocketClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    connect(&address, sizeof address);
  }
  explicit SocketClient(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
    connect(&address, sizeof address);
  }
  SocketClient(SocketClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
  ~SocketClient() {
    if (fd_ >= 0) ::close(fd_);
  }

  /// False when the peer takes no more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  int fd() const { return fd_; }
  void end() { ::shutdown(fd_, SHUT_WR); }

  /// The next whole answer, head and body; what there was of it when the connection ended.
  std::string answer() {
    std::size_t size = 0;
    while ((size = whole_answer()) == 0) {
      if (!receive()) return std::exchange(in_, {});
    }
    std::string text = in_.substr(0, size);
    in_.erase(0, size);
    return text;
  }

  /// Everything up to the end of the connection.
  std::string rest() {
    while (receive()) {
    }
    return std::exchange(in_, {});
  }
  /// How the connection ended: 0 in order, else an errno; EAGAIN: it did not.
  int end_error() const { return error_; }

 private:
  void connect(const void* address, socklen_t size) {
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(fd_, static_cast<const sockaddr*>(address), size) != 0)
      throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  }

  bool receive() {
    char piece[16384];
    const ssize_t count = ::recv(fd_, piece, sizeof piece, 0);
    if (count <= 0) {
      error_ = count == 0 ? 0 : errno;
      return false;
    }
    in_.append(piece, static_cast<std::size_t>(count));
    return true;
  }

  std::size_t whole_answer() const {
    const std::size_t head = in_.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    std::size_t body = 0;
    const std::size_t length = in_.rfind("\r\nContent-Length: ", head);
    if (length != std::string::npos) body = std::stoul(in_.substr(length + 18, 12));
    return in_.size() < head + 4 + body ? 0 : head + 4 + body;
  }

  int fd_;
  std::string in_;
  int error_ = EAGAIN;
};

}  // namespace fauxbank::testing
