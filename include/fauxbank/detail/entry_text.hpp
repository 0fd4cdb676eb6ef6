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

  /// What a caller sent; live keys are taken out (rule auth.live_key).
  EntryText& sent(std::string_view text) {
    if (!holds_live_key(text)) return add(text);
    std::string scrubbed(text);
    scrub_live_keys(scrubbed);
    return add(scrubbed);
  }
  EntryText& add(std::string_view text) {
    char* out = buffer_.room(text.size());
    buffer_.commit(put(out, text));
    return *this;
  }
  EntryText& sent(const Headers& headers) {
    const bool clean = !holds_live_key(headers.block());
    for (const Headers::Field& field : headers) {
      const bool secret = Headers::same_name(field.name, "Authorization");
      const std::string_view value = secret ? "[redacted]" : field.value;
      if (clean) {
        add(field.name, value);
      } else {
        sent(field.name).add(": ").sent(value).add("\n");
      }
    }
    return *this;
  }
  EntryText& add(const Headers& headers) {
    for (const Headers::Field& field : headers)
      add(field.name, field.value);
    return *this;
  }
  EntryText& end_part() {
    ends_[part_++] = static_cast<std::uint32_t>(buffer_.view().size());
    return *this;
  }
  /// Make the entry; `last` is the last part, and the largest, so it is copied once only.
  Ref<JournalEntry> finish(std::string_view last = {}) {
    while (part_ + 1 < JournalEntry::kParts)
      end_part();
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
  void add(std::string_view name, std::string_view value) {
    char* out = put(buffer_.room(name.size() + value.size() + 3), name);
    *out++ = ':';
    *out++ = ' ';
    out = put(out, value);
    *out++ = '\n';
    buffer_.commit(out);
  }

  Buffer& buffer_;
  JournalEntry::Ends ends_{};
  std::size_t part_ = 0;
};

}  // namespace fauxbank::detail
