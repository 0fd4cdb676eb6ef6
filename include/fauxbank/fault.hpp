#pragma once

/// \file
/// Plans of trouble, as data: which request fails, and how.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/command.hpp>
#include <fauxbank/http/message.hpp>

namespace fauxbank {

/// What goes wrong.
enum class FaultKind : std::uint8_t {
  connection_refused,  ///< nobody listens
  rate_limit,          ///< 429
  lock_timeout,        ///< 429, `Stripe-Should-Retry: true`
  http,                ///< an answer of the test's own: status, code, headers, body
  server_error,        ///< 500
  delay,               ///< the answer, late
  timeout,             ///< no answer ever
  garbage,             ///< bytes that are not HTTP
  connection_reset,    ///< the peer resets the connection
  answer_lost,         ///< applied, then a reset before the first byte
  empty_answer,        ///< applied, then an orderly close before the first byte
  malformed_body,      ///< HTTP, but the body is not JSON
  truncated_body,      ///< the body ends early
  slow_body            ///< the body trickles
};
FAUXBANK_ENUM_NAMES(FaultKind, "connection_refused", "rate_limit", "lock_timeout", "http",
                    "server_error", "delay", "timeout", "garbage", "connection_reset",
                    "answer_lost", "empty_answer", "malformed_body", "truncated_body", "slow_body");

/// When it goes wrong: before the engine applies the request (not applied), after it has (applied,
/// the answer does not arrive as it should), or inside the bytes of the answer (applied).
enum class FaultPhase : std::uint8_t { before, after, during };
FAUXBANK_ENUM_NAMES(FaultPhase, "before", "after", "during");
using FaultPhases = EnumSet<FaultPhase>;

/// The phases that a kind can have.
FaultPhases phases_of(FaultKind kind) noexcept;
/// The phase of a kind when a plan names none: the first it can have, in the order of `FaultPhase`.
FaultPhase default_phase(FaultKind kind) noexcept;

/// Which of the requests that a plan looks at it strikes. Requests are counted from 1, per plan,
/// once they are routed to the operation and authenticated.
struct FaultTrigger {
  enum class Kind : std::uint8_t { always, nth, range, every, rate };
  Kind kind = Kind::always;
  std::vector<std::uint64_t> numbers{};  ///< nth: each at least 1
  std::uint64_t first = 1;               ///< range: at least 1
  std::optional<std::uint64_t> last{};   ///< range: not below `first`; nothing: without end
  std::uint64_t step = 1;                ///< every: the step-th, 2·step-th, …; at least 1
  double probability = 0;                ///< rate: 0 (never) to 1 (always)

  static FaultTrigger always() { return {}; }
  static FaultTrigger nth(std::vector<std::uint64_t> numbers) {
    FaultTrigger trigger;
    trigger.kind = Kind::nth;
    trigger.numbers = std::move(numbers);
    return trigger;
  }
  static FaultTrigger range(std::uint64_t first, std::optional<std::uint64_t> last = {}) {
    FaultTrigger trigger;
    trigger.kind = Kind::range;
    trigger.first = first;
    trigger.last = last;
    return trigger;
  }
  static FaultTrigger every(std::uint64_t step) {
    FaultTrigger trigger;
    trigger.kind = Kind::every;
    trigger.step = step;
    return trigger;
  }
  static FaultTrigger rate(double probability) {
    FaultTrigger trigger;
    trigger.kind = Kind::rate;
    trigger.probability = probability;
    return trigger;
  }
  friend bool operator==(const FaultTrigger&, const FaultTrigger&) = default;
};
FAUXBANK_ENUM_NAMES(FaultTrigger::Kind, "always", "nth", "range", "every", "rate");

/// A window of world time: from its start, included, to its end, excluded.
struct FaultWindow {
  std::optional<When> from{};  ///< nothing: from the beginning
  std::optional<When> to{};    ///< nothing: for ever
  friend bool operator==(const FaultWindow&, const FaultWindow&) = default;
};

/// One plan. Only the kind is required; without a trigger every request is struck.
///
/// ```cpp
/// FaultPlan{.operation = Operation::refresh, .account = "fca_1",
///           .trigger = FaultTrigger::nth({1, 2}), .kind = FaultKind::answer_lost}
/// ```
struct FaultPlan {
  std::optional<Operation> operation{};  ///< nothing: any
  std::string account{};                 ///< the id in the path; empty: any, and none
  FaultTrigger trigger{};
  std::optional<FaultWindow> window{};   ///< joins any trigger (`while` in a file)
  std::optional<std::uint64_t> times{};  ///< fires at most so often; at least 1
  std::optional<FaultPhase> phase{};     ///< nothing: the kind's first; `during` with `at_byte`
  Required<FaultKind> kind;

  int status = 0;                          ///< http: 200 to 599, required
  std::string code{};                      ///< http: of the error body; empty: none
  Headers headers{};                       ///< http, rate_limit, lock_timeout, server_error
  std::optional<std::string> body{};       ///< http: instead of an error body
  Milliseconds delay{};                    ///< delay: at least so long, required
  std::optional<Milliseconds> delay_to{};  ///< delay: uniform from `delay` up to this
  std::optional<std::uint64_t> at_byte{};  ///< of the answer, from 0: connection_reset,
                                           ///< truncated_body, slow_body
  std::uint64_t bytes_per_second = 0;      ///< slow_body: at least 1, required

  // How far the plan has got: kept by an exported world, so that it continues alike.
  std::uint64_t seen = 0;   ///< requests that it looked at
  std::uint64_t fired = 0;  ///< how often it fired

  /// The phase in which it strikes.
  FaultPhase effective_phase() const noexcept {
    if (phase) return *phase;
    return at_byte ? FaultPhase::during : default_phase(kind);
  }
  friend bool operator==(const FaultPlan&, const FaultPlan&) = default;
};

/// `requests 2 to 3`
std::string to_string(const FaultTrigger& trigger);
std::string to_string(const FaultWindow& window);
/// `answer_lost after refresh of fca_1, request 1`
std::string to_string(const FaultPlan& plan);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/fault.ipp>
#endif
