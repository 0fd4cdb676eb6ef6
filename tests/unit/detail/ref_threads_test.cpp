#include <fauxbank/detail/ref.hpp>

#include <thread>
#include <utility>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

struct Counted : RefCounted {
  explicit Counted(int* living) : alive(living) { ++*alive; }
  ~Counted() { --*alive; }

  int* alive;
};

TEST(Ref, IsCountedAcrossThreads) {
  int alive = 0;
  Ref<Counted> ref = make_ref<Counted>(&alive);
  const auto copy_often = [](Ref<Counted> mine) {
    for (int i = 0; i < 2000; ++i) {
      Ref<Counted> other = mine;
      mine = std::move(other);
    }
  };
  std::thread first(copy_often, ref);
  std::thread second(copy_often, std::move(ref));
  first.join();
  second.join();
  EXPECT_EQ(alive, 0);
}

TEST(Text, IsCountedAcrossThreads) {
  Text text("a text that two threads share");
  const auto copy_often = [](Text mine) {
    for (int i = 0; i < 2000; ++i) {
      Text other = mine;
      mine = std::move(other);
    }
  };
  std::thread first(copy_often, text);
  std::thread second(copy_often, std::move(text));
  first.join();
  second.join();
}

}  // namespace
}  // namespace fauxbank::detail
