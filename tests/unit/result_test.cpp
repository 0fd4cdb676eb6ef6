#include <fauxbank/result.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

using Number = Result<int, std::string>;

Number good() { return 42; }
Number bad() { return Failure(std::string("no")); }

TEST(Results, HoldAValue) {
  Number result = good();
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(*result, 42);
  EXPECT_EQ(result.value(), 42);
  EXPECT_EQ(std::as_const(result).value(), 42);
  *result = 7;
  result.value() += 1;
  EXPECT_EQ(*result, 8);
  EXPECT_EQ(good().value(), 42);
}

TEST(Results, HoldAnError) {
  const Number result = bad();
  EXPECT_FALSE(result.has_value());
  EXPECT_FALSE(static_cast<bool>(result));
  EXPECT_EQ(result.error(), "no");
}

TEST(Results, AWrongAccessIsAMisuse) {
  Number error = bad();
  EXPECT_THROW((void)error.value(), Misuse);
  EXPECT_THROW((void)std::as_const(error).value(), Misuse);
  EXPECT_THROW((void)bad().value(), Misuse);
  EXPECT_THROW((void)good().error(), Misuse);
}

TEST(Results, ValueOr) {
  EXPECT_EQ(good().value_or(1), 42);
  EXPECT_EQ(bad().value_or(1), 1);
}

TEST(Results, ReachMembers) {
  Result<std::string, int> result = std::string("abc");
  EXPECT_EQ(result->size(), 3u);
  result->push_back('d');
  EXPECT_EQ(std::as_const(result)->size(), 4u);
}

TEST(Results, MoveTheirValueOut) {
  Result<std::unique_ptr<int>, int> result = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = *std::move(result);
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(*taken, 5);
  const std::unique_ptr<int> other =
      Result<std::unique_ptr<int>, int>(std::make_unique<int>(6)).value();
  EXPECT_EQ(*other, 6);
}

TEST(Results, ValueAndErrorMayBeOfOneType) {
  const Result<int, int> value = 1;
  const Result<int, int> error = Failure(1);
  EXPECT_TRUE(value);
  EXPECT_FALSE(error);
  EXPECT_NE(value, error);
}

TEST(Results, Compare) {
  EXPECT_EQ(good(), good());
  EXPECT_EQ(bad(), bad());
  EXPECT_NE(good(), bad());
  EXPECT_NE(good(), Number(1));
}

static_assert(!std::is_default_constructible_v<Number>, "a result is never empty");

// ---- copies, moves and assignments --------------------------------------------------------------

/// Thrown by an item that was told to.
struct Broken {};

/// How many items there are, and which of the next copies and moves throws.
struct Ledger {
  int alive = 0;
  int throws_at = 0;  // 1: the next; 0: none
  void step() {
    if (throws_at > 0 && --throws_at == 0) throw Broken();
  }
};

/// Something whose copies throw, and its moves too unless they are quiet.
template <class Tag, bool kQuiet>
struct Item {
  Item(Ledger& in, int with) : ledger(&in), number(with) { ++ledger->alive; }
  Item(const Item& other) : ledger(other.ledger), number(other.number) {
    ledger->step();
    ++ledger->alive;
  }
  Item(Item&& other) noexcept(kQuiet)
      : ledger(other.ledger), number(std::exchange(other.number, 0)) {
    if constexpr (!kQuiet) ledger->step();
    ++ledger->alive;
  }
  Item& operator=(const Item& other) {
    ledger->step();
    number = other.number;
    return *this;
  }
  Item& operator=(Item&& other) noexcept(kQuiet) {
    if constexpr (!kQuiet) ledger->step();
    number = std::exchange(other.number, 0);
    return *this;
  }
  ~Item() { --ledger->alive; }
  friend bool operator==(const Item& a, const Item& b) { return a.number == b.number; }

  Ledger* ledger;
  int number;
};

struct ValueTag;
struct ErrorTag;

/// Results of two such types, made and looked at.
template <bool kQuietValue, bool kQuietError>
struct Items {
  using Value = Item<ValueTag, kQuietValue>;
  using Error = Item<ErrorTag, kQuietError>;
  using Made = Result<Value, Error>;

  Made make(bool is_value, int number) {
    if (is_value) return Value(ledger, number);
    return Failure(Error(ledger, number));
  }
  static std::string text(const Made& result) {
    return result ? "value " + std::to_string(result->number)
                  : "error " + std::to_string(result.error().number);
  }

  Ledger ledger;
};

template <class Kind>
class ResultsOf : public ::testing::Test {
 public:
  Kind items;
  ~ResultsOf() override { EXPECT_EQ(items.ledger.alive, 0); }
};
using Kinds = ::testing::Types<Items<true, true>, Items<true, false>, Items<false, true>>;
TYPED_TEST_SUITE(ResultsOf, Kinds);

TYPED_TEST(ResultsOf, AreCopiedAndMovedAsWhatTheyHold) {
  for (const bool is_value : {true, false}) {
    auto result = this->items.make(is_value, 7);
    const std::string before = TypeParam::text(result);
    auto copy = result;
    EXPECT_EQ(TypeParam::text(copy), before);
    const auto moved = std::move(copy);
    EXPECT_EQ(TypeParam::text(moved), before);
    EXPECT_EQ(TypeParam::text(copy), is_value ? "value 0" : "error 0");
    EXPECT_EQ(this->items.ledger.alive, 3);
  }
}

TYPED_TEST(ResultsOf, ACopyThatThrowsLeavesNothing) {
  for (const bool is_value : {true, false}) {
    const auto result = this->items.make(is_value, 7);
    this->items.ledger.throws_at = 1;
    EXPECT_THROW({ const auto copy = result; }, Broken);
    EXPECT_EQ(this->items.ledger.alive, 1);
  }
}

// Each of the four pairs of contents, copied and moved; each copy and move on the way throws once.
TYPED_TEST(ResultsOf, AreAssignedOrAsTheyWere) {
  Ledger& ledger = this->items.ledger;
  int thrown = 0;
  for (int i = 0; i < 8; ++i) {
    const bool to_value = (i & 1) != 0;
    const bool from_value = (i & 2) != 0;
    const bool is_move = (i & 4) != 0;
    for (int at = 1;; ++at) {
      SCOPED_TRACE(::testing::Message() << i << " throws at " << at);
      auto to = this->items.make(to_value, 1);
      auto from = this->items.make(from_value, 2);
      const std::string before = TypeParam::text(to);
      const std::string after = TypeParam::text(from);
      ledger.throws_at = at;
      bool threw = false;
      try {
        if (is_move) {
          to = std::move(from);
        } else {
          to = from;
        }
      } catch (const Broken&) {
        threw = true;
      }
      thrown += threw ? 1 : 0;
      EXPECT_EQ(TypeParam::text(to), threw ? before : after);
      if (!is_move) {
        EXPECT_EQ(TypeParam::text(from), after);
      }
      EXPECT_EQ(ledger.alive, 2);
      if (!threw) break;
    }
    ledger.throws_at = 0;
  }
  // At least: of copies one each.
  EXPECT_GE(thrown, 4);
}

TYPED_TEST(ResultsOf, AreAssignedToThemselvesAndSwapped) {
  auto a = this->items.make(true, 1);
  auto b = this->items.make(false, 2);
  auto& same = a;
  a = same;
  EXPECT_EQ(TypeParam::text(a), "value 1");
  std::swap(a, b);
  EXPECT_EQ(TypeParam::text(a), "error 2");
  EXPECT_EQ(TypeParam::text(b), "value 1");
}

TYPED_TEST(ResultsOf, MoveWithAVectorThatGrows) {
  std::vector<typename TypeParam::Made> all;
  for (int i = 0; i < 9; ++i)
    all.push_back(this->items.make(i % 2 == 0, i));
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(TypeParam::text(all[static_cast<std::size_t>(i)]),
              (i % 2 == 0 ? "value " : "error ") + std::to_string(i));
  }
}

/// Whose address is not to be had the usual way.
struct Shy {
  std::string text;
  Shy* operator&() = delete;
  const Shy* operator&() const = delete;
};

TEST(Results, OfATypeWithAnAddressOperator) {
  Result<Shy, std::string> result = Shy{"a"};
  result = Failure(std::string("b"));
  result = Shy{"c"};
  EXPECT_EQ(result->text, "c");
  EXPECT_EQ(std::as_const(result)->text, "c");
}

// Code that keeps results of plain values may copy their bytes, as it may with std::expected.
using Plain = Result<int, transport_errc>;
static_assert(std::is_trivially_copyable_v<Plain> && std::is_trivially_destructible_v<Plain>);
static_assert(sizeof(Plain) == 2 * sizeof(int));
TEST(Results, OfPlainTypesAreAssigned) {
  Plain result = 1;
  const Plain error = Failure(transport_errc::timed_out);
  result = error;
  EXPECT_EQ(result.error(), transport_errc::timed_out);
  result = 2;
  EXPECT_EQ(*result, 2);
}

static_assert(std::is_nothrow_move_constructible_v<Number>);
static_assert(std::is_nothrow_move_assignable_v<Number>);
static_assert(std::is_copy_assignable_v<Number>);

using MoveOnly = Result<std::unique_ptr<int>, std::string>;
static_assert(!std::is_copy_constructible_v<MoveOnly> && !std::is_copy_assignable_v<MoveOnly>);
static_assert(std::is_nothrow_move_constructible_v<MoveOnly>);
static_assert(std::is_nothrow_move_assignable_v<MoveOnly>);

struct Fixed {
  const std::string text;
};
static_assert(std::is_copy_constructible_v<Result<Fixed, int>>);
static_assert(!std::is_copy_assignable_v<Result<Fixed, int>>);
static_assert(!std::is_move_assignable_v<Result<Fixed, int>>);

using Loud = Items<false, false>::Made;
static_assert(std::is_copy_constructible_v<Loud> && std::is_move_constructible_v<Loud>);
static_assert(!std::is_nothrow_move_constructible_v<Loud>);
static_assert(!std::is_copy_assignable_v<Loud> && !std::is_move_assignable_v<Loud>,
              "an exception could leave it empty");

}  // namespace
}  // namespace fauxbank
