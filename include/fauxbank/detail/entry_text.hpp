#pragma once

// Makes journal entries: the texts go straight into the block that holds the entry.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank::detail {

/// What a new entry shows; see the members of `JournalEntry`.
struct EntryTexts {
  std::string_view target{};
  const Headers* request_headers = nullptr;
  std::string_view request_body{};
  const Headers* response_headers = nullptr;
  std::string_view response_body{};  // ours: no caller has written any of it
};

inline constexpr std::string_view kRedacted = ": [redacted]\n";

inline char* put_text(char* out, std::string_view text) noexcept {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}
/// One `Name: value` a line; an Authorization is redacted.
inline char* put_lines(char* out, const Headers* headers) noexcept {
  if (headers == nullptr) return out;
  for (auto field = headers->begin(); field != headers->end(); ++field) {
    const std::string_view name = (*field).name;
    out = Headers::same_name(name, "Authorization") ? put_text(put_text(out, name), kRedacted)
                                                    : put_text(out, field.line());
  }
  return out;
}

/// At least what `put_lines` takes; redacting makes most lines shorter, and short ones longer.
inline std::size_t lines_room(const Headers* headers) noexcept {
  return headers == nullptr ? 0 : headers->lines_size() + headers->size() * kRedacted.size();
}

/// The same entry, which has no response body yet, without the live keys in it (rule
/// auth.live_key).
[[gnu::cold]] inline Ref<JournalEntry> scrubbed_entry(const JournalEntry& entry,
                                                      std::string_view response_body) {
  std::array<std::string, JournalEntry::kParts - 1> parts;
  std::size_t room = response_body.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = entry.part(i);
    scrub_live_keys(parts[i]);
    room += parts[i].size();
  }
  auto made = make_ref_with_layout<JournalEntry>(JournalEntry::TextRoom{room});
  char* out = made->texts();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out = put_text(out, parts[i]);
    made->end_part(i, out);
  }
  made->end_part(parts.size(), put_text(out, response_body));
  return made;
}

inline Ref<JournalEntry> make_entry(const EntryTexts& texts) {
  const std::size_t room = texts.target.size() + lines_room(texts.request_headers) +
                           texts.request_body.size() + lines_room(texts.response_headers) +
                           texts.response_body.size();
  auto entry = make_ref_with_layout<JournalEntry>(JournalEntry::TextRoom{room});
  char* out = put_text(entry->texts(), texts.target);
  entry->end_part(0, out);
  out = put_lines(out, texts.request_headers);
  entry->end_part(1, out);
  out = put_text(out, texts.request_body);
  entry->end_part(2, out);
  out = put_lines(out, texts.response_headers);
  entry->end_part(3, out);
  const std::string_view sent(entry->texts(), static_cast<std::size_t>(out - entry->texts()));
  if (holds_live_key(sent)) return scrubbed_entry(*entry, texts.response_body);
  entry->end_part(4, put_text(out, texts.response_body));
  return entry;
}

}  // namespace fauxbank::detail
