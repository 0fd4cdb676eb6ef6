#pragma once

#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/http/message.hpp>

namespace fauxbank {

FAUXBANK_DECL std::string to_string(const Headers::Field& field) {
  const bool secret = Headers::same_name(field.name, "Authorization");
  return detail::one_line(field.name, 100) + ": " +
         (secret ? "[redacted]" : detail::one_line(field.value, 200));
}

FAUXBANK_DECL std::string to_string(const Headers& headers) {
  std::string text;
  for (const Headers::Field& field : headers)
    text.append(text.empty() ? "" : ", ").append(to_string(field));
  return text.empty() ? "no headers" : text;
}

FAUXBANK_DECL std::string to_string(const Request& request) {
  std::string text(to_string(request.method));
  text.append(" ").append(detail::one_line(request.target, 300));
  if (!request.body.empty()) text.append(" ").append(detail::one_line(request.body, 200));
  return text;
}

FAUXBANK_DECL std::string to_string(const Response& response) {
  constexpr std::size_t kLongest = 100;
  std::string text = std::to_string(response.status);
  if (response.body.empty()) return text;
  text.append(" ").append(detail::one_line(response.body, kLongest));
  if (response.body.size() > kLongest)
    text.append(" (").append(std::to_string(response.body.size())).append(" bytes)");
  return text;
}

}  // namespace fauxbank
