#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/http_text.hpp>
#include <fauxbank/detail/wire_client.hpp>

namespace fauxbank::detail {

FAUXBANK_DECL std::string request_text(const Request& request) {
  std::string text(to_string(request.method));
  text.append(" ").append(request.target).append(" HTTP/1.1\r\n");
  for (const Headers::Field& field : request.headers)
    text.append(field.name).append(": ").append(field.value).append("\r\n");
  const bool told = request.headers.find("Content-Length").has_value();
  if (!told && (!request.body.empty() || request.method == Method::post)) {
    text.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  return text.append("\r\n").append(request.body);
}

/// Take what the wire has to say. \returns true when the answer is whole, or is none
FAUXBANK_DECL bool WireClient::hear(Heard& heard, bool head_only) {
  const std::string_view output = wire_->output();
  heard.any |= !output.empty();
  if (heard.head) {
    heard.response.body += output;
  } else {
    head_ += output;
  }
  wire_->sent(output.size());
  if (!heard.head) {
    constexpr std::string_view kStart = "HTTP/1.";
    if (std::string_view(head_).substr(0, kStart.size()) != kStart.substr(0, head_.size())) {
      heard.end = HeardEnd::garbage;
      return true;
    }
    if (head_.find("\r\n\r\n") == std::string::npos) return false;
    std::string_view rest = head_;
    std::string_view reason;
    if (take_response_head(rest, heard.response, reason) != ResponseHead::complete) {
      heard.end = HeardEnd::garbage;
      return true;
    }
    heard.head = true;
    heard.reason = reason;
    heard.response.body = rest;
    const int status = heard.response.status;
    const auto length = heard.response.headers.find("Content-Length");
    if (head_only || status == 204 || status == 304) {
      heard.size = 0;
    } else if (length) {
      heard.size = read_number(*length).value_or(0);
    }
  }
  return heard.size && heard.response.body.size() >= *heard.size;
}

FAUXBANK_DECL HeardEnd WireClient::end_of(const Heard& heard) const {
  if (wire_->state() == WireState::stalled) return HeardEnd::silent;
  if (wire_->state() == WireState::reset) return HeardEnd::reset;
  // Without a length the end of the connection is that of the body.
  return heard.head && !heard.size ? HeardEnd::complete : HeardEnd::closed;
}

FAUXBANK_DECL Heard WireClient::ask(const Request& request, Milliseconds patience,
                                    VirtualClock* clock) {
  if (!is_kept()) {
    front_.restart();
    wire_.emplace(front_, limits_);
  }
  Heard heard;
  head_.clear();
  const bool head_only = request.method == Method::head;
  if (clock != nullptr) wire_->advance_to(clock->now());
  wire_->receive(request_text(request));
  if (front_.refused()) {
    heard.end = HeardEnd::refused;
    wire_.reset();
    return heard;
  }
  bool is_whole = false;
  for (;;) {
    if (!wire_->output().empty()) {
      is_whole = hear(heard, head_only);
      if (is_whole) break;
      continue;
    }
    const Instant now = clock != nullptr ? clock->now() : Instant{};
    const std::optional<Instant> due = wire_->due();
    const bool in_time = clock == nullptr || patience <= Milliseconds::zero() || !due ||
                         *due <= later(now, patience);
    if (due && in_time) {
      if (clock != nullptr) clock->reach(*due);
      wire_->advance_to(*due);
      continue;
    }
    const bool waits = due || wire_->state() == WireState::open;
    heard.end = waits ? HeardEnd::silent : end_of(heard);
    if (heard.end == HeardEnd::silent && clock != nullptr && patience > Milliseconds::zero())
      clock->reach(later(now, patience));
    break;
  }
  if (!is_whole || heard.end != HeardEnd::complete || wire_->state() != WireState::open) close();
  return heard;
}

}  // namespace fauxbank::detail
