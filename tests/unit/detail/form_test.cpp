#include <fauxbank/detail/form.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace fauxbank::detail {
namespace {

/// What a text decodes to, as name, as value and between other fields; nothing for a fault.
std::optional<std::string> decoded(const std::string& text) {
  FormFields fields;
  const std::string run = "a=b&" + text + "=" + text + "&c=d";
  if (fields.decode(run, "query")) return std::nullopt;
  EXPECT_EQ(fields.all().size(), 3u) << run;
  EXPECT_EQ(fields.all()[1].name, fields.all()[1].value) << run;
  EXPECT_EQ(fields.all()[2].value, "d") << run;
  return std::string(fields.all()[1].value);
}

// Eight characters are looked at in one go, so each place in and beyond such a group counts.
TEST(FormFields, DecodeEveryCharacterAtEveryPlace) {
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        const char character = static_cast<char>(byte);
        if (character == '&' || character == '=') continue;  // they end a field or a name
        std::string text(size, 'x');
        text[at] = character;
        std::optional<std::string> expected = text;
        if (character == '+') (*expected)[at] = ' ';
        if (character == '\0' || character == '%' || byte >= 0x80) expected.reset();
        ASSERT_EQ(decoded(text), expected) << "byte " << byte << " at " << at << " of " << size;
      }
      std::string escaped(size, 'x');
      escaped.replace(at, 1, "%2B");
      std::string plain(size, 'x');
      plain[at] = '+';
      ASSERT_EQ(decoded(escaped), plain) << at << " of " << size;
    }
  }
}

TEST(FormNames, HaveStepsWhereTheirBracketsMatch) {
  struct Case {
    std::string_view name;
    std::string_view root;
    std::size_t depth;
  };
  for (const auto& [name, root, depth] : std::initializer_list<Case>{{"", "", 0},
                                                                     {"a", "a", 0},
                                                                     {"a[]", "a", 1},
                                                                     {"a[b]", "a", 1},
                                                                     {"a[b][]", "a", 2},
                                                                     {"a[][b][c]", "a", 3},
                                                                     {"[]", "[]", 0},
                                                                     {"[b]", "[b]", 0},
                                                                     {"a[", "a[", 0},
                                                                     {"a]", "a]", 0},
                                                                     {"a[]]", "a[]]", 0},
                                                                     {"a[[]", "a[[]", 0},
                                                                     {"a[]b[]", "a[]b[]", 0},
                                                                     {"a[b", "a[b", 0},
                                                                     {"a[]b", "a[]b", 0}}) {
    const FormName taken_apart(name);
    EXPECT_EQ(taken_apart.text, name);
    EXPECT_EQ(taken_apart.root, root) << name;
    EXPECT_EQ(taken_apart.depth, depth) << name;
  }
}

TEST(FormFields, StayWhereTheyAreAsMoreAreDecodedAndAsTheyMove) {
  FormFields fields;
  std::string query;
  for (int i = 0; i < 100; ++i)
    query += "a%5B" + std::to_string(i) + "]=%2" + std::to_string(i % 10) + "&";
  ASSERT_EQ(fields.decode(query, "query"), std::nullopt);
  ASSERT_EQ(fields.decode("b=%3F", "body"), std::nullopt);
  const FormFields moved = std::move(fields);
  ASSERT_EQ(moved.all().size(), 101u);
  for (std::size_t i = 0; i < 100; ++i) {
    ASSERT_EQ(moved.all()[i].name, "a[" + std::to_string(i) + "]");
    ASSERT_EQ(moved.all()[i].value, std::string(1, static_cast<char>(0x20 + i % 10)));
  }
  EXPECT_EQ(moved.all()[100].value, "?");
}

TEST(FormFields, SayWhereAFaultIs) {
  FormFields fields;
  EXPECT_EQ(fields.decode("a=b&cd=x%4", "body"), "Malformed percent escape in the body at byte 8");
  EXPECT_EQ(fields.decode("%ff=b", "query"), "Invalid UTF-8 in the query at byte 0");
  EXPECT_EQ(fields.decode("a=%00", "query"), "NUL character in the query at byte 2");
}

TEST(DecodeSegment, TakesPlusAsItIsAndEscapesForWhatTheyMean) {
  const auto segment = [](std::string_view text) {
    std::string out = "what was there";
    return decode_segment(text, out) ? std::optional(out) : std::nullopt;
  };
  EXPECT_EQ(segment("fca_1"), "fca_1");
  EXPECT_EQ(segment("a+b"), "a+b");
  EXPECT_EQ(segment("a%2Fb"), "a/b");
  EXPECT_EQ(segment("a%2"), std::nullopt);
  EXPECT_EQ(segment("a%00"), std::nullopt);
  EXPECT_EQ(segment("a%ff"), std::nullopt);
}

}  // namespace
}  // namespace fauxbank::detail
