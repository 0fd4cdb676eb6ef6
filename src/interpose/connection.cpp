#include "connection.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>

#include <fauxbank/detail/watch.hpp>

#include "real.hpp"

namespace fauxbank::interpose {

void GuardState::fail(const std::string& text) {
  const std::lock_guard lock(mutex);
  if (std::find(failures.begin(), failures.end(), text) == failures.end()) failures.push_back(text);
}

Connection::Connection(std::shared_ptr<GuardState> guard, const Lead& lead, int fd)
    : guard_(std::move(guard)), lead_(lead) {
  socket_.emplace(fd, Socket::Family::local, *lead.host.transport, &lead.identity,
                  guard_->options.limits);
  const std::lock_guard lock(guard_->mutex);
  guard_->connections.push_back(this);
}

Connection::~Connection() {
  const int theirs = errno;
  {
    // A guard that ends meanwhile waits for this: the world is told of what it need not answer.
    const std::shared_lock use(guard_->use);
    {
      const std::lock_guard lock(guard_->mutex);
      auto& all = guard_->connections;
      all.erase(std::find(all.begin(), all.end(), this));
    }
    sever();
  }
  errno = theirs;
}

std::string Connection::name() const {
  const sockaddr_in* const v4 = reinterpret_cast<const sockaddr_in*>(&peer);
  return lead_.host.name + ":" + std::to_string(ntohs(v4->sin_port));
}

void Connection::pump() {
  const int theirs = errno;
  const Inside inside;
  const std::lock_guard lock(mutex_);
  VirtualClock* const clock = lead_.host.clock;
  try {
    // Without virtual time, or without a clock, a late answer comes at once.
    const bool waits = guard_->options.virtual_time && clock != nullptr;
    if (socket_ && fauxbank::detail::pump_all(*socket_, clock, waits)) waited_ns_ = 0;
  } catch (...) {
    if (socket_) socket_->reset();
    tell_thrown(
        [this](const std::string& what) { guard_->fail("the transport of " + name() + what); });
  }
  errno = theirs;
}

Awaited Connection::awaited() {
  const Inside inside;
  const std::lock_guard lock(mutex_);
  if (!socket_ || socket_->is_closed() || socket_->wants_to_write()) return {};
  if (socket_->is_stalled()) return {Awaited::Kind::never, 0};
  const auto due = socket_->wire().due();
  VirtualClock* const clock = lead_.host.clock;
  if (!due || clock == nullptr) return {};
  try {
    const auto in = std::max(*due - clock->now(), Milliseconds{0});
    return {Awaited::Kind::later, std::chrono::nanoseconds(in).count()};
  } catch (...) {  // nothing gets through the C of a client; the next pump says what it was
    return {};
  }
}

bool Connection::has_waited(std::int64_t ns) {
  const std::lock_guard lock(mutex_);
  waited_ns_ += ns;
  return waited_ns_ > std::chrono::nanoseconds(guard_->options.longest_wait).count();
}

void Connection::give_up() {
  const Inside inside;
  const std::lock_guard lock(mutex_);
  if (is_given_up_.exchange(true)) return;
  guard_->fail("a client of " + name() +
               " would hang for ever: no answer will come, and it has no time-out");
  if (socket_) socket_->close();
}

void Connection::sever() {
  const Inside inside;
  const std::lock_guard lock(mutex_);
  socket_.reset();
}

int Connection::set_option(int level, int name, const void* value, socklen_t size) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& option) {
    return option.level == level && option.name == name;
  });
  std::string bytes(static_cast<const char*>(value), value == nullptr ? 0 : size);
  if (found != options_.end()) {
    found->value = std::move(bytes);
  } else {
    options_.push_back({level, name, std::move(bytes)});
  }
  return 0;
}

int Connection::get_option(int level, int name, void* value, socklen_t* size) {
  const std::lock_guard lock(mutex_);
  std::string bytes(sizeof(int), '\0');
  for (const Option& option : options_) {
    if (option.level == level && option.name == name) bytes = option.value;
  }
  *size = std::min(*size, static_cast<socklen_t>(bytes.size()));
  std::memcpy(value, bytes.data(), *size);
  return 0;
}

}  // namespace fauxbank::interpose
