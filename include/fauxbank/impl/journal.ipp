#pragma once

#include <ostream>
#include <utility>

#include <fauxbank/detail/explain.hpp>
#include <fauxbank/detail/hash.hpp>
#include <fauxbank/detail/print.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank {

FAUXBANK_DECL JournalEntry::JournalEntry(TextRoom) noexcept {}
FAUXBANK_DECL JournalEntry::~JournalEntry() = default;

FAUXBANK_DECL Journal::Journal(std::vector<detail::Ref<const JournalEntry>> entries,
                               std::uint64_t dropped)
    : entries_(std::move(entries)), dropped_(dropped) {}

FAUXBANK_DECL std::string JournalEntry::response_body() const {
  const std::string_view kept = part(kParts - 1);
  if (kind != EntryKind::request || status != 200 || !kept.empty()) return std::string(kept);
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
         changes.extra_bytes() + events.capacity() * sizeof(Event);
}

namespace detail {

/// `#1 2023-11-14T22:13:20Z thread 1 POST /v1/… features[]=balance`
FAUXBANK_DECL std::string headline(const JournalEntry& entry) {
  std::string text = "#" + std::to_string(entry.number) + " " + to_string(entry.at);
  if (entry.kind == EntryKind::request || entry.kind == EntryKind::call)
    text += " thread " + std::to_string(entry.thread);
  if (entry.connection != 0) text += " connection " + std::to_string(entry.connection);
  return text.append(" ").append(asked_line(entry));
}

inline void append_line(std::string& text, std::string_view lead, std::string_view rest) {
  text.append("\n    ").append(lead).append(rest);
}

}  // namespace detail

FAUXBANK_DECL std::string to_string(const JournalEntry& entry) {
  std::string text = detail::headline(entry);
  if (entry.status != 0) detail::append_line(text, "= ", detail::answer_line(entry));
  if (!entry.fault_text().empty()) detail::append_line(text, "fault ", entry.fault_text());
  if (entry.attempt > 1) detail::append_line(text, "", detail::attempt_line(entry));
  for (const Change& change : entry.changes)
    detail::append_line(text, "", to_string(change));
  for (const Event& event : entry.events)
    detail::append_line(text, "event ", to_string(event));
  if (!entry.rules.empty()) detail::append_line(text, "rules ", to_string(entry.rules));
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

FAUXBANK_DECL void PrintTo(const JournalEntry& entry, std::ostream* out) {
  *out << detail::headline(entry);
  if (entry.status != 0) *out << " = " << detail::answer_line(entry);
}

FAUXBANK_DECL void PrintTo(const Journal& journal, std::ostream* out) {
  *out << "a journal of " << journal.size() << (journal.size() == 1 ? " entry" : " entries");
  if (journal.dropped() != 0) *out << ", older ones dropped: " << journal.dropped();
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
