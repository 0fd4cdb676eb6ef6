#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/http/wire.hpp>

namespace fauxbank {

FAUXBANK_DECL std::string_view to_string(WireState state) noexcept {
  switch (state) {
    case WireState::open:
      return "open";
    case WireState::finished:
      return "finished";
    case WireState::reset:
      return "reset";
    case WireState::stalled:
      break;
  }
  return "stalled";
}

namespace detail {

FAUXBANK_DECL std::string_view reason_phrase(int status) noexcept {
  struct Row {
    int status;
    std::string_view phrase;
  };
  static constexpr Row kRows[] = {
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {417, "Expectation Failed"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  for (const Row& row : kRows) {
    if (row.status == status) return row.phrase;
  }
  return "Other";
}

inline WireState state_after(AfterAnswer after, bool keep_alive) noexcept {
  switch (after) {
    case AfterAnswer::keep:
      break;
    case AfterAnswer::close:
      return WireState::finished;
    case AfterAnswer::reset:
      return WireState::reset;
    case AfterAnswer::stall:
      return WireState::stalled;
  }
  return keep_alive ? WireState::open : WireState::finished;
}

/// How many of the bytes may have left at `now`.
FAUXBANK_DECL std::size_t HeldAnswer::allowed(Instant now) const noexcept {
  if (now < from) return 0;
  if (paced == 0) return bytes.size();
  const auto passed = static_cast<std::uint64_t>((now - from).count());
  const std::size_t unpaced = bytes.size() - paced;
  const std::uint64_t whole = paced / bytes_per_second * 1000 + 1000;  // ms in which all have left
  if (passed >= whole) return bytes.size();
  return std::min(bytes.size(),
                  unpaced + static_cast<std::size_t>(passed * bytes_per_second / 1000));
}

/// When the next byte may leave, or else the end.
FAUXBANK_DECL Instant HeldAnswer::due() const noexcept {
  if (in_transit) return from;
  if (left == bytes.size()) return std::max(from, until);
  const std::size_t count = left + 1;
  const std::size_t unpaced = bytes.size() - paced;
  if (count <= unpaced) return from;
  const std::uint64_t ms = ((count - unpaced) * 1000 + bytes_per_second - 1) / bytes_per_second;
  return from + Milliseconds{static_cast<std::int64_t>(ms)};
}

}  // namespace detail

FAUXBANK_DECL Wire::Wire(Transport& transport, const WireLimits& limits)
    : transport_(&transport),
      limits_(limits),
      parser_(limits_),
      connection_(transport.open_connection()) {}

// ---- what comes in ------------------------------------------------------------------------------

FAUXBANK_DECL void Wire::receive(std::string_view bytes) {
  if (state_ != WireState::open || ended_) return;
  in_.append(bytes);
  process();
}

FAUXBANK_DECL void Wire::receive_end() {
  ended_ = true;
  process();
}

FAUXBANK_DECL bool Wire::wants_input() const noexcept {
  return state_ == WireState::open && !ended_ && !held_ && output().size() < limits_.output_bytes;
}

FAUXBANK_DECL void Wire::process() {
  using Progress = detail::RequestParser::Progress;
  while (state_ == WireState::open && !held_ && output().size() < limits_.output_bytes) {
    std::string_view bytes = std::string_view(in_).substr(in_begin_);
    const Progress progress = parser_.take(bytes);
    in_begin_ = in_.size() - bytes.size();
    if (bytes.empty()) {
      in_.clear();
      in_begin_ = 0;
    }
    switch (progress) {
      case Progress::more:
        if (ended_) return end(WireState::finished);
        in_.erase(0, std::exchange(in_begin_, 0));
        return;
      case Progress::expects:
        out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        break;
      case Progress::complete:
        answer();
        break;
      case Progress::refused:
        return refuse(parser_.status(), parser_.message());
    }
  }
}

// ---- what goes out ------------------------------------------------------------------------------

FAUXBANK_DECL std::string_view Wire::output() const noexcept {
  return std::string_view(out_).substr(out_begin_);
}

FAUXBANK_DECL void Wire::sent(std::size_t bytes) {
  out_begin_ += bytes;
  if (out_begin_ != out_.size()) return;
  out_.clear();
  out_begin_ = 0;
  process();
}

FAUXBANK_DECL void Wire::answer() {
  ++requests_;
  Request& request = parser_.request();
  request.deadline = deadline_;
  request.connection = connection_;
  // Whatever the transport throws, the connection is in no state to go on.
  state_ = WireState::reset;
  Delivery delivery = transport_->deliver(request);
  state_ = WireState::open;
  take(std::move(delivery));
}

/// Take what the transport made of the request that the parser has.
FAUXBANK_DECL void Wire::take(Delivery delivery) {
  withheld_ = 0;
  if (delivery.in_transit) {
    held_.emplace().in_transit = std::move(delivery.in_transit);
    held_->from = std::max(now_, delivery.not_before.value_or(now_));
    return release();
  }
  const bool head_only = parser_.request().method == Method::head;
  const WireState then = detail::state_after(delivery.after, parser_.keep_alive() && !shut_);
  // A transport that stalls need not know of time.
  if (then == WireState::stalled && deadline_ && !delivery.gives_up)
    delivery.gives_up = detail::later(now_, *deadline_);
  const bool plain = !delivery.raw && delivery.cut_at == Delivery::kWhole && !delivery.not_before &&
                     !delivery.gives_up && delivery.bytes_per_second == 0;
  if (plain) {
    write(delivery.response, head_only, out_);
  } else {
    held_.emplace().then = then;
    held_->head_only = head_only;
    write_cut(delivery, head_only);
  }
  parser_.restart();
  plain ? end(then) : release();
}

/// Serialize into `held_`, cut and timed as told.
FAUXBANK_DECL void Wire::write_cut(Delivery& delivery, bool head_only) {
  std::string& bytes = held_->bytes;
  std::size_t head = 0;
  if (delivery.raw) {
    bytes = std::move(*delivery.raw);
  } else {
    write(delivery.response, head_only, bytes);
    head = bytes.size() - (head_only ? 0 : delivery.response.body.size());
  }
  if (delivery.cut_at != Delivery::kWhole) {
    const std::size_t from = delivery.cut_in_body ? head : 0;
    if (delivery.cut_at < bytes.size() - from) {
      withheld_ = bytes.size() - from - delivery.cut_at;
      bytes.resize(from + delivery.cut_at);
    }
  }
  held_->bytes_per_second = delivery.bytes_per_second;
  if (delivery.bytes_per_second != 0) {
    const std::size_t body = bytes.size() - std::min(head, bytes.size());
    held_->paced = body - std::min(delivery.unpaced, body);
  }
  held_->from = std::max(now_, delivery.not_before.value_or(now_));
  held_->until = delivery.gives_up.value_or(held_->from);
}

FAUXBANK_DECL void Wire::write(const Response& response, bool head_only, std::string& to) const {
  const auto number = [&to](std::uint64_t value) { to += std::to_string(value); };
  to += "HTTP/1.1 ";
  number(static_cast<std::uint64_t>(std::max(response.status, 0)));
  to.append(" ").append(detail::reason_phrase(response.status)).append("\r\n");
  for (const Headers::Field& field : response.headers)
    to.append(field.name).append(": ").append(field.value).append("\r\n");
  const bool has_body = response.status != 204 && response.status != 304;
  const bool told = response.headers.find("Content-Length").has_value() ||
                    response.headers.find("Transfer-Encoding").has_value();
  if (has_body && !told && !(head_only && response.body.empty())) {
    to += "Content-Length: ";
    number(response.body.size());
    to += "\r\n";
  }
  if (!parser_.keep_alive()) {
    to += "Connection: close\r\n";
  } else if (parser_.is_1_0()) {
    to += "Connection: keep-alive\r\n";
  }
  to += "\r\n";
  if (has_body && !head_only) to += response.body;
}

FAUXBANK_DECL void Wire::refuse(int status, std::string_view message) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Connection", "close");
  response.body.append("{\n  \"error\": {\n    \"message\": \"")
      .append(message)
      .append("\",\n    \"type\": \"invalid_request_error\"\n  }\n}\n");
  parser_.restart();  // what the refused request said of its connection no longer counts
  write(response, false, out_);
  end(WireState::finished);
}

FAUXBANK_DECL void Wire::end(WireState state) {
  state_ = state;
  if (state == WireState::open) return;
  in_.clear();
  in_begin_ = 0;
}

FAUXBANK_DECL void Wire::time_out() {
  if (state_ != WireState::open || held_) return;
  idle() ? end(WireState::finished) : refuse(408, "The request took too long.");
}

FAUXBANK_DECL void Wire::shut_down() {
  shut_ = true;
  if (held_) {
    held_->then = WireState::finished;
  } else if (state_ == WireState::open) {
    end(WireState::finished);
  }
}

FAUXBANK_DECL bool Wire::idle() const noexcept {
  return in_.empty() && !parser_.has_begun() && !held_;
}

// ---- time ---------------------------------------------------------------------------------------

FAUXBANK_DECL void Wire::release() {
  if (held_->in_transit) {
    if (now_ < held_->from) return;
    const detail::Ref<InTransit> arrived = std::move(held_->in_transit);
    held_.reset();
    state_ = WireState::reset;  // as in `answer`
    Delivery delivery = arrived->arrive();
    state_ = WireState::open;
    return take(std::move(delivery));
  }
  const std::size_t allowed = held_->allowed(now_);
  if (allowed > held_->left) {
    out_.append(held_->bytes, held_->left, allowed - held_->left);
    held_->left = allowed;
  }
  if (held_->left < held_->bytes.size() || now_ < std::max(held_->from, held_->until)) return;
  const WireState then = held_->then;
  held_.reset();
  end(then);
}

FAUXBANK_DECL void Wire::advance_to(Instant now) {
  now_ = std::max(now_, now);
  if (!held_) return;
  release();
  process();
}

FAUXBANK_DECL void Wire::answer_held(const Response& response) {
  if (!held_ || held_->left > 0) return;
  detail::HeldAnswer now;
  now.from = now_;
  now.head_only = held_->head_only;
  now.then = held_->then;
  const bool in_transit = bool(held_->in_transit);
  if (in_transit) {  // the parser still has the request
    now.head_only = parser_.request().method == Method::head;
    now.then = detail::state_after(AfterAnswer::keep, parser_.keep_alive() && !shut_);
  }
  write(response, now.head_only, now.bytes);
  if (in_transit) parser_.restart();
  *held_ = std::move(now);
  release();
  process();
}

FAUXBANK_DECL std::optional<Instant> Wire::due() const noexcept {
  if (!held_) return std::nullopt;
  return held_->due();
}

}  // namespace fauxbank
