#include <fauxbank/gmock_json.hpp>

#include <string>

#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::DescribeMatcher;
using ::testing::HasSubstr;
using ::testing::Matcher;
using ::testing::Not;
using ::testing::StringMatchResultListener;

/// What a matcher says of a response that it does not match.
template <class M>
std::string mismatch(const Response& response, const M& m) {
  StringMatchResultListener listener;
  EXPECT_FALSE(Matcher<const Response&>(m).MatchAndExplain(response, &listener));
  return listener.str();
}

const Response kBody{.status = 200,
                     .body = R"({"id":"fca_1","n":3,"ok":true,"none":null,"a":[{"b":"x/y"},1]})"};

TEST(JsonBodies, MatchValuesAtPointers) {
  EXPECT_THAT(kBody, JsonBody("/id", "fca_1"));
  EXPECT_THAT(kBody, JsonBody("/n", 3));
  EXPECT_THAT(kBody, JsonBody("/ok", true));
  EXPECT_THAT(kBody, JsonBody("/none", nullptr));
  EXPECT_THAT(kBody, JsonBody("/a/0/b", std::string("x/y")));
  EXPECT_THAT(kBody, JsonBody("/a", boost::json::value{boost::json::object{{"b", "x/y"}}, 1}));
  EXPECT_THAT(kBody, JsonBody("", boost::json::parse(kBody.body)));
  EXPECT_THAT(kBody, Not(JsonBody("/n", 4)));
  EXPECT_THAT(kBody, Not(JsonBody("/n", "3")));
}

TEST(JsonBodies, TakeMatchersOfValues) {
  EXPECT_THAT(kBody, JsonBody(AllOf(JsonAt("/n", 3), Not(JsonAt("/n", 4)))));
  EXPECT_THAT(kBody, JsonBody("/id", JsonString(HasSubstr("ca_"))));
  EXPECT_THAT(kBody, JsonBody("/a/1", _));
  EXPECT_THAT(kBody, Not(JsonBody("/n", JsonString(_))));
}

TEST(JsonBodies, SayWhatIsThereInstead) {
  EXPECT_EQ(mismatch(kBody, JsonBody("/id", "fca_2")), R"(whose /id is "fca_1")");
  EXPECT_EQ(mismatch(kBody, JsonBody("/n", JsonString("x"))), "whose /n is 3, which is no string");
  EXPECT_EQ(mismatch({.body = "<html>"}, JsonBody("/id", 1)), "whose body is not JSON: '<html>'");
}

TEST(JsonBodies, SayWhereAPointerBreaksOff) {
  EXPECT_EQ(mismatch(kBody, JsonBody("/idd", 1)),
            "which has nothing at /idd; the body has the members id, n, ok, none, a");
  EXPECT_EQ(mismatch(kBody, JsonBody("/a/2/b", 1)),
            "which has nothing at /a/2/b; /a has 2 elements");
  EXPECT_EQ(mismatch(kBody, JsonBody("/id/x", 1)), "which has nothing at /id/x; /id is \"fca_1\"");
  EXPECT_EQ(mismatch({.body = "{}"}, JsonBody("/id", 1)),
            "which has nothing at /id; the body has no members");
}

TEST(JsonBodies, DescribeThemselves) {
  EXPECT_EQ(DescribeMatcher<const Response&>(JsonBody("/id", "fca_1")),
            "has a JSON body that has at /id what is \"fca_1\"");
  EXPECT_EQ(DescribeMatcher<const Response&>(Not(JsonBody("/id", JsonString("x")))),
            "has no JSON body that has at /id what is a string that is equal to \"x\"");
}

TEST(JsonBodies, ReadTheAnswersOfAWorld) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  EXPECT_THAT(world.send(Request::get("/v1/financial_connections/accounts/fca_1")),
              JsonBody(AllOf(JsonAt("/object", "linked_account"), JsonAt("/balance", nullptr))));
}

}  // namespace
}  // namespace fauxbank
