#include <fauxbank/gtest.hpp>

using namespace fauxbank;

TEST_F(WorldTest, Fails) {
  (void)world.accounts().retrieve("fca_1");
  FAIL() << "on purpose";
}
