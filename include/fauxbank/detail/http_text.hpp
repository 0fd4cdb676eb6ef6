#pragma once

// Texts of HTTP/1.1 that several parts read.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <fauxbank/http/message.hpp>

namespace fauxbank::detail {

inline bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

inline std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// A whole text as a number.
inline std::optional<std::uint64_t> read_number(std::string_view text, int base = 10) noexcept {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value, base);
  if (fault != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// The next line without its end, taken off the front; nothing while it is not complete.
inline std::optional<std::string_view> take_line(std::string_view& rest) noexcept {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

enum class ResponseHead : unsigned char { more, complete, malformed };

/// Take the head of an answer off the front: `HTTP/1.1 200 OK`, header lines, an empty line. What
/// is not complete is to be read anew.
/// \param reason gets the phrase behind the status
inline ResponseHead take_response_head(std::string_view& rest, Response& response,
                                       std::string_view& reason) {
  response = {};
  auto line = take_line(rest);
  if (!line) return ResponseHead::more;
  if (line->substr(0, 7) != "HTTP/1." || line->size() < 12 || (*line)[8] != ' ')
    return ResponseHead::malformed;
  const auto status = read_number(line->substr(9, 3));
  if (!status || *status < 100 || (line->size() > 12 && (*line)[12] != ' '))
    return ResponseHead::malformed;
  response.status = static_cast<int>(*status);
  reason = line->size() > 13 ? line->substr(13) : std::string_view();
  while ((line = take_line(rest))) {
    if (line->empty()) return ResponseHead::complete;
    const std::size_t colon = line->find(':');
    if (colon == std::string_view::npos || colon == 0) return ResponseHead::malformed;
    response.headers.add(line->substr(0, colon), trim(line->substr(colon + 1)));
  }
  return ResponseHead::more;
}

}  // namespace fauxbank::detail
