#pragma once

#include <algorithm>
#include <array>

#include <fauxbank/detail/exchange.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

// ---- authentication
// ------------------------------------------------------------------------------

[[gnu::cold]] FAUXBANK_DECL std::optional<std::string> decode_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=')
    text.remove_suffix(1);
  std::string bytes;
  unsigned bits = 0;
  int held = 0;
  for (char c : text) {
    unsigned digit = 0;
    if (c >= 'A' && c <= 'Z')
      digit = static_cast<unsigned>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      digit = static_cast<unsigned>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      digit = static_cast<unsigned>(c - '0') + 52;
    else if (c == '+')
      digit = 62;
    else if (c == '/')
      digit = 63;
    else
      return std::nullopt;
    bits = (bits << 6 | digit) & 0xffffffu;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<char>((bits >> held) & 0xffu));
  }
  return bytes;
}

inline bool has_prefix(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() &&
         std::char_traits<char>::compare(text.data(), prefix.data(), prefix.size()) == 0;
}

inline bool is_test_key(std::string_view key) noexcept {
  constexpr std::size_t kPrefix = 8;
  if (!has_prefix(key, "sk_test_") && !has_prefix(key, "rk_test_")) return false;
  return key.size() > kPrefix && std::all_of(key.begin() + kPrefix, key.end(), is_key_character);
}

/// At most the first 8 and the last 4 characters, and never all of a key.
[[gnu::cold]] FAUXBANK_DECL std::string masked_key(std::string_view key) {
  const bool printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (key.size() < 16 || !printable) return "****";
  return std::string(key.substr(0, 8)) + "****" + std::string(key.substr(key.size() - 4));
}

FAUXBANK_DECL bool Exchange::authenticate() {
  const std::string_view header = headers_.authorization;
  if (header.empty()) {
    if (!log_.apply(Rule::auth_missing)) return true;
    return reject(Rule::auth_missing, 401, {}, {},
                  "No API key: send a test key in the Authorization header, as 'Bearer sk_test_…'");
  }
  if (header == accepted_) {  // as nearly always: clients send one key
    log_.apply(Rule::auth_schemes);
    return true;
  }
  return authenticate_anew();
}

/// An Authorization that is not the one accepted last.
[[gnu::noinline]] FAUXBANK_DECL bool Exchange::authenticate_anew() {
  const std::string_view header = headers_.authorization;
  // Refused wherever it stands, so that a slip in what surrounds it does not let parts of it
  // through.
  if (holds_plain_live_key(header) && refuse_live_key()) return false;
  const std::size_t space = std::min(header.find(' '), header.size());
  const std::string_view scheme = header.substr(0, space);
  std::string_view key = header.substr(std::min(space + 1, header.size()));
  std::optional<std::string> decoded;
  if (Headers::same_name(scheme, "Basic") && log_.apply(Rule::auth_schemes)) {
    decoded = decode_base64(key);
    if (decoded && holds_plain_live_key(*decoded) && refuse_live_key()) return false;
    // The key is the user name and the password is empty; with anything else it is no key of ours.
    if (!decoded || decoded->empty() || decoded->back() != ':')
      return reject_key("Invalid Authorization: Basic takes a key and an empty password");
    decoded->pop_back();
    key = *decoded;
  } else if (!Headers::same_name(scheme, "Bearer")) {
    return reject_key("Invalid Authorization: use Bearer or Basic");
  } else {
    log_.apply(Rule::auth_schemes);
  }
  if (!check_key(key)) return false;
  accepted_ = header;
  return true;
}

FAUXBANK_DECL bool Exchange::refuse_live_key() {
  if (!log_.apply(Rule::auth_live_key)) return false;
  answer_.misuse = "a live API key was sent: this is a test double, use a test key";
  return !reject(Rule::auth_live_key, 401, {}, {},
                 "A live key was sent to a test double; use a test key");
}

FAUXBANK_DECL bool Exchange::check_key(std::string_view key) {
  while (!key.empty() && key.front() == ' ')
    key.remove_prefix(1);
  if (has_prefix(key, "pk_") && log_.apply(Rule::auth_publishable)) {
    return reject(Rule::auth_publishable, 401, "secret_key_required", {},
                  "A publishable key cannot make this call; use a secret test key");
  }
  const bool listed = options_.keys.empty() || std::find(options_.keys.begin(), options_.keys.end(),
                                                         key) != options_.keys.end();
  return (is_test_key(key) && listed) || reject_key("Invalid API key: " + masked_key(key));
}

FAUXBANK_DECL bool Exchange::reject_key(std::string message) {
  return !log_.apply(Rule::auth_invalid) ||
         reject(Rule::auth_invalid, 401, {}, {}, std::move(message));
}

// ---- routing
// --------------------------------------------------------------------------------------

FAUXBANK_DECL bool Exchange::unknown_route() {
  log_.apply(Rule::route_unknown);
  return reject(Rule::route_unknown, rule_enabled(Rule::route_unknown) ? 404 : 400, {}, {},
                "Unrecognized request URL: " + std::string(to_string(request_.method)) + " " +
                    quoted(utf8_prefix(path_) == path_.size() ? path_ : "(not UTF-8)"));
}

FAUXBANK_DECL bool Exchange::route() {
  constexpr std::string_view kFamily = "/v1/financial_connections/";
  constexpr std::string_view kAccounts = "accounts";
  constexpr std::string_view kSessions = "sessions";
  constexpr std::string_view kTransactions = "transactions";
  if (!has_prefix(path_, kFamily)) return unknown_route();
  std::string_view rest = path_.substr(kFamily.size());
  if (has_prefix(rest, kAccounts)) return route_account(rest.substr(kAccounts.size()));
  if (has_prefix(rest, kSessions)) {
    return route_resource(rest.substr(kSessions.size()), Operation::sessions_retrieve,
                          Operation::sessions_create);
  }
  if (has_prefix(rest, kTransactions)) {
    return route_resource(rest.substr(kTransactions.size()), Operation::transactions_retrieve,
                          Operation::transactions_list);
  }
  return unknown_route();
}

/// `/sessions`, `/sessions/:id` and their like; `rest` is what follows the resource's name.
FAUXBANK_DECL bool Exchange::route_resource(std::string_view rest, Operation one, Operation all) {
  if (rest.empty()) {
    const Method wanted = all == Operation::sessions_create ? Method::post : Method::get;
    if (request_.method != wanted) return unknown_route();
    answer_.operation = all;
    return true;
  }
  if (rest.front() != '/' || request_.method != Method::get) return unknown_route();
  rest.remove_prefix(1);
  if (rest.empty() || rest.find('/') != std::string_view::npos) return unknown_route();
  answer_.operation = one;
  return decode_id(rest);
}

/// What follows an account's id in a path.
struct Verb {
  std::string_view name;
  Operation operation;
  Method method;
};
inline constexpr std::array<Verb, 5> kVerbs = {
    {{"disconnect", Operation::disconnect, Method::post},
     {"refresh", Operation::refresh, Method::post},
     {"subscribe", Operation::subscribe, Method::post},
     {"unsubscribe", Operation::unsubscribe, Method::post},
     {"owners", Operation::owners, Method::get}}};

FAUXBANK_DECL bool Exchange::route_account(std::string_view rest) {
  if (rest.empty()) {
    if (request_.method != Method::get) return unknown_route();
    answer_.operation = Operation::list;
    return true;
  }
  if (rest.front() != '/') return unknown_route();
  rest.remove_prefix(1);
  const std::size_t slash = rest.find('/');
  const std::string_view id = rest.substr(0, slash);
  if (id.empty()) return unknown_route();
  if (slash == std::string_view::npos) {
    if (request_.method != Method::get) return unknown_route();
    answer_.operation = Operation::retrieve;
    return decode_id(id);
  }
  for (const Verb& verb : kVerbs) {
    if (verb.name != rest.substr(slash + 1)) continue;
    if (request_.method != verb.method) break;
    answer_.operation = verb.operation;
    return decode_id(id);
  }
  return unknown_route();
}

FAUXBANK_DECL bool Exchange::decode_id(std::string_view segment) {
  if (decode_segment(segment, account_)) return true;
  log_.apply(Rule::form_decode);
  return reject(Rule::form_decode, 400, {}, {},
                "Malformed percent escape, NUL or invalid UTF-8 in the path");
}

FAUXBANK_DECL bool Exchange::select_tenant() {
  const std::string_view tenant = headers_.account;
  if (tenant.empty() || !log_.apply(Rule::tenant)) return true;
  const auto& tenants = state_.settings().tenants;
  if (!tenants.empty() && std::find(tenants.begin(), tenants.end(), tenant) == tenants.end()) {
    return reject(
        Rule::tenant, 403, "account_invalid", {},
        "The key has no access to the account " + quoted(is_utf8(tenant) ? tenant : "(not UTF-8)"));
  }
  tenant_ = tenant;
  return true;
}

inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

FAUXBANK_DECL bool Exchange::check_content_type() {
  if (request_.method != Method::post || request_.body.empty()) return true;
  return headers_.content_type == kFormType || check_other_type();
}

/// A type with parameters or in other letters may be that of a form; else the refusal is set.
[[gnu::noinline]] FAUXBANK_DECL bool Exchange::check_other_type() {
  const std::string_view header = headers_.content_type;
  std::string_view type = header.substr(0, header.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
    type.remove_suffix(1);
  if (Headers::same_name(type, kFormType)) return true;
  if (!log_.apply(Rule::route_content_type)) return true;
  const std::string_view shown = header.empty()    ? "nothing"
                                 : is_utf8(header) ? header
                                                   : "(not UTF-8)";
  return reject(
      Rule::route_content_type, 400, {}, {},
      "A body must be application/x-www-form-urlencoded; Content-Type says " + quoted(shown));
}

}  // namespace fauxbank::detail
