// Code that lists with cpp-httplib, page by page, and its test.
#include <optional>
#include <string>
#include <vector>

#include <httplib.h>
#include <boost/json.hpp>
#include <fauxbank/client/httplib.hpp>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>
#include <fauxbank/gtest.hpp>

/// The code under test: the ids of all accounts. A page that does not arrive is asked for again,
/// once.
std::optional<std::vector<std::string>> all_accounts(httplib::Client& api) {
  const std::string first = "/v1/financial_connections/accounts?limit=2";
  std::vector<std::string> ids;
  for (bool has_more = true; has_more;) {
    const std::string page = ids.empty() ? first : first + "&starting_after=" + ids.back();
    auto result = api.Get(page);
    if (!result) result = api.Get(page);
    if (!result || result->status != 200) return std::nullopt;
    const boost::json::value body = boost::json::parse(result->body);
    for (const boost::json::value& account : body.at("data").as_array())
      ids.emplace_back(account.at("id").as_string());
    has_more = body.at("has_more").as_bool();
  }
  return ids;
}

class HttplibExample : public fauxbank::WorldTest {
 protected:
  HttplibExample() {
    world.load({.accounts = {{.id = "fca_1"}, {.id = "fca_2"}, {.id = "fca_3"}}});
    adapter.attach(api);
    api.set_bearer_token_auth("sk_test_123");
  }
  fauxbank::HttplibAdapter adapter{world.transport()};
  httplib::Client api{adapter.path()};  // in production "https://api.example.com"
};

TEST_F(HttplibExample, AsksAgainForAPageThatBreaksOff) {
  world.faults().on(fauxbank::Operation::list).nth(2).truncated_body();
  EXPECT_EQ(all_accounts(api), (std::vector<std::string>{"fca_3", "fca_2", "fca_1"}));
  EXPECT_THAT(world.journal(), fauxbank::Received(fauxbank::Operation::list).Times(3));
}

TEST_F(HttplibExample, GivesUpOnAPageThatNeverArrives) {
  world.faults().on(fauxbank::Operation::list).from(2).connection_reset();
  EXPECT_EQ(all_accounts(api), std::nullopt);
}
