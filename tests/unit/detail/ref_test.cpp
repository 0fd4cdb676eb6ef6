#include <fauxbank/detail/ref.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

struct Counted : RefCounted {
  explicit Counted(int* living, int value = 0) : alive(living), number(value) { ++*alive; }
  Counted(const Counted& other) : RefCounted(other), alive(other.alive), number(other.number) {
    ++*alive;
  }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --*alive; }

  int* alive;
  int number;
};

static_assert(sizeof(Ref<Counted>) == sizeof(void*));
static_assert(std::is_convertible_v<Ref<Counted>, Ref<const Counted>>);
static_assert(!std::is_convertible_v<Ref<const Counted>, Ref<Counted>>);
static_assert(std::is_nothrow_copy_constructible_v<Ref<Counted>>);
static_assert(std::is_nothrow_move_constructible_v<Ref<Counted>>);

TEST(Ref, IsNullByDefault) {
  const Ref<Counted> none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(none.unique());
  EXPECT_EQ(none.get(), nullptr);
  EXPECT_EQ(none, Ref<Counted>(nullptr));
}

TEST(Ref, OfAnObjectIsOneMoreOwner) {
  int alive = 0;
  Ref<Counted> first = make_ref<Counted>(&alive, 7);
  const auto second = Ref<const Counted>::of(*first);
  EXPECT_FALSE(first.unique());
  first.reset();
  EXPECT_TRUE(second.unique());
  EXPECT_EQ(second->number, 7);
}

TEST(Ref, DestroysWithTheLastOwner) {
  int alive = 0;
  Ref<Counted> first = make_ref<Counted>(&alive, 7);
  EXPECT_TRUE(first.unique());
  Ref<Counted> second = first;
  EXPECT_FALSE(first.unique());
  EXPECT_EQ(first, second);
  EXPECT_EQ(second->number, 7);
  first.reset();
  EXPECT_FALSE(first);
  EXPECT_EQ(alive, 1);
  EXPECT_TRUE(second.unique());
  second = nullptr;
  EXPECT_EQ(alive, 0);
}

TEST(Ref, MovesWithoutCounting) {
  int alive = 0;
  Ref<Counted> first = make_ref<Counted>(&alive);
  Ref<Counted> second = std::move(first);
  EXPECT_TRUE(second.unique());
  first = std::move(second);
  EXPECT_TRUE(first.unique());
  EXPECT_EQ(alive, 1);
}

TEST(Ref, SurvivesAssignmentToItself) {
  int alive = 0;
  Ref<Counted> ref = make_ref<Counted>(&alive);
  const Ref<Counted>& same = ref;
  ref = same;
  EXPECT_TRUE(ref.unique());
  EXPECT_EQ(alive, 1);
}

TEST(Ref, ReleasesWhatAnAssignmentReplaces) {
  int alive = 0;
  Ref<Counted> ref = make_ref<Counted>(&alive);
  ref = make_ref<Counted>(&alive);
  EXPECT_EQ(alive, 1);
}

TEST(Ref, ConvertsToConst) {
  int alive = 0;
  Ref<Counted> writer = make_ref<Counted>(&alive, 1);
  Ref<const Counted> reader = writer;
  EXPECT_EQ(reader, writer);
  EXPECT_FALSE(writer.unique());
  reader = std::move(writer);
  EXPECT_TRUE(reader.unique());
  EXPECT_EQ(alive, 1);
}

TEST(Ref, EqualsByIdentity) {
  int alive = 0;
  EXPECT_NE(make_ref<Counted>(&alive, 1), make_ref<Counted>(&alive, 1));
}

TEST(Ref, CopyOfTheObjectIsCountedOnItsOwn) {
  int alive = 0;
  const Ref<Counted> first = make_ref<Counted>(&alive, 3);
  const Ref<Counted> shared = first;
  const Ref<Counted> copy = make_ref<Counted>(*first);
  EXPECT_TRUE(copy.unique());
  EXPECT_EQ(copy->number, 3);
  *copy = Counted(&alive, 4);
  EXPECT_TRUE(copy.unique());
  *first = *copy;
  EXPECT_FALSE(first.unique());
  EXPECT_EQ(shared->number, 4);
}

TEST(Text, AbsentIsNotEmpty) {
  const Text absent;
  const Text empty("");
  EXPECT_FALSE(absent);
  EXPECT_TRUE(empty);
  EXPECT_NE(absent, empty);
  EXPECT_EQ(absent, Text());
  EXPECT_EQ(empty, Text(std::string_view()));
  EXPECT_TRUE(absent.view().empty());
  EXPECT_TRUE(empty.view().empty());
  EXPECT_TRUE(absent.plain());
  EXPECT_TRUE(empty.plain());
}

TEST(Text, KeepsEveryByte) {
  static_assert(sizeof(Text) == sizeof(void*));
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(Text(bytes).view(), bytes);
    bytes.push_back(static_cast<char>(i));
  }
}

TEST(Text, EqualsByContent) {
  const Text text("active");
  EXPECT_EQ(text, Text("active"));
  EXPECT_NE(text, Text("inactive"));
  EXPECT_NE(text, Text("activE"));
}

TEST(Text, CopiesShareTheCharacters) {
  Text first("shared");
  Text second = first;
  EXPECT_EQ(first.view().data(), second.view().data());
  first = Text("other");
  EXPECT_EQ(second.view(), "shared");
  const Text third = std::move(second);
  EXPECT_EQ(third.view(), "shared");
}

TEST(Text, IsPlainWhenJsonNeedsNoEscape) {
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string bytes(size, 'x');
        bytes[at] = static_cast<char>(byte);
        ASSERT_EQ(Text(bytes).plain(), byte >= 0x20 && byte != '"' && byte != '\\')
            << "byte " << byte << " at " << at << " of " << size;
      }
    }
  }
}

}  // namespace
}  // namespace fauxbank::detail
