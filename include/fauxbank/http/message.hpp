#pragma once

/// \file
/// HTTP messages as plain values. Nothing here knows JSON, sockets or the simulator.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fauxbank/detail/config.hpp>

namespace fauxbank {

enum class Method : unsigned char { get, head, post, put, patch, delete_, options, other };

/// Name a method as on the request line; `other` prints as `OTHER`.
constexpr std::string_view to_string(Method method) noexcept {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "OTHER";
}

/// Read a method, which is case sensitive (RFC 9110); anything unknown is `other`.
constexpr Method parse_method(std::string_view name) noexcept {
  for (Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                        Method::delete_, Method::options}) {
    if (to_string(method) == name) return method;
  }
  return Method::other;
}

/// Header fields in the order they were added; names compare without case.
///
/// All fields live in one block of memory, so that a message costs one allocation for them.
/// Complexity: linear look-up, which for a dozen fields beats a map.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields) {
    for (const Field& field : fields)
      add_all(field);
  }

  /// Append a field, whether or not the name is there already.
  void add(std::string_view name, std::string_view value) { add_all(Field{name, value}); }

  /// Append fields, in order. No list: of names that the compiler knows, no loop is left.
  template <class... Fields>
  void add_all(const Fields&... fields) {
    const std::size_t end = bytes_.size();
    bytes_.resize(end + (written_size(fields) + ...));
    char* out = bytes_.data() + end;
    ((out = write(out, fields)), ...);
    size_ += sizeof...(fields);
  }

  /// Make `value` the only field of that name.
  void set(std::string_view name, std::string_view value) {
    erase(name);
    add(name, value);
  }

  /// Remove every field of that name.
  void erase(std::string_view name) {
    if (!find(name)) return;
    Headers rest;
    for (const Field& field : *this) {
      if (!same_name(field.name, name)) rest.add(field.name, field.value);
    }
    *this = std::move(rest);
  }

  /// The value of the first field of that name.
  std::optional<std::string_view> find(std::string_view name) const noexcept {
    for (const Field& field : *this) {
      if (same_name(field.name, name)) return field.value;
    }
    return std::nullopt;
  }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  /// How many bytes all fields take as lines. Private use.
  std::size_t lines_size() const noexcept { return bytes_.size() - size_ * 2 * kSizeBytes; }

  class iterator {
   public:
    using value_type = Field;
    using difference_type = std::ptrdiff_t;
    explicit iterator(const char* at) noexcept : at_(at) {}
    Field operator*() const noexcept {
      const std::size_t name = read_size(at_);
      const char* const text = at_ + 2 * kSizeBytes;
      return {{text, name}, {text + name + kColon.size(), read_size(at_ + kSizeBytes)}};
    }
    /// The field as a line, `Name: value` and a line feed. Private use.
    std::string_view line() const noexcept {
      return {at_ + 2 * kSizeBytes,
              read_size(at_) + read_size(at_ + kSizeBytes) + kExtra - 2 * kSizeBytes};
    }
    iterator& operator++() noexcept {
      at_ += kExtra + read_size(at_) + read_size(at_ + kSizeBytes);
      return *this;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    const char* at_;
  };
  iterator begin() const noexcept { return iterator(bytes_.data()); }
  iterator end() const noexcept { return iterator(bytes_.data() + bytes_.size()); }

  friend bool operator==(const Headers&, const Headers&) = default;

  static constexpr bool same_name(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    return a == b || same_letters(a, b);  // most are spelled alike
  }

 private:
  static constexpr std::size_t kSizeBytes = sizeof(std::uint32_t);
  static constexpr std::string_view kColon = ": ";
  static constexpr std::size_t kExtra = 2 * kSizeBytes + kColon.size() + 1;

  /// Write a field as it is kept, which takes `written_size` bytes.
  [[gnu::always_inline]] static char* write(char* out, const Field& field) noexcept {
    const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(field.name.size()),
                                    static_cast<std::uint32_t>(field.value.size())};
    std::memcpy(out, sizes, sizeof sizes);
    out += sizeof sizes;
    out += field.name.copy(out, field.name.size());
    std::memcpy(out, kColon.data(), kColon.size());
    out += kColon.size();
    out += field.value.copy(out, field.value.size());
    *out++ = '\n';
    return out;
  }
  static constexpr std::size_t written_size(const Field& field) noexcept {
    return kExtra + field.name.size() + field.value.size();
  }

  [[gnu::noinline]] static constexpr bool same_letters(std::string_view a,
                                                       std::string_view b) noexcept {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
  }
  // Not std::tolower: the locale must not matter.
  static constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  static std::size_t read_size(const char* at) noexcept {
    std::uint32_t size;
    std::memcpy(&size, at, kSizeBytes);
    return size;
  }

  std::string bytes_;  // for each field: the sizes of name and value, then its line
  std::size_t size_ = 0;
};

/// A request as a client would put it on the wire.
struct Request {
  Method method = Method::get;
  std::string target{};  ///< path and query, percent-encoded: `/v1/…?limit=3`
  Headers headers{};
  std::string body{};

  // What goes with it and is not on the wire; not compared.

  /// How long the client waits for the whole answer; nothing: unknown, or for ever. Adapters that
  /// know it say so. A later answer becomes `transport_errc::timed_out` at exactly that time.
  std::optional<std::chrono::milliseconds> deadline{};
  /// The connection that it came on, see `Transport::open_connection`; 0: none, or unknown.
  std::uint64_t connection = 0;

  /// Make a GET request with the test key `sk_test_123`; change it with `bearer`.
  static Request get(std::string target) {
    Request request{Method::get, std::move(target), {}, {}};
    request.bearer("sk_test_123");
    return request;
  }

  /// Make a POST request with a form body (`features[]=balance`) and the test key `sk_test_123`.
  static Request post(std::string target, std::string form = {}) {
    Request request{Method::post, std::move(target), {}, std::move(form)};
    request.bearer("sk_test_123");
    if (!request.body.empty()) request.header("Content-Type", "application/x-www-form-urlencoded");
    return request;
  }

  /// Authenticate with a key, as most clients do.
  Request& bearer(std::string_view key) {
    headers.set("Authorization", "Bearer " + std::string(key));
    return *this;
  }
  /// Set a header field.
  Request& header(std::string_view name, std::string_view value) {
    headers.set(name, value);
    return *this;
  }

  friend bool operator==(const Request& a, const Request& b) {
    return a.method == b.method && a.target == b.target && a.headers == b.headers &&
           a.body == b.body;
  }
};

struct Response {
  int status = 200;
  Headers headers{};
  std::string body{};

  friend bool operator==(const Response&, const Response&) = default;
};

// ---- as text: one line each; no keys, no control characters -------------------------------------

/// `Content-Type: application/json, Request-Id: req_1`; an Authorization is redacted.
std::string to_string(const Headers& headers);
std::string to_string(const Headers::Field& field);
/// `POST /v1/financial_connections/accounts/fca_1/refresh features[]=balance`
std::string to_string(const Request& request);
/// `200 {"object": "list", "url": … (718 bytes)`
std::string to_string(const Response& response);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/message.ipp>
#endif
