#include <fauxbank/detail/cow_vector.hpp>

#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <fauxbank/detail/ref.hpp>

#include "support/two_threads.hpp"

namespace fauxbank::detail {
namespace {

TEST(CowVector, ThreadsWriteToTheirOwnCopies) {
  CowVector<Text> original;
  for (int i = 0; i < 2000; ++i)
    original.push_back(Text(std::to_string(i)));
  const auto write = [](CowVector<Text> mine, std::string_view mark) {
    std::size_t marked = 0;
    for (std::size_t i = 0; i < 2000; i += 3)
      mine.mut(i) = Text(mark);
    for (std::size_t i = 0; i < 500; ++i)
      mine.push_back(Text(mark));
    mine.for_each([&](const Text& text) { marked += text.view() == mark; });
    return marked == 667 + 500;
  };
  EXPECT_TRUE(testing::both_right(original, write, "first", "second"));
}

}  // namespace
}  // namespace fauxbank::detail
