// What other doubles of such an API were seen to get wrong. Each test is named after the oddity
// that it keeps out.

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

UnixTime at_second(std::int64_t seconds) { return UnixTime{Seconds{seconds}}; }

/// Accounts fca_0 … fca_N-1, each a second newer than the one before.
Scenario bank_of(int accounts, std::uint64_t seed = 1) {
  Scenario scenario{.seed = seed};
  for (int i = 0; i < accounts; ++i) {
    scenario.accounts.push_back({.id = "fca_" + std::to_string(i),
                                 .created = at_second(1'600'000'000 + i),
                                 .account_holder = AccountHolder::customer("cus_1"),
                                 .session = "fcsess_1"});
  }
  return scenario;
}

bool has_more(const Response& response) { return json_of(response).at("has_more").as_bool(); }

// An action answered some account, and an active one.
TEST(Oddities, OddityB1_ActionsAnswerTheAccountThatWasAsked) {
  World world{bank_of(3)};
  const auto answer = json_of(act(world, "fca_1", "disconnect"));
  EXPECT_EQ(answer.at("id"), "fca_1");
  EXPECT_EQ(answer.at("status"), "disconnected");
  const auto page = json_of(list(world));
  std::map<std::string, std::string> statuses;
  for (const auto& row : page.at("data").as_array()) {
    statuses[std::string(row.at("id").as_string())] = std::string(row.at("status").as_string());
  }
  EXPECT_EQ(statuses, (std::map<std::string, std::string>{
                          {"fca_0", "active"}, {"fca_1", "disconnected"}, {"fca_2", "active"}}));
}

// Filters that exclude each other were accepted together.
TEST(Oddities, OddityB2_ExclusiveFiltersAreRefusedInEveryCombination) {
  const std::string account = "account_holder[account]=acct_1";
  const std::string customer = "account_holder[customer]=cus_1";
  const std::string session = "session=fcsess_1";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {account + "&" + customer, "account_holder[account]"},
      {account + "&" + session, "account_holder[account]"},
      {customer + "&" + session, "account_holder[customer]"},
      {account + "&" + customer + "&" + session, "account_holder[account]"}};
  for (const auto& [query, param] : cases) {
    World one{bank_of(2, 1)};
    World two{bank_of(5, 2)};
    const Response refused = list(one, query);
    EXPECT_EQ(refused.status, 400) << query;
    EXPECT_EQ(error_member(refused, "code"), "parameters_exclusive") << query;
    EXPECT_EQ(error_member(refused, "param"), param) << query;
    EXPECT_EQ(error_member(refused, "message"), error_member(list(two, query), "message")) << query;
  }
}

// A message showed an address of the double's own memory.
TEST(Oddities, OddityB3_MessagesAreTheSameInEveryRun) {
  for (const char* query :
       {"limit=abc", "limit=0", "nope=1", "account_holder=x", "session=%ZZ", "session[]=x",
        "starting_after=fca_9", "account_holder[customer]=a&session=b"}) {
    World one{bank_of(2, 1)};
    World two{bank_of(3, 99)};
    two.clock().advance(1h);
    const std::string message = error_member(list(one, query), "message");
    EXPECT_EQ(message, error_member(list(two, query), "message"));
    EXPECT_THAT(message, Not(HasSubstr("0x")));
  }
}

// A limit of 0 was accepted, and every list had one row.
TEST(Oddities, OddityB4_LimitsAreChecked) {
  World world{bank_of(120)};
  for (const char* limit : {"0", "-1", "101", "abc"}) {
    const Response refused = list(world, std::string("limit=") + limit);
    EXPECT_EQ(refused.status, 400) << limit;
    EXPECT_EQ(error_member(refused, "code"), "parameter_invalid_integer") << limit;
    EXPECT_EQ(error_member(refused, "param"), "limit") << limit;
  }
  const Response empty = list(world, "limit=");
  EXPECT_EQ(empty.status, 400);
  EXPECT_EQ(error_member(empty, "code"), "parameter_invalid_empty");
  for (std::size_t limit : {1u, 2u, 99u, 100u}) {
    EXPECT_EQ(ids_of(list(world, "limit=" + std::to_string(limit))).size(), limit);
  }
  // The decision stands in the rule table.
  ASSERT_TRUE(find_rule("limit.range"));
  EXPECT_THAT(std::string(info(*find_rule("limit.range")).text), HasSubstr("1 to 100"));
}

// A fixture carried what a template had forgotten to fill in.
TEST(Oddities, OddityB5_FixturesHaveNoPlaceholders) {
  int read = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(FAUXBANK_FIXTURES_DIR)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".http" && extension != ".json") continue;
    // A schema names the type of its members: "string" is no placeholder there.
    if (entry.path().string().find(".schema.json") != std::string::npos) continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    ++read;
    for (const char* placeholder :
         {"undefined", "...", "NaN", "[object Object]", "<", "{{", "\"string\""}) {
      EXPECT_THAT(text.str(), Not(HasSubstr(placeholder))) << entry.path();
    }
  }
  EXPECT_GE(read, 5);
}

// ending_before answered the cursor itself, and before the first row it wrapped around to the end.
TEST(Oddities, OddityB6_CursorNeverOnItsOwnPage) {
  constexpr int kAccounts = 12;
  World world{bank_of(kAccounts)};
  for (int i = 0; i < kAccounts; ++i) {
    const std::string cursor = "fca_" + std::to_string(i);
    for (int limit : {1, 2, 5, 11, 12, 100}) {
      for (const char* direction : {"starting_after", "ending_before"}) {
        const auto page =
            list(world, std::string(direction) + "=" + cursor + "&limit=" + std::to_string(limit));
        EXPECT_THAT(ids_of(page), Not(::testing::Contains(cursor))) << direction << " " << limit;
      }
    }
  }
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_11")), ElementsAre());
  EXPECT_FALSE(has_more(list(world, "ending_before=fca_11")));
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_10")), ElementsAre("fca_11"));
  EXPECT_THAT(ids_of(list(world, "starting_after=fca_0")), ElementsAre());
}

// A cursor that does not exist broke the double itself.
TEST(Oddities, OddityB7_BadCursorsAreRefused) {
  World world{bank_of(2)};
  for (const char* name : {"starting_after", "ending_before"}) {
    for (const char* cursor : {"fca_9", "cus_1", "0", "-1", "%F0%9F%8F%A6"}) {
      const Response refused = list(world, std::string(name) + "=" + cursor);
      EXPECT_EQ(refused.status, 400) << cursor;
      EXPECT_EQ(error_member(refused, "code"), "resource_missing") << cursor;
      EXPECT_EQ(error_member(refused, "param"), name) << cursor;
    }
  }
}

// An endpoint that does not exist answered {} and success.
TEST(Oddities, OddityB8_UnknownEndpointsAreNotFound) {
  World world{bank_of(1)};
  for (const char* path : {"/v1/nothing", "/v1/financial_connections/nothing", "/", ""}) {
    for (const Request& request : {Request::get(path), Request::post(path, "a=b")}) {
      const Response refused = world.send(request);
      EXPECT_EQ(refused.status, 404) << path;
      EXPECT_EQ(error_member(refused, "type"), "invalid_request_error") << path;
      EXPECT_THAT(error_member(refused, "message"), Not(::testing::IsEmpty())) << path;
    }
  }
}

// Lists had no default limit, began with the oldest, and named another resource's path.
TEST(Oddities, OddityB9_ListsHaveTenRowsNewestFirstAndTheirOwnPath) {
  World world{bank_of(12)};
  const Response page = list(world, "account_holder[customer]=cus_1");
  EXPECT_THAT(ids_of(page), ElementsAre("fca_11", "fca_10", "fca_9", "fca_8", "fca_7", "fca_6",
                                        "fca_5", "fca_4", "fca_3", "fca_2"));
  EXPECT_EQ(json_of(page).at("url").as_string(), kAccounts);
  EXPECT_TRUE(has_more(page));
}

// Walking backward said that there was no more, always; an unknown cursor was ignored.
TEST(Oddities, OddityB10_WalkingBackwardKnowsWhetherThereIsMore) {
  World world{bank_of(5)};
  const Response page = list(world, "ending_before=fca_0&limit=2");
  EXPECT_THAT(ids_of(page), ElementsAre("fca_2", "fca_1"));
  EXPECT_TRUE(has_more(page));
  const Response last = list(world, "ending_before=fca_2&limit=2");
  EXPECT_THAT(ids_of(last), ElementsAre("fca_4", "fca_3"));
  EXPECT_FALSE(has_more(last));
  EXPECT_EQ(list(world, "ending_before=fca_9&limit=2").status, 400);
  EXPECT_EQ(list(world, "starting_after=fca_9&limit=2").status, 400);
}

// Of a repeated list parameter all but the last element were lost.
TEST(Oddities, OddityB11_NoElementOfAListIsLost) {
  for (const char* form : {
           "features[]=balance&features[]=ownership",
           "features[0]=balance&features[1]=ownership",
           "features[1]=balance&features[0]=ownership",
           "features%5B%5D=balance&features%5B%5D=ownership",
           "features%5b0%5d=balance&features%5b1%5d=ownership",
           "features[]=balance&features[1]=ownership",
           "features[0]=balance&features[]=ownership",
           "features[]=balance&features%5B%5D=ownership",
           "features[0]=balance&features%5B1%5D=ownership",
           "features[]=ownership&features[]=balance&features[]=ownership",
       }) {
    World world{bank_of(1)};
    const auto account = json_of(act(world, "fca_0", "refresh", form));
    EXPECT_EQ(account.at("balance_refresh").at("status"), "pending") << form;
    EXPECT_EQ(account.at("ownership_refresh").at("status"), "pending") << form;
    EXPECT_TRUE(account.at("transaction_refresh").is_null()) << form;
  }
}

// ---- state that outlives its owner
// ------------------------------------------------------------------

std::string digest_line(const World& world) {
  return "digest " + std::to_string(world.digest()) + "\n";
}

TEST(Oddities, OddityB13_TwoWorldsShareNothing) {
  World one{bank_of(3)};
  World two{bank_of(3)};
  const auto untouched = two.digest();
  act(one, "fca_0", "disconnect");
  act(one, "fca_1", "refresh", "features[]=balance");
  one.link({.id = "fca_new"});
  one.clock().advance(1h);
  EXPECT_EQ(two.digest(), untouched);
  EXPECT_EQ(two.journal().size(), 0u);
  World fresh{bank_of(3)};
  EXPECT_EQ(retrieve(two, "fca_0"),
            retrieve(fresh, "fca_0"));  // headers too: request ids are the world's own
  EXPECT_EQ(retrieve(two, "fca_new").status, 404);
}

// Says what a new world looks like in this process, then changes it: the next test runs this in
// processes of their own.
TEST(Oddities, OddityB13_OneProcess) {
  World world{bank_of(3)};
  const std::string line = digest_line(world);
  std::fputs(line.c_str(), stdout);
  act(world, "fca_0", "disconnect");
  act(world, "fca_1", "subscribe", "features[]=transactions");
  world.clock().advance(48h);
  EXPECT_NE(digest_line(world), line);
}

std::string output_of_another_process() {
  std::array<char, 4096> program{};
  if (readlink("/proc/self/exe", program.data(), program.size() - 1) <= 0) return "no program";
  const std::string command =
      "'" + std::string(program.data()) + "' --gtest_filter=*OddityB13_OneProcess";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "no process";
  std::string output;
  std::array<char, 4096> chunk{};
  while (std::fgets(chunk.data(), static_cast<int>(chunk.size()), pipe) != nullptr)
    output += chunk.data();
  if (pclose(pipe) != 0) output += " (failed)";
  return output;
}

// A state file in a fixed place was read by the next run.
TEST(Oddities, OddityB13_TwoProcessesShareNothing) {
  const std::string expected = digest_line(World{bank_of(3)});
  for (int run = 0; run < 2; ++run) {
    const std::string output = output_of_another_process();
    EXPECT_THAT(output, HasSubstr(expected));
    EXPECT_THAT(output, Not(HasSubstr("(failed)")));
  }
}

// Calls slept for real. Were this one to, it would run for ten thousand days.
TEST(Oddities, OddityB14_TimeIsVirtual) {
  World world{bank_of(2)};
  const Instant start = world.clock().now();
  act(world, "fca_0", "refresh", "features[]=balance");
  EXPECT_EQ(world.clock().now(), start);
  world.clock().sleep_for(5s);
  EXPECT_EQ(json_of(retrieve(world, "fca_0")).at("balance_refresh").at("status"), "succeeded");
  act(world, "fca_1", "subscribe", "features[]=transactions");
  world.clock().sleep_for(240'000h);
  EXPECT_EQ(world.clock().now(), start + 5s + 240'000h);
  // The 10 000th daily refresh started at this very instant.
  const auto attempted =
      json_of(retrieve(world, "fca_1")).at("transaction_refresh").at("last_attempted_at");
  EXPECT_EQ(attempted.as_int64(), 1'700'000'005 + 240'000LL * 3600);
}

// Every double in the process told the time of one static clock.
TEST(Oddities, OddityB26_ClocksAreIndependent) {
  World one{bank_of(1)};
  World two{bank_of(1)};
  act(one, "fca_0", "refresh", "features[]=balance");
  act(two, "fca_0", "refresh", "features[]=balance");
  const Instant start = two.clock().now();
  one.clock().advance(1h);
  EXPECT_EQ(one.clock().now(), start + 1h);
  EXPECT_EQ(two.clock().now(), start);
  EXPECT_EQ(two.clock().next_due(), start + 5s);
  EXPECT_EQ(one.account("fca_0").refresh(Feature::balance)->status, RefreshStatus::succeeded);
  EXPECT_EQ(two.account("fca_0").refresh(Feature::balance)->status, RefreshStatus::pending);
}

// ---- where the API page contradicts itself
// ---------------------------------------------------------

void expect_origin(const char* rule, Origin origin) {
  ASSERT_TRUE(find_rule(rule)) << rule;
  EXPECT_EQ(info(*find_rule(rule)).origin, origin) << rule;
}

// The page says linked_account, every schema financial_connections.account: two forms.
TEST(Oddities, OddityB29_ObjectIsThePagesUntilAVersionIsAsked) {
  World world{bank_of(1)};
  EXPECT_EQ(json_of(retrieve(world, "fca_0")).at("object"), "linked_account");
  const Response asked = world.send(current(Request::get(account_path("fca_0"))));
  EXPECT_EQ(json_of(asked).at("object"), "financial_connections.account");
  expect_origin("form.documented", Origin::documented);
  expect_origin("form.current", Origin::documented);
  expect_origin("form.choice", Origin::assumed);
}

// A sample was refreshed years before it was created: fixtures may, and calls do not compare.
TEST(Oddities, OddityB29_LastAttemptMayLieBeforeCreation) {
  World world{{.now = at_second(1'625'337'296),
               .accounts = {{.id = "fca_0", .created = at_second(1'688'583'746)}}}};
  const auto account = json_of(act(world, "fca_0", "subscribe", "features[]=transactions"));
  EXPECT_EQ(account.at("created"), 1'688'583'746);
  EXPECT_EQ(account.at("transaction_refresh").at("last_attempted_at"), 1'625'337'296);
  const auto refreshed = json_of(act(world, "fca_0", "refresh", "features[]=balance"));
  EXPECT_EQ(refreshed.at("balance_refresh").at("last_attempted_at"), 1'625'337'296);
  World loaded{
      {.accounts = {{.id = "fca_0",
                     .created = at_second(1'688'583'746),
                     .balance_refresh = Refresh{.last_attempted_at = at_second(1'625'337'296)}}}}};
  EXPECT_EQ(json_of(retrieve(loaded, "fca_0")).at("balance_refresh").at("last_attempted_at"),
            1'625'337'296);
  expect_origin("refresh", Origin::documented);
}

// `"status": "pending"` is on no published enumeration: only the page's form prints it.
TEST(Oddities, OddityB29_PendingIsPrintedAsOnThePage) {
  World world{bank_of(2)};
  EXPECT_EQ(json_of(act(world, "fca_0", "refresh", "features[]=balance")).at("status"), "pending");
  EXPECT_EQ(json_of(act(world, "fca_1", "subscribe", "features[]=transactions")).at("status"),
            "active");
  EXPECT_EQ(json_of(world.send(current(Request::get(account_path("fca_0"))))).at("status"),
            "active");
  EXPECT_EQ(world.account("fca_0").status(), Status::active);
  expect_origin("form.documented.pending", Origin::documented);
}

// The samples refresh accounts whose permissions are empty: the text says that it takes them, a
// switch says not.
TEST(Oddities, OddityB29_PermissionsAreASwitch) {
  Scenario scenario{.accounts = {{.id = "fca_0", .permissions = {}}}};
  World strict{scenario};
  const Response refused = act(strict, "fca_0", "refresh", "features[]=balance");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(error_member(refused, "param"), "features");
  scenario.rules.permissions = PermissionCheck::ignore;
  World lenient{scenario};
  EXPECT_EQ(act(lenient, "fca_0", "refresh", "features[]=balance").status, 200);
  expect_origin("refresh.permission", Origin::documented);
}

}  // namespace
}  // namespace fauxbank::testing
