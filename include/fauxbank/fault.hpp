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

  static FaultTrigger always();
  static FaultTrigger nth(std::vector<std::uint64_t> numbers);
  static FaultTrigger range(std::uint64_t first, std::optional<std::uint64_t> last = {});
  static FaultTrigger every(std::uint64_t step);
  static FaultTrigger rate(double probability);
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
  FaultPhase effective_phase() const noexcept;
  friend bool operator==(const FaultPlan&, const FaultPlan&) = default;
};

/// `requests 2 to 3`
std::string to_string(const FaultTrigger& trigger);
std::string to_string(const FaultWindow& window);
/// `answer_lost after refresh of fca_1, request 1`
std::string to_string(const FaultPlan& plan);

/// What became of a plan.
struct FaultReport {
  FaultPlan plan;       ///< with `seen` and `fired` as they stand
  std::string place{};  ///< where it was declared, `file:line`, or the name of its scenario
  bool used() const noexcept { return plan.fired != 0; }
};

/// `answer_lost after refresh of fca_1, request 1, fired 0 (sync_test.cpp:12)`
std::string to_string(const FaultReport& report);

class Faults;

/// One plan in the making; it stands once its kind is said, which comes last.
///
/// ```cpp
/// world.faults().on(Operation::refresh).account("fca_1").nth(1, 2).answer_lost();
/// world.faults().on_any().rate(0.05).connection_reset();
/// ```
///
/// Without a trigger every request is struck. The last trigger that is said counts. Every kind
/// throws Misuse for a plan that is faulty or can never fire, and then adds nothing.
class [[nodiscard]] FaultBuilder {
 public:
  explicit FaultBuilder(Faults& faults, std::optional<Operation> operation = {});

  FaultBuilder& account(std::string id);
  template <class... More>
  FaultBuilder& nth(std::uint64_t first, More... more) {
    plan_.trigger = FaultTrigger::nth({first, static_cast<std::uint64_t>(more)...});
    return *this;
  }
  FaultBuilder& from(std::uint64_t first, std::optional<std::uint64_t> to = {});
  FaultBuilder& every(std::uint64_t step);
  /// \param probability 0 (never) to 1 (always)
  FaultBuilder& rate(double probability);
  /// Only in this window of world time; durations count from now.
  FaultBuilder& during(FaultWindow window);
  FaultBuilder& times(std::uint64_t at_most);
  FaultBuilder& phase(FaultPhase phase);
  /// Inside the answer, which means the phase `during`.
  FaultBuilder& at_byte(std::uint64_t byte);
  /// Of the answer of `http`, `rate_limit`, `lock_timeout` and `server_error`.
  FaultBuilder& header(std::string_view name, std::string_view value);
  FaultBuilder& body(std::string text);

#define FAUXBANK_FAULT_KIND(kind)                                               \
  void kind(const char* file = __builtin_FILE(), int line = __builtin_LINE()) { \
    add(FaultKind::kind, file, line);                                           \
  }
  FAUXBANK_FAULT_KIND(connection_refused)
  FAUXBANK_FAULT_KIND(rate_limit)
  FAUXBANK_FAULT_KIND(lock_timeout)
  FAUXBANK_FAULT_KIND(server_error)
  FAUXBANK_FAULT_KIND(timeout)
  FAUXBANK_FAULT_KIND(garbage)
  FAUXBANK_FAULT_KIND(connection_reset)
  FAUXBANK_FAULT_KIND(answer_lost)
  FAUXBANK_FAULT_KIND(empty_answer)
  FAUXBANK_FAULT_KIND(malformed_body)
  FAUXBANK_FAULT_KIND(truncated_body)
#undef FAUXBANK_FAULT_KIND

  /// \param status 200 to 599
  void http(int status, std::string code = {}, const char* file = __builtin_FILE(),
            int line = __builtin_LINE());
  /// \param by world time
  void delay(Milliseconds by, const char* file = __builtin_FILE(), int line = __builtin_LINE());
  /// Drawn from [`from`, `to`], both included.
  void delay_between(Milliseconds from, Milliseconds to, const char* file = __builtin_FILE(),
                     int line = __builtin_LINE());
  /// \param bytes_per_second of world time, at least 1
  void slow_body(std::uint64_t bytes_per_second, const char* file = __builtin_FILE(),
                 int line = __builtin_LINE());

 private:
  void add(FaultKind kind, const char* file, int line);

  Faults* faults_;
  FaultPlan plan_{.kind = FaultKind::delay};
};

/// The faults of a world: what goes wrong between its clients and it, on the way through
/// `World::transport` and `World::sender`. `World::send` and the typed face have none.
///
/// Every plan counts each request that it looks at; of those that would strike, the first in order
/// of declaration does. Requests without a route, or that fail authentication, are not counted.
///
/// Determinism: chance comes from the world's seed, the plan's place and its own count, so adding a
/// plan changes no id, and nothing that an earlier plan does.
/// Thread safety: any thread at any time, like the world.
class Faults {
 public:
  Faults() = default;
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;
  virtual ~Faults() = default;

  FaultBuilder on(Operation operation);
  FaultBuilder on_any();

  /// Add a plan. Durations of its window count from now.
  /// \param place what `report` says of where it was declared
  /// \throws Misuse when it is faulty, naming the member; then nothing is added
  virtual void add(FaultPlan plan, std::string place) = 0;
  void add(FaultPlan plan, const char* file = __builtin_FILE(), int line = __builtin_LINE());

  /// Every plan, in order, with what it has seen and done.
  virtual std::vector<FaultReport> report() const = 0;
  /// Forget all plans, used or not.
  virtual void clear() = 0;
};

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/fault.ipp>
#endif
