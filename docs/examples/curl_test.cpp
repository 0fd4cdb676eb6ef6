// [curl example]
// Code that posts with libcurl, and its test.
#include <string>

#include <fauxbank/client/curl.hpp>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>
#include <fauxbank/gtest.hpp>

/// The code under test: opens a session in which a customer links accounts.
CURLcode open_session(CURL* api, const std::string& key) {
  const std::string header = "Idempotency-Key: " + key;
  curl_slist* headers = key.empty() ? nullptr : curl_slist_append(nullptr, header.c_str());
  curl_easy_setopt(api, CURLOPT_URL, "http://api.example.com/v1/financial_connections/sessions");
  curl_easy_setopt(api, CURLOPT_USERPWD, "sk_test_123:");
  curl_easy_setopt(api, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(api, CURLOPT_POSTFIELDS,
                   "account_holder[type]=customer&account_holder[customer]=cus_1"
                   "&permissions[]=balances");
  curl_easy_setopt(
      api, CURLOPT_WRITEFUNCTION,
      +[](char*, std::size_t, std::size_t size, void*) { return size; });
  const CURLcode code = curl_easy_perform(api);
  curl_slist_free_all(headers);
  return code;
}

class CurlExample : public fauxbank::WorldTest {
 protected:
  CurlExample() { adapter.attach(api); }
  ~CurlExample() override { curl_easy_cleanup(api); }
  std::size_t sessions() const { return world.to_scenario().sessions.size(); }

  fauxbank::curl::Adapter adapter{world.transport()};
  CURL* api = curl_easy_init();
};

// libcurl takes a kept-alive connection that is reset for one that had died before, and sends the
// request again by itself, a POST as well. It says nothing.
TEST_F(CurlExample, OneCallWithoutAKeyOpensTwoSessions) {
  ASSERT_EQ(open_session(api, ""), CURLE_OK);
  world.faults().on(fauxbank::Operation::sessions_create).nth(1).answer_lost();
  EXPECT_EQ(open_session(api, ""), CURLE_OK);
  EXPECT_THAT(world.journal(), fauxbank::Received(fauxbank::Operation::sessions_create).Times(3));
  EXPECT_EQ(sessions(), 3u);
}

TEST_F(CurlExample, OneCallWithAKeyOpensOne) {
  ASSERT_EQ(open_session(api, "visit-1"), CURLE_OK);
  world.faults().on(fauxbank::Operation::sessions_create).nth(1).answer_lost();
  EXPECT_EQ(open_session(api, "visit-2"), CURLE_OK);
  EXPECT_THAT(world.journal(), fauxbank::Received(fauxbank::Operation::sessions_create).Times(3));
  EXPECT_EQ(sessions(), 2u);
}
// [/curl example]
