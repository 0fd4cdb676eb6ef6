#include <fauxbank/detail/cow_tree.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

using Numbers = CowTree<std::uint64_t>;

Numbers even_numbers(std::size_t size) {
  Numbers numbers;
  for (std::size_t i = 1; i <= size; ++i)
    numbers.insert(2 * i);
  return numbers;
}

TEST(CowTree, ThreadsWriteToTheirOwnCopies) {
  Numbers original = even_numbers(3000);
  const auto write = [](Numbers mine, std::uint64_t remainder, bool& right) {
    for (std::uint64_t key = 1; key < 6000; key += 4)
      mine.insert(key + remainder);
    for (std::uint64_t key = 6; key <= 6000; key += 6)
      mine.erase(key);
    std::uint64_t sum = 0;
    for (auto cursor = mine.begin(); cursor; cursor.next())
      sum += *cursor % 2;
    right = sum == 1500 && mine.size() == 3000 - 1000 + 1500;
  };
  bool first_right = false;
  bool second_right = false;
  std::thread first(write, original, 0, std::ref(first_right));
  std::thread second(write, std::move(original), 2, std::ref(second_right));
  first.join();
  second.join();
  EXPECT_TRUE(first_right);
  EXPECT_TRUE(second_right);
}

}  // namespace
}  // namespace fauxbank::detail
