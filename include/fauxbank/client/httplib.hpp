#pragma once

/// \file
/// cpp-httplib's clients answered by a transport, over a Unix socket: no port, no name to look up.

#include <memory>
#include <string>

#include <fauxbank/clock.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/transport.hpp>

namespace httplib {
class Client;
}

namespace fauxbank {

struct HttplibOptions {
  WireLimits limits{};
  /// A late or slow answer comes at once, and this clock, if there is one, moves on.
  VirtualClock* clock = nullptr;
};

/// Answers what clients of cpp-httplib send.
///
/// ```cpp
/// HttplibAdapter adapter(world.transport());
/// httplib::Client client(adapter.path());   // in place of "http://api.example.com"
/// adapter.attach(client);
/// ```
///
/// cpp-httplib has no seam below its sockets, so code under test has to let the test say where it
/// connects to; nothing else changes. A thread of the adapter's own answers at the other end. All
/// of the library is in play: whether it keeps connections, its errors, its time-outs. The kernel
/// is between them, so those are real: give clients short ones where an answer is not to come. A
/// refusal is a reset, for the kernel accepts before it is known which request that is.
///
/// Compile with the library's own flags (`fauxbank::client_httplib` has them): Debian's header
/// gives other classes without, and programs that crash.
///
/// Thread safety: any thread may use clients. The transport is called on the adapter's thread.
class HttplibAdapter {
 public:
  /// \param transport must outlive the adapter
  /// \throws std::system_error when no socket or thread can be had
  explicit HttplibAdapter(Transport& transport, const HttplibOptions& options = {});
  HttplibAdapter(const HttplibAdapter&) = delete;
  HttplibAdapter& operator=(const HttplibAdapter&) = delete;
  /// Ends all connections; clients find nobody afterwards.
  ~HttplibAdapter();

  /// What clients take for their host.
  std::string path() const;

  /// Tell a client that was made with `path()` that this is a Unix socket.
  void attach(httplib::Client& client) const;

  /// Close the connections that no request uses, as a server that restarts would.
  void close_idle_connections();

  /// Throw what the transport threw, if it did: its connection was then reset.
  void rethrow();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fauxbank
