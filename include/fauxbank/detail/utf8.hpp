#pragma once

// Text that came from outside: whether it is text, and how to show it.

#include <cstddef>
#include <string>
#include <string_view>

namespace fauxbank::detail {

/// The length of the well-formed UTF-8 prefix (RFC 3629: no surrogates, nothing overlong or past U+10FFFF).
inline std::size_t utf8_prefix(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t i = 0;
  while (i < text.size()) {
    const unsigned lead = byte(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
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

/// Text for a message: in quotes, cut to a readable length, never inside a character.
inline std::string quoted(std::string_view text) {
  constexpr std::size_t kReadable = 120;
  if (text.size() <= kReadable) return "'" + std::string(text) + "'";
  std::size_t end = kReadable;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
  return "'" + std::string(text.substr(0, end)) + "…'";
}

}  // namespace fauxbank::detail
