#pragma once

// A Wire on a non-blocking stream socket: what the server and adapters for socket clients share.
// POSIX; not part of the core's public headers.

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fauxbank/http/wire.hpp>

namespace fauxbank::detail {

/// Owns a connected socket and carries bytes between it and a wire, as long as neither blocks.
/// \tparam W `Wire`, or what has its members (`TlsWire`)
template <class W>
class BasicWireSocket {
 public:
  enum class Family : bool { internet, local };

  /// \param fd non-blocking; closed with this, and when this throws
  /// \param to_wire what the wire is made from
  template <class... Args>
  BasicWireSocket(int fd, Family family, Args&&... to_wire) try
      : wire_(std::forward<Args>(to_wire)...), fd_(fd), family_(family) {
  } catch (...) {
    ::close(fd);
  }
  BasicWireSocket(const BasicWireSocket&) = delete;
  BasicWireSocket& operator=(const BasicWireSocket&) = delete;
  ~BasicWireSocket() { close(); }

  int fd() const noexcept { return fd_; }
  bool is_closed() const noexcept { return fd_ < 0; }
  W& wire() noexcept { return wire_; }
  const W& wire() const noexcept { return wire_; }
  bool wants_to_read() const noexcept { return is_draining_ || wire_.wants_input(); }
  bool wants_to_write() const noexcept { return !is_draining_ && !wire_.output().empty(); }
  /// Nothing happens any more until the peer goes away.
  bool is_stalled() const noexcept {
    return wire_.state() == WireState::stalled && wire_.output().empty();
  }
  bool is_peer_gone() const {
    pollfd look{.fd = fd_, .events = 0, .revents = 0};
    return ::poll(&look, 1, 0) == 1 && (look.revents & (POLLHUP | POLLERR)) != 0;
  }
  /// All has been said; what the peer still sends is dropped, so that it can read the end in peace.
  bool is_draining() const noexcept { return is_draining_; }

  /// Read once and write as much as fits. `before_send()` is called before bytes leave.
  /// \returns whether any byte moved
  template <class F>
  bool pump(F before_send) {
    bool moved = is_draining_ ? drain() : receive();
    moved |= send(before_send);
    return moved;
  }

  /// Write as much as fits, and end the connection when the wire says so.
  template <class F>
  bool send(F before_send) {
    bool moved = false;
    while (fd_ >= 0 && wants_to_write()) {
      before_send();
      const std::string_view output = wire_.output();
      const ssize_t count = ::send(fd_, output.data(), output.size(), MSG_NOSIGNAL);
      if (count < 0) {
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) close();
        return moved;
      }
      moved = true;
      wire_.sent(static_cast<std::size_t>(count));
    }
    finish();
    return moved;
  }

  /// End the connection so that the peer sees a reset.
  void reset() {
    if (fd_ < 0) return;
    // A local socket is reset by what is left unread; `receive` keeps a byte for that.
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    if (family_ == Family::internet)
      ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  static constexpr std::size_t kPiece = std::size_t{32} << 10;

  bool receive() {
    if (fd_ < 0 || !wire_.wants_input()) return false;
    std::array<char, kPiece> piece;  // not zeroed
    const int flags = family_ == Family::local ? MSG_PEEK : 0;
    const ssize_t count = ::recv(fd_, piece.data(), piece.size(), flags);
    if (count < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) close();
      return false;
    }
    if (count == 0) {
      wire_.receive_end();
      return true;
    }
    const auto size = static_cast<std::size_t>(count);
    try {
      wire_.receive({piece.data(), size});
    } catch (...) {
      reset();
      throw;
    }
    if (family_ == Family::local) {
      const bool keep_one = wire_.state() == WireState::reset;
      static_cast<void>(::recv(fd_, piece.data(), keep_one ? size - 1 : size, 0));
    }
    return true;
  }

  bool drain() {
    std::array<char, kPiece> piece;
    const ssize_t count = ::recv(fd_, piece.data(), piece.size(), 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
      close();
    return count > 0;
  }

  void finish() {
    if (fd_ < 0 || is_draining_ || !wire_.output().empty()) return;
    if (wire_.state() == WireState::reset) return reset();
    if (wire_.state() != WireState::finished) return;
    ::shutdown(fd_, SHUT_WR);
    is_draining_ = true;
  }

  W wire_;
  int fd_;
  Family family_;
  bool is_draining_ = false;
};

using WireSocket = BasicWireSocket<Wire>;

/// Carry bytes until none moves. An answer that is due later comes at once, and its time with it.
/// \param waits whether it does not, and is left to be due
/// \returns whether any byte moved
template <class Socket>
bool pump_all(Socket& socket, VirtualClock* clock, bool waits = false) {
  const auto nothing = [] {};
  bool moved = false;
  for (;;) {
    if (socket.is_stalled() && socket.is_peer_gone()) socket.close();
    if (socket.is_closed() || socket.is_stalled()) return moved;
    if (clock != nullptr) socket.wire().advance_to(clock->now());
    if (socket.pump(nothing)) {
      moved = true;
      continue;
    }
    const auto due = socket.wire().due();
    if (!due || waits || socket.wants_to_write()) return moved;
    if (clock != nullptr) clock->reach(*due);
    socket.wire().advance_to(*due);
    socket.send(nothing);
  }
}

}  // namespace fauxbank::detail
