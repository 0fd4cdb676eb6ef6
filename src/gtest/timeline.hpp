#pragma once

// What the listener and the timeline share; private to src/gtest.

#include <string>
#include <string_view>

#include <fauxbank/gtest.hpp>

namespace fauxbank {

/// The head of a report.
struct Story {
  std::string title{};
  std::string summary{};  ///< accounts, time, seed, digests, entries
};

Story tell(const State& state, const Journal& journal, std::string_view title);
std::string render_timeline(const Journal& journal, const Story& story);

}  // namespace fauxbank
