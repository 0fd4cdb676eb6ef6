#include <fauxbank/client/httplib.hpp>

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <httplib.h>

#include <fauxbank/detail/local_listener.hpp>
#include <fauxbank/detail/wire_socket.hpp>

namespace fauxbank {

using detail::WireSocket;

struct HttplibAdapter::Impl final : Transport {
  Impl(Transport& to, const HttplibOptions& with)
      : transport(to), options(with), wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Impl() { ::close(wake); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // The transport of all connections. What the real one throws is kept before its connection is
  // reset, for then the client may ask.
  Result<Response, transport_errc> send(const Request& request) override {
    return transport.send(request);
  }
  Delivery deliver(const Request& request) override {
    return keeping([&] { return transport.deliver(request); });
  }
  std::uint64_t open_connection() override {
    return keeping([&] { return transport.open_connection(); });
  }

  void run();
  void wait();
  bool heed_call();
  void accept();
  void pump(WireSocket& socket);
  template <class F>
  std::invoke_result_t<F> keeping(F ask) {
    try {
      return ask();
    } catch (...) {
      keep_thrown();
      is_kept = true;
      throw;
    }
  }
  void keep_thrown();
  void keep_once();
  void call() const { static_cast<void>(::eventfd_write(wake, 1)); }

  Transport& transport;
  HttplibOptions options;
  detail::LocalListener listener;
  int wake;
  std::thread thread;

  std::mutex mutex;  // of these
  std::condition_variable done;
  std::exception_ptr thrown;
  bool closes_idle = false;
  bool is_over = false;

  // The thread's own.
  std::vector<std::unique_ptr<WireSocket>> connections;
  std::vector<pollfd> polled;
  bool is_kept = false;  // what is thrown now
};

void HttplibAdapter::Impl::run() {
  for (;;) {
    wait();
    if (polled[0].revents != 0 && !heed_call()) return connections.clear();
    if (polled[1].revents != 0) accept();
    for (const auto& connection : connections)
      pump(*connection);
    connections.erase(std::remove_if(connections.begin(), connections.end(),
                                     [](const auto& one) { return one->is_closed(); }),
                      connections.end());
  }
}

void HttplibAdapter::Impl::wait() {
  polled.assign({{.fd = wake, .events = POLLIN, .revents = 0},
                 {.fd = listener.fd(), .events = POLLIN, .revents = 0}});
  for (const auto& connection : connections) {
    short events = 0;  // a stalled one waits for its peer to go
    if (!connection->is_stalled()) {
      if (connection->wants_to_read()) events |= POLLIN;
      if (connection->wants_to_write()) events |= POLLOUT;
    }
    polled.push_back({.fd = connection->fd(), .events = events, .revents = 0});
  }
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
  }
}

/// \returns false when all is over
bool HttplibAdapter::Impl::heed_call() {
  eventfd_t count = 0;
  static_cast<void>(::eventfd_read(wake, &count));
  const std::lock_guard lock(mutex);
  if (std::exchange(closes_idle, false)) {
    for (const auto& connection : connections) {
      if (connection->wire().idle()) connection->close();
    }
    done.notify_all();
  }
  return !is_over;
}

void HttplibAdapter::Impl::accept() {
  for (int fd = listener.accept(); fd >= 0; fd = listener.accept()) {
    try {
      connections.push_back(
          std::make_unique<WireSocket>(fd, WireSocket::Family::local, *this, options.limits));
      connections.back()->wire().allow_path_as_host();
    } catch (...) {  // the client finds it closed
      keep_once();
    }
  }
}

void HttplibAdapter::Impl::pump(WireSocket& socket) {
  try {
    detail::pump_all(socket, options.clock);
  } catch (...) {
    keep_once();
    socket.reset();
  }
}

/// The client may have asked for what was kept already, and is not told again.
void HttplibAdapter::Impl::keep_once() {
  if (!std::exchange(is_kept, false)) keep_thrown();
}

void HttplibAdapter::Impl::keep_thrown() {
  const std::lock_guard lock(mutex);
  if (!thrown) thrown = std::current_exception();
}

HttplibAdapter::HttplibAdapter(Transport& transport, const HttplibOptions& options)
    : impl_(std::make_unique<Impl>(transport, options)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

HttplibAdapter::~HttplibAdapter() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_over = true;
  }
  impl_->call();
  impl_->thread.join();
}

std::string HttplibAdapter::path() const { return impl_->listener.path(); }

void HttplibAdapter::attach(httplib::Client& client) const { client.set_address_family(AF_UNIX); }

void HttplibAdapter::close_idle_connections() {
  std::unique_lock lock(impl_->mutex);
  impl_->closes_idle = true;
  impl_->call();
  impl_->done.wait(lock, [this] { return !impl_->closes_idle; });
}

void HttplibAdapter::rethrow() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->thrown) std::rethrow_exception(std::exchange(impl_->thrown, nullptr));
}

}  // namespace fauxbank
