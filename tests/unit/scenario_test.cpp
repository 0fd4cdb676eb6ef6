#include <fauxbank/scenario.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

TEST(Scenarios, HaveADefaultForEverything) {
  const Scenario scenario;
  EXPECT_EQ(scenario.seed, 1u);
  EXPECT_EQ(to_string(scenario.now), "2023-11-14T22:13:20Z");
  EXPECT_EQ(scenario.form, Form::documented);
  EXPECT_EQ(scenario.rules.limit_out_of_range, LimitOutOfRange::reject);
  EXPECT_EQ(scenario.rules.permissions, PermissionCheck::enforce);
  EXPECT_EQ(scenario.rules.early_refresh, EarlyRefresh::ignore);
  EXPECT_TRUE(scenario.accounts.empty() && scenario.tenants.empty());
}

TEST(Scenarios, SayWhatAWorldStartsAs) {
  const World world{{.seed = 3,
                     .now = Instant{Milliseconds{1'000}},
                     .form = Form::current,
                     .rules = {.permissions = PermissionCheck::ignore},
                     .defaults = {.cool_down = Milliseconds{5}},
                     .tenants = {"acct_1"},
                     .accounts = {{.id = "fca_a"}, {.id = "fca_b", .tenant = "acct_1"}}}};
  const State state = world.state();
  EXPECT_EQ(state.settings().seed, 3u);
  EXPECT_EQ(state.now(), Instant{Milliseconds{1'000}});
  EXPECT_EQ(state.settings().form, Form::current);
  EXPECT_EQ(state.settings().rules.permissions, PermissionCheck::ignore);
  EXPECT_EQ(state.settings().defaults.cool_down, Milliseconds{5});
  EXPECT_EQ(state.settings().tenants.size(), 1u);
  ASSERT_EQ(state.size(), 2u);
  EXPECT_EQ(state.at(0).id(), "fca_a");
  EXPECT_EQ(state.at(1).tenant(), "acct_1");
}

constexpr Instant kNow{Milliseconds{1'700'000'000'000}};

std::string text_of(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics)
    text += to_string(diagnostic) + "\n";
  return text;
}

TEST(FaultTexts, AreOnePlanOrAList) {
  const auto one = parse_faults(R"({"operation": "list", "nth": 2, "kind": "rate_limit"})", kNow);
  ASSERT_TRUE(one) << text_of(one.error());
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ(one->front().operation, Operation::list);
  EXPECT_EQ(one->front().trigger, FaultTrigger::nth({2}));
  EXPECT_EQ(one->front().kind.value, FaultKind::rate_limit);
  const auto two = parse_faults(R"([{"kind": "timeout", "account": "fca_unknown"},
                                    {"kind": "garbage", "while": {"from": "+1s", "to": "+2s"}}])",
                                kNow);
  ASSERT_TRUE(two) << text_of(two.error());
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ(two->front().account, "fca_unknown");
  EXPECT_EQ((*two)[1].window->from->from(Instant{}), kNow + Seconds{1});
  EXPECT_EQ(parse_faults("[]", kNow).value().size(), 0u);
}

TEST(FaultTexts, SayWhatIsWrongAndWhere) {
  const auto faults =
      parse_faults("[{\"kind\": \"timeout\"},\n {\"kind\": \"timeot\", \"nt\": 1}]", kNow, "POST");
  ASSERT_FALSE(faults);
  const std::string text = text_of(faults.error());
  EXPECT_EQ(text.substr(0, 29), "POST:2:11: 'timeot' is none o") << text;
  EXPECT_NE(text.find("nearest is 'timeout' (/1/kind)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("unknown key 'nt'; nearest is 'nth' (/1/nt)\n"), std::string::npos) << text;
  EXPECT_FALSE(parse_faults("", kNow));
  EXPECT_FALSE(parse_faults(R"({"kind": "timeout"} {"kind": "timeout"})", kNow));
  EXPECT_FALSE(parse_faults(R"("timeout")", kNow));
}

TEST(EntryTexts, AreOneEntryAndMeanNow) {
  const auto now = parse_timeline_entry(R"({"do": "deactivate", "account": "fca_1"})", kNow);
  ASSERT_TRUE(now) << text_of(now.error());
  EXPECT_EQ(now->event, WorldEventKind::deactivate);
  EXPECT_EQ(now->account, "fca_1");
  EXPECT_EQ(now->at.from(kNow), kNow);
  const auto later = parse_timeline_entry(
      R"({"at": "+1m", "do": "complete_refresh", "account": "fca_1", "feature": "ownership",
          "outcome": "failed"})",
      kNow);
  ASSERT_TRUE(later) << text_of(later.error());
  EXPECT_EQ(later->at.from(kNow), kNow + Seconds{60});
  EXPECT_EQ(later->feature, Feature::ownership);
  EXPECT_EQ(later->outcome, RefreshOutcome::failed);
  const auto link = parse_timeline_entry(R"({"do": "link", "account": {"id": "fca_2"}})", kNow);
  ASSERT_TRUE(link) << text_of(link.error());
  ASSERT_TRUE(link->spec.has_value());
  EXPECT_EQ(link->spec->id, "fca_2");
}

TEST(EntryTexts, SayWhatIsWrongAndWhere) {
  const auto text = [](std::string_view entry) {
    const auto read = parse_timeline_entry(entry, kNow);
    return read ? std::string("sound") : text_of(read.error());
  };
  EXPECT_EQ(text(R"({"do": "deactivat", "account": "fca_1"})").substr(0, 35),
            "entry:1:8: 'deactivat' is none of l");
  EXPECT_NE(text(R"({"do": "complete_refresh", "account": "fca_1"})").find("'feature' is missing"),
            std::string::npos);
  EXPECT_NE(text(R"({"account": "fca_1"})").find("'do' is missing"), std::string::npos);
  EXPECT_NE(text(R"({"do": "deactivate"})").find("'account' is missing"), std::string::npos);
  EXPECT_NE(text(R"([{"do": "deactivate", "account": "fca_1"}])"), "sound");
}

TEST(Scenarios, LoadingIsNoEvent) {
  const World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_TRUE(world.events().empty());
  EXPECT_TRUE(world.journal().empty());
}

TEST(Scenarios, WhatIsLeftOpenComesFromTheSeed) {
  Scenario scenario;
  scenario.accounts.resize(20);
  const World one{scenario};
  const World same{scenario};
  scenario.seed = 2;
  const World other{scenario};
  EXPECT_EQ(one.digest(), same.digest());
  int different = 0;
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(one.all()[i], same.all()[i]);
    EXPECT_NE(one.all()[i].id(), other.all()[i].id());
    different += one.all()[i].last4() == other.all()[i].last4() ? 0 : 1;
  }
  EXPECT_GT(different, 10);
}

TEST(Scenarios, AFaultyAccountIsAMisuseThatNamesIt) {
  try {
    const World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b", .last4 = "12"}}}};
    ADD_FAILURE() << "accepted";
  } catch (const Misuse& misuse) {
    EXPECT_EQ(std::string(misuse.what()),
              "account 'fca_b': /last4: last4 is four digits, not '12'");
  }
}

}  // namespace
}  // namespace fauxbank
