#include "answer.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include <fauxbank/detail/http_text.hpp>

namespace fauxbank::detail {

namespace {

using Answer = std::optional<Result<Response, transport_errc>>;

/// Nobody reads more of the body of what a webhook endpoint says.
constexpr std::size_t kMost = std::size_t{1} << 20;
/// Nor more before it, which is read anew with every piece that comes.
constexpr std::size_t kMostBefore = std::size_t{64} << 10;

/// Put the chunks together. \returns whether the last one was there
std::optional<bool> read_chunks(std::string_view rest, std::string& body) {
  while (auto line = take_line(rest)) {
    const auto size = read_number(trim(line->substr(0, line->find(';'))), 16);
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
  std::string_view reason;
  do {
    const ResponseHead head = take_response_head(rest, response, reason);
    const std::size_t before = bytes.size() - (head == ResponseHead::complete ? rest.size() : 0);
    if (head == ResponseHead::malformed || before > kMostBefore)
      return failed(transport_errc::malformed_answer);
    if (head == ResponseHead::more)
      return ended ? failed(transport_errc::truncated_answer) : Answer();
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
    const auto size = read_number(*length);
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
