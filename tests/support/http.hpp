#pragma once

// What tests of the HTTP face share: paths, requests in one line, and answers taken apart by
// Boost.JSON, which shares no code with our writer.

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include <fauxbank/fauxbank.hpp>

#include "support/paths.hpp"

namespace fauxbank::testing {

inline boost::json::value json_of(const Response& response) {
  return boost::json::parse(response.body);
}

/// A member of the error object, `type`, `code` or `param`; empty where it is left out.
inline std::string error_member(const Response& response, std::string_view member) {
  const auto body = json_of(response);
  const auto* error = body.as_object().if_contains("error");
  if (error == nullptr || !error->is_object()) return "(no error object)";
  const auto* value = error->as_object().if_contains(member);
  return value == nullptr ? "" : std::string(value->as_string());
}

/// The ids of a list answer, in its order.
inline std::vector<std::string> ids_of(const Response& response) {
  std::vector<std::string> ids;
  const auto body = json_of(response);
  for (const auto& row : body.at("data").as_array())
    ids.emplace_back(row.at("id").as_string());
  return ids;
}

inline Response list(World& world, const std::string& query = {}) {
  return world.send(Request::get(kAccounts + (query.empty() ? "" : "?" + query)));
}
inline Response retrieve(World& world, std::string_view id) {
  return world.send(Request::get(account_path(id)));
}
inline Response act(World& world, std::string_view id, std::string_view verb,
                    std::string form = {}) {
  return world.send(Request::post(account_path(id, verb), std::move(form)));
}

/// The current form of the same request.
inline Request current(Request request) {
  return request.header("Stripe-Version", "2026-09-30.endive");
}

}  // namespace fauxbank::testing
