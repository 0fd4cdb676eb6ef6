#pragma once

// Reads scenarios from JSON nodes. Everything that is wrong is noted with its node, and reading
// goes on.

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/detail/check_scenario.hpp>
#include <fauxbank/detail/json_tree.hpp>
#include <fauxbank/scenario.hpp>

namespace fauxbank::detail {

class ScenarioReader;

/// One key that an object may have, and what reads its value.
template <class T>
struct Member {
  std::string_view name;
  void (*read)(ScenarioReader&, std::uint32_t node, T& into);
};

class ScenarioReader {
 public:
  ScenarioReader(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  using Node = std::uint32_t;
  using Seen = std::uint64_t;  // which members of a table an object has

  /// Parse the text; false when it is no JSON.
  bool parse();
  void scenario(Scenario& into);
  void fault_list(std::vector<FaultPlan>& into);
  void single_entry(TimelineEntry& into);
  std::vector<Diagnostic> diagnostics();
  bool good() const noexcept { return found_.empty() && !broken_; }

  // ---- what the tables of members are made of ----
  const JsonNode& at(Node node) const { return tree_.nodes[node]; }
  bool is(Node node, JsonKind kind) const { return at(node).kind == kind; }
  bool is_null(Node node) const { return is(node, JsonKind::null); }

  void complain(Node node, std::string text) { note(node, false, std::move(text)); }
  void complain_key(Node node, std::string text) { note(node, true, std::move(text)); }
  void wanted(Node node, std::string_view what);

  template <class T, std::size_t N>
  Seen object(Node node, T& into, const Member<T> (&members)[N]);
  template <class T, std::size_t N>
  void require(Node node, Seen seen, const Member<T> (&members)[N], std::string_view name);
  /// Call `each(node)` for every element.
  template <class F>
  void array(Node node, const F& each);
  /// Call `each(key, node)` for every member of an object with free keys.
  template <class F>
  void entries(Node node, const F& each);

  bool text(Node node, std::string& into);
  bool integer(Node node, std::int64_t& into);
  bool natural(Node node, std::uint64_t& into);
  bool boolean(Node node, bool& into);
  bool time(Node node, Instant& into);
  bool time(Node node, UnixTime& into);
  bool duration(Node node, Milliseconds& into);
  bool when(Node node, When& into);
  template <NamedEnum E>
  bool name(Node node, E& into);
  template <NamedEnum E>
  void names(Node node, EnumSet<E>& into);
  template <class T>
  void optional_time(Node node, std::optional<T>& into);
  void optional_text(Node node, std::optional<std::string>& into);
  /// A member whose only value is known: `object`, `livemode`.
  void constant(Node node, std::initializer_list<std::string_view> values);
  void livemode(Node node);

  void accounts(Node list, Scenario& into, bool newest_first);
  void account(Node node, AccountSpec& into);
  void holder(Node node, std::optional<AccountHolder>& into);
  void balance(Node node, Balance& into, UnixTime as_of);
  void optional_balance(Node node, std::optional<Balance>& into, UnixTime as_of);
  void amounts(Node node, Amounts& into);
  void refresh_hash(Node node, std::optional<Refresh>& into);
  void ownership(Node node, std::optional<Ownership>& into);
  void owners(Node node, std::vector<Owner>& into);
  void transactions(Node node, std::vector<Transaction>& into);
  void account_numbers(Node node, std::optional<std::vector<AccountNumber>>& into);
  void status_details(Node node, std::optional<StatusDetails>& into);
  void plan(Node node, RefreshPlan& into);
  void plans(Node node, std::vector<RefreshPlan>& into);
  void completes(Node node, std::optional<Completion>& into);
  void session(Node node, SessionSpec& into);
  void entry(Node node, TimelineEntry& into, bool at_now);
  void fault(Node node, std::vector<FaultPlan>& into);
  void in_flight(Node node, InFlight& into);
  void status(Node node, AccountSpec& into);

  Instant now{};                           // of the scenario, known before anything else is read
  bool origin_given = false;               // by the refresh hash that was read last
  bool transactions_origin_given = false;  // by that of transactions

 private:
  struct Found {
    Node node;
    bool at_key;
    std::string text;
  };
  static constexpr std::size_t kMost = 1000;

  void note(Node node, bool at_key, std::string text);
  void integer_fault(Node node);
  void comment(Node node, std::vector<std::string_view>& comments);
  void captured(Scenario& into);
  void whole_scenario(Scenario& into);
  void check_whole(const Scenario& scenario);
  Node resolve(std::string_view pointer, Node& part) const;
  Node child(Node node, std::string_view segment) const;

  std::string_view text_;
  std::string name_;
  JsonTree tree_;
  std::optional<JsonFault> broken_;
  std::vector<Found> found_;
  std::vector<Node> accounts_;  // by link order
  bool ids_lost_ = false;       // an account's id could not be read: nobody knows who is there
  bool status_pending_ = false;
};

using Reader = ScenarioReader;
using ReaderNode = ScenarioReader::Node;

// ---- templates ----------------------------------------------------------------------------------

inline bool is_comment_key(std::string_view key) noexcept {
  return key.substr(0, 2) == "//" || key == "$schema";
}

template <class T, std::size_t N>
ScenarioReader::Seen ScenarioReader::object(Node node, T& into, const Member<T> (&members)[N]) {
  static_assert(N <= 64);
  if (!is(node, JsonKind::object)) {
    wanted(node, "an object");
    return ~Seen{0};
  }
  Seen seen = 0;
  std::vector<std::string_view> comments;
  std::size_t next = 0;  // files have their members in one order
  for (Node child = node + 1; child < at(node).end; child = at(child).end) {
    const std::string_view key = at(child).key;
    std::size_t i = next;
    for (std::size_t tried = 0; tried < N && members[i].name != key; ++tried)
      i = i + 1 == N ? 0 : i + 1;
    if (members[i].name != key) {
      if (is_comment_key(key)) {
        comment(child, comments);
        continue;
      }
      std::array<std::string_view, N> known;
      for (std::size_t k = 0; k < N; ++k)
        known[k] = members[k].name;
      complain_key(child, "unknown key " + quoted(key) + no_such_name(key, known));
      continue;
    }
    next = i + 1 == N ? 0 : i + 1;
    if ((seen >> i & 1) != 0) {
      complain_key(child, "the key " + quoted(key) + " stands twice");
      continue;
    }
    seen |= Seen{1} << i;
    members[i].read(*this, child, into);
  }
  return seen;
}

template <class T, std::size_t N>
void ScenarioReader::require(Node node, Seen seen, const Member<T> (&members)[N],
                             std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (members[i].name == name && (seen >> i & 1) == 0)
      complain(node, "the key " + quoted(name) + " is missing");
  }
}

template <class F>
void ScenarioReader::array(Node node, const F& each) {
  if (!is(node, JsonKind::array)) return wanted(node, "a list");
  for (Node child = node + 1; child < at(node).end; child = at(child).end)
    each(child);
}

template <class F>
void ScenarioReader::entries(Node node, const F& each) {
  if (!is(node, JsonKind::object)) return wanted(node, "an object");
  std::vector<std::string_view> keys;
  for (Node child = node + 1; child < at(node).end; child = at(child).end) {
    const std::string_view key = at(child).key;
    comment(child, keys);
    if (!is_comment_key(key)) each(key, child);
  }
}

template <NamedEnum E>
bool ScenarioReader::name(Node node, E& into) {
  if (!is(node, JsonKind::string)) {
    wanted(node, "a string");
    return false;
  }
  if (const auto value = from_string<E>(at(node).text)) {
    into = *value;
    return true;
  }
  std::string all;
  for (std::string_view known : EnumNames<E>::values)
    all.append(all.empty() ? "" : ", ").append(known);
  complain(node, quoted(at(node).text) + " is none of " + all +
                     no_such_name(at(node).text, EnumNames<E>::values));
  return false;
}

template <NamedEnum E>
void ScenarioReader::names(Node node, EnumSet<E>& into) {
  into.clear();
  if (is_null(node)) return;
  array(node, [&](Node element) {
    E value{};
    if (name(element, value)) into.insert(value);
  });
}

template <class T>
void ScenarioReader::optional_time(Node node, std::optional<T>& into) {
  T value{};
  if (!is_null(node) && time(node, value)) into = value;
}

}  // namespace fauxbank::detail
