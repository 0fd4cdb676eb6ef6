#include <fauxbank/fauxbank.hpp>

#include <string>

#include <gtest/gtest.h>

namespace {

// One include is enough for a first test.
TEST(FirstTest, NeedsOneHeader) {
  fauxbank::World world{{.accounts = {{.id = "fca_checking"}}}};
  const auto answer = world.send(fauxbank::Request::post(
      "/v1/financial_connections/accounts/fca_checking/refresh", "features[]=balance"));
  EXPECT_EQ(answer.status, 200);
  world.clock().advance(std::chrono::seconds{5});
  const auto account = world.accounts().retrieve("fca_checking");
  ASSERT_TRUE(account);
  EXPECT_NE(account->balance(), nullptr);
  EXPECT_NE(to_string(world.journal()).find("refresh completed"), std::string::npos);
}

}  // namespace
