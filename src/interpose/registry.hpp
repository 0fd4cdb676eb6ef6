#pragma once

// What the process knows of guards and sockets: the one place with state that belongs to no
// object of the user's (docs/adr/0011). Private to src/interpose.

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "connection.hpp"
#include "real.hpp"

namespace fauxbank::interpose {

using Connections = std::vector<std::shared_ptr<Connection>>;

/// Thread safety: any thread, at any time.
class Registry {
 public:
  static Registry& get();

  /// Whether calls are looked at: there is a guard, or was, and one of its sockets is still open.
  bool is_active() const noexcept { return active_.load(std::memory_order_acquire) != 0; }
  bool has_guards() const noexcept { return guard_count_.load(std::memory_order_acquire) != 0; }
  bool is_time_virtual() const;

  void enter(std::shared_ptr<GuardState> guard);
  void leave(const std::shared_ptr<GuardState>& guard);

  // ---- names ----

  enum class Known : unsigned char { led, allowed, unknown };
  Known look_up(const std::string& name) const;
  /// The address that stands for a name that is led: of a network for benchmarks (RFC 2544), or the
  /// name itself if it is an address.
  std::string address_of(const std::string& name);
  /// Remember where an allowed name really is.
  void allow_address(const sockaddr* address, const std::string& name);
  /// Fail the test on behalf of the innermost guard.
  void fail(const std::string& what, const std::string& target);

  // ---- sockets ----

  /// As `connect(2)`, for an internet address under a guard.
  int connect(int fd, const sockaddr* address, socklen_t size);
  /// Whether a datagram may leave for there; else the test fails.
  bool allows(const sockaddr* address, socklen_t size);
  std::shared_ptr<Connection> find(int fd);
  /// Those that an epoll instance watches.
  Connections watched_by(int epoll);
  void watch(int epoll, int operation, int fd, const epoll_event* event);
  void duplicated(int fd, int copy);
  void forget(int fd);

  // ---- time ----

  /// Let the program's clocks and those of all worlds move on.
  void let_pass(std::int64_t ns);

  fauxbank::detail::TlsAuthority authority;

 private:
  struct Watch {
    int epoll;
    epoll_event event;
  };
  /// What is known of a descriptor, as long as it is the same file.
  struct Descriptor {
    ino_t file = 0;
    std::shared_ptr<Connection> connection;
    std::vector<Watch> watches;
  };
  struct Target {
    std::string host;
    std::uint16_t port;
  };

  // To be called under `mutex_`. What is `ended` must outlive that and every lock on a guard, since
  // a connection takes its guard's to end.
  Descriptor* known(int fd, Connections& ended);
  void erase(std::unordered_map<int, Descriptor>::iterator at, Connections& ended);

  int lead(int fd, const std::shared_ptr<GuardState>& guard, const Lead& lead,
           const sockaddr* address, socklen_t size);
  Target target_of(const sockaddr* address) const;
  std::pair<std::shared_ptr<GuardState>, const Lead*> lead_to(const Target& target) const;
  bool is_allowed(const Target& target) const;
  bool is_allowed_name(const std::string& host) const;
  std::string registered() const;
  int join(int fd, const std::shared_ptr<Connection>& connection, int end, Connections& ended);

  std::atomic<int> active_{0};  // guards, and connections that are open
  std::atomic<int> guard_count_{0};
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<GuardState>> guards_;  // the innermost last
  std::unordered_map<int, Descriptor> descriptors_;
  std::unordered_map<std::string, std::string> addresses_;             // of names that are led
  std::unordered_map<std::string, std::string> names_;                 // of those addresses
  std::unordered_map<std::string, std::vector<std::string>> allowed_;  // address: its names
  std::uint16_t next_port_ = 40000;
};

/// How far the program's clocks are ahead of the machine's.
std::int64_t passed_ns() noexcept;

/// Names of hosts know no case.
std::string lower(std::string text);

// ---- what becomes of a call of this thread ----

/// Whether it leads anywhere new: there is a guard.
inline bool is_guarded() { return Registry::get().has_guards() && !Inside::is(); }
/// Whether it may be about a socket that a guard has led.
inline bool is_looked_at() { return Registry::get().is_active() && !Inside::is(); }
inline std::shared_ptr<Connection> ours(int fd) {
  return is_looked_at() ? Registry::get().find(fd) : nullptr;
}

}  // namespace fauxbank::interpose
