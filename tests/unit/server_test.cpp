#include <fauxbank/server.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <string>
#include <system_error>

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>

#include "server/socket_client.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::SocketClient;
using ::testing::StartsWith;

const std::string kPath = "/v1/financial_connections/accounts/fca_1";

std::string get(const std::string& target, const std::string& more = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_test_1\r\n" +
         more + "\r\n";
}
std::string post(const std::string& target, const std::string& body = {},
                 const std::string& more = {}) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_test_1\r\n" +
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

/// A server on a thread of its own, of a world with one account.
class ServerTest : public ::testing::Test {
 protected:
  Server& serve(ServerOptions options = {}) {
    server_ = std::make_unique<Server>(world, options);
    server_->start();
    return *server_;
  }
  std::string ask(const std::string& request) {
    SocketClient client(server_->port());
    client.send(request);
    return client.answer();
  }
  /// A name in the folder for temporary files that nobody else has.
  std::string fresh_path(const char* end) {
    return ::testing::TempDir() + "fauxbank-" + std::to_string(::getpid()) + end;
  }

  World world{{.accounts = {{.id = "fca_1"}}}};

 private:
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersLikeTheWorld) {
  Server& server = serve();
  EXPECT_NE(server.port(), 0);
  EXPECT_EQ(server.url(), "http://127.0.0.1:" + std::to_string(server.port()));
  SocketClient client(server.port());
  client.send(get(kPath) + get(kPath + "?nope=1"));
  const std::string first = client.answer();
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(first, HasSubstr("\"id\": \"fca_1\""));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(world.journal().size(), 2u);
}

TEST_F(ServerTest, RefusesHeadWithoutABody) {
  Server& server = serve();
  SocketClient client(server.port());
  client.send("HEAD " + get(kPath).substr(4) + get(kPath));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK\r\n")) << "right behind the head";
}

TEST_F(ServerTest, AsksForTheBodyOfWhoExpectsThat) {
  Server& server = serve();
  SocketClient client(server.port());
  const std::string body = "features[]=balance";
  const std::string whole = post(kPath + "/refresh", body, "Expect: 100-continue\r\n");
  client.send(whole.substr(0, whole.size() - body.size()));
  EXPECT_EQ(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(body);
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(world.account("fca_1").refresh(Feature::balance), nullptr);
}

TEST_F(ServerTest, ListensOnAUnixSocketToo) {
  ServerOptions options;
  options.unix_path = fresh_path(".socket");
  {
    serve(options);
    SocketClient client(options.unix_path);
    client.send(get(kPath));
    EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THROW(Server(world, options), std::system_error) << "somebody listens there";
  }
  serve();  // the first one ends and takes its socket away
  struct stat info {};
  EXPECT_NE(::lstat(options.unix_path.c_str(), &info), 0);
}

TEST_F(ServerTest, ReplacesASocketThatNobodyListensOn) {
  ServerOptions options;
  options.unix_path = fresh_path(".abandoned");
  {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, options.unix_path.data(), options.unix_path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(fd);
  }
  serve(options);
  SocketClient client(options.unix_path);
  client.send(get(kPath));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTest, RefusesAPlaceThatIsTaken) {
  const Server& server = serve();
  ServerOptions options;
  options.port = server.port();
  EXPECT_THROW(Server(world, options), std::system_error);
  options.port = 0;
  options.unix_path = std::string(200, 'x');
  EXPECT_THROW(Server(world, options), std::system_error);
  options.unix_path.clear();
  options.journal_file = "/nonexistent/journal";
  EXPECT_THROW(Server(world, options), std::system_error);
}

TEST_F(ServerTest, LetsTimeStandStillOrFollowsTheWall) {
  serve();
  const Instant start = world.clock().now();
  ask(get(kPath));
  EXPECT_EQ(world.clock().now(), start);
  ServerOptions options;
  options.clock = ServerClock::wall;
  serve(options);
  while (world.clock().now() == start)
    ask(get(kPath));
  EXPECT_LT(world.clock().now() - start, 60s);
}

TEST_F(ServerTest, MovesTheClockWhenAsked) {
  Server& server = serve();
  SocketClient client(server.port());
  client.send(post("/_fauxbank/advance?by=5s"));
  EXPECT_THAT(client.answer(), HasSubstr("\"mode\":\"manual\""));
  EXPECT_EQ(to_string(world.clock().now()), "2023-11-14T22:13:25Z");
}

TEST_F(ServerTest, GoesOnAtTheEndOfTime) {
  world.clock().reach(detail::from_ms(detail::kLastInstantMs));
  ServerOptions options;
  options.clock = ServerClock::wall;
  serve(options);
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < 20ms)
    EXPECT_THAT(ask(get(kPath)), StartsWith("HTTP/1.1 200 OK\r\n"));
}

// ---- clients that behave badly ----

TEST_F(ServerTest, NeverAppliesADelayedRequestWhoseClientHasGone) {
  ServerOptions options;
  options.unix_path = fresh_path(".gone");
  Server& server = serve(options);
  world.faults().on(Operation::refresh).delay(10s);
  for (const bool is_local : {true, false}) {
    SCOPED_TRACE(is_local ? "Unix socket" : "reset");
    {
      SocketClient client =
          is_local ? SocketClient(options.unix_path) : SocketClient(server.port());
      client.send(post(kPath + "/refresh", "features[]=balance"));
      ask(get(kPath));  // the one before it has been read by then
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      if (!is_local) ::setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    ask(post("/_fauxbank/advance?by=20s"));
    EXPECT_FALSE(world.account("fca_1").refresh(Feature::balance));
  }
  SocketClient waits(server.port());
  waits.send(post(kPath + "/refresh", "features[]=balance"));
  waits.end();  // and still reads
  ask(get(kPath));
  ask(post("/_fauxbank/advance?by=10s"));
  EXPECT_THAT(waits.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(world.account("fca_1").refresh(Feature::balance));
}

TEST_F(ServerTest, IsNotDelayedByClientsThatStop) {
  ServerOptions options;
  options.request_time = 60s;
  options.answer_time = 60s;
  Server& server = serve(options);
  SocketClient half(server.port());
  half.send("POST " + kPath + " HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhal");
  SocketClient silent(server.port());
  SocketClient deaf(server.port());
  // Asks for more than the buffers of both sides hold, and takes nothing.
  std::string many;
  for (int i = 0; i < 2000; ++i)
    many += get(kPath);
  std::size_t asked = 0;
  for (int i = 0; i < 40 && asked < 4u << 20; ++i)
    asked += static_cast<std::size_t>(
        std::max<ssize_t>(0, ::send(deaf.fd(), many.data(), many.size(), MSG_DONTWAIT)));
  SocketClient good(server.port());
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    good.send(get(kPath));
    ASSERT_THAT(good.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(ServerTest, EndsConnectionsThatAreTooSlow) {
  ServerOptions options;
  options.request_time = 50ms;
  options.idle_time = 100ms;
  Server& server = serve(options);
  SocketClient half(server.port());
  half.send("GET /a HTTP/1.1\r\n");
  SocketClient silent(server.port());
  EXPECT_THAT(half.rest(), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_EQ(silent.rest(), "");
  EXPECT_EQ(silent.end_error(), 0);
}

TEST_F(ServerTest, ResetsAConnectionThatTakesNoAnswers) {
  ServerOptions options;
  options.answer_time = 50ms;
  Server& server = serve(options);
  SocketClient deaf(server.port());
  std::string many;
  for (int i = 0; i < 2000; ++i)
    many += get(kPath);
  while (deaf.send(many)) {  // until the server has had enough
  }
  EXPECT_THAT(ask(get(kPath)), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTest, LetsNoMoreInThanToldAndForgetsNobody) {
  ServerOptions options;
  options.connections = 2;
  Server& server = serve(options);
  auto first = std::make_unique<SocketClient>(server.port());
  first->send(get(kPath));
  EXPECT_THAT(first->answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
  SocketClient second(server.port());
  SocketClient third(server.port());
  third.send(get(kPath));  // waits until one goes
  second.send(get(kPath));
  EXPECT_THAT(second.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
  first.reset();
  EXPECT_THAT(third.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTest, RefusesAnUploadSoThatTheClientCanReadWhy) {
  ServerOptions options;
  options.limits.body_bytes = 1000;
  Server& server = serve(options);
  SocketClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n");
  client.send(std::string(300'000, 'x'));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
}

// ---- the end ----

TEST_F(ServerTest, StopsCleanlyAndMayBeStoppedTwice) {
  Server& server = serve();
  SocketClient idle(server.port());
  idle.send(get(kPath));
  idle.answer();
  server.stop();
  server.stop();
  EXPECT_EQ(idle.rest(), "");
  EXPECT_EQ(idle.end_error(), 0);
  EXPECT_THROW(SocketClient{server.port()}, std::runtime_error);
}

TEST_F(ServerTest, WritesEveryEntryToTheJournalFileBeforeItsAnswer) {
  ServerOptions options;
  options.journal_file = fresh_path(".journal");
  serve(options);
  std::size_t lines = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string answer = ask(post(kPath + "/refresh", "features[]=balance"));
    const std::size_t id = answer.find("req_");
    ASSERT_NE(id, std::string::npos);
    std::ifstream file(options.journal_file);
    std::string line;
    lines = 0;
    bool found = false;
    while (std::getline(file, line)) {
      ++lines;
      found = found || line.find(answer.substr(id, 18)) != std::string::npos;
    }
    EXPECT_TRUE(found) << answer.substr(id, 18);
  }
  EXPECT_EQ(lines, 20u);
  ask(post("/_fauxbank/reset"));
  ask(get(kPath));
  std::ifstream file(options.journal_file);
  std::string line;
  lines = 0;
  while (std::getline(file, line))
    ++lines;
  EXPECT_EQ(lines, 21u) << "what came before a reset stays";
  std::remove(options.journal_file.c_str());
}

}  // namespace
}  // namespace fauxbank
