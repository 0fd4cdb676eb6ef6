// What the conformance suite in tests/client does not ask: cpp-httplib's own corners.

#include <fauxbank/client/httplib.hpp>

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <httplib.h>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kAccount = "/v1/financial_connections/accounts/fca_1";

/// Answers with a greeting; throws when told.
class Mirror final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    if (throws) throw std::runtime_error("the transport's own");
    last = request;
    return Response{200, {}, "hello"};
  }
  std::uint64_t open_connection() override {
    if (throws_at_once) throw std::runtime_error("the transport's own");
    return ++connections;
  }
  Request last;
  std::uint64_t connections = 0;
  bool throws = false;
  std::atomic<bool> throws_at_once{false};
};

TEST(HttplibAdapter, TakesThePathThatTheLibrarySendsAsHost) {
  Mirror transport;
  HttplibAdapter adapter(transport);
  httplib::Client client(adapter.path());
  adapter.attach(client);
  const auto result = client.Get("/a?b=1");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->body, "hello");
  EXPECT_EQ(transport.last.target, "/a?b=1");
  EXPECT_THAT(std::string(*transport.last.headers.find("Host")), StartsWith(adapter.path()));
}

TEST(HttplibAdapter, TakesTheHeadersThatTheClientHasAsDefaults) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  HttplibAdapter adapter(world.transport());
  httplib::Client client(adapter.path());
  adapter.attach(client);
  client.set_default_headers({{"Host", "api.example.com"}});
  client.set_bearer_token_auth("sk_test_123");
  const auto result = client.Get(kAccount);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_THAT(std::string(world.journal()[0].request_headers()),
              HasSubstr("Host: api.example.com"));
}

TEST(HttplibAdapter, ClosesConnectionsThatNobodyUses) {
  Mirror transport;
  HttplibAdapter adapter(transport);
  httplib::Client client(adapter.path());
  adapter.attach(client);
  client.set_keep_alive(true);
  ASSERT_TRUE(client.Get("/"));
  ASSERT_TRUE(client.Get("/"));
  EXPECT_EQ(transport.connections, 1u);
  adapter.close_idle_connections();
  ASSERT_TRUE(client.Get("/"));
  EXPECT_EQ(transport.connections, 2u);
}

TEST(HttplibAdapter, KeepsWhatTheTransportThrows) {
  Mirror transport;
  HttplibAdapter adapter(transport);
  httplib::Client client(adapter.path());
  adapter.attach(client);
  adapter.rethrow();
  transport.throws = true;
  EXPECT_EQ(client.Get("/").error(), httplib::Error::Read);
  EXPECT_THROW(adapter.rethrow(), std::runtime_error);
  adapter.rethrow();
  transport.throws = false;
  EXPECT_TRUE(client.Get("/"));
}

TEST(HttplibAdapter, KeepsWhatTheTransportThrowsAtAConnection) {
  Mirror transport;
  HttplibAdapter adapter(transport);
  httplib::Client client(adapter.path());
  adapter.attach(client);
  transport.throws_at_once = true;
  EXPECT_FALSE(client.Get("/"));
  EXPECT_THROW(adapter.rethrow(), std::runtime_error);
  adapter.rethrow();
  transport.throws_at_once = false;
  EXPECT_TRUE(client.Get("/"));
}

TEST(HttplibAdapter, ServesSeveralThreads) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  HttplibAdapter adapter(world.transport());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      httplib::Client client(adapter.path());
      adapter.attach(client);
      client.set_bearer_token_auth("sk_test_123");
      for (int k = 0; k < 10; ++k)
        EXPECT_EQ(client.Get(kAccount)->status, 200);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(world.journal().size(), 40u);
}

TEST(HttplibAdapter, LeavesNothingBehind) {
  std::string path;
  Mirror transport;
  {
    HttplibAdapter adapter(transport);
    path = adapter.path();
    EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  }
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
  EXPECT_NE(::access(path.substr(0, path.rfind('/')).c_str(), F_OK), 0);
  httplib::Client client(path);
  client.set_address_family(AF_UNIX);
  EXPECT_EQ(client.Get("/").error(), httplib::Error::Connection);
}

}  // namespace
}  // namespace fauxbank
