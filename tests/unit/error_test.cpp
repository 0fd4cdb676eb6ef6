#include <fauxbank/error.hpp>

#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

static_assert(std::is_base_of_v<std::logic_error, Misuse>);

TEST(Misuses, CarryTheirText) {
  try {
    detail::throw_misuse("no such account: 'x'");
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "no such account: 'x'");
  }
}

TEST(TransportErrors, AreNamedAsTheyAreSpelled) {
  EXPECT_EQ(to_string(transport_errc::connection_refused), "connection_refused");
  EXPECT_EQ(to_string(transport_errc::connection_reset), "connection_reset");
  EXPECT_EQ(to_string(transport_errc::empty_answer), "empty_answer");
  EXPECT_EQ(to_string(transport_errc::malformed_answer), "malformed_answer");
  EXPECT_EQ(to_string(transport_errc::truncated_answer), "truncated_answer");
  EXPECT_EQ(to_string(transport_errc::timed_out), "timed_out");
}

TEST(TransportErrors, NoneIsZero) {
  EXPECT_NE(static_cast<int>(transport_errc::connection_refused), 0);
}

TEST(ApiErrors, CompareByEveryMember) {
  const ApiError error{400, "invalid_request_error", "c", "p", "m", "req_1"};
  EXPECT_EQ(error, error);
  ApiError other = error;
  other.status = 404;
  EXPECT_NE(error, other);
  for (std::string ApiError::*member : {&ApiError::type, &ApiError::code, &ApiError::param,
                                        &ApiError::message, &ApiError::request_id}) {
    other = error;
    other.*member = "x";
    EXPECT_NE(error, other);
  }
}

}  // namespace
}  // namespace fauxbank
