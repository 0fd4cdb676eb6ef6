#pragma once

#include <cstdio>
#include <cstdlib>

#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/error.hpp>

namespace fauxbank {

FAUXBANK_DECL std::string_view to_string(transport_errc error) noexcept {
  switch (error) {
    case transport_errc::connection_refused:
      return "connection_refused";
    case transport_errc::connection_reset:
      return "connection_reset";
    case transport_errc::empty_answer:
      return "empty_answer";
    case transport_errc::malformed_answer:
      return "malformed_answer";
    case transport_errc::truncated_answer:
      return "truncated_answer";
    case transport_errc::timed_out:
      return "timed_out";
  }
  return "unknown";
}

FAUXBANK_DECL std::string to_string(const ApiError& error) {
  std::string text = std::to_string(error.status);
  for (const std::string* word : {&error.type, &error.code}) {
    if (!word->empty()) text.append(" ").append(detail::one_line(*word, 100));
  }
  if (!error.param.empty()) text.append(", param ").append(detail::one_line(error.param, 100));
  if (!error.message.empty()) text.append(": ").append(detail::one_line(error.message, 200));
  return text;
}

FAUXBANK_DECL void detail::throw_misuse(const std::string& text) {
#if defined(__cpp_exceptions)
  throw Misuse(text);
#else
  std::fprintf(stderr, "fauxbank: misuse: %s\n", text.c_str());
  std::abort();
#endif
}

}  // namespace fauxbank
