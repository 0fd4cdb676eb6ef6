#pragma once

// Reads HTTP/1.1 requests from bytes that arrive in any pieces.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fauxbank/detail/config.hpp>
#include <fauxbank/http/message.hpp>

namespace fauxbank {

struct WireLimits;

namespace detail {

/// Takes one request at a time from the front of a buffer that its caller keeps.
class RequestParser {
 public:
  /// \param limits must outlive the parser
  explicit RequestParser(const WireLimits& limits) noexcept : limits_(&limits) {}

  enum class Progress : unsigned char {
    more,      // the request is not complete
    expects,   // the peer waits for a 100 before it sends the body
    complete,  // `request` holds it
    refused,   // `status` and `message` say why; nothing after it can be understood
  };

  /// Read from the front of `bytes` and drop what was read.
  Progress take(std::string_view& bytes);

  /// Get ready for the next request, once one was complete.
  void restart();

  /// Let `Host` be a path, as some clients of Unix sockets say it.
  void allow_path_as_host() noexcept { path_as_host_ = true; }

  Request& request() noexcept { return request_; }
  const Request& request() const noexcept { return request_; }
  bool keep_alive() const noexcept { return keep_alive_; }
  /// HTTP/1.0 keeps a connection only when told.
  bool is_1_0() const noexcept { return is_1_0_; }
  /// Whether a byte of the next request has been read.
  bool has_begun() const noexcept { return place_ != Place::start; }
  int status() const noexcept { return status_; }
  std::string_view message() const noexcept { return message_; }

 private:
  enum class Place : unsigned char {
    start,
    fields,
    body,
    chunk_size,
    chunk_data,
    chunk_end,
    trailers,
    complete,
  };

  bool take_line(std::string_view& bytes, std::string_view& line);
  bool has_line(std::string_view& bytes, std::string_view& line);
  Progress on_line(std::string_view line);
  bool on_request_line(std::string_view line);
  bool on_target(std::string_view target);
  bool on_version(std::string_view version);
  bool on_field(std::string_view line);
  bool on_known_field(std::string_view name, std::string_view value);
  bool on_content_length(std::string_view value);
  bool on_transfer_encoding(std::string_view value);
  void on_connection(std::string_view value);
  Progress on_head_end();
  bool on_chunk_size(std::string_view line);
  bool take_body(std::string_view& bytes);
  bool refuse(int status, std::string_view message);

  const WireLimits* limits_;
  Request request_;
  Place place_ = Place::start;
  std::size_t scanned_ = 0;     // bytes at the front that hold no end of line
  std::size_t head_bytes_ = 0;  // header lines, or trailer lines
  std::size_t fields_ = 0;
  std::uint64_t remaining_ = 0;  // of the body or the chunk
  std::size_t extra_bytes_ = 0;
  int status_ = 0;
  std::string_view message_;
  std::string authority_;  // of a target in absolute form
  bool blank_seen_ = false;
  bool is_1_0_ = false;
  bool keep_alive_ = true;
  bool has_host_ = false;
  bool has_length_ = false;
  bool has_encoding_ = false;
  bool expects_ = false;
  bool path_as_host_ = false;
};

}  // namespace detail
}  // namespace fauxbank
