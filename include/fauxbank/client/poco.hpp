#pragma once

/// \file
/// POCO's HTTP sessions answered by a transport: no socket, no name to look up, no thread.

#include <iosfwd>
#include <memory>
#include <string>

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPSessionFactory.h>

#include <fauxbank/clock.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank {

struct PocoOptions {
  WireLimits limits{};
  /// When an answer is late or never comes, this clock, if there is one, moves on.
  VirtualClock* clock = nullptr;
};

/// A session whose server is a transport, in place of `Poco::Net::HTTPClientSession` and, for code
/// that takes one by its base, of `HTTPSClientSession`.
///
/// ```cpp
/// PocoSession session(world.transport(), {.clock = &world.clock()});
/// session.setTimeout(Poco::Timespan(30, 0));
/// code_under_test(session);
/// ```
///
/// All of POCO is in play but the socket: it keeps the connection or not, writes, parses, and
/// throws. The transport is asked on the caller's thread, when POCO has written the request.
/// A refusal (`Transport::accepts`) is a `ConnectionRefusedException`, a reset a
/// `ConnectionResetException`, silence a `Poco::TimeoutException` after the session's receive
/// time-out, at once and on the virtual clock. POCO limits each single read, not the whole answer,
/// so the service is told no deadline (`Request::deadline`). Of a body that breaks off POCO says
/// nothing: status 200, and a short body.
///
/// The base class believes it talks to 127.0.0.1, which needs no looking up; `Host` is sent as
/// given here, or as said by `setHost`.
///
/// Exception safety: what the transport throws comes out of `sendRequest` or `receiveResponse`.
/// Thread safety: none, as sessions; sessions on one world may be used by several threads.
class PocoSession : public Poco::Net::HTTPClientSession {
 public:
  /// \param transport must outlive the session
  /// \param host,port what the request's `Host` says where code under test leaves it out
  explicit PocoSession(Transport& transport, const PocoOptions& options = {},
                       const std::string& host = "api.example.com",
                       Poco::UInt16 port = HTTPClientSession::HTTP_PORT);
  ~PocoSession() override;

  std::ostream& sendRequest(Poco::Net::HTTPRequest& request) override;
  std::istream& receiveResponse(Poco::Net::HTTPResponse& response) override;

 protected:
  void connect(const Poco::Net::SocketAddress& address) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Gives such sessions to code that makes its own through a session factory, for `http` and
/// `https`, as long as this lives.
///
/// ```cpp
/// PocoSessions sessions(world.transport());
/// auto* session = HTTPSessionFactory::defaultFactory().createClientSession(uri);
/// ```
///
/// What code under test registers meanwhile for the two schemes is not used.
class PocoSessions {
 public:
  /// \param transport must outlive the sessions that are made
  /// \throws Misuse when the factory knows one of the schemes already
  explicit PocoSessions(
      Transport& transport, const PocoOptions& options = {},
      Poco::Net::HTTPSessionFactory& factory = Poco::Net::HTTPSessionFactory::defaultFactory());
  PocoSessions(const PocoSessions&) = delete;
  PocoSessions& operator=(const PocoSessions&) = delete;
  /// The factory knows neither scheme afterwards; sessions that were made live on.
  ~PocoSessions();

 private:
  Poco::Net::HTTPSessionFactory& factory_;
};

}  // namespace fauxbank
