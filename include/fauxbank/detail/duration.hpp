#pragma once

// Durations as scenario files write them: `250ms`, `5s`, `2m`, `24h`, `7d`.

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/clock.hpp>

namespace fauxbank::detail {

struct DurationUnit {
  std::string_view name;
  std::int64_t ms;
};
inline constexpr std::array<DurationUnit, 5> kDurationUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

/// Write a duration in the largest unit that divides it.
inline std::string duration_text(Milliseconds by) {
  if (by == Milliseconds::zero()) return "0s";
  for (const DurationUnit& unit : kDurationUnits) {
    if (by.count() % unit.ms == 0) return std::to_string(by.count() / unit.ms).append(unit.name);
  }
  return {};
}

/// Read a duration: a number without sign or fraction, then a unit.
inline std::optional<Milliseconds> parse_duration(std::string_view text) noexcept {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || text.front() == '-') return std::nullopt;
  const std::string_view name(unit, static_cast<std::size_t>(end - unit));
  for (const DurationUnit& known : kDurationUnits) {
    if (known.name != name) continue;
    if (number > kLastInstantMs / known.ms) return std::nullopt;
    return Milliseconds{number * known.ms};
  }
  return std::nullopt;
}

}  // namespace fauxbank::detail
