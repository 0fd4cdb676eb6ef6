#pragma once

/// \file
/// Signed deliveries of events, and the check that a receiver makes (rule event.signature). Needs
/// `fauxbank::webhook`, which brings OpenSSL's libcrypto; the core does without.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/http/message.hpp>

namespace fauxbank::webhook {

/// Whole Unix seconds, as the header carries them.
using Timestamp = std::chrono::sys_time<std::chrono::seconds>;

/// Sign a body: HMAC-SHA256 of `<unix>.<body>` under the secret, in lower-case hexadecimal.
/// \param secret `whsec_…`, used as it is
/// \throws std::runtime_error when libcrypto refuses
std::string signature(std::string_view secret, Timestamp at, std::string_view body);

/// Make the value of `Stripe-Signature`: `t=<unix>,v1=<signature>`, with one `v1` for each secret,
/// as while a secret rotates.
/// \param secrets at least one
std::string signature_header(const std::vector<std::string>& secrets, Timestamp at,
                             std::string_view body);

/// Make the POST that delivers an event.
/// \param target path and query of the webhook endpoint
Request signed_request(std::string target, std::string body,
                       const std::vector<std::string>& secrets, Timestamp at);

/// What a receiver finds.
enum class Verdict : std::uint8_t {
  valid,
  malformed,  ///< no time, or no signature of scheme v1
  mismatch,   ///< no signature is that of the body under the secret
  too_old,    ///< signed right, longer ago than the tolerance
};
std::string_view to_string(Verdict verdict) noexcept;

/// Check a delivery as a careful receiver does: any of several signatures may match, other schemes
/// than v1 are ignored.
/// \param tolerance how old a signature may be; zero: any age
Verdict verify(std::string_view header, std::string_view body, std::string_view secret,
               Timestamp now, std::chrono::seconds tolerance = std::chrono::seconds{300});

}  // namespace fauxbank::webhook
