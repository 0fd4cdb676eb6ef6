#include <fauxbank/world.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/paths.hpp"

namespace fauxbank {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::HasSubstr;

using testing::kAccounts;

Request get_fca_a() { return Request::get(kAccounts + "/fca_a"); }

World one_account() { return World{{.accounts = {{.id = "fca_a"}}}}; }

std::string misuse(const std::function<void()>& action) {
  try {
    action();
  } catch (const Misuse& thrown) {
    return thrown.what();
  }
  return "(no Misuse)";
}

// ---- the seams
// ----------------------------------------------------------------------------------------

TEST(Worlds, AnswerThroughEverySeamAlike) {
  World world = one_account();
  const Response sent = world.send(get_fca_a());
  EXPECT_EQ(sent.status, 200);
  const auto transported = world.transport().send(get_fca_a());
  ASSERT_TRUE(transported);
  EXPECT_EQ(transported->body, sent.body);
  const std::function<Result<Response, transport_errc>(const Request&)> send = world.sender();
  EXPECT_EQ(send(get_fca_a())->body, sent.body);
  EXPECT_EQ(world.accounts().retrieve("fca_a")->id(), "fca_a");
  EXPECT_EQ(world.journal().size(), 4u);
}

TEST(Worlds, MovingOneKeepsItsSeamsValid) {
  World world = one_account();
  Transport& transport = world.transport();
  VirtualClock& clock = world.clock();
  Accounts& accounts = world.accounts();
  const Sender sender = world.sender();
  World moved = std::move(world);
  EXPECT_EQ(&moved.transport(), &transport);
  EXPECT_EQ(transport.send(get_fca_a())->status, 200);
  EXPECT_EQ(sender(get_fca_a())->status, 200);
  EXPECT_TRUE(accounts.refresh("fca_a", {{Feature::balance}}));
  clock.advance(seconds{5});
  EXPECT_EQ(moved.account("fca_a").refresh(Feature::balance)->status, RefreshStatus::succeeded);
  World assigned;
  assigned = std::move(moved);
  EXPECT_EQ(&assigned.clock(), &clock);
  EXPECT_EQ(assigned.journal().size(), 4u);
}

// ---- options
// ------------------------------------------------------------------------------------------

TEST(WorldOption, Keys) {
  World world{{}, {.keys = {"sk_test_mine"}}};
  EXPECT_EQ(world.send(Request::get(kAccounts).bearer("sk_test_mine")).status, 200);
  EXPECT_EQ(world.send(Request::get(kAccounts)).status, 401);
  World open;
  EXPECT_EQ(open.send(Request::get(kAccounts).bearer("sk_test_any")).status, 200);
}

TEST(WorldOption, CompactJson) {
  World world{{}, {.compact_json = true}};
  EXPECT_EQ(
      world.send(Request::get(kAccounts)).body,
      R"({"object":"list","url":"/v1/financial_connections/accounts","has_more":false,"data":[]})");
}

// ---- what the test sees
// -------------------------------------------------------------------------------

TEST(Worlds, ShowAccountsInLinkOrder) {
  World world{
      {.accounts = {{.id = "fca_new", .created = UnixTime{Seconds{9}}},
                    {.id = "fca_old", .tenant = "acct_1", .created = UnixTime{Seconds{1}}}}}};
  world.link({.id = "fca_late"});
  const std::vector<Account> all = world.all();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].id(), "fca_new");
  EXPECT_EQ(all[1].id(), "fca_old");
  EXPECT_EQ(all[2].id(), "fca_late");
  EXPECT_EQ(world.account("fca_old").tenant(), "acct_1");
}

TEST(Worlds, AHandleShowsItsMoment) {
  World world = one_account();
  const Account before = world.account("fca_a");
  world.disconnect("fca_a");
  EXPECT_EQ(before.status(), Status::active);
  EXPECT_EQ(world.account("fca_a").status(), Status::disconnected);
}

TEST(Worlds, LinkingFillsInWhatIsLeftOut) {
  World world;
  world.clock().advance(seconds{7});
  const Account account = world.link({});
  EXPECT_EQ(account.created(), UnixTime{Seconds{1'700'000'007}});
  EXPECT_EQ(account.id().substr(0, 4), "fca_");
  EXPECT_FALSE(account.institution_name().empty());
  EXPECT_EQ(account.last4()->size(), 4u);
  ASSERT_EQ(world.events().size(), 1u);
  EXPECT_EQ(world.events()[0].kind, EventKind::created);
}

TEST(Worlds, MakeNoIdThatAnAccountBrings) {
  const World made{{.accounts = {{}, {}, {}}}};
  const std::string second(made.all()[1].id());
  const World brought{{.accounts = {{.id = second}, {}, {}}}};
  EXPECT_EQ(brought.all()[1].id(), made.all()[0].id());
  EXPECT_EQ(brought.all()[2].id(), made.all()[2].id());
}

TEST(Worlds, CountRules) {
  World world = one_account();
  EXPECT_EQ(world.rule_counts()[Rule::retrieve], 0u);
  (void)world.send(get_fca_a());
  (void)world.accounts().retrieve("fca_a");
  (void)world.accounts().retrieve("fca_none");
  EXPECT_EQ(world.rule_counts()[Rule::retrieve], 2u);
  EXPECT_EQ(world.rule_counts()[Rule::account_missing], 1u);
  EXPECT_EQ(world.rule_counts()[Rule::form_json], 1u);
}

TEST(Worlds, ReadsAndRefusalsDoNotChangeTheDigest) {
  World world = one_account();
  const std::uint64_t digest = world.digest();
  (void)world.send(get_fca_a());
  (void)world.send(Request::get(kAccounts));
  (void)world.send(Request::get("/v1/nope"));
  (void)world.send(Request::post(kAccounts + "/fca_a/refresh"));
  (void)misuse([&] { world.reactivate("fca_a"); });
  EXPECT_EQ(world.digest(), digest);
  EXPECT_EQ(world.state().digest(), digest);
  (void)world.disconnect("fca_a");
  EXPECT_NE(world.digest(), digest);
}

// ---- misuse
// -------------------------------------------------------------------------------------------

TEST(Worlds, AnUnknownIdIsAMisuseThatNamesTheNearest) {
  World world{{.accounts = {{.id = "fca_checking"}, {.id = "fca_savings"}}}};
  EXPECT_EQ(misuse([&] { (void)world.account("fca_saving"); }),
            "World::account: no such account: 'fca_saving'; nearest is 'fca_savings'");
  EXPECT_EQ(misuse([&] { world.complete_refresh("fca_chekcing", Feature::balance); }),
            "complete_refresh: no such account: 'fca_chekcing'; nearest is 'fca_checking'");
  EXPECT_EQ(misuse([&] { (void)world.account("zzzzzzzzzzzzzzzz"); }),
            "World::account: no such account: 'zzzzzzzzzzzzzzzz'");
}

TEST(Worlds, LinkingAFaultyAccountIsAMisuse) {
  World world = one_account();
  EXPECT_THAT(misuse([&] { world.link({.id = "fca_a"}); }), HasSubstr("'fca_a' is taken"));
  EXPECT_THAT(misuse([&] { world.link({.last4 = "x"}); }), HasSubstr("/last4"));
  EXPECT_EQ(world.all().size(), 1u);
}

// ---- forks and neighbours
// -----------------------------------------------------------------------------

TEST(Forks, GoTheirOwnWay) {
  World parent = one_account();
  (void)parent.accounts().refresh("fca_a", {{Feature::balance}});
  World fork = parent.fork();
  EXPECT_EQ(fork.digest(), parent.digest());
  EXPECT_NE(&fork.transport(), &parent.transport());

  fork.disconnect("fca_a");
  fork.link({.id = "fca_b"});
  fork.clock().advance(hours{1});
  EXPECT_EQ(parent.account("fca_a").status(), Status::active);
  EXPECT_EQ(parent.all().size(), 1u);
  EXPECT_EQ(parent.clock().now() + hours{1}, fork.clock().now());
  EXPECT_EQ(parent.clock().pending(), 1u);

  parent.clock().advance(seconds{5});
  EXPECT_EQ(parent.account("fca_a").refresh(Feature::balance)->status, RefreshStatus::succeeded);
  EXPECT_EQ(fork.account("fca_a").refresh(Feature::balance), nullptr);
}

TEST(Forks, ContinueAlike) {
  World parent = one_account();
  (void)parent.send(Request::post(kAccounts + "/fca_a/subscribe", "features[]=transactions"));
  World fork = parent.fork();
  for (World* world : {&parent, &fork}) {
    world->clock().advance(hours{25});
    world->link({});
  }
  EXPECT_EQ(parent.digest(), fork.digest());
  EXPECT_EQ(parent.send(Request::get(kAccounts)), fork.send(Request::get(kAccounts)));
}

TEST(Forks, StartTheirJournalAndCountsAnew) {
  World parent{{.accounts = {{.id = "fca_a"}}}, {.keys = {"sk_test_123"}, .compact_json = true}};
  (void)parent.send(get_fca_a());
  World fork = parent.fork();
  EXPECT_TRUE(fork.journal().empty());
  EXPECT_EQ(fork.journal().dropped(), 0u);
  EXPECT_EQ(fork.rule_counts()[Rule::retrieve], 0u);
  // Its options stay.
  EXPECT_EQ(fork.send(get_fca_a().bearer("sk_test_other")).status, 401);
  EXPECT_EQ(fork.send(get_fca_a()).body.find('\n'), std::string::npos);
  EXPECT_EQ(parent.journal().size(), 1u);
}

TEST(Forks, OutliveTheirParent) {
  World fork = [] {
    World parent = one_account();
    (void)parent.accounts().subscribe("fca_a");
    return parent.fork();
  }();
  fork.clock().advance(hours{24});
  EXPECT_EQ(fork.account("fca_a").refresh(Feature::transactions)->status, RefreshStatus::pending);
}

TEST(Worlds, TwoShareNothing) {
  World one = one_account();
  World other = one_account();
  const std::uint64_t digest = other.digest();
  (void)one.send(Request::post(kAccounts + "/fca_a/refresh", "features[]=balance"));
  one.link({.id = "fca_b"});
  one.clock().advance(hours{1});
  (void)one.send(get_fca_a().bearer("sk_live_1"));
  EXPECT_EQ(other.digest(), digest);
  EXPECT_TRUE(other.journal().empty());
  EXPECT_TRUE(other.events().empty());
  EXPECT_TRUE(other.misuses().empty());
  EXPECT_EQ(other.rule_counts()[Rule::refresh], 0u);
}

}  // namespace
}  // namespace fauxbank
