#pragma once

// The members of one object, written with the cursor in a register: what makes an answer cost what
// its bytes cost. For anything that is not on that path there is JsonWriter.

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <fauxbank/detail/enums.hpp>

namespace fauxbank::detail {

/// A wire name in quotes, padded so that a copy of constant size can take it.
struct QuotedName {
  static constexpr std::size_t kRoom = 23;
  char text[kRoom] = {};
  std::uint8_t size = 0;
};

template <NamedEnum E>
inline constexpr auto kQuotedNames = [] {
  std::array<QuotedName, EnumNames<E>::values.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = EnumNames<E>::values[i];
    QuotedName& in_quotes = names[i];
    in_quotes.text[in_quotes.size++] = '"';
    for (char c : name)
      in_quotes.text[in_quotes.size++] = c;
    in_quotes.text[in_quotes.size++] = '"';
  }
  return names;
}();

/// All numbers of two digits.
inline constexpr auto kTwoDigits = [] {
  std::array<std::array<char, 2>, 100> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i)
    pairs[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
  return pairs;
}();

/// A name as a template argument.
template <std::size_t N>
struct Literal {
  char text[N];
  constexpr Literal(const char (&name)[N]) noexcept : text{} {
    for (std::size_t i = 0; i < N; ++i)
      text[i] = name[i];
  }
};

/// Writes without looking at the room left: the caller has made sure of `kMemberRoom` for each
/// member and element, and of every text that it writes.
struct PenValues {
  static constexpr std::size_t kMemberRoom = 96;

  char* out;

  template <std::size_t N>
  [[gnu::always_inline]] void literal(const char (&text)[N]) {
    std::memcpy(out, text, N - 1);
    out += N - 1;
  }
  [[gnu::always_inline]] void plain_string(std::string_view text) {
    *out++ = '"';
    std::memcpy(out, text.data(), text.size());
    out += text.size();
    *out++ = '"';
  }
  /// Three lower-case letters: whatever puts a balance into a record has checked that.
  [[gnu::always_inline]] void currency(const std::string& code) {
    *out = '"';
    std::memcpy(out + 1, code.data(), 3);
    out[4] = '"';
    out += 5;
  }
  template <NamedEnum E>
  [[gnu::always_inline]] void enumerator(E value) {
    const QuotedName& name = kQuotedNames<E>[static_cast<std::size_t>(value)];
    std::memcpy(out, name.text, QuotedName::kRoom);
    out += name.size;
  }
  [[gnu::always_inline]] void integer(std::int64_t value) { out = digits(out, value); }
  /// Unix seconds, which have ten digits from 2001 to 2286.
  [[gnu::always_inline]] void instant(std::int64_t seconds) {
    constexpr std::int64_t kLeastOfTen = 1'000'000'000;
    if (seconds < kLeastOfTen || seconds >= 10 * kLeastOfTen) return integer(seconds);
    const auto low = static_cast<std::uint32_t>(seconds % 100'000'000);
    two_digits(static_cast<std::uint32_t>(seconds / 100'000'000));
    four_digits(low / 10'000);
    four_digits(low % 10'000);
  }
  [[gnu::always_inline]] void four_digits(std::uint32_t value) {
    two_digits(value / 100);
    two_digits(value % 100);
  }
  [[gnu::always_inline]] void two_digits(std::uint32_t value) {
    std::memcpy(out, kTwoDigits[value].data(), 2);
    out += 2;
  }

 private:
  /// What std::to_chars writes, in a third of its time where there are up to eight digits.
  static char* digits(char* out, std::int64_t value) noexcept {
    constexpr std::int64_t kLeastOfNine = 100'000'000;
    if (value <= -kLeastOfNine || value >= kLeastOfNine)
      return std::to_chars(out, out + 24, value).ptr;
    *out = '-';
    out += value < 0 ? 1 : 0;
    auto rest = static_cast<std::uint32_t>(value < 0 ? -value : value);
    // Written from the end of its first half back; the other is there to be copied with any of
    // them.
    constexpr std::size_t kMost = 8;
    char text[2 * kMost] = {};
    char* const end = text + kMost;
    char* first = end;
    for (; rest >= 10; rest /= 100)
      std::memcpy(first -= 2, kTwoDigits[rest % 100].data(), 2);
    if (rest != 0 || first == end) *--first = static_cast<char>('0' + rest);
    std::memcpy(out, first, kMost);
    return out + (end - first);
  }
};

/// For members in any layout.
struct Pen : PenValues {
  bool pretty;
  std::size_t indent;  // of the members

  [[gnu::always_inline]] void line(std::size_t deeper = 0) {
    std::memcpy(out, kBreak, sizeof kBreak);
    out += pretty ? 2 + indent + deeper : 1;
  }
  /// The line of the first member, which needs no comma.
  [[gnu::always_inline]] void first_line(std::size_t deeper = 0) {
    std::memcpy(out, kBreak + 1, sizeof kBreak - 1);
    out += pretty ? 1 + indent + deeper : 0;
  }

  template <std::size_t N>
  [[gnu::always_inline]] void name(const char (&name)[N]) {
    *out = '"';
    std::memcpy(out + 1, name, N - 1);
    out[N] = '"';
    out += N + 1;
    colon();
  }
  [[gnu::always_inline]] void colon() {
    std::memcpy(out, ": ", 2);
    out += pretty ? 2 : 1;
  }
  template <NamedEnum E>
  [[gnu::always_inline]] void enumerators(const EnumSet<E>& set) {
    *out++ = '[';
    bool first = true;
    for (E value : set) {
      first ? first_line(2) : line(2);
      first = false;
      enumerator(value);
    }
    if (!first) first_line();
    *out++ = ']';
  }

  // ---- as FixedPen has them ----

  template <Literal kName>
  [[gnu::always_inline]] void key() {
    line();
    name(kName.text);
  }
  template <Literal kName>
  [[gnu::always_inline]] void open() {
    *out++ = '{';
    first_line();
    name(kName.text);
  }
  [[gnu::always_inline]] void close() {
    indent -= 2;
    first_line();
    *out++ = '}';
  }
  [[gnu::always_inline]] void member_line(bool first) {
    if (!first) return line();
    *out++ = '{';
    first_line();
  }
  [[gnu::always_inline]] Pen inner() const noexcept { return {{out}, pretty, indent + 2}; }
  [[gnu::always_inline]] Pen any() const noexcept { return *this; }

 private:
  // A static, and as long as two vector registers: then a line is two loads and two stores.
  static constexpr char kBreak[32] = {',', '\n', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ',
                                      ' ', ' ',  ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ',
                                      ' ', ' ',  ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
};

/// What begins a line: a lead, a line feed, so many spaces; then a key, unless the name is empty.
template <char kLead, std::size_t kIndent, Literal kName>
inline constexpr auto kLineStart = [] {
  constexpr std::size_t kNameSize = sizeof kName.text - 1;
  std::array<char, 2 + kIndent + (kNameSize == 0 ? 0 : kNameSize + 4)> line{kLead, '\n'};
  std::size_t at = 2;
  while (at < 2 + kIndent)
    line[at++] = ' ';
  if (kNameSize == 0) return line;
  line[at++] = '"';
  for (std::size_t i = 0; i < kNameSize; ++i)
    line[at++] = kName.text[i];
  line[at++] = '"';
  line[at++] = ':';
  line[at] = ' ';
  return line;
}();

/// A pen for pretty members at one indent, so that a key with its line is one copy. It writes what
/// `Pen` does.
template <std::size_t kIndent>
struct FixedPen : PenValues {
  template <Literal kName>
  [[gnu::always_inline]] void key() {
    start<',', kIndent, kName>();
  }
  /// Begin the object that the members stand in, with the first of them.
  template <Literal kName>
  [[gnu::always_inline]] void open() {
    start<'{', kIndent, kName>();
  }
  [[gnu::always_inline]] void close() {
    start<'\n', kIndent - 2, "">(1);
    *out++ = '}';
  }
  /// Begin a member whose key follows, or the object with it.
  [[gnu::always_inline]] void member_line(bool first) {
    first ? start<'{', kIndent, "">() : start<',', kIndent, "">();
  }
  [[gnu::always_inline]] void colon() { literal(": "); }
  template <NamedEnum E>
  [[gnu::always_inline]] void enumerators(const EnumSet<E>& set) {
    if (set.empty()) return literal("[]");
    bool first = true;
    for (E value : set) {
      first ? start<'[', kIndent + 2, "">() : start<',', kIndent + 2, "">();
      first = false;
      enumerator(value);
    }
    start<'\n', kIndent, "">(1);
    *out++ = ']';
  }
  /// A pen for the members of an object in this one.
  [[gnu::always_inline]] FixedPen<kIndent + 2> inner() const noexcept { return {{out}}; }
  [[gnu::always_inline]] Pen any() const noexcept { return {{out}, true, kIndent}; }

 private:
  template <char kLead, std::size_t kSpaces, Literal kName>
  [[gnu::always_inline]] void start(std::size_t skipped = 0) {
    constexpr auto& kLine = kLineStart<kLead, kSpaces, kName>;
    std::memcpy(out, kLine.data() + skipped, kLine.size() - skipped);
    out += kLine.size() - skipped;
  }
};

}  // namespace fauxbank::detail
