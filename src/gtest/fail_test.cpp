// What edges that know of no test framework find when this one is there.

#include <gtest/gtest.h>

#include <fauxbank/detail/fail_test.hpp>

namespace fauxbank::detail {

void fail_test(const std::string& text) { ADD_FAILURE() << text; }

}  // namespace fauxbank::detail
