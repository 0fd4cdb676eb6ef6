// A client that cannot be told anything, and its test: the URL is written into it, it makes its own
// handle, verifies certificates, and waits up to 30 s.
#include <string>

#include <curl/curl.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>
#include <fauxbank/gtest.hpp>
#include <fauxbank/interpose.hpp>

/// The code under test. Tries twice, under one key.
bool disconnect(const std::string& account) {
  CURL* handle = curl_easy_init();
  const std::string url =
      "https://api.example.com/v1/financial_connections/accounts/" + account + "/disconnect";
  curl_slist* headers = curl_slist_append(nullptr, ("Idempotency-Key: end-" + account).c_str());
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_USERPWD, "sk_test_123:");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, "");
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(
      handle, CURLOPT_WRITEFUNCTION,
      +[](char*, std::size_t, std::size_t size, void*) { return size; });
  long status = 0;
  for (int attempt = 0; attempt < 2 && status != 200; ++attempt) {
    if (curl_easy_perform(handle) == CURLE_OK)
      curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  }
  curl_slist_free_all(headers);
  curl_easy_cleanup(handle);
  return status == 200;
}

using InterposeExample = fauxbank::WorldTest;

TEST_F(InterposeExample, SurvivesAnAnswerThatNeverComes) {
  world.load({.accounts = {{.id = "fca_1"}}});
  world.faults().on(fauxbank::Operation::disconnect).nth(1).timeout();
  const fauxbank::interpose::Guard guard{{"api.example.com", 443, world}};

  EXPECT_TRUE(disconnect("fca_1"));  // at once: the 30 s are the world's and the program's clocks'
  EXPECT_THAT(world.journal(), fauxbank::Received(fauxbank::Operation::disconnect).Times(2));
  EXPECT_EQ(world.account("fca_1").status(), fauxbank::Status::disconnected);
}
