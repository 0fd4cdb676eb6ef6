#include "support/http.hpp"
#include "support/rule_test.hpp"

#include <gmock/gmock.h>

namespace fauxbank::testing {
namespace {

using ::testing::ElementsAre;

UnixTime at(std::int64_t seconds) { return UnixTime{Seconds{seconds}}; }

RULE_TEST(ListOrder, NewestFirstAndOfEqualsTheOneLinkedLater, "list.order") {
  World world{{.accounts = {{.id = "fca_a", .created = at(100)},
                            {.id = "fca_b", .created = at(300)},
                            {.id = "fca_c", .created = at(100)}}}};
  EXPECT_THAT(ids_of(list(world)), ElementsAre("fca_b", "fca_c", "fca_a"));
}

}  // namespace
}  // namespace fauxbank::testing
