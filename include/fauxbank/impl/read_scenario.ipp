#pragma once

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fauxbank/detail/scenario_reader.hpp>
#include <fauxbank/detail/state.hpp>
#include <fauxbank/impl/json_tree.ipp>
#include <fauxbank/impl/read_account.ipp>
#include <fauxbank/impl/read_plans.ipp>

// Whole scenarios, and where the faults of one stand in its text.

namespace fauxbank {
namespace detail {

FAUXBANK_DECL bool ScenarioReader::parse() {
  broken_ = parse_json(text_, tree_);
  return !broken_;
}

inline constexpr Member<RuleSwitches> kRules[] = {
    {"limit_out_of_range", [](Reader& in, ReaderNode node,
                              RuleSwitches& into) { in.name(node, into.limit_out_of_range); }},
    {"permissions",
     [](Reader& in, ReaderNode node, RuleSwitches& into) { in.name(node, into.permissions); }},
    {"early_refresh",
     [](Reader& in, ReaderNode node, RuleSwitches& into) { in.name(node, into.early_refresh); }},
};

inline constexpr Member<RefreshPlan> kDefaults[] = {
    {"refresh", [](Reader& in, ReaderNode node, RefreshPlan& into) { in.plan(node, into); }},
};

inline void read_version(Reader& in, ReaderNode node, Scenario&) {
  std::int64_t version = 0;
  if (in.integer(node, version) && version != 1)
    in.complain(node, "the format " + std::to_string(version) + " is not known; this reads 1");
}

inline void read_ids_made(Reader& in, ReaderNode node, Scenario& into) {
  in.entries(node, [&](std::string_view name, ReaderNode value) {
    const auto known = std::find(kIdKinds.begin(), kIdKinds.end(), name);
    if (known == kIdKinds.end()) {
      return in.complain_key(value, "unknown key " + quoted(name) + no_such_name(name, kIdKinds));
    }
    MadeIds made{static_cast<IdKind>(known - kIdKinds.begin()), 0};
    if (in.natural(value, made.count)) into.ids_made.push_back(made);
  });
}

inline constexpr Member<Scenario> kScenario[] = {
    {"fauxbank", read_version},
    {"name", [](Reader& in, ReaderNode node, Scenario& into) { in.text(node, into.name); }},
    {"seed", [](Reader& in, ReaderNode node, Scenario& into) { in.natural(node, into.seed); }},
    {"now", [](Reader& in, ReaderNode node, Scenario& into) { in.time(node, into.now); }},
    {"form", [](Reader& in, ReaderNode node, Scenario& into) { in.name(node, into.form); }},
    {"rules",
     [](Reader& in, ReaderNode node, Scenario& into) { in.object(node, into.rules, kRules); }},
    {"defaults", [](Reader& in, ReaderNode node,
                    Scenario& into) { in.object(node, into.defaults, kDefaults); }},
    {"tenants",
     [](Reader& in, ReaderNode node, Scenario& into) {
       in.array(node, [&](ReaderNode id) { in.text(id, into.tenants.emplace_back()); });
     }},
    {"sessions",
     [](Reader& in, ReaderNode node, Scenario& into) {
       in.array(node,
                [&](ReaderNode element) { in.session(element, into.sessions.emplace_back()); });
     }},
    {"accounts",
     [](Reader& in, ReaderNode node, Scenario& into) { in.accounts(node, into, false); }},
    {"in_flight",
     [](Reader& in, ReaderNode node, Scenario& into) {
       in.array(node,
                [&](ReaderNode element) { in.in_flight(element, into.in_flight.emplace_back()); });
     }},
    {"ids_made", read_ids_made},
    {"timeline",
     [](Reader& in, ReaderNode node, Scenario& into) {
       in.array(node, [&](ReaderNode element) {
         TimelineEntry entry = TimelineEntry::deactivate(Milliseconds{}, {});
         in.entry(element, entry, false);
         into.timeline.push_back(std::move(entry));
       });
     }},
    {"faults",
     [](Reader& in, ReaderNode node, Scenario& into) {
       in.array(node, [&](ReaderNode element) { in.fault(element, into.faults); });
     }},
};

FAUXBANK_DECL void ScenarioReader::accounts(Node list, Scenario& into, bool newest_first) {
  array(list, [&](Node element) { accounts_.push_back(element); });
  if (newest_first) std::reverse(accounts_.begin(), accounts_.end());
  into.accounts.resize(accounts_.size());
  for (std::size_t i = 0; i < accounts_.size(); ++i)
    account(accounts_[i], into.accounts[i]);
}

/// A list answer or one account, as the API prints them.
FAUXBANK_DECL void ScenarioReader::captured(Scenario& into) {
  const Node object = child(0, "object");
  if (at(object).text != "list") {
    accounts_.push_back(0);
    return account(0, into.accounts.emplace_back());
  }
  ListParts parts;
  require(0, this->object(0, parts, kList), kList, "data");
  if (parts.data) accounts(*parts.data, into, true);
}

FAUXBANK_DECL void ScenarioReader::whole_scenario(Scenario& into) {
  // Times elsewhere may count from it, wherever it stands.
  if (const Node node = child(0, "now"); node != 0) {
    const std::size_t before = found_.size();
    time(node, into.now);
    found_.resize(before);  // the table of members reports it, in its place
  }
  now = into.now;
  require(0, object(0, into, kScenario), kScenario, "fauxbank");
}

FAUXBANK_DECL void ScenarioReader::scenario(Scenario& into) {
  now = into.now;
  const Node kind = is(0, JsonKind::object) ? child(0, "object") : 0;
  const bool is_captured = kind != 0 && is(kind, JsonKind::string) && child(0, "fauxbank") == 0;
  is_captured ? captured(into) : whole_scenario(into);
  check_whole(into);
}

FAUXBANK_DECL void ScenarioReader::fault_list(std::vector<FaultPlan>& into) {
  if (is(0, JsonKind::object)) {
    fault(0, into);
  } else if (is(0, JsonKind::array)) {
    array(0, [&](Node element) { fault(element, into); });
  } else {
    wanted(0, "a fault or a list of faults");
  }
  if (!found_.empty()) return;
  for (std::size_t i = 0; i < into.size(); ++i) {
    const auto wrong = check(into[i]);
    if (!wrong) continue;
    Node part = 0;
    const std::string base = is(0, JsonKind::array) ? "/" + std::to_string(i) : std::string();
    complain(resolve(base + wrong->pointer, part), wrong->text);
  }
}

FAUXBANK_DECL void ScenarioReader::single_entry(TimelineEntry& into) {
  entry(0, into, true);
  if (!found_.empty() || !into.spec) return;
  Node part = 0;
  if (const auto wrong = check(*into.spec))
    complain(resolve("/account" + wrong->pointer, part), wrong->text);
}

// ---- what is wrong with the whole ---------------------------------------------------------------

/// The member or element, or 0 for none.
FAUXBANK_DECL ScenarioReader::Node ScenarioReader::child(Node node,
                                                         std::string_view segment) const {
  const bool object = is(node, JsonKind::object);
  if (!object && !is(node, JsonKind::array)) return 0;
  std::size_t ordinal = 0;
  for (Node child = node + 1; child < at(node).end; child = at(child).end, ++ordinal) {
    if (object ? at(child).key == segment : std::to_string(ordinal) == segment) return child;
  }
  return 0;
}

/// The node that a pointer into the canonical form means, or the nearest above it; `part` is the
/// element of a top-level list that holds it.
FAUXBANK_DECL ScenarioReader::Node ScenarioReader::resolve(std::string_view pointer,
                                                           Node& part) const {
  Node node = 0;
  constexpr std::string_view kAccounts = "/accounts/";
  std::size_t depth = 0;
  if (pointer.substr(0, kAccounts.size()) == kAccounts) {
    std::size_t index = 0;
    std::size_t digits = kAccounts.size();
    for (; digits < pointer.size() && pointer[digits] != '/'; ++digits)
      index = index * 10 + static_cast<std::size_t>(pointer[digits] - '0');
    if (index < accounts_.size()) {
      node = part = accounts_[index];
      pointer.remove_prefix(digits);
      depth = 2;
    }
  }
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string_view segment = pointer.substr(0, end);
    pointer.remove_prefix(end);
    const Node next = child(node, segment);
    // One plan stands where the canonical form has a list of one.
    if (next == 0 && segment == "0" && is(node, JsonKind::object)) continue;
    if (next == 0) break;
    node = next;
    if (++depth <= 2) part = node;
  }
  return node;
}

/// Faults that show only in the whole. A part with a fault of its own is left alone: what else it
/// lacks may come from that one.
FAUXBANK_DECL void ScenarioReader::check_whole(const Scenario& scenario) {
  std::vector<Node> noted;
  for (const Found& found : found_)
    noted.push_back(found.node);
  std::sort(noted.begin(), noted.end());
  for (Diagnostic& diagnostic : fauxbank::check(scenario)) {
    Node part = 0;
    const Node node = resolve(diagnostic.pointer, part);
    const auto first = std::lower_bound(noted.begin(), noted.end(), part);
    if (first != noted.end() && *first < at(part).end && (part != 0 || node == *first)) continue;
    if (ids_lost_ && diagnostic.text.find("no such account") == 0) continue;
    complain(node, std::move(diagnostic.text));
  }
}

FAUXBANK_DECL std::vector<Diagnostic> ScenarioReader::diagnostics() {
  LineCounter lines(text_);
  std::vector<Diagnostic> diagnostics;
  const auto add = [&](std::size_t offset, std::string text, std::string pointer) {
    scrub_live_keys(text);
    const auto place = lines.at(offset);
    diagnostics.push_back(
        {name_, place.line, place.column, one_line(text, 1000), std::move(pointer)});
  };
  if (broken_) {
    add(broken_->offset, broken_->text, {});
    return diagnostics;
  }
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Found& a, const Found& b) { return a.node < b.node; });
  std::vector<Node> nodes;
  for (const Found& found : found_)
    nodes.push_back(found.node);
  std::vector<JsonPlace> places = find_places(tree_, text_, nodes);
  for (std::size_t i = 0; i < found_.size(); ++i) {
    JsonPlace& place = places[i];
    add(found_[i].at_key ? place.key_offset : place.offset, std::move(found_[i].text),
        std::move(place.pointer));
  }
  return diagnostics;
}

/// Read with one of the reader's functions.
template <class T, class Read>
Result<T, std::vector<Diagnostic>> read_with(std::string_view text, std::string_view name, T into,
                                             Instant now, const Read& read) {
  ScenarioReader reader(text, name);
  reader.now = now;
  if (reader.parse()) read(reader, into);
  if (!reader.good()) return Failure(reader.diagnostics());
  return into;
}

}  // namespace detail

FAUXBANK_DECL Result<Scenario, std::vector<Diagnostic>> parse_scenario(std::string_view text,
                                                                       std::string_view name) {
  return detail::read_with(
      text, name, Scenario(), Scenario().now,
      [](detail::ScenarioReader& reader, Scenario& into) { reader.scenario(into); });
}

FAUXBANK_DECL Result<std::vector<FaultPlan>, std::vector<Diagnostic>> parse_faults(
    std::string_view text, Instant now, std::string_view name) {
  auto faults = detail::read_with(text, name, std::vector<FaultPlan>(), now,
                                  [](detail::ScenarioReader& reader, std::vector<FaultPlan>& into) {
                                    reader.fault_list(into);
                                  });
  if (!faults) return faults;
  return detail::resolved(std::move(*faults), now);
}

FAUXBANK_DECL Result<TimelineEntry, std::vector<Diagnostic>> parse_timeline_entry(
    std::string_view text, Instant now, std::string_view name) {
  return detail::read_with(
      text, name, TimelineEntry::deactivate(now, {}), now,
      [](detail::ScenarioReader& reader, TimelineEntry& into) { reader.single_entry(into); });
}

FAUXBANK_DECL Result<Scenario, std::vector<Diagnostic>> read_scenario(const std::string& path) {
  const auto unreadable = [&](std::string why) {
    return Failure(std::vector<Diagnostic>{{path, 0, 0, std::move(why), {}}});
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) return unreadable("the file cannot be opened");
  std::string text;
  char block[1 << 16];
  constexpr std::size_t kTooLarge = (std::size_t{64} << 20) + 1;
  for (std::size_t n = 1; n != 0 && text.size() < kTooLarge;) {
    n = std::fread(block, 1, sizeof block, file.get());
    text.append(block, n);
  }
  if (std::ferror(file.get()) != 0) return unreadable("the file cannot be read");
  return parse_scenario(text, path);
}

}  // namespace fauxbank
