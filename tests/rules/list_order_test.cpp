#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

RULE_TEST(ListOrder, NewestFirstAndOfEqualsTheOneLinkedLater, "list.order") {
  World world{{.accounts = {{.id = "fca_a", .created = at(100)},
                            {.id = "fca_b", .created = at(300)},
                            {.id = "fca_c", .created = at(100)}}}};
  EXPECT_THAT(ids_of(list(world)), ElementsAre("fca_b", "fca_c", "fca_a"));
}

RULE_TEST(ListOrder, IdsAndStatusDoNotMatter, "list.order") {
  World world{
      {.accounts = {
           {.id = "fca_z"}, {.id = "fca_a"}, {.id = "fca_m", .status = Status::disconnected}}}};
  EXPECT_THAT(ids_of(list(world)), ElementsAre("fca_m", "fca_a", "fca_z"));
}

RULE_TEST(ListOrder, HoldsWithAFilterAndInBothDirections, "list.order") {
  const AccountHolder holder = AccountHolder::customer("cus_1");
  World world{{.accounts = {{.id = "fca_1", .created = at(5), .account_holder = holder},
                            {.id = "fca_2", .created = at(9), .account_holder = holder},
                            {.id = "fca_3", .created = at(5), .account_holder = holder}}}};
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus_1")),
              ElementsAre("fca_2", "fca_3", "fca_1"));
  EXPECT_THAT(ids_of(list(world, "ending_before=fca_1")), ElementsAre("fca_2", "fca_3"));
}

RULE_TEST(ListOrder, AnAccountLinkedIntoThePastStandsInThePast, "list.order") {
  World world{
      {.accounts = {{.id = "fca_old", .created = at(100)}, {.id = "fca_new", .created = at(300)}}}};
  world.link({.id = "fca_between", .created = at(200)});
  world.link({.id = "fca_now"});
  EXPECT_THAT(ids_of(list(world)), ElementsAre("fca_now", "fca_new", "fca_between", "fca_old"));
}

}  // namespace
}  // namespace fauxbank::testing
