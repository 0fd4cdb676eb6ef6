#pragma once

// Writes JSON straight into a buffer that is used again and again. Answers are made here, not
// through a document tree, because a tree costs twenty times as much.

#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <fauxbank/detail/ref.hpp>

namespace fauxbank::detail {

/// Characters that grow at the end, without the zero-fill of std::string.
class Buffer {
 public:
  void clear() noexcept { size_ = 0; }
  std::string_view view() const noexcept { return {data_.get(), size_}; }

  /// Room for `n` more characters, to be taken by `commit`.
  char* room(std::size_t n) {
    if (capacity_ - size_ < n) grow(n);
    return data_.get() + size_;
  }
  void commit(const char* end) noexcept { size_ = static_cast<std::size_t>(end - data_.get()); }

 private:
  [[gnu::cold]] void grow(std::size_t n) {
    std::size_t capacity = capacity_ == 0 ? 2048 : capacity_;
    while (capacity - size_ < n)
      capacity *= 2;
    std::unique_ptr<char[]> data(new char[capacity]);  // not make_unique, which would fill
    if (size_ != 0) std::memcpy(data.get(), data_.get(), size_);
    data_ = std::move(data);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// One JSON document. The caller balances begin and end, puts a key before each member of an object
/// and an item before each element of an array.
class JsonWriter {
 public:
  /// \param depth of the container that the document stands in, where it is part of a larger one
  JsonWriter(Buffer& buffer, bool pretty, std::size_t depth = 0)
      : buffer_(buffer), depth_(depth), pretty_(pretty) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  /// The key of the next value, a plain literal.
  template <std::size_t N>
  void key(const char (&name)[N]) {
    char* out = separate(buffer_.room(kIndentRoom + N + 4));
    *out++ = '"';
    std::memcpy(out, name, N - 1);
    std::memcpy(out + N - 1, "\": ", 3);
    buffer_.commit(out + N + (pretty_ ? 2 : 1));
  }
  /// A key that is data.
  void key(std::string_view name) {
    item();
    string(name);
    literal(pretty_ ? ": " : ":");
  }
  /// The place of the next element.
  void item() { buffer_.commit(separate(buffer_.room(kIndentRoom))); }

  void string(std::string_view text) { string(text, is_plain_json(text)); }
  void string(const Text& text) { string(text.view(), text.plain()); }
  /// \param plain whether the text needs no escapes
  void string(std::string_view text, bool plain) {
    if (!plain) return escaped_string(text);
    char* out = buffer_.room(text.size() + 2);
    *out++ = '"';
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    out += text.size();
    *out++ = '"';
    buffer_.commit(out);
  }
  void integer(std::int64_t value) {
    char* out = buffer_.room(24);
    buffer_.commit(std::to_chars(out, out + 24, value).ptr);
  }
  void null() { literal("null"); }
  void boolean(bool value) { literal(value ? "true" : "false"); }
  /// Characters as they are.
  void literal(std::string_view text) {
    char* out = buffer_.room(text.size());
    std::memcpy(out, text.data(), text.size());
    buffer_.commit(out + text.size());
  }

 private:
  static constexpr std::size_t kMaxDepth = 15;
  static constexpr std::size_t kIndentRoom = 2 + 2 * kMaxDepth;

  void open(char bracket) {
    char* out = buffer_.room(1);
    *out = bracket;
    buffer_.commit(out + 1);
    ++depth_;
    first_ = true;
  }

  void close(char bracket) {
    --depth_;
    char* out = buffer_.room(kIndentRoom + 1);
    if (!first_) out = indent(out);  // empty containers stay compact (rule form.json)
    *out = bracket;
    buffer_.commit(out + 1);
    first_ = false;
  }

  char* separate(char* out) noexcept {
    *out = ',';
    out += first_ ? 0 : 1;
    first_ = false;
    return indent(out);
  }

  char* indent(char* out) const noexcept {
    if (!pretty_) return out;
    // As many bytes as ever needed, since a copy of constant size is two instructions.
    static constexpr char kBreak[] = "\n                              ";
    static_assert(sizeof kBreak - 1 == 1 + 2 * kMaxDepth);
    std::memcpy(out, kBreak, sizeof kBreak - 1);
    return out + 1 + 2 * depth_;
  }

  [[gnu::cold]] void escaped_string(std::string_view text) {
    literal("\"");
    for (char c : text)
      escape(c);
    literal("\"");
  }

  void escape(char c) {
    constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
      case '"':
        return literal("\\\"");
      case '\\':
        return literal("\\\\");
      case '\n':
        return literal("\\n");
      case '\r':
        return literal("\\r");
      case '\t':
        return literal("\\t");
      case '\b':
        return literal("\\b");
      case '\f':
        return literal("\\f");
      default:
        break;
    }
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20) return literal({&c, 1});
    const char hex[] = {'\\', 'u', '0', '0', kHex[code >> 4], kHex[code & 15]};
    literal({hex, sizeof hex});
  }

  Buffer& buffer_;
  std::size_t depth_;
  bool pretty_;
  bool first_ = true;
};

}  // namespace fauxbank::detail
