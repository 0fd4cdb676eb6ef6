#pragma once

// The commands of the program `fauxbank`. Each gets its arguments and returns the exit code: 0 for
// good, 1 for bad news, 2 for arguments that make no sense.

#include <span>
#include <string_view>

namespace fauxbank::cli {

inline constexpr int kGood = 0;
inline constexpr int kBadNews = 1;
inline constexpr int kUsage = 2;

int check(std::span<const std::string_view> arguments);
int coverage(std::span<const std::string_view> arguments);
int run(std::span<const std::string_view> arguments);
int serve(std::span<const std::string_view> arguments);

}  // namespace fauxbank::cli
