#pragma once

// JSON as flat nodes over the text that they came from: quick to make, and every value can be found
// in the text again.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fauxbank::detail {

enum class JsonKind : std::uint8_t {
  null,
  boolean,
  integer,  // fits into std::int64_t
  natural,  // fits into std::uint64_t alone
  real,     // anything else: fractions, exponents, integers that fit into neither
  string,
  array,
  object
};

/// One value. Its subtree follows it; `end` is the first node after that.
struct JsonNode {
  std::string_view key{};   // of a member
  std::string_view text{};  // of a string, decoded; of a real number, as written
  union {
    std::int64_t integer = 0;
    std::uint64_t natural;
    double real;
  };
  std::uint32_t end = 0;
  JsonKind kind = JsonKind::null;
};

struct JsonTree {
  std::vector<JsonNode> nodes{};    // in the order of the text; the root first
  std::deque<std::string> texts{};  // strings with escapes, decoded
};

/// Where a text stops being JSON, and why.
struct JsonFault {
  std::size_t offset = 0;
  std::string text{};
};

inline constexpr std::size_t kDeepestJson = 32;

/// Read a text; its strings stay in it, so it must outlive the tree.
std::optional<JsonFault> parse_json(std::string_view text, JsonTree& tree);

/// Where a value stands in its text.
struct JsonPlace {
  std::size_t offset = 0;      // of the value
  std::size_t key_offset = 0;  // of its key's quotation mark, or of the value
  std::string pointer{};       // RFC 6901
};

/// Find values again. \param wanted nodes of the tree, ascending \returns one place for each
std::vector<JsonPlace> find_places(const JsonTree& tree, std::string_view text,
                                   const std::vector<std::uint32_t>& wanted);

/// Turns offsets, ascending or nearly so, into lines and columns.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  struct Place {
    unsigned line = 1;
    unsigned column = 1;  // in characters
  };
  Place at(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t line_start_ = 0;
  std::size_t seen_ = 0;
  unsigned line_ = 1;
};

}  // namespace fauxbank::detail
