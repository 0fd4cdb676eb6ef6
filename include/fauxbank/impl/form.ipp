#pragma once

#include <algorithm>
#include <charconv>

#include <fauxbank/detail/form.hpp>
#include <fauxbank/detail/ref.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

/// How many steps `[a][b]` has; 0 where brackets do not match. Precondition: begins with an opening
/// bracket and ends with a closing one.
inline std::size_t steps_of(std::string_view brackets) noexcept {
  if (brackets.size() == 2) return 1;  // `[]`, as most
  std::size_t closed = 0;
  bool inside = false;
  for (char c : brackets) {
    if (c == '[' ? inside : !inside) return 0;
    if (c == '[') inside = true;
    if (c != ']') continue;
    inside = false;
    ++closed;
  }
  return closed;
}

FAUXBANK_DECL FormName::FormName(std::string_view name) noexcept : text(name), root(name) {
  if (name.empty() || name.back() != ']') return;
  const std::size_t open = name.find('[');
  if (open == 0 || open == std::string_view::npos) return;
  depth = steps_of(name.substr(open));
  if (depth != 0) root = name.substr(0, open);
}

FAUXBANK_DECL std::string_view FormName::step(std::size_t i) const noexcept {
  std::string_view rest = text.substr(root.size() + 1);
  for (; i > 0; --i)
    rest.remove_prefix(rest.find('[') + 1);
  return rest.substr(0, rest.find(']'));
}

/// Whether decoding leaves a text as it is: ASCII without escapes, plus signs and NUL. Most is.
inline bool decodes_to_itself(std::string_view text) noexcept {
  // Hardly any has a character before the comma; those that have are looked at more closely.
  const auto suspect = [](std::uint64_t word) {
    return (word | (word - words::kOnes * ',')) & words::kOnes * 0x80;
  };
  return words::none(text, suspect) || words::none(text, [](std::uint64_t word) {
           return (word & words::kOnes * 0x80) | words::has(word, '\0') | words::has(word, '%') |
                  words::has(word, '+');
         });
}

enum class Plus : bool { is_plus, is_space };

/// Decode into `out`; the offset of the first malformed escape, or npos.
[[gnu::cold]] FAUXBANK_DECL std::size_t decode_escapes(std::string_view text, Plus plus,
                                                       std::string& out) {
  out.clear();
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::is_space) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return i;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return std::string_view::npos;
}

FAUXBANK_DECL std::optional<std::string> FormFields::decode(std::string_view run,
                                                            std::string_view place, bool decode) {
  const bool as_it_is = !decode || decodes_to_itself(run);
  const auto fault = [&](std::string_view what, std::size_t offset) {
    return std::string(what) + " in the " + std::string(place) + " at byte " +
           std::to_string(offset);
  };
  for (std::size_t start = 0; start < run.size();) {
    const std::size_t end = std::min(run.find('&', start), run.size());
    const std::string_view pair = run.substr(start, end - start);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::size_t offsets[2] = {start, start + equals + 1};
    start = end + 1;
    if (pair.empty()) continue;
    fields_.push_back({pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size()))});
    if (as_it_is) continue;
    std::string_view* const parts[2] = {&fields_.back().name, &fields_.back().value};
    for (int i = 0; i < 2; ++i) {
      if (decodes_to_itself(*parts[i])) continue;
      std::string text;
      const std::size_t bad = decode_escapes(*parts[i], Plus::is_space, text);
      if (bad != std::string_view::npos) return fault("Malformed percent escape", offsets[i] + bad);
      if (text.find('\0') != std::string::npos) return fault("NUL character", offsets[i]);
      if (!is_utf8(text)) return fault("Invalid UTF-8", offsets[i]);
      unescaped_.push_back(std::make_unique<const std::string>(std::move(text)));
      *parts[i] = *unescaped_.back();
    }
  }
  return std::nullopt;
}

FAUXBANK_DECL void FormFields::clear() noexcept {
  fields_.clear();
  unescaped_.clear();
}

FAUXBANK_DECL bool decode_segment(std::string_view segment, std::string& out) {
  if (decodes_to_itself(segment)) {
    out.assign(segment);
    return true;
  }
  return decode_escapes(segment, Plus::is_plus, out) == std::string_view::npos &&
         out.find('\0') == std::string::npos && is_utf8(out);
}

FAUXBANK_DECL std::optional<std::uint64_t> parse_index(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

FAUXBANK_DECL std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace fauxbank::detail
