#pragma once

// Text that came from outside: whether it is text, and how to show it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <fauxbank/detail/ref.hpp>

namespace fauxbank::detail {

/// How many characters from the start are ASCII; nearly all are, so eight at a time.
inline std::size_t ascii_prefix(std::string_view text) noexcept {
  std::size_t i = 0;
  for (std::uint64_t word = 0; i + sizeof word <= text.size(); i += sizeof word) {
    std::memcpy(&word, text.data() + i, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80)
    ++i;
  return i;
}

/// The length of the well-formed UTF-8 prefix (RFC 3629: no surrogates, nothing overlong or past
/// U+10FFFF).
inline std::size_t utf8_prefix(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t i = 0;
  while (i < text.size()) {
    if (const std::size_t ascii = ascii_prefix(text.substr(i)); ascii != 0) {
      i += ascii;
      continue;
    }
    const unsigned lead = byte(i);
    const std::size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || more >= text.size() - i) return i;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((byte(i + k) & 0xc0u) != 0x80u) return i;
    }
    const unsigned second = byte(i + 1);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
      return i;
    }
    i += more + 1;
  }
  return i;
}

inline bool is_utf8(std::string_view text) noexcept { return utf8_prefix(text) == text.size(); }

/// What keys are made of: letters, digits and underscores.
inline constexpr auto kKeyCharacters = [] {
  std::array<bool, 256> is{};
  for (unsigned c = '0'; c <= '9'; ++c)
    is[c] = true;
  for (unsigned c = 'A'; c <= 'Z'; ++c)
    is[c] = is[c + ('a' - 'A')] = true;
  is['_'] = true;
  return is;
}();
inline bool is_key_character(char c) noexcept {
  return kKeyCharacters[static_cast<unsigned char>(c)];
}

/// Where a live key begins, whatever stands around it (rule auth.live_key); or npos.
inline std::size_t find_live_key(std::string_view text, std::size_t from = 0) noexcept {
  // By its rarest letter: requests are full of underscores.
  constexpr std::string_view kRest = "k_live_";
  constexpr std::size_t kPlace = kRest.find('v');
  if (text.size() <= kRest.size()) return std::string_view::npos;
  for (std::size_t at = text.find('v', from + kPlace + 1); at != std::string_view::npos;
       at = text.find('v', at + 1)) {
    if (text[at - 1] != 'i' || text.substr(at - kPlace, kRest.size()) != kRest) continue;
    const char kind = text[at - kPlace - 1];
    if (kind == 's' || kind == 'r' || kind == 'p') return at - kPlace - 1;
  }
  return std::string_view::npos;
}

inline bool holds_plain_live_key(std::string_view text) noexcept {
  return find_live_key(text) != std::string_view::npos;
}

inline int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The character at `at` of a text with percent escapes; `at` moves behind it.
inline char take_escaped(std::string_view text, std::size_t& at) noexcept {
  const char first = text[at++];
  if (first != '%' || at + 1 >= text.size()) return first;
  const int high = hex_digit(text[at]);
  const int low = hex_digit(text[at + 1]);
  if (high < 0 || low < 0) return first;
  at += 2;
  return static_cast<char>(high * 16 + low);
}

/// Where a live key begins of which any character may be percent-escaped; or npos.
[[gnu::cold]] inline std::size_t find_escaped_live_key(std::string_view text,
                                                       std::size_t from = 0) noexcept {
  constexpr std::string_view kMiddle = "k_live_";  // after one of s, r and p
  std::array<std::size_t, 8> begins{};             // of the last eight characters
  std::array<char, 8> last{};
  std::size_t count = 0;
  const auto past = [&](std::size_t back) { return (count - back) % 8; };
  for (std::size_t at = from; at < text.size();) {
    begins[count % 8] = at;
    last[count % 8] = take_escaped(text, at);
    if (++count < 8 || last[past(1)] != '_') continue;
    const char kind = last[past(8)];
    bool found = kind == 's' || kind == 'r' || kind == 'p';
    for (std::size_t i = 0; found && i < kMiddle.size(); ++i)
      found = last[past(7 - i)] == kMiddle[i];
    if (found) return begins[past(8)];
  }
  return std::string_view::npos;
}

/// False for nearly every text, and then there is no live key in it. It looks at all of a text
/// before it decides: where a letter stands in an id is chance, which no processor can predict.
[[gnu::noinline]] inline bool may_hold_live_key(std::string_view text) noexcept {
  using Block [[gnu::vector_size(16)]] = unsigned char;
  constexpr std::size_t kSize = sizeof(Block);
  constexpr std::size_t kBack = 3;  // from the v of "k_live_" to the underscore before it
  if (text.size() < kSize) {
    return !words::none(
        text, [](std::uint64_t word) { return words::has(word, 'v') | words::has(word, '%'); });
  }
  constexpr Block kV = Block{} + static_cast<unsigned char>('v');
  constexpr Block kUnderscore = Block{} + static_cast<unsigned char>('_');
  constexpr Block kPercent = Block{} + static_cast<unsigned char>('%');
  Block least = ~Block{};  // difference from what is looked for: zero where it stands
  const auto note = [&](const Block& difference) {
    least = difference < least ? difference : least;
  };
  Block block;
  std::memcpy(&block, text.data(), kSize);
  note(block ^ kPercent);
  const auto look = [&](const char* at) {
    Block before;
    std::memcpy(&block, at, kSize);
    std::memcpy(&before, at - kBack, kSize);
    note(block ^ kPercent);
    note((block ^ kV) | (before ^ kUnderscore));
  };
  const char* const last = text.data() + text.size() - kSize;
  if (text.size() < kSize + kBack) {
    std::memcpy(&block, last, kSize);
    note(block ^ kPercent);
    note(block ^ kV);
  } else {
    for (const char* at = text.data() + kBack; at < last; at += kSize)
      look(at);
    look(last);
  }
  const auto found = least == Block{};
  std::uint64_t halves[2];
  std::memcpy(halves, &found, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

/// Whether a text holds a live key, as it is or with percent escapes.
inline bool holds_live_key(std::string_view text) noexcept {
  if (!may_hold_live_key(text)) [[likely]]
    return false;
  return holds_plain_live_key(text) || (text.find('%') != std::string_view::npos &&
                                        find_escaped_live_key(text) != std::string_view::npos);
}

/// Where to cut a text before a key: behind a backslash its r may be the rest of a JSON escape.
inline std::size_t cut_before_key(std::string_view text, std::size_t at) noexcept {
  return at > 0 && text[at] == 'r' && text[at - 1] == '\\' ? at + 1 : at;
}

/// Replace every live key in a text by a mark (rule auth.live_key). JSON stays JSON.
[[gnu::cold]] inline void scrub_live_keys(std::string& text) {
  static constexpr std::string_view kMark = "[live key]";
  if (text.find('%') != std::string::npos) {
    std::string scrubbed;
    std::size_t done = 0;
    for (std::size_t at = find_escaped_live_key(text); at != std::string::npos;
         at = find_escaped_live_key(text, done)) {
      scrubbed.append(text, done, cut_before_key(text, at) - done).append(kMark);
      done = at;
      for (std::size_t next = at; next < text.size(); done = next) {
        if (!is_key_character(take_escaped(text, next))) break;
      }
    }
    if (done != 0) text = scrubbed.append(text, done);
    return;
  }
  std::string scrubbed;  // beside the text, because a hostile body can hold a hundred thousand
  std::size_t done = 0;
  for (std::size_t at = find_live_key(text); at != std::string::npos;
       at = find_live_key(text, done)) {
    scrubbed.append(text, done, cut_before_key(text, at) - done).append(kMark);
    done = at;
    while (done < text.size() && is_key_character(text[done]))
      ++done;
  }
  if (done == 0) return;
  scrubbed.append(text, done);
  text = std::move(scrubbed);
}

/// Text for a line of a report: no key ends up in a log, and no line is broken by what a stranger
/// sent. Cut to `longest` bytes, never inside a character.
[[gnu::cold]] inline std::string one_line(std::string_view text, std::size_t longest) {
  std::string line;
  for (char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    const bool control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    if (space && !line.empty() && line.back() == ' ') continue;
    line.push_back(space ? ' ' : control ? '?' : c);
  }
  scrub_live_keys(line);
  if (line.size() <= longest) return line;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0u) == 0x80u)
    --end;
  return line.substr(0, end) + "…";
}

/// Text for a message: in quotes, without live keys, cut to a readable length, never inside a
/// character.
struct Quoted {
  [[gnu::cold]] std::string operator()(std::string_view text) const {
    constexpr std::size_t kReadable = 120;
    if (text.size() <= kReadable) return "'" + std::string(text) + "'";
    std::size_t end = kReadable;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u)
      --end;
    return "'" + std::string(text.substr(0, end)) + "…'";
  }
};
// An object, not a function: for a std::string, look-up by argument would find std::quoted as well.
inline constexpr Quoted quoted{};

}  // namespace fauxbank::detail
