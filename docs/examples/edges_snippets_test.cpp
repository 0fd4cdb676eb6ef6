// The C++ of docs/server.md and docs/adapters.md, and of docs/events.md what needs the server.

#include <string>

#include <gmock/gmock.h>
#include <fauxbank/client/curl.hpp>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/server.hpp>
#include <fauxbank/webhook.hpp>

using namespace fauxbank;
using namespace std::chrono_literals;

namespace {

TEST(EdgeSnippets, Server) {
  // [server]
  World world{{.accounts = {{.id = "fca_1"}}}};
  Server server(world);  // listens on a free port of 127.0.0.1
  server.start();        // serves on a thread of its own until it is destroyed
  const std::string url = server.url();
  // [/server]
  EXPECT_THAT(url, ::testing::StartsWith("http://127.0.0.1:"));
}

TEST(EdgeSnippets, Post) {
  // [post]
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.disconnect("fca_1");
  WebhookEndpoint endpoint("http://127.0.0.1:9/hooks",
                           {.secrets = {"whsec_test"}, .sign = webhook::signature_header});
  if (world.outbox().deliver_all(endpoint) == 0) {  // nobody listens there
    EXPECT_EQ(endpoint.problem(), "http://127.0.0.1:9/hooks: connection_refused");
  }
  // [/post]
  EXPECT_EQ(world.outbox().size(), 1u);
}

TEST(EdgeSnippets, Curl) {
  // [curl]
  World world{{.accounts = {{.id = "fca_1"}}}};
  curl::Adapter adapter(world.transport(), {.timeout = 30s, .clock = &world.clock()});

  CURL* handle = curl_easy_init();  // in real life the handle of the code under test
  adapter.attach(handle);
  curl_easy_setopt(handle, CURLOPT_URL,
                   "http://api.example.com/v1/financial_connections/accounts/fca_1");
  curl_easy_setopt(handle, CURLOPT_USERPWD, "sk_test_123:");

  world.faults().on(Operation::retrieve).nth(1).timeout();
  const Instant start = world.clock().now();
  EXPECT_EQ(curl_easy_perform(handle), CURLE_OPERATION_TIMEDOUT);  // at once
  EXPECT_EQ(world.clock().now() - start, 30s);
  // [/curl]
  curl_easy_cleanup(handle);
}

TEST(EdgeSnippets, Wire) {
  World world;
  // [wire]
  Wire wire(world.transport());
  wire.receive("GET /v1/nothing HTTP/1.1\r\n");
  wire.receive("Host: api.example.com\r\n\r\n");  // pieces of any size
  EXPECT_THAT(std::string(wire.output()), ::testing::StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
  wire.sent(wire.output().size());
  EXPECT_EQ(wire.state(), WireState::open);
  // [/wire]
}

}  // namespace
