#include <fauxbank/server.hpp>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fauxbank/detail/wire_socket.hpp>
#include <fauxbank/world.hpp>

#include "control.hpp"
#include "json.hpp"
#include "listener.hpp"

namespace fauxbank {

namespace {

using detail::Courier;
using detail::Descriptor;
using detail::WireSocket;
using Steady = std::chrono::steady_clock;

/// How often the deadlines of all connections are looked at.
constexpr std::chrono::milliseconds kLook{100};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Writes what is new in a world's journal to a file.
class JournalFile {
 public:
  JournalFile(const World& world, const std::string& path) : world_(world), path_(path) {
    if (path.empty()) return;
    file_ = Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file_) fail("cannot write " + path);
  }

  void write_news() {
    if (!file_) return;
    const Journal news = world_.journal(last_);
    if (news.empty()) return;
    std::string lines;
    for (const JournalEntry& entry : news) {
      lines += detail::journal_json(entry);
      lines += '\n';
      last_ = entry.number;
    }
    for (std::string_view rest = lines; !rest.empty();) {
      const ssize_t count = ::write(file_.get(), rest.data(), rest.size());
      if (count < 0 && errno != EINTR) fail("cannot write " + path_);
      if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  /// The world's journal begins anew.
  void restart() noexcept { last_ = 0; }

 private:
  const World& world_;
  std::string path_;
  Descriptor file_;
  std::uint64_t last_ = 0;
};

/// Leads requests to the control paths or to the world, whose time is brought up first.
class Front final : public Transport {
 public:
  Front(World& world, detail::FollowedClock& clock, JournalFile& journal, Courier& courier,
        const ServerOptions& options)
      : world_(world), clock_(clock), journal_(journal), control_(world, clock, courier, options) {}

  Result<Response, transport_errc> send(const Request& request) override {
    return world_.transport().send(request);
  }

  Delivery deliver(const Request& request) override {
    clock_.follow();
    if (!detail::Control::is_control(request.target)) return world_.transport().deliver(request);
    journal_.write_news();  // a reset would take it away
    Delivery delivery;
    delivery.response = control_.handle(request);
    if (control_.take_was_reset()) journal_.restart();
    if (control_.take_is_deferred()) {
      delivery.not_before = detail::from_ms(detail::kLastInstantMs + 1);  // and no sooner
      is_deferred_ = true;
    }
    return delivery;
  }

  bool accepts(Method method, std::string_view target) override {
    return world_.transport().accepts(method, target);
  }

  std::uint64_t open_connection() override { return world_.transport().open_connection(); }

  /// Whether the last answer is still to be made.
  bool take_is_deferred() noexcept { return std::exchange(is_deferred_, false); }

 private:
  World& world_;
  detail::FollowedClock& clock_;
  JournalFile& journal_;
  detail::Control control_;
  bool is_deferred_ = false;
};

struct Connection {
  Connection(int fd, WireSocket::Family family, Transport& transport, const WireLimits& limits,
             Steady::time_point now)
      : socket(fd, family, transport, limits), since(now) {}

  /// What the peer's time is counted for.
  enum class Wait : unsigned char {
    request_to_begin,
    request_to_end,
    answer_to_leave,
    to_go,
    none
  };

  Wait waits_for() const {
    if (socket.is_draining()) return Wait::to_go;
    if (socket.is_stalled()) return Wait::none;
    if (socket.wants_to_write()) return Wait::answer_to_leave;
    if (socket.wire().due()) return Wait::none;
    return socket.wire().idle() ? Wait::request_to_begin : Wait::request_to_end;
  }

  WireSocket socket;
  std::uint32_t interest = 0;
  Wait wait = Wait::request_to_begin;
  std::uint64_t requests = 0;  // answered when `since` was set
  bool awaits_courier = false;
  Steady::time_point since;
};

}  // namespace

struct Server::Impl {
  Impl(World& served, const ServerOptions& with)
      : world(served),
        options(with),
        clock(served, with.clock),
        journal(served, with.journal_file),
        poller(::epoll_create1(EPOLL_CLOEXEC)),
        wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
        courier(served, wake.get()),
        front(served, clock, journal, courier, options),
        port(with.port),
        loopback(detail::listen_on_loopback(port)) {
    if (!poller || !wake) fail("epoll");
    // Bad news about the webhook now, and not when it is used.
    if (!options.webhook.empty()) WebhookEndpoint(options.webhook, options.webhooks);
    if (!options.unix_path.empty()) local = detail::listen_on_path(options.unix_path);
    add(wake.get(), EPOLLIN);
    listen(true);
  }
  ~Impl() { stop_listening(); }

  void add(int fd, std::uint32_t interest) { control(EPOLL_CTL_ADD, fd, interest); }
  void control(int operation, int fd, std::uint32_t interest) {
    epoll_event event{};
    event.events = interest;
    event.data.fd = fd;
    if (::epoll_ctl(poller.get(), operation, fd, &event) != 0) fail("epoll_ctl");
  }

  void run();
  void listen(bool on);
  void stop_listening();
  void accept(const Descriptor& listener, WireSocket::Family family);
  void on_event(const epoll_event& event);
  template <class Use>
  void use(Connection& connection, Use step);
  void settle(Connection& connection);
  void look_at_deadlines(Steady::time_point now);
  void expire(Connection& connection);
  void release_held();
  void welcome_courier();
  int timeout() const;
  void begin_stop();

  World& world;
  ServerOptions options;
  detail::FollowedClock clock;
  JournalFile journal;
  Descriptor poller;
  Descriptor wake;
  Courier courier;
  Front front;
  std::uint16_t port;
  Descriptor loopback;
  Descriptor local;
  std::unordered_map<int, std::unique_ptr<Connection>> connections;
  std::vector<int> held;  // connections with an answer that waits for its time
  bool listening = false;
  bool stopping = false;
  Steady::time_point now = Steady::now();
  Steady::time_point looked = now;
  Steady::time_point stop_at{};
  std::atomic<bool> stop{false};
  std::thread thread;
};

// ---- the loop -----------------------------------------------------------------------------------

void Server::Impl::run() {
  std::array<epoll_event, 256> events{};
  while (!stopping || !connections.empty()) {
    const int count =
        ::epoll_wait(poller.get(), events.data(), static_cast<int>(events.size()), timeout());
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    if (!connections.empty() || stopping) now = Steady::now();
    if (stop && !stopping) begin_stop();
    for (int i = 0; i < count; ++i)
      on_event(events[static_cast<std::size_t>(i)]);
    if (!held.empty()) release_held();
    welcome_courier();
    if (now - looked >= kLook) look_at_deadlines(now);
    if (stopping && now >= stop_at) connections.clear();
  }
  journal.write_news();
}

int Server::Impl::timeout() const {
  if (connections.empty() && listening) return -1;
  std::int64_t wait = kLook.count();
  if (clock.mode() == ServerClock::wall) {
    for (const int fd : held) {
      const auto due = connections.at(fd)->socket.wire().due();
      if (due) wait = std::clamp<std::int64_t>((*due - world.clock().now()).count(), 0, wait);
    }
  }
  return static_cast<int>(wait);
}

void Server::Impl::on_event(const epoll_event& event) {
  const int fd = event.data.fd;
  if (fd == wake.get()) {
    std::uint64_t count = 0;
    static_cast<void>(!::read(fd, &count, sizeof count));
    return;
  }
  if (loopback && fd == loopback.get()) return accept(loopback, WireSocket::Family::internet);
  if (local && fd == local.get()) return accept(local, WireSocket::Family::local);
  const auto found = connections.find(fd);
  if (found == connections.end()) return;
  Connection& connection = *found->second;
  if (connection.socket.is_stalled()) {
    connections.erase(found);  // the only thing that can happen: the peer has gone
    return;
  }
  if ((event.events & (EPOLLHUP | EPOLLERR)) != 0 && connection.socket.wire().due()) {
    // Nobody waits for what is held any more, and epoll would say so again and again.
    connection.socket.close();
    return settle(connection);
  }
  clock.follow();
  use(connection, [&] {
    connection.socket.wire().advance_to(world.clock().now());
    connection.socket.pump([&] { journal.write_news(); });
  });
}

/// Do something with a connection, then see what has become of it.
template <class Use>
void Server::Impl::use(Connection& connection, Use step) {
  try {
    step();
  } catch (const Misuse&) {
    connection.socket.reset();  // a transport of the test's own that throws
  }
  connection.awaits_courier |= front.take_is_deferred();
  settle(connection);
}

void Server::Impl::settle(Connection& connection) {
  WireSocket& socket = connection.socket;
  const int fd = socket.fd();
  if (socket.is_closed()) {
    // The descriptor is closed already, and with it the interest; only the map knows its number.
    for (auto at = connections.begin(); at != connections.end(); ++at) {
      if (at->second.get() != &connection) continue;
      held.erase(std::remove(held.begin(), held.end(), at->first), held.end());
      connections.erase(at);
      break;
    }
    if (!stopping && !listening) listen(true);
    return;
  }
  const auto wait = connection.waits_for();
  const std::uint64_t requests = socket.wire().requests();
  // An answer that leaves piece by piece is given time anew with each piece.
  if (wait != connection.wait || requests != connection.requests ||
      wait == Connection::Wait::answer_to_leave) {
    connection.wait = wait;
    connection.requests = requests;
    connection.since = now;
  }
  std::uint32_t interest = 0;
  if (socket.is_stalled()) {
    interest = EPOLLRDHUP;
  } else {
    if (socket.wants_to_read()) interest |= EPOLLIN;
    if (socket.wants_to_write()) interest |= EPOLLOUT;
  }
  if (interest != connection.interest) {
    control(EPOLL_CTL_MOD, fd, interest);
    connection.interest = interest;
  }
  if (socket.wire().due() && std::find(held.begin(), held.end(), fd) == held.end())
    held.push_back(fd);
}

// ---- connections --------------------------------------------------------------------------------

void Server::Impl::listen(bool on) {
  if (listening == on) return;
  listening = on;
  for (const Descriptor* listener : {&loopback, &local}) {
    if (!*listener) continue;
    on ? add(listener->get(), EPOLLIN) : control(EPOLL_CTL_DEL, listener->get(), 0);
  }
}

/// From now on a client is refused.
void Server::Impl::stop_listening() {
  listen(false);
  if (local) ::unlink(options.unix_path.c_str());
  local = {};
  loopback = {};
}

void Server::Impl::accept(const Descriptor& listener, WireSocket::Family family) {
  now = Steady::now();
  while (listening) {
    const int fd = ::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      // Too many descriptors: go on when a connection has ended.
      if (errno == EMFILE || errno == ENFILE) listen(connections.empty());
      return;
    }
    auto connection = std::make_unique<Connection>(fd, family, front, options.limits, now);
    if (family == WireSocket::Family::local) connection->socket.wire().allow_path_as_host();
    if (!front.accepts(Method::other, {})) {
      connection->socket.reset();
      continue;
    }
    const int on = 1;
    if (family == WireSocket::Family::internet)
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->interest = EPOLLIN;
    add(fd, EPOLLIN);
    connections[fd] = std::move(connection);
    if (connections.size() >= options.connections) listen(false);
  }
}

void Server::Impl::release_held() {
  clock.follow();
  const Instant world_now = world.clock().now();
  for (const int fd : std::exchange(held, {})) {
    const auto found = connections.find(fd);
    if (found == connections.end()) continue;
    Connection& connection = *found->second;
    use(connection, [&] {
      connection.socket.wire().advance_to(world_now);
      connection.socket.send([&] { journal.write_news(); });
    });
  }
}

/// Tell who asked for events to be delivered what has become of them, if that is known now.
void Server::Impl::welcome_courier() {
  const auto result = courier.take_result();
  if (!result) return;
  for (const auto& [fd, connection] : connections) {
    if (!std::exchange(connection->awaits_courier, false)) continue;
    return use(*connection, [&answered = *connection, &result, this] {
      answered.socket.wire().answer_held(*result);
      answered.socket.send([&] { journal.write_news(); });
    });
  }
}

// ---- time ---------------------------------------------------------------------------------------

void Server::Impl::look_at_deadlines(Steady::time_point at) {
  looked = at;
  std::vector<Connection*> late;
  for (const auto& [fd, connection] : connections) {
    std::chrono::milliseconds limit{};
    switch (connection->wait) {
      case Connection::Wait::none:
        continue;
      case Connection::Wait::request_to_begin:
        limit = options.idle_time;
        break;
      case Connection::Wait::request_to_end:
        limit = options.request_time;
        break;
      case Connection::Wait::answer_to_leave:
        limit = options.answer_time;
        break;
      case Connection::Wait::to_go:
        limit = options.stop_time;
        break;
    }
    if (at - connection->since >= limit) late.push_back(connection.get());
  }
  for (Connection* connection : late)
    use(*connection, [&] { expire(*connection); });
}

void Server::Impl::expire(Connection& connection) {
  switch (connection.wait) {
    case Connection::Wait::request_to_begin:
    case Connection::Wait::request_to_end:
      connection.socket.wire().time_out();
      connection.socket.send([&] { journal.write_news(); });
      break;
    case Connection::Wait::answer_to_leave:
      connection.socket.reset();
      break;
    case Connection::Wait::to_go:
      connection.socket.close();
      break;
    case Connection::Wait::none:
      break;
  }
}

void Server::Impl::begin_stop() {
  stop_listening();
  stopping = true;
  stop_at = now + options.stop_time;
  std::vector<Connection*> all;
  for (const auto& [fd, connection] : connections)
    all.push_back(connection.get());
  for (Connection* connection : all) {
    // Who has been answered, or will not be in time, is not waited for.
    const Wire& wire = connection->socket.wire();
    if (connection->socket.is_stalled() || wire.due() ||
        (wire.idle() && !connection->socket.wants_to_write()))
      connection->socket.close();
    use(*connection, [&] {
      connection->socket.wire().shut_down();
      connection->socket.send([&] { journal.write_news(); });
    });
  }
}

// ---- the face -----------------------------------------------------------------------------------

Server::Server(World& world, const ServerOptions& options)
    : impl_(std::make_unique<Impl>(world, options)) {}

Server::~Server() { stop(); }

void Server::run() { impl_->run(); }

void Server::start() {
  impl_->thread = std::thread([this] { impl_->run(); });
}

void Server::stop() noexcept {
  impl_->stop = true;
  const std::uint64_t one = 1;
  static_cast<void>(!::write(impl_->wake.get(), &one, sizeof one));
  if (impl_->thread.joinable() && impl_->thread.get_id() != std::this_thread::get_id())
    impl_->thread.join();
}

std::uint16_t Server::port() const noexcept { return impl_->port; }

std::string Server::url() const { return "http://127.0.0.1:" + std::to_string(impl_->port); }

}  // namespace fauxbank
