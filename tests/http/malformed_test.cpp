#include "malformed.hpp"

#include <algorithm>
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fauxbank::testing {

World world_for(In in) {
  Scenario scenario{
      .accounts = {{.id = "fca_1", .account_holder = AccountHolder::customer("cus_1")},
                   {.id = "fca_2", .session = "fcsess_1"},
                   {.id = "fca_t", .tenant = "acct_1"}}};
  WorldOptions options;
  if (in == In::listed) {
    options.keys = {"sk_test_123"};
    scenario.tenants = {"acct_1"};
  }
  if (in == In::clamp) scenario.rules.limit_out_of_range = LimitOutOfRange::clamp;
  return World{scenario, options};
}

namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The keys of an error object, as the rules demand them for this refusal.
std::vector<std::string> envelope_keys(const Row& row, bool with_log) {
  std::vector<std::string> keys;
  if (!row.code.empty()) keys.insert(keys.end(), {"code", "doc_url"});
  keys.emplace_back("message");
  if (!row.param.empty() || row.any_param) keys.emplace_back("param");
  if (with_log) keys.emplace_back("request_log_url");
  keys.emplace_back("type");
  return keys;
}

std::string doc_url(std::string code) {
  for (char& c : code)
    c = c == '_' ? '-' : c;
  return "https://stripe.com/docs/error-codes/" + code;
}

void expect_envelope(const Row& row, const Response& response, std::string_view request_id) {
  boost::json::error_code fault;
  const auto body = boost::json::parse(response.body, fault);
  ASSERT_FALSE(fault) << "no JSON: " << response.body.substr(0, 500);
  ASSERT_TRUE(body.is_object() && body.as_object().size() == 1 &&
              body.as_object().contains("error"));
  const auto& error = body.at("error").as_object();
  std::vector<std::string> keys;
  for (const auto& member : error)
    keys.emplace_back(member.key());
  EXPECT_THAT(keys, ElementsAreArray(envelope_keys(row, !request_id.empty())));
  EXPECT_EQ(error.at("type").as_string(), "invalid_request_error");
  EXPECT_EQ(error_member(response, "code"), row.code);
  // Not EXPECT_EQ: where they differ, a mebibyte of both would be compared line by line.
  if (!row.any_param) {
    EXPECT_TRUE(error_member(response, "param") == row.param)
        << error_member(response, "param").substr(0, 500);
  }
  if (!row.code.empty()) {
    EXPECT_EQ(error.at("doc_url").as_string(), doc_url(row.code));
  }
  if (!request_id.empty()) {
    EXPECT_THAT(std::string(error.at("request_log_url").as_string()), HasSubstr(request_id));
  }
  // Each message names the parameter at fault; only readable ones can be asked for.
  const std::string message(error.at("message").as_string());
  EXPECT_THAT(message, Not(IsEmpty()));
  if (row.param.size() <= 100) {
    EXPECT_THAT(message, HasSubstr(row.param.substr(0, row.param.find('['))));
  }
  EXPECT_THAT(message, HasSubstr(row.says));
}

void expect_no_secret(const Response& response, const Journal& journal) {
  std::string all = response.body;
  for (const auto& field : response.headers)
    all.append(field.name).append(field.value);
  all += to_string(journal);
  for (const JournalEntry& entry : journal) {
    for (std::size_t i = 0; i < JournalEntry::kParts; ++i)
      all += entry.part(i);
  }
  for (const std::string_view part :
       {kSecret, kSecret.substr(kSecret.size() - 4), kSecret.substr(0, 4)}) {
    EXPECT_EQ(all.find(part), std::string::npos) << part;
  }
  for (const char* key : {"sk_live_", "rk_live_", "pk_live_", "c2tfbGl2ZV8"})
    EXPECT_EQ(all.find(key), std::string::npos) << key;
}

void expect_refused(const Row& row) {
  SCOPED_TRACE(row.name);
  World world = world_for(row.in);
  const auto digest = world.digest();
  // Processor time, because a busy machine is no fault. The limit lies far above what any build
  // needs, and far below what one quadratic step would cost for a mebibyte.
  const std::clock_t start = std::clock();
  const Response response = world.send(row.request);
  EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 2);

  EXPECT_EQ(response.status, row.status);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  const bool anonymous = row.status == 401 || row.status == 403;
  const auto request_id = response.headers.find("Request-Id");
  EXPECT_EQ(request_id.has_value(), !anonymous);
  EXPECT_EQ(response.headers.find("WWW-Authenticate").has_value(), row.status == 401);
  if (row.request.method == Method::head) {
    EXPECT_EQ(response.body, "");
  } else {
    ASSERT_FALSE(response.body.empty());
    EXPECT_EQ(response.body.back(), '\n');
    expect_envelope(row, response, request_id.value_or(std::string_view()));
  }
  EXPECT_EQ(world.digest(), digest);
  const Journal journal = world.journal();
  const JournalEntry& entry = journal[0];
  ASSERT_TRUE(entry.refused_by.has_value());
  EXPECT_EQ(world.rule_counts()[*entry.refused_by], 1u) << "refused by a rule that did not apply";
  EXPECT_TRUE(entry.rules.contains(*entry.refused_by));
  EXPECT_EQ(world.misuses().size(), row.live_key ? 1u : 0u);
  expect_no_secret(response, world.journal());
  EXPECT_EQ(world_for(row.in).send(row.request), response) << "another run answers otherwise";
}

void expect_refused(const std::vector<Row>& rows) {
  for (const Row& row : rows)
    expect_refused(row);
}

TEST(Malformed, Keys) { expect_refused(key_rows()); }
TEST(Malformed, Routes) { expect_refused(route_rows()); }
TEST(Malformed, Decoding) { expect_refused(decoding_rows()); }
TEST(Malformed, Names) { expect_refused(name_rows()); }
TEST(Malformed, Values) { expect_refused(value_rows()); }
TEST(Malformed, Huge) { expect_refused(huge_rows()); }

TEST(Malformed, AreManyAndEachHasItsName) {
  std::vector<std::string> names;
  for (const auto& rows : {key_rows(), route_rows(), decoding_rows(), name_rows(), value_rows()}) {
    for (const Row& row : rows)
      names.push_back(row.name);
  }
  EXPECT_GE(names.size(), 100u);
  std::sort(names.begin(), names.end());
  for (std::size_t i = 1; i < names.size(); ++i)
    EXPECT_NE(names[i - 1], names[i]);
}

}  // namespace
}  // namespace fauxbank::testing
