#include <fauxbank/detail/cow_tree.hpp>

#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "support/two_threads.hpp"

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
  const auto write = [](Numbers mine, std::uint64_t remainder) {
    for (std::uint64_t key = 1; key < 6000; key += 4)
      mine.insert(key + remainder);
    for (std::uint64_t key = 6; key <= 6000; key += 6)
      mine.erase(key);
    std::uint64_t sum = 0;
    for (auto cursor = mine.begin(); cursor; cursor.next())
      sum += *cursor % 2;
    return sum == 1500 && mine.size() == 3000 - 1000 + 1500;
  };
  EXPECT_TRUE(testing::both_right(even_numbers(3000), write, std::uint64_t{0}, std::uint64_t{2}));
}

}  // namespace
}  // namespace fauxbank::detail
