#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fauxbank/client/beast.hpp>
#include <fauxbank/detail/front.hpp>
#include <fauxbank/detail/wire_socket.hpp>

namespace fauxbank {

namespace {

using detail::WireSocket;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

struct WirePeer::Impl {
  Impl(Transport& to, const WirePeerOptions& with)
      : transport(to), options(with), wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake < 0) fail("eventfd");
  }
  ~Impl() { ::close(wake); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  class NotingFront;
  struct Connection;

  void note_exception() {
    const std::lock_guard lock(mutex);
    if (!thrown) thrown = std::current_exception();
  }
  void run();
  void wait();
  bool take_new();
  void pump(Connection& connection);
  void call() const { static_cast<void>(::eventfd_write(wake, 1)); }

  Transport& transport;
  WirePeerOptions options;
  int wake;
  std::thread thread;

  std::mutex mutex;  // of these three
  std::vector<int> accepted;
  std::exception_ptr thrown;
  bool is_over = false;

  // The thread's own.
  std::vector<std::unique_ptr<Connection>> connections;
  std::vector<pollfd> polled;
};

/// Notes what the transport throws before the connection is reset, so that who sees the reset finds
/// it.
class WirePeer::Impl::NotingFront final : public detail::Front {
 public:
  explicit NotingFront(Impl& peer) : Front(peer.transport), peer_(peer) {}
  Delivery deliver(const Request& request) override {
    try {
      return Front::deliver(request);
    } catch (...) {
      peer_.note_exception();
      throw;
    }
  }

 private:
  Impl& peer_;
};

/// The peer's end of one pair.
struct WirePeer::Impl::Connection {
  Connection(int fd, Impl& peer)
      : front(peer), socket(fd, WireSocket::Family::local, front, peer.options.limits) {}
  NotingFront front;
  WireSocket socket;
};

void WirePeer::Impl::run() {
  for (;;) {
    wait();
    if (!take_new()) return connections.clear();
    for (const auto& connection : connections) {
      try {
        pump(*connection);
      } catch (...) {
        note_exception();
        connection->socket.reset();
      }
    }
    connections.erase(std::remove_if(connections.begin(), connections.end(),
                                     [](const auto& one) { return one->socket.is_closed(); }),
                      connections.end());
  }
}

void WirePeer::Impl::wait() {
  polled.assign(1, {.fd = wake, .events = POLLIN, .revents = 0});
  for (const auto& connection : connections) {
    const WireSocket& socket = connection->socket;
    short events = 0;
    if (!socket.is_stalled()) {
      if (socket.wants_to_read()) events |= POLLIN;
      if (socket.wants_to_write()) events |= POLLOUT;
    }
    polled.push_back({.fd = socket.fd(), .events = events, .revents = 0});
  }
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
  }
}

/// \returns false when all is over
bool WirePeer::Impl::take_new() {
  eventfd_t count = 0;
  static_cast<void>(::eventfd_read(wake, &count));
  const std::lock_guard lock(mutex);
  for (const int fd : accepted)
    connections.push_back(std::make_unique<Connection>(fd, *this));
  accepted.clear();
  return !is_over;
}

void WirePeer::Impl::pump(Connection& connection) {
  WireSocket& socket = connection.socket;
  const auto nothing = [] {};
  for (;;) {
    if (socket.is_stalled() && socket.is_peer_gone()) socket.close();
    if (socket.is_closed() || socket.is_stalled()) return;
    if (options.clock != nullptr) socket.wire().advance_to(options.clock->now());
    if (socket.pump(nothing)) continue;
    // An answer that is due later comes at once, and its time with it.
    const auto due = socket.wire().due();
    if (!due || socket.wants_to_write()) return;
    if (options.clock != nullptr && options.clock->now() < *due) options.clock->advance_to(*due);
    socket.wire().advance_to(*due);
    socket.send(nothing);
  }
}

WirePeer::WirePeer(Transport& transport, const WirePeerOptions& options)
    : impl_(std::make_unique<Impl>(transport, options)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

WirePeer::~WirePeer() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_over = true;
  }
  impl_->call();
  impl_->thread.join();
}

int WirePeer::open() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->accepted.push_back(ends[1]);
  }
  impl_->call();
  return ends[0];
}

void WirePeer::rethrow() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->thrown) std::rethrow_exception(std::exchange(impl_->thrown, nullptr));
}

}  // namespace fauxbank
