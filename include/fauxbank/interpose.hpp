#pragma once

/// \file
/// Linux with glibc: unmodified client code is led into a world, whatever library it uses. Link the
/// object library `fauxbank::interpose` into the test program itself.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fauxbank/clock.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank {

class World;

namespace interpose {

struct GuardState;

/// A host and port of which a client is told, and who answers there: plain HTTP and TLS alike, as
/// the client begins.
struct Host {
  /// \param name as the client spells it, without regard to case: a host name, or an address
  /// \param port 0: any
  Host(std::string name, std::uint16_t port, World& world);
  /// \param clock moves with the client's time-outs, if there is one
  Host(std::string name, std::uint16_t port, Transport& transport, VirtualClock* clock = nullptr);

  std::string name;
  std::uint16_t port;
  Transport* transport;
  VirtualClock* clock;
};

struct Options {
  /// Where clients may really go: `db.example.com`, `127.0.0.1:5432`. Unix sockets always are.
  std::vector<std::string> allow{};
  /// A wait for an answer that comes late, or never, takes no real time: the clocks that the
  /// program reads and those of the worlds move on by it instead. Else late answers come at once,
  /// and a client that waits for one that never comes really waits.
  bool virtual_time = true;
  /// How long, in real time, nothing may happen before a client that waits without a time-out, for
  /// an answer that never comes, is taken to hang for ever.
  Milliseconds patience{1000};
  /// The same for a client that waits again and again: how long, in all, on virtual time.
  Milliseconds longest_wait{std::chrono::hours{1}};
  /// Told of each failure that is left when the guard ends, in place of failing the test.
  std::function<void(const std::string& failure)> on_failure{};
  WireLimits limits{};
};

/// While it lives, connections to its hosts lead to their worlds, and connections to anywhere else
/// are refused, for the whole program.
///
/// ```cpp
/// World world{{.accounts = {{.id = "fca_1"}}}};
/// interpose::Guard guard{{"api.stripe.com", 443, world}};
/// code_under_test.sync("fca_1");  // https://api.stripe.com, certificates verified, no network
/// ```
///
/// The program's own `connect`, `send`, `poll`, `getaddrinfo`, `clock_gettime` and so on stand in
/// for those of the C library. The world answers within the client's own call, in its thread:
/// there is no port, no name server and no other thread. Contexts of OpenSSL that make a
/// connection under a guard trust the authority that signs the hosts' certificates.
///
/// A connection, or a look-up, that leads nowhere is refused, and fails the test when the guard
/// ends; so does a client that would wait for ever. Guards nest: the innermost that knows a host
/// answers. When a guard ends, so do its connections. Sockets that were connected outside of a
/// guard are left alone.
///
/// Time that was passed over stays so for the rest of the program, since clocks do not go back. It
/// is the whole program's: with several threads that wait, more may pass than one of them asked
/// for.
///
/// Failing the test is left to `Options::on_failure`, or to GoogleTest where `fauxbank::gtest` is
/// linked; a program with neither is aborted.
///
/// Thread safety: clients may run in any thread. A guard is made and ended by one.
class [[nodiscard]] Guard {
 public:
  /// \throws Misuse when the library was not linked into the program, saying how to, and for an
  /// entry of `allow` that is none
  explicit Guard(Host host, Options options = {});
  /// Without hosts everything is refused.
  explicit Guard(std::vector<Host> hosts, Options options = {});
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard();

  /// What clients did that they should not, so far: `tried to reach example.org:80, …`
  std::vector<std::string> failures() const;
  /// The same, and forget it: the test knows.
  std::vector<std::string> take_failures();

  /// The authority's certificate in PEM, for clients that do not use OpenSSL's shared library.
  static std::string authority();
  /// How much time this program has passed over so far.
  static Milliseconds passed_over();

 private:
  std::shared_ptr<GuardState> state_;
};

}  // namespace interpose
}  // namespace fauxbank
