// A world that is served and used at the same time.

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/server.hpp>

#include "listening.hpp"
#include "socket_client.hpp"

namespace fauxbank::testing {
namespace {

TEST(ServedWorld, MayBeUsedMeanwhileAndStoppedFromElsewhere) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  ServerOptions options;
  options.clock = ServerClock::wall;
  Server server(world, options);
  server.start();
  SocketClient client(server.port());
  for (int i = 0; i < 50; ++i) {
    client.send(
        "GET /v1/financial_connections/accounts/fca_1 HTTP/1.1\r\nHost: localhost\r\n"
        "Authorization: Bearer sk_test_1\r\n\r\n");
    world.send(Request::get("/v1/financial_connections/accounts"));
    world.journal();
    EXPECT_EQ(client.answer().substr(0, 13), "HTTP/1.1 200 ");
    if (i == 25) {
      client.send("POST /_fauxbank/reset HTTP/1.1\r\nHost: localhost\r\n\r\n");
      world.account("fca_1");
      EXPECT_EQ(client.answer().substr(0, 13), "HTTP/1.1 200 ");
    }
  }
  server.stop();
  EXPECT_GE(world.journal().size(), 48u);
}

TEST(ServedWorld, DeliversEventsMeanwhile) {
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}};
  world.disconnect("fca_1");
  const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  Listening receiver({good, good}, Listening::Manner::answers, [&] { world.deactivate("fca_2"); });
  Server server(world);
  server.start();
  SocketClient client(server.port());
  for (int i = 0; i < 2; ++i) {  // what comes up during a round waits for the next
    client.send("POST /_fauxbank/deliver?to=" + receiver.url("/") +
                " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    EXPECT_NE(client.answer().find("\"delivered\":1"), std::string::npos);
  }
  EXPECT_TRUE(world.outbox().empty());
}

}  // namespace
}  // namespace fauxbank::testing
