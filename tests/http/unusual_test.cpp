// Requests that look odd and are right: each must be answered exactly as its plain spelling is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "malformed.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::string_literals;

struct Pair {
  std::string name;
  Request unusual;
  Request plain;
};

World odd_world() {
  return World{{.rules = {.limit_out_of_range = LimitOutOfRange::clamp},
                .accounts = {{.id = "fca_1", .account_holder = AccountHolder::customer("cus_1")},
                             {.id = "fca+2", .session = "a b"},
                             {.id = "fca_3", .session = "a+b"},
                             {.id = "fca_4", .session = "a=b&c"},
                             {.id = "fca_5", .session = "\xc3\xa9"},
                             {.id = "fca_6", .account_holder = AccountHolder::account("acct_9")}}}};
}

/// What a request did: its answer and the world after. The body of a 200 shows no request id.
struct Effect {
  int status;
  std::string body;
  std::uint64_t digest;
};

Effect effect_of(const Request& request) {
  World world = odd_world();
  const Response response = world.send(request);
  return {response.status, response.body, world.digest()};
}

void expect_alike(const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) {
    SCOPED_TRACE(pair.name);
    const Effect unusual = effect_of(pair.unusual);
    const Effect plain = effect_of(pair.plain);
    EXPECT_EQ(plain.status, 200) << plain.body;
    EXPECT_EQ(unusual.status, 200) << unusual.body.substr(0, 500);
    EXPECT_EQ(unusual.body, plain.body);
    EXPECT_EQ(unusual.digest, plain.digest);
  }
}

Pair refresh(std::string body, std::string plain = "features[]=balance") {
  return {body.substr(0, 100), post("refresh", std::move(body)), post("refresh", std::move(plain))};
}

Pair query(std::string unusual, const std::string& plain) {
  return {unusual.substr(0, 100), get("?" + unusual), get(plain.empty() ? "" : "?" + plain)};
}

Request typed(Request request, std::string_view type) {
  return request.header("Content-Type", type);
}

TEST(Unusual, SpellingsOfLists) {
  const std::string both = "features[]=balance&features[]=ownership";
  expect_alike({
      refresh("features[0]=balance"),
      refresh("features[7]=balance"),
      refresh("features[18446744073709551615]=balance"),
      refresh("features%5B%5D=balance"),
      refresh("features%5b0%5D=balance"),
      refresh("features[%30]=balance"),
      refresh("%66eatures[]=b%61lance"),
      refresh("features[]=balance&features[]=balance"),
      refresh("features[0]=ownership&features[0]=balance"),
      refresh("features[0]=nope&features[0]=balance"),
      refresh("features[0]=balance&features[1]=ownership", both),
      refresh("features[1]=balance&features[0]=ownership", both),
      refresh("features[]=ownership&features[]=balance", both),
      refresh("features[]=balance&features[1]=ownership", both),
      refresh("features[0]=balance&features[]=ownership", both),
      refresh("features%5B%5D=balance&features[]=ownership", both),
      refresh("features[]=balance&features[0]=ownership", both),
      refresh(times("features[]=balance&", 50'000)),
      refresh("features[18446744073709551615]=balance&features[0]=ownership", both),
  });
}

TEST(Unusual, SpellingsOfForms) {
  const Request plain = post("refresh", "features[]=balance");
  const std::string path = account_path("fca_1", "refresh");
  expect_alike({
      refresh("&features[]=balance"),
      refresh("features[]=balance&"),
      refresh("&&features[]=balance&&&"),
      {"in the query of a POST", Request::post(path + "?features[]=balance"), plain},
      {"in the query and in the body",
       Request::post(path + "?features[]=balance", "features[]=ownership"),
       post("refresh", "features[]=balance&features[]=ownership")},
      {"escaped, in the query of a POST", Request::post(path + "?features%5B%5D=balance"), plain},
      {"empty query of a POST", Request::post(path + "?", "features[]=balance"), plain},
      {"charset", typed(plain, "application/x-www-form-urlencoded; charset=utf-8"), plain},
      {"charset without space", typed(plain, "application/x-www-form-urlencoded;charset=UTF-8"),
       plain},
      {"space before the semicolon",
       typed(plain, "application/x-www-form-urlencoded ; charset=utf-8"), plain},
      {"content type of another case", typed(plain, "Application/X-WWW-Form-URLEncoded"), plain},
      {"empty body with the form type",
       typed(post("disconnect"), "application/x-www-form-urlencoded"), post("disconnect")},
      {"empty body with a length", post("disconnect").header("Content-Length", "0"),
       post("disconnect")},
  });
}

TEST(Unusual, SpellingsOfQueries) {
  expect_alike({
      query("", ""),
      query("&", ""),
      query("limit=2&", "limit=2"),
      query("limit=9&limit=2", "limit=2"),
      query("limit=abc&limit=2", "limit=2"),
      query("limit=&limit=2", "limit=2"),
      query("%6Cimit=%32", "limit=2"),
      query("limit=101", "limit=100"),
      query("limit=0", "limit=1"),
      query("limit=-9223372036854775808", "limit=1"),
      query("limit=9223372036854775807", "limit=100"),
      query("account_holder%5Bcustomer%5D=cus_1", "account_holder[customer]=cus_1"),
      query("account_holder%5bcustomer]=cus_1", "account_holder[customer]=cus_1"),
      query("account_holder[customer]=x&account_holder[customer]=cus_1",
            "account_holder[customer]=cus_1"),
      query("account_holder%5Baccount%5D=acct_9", "account_holder[account]=acct_9"),
      query("session=a+b", "session=a%20b"),
      query("session=%C3%A9", "session=\xc3\xa9"),
      query("session=a=b%26c", "session=a%3Db%26c"),
      query(times("limit=1&", 50'000), "limit=1"),
  });
}

// Plus is a space in a form and itself in a path; an equals sign ends only the name.
TEST(Unusual, DecodedValuesAreTheOnesMeant) {
  World world = odd_world();
  EXPECT_EQ(ids_of(list(world, "session=a+b")), std::vector<std::string>{"fca+2"});
  EXPECT_EQ(ids_of(list(world, "session=a%2Bb")), std::vector<std::string>{"fca_3"});
  EXPECT_EQ(ids_of(list(world, "session=a=b%26c")), std::vector<std::string>{"fca_4"});
  EXPECT_EQ(ids_of(list(world, "session=%C3%A9")), std::vector<std::string>{"fca_5"});
  EXPECT_EQ(json_of(retrieve(world, "fca+2")).at("id"), "fca+2");
  EXPECT_EQ(json_of(retrieve(world, "%66ca%5F1")).at("id"), "fca_1");
  const std::string longest = times("%C3%A9", 5000);
  EXPECT_EQ(ids_of(list(world, "session=" + longest)), std::vector<std::string>{});
  EXPECT_EQ(ids_of(list(world, "session=" + times("a", 5000))), std::vector<std::string>{});
}

TEST(Unusual, HeadersThatMeanTheSame) {
  const Request plain = get("/fca_1");
  const auto with = [&](std::initializer_list<Headers::Field> fields) {
    Request request = plain;
    request.headers = Headers(fields);
    return request;
  };
  Request with_body = plain;
  with_body.body = "{\"ignored\": true}";
  with_body.header("Content-Type", "application/json");
  expect_alike({
      {"lower-case name", with({{"authorization", "Bearer sk_test_123"}}), plain},
      {"upper-case name", with({{"AUTHORIZATION", "Bearer sk_test_123"}}), plain},
      {"lower-case scheme", with({{"Authorization", "bearer sk_test_123"}}), plain},
      {"another key", with({{"Authorization", "Bearer sk_test_9Az_"}}), plain},
      {"restricted key", with({{"Authorization", "Bearer rk_test_1"}}), plain},
      {"Basic", with({{"Authorization", "Basic c2tfdGVzdF8xMjM6"}}), plain},  // sk_test_123:
      {"Basic of another case", with({{"Authorization", "BASIC c2tfdGVzdF8xMjM6"}}), plain},
      {"Basic with padding", with({{"Authorization", "Basic c2tfdGVzdF8xMjM0Og=="}}),
       plain},  // sk_test_1234:
      {"headers that nobody knows",
       with({{"X-A", "\x01\xff"}, {"Authorization", "Bearer sk_test_1"}, {"X-A", ""}}), plain},
      {"empty tenant", with({{"Authorization", "Bearer sk_test_1"}, {"Stripe-Account", ""}}),
       plain},
      {"GET with a JSON body", with_body, plain},
  });
}

TEST(Unusual, AnyTenantIsWelcomeWhereNoneIsListed) {
  World world = odd_world();
  const Response response = world.send(get().header("Stripe-Account", "acct_nobody"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(ids_of(response), std::vector<std::string>{});
  EXPECT_EQ(response.headers.find("Stripe-Account"), "acct_nobody");
}

// A header value comes back as a header; it must not become two.
TEST(Unusual, EchoesCarryNoControlCharacters) {
  World world = odd_world();
  for (const char* value : {"v1\r\nX-Injected: yes", "v1\nX", "v1\x7f", "v1\t", "v\xc3\xa9"}) {
    const Response response = world.send(get().header("Stripe-Version", value));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.find("Stripe-Version"), std::nullopt) << value;
  }
  const Response response = world.send(get().header("Stripe-Version", live("sk")));
  EXPECT_EQ(response.headers.find("Stripe-Version"), std::nullopt);
}

}  // namespace
}  // namespace fauxbank::testing
