#include <fauxbank/detail/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/random.hpp>

namespace fauxbank::detail {
namespace {

bool names_live_key(std::string_view text) {
  for (const std::string_view key : {"sk_live_", "rk_live_", "pk_live_"}) {
    if (text.find(key) != std::string_view::npos) return true;
  }
  return false;
}

std::string without_escapes(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();)
    plain.push_back(take_escaped(text, at));
  return plain;
}

/// A live key as it is, and with each of its characters escaped.
std::vector<std::string> spellings() {
  const std::string key = "sk_live_";
  std::vector<std::string> all = {key, "rk_l%69v%65_", "pk%5Flive%5f"};
  for (std::size_t i = 0; i < key.size(); ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto code = static_cast<unsigned char>(key[i]);
    const char escape[] = {'%', kDigits[code >> 4], kDigits[code & 15]};
    all.push_back(key.substr(0, i) + std::string(escape, 3) + key.substr(i + 1));
  }
  return all;
}

/// As the texts of requests are: behind the last character is memory of somebody else.
bool finds_live_key(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  return holds_live_key({exact.data(), exact.size()});
}

TEST(LiveKeys, AreFoundWhereverTheyStand) {
  const std::string path = "/v1/financial_connections/accounts/fca_1?x=y&version=v";
  for (const std::string& filler : {path, std::string(path.size(), 'x')}) {
    for (const std::string& key : spellings()) {
      for (std::size_t size = 0; size <= filler.size(); ++size) {
        for (std::size_t at = 0; at <= size; ++at) {
          std::string text = filler.substr(0, size);
          EXPECT_FALSE(finds_live_key(text)) << text;
          text.insert(at, key);
          EXPECT_TRUE(finds_live_key(text)) << text;
        }
      }
    }
  }
}

TEST(LiveKeys, AreNotEvenSuspectedInOrdinaryTexts) {
  for (const char* text :
       {"/v1/financial_connections/accounts/fca_1yrDyVI24XU6pcEeloiIjlfm/refresh", "features[]=x",
        "features[]=balance", "Content-Type: application/x-www-form-urlencoded\n",
        "Request-Id: req_iJa30zoO9gatQF\n", "v1 of sk_test_51abcdefghijklmnop", ""}) {
    EXPECT_FALSE(may_hold_live_key(text)) << text;
  }
}

TEST(LiveKeys, AreFoundInAnyTextThatHoldsOneAndInNoOther) {
  constexpr std::string_view kParts[] = {"s", "k_", "li", "ve", "_",  "p",   "r",   "k_live_",
                                         "v", "_v", "%",  "5F", "76", "%5f", "%76", "/accounts/"};
  Random random(5, RandomStream::test);
  int found = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (std::uint64_t left = random.below(16); left > 0; --left)
      text += kParts[random.below(std::size(kParts))];
    const bool expected = names_live_key(text) || names_live_key(without_escapes(text));
    found += expected ? 1 : 0;
    ASSERT_EQ(holds_live_key(text), expected) << text;
  }
  EXPECT_GT(found, 1000);
}

TEST(LiveKeys, LeaveTheEscapesOfJsonWhole) {
  const std::pair<const char*, const char*> kTexts[] = {
      {R"("a\rk_live_51abc b")", R"("a\r[live key] b")"},
      {R"("\rk_live_")", R"("\r[live key]")"},
      {R"("\\rk_live_51abc")", R"("\\r[live key]")"},
      {R"("\rk%5flive_51abc")", R"("\r[live key]")"},
      {R"("\nrk_live_51abc\r")", R"("\n[live key]\r")"},
      {R"("\rsk_live_51abc")", R"("\r[live key]")"},
      {R"(rk_live_51abc)", R"([live key])"}};
  for (const auto& [before, after] : kTexts) {
    std::string text = before;
    scrub_live_keys(text);
    EXPECT_EQ(text, after) << before;
  }
}

}  // namespace
}  // namespace fauxbank::detail
