#pragma once

// The thread at the other end of sockets, for adapters whose clients keep sockets of the kernel's.
// POSIX; not part of the core's public headers.

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <fauxbank/clock.hpp>
#include <fauxbank/detail/front.hpp>
#include <fauxbank/detail/local_listener.hpp>
#include <fauxbank/detail/wire_socket.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank::detail {

/// \tparam W `Wire` or `TlsWire`
/// \tparam Make is called as `make(fd, transport)` and gives a `std::unique_ptr` to the socket
template <class W, class Make>
class PeerLoop {
 public:
  /// \param listener whose connections it takes as well, if any; must outlive this
  PeerLoop(Transport& transport, VirtualClock* clock, Make make,
           const LocalListener* listener = nullptr)
      : transport_(transport),
        clock_(clock),
        make_(std::move(make)),
        listener_(listener),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0) fail("eventfd");
    try {
      thread_ = std::thread([this] { run(); });
    } catch (...) {
      ::close(wake_);
      throw;
    }
  }
  PeerLoop(const PeerLoop&) = delete;
  PeerLoop& operator=(const PeerLoop&) = delete;
  ~PeerLoop() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    call();
    thread_.join();
    for (const int fd : accepted_)
      ::close(fd);
    ::close(wake_);
  }

  /// The client's end of a new pair.
  int open() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
    ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
    {
      const std::lock_guard lock(mutex_);
      accepted_.push_back(ends[1]);
    }
    call();
    return ends[0];
  }

  /// Close the connections that no request uses. Returns when that is done.
  void close_idle_connections() {
    std::unique_lock lock(mutex_);
    closes_idle_ = true;
    call();
    closed_.wait(lock, [this] { return !closes_idle_; });
  }

  /// Throw what the transport threw, once.
  void rethrow() {
    const std::lock_guard lock(mutex_);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  using Socket = BasicWireSocket<W>;

  /// Notes what the transport throws before the connection is reset, so that who sees the reset
  /// finds it.
  class NotingFront final : public Front {
   public:
    explicit NotingFront(PeerLoop& loop) : Front(loop.transport_), loop_(loop) {}
    Delivery deliver(const Request& request) override {
      return noting([&] { return Front::deliver(request); });
    }
    std::uint64_t open_connection() override {
      return noting([&] { return Front::open_connection(); });
    }

   private:
    template <class F>
    std::invoke_result_t<F> noting(F ask) {
      try {
        return ask();
      } catch (...) {
        loop_.note_exception();
        loop_.is_noted_ = true;
        throw;
      }
    }
    PeerLoop& loop_;
  };

  struct Connection {
    Connection(int fd, PeerLoop& loop) : front(loop), socket(loop.make_(fd, front)) {}
    NotingFront front;
    std::unique_ptr<Socket> socket;
  };

  [[noreturn]] static void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  void call() const { static_cast<void>(::eventfd_write(wake_, 1)); }
  void note_exception() {
    const std::lock_guard lock(mutex_);
    if (!thrown_) thrown_ = std::current_exception();
  }
  /// The client may have asked for what was noted already, and is not told again.
  void note_once() {
    if (!std::exchange(is_noted_, false)) note_exception();
  }

  void run() {
    for (;;) {
      wait();
      if (!heed_call()) return connections_.clear();
      if (listener_ != nullptr) {
        for (int fd = listener_->accept(); fd >= 0; fd = listener_->accept())
          take(fd);
      }
      for (const auto& connection : connections_) {
        try {
          pump_all(*connection->socket, clock_);
        } catch (...) {
          note_once();
          connection->socket->reset();
        }
      }
      connections_.erase(std::remove_if(connections_.begin(), connections_.end(),
                                        [](const auto& one) { return one->socket->is_closed(); }),
                         connections_.end());
    }
  }

  void wait() {
    polled_.assign(1, {.fd = wake_, .events = POLLIN, .revents = 0});
    if (listener_ != nullptr)
      polled_.push_back({.fd = listener_->fd(), .events = POLLIN, .revents = 0});
    for (const auto& connection : connections_) {
      const Socket& socket = *connection->socket;
      short events = 0;  // a stalled one waits for its peer to go
      if (!socket.is_stalled()) {
        if (socket.wants_to_read()) events |= POLLIN;
        if (socket.wants_to_write()) events |= POLLOUT;
      }
      polled_.push_back({.fd = socket.fd(), .events = events, .revents = 0});
    }
    while (::poll(polled_.data(), polled_.size(), -1) < 0 && errno == EINTR) {
    }
  }

  /// \returns false when all is over
  bool heed_call() {
    eventfd_t count = 0;
    static_cast<void>(::eventfd_read(wake_, &count));
    std::vector<int> taken;
    {
      const std::lock_guard lock(mutex_);
      if (is_over_) return false;  // what was not taken is closed at the end
      taken.swap(accepted_);
      if (closes_idle_) {
        for (const auto& connection : connections_) {
          if (connection->socket->wire().idle()) connection->socket->close();
        }
        closes_idle_ = false;
        closed_.notify_all();
      }
    }
    for (const int fd : taken)
      take(fd);
    return true;
  }

  void take(int fd) {
    try {
      connections_.push_back(std::make_unique<Connection>(fd, *this));
    } catch (...) {  // the client finds it closed
      note_once();
    }
  }

  Transport& transport_;
  VirtualClock* clock_;
  Make make_;
  const LocalListener* listener_;
  int wake_;

  std::mutex mutex_;  // of these
  std::condition_variable closed_;
  std::vector<int> accepted_;
  std::exception_ptr thrown_;
  bool closes_idle_ = false;
  bool is_over_ = false;

  // The thread's own.
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<pollfd> polled_;
  bool is_noted_ = false;  // what is thrown now
  std::thread thread_;     // last: it uses all the rest
};

}  // namespace fauxbank::detail
