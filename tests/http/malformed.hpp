#pragma once

// Requests that the service must refuse, as tables: what is sent, and the refusal that the rules
// demand.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/http.hpp"

namespace fauxbank::testing {

/// Which world a row is sent to.
enum class In {
  plain,   ///< every test key and tenant is welcome
  listed,  ///< accepts the key sk_test_123 and the tenant acct_1 alone
  clamp,   ///< limits outside 1..100 are clamped
};

/// One refused request. `type` is invalid_request_error in every row.
struct Row {
  std::string name;
  Request request;
  int status = 400;
  std::string code{};
  std::string param{};
  In in = In::plain;
  std::string says{};      ///< a word that the message must contain
  bool live_key = false;   ///< recorded as a misuse
  bool any_param = false;  ///< the param is whatever is left of a live key
};

/// What the tests put into live keys: neither it nor its ends may come out again.
inline constexpr std::string_view kSecret = "51HxSECRETz9Q7";
inline std::string live(std::string_view kind) {
  return std::string(kind) + "_live_" + std::string(kSecret);
}

inline constexpr std::size_t kMebibyte = std::size_t{1} << 20;

/// `times("ab", 3)` is `ababab`.
inline std::string times(std::string_view text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  while (count-- > 0)
    all += text;
  return all;
}

inline Request get(std::string_view rest = {}) {
  return Request::get(kAccounts + std::string(rest));
}
inline Request post(std::string_view verb, std::string form = {}) {
  return Request::post(account_path("fca_1", verb), std::move(form));
}

inline Request to(Method method, std::string target) {
  Request request = Request::get(std::move(target));
  request.method = method;
  return request;
}

inline Request with_authorization(std::string_view value, std::string target = kAccounts) {
  return Request::get(std::move(target)).header("Authorization", value);
}

std::vector<Row> key_rows();       // who calls: 401 and 403
std::vector<Row> route_rows();     // where to: 404
std::vector<Row> decoding_rows();  // content types, escapes, NUL, UTF-8
std::vector<Row> name_rows();      // unknown, missing and wrongly nested parameters
std::vector<Row> value_rows();     // empty, off the type, off the enumeration, exclusive
std::vector<Row> huge_rows();      // up to a mebibyte and beyond

/// The world of a row, new: fca_1 and fca_2 belong to no tenant, fca_t to acct_1.
World world_for(In in);

}  // namespace fauxbank::testing
