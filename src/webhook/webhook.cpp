#include <fauxbank/webhook.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <fauxbank/rules.hpp>

namespace fauxbank::webhook {
namespace {

std::string unix_text(Timestamp at) { return std::to_string(at.time_since_epoch().count()); }

/// The next comma-separated item, taken off the front.
std::string_view next_item(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(','), rest.size());
  const std::string_view item = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return item;
}

std::optional<std::int64_t> unix_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string signature(std::string_view secret, Timestamp at, std::string_view body) {
  std::string signed_text = unix_text(at);
  if (detail::rule_enabled(Rule::event_signature)) signed_text.append(".").append(body);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(signed_text.data());
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes, signed_text.size(),
           digest, &size) == nullptr) {
    throw std::runtime_error("webhook: libcrypto gives no HMAC-SHA256");
  }
  constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex.push_back(kHex[digest[i] >> 4]);
    hex.push_back(kHex[digest[i] & 15]);
  }
  return hex;
}

std::string signature_header(const std::vector<std::string>& secrets, Timestamp at,
                             std::string_view body) {
  std::string header = "t=" + unix_text(at);
  for (const std::string& secret : secrets)
    header.append(",v1=").append(signature(secret, at, body));
  return header;
}

Request signed_request(std::string target, std::string body,
                       const std::vector<std::string>& secrets, Timestamp at) {
  Request request{Method::post, std::move(target), {}, std::move(body)};
  request.headers.add("Content-Type", "application/json; charset=utf-8");
  request.headers.add("Stripe-Signature", signature_header(secrets, at, request.body));
  return request;
}

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::valid:
      return "valid";
    case Verdict::malformed:
      return "malformed";
    case Verdict::mismatch:
      return "mismatch";
    case Verdict::too_old:
      break;
  }
  return "too_old";
}

Verdict verify(std::string_view header, std::string_view body, std::string_view secret,
               Timestamp now, std::chrono::seconds tolerance) {
  std::optional<std::int64_t> at;
  std::vector<std::string_view> signatures;
  for (std::string_view rest = header; !rest.empty();) {
    const std::string_view item = next_item(rest);
    if (item.substr(0, 2) == "t=") at = unix_of(item.substr(2));
    if (item.substr(0, 3) == "v1=") signatures.push_back(item.substr(3));
  }
  if (!at || signatures.empty()) return Verdict::malformed;
  const Timestamp signed_at{std::chrono::seconds{*at}};
  const std::string wanted = signature(secret, signed_at, body);
  bool matches = false;
  for (std::string_view given : signatures) {
    matches = matches || (given.size() == wanted.size() &&
                          CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0);
  }
  if (!matches) return Verdict::mismatch;
  return tolerance.count() != 0 && now - signed_at > tolerance ? Verdict::too_old : Verdict::valid;
}

}  // namespace fauxbank::webhook
