#include <fauxbank/version.hpp>

#include <string>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

TEST(Version, IsItsThreeNumbers) {
  const std::string dotted = std::to_string(FAUXBANK_VERSION_MAJOR) + "." +
                             std::to_string(FAUXBANK_VERSION_MINOR) + "." +
                             std::to_string(FAUXBANK_VERSION_PATCH);
  EXPECT_EQ(version_string, dotted);
  EXPECT_EQ("fauxbank " FAUXBANK_VERSION_STRING, "fauxbank " + dotted);
}

#if FAUXBANK_VERSION_MAJOR * 10000 + FAUXBANK_VERSION_MINOR * 100 + FAUXBANK_VERSION_PATCH < 1
#error "the preprocessor can compare versions, and 0.0.1 is the oldest"
#endif

}  // namespace
}  // namespace fauxbank
