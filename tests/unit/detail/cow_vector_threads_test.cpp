#include <fauxbank/detail/cow_vector.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <fauxbank/detail/ref.hpp>

namespace fauxbank::detail {
namespace {

TEST(CowVector, ThreadsWriteToTheirOwnCopies) {
  CowVector<Text> original;
  for (int i = 0; i < 2000; ++i)
    original.push_back(Text(std::to_string(i)));
  const auto write = [](CowVector<Text> mine, std::string_view mark, bool& right) {
    std::size_t marked = 0;
    for (std::size_t i = 0; i < 2000; i += 3)
      mine.mut(i) = Text(mark);
    for (std::size_t i = 0; i < 500; ++i)
      mine.push_back(Text(mark));
    mine.for_each([&](const Text& text) { marked += text.view() == mark; });
    right = marked == 667 + 500;
  };
  bool first_right = false;
  bool second_right = false;
  std::thread first(write, original, "first", std::ref(first_right));
  std::thread second(write, std::move(original), "second", std::ref(second_right));
  first.join();
  second.join();
  EXPECT_TRUE(first_right);
  EXPECT_TRUE(second_right);
}

}  // namespace
}  // namespace fauxbank::detail
