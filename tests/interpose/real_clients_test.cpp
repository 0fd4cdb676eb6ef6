// Real clients that are told nothing at all: neither whom to trust, nor where to go.

#include <gmock/gmock.h>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include <fauxbank/interpose.hpp>
#include <fauxbank/world.hpp>

#include "interpose/plain_client.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct RealClients : ::testing::Test {
  RealClients() {
    curl_easy_setopt(handle, CURLOPT_URL,
                     "https://api.example.com/v1/financial_connections/accounts/fca_1");
    curl_easy_setopt(handle, CURLOPT_USERPWD, "sk_test_123:");
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(
        handle, CURLOPT_WRITEFUNCTION,
        +[](char*, std::size_t, std::size_t size, void*) { return size; });
  }
  ~RealClients() override { curl_easy_cleanup(handle); }

  long status() {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  World world{{.accounts = {{.id = "fca_1"}}}};
  CURL* handle = curl_easy_init();
};

TEST_F(RealClients, LibcurlVerifiesWithWhatTheSystemTrusts) {
  const interpose::Guard guard{{"api.example.com", 443, world}};
  EXPECT_EQ(curl_easy_perform(handle), CURLE_OK);
  EXPECT_EQ(status(), 200);
  long verified = -1;
  curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &verified);
  EXPECT_EQ(verified, X509_V_OK);
}

TEST_F(RealClients, LibcurlSeesACertificateForTheHostAlone) {
  const interpose::Guard guard{{"10.1.2.3", 443, world}};
  curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(handle, CURLOPT_URL, "https://10.1.2.3/v1/nothing");
  EXPECT_EQ(curl_easy_perform(handle), CURLE_OK);
  curl_slist* elsewhere = curl_slist_append(nullptr, "api.example.com:443:10.1.2.3");
  curl_easy_setopt(handle, CURLOPT_RESOLVE, elsewhere);
  curl_easy_setopt(handle, CURLOPT_URL, "https://api.example.com/v1/nothing");
  EXPECT_EQ(curl_easy_perform(handle), CURLE_PEER_FAILED_VERIFICATION);
  curl_slist_free_all(elsewhere);
}

TEST_F(RealClients, LibcurlGivesUpAtOnceAfterItsOwnTime) {
  const interpose::Guard guard{{"api.example.com", 443, world}};
  world.faults().on_any().timeout();
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, 30L);
  const Instant start = world.clock().now();
  EXPECT_EQ(curl_easy_perform(handle), CURLE_OPERATION_TIMEDOUT);
  EXPECT_GT(world.clock().now() - start, 20s);
  EXPECT_LE(world.clock().now() - start, 30s);
}

TEST_F(RealClients, LibcurlWithoutATimeOutWouldHangForEver) {
  interpose::Guard guard({"api.example.com", 443, world}, {.longest_wait = 60s});
  world.faults().on_any().timeout();
  EXPECT_NE(curl_easy_perform(handle), CURLE_OK);
  EXPECT_THAT(guard.take_failures(), ElementsAre(HasSubstr("would hang for ever")));
}

TEST_F(RealClients, LibcurlIsRefusedAnywhereElse) {
  interpose::Guard guard{{"api.example.org", 443, world}};
  EXPECT_EQ(curl_easy_perform(handle), CURLE_COULDNT_RESOLVE_HOST);
  EXPECT_THAT(guard.take_failures(),
              ElementsAre(StartsWith("tried to look up api.example.com, which no guard")));
  curl_easy_setopt(handle, CURLOPT_URL, "http://192.0.2.1/");
  EXPECT_EQ(curl_easy_perform(handle), CURLE_COULDNT_CONNECT);
  EXPECT_THAT(guard.take_failures(), ElementsAre(StartsWith("tried to reach 192.0.2.1:80")));
}

TEST_F(RealClients, AContextMadeBeforeTheGuardTrustsItToo) {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const interpose::Guard guard{{"api.example.com", 443, world}};
  const int fd = connect_to("api.example.com", "443");
  SSL* const ssl = SSL_new(context);
  SSL_set1_host(ssl, "api.example.com");
  SSL_set_fd(ssl, fd);
  EXPECT_EQ(SSL_connect(ssl), 1);
  const std::string request = get_request("/v1/financial_connections/accounts/fca_1");
  EXPECT_GT(SSL_write(ssl, request.data(), static_cast<int>(request.size())), 0);
  char answer[12] = {};
  EXPECT_EQ(SSL_read(ssl, answer, sizeof answer), 12);
  EXPECT_EQ(std::string(answer, sizeof answer), "HTTP/1.1 200");
  SSL_free(ssl);
  SSL_CTX_free(context);
  ::close(fd);
}

}  // namespace
}  // namespace fauxbank::testing
