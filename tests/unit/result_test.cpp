#include <fauxbank/result.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

using Number = Result<int, std::string>;

Number good() { return 42; }
Number bad() { return Failure(std::string("no")); }

TEST(Results, HoldAValue) {
  Number result = good();
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(*result, 42);
  EXPECT_EQ(result.value(), 42);
  EXPECT_EQ(std::as_const(result).value(), 42);
  *result = 7;
  result.value() += 1;
  EXPECT_EQ(*result, 8);
  EXPECT_EQ(good().value(), 42);
}

TEST(Results, HoldAnError) {
  const Number result = bad();
  EXPECT_FALSE(result.has_value());
  EXPECT_FALSE(static_cast<bool>(result));
  EXPECT_EQ(result.error(), "no");
}

TEST(Results, AWrongAccessIsAMisuse) {
  Number error = bad();
  EXPECT_THROW((void)error.value(), Misuse);
  EXPECT_THROW((void)std::as_const(error).value(), Misuse);
  EXPECT_THROW((void)bad().value(), Misuse);
  EXPECT_THROW((void)good().error(), Misuse);
}

TEST(Results, ValueOr) {
  EXPECT_EQ(good().value_or(1), 42);
  EXPECT_EQ(bad().value_or(1), 1);
}

TEST(Results, ReachMembers) {
  Result<std::string, int> result = std::string("abc");
  EXPECT_EQ(result->size(), 3u);
  result->push_back('d');
  EXPECT_EQ(std::as_const(result)->size(), 4u);
}

TEST(Results, MoveTheirValueOut) {
  Result<std::unique_ptr<int>, int> result = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = *std::move(result);
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(*taken, 5);
  const std::unique_ptr<int> other =
      Result<std::unique_ptr<int>, int>(std::make_unique<int>(6)).value();
  EXPECT_EQ(*other, 6);
}

TEST(Results, ValueAndErrorMayBeOfOneType) {
  const Result<int, int> value = 1;
  const Result<int, int> error = Failure(1);
  EXPECT_TRUE(value);
  EXPECT_FALSE(error);
  EXPECT_NE(value, error);
}

TEST(Results, Compare) {
  EXPECT_EQ(good(), good());
  EXPECT_EQ(bad(), bad());
  EXPECT_NE(good(), bad());
  EXPECT_NE(good(), Number(1));
}

static_assert(!std::is_default_constructible_v<Number>, "a result is never empty");

}  // namespace
}  // namespace fauxbank
