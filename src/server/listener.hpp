#pragma once

// The descriptors that a server waits on.

#include <cstdint>
#include <string>
#include <utility>

namespace fauxbank::detail {

/// A descriptor that is closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    Descriptor old(std::exchange(fd_, std::exchange(other.fd_, -1)));
    return *this;
  }
  ~Descriptor();
  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Listen on 127.0.0.1; `port` 0 becomes the one that was taken.
/// \throws std::system_error
Descriptor listen_on_loopback(std::uint16_t& port);

/// Listen on a Unix socket. One that nobody listens on any more is replaced.
/// \throws std::system_error
Descriptor listen_on_path(const std::string& path);

}  // namespace fauxbank::detail
