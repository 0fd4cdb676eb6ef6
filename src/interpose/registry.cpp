#include "registry.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <exception>
#include <shared_mutex>
#include <utility>

#include <fauxbank/detail/watch.hpp>

#include "real.hpp"

namespace fauxbank::interpose {

namespace {

std::atomic<std::int64_t> passed{0};

std::string host_of(std::string name) {
  if (!name.empty() && name.back() == '.') name.pop_back();
  return lower(std::move(name));
}

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::string address_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    return text.data();
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
  if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
    ::inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
  }
  return text.data();
}

std::uint16_t port_of(const sockaddr* address) {
  return ntohs(address->sa_family == AF_INET
                   ? reinterpret_cast<const sockaddr_in*>(address)->sin_port
                   : reinterpret_cast<const sockaddr_in6*>(address)->sin6_port);
}

std::string name_with_port(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + (port == 0 ? "*" : std::to_string(port));
}

ino_t file_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? status.st_ino : 0;
}

/// An end of a pair that nobody owns yet.
struct End {
  int fd;
  explicit End(int end) : fd(end) {}
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  ~End() {
    const int theirs = errno;
    if (fd >= 0) real().close(fd);
    errno = theirs;
  }
};

template <class Watches>
void remove_epoll(Watches& watches, int epoll) {
  watches.erase(std::remove_if(watches.begin(), watches.end(),
                               [epoll](const auto& watch) { return watch.epoll == epoll; }),
                watches.end());
}

bool is_nonblocking(int fd) { return (real().fcntl(fd, F_GETFL) & O_NONBLOCK) != 0; }

}  // namespace

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::int64_t passed_ns() noexcept { return passed.load(std::memory_order_relaxed); }

Registry& Registry::get() {
  static Registry* const kRegistry = new Registry;  // used until the very end of the program
  return *kRegistry;
}

// ---- guards -------------------------------------------------------------------------------------

void Registry::enter(std::shared_ptr<GuardState> guard) {
  const std::lock_guard lock(mutex_);
  guards_.push_back(std::move(guard));
  ++guard_count_;
  ++active_;
}

void Registry::leave(const std::shared_ptr<GuardState>& guard) {
  {
    const std::lock_guard lock(mutex_);
    guards_.erase(std::find(guards_.begin(), guards_.end(), guard));
    --guard_count_;
    --active_;
  }
  const std::lock_guard alone(guard->use);
  guard->is_ended = true;
  // None of them dies meanwhile, and none is made any more.
  for (Connection* connection : guard->connections)
    connection->sever();
}

bool Registry::is_time_virtual() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(guards_.begin(), guards_.end(),
                     [](const auto& guard) { return guard->options.virtual_time; });
}

void Registry::let_pass(std::int64_t ns) {
  std::vector<std::shared_ptr<GuardState>> guards;
  {
    const std::lock_guard lock(mutex_);
    guards = guards_;
  }
  passed += ns;
  const Inside inside;
  std::vector<VirtualClock*> moved;
  for (const auto& guard : guards) {
    const std::shared_lock use(guard->use);
    if (guard->is_ended) continue;
    for (const auto& lead : guard->leads) {
      VirtualClock* const clock = lead->host.clock;
      if (clock == nullptr || std::find(moved.begin(), moved.end(), clock) != moved.end()) continue;
      moved.push_back(clock);
      try {
        clock->advance(std::chrono::ceil<Milliseconds>(std::chrono::nanoseconds(ns)));
      } catch (...) {  // the next pump resets the connection
        tell_thrown(
            [this](const std::string& what) { fail("a clock that was let pass" + what, ""); });
      }
    }
  }
}

// ---- names --------------------------------------------------------------------------------------

Registry::Known Registry::look_up(const std::string& name) const {
  const std::string host = host_of(name);
  const std::lock_guard lock(mutex_);
  for (const auto& guard : guards_) {
    for (const auto& lead : guard->leads) {
      if (lead->host.name == host) return Known::led;
    }
  }
  return is_allowed_name(host) ? Known::allowed : Known::unknown;
}

std::string Registry::address_of(const std::string& name) {
  const std::string host = host_of(name);
  if (is_address(host)) return host;
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = addresses_.try_emplace(host);
  if (is_new) {
    const std::size_t number = addresses_.size();
    at->second = "198.18." + std::to_string(number / 250) + "." + std::to_string(number % 250 + 1);
    names_.emplace(at->second, host);
  }
  return at->second;
}

void Registry::allow_address(const sockaddr* address, const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& names = allowed_[address_text(address)];
  const std::string host = host_of(name);
  if (std::find(names.begin(), names.end(), host) == names.end()) names.push_back(host);
}

bool Registry::is_allowed_name(const std::string& host) const {
  for (const auto& guard : guards_) {
    for (const std::string& entry : guard->options.allow) {
      if (entry == host || (entry.size() > host.size() &&
                            entry.compare(0, host.size(), host) == 0 && entry[host.size()] == ':'))
        return true;
    }
  }
  return false;
}

bool Registry::is_allowed(const Target& target) const {
  std::vector<std::string> hosts{target.host};
  if (const auto names = allowed_.find(target.host); names != allowed_.end())
    hosts.insert(hosts.end(), names->second.begin(), names->second.end());
  for (const auto& guard : guards_) {
    for (const std::string& entry : guard->options.allow) {
      for (const std::string& host : hosts) {
        if (entry == host || entry == host + ":" + std::to_string(target.port)) return true;
      }
    }
  }
  return false;
}

std::string Registry::registered() const {
  std::string text;
  for (const auto& guard : guards_) {
    for (const auto& lead : guard->leads)
      text += (text.empty() ? "" : ", ") + name_with_port(lead->host.name, lead->host.port);
  }
  return text.empty() ? "nothing" : text;
}

void Registry::fail(const std::string& what, const std::string& target) {
  const std::lock_guard lock(mutex_);
  if (guards_.empty()) return;
  guards_.back()->fail(target.empty()
                           ? what
                           : what + " " + target + ", which no guard leads anywhere (registered: " +
                                 registered() + ") and none allows");
}

Registry::Target Registry::target_of(const sockaddr* address) const {
  const std::string host = address_text(address);
  const auto name = names_.find(host);
  return {name == names_.end() ? host : name->second, port_of(address)};
}

std::pair<std::shared_ptr<GuardState>, const Lead*> Registry::lead_to(const Target& target) const {
  for (auto guard = guards_.rbegin(); guard != guards_.rend(); ++guard) {
    for (const auto& lead : (*guard)->leads) {
      if (lead->host.name == target.host &&
          (lead->host.port == 0 || lead->host.port == target.port))
        return {*guard, lead.get()};
    }
  }
  return {nullptr, nullptr};
}

bool Registry::allows(const sockaddr* address, socklen_t size) {
  if (address == nullptr || size < sizeof(sockaddr_in)) return true;
  if (address->sa_family != AF_INET && address->sa_family != AF_INET6) return true;
  Target target;
  {
    const std::lock_guard lock(mutex_);
    target = target_of(address);
    if (is_allowed(target)) return true;
  }
  fail("tried to reach", name_with_port(target.host, target.port));
  return false;
}

// ---- connecting ---------------------------------------------------------------------------------

int Registry::connect(int fd, const sockaddr* address, socklen_t size) {
  if (const auto connection = find(fd)) {
    if (!connection->is_announced.exchange(true)) return 0;
    errno = EISCONN;
    return -1;
  }
  std::unique_lock lock(mutex_);
  const Target target = target_of(address);
  const auto [guard, lead] = lead_to(target);
  const bool allowed = lead == nullptr && is_allowed(target);
  lock.unlock();
  int type = 0;
  socklen_t type_size = sizeof type;
  const bool is_socket = real().getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0;
  if (allowed || !is_socket) return real().connect(fd, address, size);
  if (lead == nullptr || type != SOCK_STREAM) {
    fail("tried to reach", name_with_port(target.host, target.port));
    errno = ECONNREFUSED;
    return -1;
  }
  return this->lead(fd, guard, *lead, address, size);
}

int Registry::lead(int fd, const std::shared_ptr<GuardState>& guard, const Lead& lead,
                   const sockaddr* address, socklen_t size) {
  std::shared_ptr<Connection> connection;
  Connections ended;
  const std::shared_lock use(guard->use);
  if (guard->is_ended) {  // as the connection would be by now
    errno = ECONNREFUSED;
    return -1;
  }
  const auto where = [&] { return name_with_port(lead.host.name, port_of(address)); };
  try {
    const Inside inside;
    if (!lead.host.transport->accepts(Method::other, "*")) {
      errno = ECONNREFUSED;
      return -1;
    }
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
    End client{ends[0]};
    End server{ends[1]};
    real().fcntl(server.fd, F_SETFL, O_NONBLOCK);
    connection = std::make_shared<Connection>(guard, lead, server.fd);
    server.fd = -1;
    std::memcpy(&connection->peer, address, std::min<std::size_t>(size, sizeof(sockaddr_storage)));
    connection->peer_size = size;
    return join(fd, connection, client.fd, ended);
  } catch (...) {
    tell_thrown(
        [&](const std::string& what) { guard->fail("the transport of " + where() + what); });
  }
  errno = ECONNREFUSED;
  return -1;
}

/// Put an end of a pair in the place of the client's socket, which stays as the client made it.
int Registry::join(int fd, const std::shared_ptr<Connection>& connection, int end,
                   Connections& ended) {
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    timeval limit{};
    socklen_t limit_size = sizeof limit;
    if (real().getsockopt(fd, SOL_SOCKET, option, &limit, &limit_size) == 0)
      real().setsockopt(end, SOL_SOCKET, option, &limit, limit_size);
  }
  const bool nonblocking = is_nonblocking(fd);
  if (nonblocking) real().fcntl(end, F_SETFL, O_NONBLOCK);
  const bool close_on_exec = (real().fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;

  const std::lock_guard lock(mutex_);
  connection->local = connection->peer;
  if (connection->peer.ss_family == AF_INET6) {
    auto* const v6 = reinterpret_cast<sockaddr_in6*>(&connection->local);
    v6->sin6_port = htons(next_port_);
  } else {
    auto* const v4 = reinterpret_cast<sockaddr_in*>(&connection->local);
    ::inet_pton(AF_INET, "198.19.0.1", &v4->sin_addr);
    v4->sin_port = htons(next_port_);
  }
  std::vector<Watch> watches;
  if (Descriptor* before = known(fd, ended)) watches = before->watches;
  const int joined = real().dup3(end, fd, close_on_exec ? O_CLOEXEC : 0);
  if (joined < 0) return -1;
  // The new file is watched by nobody yet.
  for (Watch& watch : watches)
    real().epoll_ctl(watch.epoll, EPOLL_CTL_ADD, fd, &watch.event);
  connection->is_announced = !nonblocking;
  next_port_ = static_cast<std::uint16_t>(next_port_ == 60999 ? 40000 : next_port_ + 1);
  if (const auto old = descriptors_.find(fd); old != descriptors_.end()) erase(old, ended);
  descriptors_[fd] = {file_of(fd), connection, std::move(watches)};
  ++active_;
  if (!nonblocking) return 0;
  errno = EINPROGRESS;
  return -1;
}

// ---- descriptors --------------------------------------------------------------------------------

void Registry::erase(std::unordered_map<int, Descriptor>::iterator at, Connections& ended) {
  if (at->second.connection) {
    --active_;
    ended.push_back(std::move(at->second.connection));
  }
  descriptors_.erase(at);
}

/// A descriptor may have been closed behind our back, by fclose, say.
Registry::Descriptor* Registry::known(int fd, Connections& ended) {
  const auto at = descriptors_.find(fd);
  if (at == descriptors_.end()) return nullptr;
  if (at->second.file == file_of(fd)) return &at->second;
  erase(at, ended);
  return nullptr;
}

std::shared_ptr<Connection> Registry::find(int fd) {
  Connections ended;
  const std::lock_guard lock(mutex_);
  Descriptor* const descriptor = known(fd, ended);
  return descriptor == nullptr ? nullptr : descriptor->connection;
}

Connections Registry::watched_by(int epoll) {
  Connections ended;
  const std::lock_guard lock(mutex_);
  Connections found;
  for (const auto& [fd, descriptor] : descriptors_) {
    if (!descriptor.connection) continue;
    const auto& watches = descriptor.watches;
    if (std::any_of(watches.begin(), watches.end(),
                    [epoll](const Watch& watch) { return watch.epoll == epoll; }))
      found.push_back(descriptor.connection);
  }
  return found;
}

void Registry::watch(int epoll, int operation, int fd, const epoll_event* event) {
  Connections ended;
  const std::lock_guard lock(mutex_);
  Descriptor* descriptor = known(fd, ended);
  if (descriptor == nullptr) {
    if (operation != EPOLL_CTL_ADD) return;
    descriptor = &descriptors_[fd];
    descriptor->file = file_of(fd);
  }
  auto& watches = descriptor->watches;
  remove_epoll(watches, epoll);
  if (operation != EPOLL_CTL_DEL) watches.push_back({epoll, *event});
}

void Registry::duplicated(int fd, int copy) {
  Connections ended;
  const std::lock_guard lock(mutex_);
  if (const auto old = descriptors_.find(copy); old != descriptors_.end()) erase(old, ended);
  const Descriptor* const descriptor = known(fd, ended);
  if (descriptor == nullptr || !descriptor->connection) return;
  descriptors_[copy] = {descriptor->file, descriptor->connection, {}};
  ++active_;
}

void Registry::forget(int fd) {
  Connections ended;
  const std::lock_guard lock(mutex_);
  const auto at = descriptors_.find(fd);
  if (at != descriptors_.end()) erase(at, ended);
  // The next epoll instance may get the number.
  for (auto& [other, descriptor] : descriptors_)
    remove_epoll(descriptor.watches, fd);
}

}  // namespace fauxbank::interpose
