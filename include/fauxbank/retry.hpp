#pragma once

/// \file
/// How a client retried, judged by the journal of the world that it talked to.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fauxbank/clock.hpp>
#include <fauxbank/detail/enums.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank {

/// What a retry does wrong.
enum class RetryFault : std::uint8_t {
  too_soon,     ///< before `Retry-After` was over
  unwanted,     ///< after an answer that says `Stripe-Should-Retry: false`, or a 4xx that stays
  missing,      ///< no more after `Stripe-Should-Retry: true`, though the contract allows it
  without_key,  ///< a POST that may have been applied, again without an idempotency key
  other_key,    ///< with another idempotency key
  other_body,   ///< with another body
  not_growing,  ///< after no longer a delay than the time before
  too_long      ///< beyond the most attempts or the longest time
};
FAUXBANK_ENUM_NAMES(RetryFault, "too_soon", "unwanted", "missing", "without_key", "other_key",
                    "other_body", "not_growing", "too_long");
using RetryFaults = EnumSet<RetryFault>;

/// What is expected of a client.
struct RetryContract {
  std::uint32_t most_attempts = 8;        ///< of one call, the first included
  std::optional<Milliseconds> longest{};  ///< from the first attempt to the last; nothing: any
  bool growing_delays = true;             ///< each longer than the one before
  Milliseconds longest_delay{30'000};     ///< from here on they need not grow
};

/// One attempt of a call.
struct RetryAttempt {
  std::uint64_t entry = 0;       ///< its number in the journal
  std::uint64_t connection = 0;  ///< 0: none, or unknown
  Instant at{};
  /// Since the client knew that the attempt before had failed; at least, where that was an answer
  /// that it did not wait for.
  Milliseconds waited{};
  RetryFaults faults{};
  std::string text{};  ///< `connection_reset, applied` or `429, Retry-After 2`
};

/// A call whose client did not get the service's answer at once.
struct RetriedCall {
  std::string what{};  ///< `POST /v1/…/refresh`
  std::vector<RetryAttempt> attempts{};
};

/// The calls of a journal that were, or should have been, retried.
struct RetryReport {
  std::vector<RetriedCall> calls{};
  bool ok() const noexcept;
  /// One line for each attempt that broke the contract; for `EXPECT_THAT(…, IsEmpty())`.
  std::vector<std::string> violations() const;
};

/// `at most 8 attempts, delays grow up to 30000 ms`
std::string to_string(const RetryContract& contract);
/// `#2 2023-11-14T22:13:21Z after 1000 ms: 429 of a fault, Retry-After 2 {too_soon}`
std::string to_string(const RetryAttempt& attempt);
std::string to_string(const RetriedCall& call);
/// One line for each attempt, below the call that it belongs to.
std::string to_string(const RetryReport& report);

/// Judge how a client retried. What counts as one call is what the journal shows as its attempts
/// (`JournalEntry::attempt`).
///
/// The delay before a retry counts from the moment at which the client knew: time-outs and delays
/// are not part of it. Where an answer had a `Retry-After` in seconds, the delay after it must be
/// at least that, and is not compared with others; nor is one after an answer that the client did
/// not wait for, because nobody saw when it gave up.
///
/// Determinism: reads the journal alone.
/// Complexity: linear in the journal, on average.
/// \throws Misuse when the journal has dropped entries: what is missing cannot be judged
RetryReport check_retries(const Journal& journal, const RetryContract& contract = {});

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/retry.ipp>
#endif
