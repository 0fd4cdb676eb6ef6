#pragma once

/// \file
/// The rule table: every behaviour that a client can observe, by id. The engine cites a rule
/// wherever it decides something, so a world knows which rules it has applied and how often.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/detail/config.hpp>
#include <fauxbank/detail/rule_table.hpp>

namespace fauxbank {

/// A rule; the enumerator is its id with dots as underscores.
enum class Rule : unsigned char {
#define FAUXBANK_RULE_ENUM(name, id, origin, stage, text) name,
  FAUXBANK_RULE_TABLE(FAUXBANK_RULE_ENUM)
#undef FAUXBANK_RULE_ENUM
      count_
};

inline constexpr std::size_t kRuleCount = static_cast<std::size_t>(Rule::count_);

/// Where a rule comes from.
enum class Origin : std::uint8_t {
  documented,  ///< stated or shown by the API page, or by the published schema and error codes
  observed,    ///< seen in public recordings or probes of the real service
  assumed,     ///< neither: our choice, the stricter of the plausible ones
  ours,        ///< about the simulator itself
};
std::string_view to_string(Origin origin) noexcept;

/// Whether the simulator implements a rule yet.
enum class Stage : std::uint8_t { implemented, planned };

/// One row of the table.
struct RuleInfo {
  Rule rule;
  std::string_view id;
  Origin origin;
  Stage stage;
  std::string_view text;
};

/// All rules, in the table's order: element `i` is the rule with value `i`.
const std::array<RuleInfo, kRuleCount>& all_rules() noexcept;

/// Look up a rule's row.
const RuleInfo& info(Rule rule) noexcept;

/// A rule by its id, as `list.has_more`.
inline std::string_view to_string(Rule rule) noexcept { return info(rule).id; }
inline std::string_view to_string(Stage stage) noexcept {
  return stage == Stage::implemented ? "implemented" : "planned";
}
/// `list.has_more (documented): true exactly when …`
std::string to_string(const RuleInfo& row);

/// Find a rule by id, as `list.has_more`.
std::optional<Rule> find_rule(std::string_view id) noexcept;

/// A set of rules: which ones one call applied.
class RuleSet {
 public:
  constexpr void insert(Rule rule) noexcept { word(rule) |= bit(rule); }
  constexpr bool contains(Rule rule) const noexcept {
    return (words_[index(rule)] & bit(rule)) != 0;
  }
  constexpr bool empty() const noexcept { return (words_[0] | words_[1]) == 0; }
  constexpr RuleSet& operator|=(const RuleSet& other) noexcept {
    words_[0] |= other.words_[0];
    words_[1] |= other.words_[1];
    return *this;
  }

  /// Call `f(Rule)` for each member, in the table's order.
  template <class F>
  constexpr void for_each(F&& f) const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
      for (std::uint64_t rest = words_[w]; rest != 0; rest &= rest - 1) {
        f(static_cast<Rule>(w * 64 + static_cast<std::size_t>(std::countr_zero(rest))));
      }
    }
  }

  friend constexpr bool operator==(const RuleSet&, const RuleSet&) = default;

 private:
  static_assert(kRuleCount <= 128);
  static constexpr std::size_t index(Rule rule) noexcept {
    return static_cast<std::size_t>(rule) / 64;
  }
  static constexpr std::uint64_t bit(Rule rule) noexcept {
    return std::uint64_t{1} << (static_cast<unsigned>(rule) % 64);
  }
  constexpr std::uint64_t& word(Rule rule) noexcept { return words_[index(rule)]; }

  std::array<std::uint64_t, 2> words_{};
};

/// The ids, in the table's order.
std::string to_string(const RuleSet& rules);

/// How many calls and world events applied each rule.
class RuleCounts {
 public:
  void add(const RuleSet& rules) noexcept {
    if (rules != last_) {
      last_.for_each([this](Rule rule) { counts_[static_cast<std::size_t>(rule)] += times_; });
      last_ = rules;
      times_ = 0;
    }
    ++times_;
  }
  std::uint64_t operator[](Rule rule) const noexcept {
    return counts_[static_cast<std::size_t>(rule)] + (last_.contains(rule) ? times_ : 0);
  }

 private:
  std::array<std::uint64_t, kRuleCount> counts_{};
  RuleSet last_;  // which was added so many times in a row: not in the counts yet
  std::uint64_t times_ = 0;
};

/// `list.order 2, list.has_more 1`, or `no rule`
std::string to_string(const RuleCounts& counts);

namespace detail {

// The suite proves that each rule is tested by switching it off in a build of its own, whose test
// program defines this function. Everywhere else every rule is on.
#ifdef FAUXBANK_RULE_SWITCHES
bool rule_enabled(Rule rule) noexcept;
#else
constexpr bool rule_enabled(Rule) noexcept { return true; }
#endif

/// What one call applied; every decision of the engine goes through `apply`.
class RuleLog {
 public:
  /// Note that `rule` now decides something. False only in the build that switches rules off.
  bool apply(Rule rule) noexcept {
    applied_.insert(rule);
    return rule_enabled(rule);
  }
  constexpr void add(const RuleSet& rules) noexcept { applied_ |= rules; }
  constexpr const RuleSet& applied() const noexcept { return applied_; }

 private:
  RuleSet applied_;
};

}  // namespace detail
}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/rules.ipp>
#endif
