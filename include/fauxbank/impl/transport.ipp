#pragma once

#include <fauxbank/transport.hpp>

namespace fauxbank {

FAUXBANK_DECL Delivery to_delivery(transport_errc error) {
  Delivery delivery;
  delivery.cut_at = 0;
  switch (error) {
    case transport_errc::empty_answer:
      delivery.after = AfterAnswer::close;
      break;
    case transport_errc::timed_out:
      delivery.after = AfterAnswer::stall;
      break;
    case transport_errc::malformed_answer:
      delivery.raw = "\x15\x03\x01 this is no HTTP\r\n\r\n";
      delivery.cut_at = Delivery::kWhole;
      delivery.after = AfterAnswer::close;
      break;
    case transport_errc::truncated_answer:
      delivery.response.headers.add("Content-Type", "application/json");
      delivery.response.body = "{\n  \"object\": \"list\"\n}";
      delivery.cut_at = 11;
      delivery.cut_in_body = true;
      delivery.after = AfterAnswer::close;
      break;
    case transport_errc::connection_refused:
    case transport_errc::connection_reset:
      delivery.after = AfterAnswer::reset;
      break;
  }
  return delivery;
}

FAUXBANK_DECL Delivery Transport::deliver(const Request& request) {
  auto answer = send(request);
  if (!answer) return to_delivery(answer.error());
  Delivery delivery;
  delivery.response = *std::move(answer);
  return delivery;
}

FAUXBANK_DECL bool Transport::accepts(Method, std::string_view) { return true; }

FAUXBANK_DECL std::uint64_t Transport::open_connection() { return 0; }

}  // namespace fauxbank
