#pragma once

// Writes JSON straight into a buffer that is used again and again. Answers are made here, not through a
// document tree, because a tree costs twenty times as much.

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

  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void push(char c) { append({&c, 1}); }

 private:
  void grow(std::size_t n) {
    std::size_t capacity = capacity_ == 0 ? 2048 : capacity_;
    while (capacity - size_ < n) capacity *= 2;
    std::unique_ptr<char[]> data(new char[capacity]);  // not make_unique, which would fill
    if (size_ != 0) std::memcpy(data.get(), data_.get(), size_);
    data_ = std::move(data);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// One JSON document. Keys are literals; the caller balances begin and end.
class JsonWriter {
 public:
  JsonWriter(Buffer& buffer, bool pretty) : buffer_(buffer), pretty_(pretty) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  /// The key of the next value, a plain literal.
  template <std::size_t N>
  void key(const char (&name)[N]) {
    constexpr std::size_t kLength = N - 1;
    char* out = separate(buffer_.room(kIndentRoom + kLength + 4));
    *out++ = '"';
    std::memcpy(out, name, kLength);
    out += kLength;
    *out++ = '"';
    *out++ = ':';
    *out = ' ';
    buffer_.commit(out + (pretty_ ? 1 : 0));
    after_key_ = true;
  }
  /// A key that is data.
  void key(std::string_view name) {
    buffer_.commit(separate(buffer_.room(kIndentRoom)));
    quote(name, is_plain_json(name));
    buffer_.append(pretty_ ? ": " : ":");
    after_key_ = true;
  }

  void string(std::string_view text) { string(text, is_plain_json(text)); }
  void string(std::string_view text, bool plain) {
    element();
    quote(text, plain);
  }
  void string(const Text& text) { string(text.view(), text.plain()); }
  void null() { literal("null"); }
  void boolean(bool value) { literal(value ? std::string_view("true") : std::string_view("false")); }
  void integer(std::int64_t value) {
    element();
    char* out = buffer_.room(24);
    buffer_.commit(std::to_chars(out, out + 24, value).ptr);
  }
  void literal(std::string_view text) {
    element();
    buffer_.append(text);
  }

 private:
  static constexpr std::size_t kMaxDepth = 20;
  static constexpr std::size_t kIndentRoom = 2 + 2 * kMaxDepth;

  void open(char bracket) {
    element();
    buffer_.push(bracket);
    ++depth_;
    first_ = true;
  }

  void close(char bracket) {
    --depth_;
    char* out = buffer_.room(kIndentRoom + 1);
    if (!first_) out = indent(out);  // empty containers stay compact (rule form.json)
    *out++ = bracket;
    buffer_.commit(out);
    first_ = false;
  }

  /// An element of an array needs its separator; a value after its key does not.
  void element() {
    if (!after_key_ && depth_ > 0) buffer_.commit(separate(buffer_.room(kIndentRoom)));
    after_key_ = false;
  }

  char* separate(char* out) noexcept {
    if (!first_) *out++ = ',';
    first_ = false;
    return indent(out);
  }

  char* indent(char* out) const noexcept {
    if (!pretty_) return out;
    *out++ = '\n';
    std::memset(out, ' ', 2 * kMaxDepth);
    return out + 2 * depth_;
  }

  void quote(std::string_view text, bool plain) {
    if (!plain) return quote_escaped(text);
    char* out = buffer_.room(text.size() + 2);
    *out++ = '"';
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    out += text.size();
    *out++ = '"';
    buffer_.commit(out);
  }

  void quote_escaped(std::string_view text) {
    buffer_.push('"');
    for (char c : text) escape(c);
    buffer_.push('"');
  }

  void escape(char c) {
    constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
      case '"': return buffer_.append("\\\"");
      case '\\': return buffer_.append("\\\\");
      case '\n': return buffer_.append("\\n");
      case '\r': return buffer_.append("\\r");
      case '\t': return buffer_.append("\\t");
      case '\b': return buffer_.append("\\b");
      case '\f': return buffer_.append("\\f");
      default: break;
    }
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20) return buffer_.push(c);
    const char escaped[] = {'\\', 'u', '0', '0', kHex[code >> 4], kHex[code & 15]};
    buffer_.append({escaped, sizeof escaped});
  }

  Buffer& buffer_;
  std::size_t depth_ = 0;
  bool pretty_;
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace fauxbank::detail
