#pragma once

// The texts of a journal entry on their way into it.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <fauxbank/detail/json_writer.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank::detail {

/// Gathers the texts of an entry, in order, then makes the entry with them behind it.
class EntryText {
 public:
  explicit EntryText(Buffer& buffer) : buffer_(buffer) { buffer.clear(); }

  EntryText& add(std::string_view text) {
    char* out = buffer_.room(text.size());
    buffer_.commit(put(out, text));
    return *this;
  }
  /// One `Name: value` a line; an Authorization is redacted.
  EntryText& add(const Headers& headers) {
    constexpr std::string_view kRedacted = ": [redacted]\n";
    char* out = buffer_.room(headers.lines_size() + headers.size() * kRedacted.size());
    for (auto field = headers.begin(); field != headers.end(); ++field) {
      const std::string_view name = (*field).name;
      if (Headers::same_name(name, "Authorization")) {
        out = put(put(out, name), kRedacted);
      } else {
        out = put(out, field.line());
      }
    }
    buffer_.commit(out);
    return *this;
  }
  EntryText& end_part() {
    ends_[part_++] = static_cast<std::uint32_t>(buffer_.view().size());
    return *this;
  }
  /// Make the entry; `last` is the last part, and the largest, so it is copied once only. It is
  /// ours; of the others live keys are taken out, since callers sent them (rule auth.live_key).
  Ref<JournalEntry> finish(std::string_view last = {}) {
    while (part_ + 1 < JournalEntry::kParts)
      end_part();
    if (holds_live_key(buffer_.view())) scrub();
    const std::string_view gathered = buffer_.view();
    ends_[part_] = static_cast<std::uint32_t>(gathered.size() + last.size());
    auto entry = make_ref_with_layout<JournalEntry>(ends_);
    put(put(entry->texts(), gathered), last);
    return entry;
  }

 private:
  static char* put(char* out, std::string_view text) noexcept {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
  }
  [[gnu::cold]] void scrub() {
    const std::string gathered(buffer_.view());
    buffer_.clear();
    std::size_t begin = 0;
    for (part_ = 0; part_ + 1 < JournalEntry::kParts;) {
      const std::size_t end = ends_[part_];
      std::string part = gathered.substr(begin, end - begin);
      scrub_live_keys(part);
      add(part).end_part();
      begin = end;
    }
  }

  Buffer& buffer_;
  JournalEntry::Ends ends_{};
  std::size_t part_ = 0;
};

}  // namespace fauxbank::detail
