#pragma once

#include <cstdint>
#include <cstdio>

#include <fauxbank/clock.hpp>

namespace fauxbank {
namespace detail {

struct DigitReader {
  std::string_view text;
  std::size_t at = 0;

  bool eat(char c) noexcept {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  }

  /// Exactly `digits` decimal digits, or -1.
  int number(int digits) noexcept {
    int value = 0;
    for (int i = 0; i < digits; ++i, ++at) {
      if (at >= text.size() || text[at] < '0' || text[at] > '9') return -1;
      value = value * 10 + (text[at] - '0');
    }
    return value;
  }
};

/// `Z`, `+hh:mm` or `-hh:mm`, in minutes.
FAUXBANK_DECL std::optional<int> read_offset(DigitReader& in) {
  if (in.eat('Z')) return 0;
  const int sign = in.eat('+') ? 1 : in.eat('-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const int hours = in.number(2);
  if (hours < 0 || hours > 23 || !in.eat(':')) return std::nullopt;
  const int minutes = in.number(2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  return sign * (hours * 60 + minutes);
}

/// `.d…` up to milliseconds; further digits must be there for nobody, so they are refused.
FAUXBANK_DECL std::optional<int> read_millis(DigitReader& in) {
  if (!in.eat('.')) return 0;
  int millis = 0;
  int digits = 0;
  while (in.at < in.text.size() && in.text[in.at] >= '0' && in.text[in.at] <= '9') {
    if (++digits > 3) return std::nullopt;
    millis = millis * 10 + in.number(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits)
    millis *= 10;
  return millis;
}

}  // namespace detail

FAUXBANK_DECL std::string to_string(Instant at) {
  using namespace std::chrono;
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const auto rest = (at - day).count();
  const auto seconds = static_cast<int>(rest / 1000);
  const auto millis = static_cast<int>(rest % 1000);
  char text[48];
  int n = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", int{date.year()},
                        unsigned{date.month()}, unsigned{date.day()}, seconds / 3600,
                        seconds / 60 % 60, seconds % 60);
  if (millis != 0)
    n += std::snprintf(text + n, sizeof text - static_cast<std::size_t>(n), ".%03d", millis);
  return std::string(text, static_cast<std::size_t>(n)) + "Z";
}

FAUXBANK_DECL std::optional<Instant> parse_instant(std::string_view text) {
  using namespace std::chrono;
  detail::DigitReader in{text};
  const int y = in.number(4);
  if (y < 0 || !in.eat('-')) return std::nullopt;
  const int mo = in.number(2);
  if (mo < 0 || !in.eat('-')) return std::nullopt;
  const int d = in.number(2);
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                            day{static_cast<unsigned>(d)}};
  if (d < 0 || !date.ok() || !in.eat('T')) return std::nullopt;
  const int h = in.number(2);
  if (h < 0 || h > 23 || !in.eat(':')) return std::nullopt;
  const int mi = in.number(2);
  if (mi < 0 || mi > 59 || !in.eat(':')) return std::nullopt;
  const int s = in.number(2);
  if (s < 0 || s > 59) return std::nullopt;
  const auto ms = detail::read_millis(in);
  if (!ms) return std::nullopt;
  const auto offset = detail::read_offset(in);
  if (!offset || in.at != text.size()) return std::nullopt;
  const Instant at =
      sys_days{date} + hours{h} + minutes{mi - *offset} + seconds{s} + Milliseconds{*ms};
  if (detail::to_ms(at) < 0 || detail::to_ms(at) > detail::kLastInstantMs) return std::nullopt;
  return at;
}

}  // namespace fauxbank
