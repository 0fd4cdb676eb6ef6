// The C++ of docs/interpose.md.

#include <netdb.h>

#include <string>

#include <curl/curl.h>
#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/interpose.hpp>

using namespace fauxbank;
using ::testing::ElementsAre;
using ::testing::StartsWith;

namespace {

/// Code under test, which knows one URL and asks nobody.
bool is_disconnected(const std::string& account) {
  CURL* handle = curl_easy_init();
  const std::string url = "https://api.example.com/v1/financial_connections/accounts/" + account;
  curl_easy_setopt(handle, CURLOPT_URL, (url + "/disconnect").c_str());
  curl_easy_setopt(handle, CURLOPT_USERPWD, "sk_test_123:");
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, "");
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(
      handle, CURLOPT_WRITEFUNCTION,
      +[](char*, std::size_t, std::size_t size, void*) { return size; });
  long status = 0;
  if (curl_easy_perform(handle) == CURLE_OK)
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(handle);
  return status == 200;
}

bool is_reachable(const char* host) {
  addrinfo* found = nullptr;
  if (::getaddrinfo(host, "80", nullptr, &found) != 0) return false;
  ::freeaddrinfo(found);
  return true;
}

TEST(InterposeSnippets, Guard) {
  // [interpose]
  World world{{.accounts = {{.id = "fca_1"}}}};
  interpose::Guard guard{{"api.example.com", 443, world}};
  EXPECT_TRUE(is_disconnected("fca_1"));  // asks https://api.example.com, as in production
  // [/interpose]
  EXPECT_EQ(world.account("fca_1").status(), Status::disconnected);
}

TEST(InterposeSnippets, Refusal) {
  // [refused]
  World world;
  interpose::Guard guard({"api.example.com", 443, world}, {.allow = {"127.0.0.1:5432"}});
  EXPECT_FALSE(is_reachable("other.example.com"));
  EXPECT_THAT(guard.take_failures(),
              ElementsAre(StartsWith("tried to look up other.example.com, which no guard leads "
                                     "anywhere (registered: api.example.com:443)")));
  // [/refused]
}

}  // namespace
