#pragma once

// What the rule tests share: how a refusal, a member and a row of keys read in one line.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include "support/http.hpp"
#include "support/rule_test.hpp"

namespace fauxbank::testing {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// When a default scenario starts.
inline constexpr std::int64_t kStart = 1'700'000'000;

inline UnixTime at(std::int64_t unix_seconds) { return UnixTime{Seconds{unix_seconds}}; }
inline Instant at_ms(std::int64_t unix_milliseconds) {
  return Instant{Milliseconds{unix_milliseconds}};
}
/// So many seconds after a default scenario starts.
inline Instant after(std::int64_t unix_seconds) { return at_ms((kStart + unix_seconds) * 1000); }

/// An answer in one line: `200`, or of a refusal status, type, code and param, `-` for what is left
/// out.
inline std::string summary(const Response& response) {
  if (response.status == 200) return "200";
  const auto part = [&](std::string_view member) {
    const std::string value = error_member(response, member);
    return " " + (value.empty() ? std::string("-") : value);
  };
  return std::to_string(response.status) + part("type") + part("code") + part("param");
}

/// The same of the typed face.
template <class T>
std::string summary(const Result<T, ApiError>& answer) {
  if (answer) return "200";
  const auto part = [](const std::string& value) {
    return " " + (value.empty() ? std::string("-") : value);
  };
  const ApiError& error = answer.error();
  return std::to_string(error.status) + part(error.type) + part(error.code) + part(error.param);
}

/// The value at a JSON pointer: a string as it is, anything else as compact JSON, `(absent)` where
/// there is none.
inline std::string shown(const boost::json::value& body, std::string_view pointer) {
  boost::json::error_code none;
  const auto* value = body.find_pointer(pointer, none);
  if (value == nullptr) return "(absent)";
  return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
}
inline std::string shown(const Response& response, std::string_view pointer) {
  return shown(json_of(response), pointer);
}

/// The keys of the object at a JSON pointer, in their order on the wire.
inline std::vector<std::string> keys_at(const Response& response, std::string_view pointer = "") {
  const auto body = json_of(response);
  std::vector<std::string> keys;
  for (const auto& member : body.at_pointer(pointer).as_object())
    keys.emplace_back(member.key());
  return keys;
}

inline std::string header(const Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or("(none)"));
}

/// `kind id` of every event so far.
inline std::vector<std::string> events_of(const World& world) {
  std::vector<std::string> lines;
  for (const Event& event : world.events()) {
    lines.push_back(std::string(to_string(event.kind)) + " " + std::string(event.account.id()));
  }
  return lines;
}

/// An account's own status; `(none)` of an empty handle, so that a broken world fails a test and
/// does not end it.
inline std::string status_of(const Account& account) {
  return account ? std::string(to_string(account.status())) : "(none)";
}
/// The status of a refresh, `null` where there is none.
inline std::string status_of(const Account& account, Feature feature) {
  const Refresh* refresh = account ? account.refresh(feature) : nullptr;
  return refresh != nullptr ? std::string(to_string(refresh->status)) : "null";
}
inline std::string status_of(const Result<Account, ApiError>& answer, Feature feature) {
  return answer ? status_of(*answer, feature) : summary(answer);
}
inline std::string origin_of(const Account& account, Feature feature) {
  const Refresh* refresh = account.refresh(feature);
  return refresh != nullptr ? std::string(to_string(refresh->origin)) : "null";
}
/// When a refresh was last tried; the year 1970 where there is none.
inline Instant attempted(const Account& account, Feature feature) {
  const Refresh* refresh = account.refresh(feature);
  return refresh != nullptr ? refresh->last_attempted_at : Instant{};
}

inline RefreshPlan plan(Completion completes) { return {.completes = completes}; }

/// A refresh hash as data, for accounts that are loaded with one.
inline Refresh ended(std::int64_t attempted, std::int64_t next, std::string id = {}) {
  return {.last_attempted_at = at_ms(attempted * 1000),
          .next_refresh_available_at = at(next),
          .id = std::move(id)};
}

}  // namespace fauxbank::testing
