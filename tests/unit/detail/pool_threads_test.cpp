#include <fauxbank/detail/pool.hpp>

#include <cstddef>
#include <new>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

struct Passed : RefCounted {
  explicit Passed(std::size_t value) : number(value) {}
  static void operator delete(Passed* object, std::destroying_delete_t) noexcept {
    Pool::end(object);
  }

  std::size_t number;
  Home home;
};

constexpr std::size_t kRounds = 200;
constexpr std::size_t kObjects = 20;

TEST(Pool, TakesBackWhatOtherThreadsEnd) {
  auto pool = make_ref<Pool>();
  std::set<const void*> places;
  for (std::size_t round = 0; round < kRounds; ++round) {
    std::vector<Ref<Passed>> objects[2];
    for (std::size_t i = 0; i < kObjects; ++i) {
      objects[i % 2].push_back(pool->make<Passed>(i));
      places.insert(objects[i % 2].back().get());
    }
    std::thread first([mine = std::exchange(objects[0], {})] {});
    std::thread second([mine = std::exchange(objects[1], {})] {});
    // Meanwhile its owner goes on, also with what they have just given back.
    std::vector<Ref<Passed>> more;
    for (std::size_t i = 0; i < 4 * kObjects; ++i) {
      more.push_back(pool->make<Passed>(i));
      EXPECT_EQ(more.back()->number, i);
    }
    first.join();
    second.join();
  }
  if (Pool::kInUse) {
    EXPECT_LT(places.size(), 6 * kObjects);
  }
}

TEST(Pool, EndsWithItsLastObjectInAnyThread) {
  for (std::size_t round = 0; round < kRounds; ++round) {
    auto pool = make_ref<Pool>();
    std::thread first([object = pool->make<Passed>(1u)] {});
    std::thread second([object = pool->make<Passed>(2u)] {});
    pool.reset();
    first.join();
    second.join();
  }
}

}  // namespace
}  // namespace fauxbank::detail
