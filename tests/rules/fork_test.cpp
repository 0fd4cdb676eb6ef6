#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

// Worked example: two worlds that part while a refresh is in flight.
RULE_TEST(Fork, StandsWhereItWasMade, "refresh.completes", "time.due") {
  World parent{{.accounts = {{.id = "fca_a"}}}};
  act(parent, "fca_a", "refresh", "features[]=balance");
  parent.clock().advance(seconds{2});
  World fork = parent.fork();
  parent.clock().advance(seconds{3});
  EXPECT_EQ(status_of(parent.account("fca_a"), Feature::balance), "succeeded");
  EXPECT_THAT(events_of(parent), ElementsAre("refreshed_balance fca_a"));
  EXPECT_EQ(fork.clock().now(), after(2));
  EXPECT_EQ(status_of(fork.account("fca_a"), Feature::balance), "pending");
  EXPECT_THAT(events_of(fork), IsEmpty());
}

RULE_TEST(Fork, MovedAlikeItMakesTheSameIds, "refresh.id", "form.request_id") {
  World parent{{.accounts = {{.id = "fca_a"}}}};
  act(parent, "fca_a", "refresh", "features[]=ownership");
  parent.clock().advance(seconds{2});
  World fork = parent.fork();
  std::vector<Response> answers;
  for (World* world : {&parent, &fork}) {
    world->clock().advance(seconds{3});
    answers.push_back(retrieve(*world, "fca_a"));
    answers.push_back(act(*world, "fca_a", "refresh", "features[]=transactions"));
  }
  EXPECT_EQ(answers[0], answers[2]);
  EXPECT_EQ(answers[1], answers[3]);
  EXPECT_EQ(shown(answers[1], "/transaction_refresh/id").substr(0, 9), "fctxnref_");
  EXPECT_NE(header(answers[0], "Request-Id"), header(answers[1], "Request-Id"));
  EXPECT_EQ(parent.digest(), fork.digest());
}

}  // namespace
}  // namespace fauxbank::testing
