#include <fauxbank/http/message.hpp>

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

std::vector<std::string> lines_of(const Headers& headers) {
  std::vector<std::string> lines;
  for (const Headers::Field& field : headers)
    lines.push_back(std::string(field.name) + ": " + std::string(field.value));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Methods, ReadAsTheyPrint) {
  for (Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                        Method::delete_, Method::options}) {
    EXPECT_EQ(parse_method(to_string(method)), method);
  }
  EXPECT_EQ(to_string(Method::delete_), "DELETE");
  EXPECT_EQ(to_string(Method::other), "OTHER");
  EXPECT_EQ(parse_method("get"), Method::other);
  EXPECT_EQ(parse_method("TRACE"), Method::other);
  EXPECT_EQ(parse_method(""), Method::other);
}

TEST(HeaderFields, KeepTheirOrderAndTheirCase) {
  Headers headers = {{"B", "1"}, {"a", "2"}};
  headers.add("b", "3");
  EXPECT_EQ(lines_of(headers), (Lines{"B: 1", "a: 2", "b: 3"}));
  EXPECT_EQ(headers.size(), 3u);
}

TEST(HeaderFields, AreFoundWithoutCase) {
  const Headers headers = {{"Content-Type", "x"}, {"CONTENT-TYPE", "y"}};
  EXPECT_EQ(headers.find("content-type"), "x");
  EXPECT_EQ(headers.find("Content-Typ"), std::nullopt);
  EXPECT_EQ(headers.find("Content-Types"), std::nullopt);
  EXPECT_EQ(headers.find(""), std::nullopt);
  EXPECT_TRUE(Headers::same_name("ABC-z1", "abc-Z1"));
  // Only letters have a case.
  EXPECT_FALSE(Headers::same_name("@", "`"));
  EXPECT_FALSE(Headers::same_name("[", "{"));
}

TEST(HeaderFields, AreReplacedAndErased) {
  Headers headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  headers.set("a", "4");
  EXPECT_EQ(lines_of(headers), (Lines{"b: 2", "a: 4"}));
  headers.set("c", "");
  EXPECT_EQ(headers.find("C"), "");
  headers.erase("B");
  headers.erase("nothing");
  EXPECT_EQ(lines_of(headers), (Lines{"a: 4", "c: "}));
  headers.erase("a");
  headers.erase("c");
  EXPECT_TRUE(headers.empty());
  EXPECT_EQ(headers.begin(), headers.end());
}

TEST(HeaderFields, HoldAnyBytes) {
  const std::string value("a\0b\r\n\xff", 6);
  const std::string large(100'000, 'x');
  Headers headers;
  headers.add("", "");
  headers.add("n", value);
  headers.add("large", large);
  EXPECT_EQ(headers.find(""), "");
  EXPECT_EQ(headers.find("N"), value);
  EXPECT_EQ(headers.find("LARGE"), large);
}

TEST(HeaderFields, Compare) {
  EXPECT_EQ((Headers{{"a", "1"}}), (Headers{{"a", "1"}}));
  EXPECT_NE((Headers{{"a", "1"}}), (Headers{{"A", "1"}}));
  EXPECT_NE((Headers{{"a", "bc"}}), (Headers{{"ab", "c"}}));
  EXPECT_NE((Headers{{"a", "1"}, {"b", "2"}}), (Headers{{"b", "2"}, {"a", "1"}}));
}

TEST(Requests, GetAndPostCarryTheTestKey) {
  const Request get = Request::get("/v1/x?limit=3");
  EXPECT_EQ(get.method, Method::get);
  EXPECT_EQ(get.target, "/v1/x?limit=3");
  EXPECT_EQ(lines_of(get.headers), (Lines{"Authorization: Bearer sk_test_123"}));
  EXPECT_EQ(get.body, "");
  const Request post = Request::post("/v1/x", "features[]=balance");
  EXPECT_EQ(post.method, Method::post);
  EXPECT_EQ(lines_of(post.headers), (Lines{"Authorization: Bearer sk_test_123",
                                           "Content-Type: application/x-www-form-urlencoded"}));
  EXPECT_EQ(post.body, "features[]=balance");
  EXPECT_EQ(Request::post("/v1/x").headers.find("Content-Type"), std::nullopt);
}

TEST(Requests, AreChangedInPlace) {
  Request request = Request::get("/");
  request.bearer("sk_test_9").header("X-One", "1").header("x-one", "2");
  EXPECT_EQ(lines_of(request.headers), (Lines{"Authorization: Bearer sk_test_9", "x-one: 2"}));
  EXPECT_NE(request, Request::get("/"));
  EXPECT_EQ(request, Request(request));
}

TEST(Responses, Compare) {
  const Response response{200, {{"a", "1"}}, "x"};
  EXPECT_EQ(response, Response(response));
  EXPECT_NE(response, (Response{201, {{"a", "1"}}, "x"}));
  EXPECT_NE(response, (Response{200, {{"a", "2"}}, "x"}));
  EXPECT_NE(response, (Response{200, {{"a", "1"}}, "y"}));
}

}  // namespace
}  // namespace fauxbank
