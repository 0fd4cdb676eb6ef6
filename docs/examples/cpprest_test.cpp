// A client that stands on cpprestsdk, and its test.
#include <string>

#include <fauxbank/client/cpprest.hpp>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gtest.hpp>

#include <cpprest/http_client.h>  // last, because it defines a macro U

namespace http = web::http;

/// The code under test: tells the status of an account, or what went wrong.
class StatusReader {
 public:
  explicit StatusReader(http::client::http_client client) : client_(std::move(client)) {}

  std::string read(const std::string& account) {
    http::http_request request(http::methods::GET);
    request.set_request_uri("/v1/financial_connections/accounts/" + account);
    request.headers().add("Authorization", "Bearer sk_test_123");
    try {
      const http::http_response response = client_.request(request).get();
      const web::json::value body = response.extract_json().get();
      return response.status_code() == http::status_codes::OK
                 ? body.at("status").as_string()
                 : body.at("error").at("code").as_string();
    } catch (const http::http_exception& error) {
      return error.error_code() == std::errc::timed_out ? "no answer" : "no connection";
    }
  }

 private:
  http::client::http_client client_;
};

class CpprestExample : public fauxbank::WorldTest {
 protected:
  StatusReader reader() {
    http::client::http_client client("https://api.example.com");
    fauxbank::cpprest::attach(client, world.transport(), {.clock = &world.clock()});
    return StatusReader(client);
  }
};

TEST_F(CpprestExample, ReadsTheStatus) {
  world.load({.accounts = {{.id = "fca_1"}}});
  EXPECT_EQ(reader().read("fca_1"), "active");
  EXPECT_EQ(reader().read("fca_2"), "resource_missing");
}

TEST_F(CpprestExample, WaitsThirtySecondsThatTakeNoTime) {
  world.load({.accounts = {{.id = "fca_1"}}});
  world.faults().on(fauxbank::Operation::retrieve).timeout();
  const fauxbank::Instant start = world.clock().now();
  EXPECT_EQ(reader().read("fca_1"), "no answer");
  EXPECT_EQ(world.clock().now() - start, std::chrono::seconds{30});
}
