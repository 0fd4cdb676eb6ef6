#include <fauxbank/detail/idempotency.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <fauxbank/engine.hpp>

namespace fauxbank::detail {
namespace {

StoredAnswer answer(std::string key, Instant at = {}, std::string body = "body") {
  StoredAnswer answer;
  answer.key = std::move(key);
  answer.at = at;
  answer.body = std::move(body);
  return answer;
}

std::string canonical(const std::vector<FormField>& fields) { return canonical_params(fields); }

constexpr std::size_t kPlenty = std::size_t{1} << 20;

TEST(IdempotencyStores, FindByTenantAndKey) {
  IdempotencyStore store;
  StoredAnswer theirs = answer("k", {}, "theirs");
  theirs.tenant = "acct_1";
  store.put(answer("k", {}, "ours"), kPlenty);
  store.put(theirs, kPlenty);
  EXPECT_EQ(store.find("", "k")->body, "ours");
  EXPECT_EQ(store.find("acct_1", "k")->body, "theirs");
  EXPECT_FALSE(store.find("acct_2", "k"));
  EXPECT_FALSE(store.find("", "l"));
}

TEST(IdempotencyStores, StayWithinTheirBytesAndForgetTheOldest) {
  IdempotencyStore store;
  const std::size_t one = answer("key_1000").weight();
  for (int i = 0; i < 5000; ++i) {
    store.put(answer("key_" + std::to_string(1000 + i)), 10 * one);
    EXPECT_LE(store.bytes(), 10 * one);
  }
  EXPECT_EQ(store.size(), 10u);
  EXPECT_FALSE(store.find("", "key_5989"));
  EXPECT_TRUE(store.find("", "key_5990"));
  EXPECT_TRUE(store.find("", "key_5999"));
}

TEST(IdempotencyStores, KeepTheLatestHoweverLarge) {
  IdempotencyStore store;
  store.put(answer("small"), 1000);
  store.put(answer("large", {}, std::string(5000, 'x')), 1000);
  EXPECT_EQ(store.size(), 1u);
  EXPECT_TRUE(store.find("", "large"));
}

TEST(IdempotencyStores, ForgetWhatIsADayOld) {
  IdempotencyStore store;
  store.put(answer("old"), kPlenty);
  store.put(answer("young", Instant{std::chrono::hours{1}}), kPlenty);
  store.put(answer("new", Instant{std::chrono::hours{24}}), kPlenty);
  EXPECT_FALSE(store.find("", "old"));
  EXPECT_TRUE(store.find("", "young"));
  EXPECT_EQ(store.size(), 2u);
}

TEST(IdempotencyStores, PutInPlaceOfAnEarlierAnswer) {
  IdempotencyStore store;
  store.put(answer("k", {}, "first"), kPlenty);
  store.put(answer("k", {}, "second"), kPlenty);
  EXPECT_EQ(store.size(), 1u);
  EXPECT_EQ(store.find("", "k")->body, "second");
  EXPECT_EQ(store.bytes(), answer("k", {}, "second").weight());
}

TEST(IdempotencyStores, HoldKeysForATime) {
  using std::chrono::seconds;
  IdempotencyStore store;
  const auto held = [&](int at) { return store.is_held("", "k", Instant{seconds{at}}); };
  EXPECT_FALSE(held(0));
  store.hold("", "k", Instant{seconds{1}}, Instant{seconds{3}});
  store.hold("", "k", Instant{seconds{2}}, Instant{seconds{5}});
  EXPECT_TRUE(held(2));
  EXPECT_TRUE(held(4)) << "the later one counts";
  EXPECT_FALSE(held(5));
  EXPECT_FALSE(store.is_held("acct_1", "k", Instant{seconds{2}}));
  EXPECT_FALSE(store.is_held("", "l", Instant{seconds{2}}));
  store.hold("", "l", Instant{seconds{6}}, Instant{seconds{7}});
  EXPECT_FALSE(held(2)) << "what is over is forgotten";
}

TEST(IdempotencyStores, CopiesGoTheirOwnWay) {
  IdempotencyStore store;
  store.put(answer("k"), kPlenty);
  IdempotencyStore copy = store;
  EXPECT_EQ(copy.find("", "k"), store.find("", "k")) << "one answer, shared";
  copy.clear();
  EXPECT_EQ(copy.size(), 0u);
  EXPECT_EQ(copy.bytes(), 0u);
  EXPECT_TRUE(store.find("", "k"));
}

TEST(CanonicalParams, IgnoreSpellingAndTheOrderOfKeys) {
  EXPECT_EQ(canonical({{"a[]", "1"}, {"b", "2"}}), canonical({{"b", "2"}, {"a[0]", "1"}}));
  EXPECT_EQ(canonical({{"a[1]", "y"}, {"a[0]", "x"}}), canonical({{"a[]", "x"}, {"a[]", "y"}}));
  EXPECT_EQ(canonical({{"a[7]", "x"}}), canonical({{"a[0]", "x"}}));
  EXPECT_EQ(canonical({{"a", "1"}, {"a", "2"}}), canonical({{"a", "2"}}));
  EXPECT_EQ(canonical({{"h[x][0]", "1"}, {"h[y]", "2"}}),
            canonical({{"h[y]", "2"}, {"h[x][]", "1"}}));
}

TEST(CanonicalParams, TellDifferentTreesApart) {
  const std::vector<std::vector<FormField>> trees = {
      {},
      {{"a", "1"}},
      {{"a", "2"}},
      {{"b", "1"}},
      {{"a", ""}},
      {{"a[]", "1"}},
      {{"a[b]", "1"}},
      {{"a[]", "1"}, {"a[]", "2"}},
      {{"a[]", "2"}, {"a[]", "1"}},
      {{"a[]", "1"}, {"a[]", "1"}},
      {{"a[b]", "1"}, {"a[c]", "1"}},
      {{"a[b][]", "1"}},
      {{"a[][b]", "1"}},
      {{"a", "1=2"}},
      {{"a", "1"}, {"b", "1"}},
  };
  for (std::size_t i = 0; i < trees.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(canonical(trees[i]), canonical(trees[j])) << i << " " << j;
  }
}

TEST(CanonicalParams, KeepNoLiveKey) {
  EXPECT_EQ(canonical({{"a", "sk_live_0123456789abcdefghij"}}).find("0123456789"),
            std::string::npos);
}

TEST(CanonicalParams, OfManyFieldsTakeNoTime) {
  std::vector<std::string> names(20'000, "a[]");
  std::vector<FormField> fields;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i % 2 != 0) names[i] = "a[" + std::to_string(i) + "]";
    fields.push_back({names[i], "x"});
  }
  EXPECT_GT(canonical(fields).size(), 20'000u);
}

}  // namespace
}  // namespace fauxbank::detail
