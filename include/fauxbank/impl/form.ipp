#pragma once

#include <charconv>

#include <fauxbank/detail/form.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

FAUXBANK_DECL FormName::FormName(std::string_view name) noexcept : root(name) {
  const std::size_t open = name.find('[');
  if (open == 0 || open == std::string_view::npos || name.back() != ']') return;
  std::size_t count = 0;
  std::string_view found[kDeepest];
  for (std::string_view rest = name.substr(open); !rest.empty();) {
    const std::size_t close = rest.find(']');
    if (rest.front() != '[' || close == std::string_view::npos) return;
    const std::string_view inner = rest.substr(1, close - 1);
    if (inner.find('[') != std::string_view::npos) return;
    if (count < kDeepest) found[count] = inner;
    ++count;
    rest.remove_prefix(close + 1);
  }
  root = name.substr(0, open);
  depth = count;
  for (std::size_t i = 0; i < kDeepest; ++i)
    steps[i] = found[i];
}

enum class Plus : bool { is_plus, is_space };

/// Decode into `out`; the offset of the first malformed escape, or npos.
FAUXBANK_DECL std::size_t decode_escapes(std::string_view text, Plus plus, std::string& out) {
  out.clear();
  out.reserve(text.size());
  const std::size_t plain =
      std::min(text.find('%'), plus == Plus::is_space ? text.find('+') : std::string_view::npos);
  out.append(text.substr(0, plain));
  for (std::size_t i = std::min(plain, text.size()); i < text.size(); ++i) {
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

FAUXBANK_DECL std::optional<std::string> decode_form(std::string_view run, std::string_view place,
                                                     bool decode, std::vector<FormField>& fields) {
  const auto fault = [&](std::string_view what, std::size_t offset) {
    return std::string(what) + " in the " + std::string(place) + " at byte " +
           std::to_string(offset);
  };
  for (std::size_t start = 0; start < run.size();) {
    const std::size_t end = std::min(run.find('&', start), run.size());
    const std::string_view pair = run.substr(start, end - start);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view parts[2] = {pair.substr(0, equals),
                                       pair.substr(std::min(equals + 1, pair.size()))};
    const std::size_t offsets[2] = {start, start + equals + 1};
    start = end + 1;
    if (pair.empty()) continue;
    FormField field;
    std::string* const targets[2] = {&field.name, &field.value};
    for (int i = 0; i < 2; ++i) {
      std::string& target = *targets[i];
      if (!decode) {
        target.assign(parts[i]);
        continue;
      }
      const std::size_t bad = decode_escapes(parts[i], Plus::is_space, target);
      if (bad != std::string_view::npos) return fault("Malformed percent escape", offsets[i] + bad);
      if (target.find('\0') != std::string::npos) return fault("NUL character", offsets[i]);
      if (!is_utf8(target)) return fault("Invalid UTF-8", offsets[i]);
    }
    fields.push_back(std::move(field));
  }
  return std::nullopt;
}

FAUXBANK_DECL bool decode_segment(std::string_view segment, std::string& out) {
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
