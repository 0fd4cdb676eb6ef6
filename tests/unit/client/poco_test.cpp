// What the conformance suite in tests/client does not ask: POCO's own corners.

#include <fauxbank/client/poco.hpp>

#include <chrono>
#include <istream>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>

#include "support/raced_clock.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using ::testing::HasSubstr;

/// Answers with what it saw; throws when told.
class Mirror final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    if (throws) throw std::runtime_error("the transport's own");
    last = request;
    return Response{200, {}, "hello"};
  }
  Request last;
  bool throws = false;
};

std::string get(Poco::Net::HTTPClientSession& session, const std::string& target = "/a?b=1") {
  HTTPRequest request(HTTPRequest::HTTP_GET, target, HTTPRequest::HTTP_1_1);
  request.set("Authorization", "Bearer sk_test_123");
  session.sendRequest(request);
  HTTPResponse response;
  std::string body;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
  return body;
}

TEST(PocoSession, SendsTheHostThatItWasGiven) {
  Mirror transport;
  PocoSession session(transport, {}, "api.example.com", 8080);
  EXPECT_EQ(get(session), "hello");
  EXPECT_EQ(transport.last.headers.find("Host"), "api.example.com:8080");
  EXPECT_EQ(transport.last.target, "/a?b=1");
  session.reset();
  session.setHost("other.invalid");  // which nobody could look up
  EXPECT_EQ(get(session), "hello");
  EXPECT_EQ(transport.last.headers.find("Host"), "other.invalid:8080");
}

TEST(PocoSession, WorksWithoutKeepAliveWhichIsPocosDefault) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  PocoSession session(world.transport());
  ASSERT_FALSE(session.getKeepAlive());
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(get(session, "/v1/nothing"), HasSubstr("\"error\""));
  EXPECT_EQ(world.journal().size(), 3u);
}

TEST(PocoSession, UsesNoProxy) {
  Mirror transport;
  Poco::Net::HTTPClientSession::ProxyConfig proxy;
  proxy.host = "proxy.invalid";
  Poco::Net::HTTPClientSession::setGlobalProxyConfig(proxy);
  PocoSession session(transport);
  Poco::Net::HTTPClientSession::setGlobalProxyConfig({});
  EXPECT_EQ(get(session), "hello");
}

TEST(PocoSession, LetsOutWhatTheTransportThrows) {
  Mirror transport;
  PocoSession session(transport);
  transport.throws = true;
  EXPECT_THROW(get(session), std::runtime_error);
  transport.throws = false;
  EXPECT_EQ(get(session), "hello");
}

TEST(PocoSession, GivesUpOnAnAnswerThatIsLaterThanItWaits) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  PocoSession session(world.transport(), {.clock = &world.clock()});
  session.setTimeout(Poco::Timespan(3, 0));
  world.faults().on_any().delay(10s);
  const Instant start = world.clock().now();
  HTTPRequest request(HTTPRequest::HTTP_GET, "/v1/financial_connections/accounts",
                      HTTPRequest::HTTP_1_1);
  request.set("Authorization", "Bearer sk_test_123");
  session.sendRequest(request);
  HTTPResponse response;
  EXPECT_THROW(session.receiveResponse(response), Poco::TimeoutException);
  EXPECT_EQ(world.clock().now() - start, 3s);
}

TEST(PocoSession, SharesItsClock) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  testing::RacedClock clock(world.clock());
  for (const Milliseconds delay : testing::RacedClock::kDelays) {
    PocoSession session(world.transport(), {.clock = &clock});
    world.faults().on_any().nth(1).delay(delay);
    EXPECT_THAT(get(session, "/v1/financial_connections/accounts"), HasSubstr("fca_1"));
  }
}

/// Throws what is no exception of anybody's.
class CutOff final : public VirtualClock {
 public:
  Instant now() const override {
    if (++looks > 1) throw 42;
    return {};
  }
  void advance_to(Instant) override { throw 42; }
  void reach(Instant) override { throw 42; }
  void advance(Milliseconds) override { throw 42; }
  bool advance_to_next() override { return false; }
  std::optional<Instant> next_due() const override { return {}; }
  std::size_t pending() const override { return 0; }
  mutable int looks = 0;
};

TEST(PocoSession, LetsOutWhatTheClockThrows) {
  World world;
  CutOff clock;
  PocoSession session(world.transport(), {.clock = &clock});
  world.faults().on_any().timeout();
  EXPECT_THROW(get(session, "/v1/financial_connections/accounts"), int);
}

TEST(PocoSession, ReadsASlowBodyForLongerThanOneReadMayTake) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  PocoSession session(world.transport(), {.clock = &world.clock()});
  session.setTimeout(Poco::Timespan(1, 0));
  world.faults().on_any().slow_body(10);
  const Instant start = world.clock().now();
  HTTPRequest request(HTTPRequest::HTTP_GET, "/v1/financial_connections/accounts/fca_1",
                      HTTPRequest::HTTP_1_1);
  request.set("Authorization", "Bearer sk_test_123");
  session.sendRequest(request);
  HTTPResponse response;
  std::string body;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
  EXPECT_EQ(static_cast<std::streamsize>(body.size()), response.getContentLength());
  EXPECT_GT(world.clock().now() - start, 10s);
}

TEST(PocoSession, IsNoStrangerToThoseWhoAskItsSocket) {
  Mirror transport;
  PocoSession session(transport);
  session.setKeepAlive(true);
  EXPECT_EQ(get(session), "hello");
  EXPECT_TRUE(session.connected());
  EXPECT_EQ(session.socket().peerAddress().toString(), "127.0.0.1:80");
  EXPECT_EQ(session.socket().available(), 0);
  EXPECT_FALSE(session.socket().poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ));
  EXPECT_TRUE(session.socket().poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_WRITE));
}

TEST(PocoSessions, AreMadeByTheFactoryForBothSchemesAsLongAsTheyLive) {
  Mirror transport;
  auto& factory = Poco::Net::HTTPSessionFactory::defaultFactory();
  {
    const PocoSessions sessions(transport);
    for (const char* url : {"http://api.example.com/", "https://api.example.com:8443/"}) {
      const std::unique_ptr<Poco::Net::HTTPClientSession> session(
          factory.createClientSession(Poco::URI(url)));
      EXPECT_EQ(get(*session), "hello");
    }
    EXPECT_EQ(transport.last.headers.find("Host"), "api.example.com:8443");
    EXPECT_THROW(PocoSessions(transport, {}, factory), Misuse);
  }
  EXPECT_FALSE(factory.supportsProtocol("http"));
  EXPECT_FALSE(factory.supportsProtocol("https"));
}

}  // namespace
}  // namespace fauxbank
