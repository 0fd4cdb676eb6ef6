// Tests that a server was started for, each found in its program by CMake.

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "socket_client.hpp"

namespace fauxbank::testing {
namespace {

std::string ask(const std::string& target) {
  const char* const url = std::getenv("FAUXBANK_URL");
  if (url == nullptr || *url == '\0') return "no URL";
  const std::string text = url;
  SocketClient client(static_cast<std::uint16_t>(std::stoul(text.substr(text.rfind(':') + 1))));
  client.send("GET " + target +
              " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_test_1\r\n\r\n");
  return client.answer();
}

TEST(Discovered, FindTheirServer) {
  EXPECT_NE(ask("/v1/financial_connections/accounts/fca_7").find("\"id\": \"fca_7\""),
            std::string::npos);
}

TEST(Discovered, FindWhatItWasStartedWith) {
  EXPECT_NE(ask("/_fauxbank/clock").find("\"mode\":\"wall\""), std::string::npos);
}

}  // namespace
}  // namespace fauxbank::testing
