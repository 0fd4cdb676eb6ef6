#include <fauxbank/rules.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

TEST(RuleTable, EveryRowStandsAtItsEnumerator) {
  std::size_t i = 0;
  for (const RuleInfo& row : all_rules()) {
    EXPECT_EQ(static_cast<std::size_t>(row.rule), i++);
    EXPECT_EQ(&info(row.rule), &row);
  }
  EXPECT_EQ(i, kRuleCount);
}

TEST(RuleTable, IdsAreUniqueAndFound) {
  std::set<std::string_view> ids;
  for (const RuleInfo& row : all_rules()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_EQ(find_rule(row.id), row.rule) << row.id;
    EXPECT_FALSE(row.text.empty()) << row.id;
  }
  EXPECT_EQ(find_rule("list.has_more"), Rule::list_has_more);
  EXPECT_EQ(find_rule("list_has_more"), std::nullopt);
  EXPECT_EQ(find_rule(""), std::nullopt);
}

TEST(RuleTable, TellsOriginAndStage) {
  EXPECT_EQ(info(Rule::list_has_more).origin, Origin::documented);
  EXPECT_EQ(info(Rule::auth_missing).origin, Origin::observed);
  EXPECT_EQ(info(Rule::disconnect_again).origin, Origin::assumed);
  EXPECT_EQ(info(Rule::time_due).origin, Origin::ours);
  EXPECT_EQ(info(Rule::time_due).stage, Stage::implemented);
  EXPECT_EQ(info(Rule::sessions).stage, Stage::implemented);
}

TEST(RuleTable, OriginsHaveNames) {
  EXPECT_EQ(to_string(Origin::documented), "documented");
  EXPECT_EQ(to_string(Origin::observed), "observed");
  EXPECT_EQ(to_string(Origin::assumed), "assumed");
  EXPECT_EQ(to_string(Origin::ours), "ours");
}

TEST(RuleSets, HoldEveryRule) {
  RuleSet set;
  EXPECT_TRUE(set.empty());
  std::size_t inserted = 0;
  for (const RuleInfo& row : all_rules()) {
    EXPECT_FALSE(set.contains(row.rule)) << row.id;
    set.insert(row.rule);
    EXPECT_TRUE(set.contains(row.rule)) << row.id;
    EXPECT_FALSE(set.empty());
    std::size_t members = 0;
    set.for_each([&](Rule) { ++members; });
    EXPECT_EQ(members, ++inserted);
  }
}

TEST(RuleSets, AreWalkedInTheTablesOrder) {
  const Rule last = all_rules().back().rule;
  RuleSet set;
  for (Rule rule : {last, Rule::list_order, Rule::time_due})
    set.insert(rule);
  std::vector<Rule> walked;
  set.for_each([&](Rule rule) { walked.push_back(rule); });
  EXPECT_EQ(walked, (std::vector<Rule>{Rule::time_due, Rule::list_order, last}));
}

TEST(RuleSets, Unite) {
  const Rule last = all_rules().back().rule;
  RuleSet a;
  RuleSet b;
  a.insert(Rule::tenant);
  b.insert(last);
  EXPECT_NE(a, b);
  a |= b;
  EXPECT_TRUE(a.contains(Rule::tenant) && a.contains(last));
  b.insert(Rule::tenant);
  EXPECT_EQ(a, b);
}

TEST(RuleCounters, CountSetsNotMembers) {
  RuleSet set;
  set.insert(Rule::tenant);
  set.insert(Rule::tenant);
  RuleCounts counts;
  counts.add(set);
  counts.add(set);
  EXPECT_EQ(counts[Rule::tenant], 2u);
  EXPECT_EQ(counts[Rule::list_order], 0u);
}

TEST(RuleCounters, CountRunsOfOneSetAmongOthers) {
  RuleSet a;
  a.insert(Rule::tenant);
  a.insert(Rule::list_order);
  RuleSet b;
  b.insert(Rule::list_order);
  RuleCounts counts;
  for (const RuleSet& set : {a, a, b, a, b, b, b})
    counts.add(set);
  const RuleCounts before = counts;
  counts.add(b);
  counts.add(RuleSet());
  EXPECT_EQ(before[Rule::tenant], 3u);
  EXPECT_EQ(before[Rule::list_order], 7u);
  EXPECT_EQ(counts[Rule::tenant], 3u);
  EXPECT_EQ(counts[Rule::list_order], 8u);
  EXPECT_EQ(counts[Rule::retrieve], 0u);
}

TEST(RuleLogs, NoteWhatIsApplied) {
  detail::RuleLog log;
  EXPECT_TRUE(log.applied().empty());
  EXPECT_TRUE(log.apply(Rule::retrieve));
  EXPECT_TRUE(log.applied().contains(Rule::retrieve));
  EXPECT_FALSE(log.applied().contains(Rule::tenant));
  RuleSet more;
  more.insert(Rule::tenant);
  log.add(more);
  EXPECT_TRUE(log.applied().contains(Rule::retrieve));
  EXPECT_TRUE(log.applied().contains(Rule::tenant));
}

}  // namespace
}  // namespace fauxbank
