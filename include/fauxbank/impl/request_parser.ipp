#pragma once

#include <algorithm>
#include <array>
#include <charconv>

#include <fauxbank/detail/http_text.hpp>
#include <fauxbank/detail/request_parser.hpp>
#include <fauxbank/http/wire.hpp>

namespace fauxbank::detail {

// ---- characters (RFC 9110, RFC 9112) ------------------------------------------------------------

enum CharClass : unsigned char { kToken = 1, kFieldValue = 2, kTarget = 4, kHost = 8 };

inline constexpr std::array<unsigned char, 256> kCharClasses = [] {
  std::array<unsigned char, 256> classes{};
  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
  constexpr std::string_view kHostMarks = "-._~%!$&'()*+,;=:[]";
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const char as_char = static_cast<char>(c);
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    unsigned flags = 0;
    if (alphanumeric || kTokenMarks.find(as_char) != std::string_view::npos) flags |= kToken;
    if (alphanumeric || kHostMarks.find(as_char) != std::string_view::npos) flags |= kHost;
    if (c == '\t' || (c >= ' ' && c != 0x7f)) flags |= kFieldValue;
    if (c > ' ' && c < 0x7f && c != '#') flags |= kTarget;
    classes[c] = static_cast<unsigned char>(flags);
  }
  return classes;
}();

inline bool all_of_class(std::string_view text, CharClass wanted) noexcept {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (kCharClasses[static_cast<unsigned char>(c)] & wanted) != 0;
  });
}

inline bool is_token(std::string_view text) noexcept {
  return !text.empty() && all_of_class(text, kToken);
}

// ---- lines --------------------------------------------------------------------------------------

FAUXBANK_DECL bool RequestParser::refuse(int status, std::string_view message) {
  status_ = status;
  message_ = message;
  return false;
}

FAUXBANK_DECL void RequestParser::restart() {
  // The texts keep their memory: the next request is often like this one.
  request_.target.clear();
  request_.headers = {};
  request_.body.clear();
  authority_.clear();
  place_ = Place::start;
  scanned_ = head_bytes_ = fields_ = extra_bytes_ = 0;
  remaining_ = 0;
  blank_seen_ = is_1_0_ = has_host_ = has_length_ = has_encoding_ = expects_ = false;
  keep_alive_ = true;
}

/// Take a whole line off the front, without its end. False when there is none yet, or a refusal.
FAUXBANK_DECL bool RequestParser::take_line(std::string_view& bytes, std::string_view& line) {
  const std::size_t end = bytes.find('\n', scanned_);
  const bool whole = end != std::string_view::npos;
  if ((whole ? end : bytes.size()) > limits_->line_bytes) {
    if (place_ == Place::start) return refuse(414, "The request line is too long.");
    if (place_ == Place::fields || place_ == Place::trailers)
      return refuse(431, "A header line is too long.");
    return refuse(400, "A chunk's line is too long.");
  }
  if (!whole) {
    scanned_ = bytes.size();
    return false;
  }
  if (end == 0 || bytes[end - 1] != '\r') return refuse(400, "A line ends with a bare LF.");
  line = bytes.substr(0, end - 1);
  bytes.remove_prefix(end + 1);
  scanned_ = 0;
  if (line.find('\r') != std::string_view::npos) return refuse(400, "A line holds a bare CR.");
  return true;
}

FAUXBANK_DECL RequestParser::Progress RequestParser::take(std::string_view& bytes) {
  for (;;) {
    if (place_ == Place::body || place_ == Place::chunk_data) {
      if (!take_body(bytes)) return Progress::more;
      if (place_ == Place::complete) return Progress::complete;
      continue;
    }
    if (bytes.empty()) return Progress::more;
    // Bytes that can begin no request may never bring a line: TLS, or anything else.
    if (place_ == Place::start && bytes.front() != '\r' && !is_token(bytes.substr(0, 1))) {
      refuse(400,
             bytes.front() == '\n' ? "A line ends with a bare LF." : "This is no HTTP request.");
      return Progress::refused;
    }
    std::string_view line;
    if (!take_line(bytes, line)) return status_ == 0 ? Progress::more : Progress::refused;
    const Progress progress = on_line(line);
    if (progress != Progress::more) return progress;
  }
}

FAUXBANK_DECL RequestParser::Progress RequestParser::on_line(std::string_view line) {
  bool good = true;
  switch (place_) {
    case Place::start:
      if (line.empty() && !blank_seen_) {  // one is forgiven (RFC 9112, 2.2)
        blank_seen_ = true;
        return Progress::more;
      }
      good = on_request_line(line);
      break;
    case Place::fields:
      if (line.empty()) return on_head_end();
      good = on_field(line);
      break;
    case Place::trailers:
      if (line.empty()) {
        place_ = Place::complete;
        return Progress::complete;
      }
      good = on_field(line);
      break;
    case Place::chunk_size:
      good = on_chunk_size(line);
      break;
    case Place::chunk_end:
      good = line.empty() || refuse(400, "A chunk is longer than it says.");
      place_ = Place::chunk_size;
      break;
    case Place::body:
    case Place::chunk_data:
    case Place::complete:
      break;
  }
  return good ? Progress::more : Progress::refused;
}

// ---- head ---------------------------------------------------------------------------------------

FAUXBANK_DECL bool RequestParser::on_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos || line.find(' ', second + 1) != std::string_view::npos)
    return refuse(400, "The request line is not METHOD TARGET VERSION.");
  const std::string_view method = line.substr(0, first);
  if (!is_token(method)) return refuse(400, "The method is no token.");
  request_.method = parse_method(method);
  if (!on_version(line.substr(second + 1))) return false;
  if (!on_target(line.substr(first + 1, second - first - 1))) return false;
  place_ = Place::fields;
  request_.headers.reserve(256);
  return true;
}

FAUXBANK_DECL bool RequestParser::on_version(std::string_view version) {
  constexpr std::string_view kName = "HTTP/";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() != 8 || version.substr(0, 5) != kName || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7]))
    return refuse(400, "The version is not HTTP/1.1.");
  if (version[5] != '1') return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  is_1_0_ = version[7] == '0';
  keep_alive_ = !is_1_0_;
  return true;
}

/// A path, `*`, or an absolute URL, of which the path is kept and the host goes before `Host`.
FAUXBANK_DECL bool RequestParser::on_target(std::string_view target) {
  if (!all_of_class(target, kTarget))
    return refuse(400, "The target holds a character that must be escaped.");
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!Headers::same_name(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t path = std::min(target.find_first_of("/?"), target.size());
    authority_ = target.substr(0, path);
    if (authority_.empty() || !all_of_class(authority_, kHost))
      return refuse(400, "The target's host is malformed.");
    request_.target = path < target.size() && target[path] == '/' ? "" : "/";
    request_.target += target.substr(path);
    return true;
  }
  if (target.empty() || (target.front() != '/' && target != "*"))
    return refuse(400, "The target is no path.");
  request_.target = target;
  return true;
}

FAUXBANK_DECL bool RequestParser::on_field(std::string_view line) {
  head_bytes_ += line.size() + 2;
  if (head_bytes_ > limits_->head_bytes) return refuse(431, "The header is too large.");
  if (++fields_ > limits_->fields) return refuse(431, "There are too many header lines.");
  if (is_blank(line.front())) return refuse(400, "A header line is folded.");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return refuse(400, "A header line has no colon.");
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) return refuse(400, "A header's name is no token.");
  const std::string_view value = trim(line.substr(colon + 1));
  if (!all_of_class(value, kFieldValue))
    return refuse(400, "A header's value holds a control character.");
  if (place_ == Place::trailers) return true;  // nothing here has a use for them
  if (!on_known_field(name, value)) return false;
  request_.headers.add(name, value);
  return true;
}

FAUXBANK_DECL bool RequestParser::on_known_field(std::string_view name, std::string_view value) {
  if (Headers::same_name(name, "Host")) {
    if (has_host_) return refuse(400, "There is more than one Host.");
    has_host_ = true;
    if (path_as_host_ && value.starts_with('/') && all_of_class(value, kTarget)) return true;
    return all_of_class(value, kHost) || refuse(400, "The Host is malformed.");
  }
  if (Headers::same_name(name, "Content-Length")) return on_content_length(value);
  if (Headers::same_name(name, "Transfer-Encoding")) return on_transfer_encoding(value);
  if (Headers::same_name(name, "Connection")) {
    on_connection(value);
  } else if (Headers::same_name(name, "Expect")) {
    if (!Headers::same_name(value, "100-continue"))
      return refuse(417, "Only 100-continue can be expected.");
    expects_ = true;
  }
  return true;
}

FAUXBANK_DECL bool RequestParser::on_content_length(std::string_view value) {
  if (has_length_) return refuse(400, "There is more than one Content-Length.");
  has_length_ = true;
  remaining_ = 0;
  if (value.empty()) return refuse(400, "The Content-Length is no number.");
  for (char c : value) {
    if (c < '0' || c > '9') return refuse(400, "The Content-Length is no number.");
    // Stays above the limit, however many digits follow.
    if (remaining_ <= limits_->body_bytes)
      remaining_ = remaining_ * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return true;
}

FAUXBANK_DECL bool RequestParser::on_transfer_encoding(std::string_view value) {
  if (has_encoding_) return refuse(400, "There is more than one Transfer-Encoding.");
  has_encoding_ = true;
  return Headers::same_name(value, "chunked") ||
         refuse(501, "Only the transfer encoding chunked is understood.");
}

FAUXBANK_DECL void RequestParser::on_connection(std::string_view value) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = trim(value.substr(0, comma));
    if (Headers::same_name(option, "close")) keep_alive_ = false;
    if (is_1_0_ && Headers::same_name(option, "keep-alive")) keep_alive_ = true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

FAUXBANK_DECL RequestParser::Progress RequestParser::on_head_end() {
  if (!has_host_ && !is_1_0_) {
    refuse(400, "There is no Host.");
    return Progress::refused;
  }
  if (has_encoding_ && (has_length_ || is_1_0_)) {
    refuse(400, has_length_ ? "Content-Length and Transfer-Encoding exclude each other."
                            : "HTTP/1.0 has no Transfer-Encoding.");
    return Progress::refused;
  }
  if (!authority_.empty()) request_.headers.set("Host", authority_);
  if (remaining_ > limits_->body_bytes) {
    refuse(413, "The body is too large.");
    return Progress::refused;
  }
  head_bytes_ = fields_ = 0;
  if (has_encoding_) {
    place_ = Place::chunk_size;
  } else {
    place_ = remaining_ == 0 ? Place::complete : Place::body;
    if (place_ == Place::complete) return Progress::complete;
  }
  return expects_ && !is_1_0_ ? Progress::expects : Progress::more;
}

// ---- body ---------------------------------------------------------------------------------------

/// Move on within a body. False when more bytes are needed.
FAUXBANK_DECL bool RequestParser::take_body(std::string_view& bytes) {
  const std::size_t size =
      static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
  request_.body.append(bytes.substr(0, size));
  bytes.remove_prefix(size);
  remaining_ -= size;
  if (remaining_ != 0) return false;
  place_ = place_ == Place::body ? Place::complete : Place::chunk_end;
  return true;
}

FAUXBANK_DECL bool RequestParser::on_chunk_size(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find(';'));
  const std::string_view extension = line.substr(digits.size());
  std::uint64_t size = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, fault] = std::from_chars(digits.data(), end, size, 16);
  if (fault != std::errc() || stop != end) return refuse(400, "A chunk's size is no number.");
  if (!all_of_class(extension, kFieldValue))
    return refuse(400, "A chunk extension holds a control character.");
  extra_bytes_ += extension.size();
  if (extra_bytes_ > limits_->chunk_extra_bytes)
    return refuse(400, "The chunk extensions are too large.");
  if (size > limits_->body_bytes - request_.body.size())
    return refuse(413, "The body is too large.");
  remaining_ = size;
  place_ = size == 0 ? Place::trailers : Place::chunk_data;
  return true;
}

}  // namespace fauxbank::detail
