#include <fauxbank/detail/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <set>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

struct Pooled : RefCounted {
  Pooled(int* living, int value) : alive(living), number(value) { ++*alive; }
  Pooled(const Pooled& other)
      : RefCounted(other), alive(other.alive), number(other.number), home(other.home) {
    ++*alive;
  }
  Pooled& operator=(const Pooled&) = delete;
  ~Pooled() { --*alive; }
  static void operator delete(Pooled* object, std::destroying_delete_t) noexcept {
    Pool::end(object);
  }

  int* alive;
  int number;
  Home home;
};

/// At least as many objects as a pool makes room for at once.
constexpr std::size_t kSlab = 8;

TEST(Pool, MakesObjectsThatEndOnceEach) {
  int alive = 0;
  const auto pool = make_ref<Pool>();
  std::vector<Ref<Pooled>> objects;
  for (int i = 0; i < 100; ++i)
    objects.push_back(pool->make<Pooled>(&alive, i));
  EXPECT_EQ(alive, 100);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(objects[static_cast<std::size_t>(i)]->number, i);
  objects.clear();
  EXPECT_EQ(alive, 0);
}

TEST(Pool, LivesAsLongAsItsObjects) {
  int alive = 0;
  auto pool = make_ref<Pool>();
  Ref<Pooled> object = pool->make<Pooled>(&alive, 7);
  pool.reset();
  std::vector<Ref<Pooled>> others;  // take its memory, if it has become free
  for (int i = 0; i < 100; ++i)
    others.push_back(make_ref<Pool>()->make<Pooled>(&alive, 100));
  EXPECT_EQ(object->number, 7);
}

TEST(Pool, UsesMemoryAgain) {
  if (!Pool::kInUse) return;  // objects are on the heap
  int alive = 0;
  const auto pool = make_ref<Pool>();
  std::set<const void*> places;
  for (int i = 0; i < 1000; ++i)
    places.insert(pool->make<Pooled>(&alive, i).get());
  EXPECT_LE(places.size(), kSlab);
}

TEST(Pool, GivesEachObjectLinesOfItsOwn) {
  if (!Pool::kInUse) return;
  int alive = 0;
  const auto pool = make_ref<Pool>();
  std::vector<Ref<Pooled>> objects;
  for (int i = 0; i < 20; ++i) {
    objects.push_back(pool->make<Pooled>(&alive, i));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(objects.back().get()) % 64, 0u);
  }
}

TEST(Pool, EndsWhatIsOnTheHeapAsWell) {
  int alive = 0;
  const auto pool = make_ref<Pool>();
  Ref<Pooled> object = pool->make<Pooled>(&alive, 7);
  Ref<Pooled> copy = make_ref<Pooled>(*object);  // not at home where the other is
  object.reset();
  EXPECT_EQ(copy->number, 7);
  copy.reset();
  EXPECT_EQ(alive, 0);
}

struct Refuses : RefCounted {
  explicit Refuses(std::set<const void*>& places) {
    places.insert(this);
    throw std::runtime_error("no");
  }
  static void operator delete(Refuses* object, std::destroying_delete_t) noexcept {
    Pool::end(object);
  }
  Home home;
};

TEST(Pool, TakesBackTheMemoryOfWhatWasNotMade) {
  const auto pool = make_ref<Pool>();
  std::set<const void*> places;
  for (int i = 0; i < 100; ++i)
    EXPECT_THROW(static_cast<void>(pool->make<Refuses>(places)), std::runtime_error);
  if (Pool::kInUse) {
    EXPECT_LE(places.size(), kSlab);
  }
}

TEST(OwnPool, GoesToTheFirstCopyWithAllThatIsFree) {
  if (!Pool::kInUse) return;
  int alive = 0;
  OwnPool first;
  std::set<const void*> places;
  const auto make = [&](OwnPool& pool) {
    for (int i = 0; i < 100; ++i)
      places.insert((*pool).make<Pooled>(&alive, i).get());
  };
  make(first);
  OwnPool second(first);
  OwnPool third(first);
  make(second);
  EXPECT_LE(places.size(), kSlab);
  const Ref<Pooled> object = (*first).make<Pooled>(&alive, 1);
  EXPECT_FALSE(places.contains(object.get()));
  const Ref<Pooled> other = (*third).make<Pooled>(&alive, 2);
  EXPECT_EQ(object->number, 1);
}

}  // namespace
}  // namespace fauxbank::detail
