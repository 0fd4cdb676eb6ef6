#pragma once

#include <fauxbank/coverage.hpp>
#include <fauxbank/detail/json_writer.hpp>

namespace fauxbank {
namespace detail {

/// What one entry of a journal shows.
template <class Note>
void note_behaviours(const JournalEntry& entry, Note&& note) {
  switch (entry.status) {
    case 400:
      note(Behaviour::bad_request);
      break;
    case 401:
      note(Behaviour::unauthorized);
      break;
    case 403:
      note(Behaviour::forbidden);
      break;
    case 404:
      note(Behaviour::not_found);
      break;
    case 409:
      note(Behaviour::conflict);
      break;
    case 429:
      note(Behaviour::rate_limited);
      break;
    default:
      if (entry.status >= 500) note(Behaviour::server_error);
      break;
  }
  if (!entry.refused_by && entry.operation == Operation::list) {
    const bool after_a_page = entry.rules.contains(Rule::list_starting_after) ||
                              entry.rules.contains(Rule::list_ending_before);
    if (after_a_page) note(Behaviour::page_crossed);
    if (entry.rules.contains(Rule::list_has_more)) note(Behaviour::more_pages);
  }
  for (const Event& event : entry.events) {
    if (event.kind == EventKind::disconnected) note(Behaviour::account_disconnected);
    if (event.kind == EventKind::deactivated) note(Behaviour::account_deactivated);
    const Refresh* refresh = nullptr;
    if (event.kind == EventKind::refreshed_balance)
      refresh = event.account.refresh(Feature::balance);
    if (event.kind == EventKind::refreshed_ownership)
      refresh = event.account.refresh(Feature::ownership);
    if (event.kind == EventKind::refreshed_transactions)
      refresh = event.account.refresh(Feature::transactions);
    if (refresh == nullptr) continue;
    note(refresh->status == RefreshStatus::failed ? Behaviour::refresh_failed
                                                  : Behaviour::refresh_succeeded);
  }
}

}  // namespace detail

FAUXBANK_DECL std::string_view never_text(Behaviour behaviour) noexcept {
  switch (behaviour) {
    case Behaviour::page_crossed:
      return "no test crossed a page boundary";
    case Behaviour::more_pages:
      return "no list had more than one page";
    case Behaviour::refresh_succeeded:
      return "no refresh ever succeeded";
    case Behaviour::refresh_failed:
      return "no refresh ever failed";
    case Behaviour::account_disconnected:
      return "no account was ever disconnected";
    case Behaviour::account_deactivated:
      return "no account ever became inactive";
    case Behaviour::bad_request:
      return "400 never seen";
    case Behaviour::unauthorized:
      return "401 never seen";
    case Behaviour::forbidden:
      return "403 never seen";
    case Behaviour::not_found:
      return "404 never seen";
    case Behaviour::conflict:
      return "409 never seen";
    case Behaviour::rate_limited:
      return "429 never seen";
    case Behaviour::server_error:
      break;
  }
  return "no 5xx ever seen";
}

FAUXBANK_DECL void Coverage::add(const World& world) { add(world.rule_counts(), world.journal()); }

FAUXBANK_DECL void Coverage::add(const RuleCounts& counts, const Journal& journal) {
  for (const RuleInfo& row : all_rules()) {
    if (counts[row.rule] != 0) add(row.rule, {counts[row.rule], 1});
  }
  std::array<std::uint64_t, kBehaviourCount> seen{};
  for (const JournalEntry& entry : journal) {
    detail::note_behaviours(
        entry, [&](Behaviour behaviour) { ++seen[static_cast<std::size_t>(behaviour)]; });
  }
  for (std::size_t i = 0; i < kBehaviourCount; ++i) {
    if (seen[i] != 0) add(static_cast<Behaviour>(i), {seen[i], 1});
  }
  add_worlds(1, journal.dropped());
}

FAUXBANK_DECL void Coverage::add(const Coverage& other) {
  for (const RuleInfo& row : all_rules())
    add(row.rule, other[row.rule]);
  for (std::size_t i = 0; i < kBehaviourCount; ++i)
    add(static_cast<Behaviour>(i), other.behaviours_[i]);
  add_worlds(other.worlds_, other.dropped_);
}

FAUXBANK_DECL void Coverage::add(Rule rule, Count count) {
  Count& sum = rules_[static_cast<std::size_t>(rule)];
  sum.hits += count.hits;
  sum.worlds += count.worlds;
}

FAUXBANK_DECL void Coverage::add(Behaviour behaviour, Count count) {
  Count& sum = behaviours_[static_cast<std::size_t>(behaviour)];
  sum.hits += count.hits;
  sum.worlds += count.worlds;
}

FAUXBANK_DECL void Coverage::add_worlds(std::uint64_t worlds, std::uint64_t dropped) {
  worlds_ += worlds;
  dropped_ += dropped;
}

FAUXBANK_DECL std::vector<Rule> Coverage::never_applied() const {
  std::vector<Rule> rules;
  for (const RuleInfo& row : all_rules()) {
    if (row.stage == Stage::implemented && (*this)[row.rule].hits == 0) rules.push_back(row.rule);
  }
  return rules;
}

FAUXBANK_DECL std::vector<Behaviour> Coverage::never_seen() const {
  std::vector<Behaviour> behaviours;
  for (std::size_t i = 0; i < kBehaviourCount; ++i) {
    if (behaviours_[i].hits == 0) behaviours.push_back(static_cast<Behaviour>(i));
  }
  return behaviours;
}

FAUXBANK_DECL std::string Coverage::to_json() const {
  detail::Buffer buffer;
  detail::JsonWriter json(buffer, true);
  const auto number = [&](std::uint64_t value) { json.literal(std::to_string(value)); };
  const auto count = [&](std::string_view name, Count c) {
    if (c.hits == 0) return;
    json.key(name);
    json.begin_object();
    json.key("hits");
    number(c.hits);
    json.key("worlds");
    number(c.worlds);
    json.end_object();
  };
  json.begin_object();
  json.key("fauxbank_coverage");
  number(1);
  json.key("worlds");
  number(worlds_);
  json.key("entries_dropped");
  number(dropped_);
  json.key("rules");
  json.begin_object();
  for (const RuleInfo& row : all_rules())
    count(row.id, (*this)[row.rule]);
  json.end_object();
  json.key("behaviours");
  json.begin_object();
  for (std::size_t i = 0; i < kBehaviourCount; ++i)
    count(to_string(static_cast<Behaviour>(i)), behaviours_[i]);
  json.end_object();
  json.end_object();
  json.literal("\n");
  return std::string(buffer.view());
}

FAUXBANK_DECL std::string to_string(const Coverage& coverage) {
  std::size_t implemented = 0;
  std::string seen;
  for (const RuleInfo& row : all_rules()) {
    if (row.stage == Stage::implemented) ++implemented;
    const Coverage::Count count = coverage[row.rule];
    if (count.hits == 0) continue;
    std::string line = "  ";
    line.append(row.id).resize(32, ' ');
    line.append(std::to_string(count.hits)).append(count.hits == 1 ? " time" : " times");
    line.append(" in ").append(std::to_string(count.worlds));
    seen.append(line).append(count.worlds == 1 ? " world\n" : " worlds\n");
  }
  const std::vector<Rule> never = coverage.never_applied();
  std::string text = std::to_string(implemented - never.size()) + " of " +
                     std::to_string(implemented) + " rules applied in " +
                     std::to_string(coverage.worlds()) +
                     (coverage.worlds() == 1 ? " world\n" : " worlds\n") + seen;
  if (!never.empty()) text += "never applied\n";
  for (Rule rule : never)
    text.append("  ").append(to_string(info(rule))).append("\n");
  const std::vector<Behaviour> unseen = coverage.never_seen();
  if (!unseen.empty()) text += "never seen\n";
  for (Behaviour behaviour : unseen)
    text.append("  ").append(never_text(behaviour)).append("\n");
  if (coverage.dropped() != 0) {
    text.append(std::to_string(coverage.dropped()));
    text.append(" journal entries were dropped before their events could be counted\n");
  }
  return text;
}

}  // namespace fauxbank
