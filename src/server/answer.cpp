#include "answer.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace fauxbank::detail {

namespace {

using Answer = std::optional<Result<Response, transport_errc>>;

/// Nobody reads more of the body of what a webhook endpoint says.
constexpr std::size_t kMost = std::size_t{1} << 20;
/// Nor more before it, which is read anew with every piece that comes.
constexpr std::size_t kMostBefore = std::size_t{64} << 10;

/// The next line without its end, taken off the front; empty while it is not complete.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value, base);
  if (fault != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// `HTTP/1.1 200 OK`
std::optional<int> status_of(std::string_view line) {
  if (line.substr(0, 7) != "HTTP/1." || line.size() < 12 || line[8] != ' ') return std::nullopt;
  const auto status = number(line.substr(9, 3), 10);
  if (!status || *status < 100 || (line.size() > 12 && line[12] != ' ')) return std::nullopt;
  return static_cast<int>(*status);
}

enum class Head { more, complete, malformed };

Head read_head(std::string_view& rest, Response& response) {
  auto line = take_line(rest);
  if (!line) return Head::more;
  const auto status = status_of(*line);
  if (!status) return Head::malformed;
  response.status = *status;
  while ((line = take_line(rest))) {
    if (line->empty()) return Head::complete;
    const std::size_t colon = line->find(':');
    if (colon == std::string_view::npos || colon == 0) return Head::malformed;
    response.headers.add(line->substr(0, colon), trimmed(line->substr(colon + 1)));
  }
  return Head::more;
}

/// Put the chunks together. \returns whether the last one was there
std::optional<bool> read_chunks(std::string_view rest, std::string& body) {
  while (auto line = take_line(rest)) {
    const auto size = number(trimmed(line->substr(0, line->find(';'))), 16);
    if (!size) return std::nullopt;
    if (*size == 0) return true;  // trailers are nobody's concern
    if (rest.size() < *size) return false;
    body.append(rest.substr(0, *size));
    rest.remove_prefix(*size);
    line = take_line(rest);
    if (!line) return false;
    if (!line->empty()) return std::nullopt;
  }
  return false;
}

}  // namespace

Answer read_answer(std::string_view bytes, bool ended) {
  const auto failed = [](transport_errc why) { return Answer(Failure(why)); };
  if (ended && bytes.empty()) return failed(transport_errc::empty_answer);
  std::string_view rest = bytes;
  Response response;
  do {
    response = {};
    const Head head = read_head(rest, response);
    const std::size_t before = bytes.size() - (head == Head::complete ? rest.size() : 0);
    if (head == Head::malformed || before > kMostBefore)
      return failed(transport_errc::malformed_answer);
    if (head == Head::more) return ended ? failed(transport_errc::truncated_answer) : Answer();
  } while (response.status < 200);

  const bool enough = rest.size() > kMost;
  bool whole = false;
  const auto coding = response.headers.find("Transfer-Encoding");
  const auto length = response.headers.find("Content-Length");
  if (response.status == 204 || response.status == 304) {
    whole = true;
  } else if (coding && Headers::same_name(*coding, "chunked")) {
    const auto last = read_chunks(rest, response.body);
    if (!last) return failed(transport_errc::malformed_answer);
    whole = *last;
  } else if (length) {
    const auto size = number(*length, 10);
    if (!size) return failed(transport_errc::malformed_answer);
    whole = rest.size() >= *size;
    response.body = rest.substr(0, *size);
  } else {
    whole = ended;
    response.body = rest;
  }
  if (whole || enough) return Answer(std::move(response));
  return ended ? failed(transport_errc::truncated_answer) : Answer();
}

}  // namespace fauxbank::detail
