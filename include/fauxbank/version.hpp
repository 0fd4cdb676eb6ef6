#pragma once

// The one place that states the version: CMake reads these three lines.
#define FAUXBANK_VERSION_MAJOR 0
#define FAUXBANK_VERSION_MINOR 1
#define FAUXBANK_VERSION_PATCH 0

#define FAUXBANK_DETAIL_LITERAL(a, b, c) #a "." #b "." #c
#define FAUXBANK_DETAIL_DOTTED(a, b, c) FAUXBANK_DETAIL_LITERAL(a, b, c)

/// "major.minor.patch" as a string literal, for the preprocessor and for concatenation.
#define FAUXBANK_VERSION_STRING \
  FAUXBANK_DETAIL_DOTTED(FAUXBANK_VERSION_MAJOR, FAUXBANK_VERSION_MINOR, FAUXBANK_VERSION_PATCH)

namespace fauxbank {

/// The version of the headers that this translation unit was compiled with, "major.minor.patch".
inline constexpr char version_string[] = FAUXBANK_VERSION_STRING;

}  // namespace fauxbank
