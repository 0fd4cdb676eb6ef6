#pragma once

// How an edge fails the running test without knowing the test framework.

#include <string>

namespace fauxbank::detail {

/// Defined where a test framework is linked, such as in fauxbank::gtest; null elsewhere.
__attribute__((weak)) void fail_test(const std::string& text);

}  // namespace fauxbank::detail
