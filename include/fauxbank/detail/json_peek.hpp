#pragma once

// A look at one member of a JSON text, for headers that must not need a JSON library. What is not
// well formed has no members.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fauxbank::detail {

/// Skip one value, from its first character; npos where the text ends too early.
inline std::size_t skip_json_value(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t npos = std::string_view::npos;
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
      if (at >= text.size()) return npos;
      if (depth == 0) return at + 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return at;  // the end of what surrounds a number or a word
      if (--depth == 0) return at + 1;
    } else if (depth == 0 && c == ',') {
      return at;
    }
  }
  return depth == 0 ? at : npos;
}

inline std::size_t skip_json_space(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() &&
         (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t'))
    ++at;
  return at;
}

/// The text of a member of the object that `text` is; the first of that name.
inline std::optional<std::string_view> peek_member(std::string_view text, std::string_view name) {
  std::size_t at = skip_json_space(text, 0);
  if (at >= text.size() || text[at] != '{') return std::nullopt;
  for (at = skip_json_space(text, at + 1); at < text.size() && text[at] == '"';) {
    const std::size_t end = skip_json_value(text, at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view key = text.substr(at + 1, end - at - 2);
    at = skip_json_space(text, end);
    if (at >= text.size() || text[at] != ':') return std::nullopt;
    at = skip_json_space(text, at + 1);
    const std::size_t value_end = skip_json_value(text, at);
    if (value_end == std::string_view::npos || value_end == at) return std::nullopt;
    if (key == name) return text.substr(at, value_end - at);
    at = skip_json_space(text, value_end);
    if (at < text.size() && text[at] == ',') at = skip_json_space(text, at + 1);
  }
  return std::nullopt;
}

/// The characters of a string value, escapes as they are; other values as they are spelled.
inline std::string peek_string(std::string_view value) {
  const bool in_quotes = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return std::string(in_quotes ? value.substr(1, value.size() - 2) : value);
}

}  // namespace fauxbank::detail
