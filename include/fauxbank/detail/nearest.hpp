#pragma once

// The nearest valid name to one that was misspelled.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fauxbank::detail {

/// Edits (insert, erase, replace, swap of neighbours) that lead from one text to the other.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

/// Collects candidates and keeps the nearest; the first of equals.
class Nearest {
 public:
  explicit Nearest(std::string_view wanted) : wanted_(wanted) {}

  void offer(std::string_view candidate) {
    if (wanted_.size() > kLongest || candidate.size() > kLongest) return;
    const std::size_t distance = edit_distance(wanted_, candidate);
    if (distance >= best_distance_) return;
    best_distance_ = distance;
    best_ = candidate;
  }

  /// The best candidate, or an empty text when even that one is not alike.
  std::string best() const {
    return best_distance_ <= std::max<std::size_t>(2, wanted_.size() / 2) ? best_ : std::string();
  }

 private:
  static constexpr std::size_t kLongest = 255;
  std::string_view wanted_;
  std::string best_;
  std::size_t best_distance_ = static_cast<std::size_t>(-1);
};

}  // namespace fauxbank::detail
