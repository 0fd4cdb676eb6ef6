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

/// Gathers the texts of an entry, in order, then writes them into one block.
class EntryText {
 public:
  EntryText(Buffer& buffer, JournalEntry& entry) : buffer_(buffer), entry_(entry) {
    buffer.clear();
  }

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
    entry_.ends[part_++] = static_cast<std::uint32_t>(buffer_.view().size());
    return *this;
  }
  /// End the entry; `last` is the last part, and the largest, so it is copied once only.
  void finish(std::string_view last = {}) {
    while (part_ + 1 < JournalEntry::kParts)
      end_part();
    const std::string_view gathered = buffer_.view();
    entry_.ends[part_] = static_cast<std::uint32_t>(gathered.size() + last.size());
    entry_.bytes.reset(new char[entry_.ends[part_] + 1]);
    if (!gathered.empty()) std::memcpy(entry_.bytes.get(), gathered.data(), gathered.size());
    if (!last.empty()) std::memcpy(entry_.bytes.get() + gathered.size(), last.data(), last.size());
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
  JournalEntry& entry_;
  std::size_t part_ = 0;
};

}  // namespace fauxbank::detail
