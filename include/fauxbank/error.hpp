#pragma once

/// \file
/// The three ways in which something can go wrong, never mixed:
///
/// - the simulated service refuses: an ordinary HTTP response, or an `ApiError` in the typed
/// interface;
/// - the simulated network fails: a `transport_errc`;
/// - the double is misused (an unknown id in `World::account`, a broken scenario): `Misuse` is
/// thrown.

#include <stdexcept>
#include <string>
#include <string_view>

#include <fauxbank/detail/config.hpp>

namespace fauxbank {

/// The double was used wrongly. The text names the thing, the place and the nearest valid one.
class Misuse : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// What a client sees instead of an answer.
enum class transport_errc {
  connection_refused = 1,  ///< nobody listens
  connection_reset,        ///< the peer reset the connection
  empty_answer,            ///< the peer closed without a byte
  malformed_answer,        ///< bytes that are not HTTP
  truncated_answer,        ///< the body ended early
  timed_out,               ///< the client's deadline passed
};

/// Name the error as its enumerator is spelled.
std::string_view to_string(transport_errc error) noexcept;

/// The service's own refusal, as the typed interface reports it. `code` and `param` are empty where
/// the wire form leaves them out. Compare `status`, `type`, `code` and `param`; the text of
/// `message` is ours.
struct ApiError {
  int status = 0;  ///< HTTP status
  std::string type{};
  std::string code{};
  std::string param{};
  std::string message{};
  std::string
      request_id{};  ///< empty for 401 and 403, and in the typed interface's parameter errors

  friend bool operator==(const ApiError&, const ApiError&) = default;
};

/// `404 invalid_request_error resource_missing, param account: No such …`
std::string to_string(const ApiError& error);

namespace detail {

/// Throw `Misuse`; where exceptions are off, print the text and abort.
[[noreturn]] void throw_misuse(const std::string& text);

}  // namespace detail
}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/error.ipp>
#endif
