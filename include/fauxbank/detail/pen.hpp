#pragma once

// The members of one object, written with the cursor in a register: what makes an answer cost what
// its bytes cost. For anything that is not on that path there is JsonWriter.

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
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

/// Writes without looking at the room left: the caller has made sure of `kMemberRoom` for each
/// member and element, and of every text that it writes.
struct Pen {
  static constexpr std::size_t kMemberRoom = 96;

  char* out;
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
  template <std::size_t N>
  [[gnu::always_inline]] void key(const char (&text)[N]) {
    line();
    name(text);
  }
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
  template <NamedEnum E>
  [[gnu::always_inline]] void enumerator(E value) {
    const QuotedName& name = kQuotedNames<E>[static_cast<std::size_t>(value)];
    std::memcpy(out, name.text, QuotedName::kRoom);
    out += name.size;
  }
  [[gnu::always_inline]] void begin_object() {
    *out++ = '{';
    indent += 2;
    first_line();
  }
  [[gnu::always_inline]] void end_object() {
    indent -= 2;
    first_line();
    *out++ = '}';
  }
  [[gnu::always_inline]] void integer(std::int64_t value) {
    out = std::to_chars(out, out + 24, value).ptr;
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

 private:
  // A static, and as long as two vector registers: then a line is two loads and two stores.
  static constexpr char kBreak[32] = {',', '\n', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ',
                                      ' ', ' ',  ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ',
                                      ' ', ' ',  ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
};

}  // namespace fauxbank::detail
