#pragma once

#include <fauxbank/detail/hash.hpp>
#include <fauxbank/detail/print.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank {

FAUXBANK_DECL std::string JournalEntry::response_body() const {
  if (kind != EntryKind::request || status != 200) return std::string(part(kParts - 1));
  detail::Buffer buffer;
  detail::RuleLog log;
  detail::AccountPrinter printer(buffer, pretty, form, log);
  if (operation == Operation::list) {
    printer.list(page, target().substr(0, target().find('?')));
  } else {
    printer.account(*account.record());
  }
  return std::string(buffer.view());
}

FAUXBANK_DECL std::size_t JournalEntry::weight() const noexcept {
  return page.data.capacity() * sizeof(Account) + sizeof *this + ends[kParts - 1] +
         changes.capacity() * sizeof(Change) + events.capacity() * sizeof(Event);
}

namespace detail {

inline void append_line(std::string& text, std::string_view lead, std::string_view rest) {
  text.append("\n    ").append(lead).append(rest);
}

/// `fca_1: status active → inactive, balance_refresh …`
FAUXBANK_DECL std::string to_string(const Change& change) {
  std::string text(change.after.id());
  if (!change.before) return text + ": linked";
  std::string_view separator = ": ";
  for (const FieldChange& field : diff(change.before, change.after)) {
    text.append(separator)
        .append(field.field)
        .append(" ")
        .append(field.before)
        .append(" → ")
        .append(field.after);
    separator = ", ";
  }
  return text;
}

FAUXBANK_DECL std::string rule_names(const RuleSet& rules) {
  std::string text;
  rules.for_each([&](Rule rule) { text.append(text.empty() ? "" : " ").append(info(rule).id); });
  return text;
}

/// An error's message, found in its body; the body is ours, so its shape is known.
FAUXBANK_DECL std::string_view message_of(std::string_view body) noexcept {
  constexpr std::string_view kKey = "\"message\":";
  std::size_t from = body.find(kKey);
  if (from == std::string_view::npos) return {};
  from += kKey.size();
  if (from < body.size() && body[from] == ' ') ++from;
  std::size_t to = from + 1;
  while (to < body.size() && body[to] != '"')
    to += body[to] == '\\' ? 2u : 1u;
  return body.substr(from, to + 1 - from);
}

}  // namespace detail

FAUXBANK_DECL std::string to_string(const JournalEntry& entry) {
  std::string text = "#" + std::to_string(entry.number) + " " + to_string(entry.at);
  if (entry.kind == EntryKind::request || entry.kind == EntryKind::call) {
    text += " thread " + std::to_string(entry.thread);
  }
  text.append(" ");
  if (entry.kind == EntryKind::request) {
    text.append(to_string(entry.method)).append(" ");
  } else {
    text.append(to_string(entry.kind)).append(" ");
  }
  text.append(entry.target());
  if (!entry.request_body().empty()) text.append(" ").append(entry.request_body());
  if (entry.status != 0) {
    text.append("\n    = ").append(std::to_string(entry.status));
    if (entry.refused_by) {
      text.append(" refused by ").append(info(*entry.refused_by).id);
      text.append(" (").append(to_string(info(*entry.refused_by).origin)).append("): ");
      text.append(detail::message_of(entry.part(JournalEntry::kParts - 1)));
    }
  }
  for (const Change& change : entry.changes)
    detail::append_line(text, "", detail::to_string(change));
  for (const Event& event : entry.events) {
    detail::append_line(text, "event ", to_string(event.kind));
    text.append(" ").append(event.account.id());
  }
  if (!entry.rules.empty()) detail::append_line(text, "rules ", detail::rule_names(entry.rules));
  return text;
}

FAUXBANK_DECL std::string to_string(const Journal& journal) {
  std::string text;
  if (journal.dropped() != 0)
    text += "(" + std::to_string(journal.dropped()) + " older entries dropped)\n";
  for (const JournalEntry& entry : journal)
    text.append(to_string(entry)).append("\n");
  return text;
}

FAUXBANK_DECL std::uint64_t Journal::digest() const {
  detail::Digest digest;
  digest.add(dropped_);
  for (const JournalEntry& entry : *this) {
    digest.add(to_string(entry));
    for (std::size_t i = 0; i + 1 < JournalEntry::kParts; ++i)
      digest.add(entry.part(i));
    digest.add(entry.response_body());
  }
  return digest.value();
}

}  // namespace fauxbank
