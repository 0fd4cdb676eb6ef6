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
  bool headers_ours = false;  // the response's: the service's own, with echoes that it checked
  std::string_view response_body{};
};

inline constexpr std::string_view kRedacted = ": [redacted]\n";

/// Copies texts, and notes whether a live key may be among them. It looks at them where they come
/// from: what has just been written in pieces cannot be read in others for a while.
class TextCopy {
 public:
  explicit TextCopy(char* out) noexcept : out_(out) {}

  /// Each returns where the copy ends.
  char* put(std::string_view text) noexcept {
    suspect_ |= may_hold_live_key(text);
    return put_ours(text);
  }
  /// A text that no caller has written any of.
  char* put_ours(std::string_view text) noexcept {
    if (!text.empty()) std::memcpy(out_, text.data(), text.size());
    return out_ += text.size();
  }
  /// One `Name: value` a line; an Authorization is redacted.
  char* put_lines(const Headers* headers, bool ours) noexcept {
    if (headers == nullptr) return out_;
    for (auto field = headers->begin(); field != headers->end(); ++field) {
      const std::string_view name = (*field).name;
      if (Headers::same_name(name, "Authorization")) {
        put_ours(name);
        put_ours(kRedacted);
      } else {
        ours ? put_ours(field.line()) : put(field.line());
      }
    }
    return out_;
  }

  bool suspect() const noexcept { return suspect_; }

 private:
  char* out_;
  bool suspect_ = false;
};

/// At least what `put_lines` takes; redacting makes most lines shorter, and short ones longer.
inline std::size_t lines_room(const Headers* headers) noexcept {
  return headers == nullptr ? 0 : headers->lines_size() + headers->size() * kRedacted.size();
}

/// The same entry without the live keys in it (rule auth.live_key).
[[gnu::cold]] inline Ref<JournalEntry> scrubbed_entry(const JournalEntry& entry) {
  std::array<std::string, JournalEntry::kParts> parts;
  std::size_t room = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = entry.part(i);
    scrub_live_keys(parts[i]);
    room += parts[i].size();
  }
  auto made = make_ref_with_layout<JournalEntry>(JournalEntry::TextRoom{room});
  TextCopy copy(made->texts());
  for (std::size_t i = 0; i < parts.size(); ++i)
    made->end_part(i, copy.put_ours(parts[i]));
  return made;
}

inline Ref<JournalEntry> make_entry(const EntryTexts& texts) {
  const std::size_t room = texts.target.size() + lines_room(texts.request_headers) +
                           texts.request_body.size() + lines_room(texts.response_headers) +
                           texts.response_body.size();
  auto entry = make_ref_with_layout<JournalEntry>(JournalEntry::TextRoom{room});
  TextCopy copy(entry->texts());
  entry->end_part(0, copy.put(texts.target));
  entry->end_part(1, copy.put_lines(texts.request_headers, false));
  entry->end_part(2, copy.put(texts.request_body));
  entry->end_part(3, copy.put_lines(texts.response_headers, texts.headers_ours));
  entry->end_part(4, copy.put(texts.response_body));
  if (copy.suspect() && holds_live_key({entry->texts(), entry->ends.back()})) [[unlikely]]
    return scrubbed_entry(*entry);
  return entry;
}

}  // namespace fauxbank::detail
