#pragma once

// A request as a readable text, so that a corpus can be written by hand and a finding can be read:
//
//     @listed                                            which world; left out: the plain one
//     POST /v1/financial_connections/accounts/fca_1/refresh
//     Authorization: Bearer sk_test_123
//     Content-Type: application/x-www-form-urlencoded
//
//     features[]=balance
//
// Any bytes are a request. Lines end with LF. A header is split at its first colon, and one space
// behind that is dropped; a line without a colon is a name without value. Everything behind the
// empty line is the body; one LF at its end belongs to the file.

#include <cstddef>
#include <string>
#include <string_view>

#include <fauxbank/http/message.hpp>

namespace fauxbank::fuzz {

struct RequestText {
  bool listed = false;  ///< the world that lists keys and tenants, and prints without white space
  Request request;
};

/// Take a line off the front.
inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

inline RequestText read_request(std::string_view text) {
  RequestText read;
  std::string_view line = take_line(text);
  if (!line.empty() && line.front() == '@') {
    read.listed = line == "@listed";
    line = take_line(text);
  }
  const std::size_t space = line.find(' ');
  read.request.method = parse_method(line.substr(0, space));
  if (space != std::string_view::npos) read.request.target = line.substr(space + 1);
  while (!text.empty()) {
    line = take_line(text);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    std::string_view value;
    if (colon != std::string_view::npos) value = line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    read.request.headers.add(line.substr(0, colon), value);
  }
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  read.request.body = text;
  return read;
}

}  // namespace fauxbank::fuzz
