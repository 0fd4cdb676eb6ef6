#pragma once

// One connection of a client, from the other end. Private to src/interpose.

#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include <fauxbank/detail/tls.hpp>
#include <fauxbank/detail/watch.hpp>
#include <fauxbank/detail/wire_socket.hpp>
#include <fauxbank/interpose.hpp>

namespace fauxbank::interpose {

/// A host of a guard.
struct Lead {
  Lead(Host to, const fauxbank::detail::TlsAuthority& authority)
      : host(std::move(to)), identity(authority, {host.name}) {}
  Host host;
  fauxbank::detail::TlsIdentity identity;
};

class Connection;

/// Say what is being handled, in a `catch`: nothing of it gets through the C of a client. That a
/// sweep cuts the client off it says itself.
/// \param fail called with ` threw: …`
template <class F>
void tell_thrown(F fail) {
  try {
    throw;
  } catch (const fauxbank::detail::OutOfSteps&) {
  } catch (const std::exception& error) {
    fail(std::string(" threw: ") + error.what());
  } catch (...) {
    fail(std::string(" threw something"));
  }
}

/// What a guard is made of; shared with its connections.
struct GuardState {
  Options options;
  std::vector<std::unique_ptr<Lead>> leads;
  mutable std::mutex mutex;
  std::vector<std::string> failures;

  /// Held shared by whoever uses a transport or a clock of the guard's, other than through a
  /// connection; alone by who ends the guard: its worlds may be gone right afterwards.
  /// Before it no mutex of a connection is taken, after it any.
  std::shared_mutex use;
  bool is_ended = false;                 // by `use`
  std::vector<Connection*> connections;  // by `mutex`; those that live

  void fail(const std::string& text);
};

/// What a client waits for.
struct Awaited {
  enum class Kind : unsigned char {
    nothing,  ///< that is held back
    later,    ///< an answer that is due after `in`
    never     ///< an answer that will not come
  };
  Kind kind = Kind::nothing;
  std::int64_t in_ns = 0;
};

/// The server's side, and what the client may ask its own side about.
///
/// Thread safety: any thread, at any time.
class Connection {
 public:
  /// Under `guard->use`.
  /// \param fd the server's end; non-blocking, closed with this
  Connection(std::shared_ptr<GuardState> guard, const Lead& lead, int fd);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Let the server do what it can. Keeps errno.
  void pump();
  Awaited awaited();
  /// Count time that the client waited for an answer that never comes.
  /// \returns whether that is more than any client would
  bool has_waited(std::int64_t ns);
  /// Nobody would ever answer: fail the test, and let the client go on with an error.
  void give_up();
  bool is_given_up() const noexcept { return is_given_up_; }
  /// The guard ends.
  void sever();

  GuardState& guard() noexcept { return *guard_; }
  std::string name() const;

  // ---- what an internet socket would answer ----
  sockaddr_storage peer{};
  socklen_t peer_size = 0;
  sockaddr_storage local{};
  std::atomic<bool> is_announced{true};  ///< whether the client knows that it is connected
  int set_option(int level, int name, const void* value, socklen_t size);
  int get_option(int level, int name, void* value, socklen_t* size);

 private:
  using Socket = fauxbank::detail::BasicWireSocket<fauxbank::detail::TlsWire>;
  struct Option {
    int level;
    int name;
    std::string value;
  };

  std::shared_ptr<GuardState> guard_;
  const Lead& lead_;
  std::mutex mutex_;
  std::optional<Socket> socket_;  // nothing: severed
  std::vector<Option> options_;
  std::int64_t waited_ns_ = 0;
  std::atomic<bool> is_given_up_{false};
};

}  // namespace fauxbank::interpose
