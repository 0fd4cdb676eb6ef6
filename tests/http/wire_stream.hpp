#pragma once

// One connection driven by hand: a transport that answers and remembers, a pump that takes what
// comes, and what became of it as short texts.

#include <string>
#include <string_view>

#include <fauxbank/http/wire.hpp>

namespace fauxbank::testing {

/// Answers every request with 200 and its own name, and remembers it: `GET /a, POST /b [x=1]`.
class Recorder final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    std::string text(to_string(request.method));
    text.append(" ").append(request.target);
    if (!request.body.empty()) text.append(" [").append(request.body).append("]");
    if (!seen.empty()) seen += ", ";
    seen += text;
    last = request;
    return Response{200, {}, text};
  }
  std::string seen;
  Request last;
};

/// The statuses of a series of answers, `100 200 400`, and `?` for what is no whole answer.
/// Written anew here: it shares no code with the wire.
inline std::string statuses(std::string_view bytes, bool head_only = false) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    if (!text.empty()) text += " ";
    if (bytes.substr(0, 9) != "HTTP/1.1 " || head_end == std::string_view::npos) return text + "?";
    const std::string_view head = bytes.substr(0, head_end);
    const std::string status(head.substr(9, 3));
    std::size_t length = 0;
    const std::size_t at = head.find("\r\nContent-Length: ");
    if (at != std::string_view::npos && !head_only)
      length = std::stoul(std::string(head.substr(at + 18)));
    bytes.remove_prefix(head_end + 4);
    if (bytes.size() < length) return text + status + "?";
    bytes.remove_prefix(length);
    text += status;
  }
  return text;
}

/// Hand the bytes over in pieces that end at `cuts`, taking all output after each.
template <class Cuts>
std::string pump(Wire& wire, std::string_view stream, const Cuts& cuts) {
  std::string out;
  std::size_t from = 0;
  const auto piece = [&](std::size_t to) {
    wire.receive(stream.substr(from, to - from));
    from = to;
    while (!wire.output().empty()) {
      out += wire.output().front();  // one byte, as a socket that is nearly full
      wire.sent(1);
    }
  };
  for (const std::size_t cut : cuts)
    piece(cut);
  piece(stream.size());
  return out;
}

}  // namespace fauxbank::testing
