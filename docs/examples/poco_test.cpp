// Code that reads with a POCO session, and its test.
#include <istream>
#include <optional>
#include <string>

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

#include <fauxbank/client/poco.hpp>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>
#include <fauxbank/gtest.hpp>

/// The code under test: an account as JSON. Tries twice. POCO says nothing of a body that breaks
/// off, so the length is compared.
std::optional<std::string> read_account(Poco::Net::HTTPClientSession& api, const std::string& id) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      Poco::Net::HTTPRequest request("GET", "/v1/financial_connections/accounts/" + id, "HTTP/1.1");
      request.set("Authorization", "Bearer sk_test_123");
      api.sendRequest(request);
      Poco::Net::HTTPResponse response;
      std::string body;
      Poco::StreamCopier::copyToString(api.receiveResponse(response), body);
      if (static_cast<std::streamsize>(body.size()) == response.getContentLength()) return body;
    } catch (const Poco::Exception&) {
    }
    api.reset();
  }
  return std::nullopt;
}

class PocoExample : public fauxbank::WorldTest {
 protected:
  PocoExample() { world.load({.accounts = {{.id = "fca_1"}}}); }
  fauxbank::PocoSession api{world.transport(), {.clock = &world.clock()}};
};

TEST_F(PocoExample, ReadsAgainWhatBrokeOff) {
  world.faults().on(fauxbank::Operation::retrieve).nth(1).truncated_body();
  EXPECT_THAT(read_account(api, "fca_1").value_or(""), ::testing::EndsWith("}"));
  EXPECT_THAT(world.journal(), fauxbank::Received(fauxbank::Operation::retrieve).Times(2));
}

TEST_F(PocoExample, WaitsTwiceAndGivesUp) {
  api.setTimeout(Poco::Timespan(30, 0));
  world.faults().on(fauxbank::Operation::retrieve).timeout();
  const fauxbank::Instant start = world.clock().now();
  EXPECT_EQ(read_account(api, "fca_1"), std::nullopt);
  EXPECT_EQ(world.clock().now() - start, std::chrono::seconds{60});  // and no time at all
}
