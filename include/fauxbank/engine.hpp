#pragma once

/// \file
/// The state machine: pure step functions over a copyable state. No I/O, thread, clock, environment
/// or random device; time comes in as a value, what changed goes out as data.
///
/// A `World` wraps this with a lock, a journal and an HTTP face. Use it directly to study one
/// transition.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fauxbank/command.hpp>
#include <fauxbank/model.hpp>
#include <fauxbank/random.hpp>
#include <fauxbank/rules.hpp>

namespace fauxbank {

/// What to do with a limit outside 1..100 (rule limit.range).
enum class LimitOutOfRange : std::uint8_t { reject, clamp };
FAUXBANK_ENUM_NAMES(LimitOutOfRange, "reject", "clamp");

/// Whether a refresh needs its permission (rule refresh.permission).
enum class PermissionCheck : std::uint8_t { enforce, ignore };
FAUXBANK_ENUM_NAMES(PermissionCheck, "enforce", "ignore");

/// What a refresh that comes too early does (rule refresh.too_early).
enum class EarlyRefresh : std::uint8_t { ignore, reject };
FAUXBANK_ENUM_NAMES(EarlyRefresh, "ignore", "reject");

/// The switches of a world, where the real service's behaviour has two plausible readings.
struct RuleSwitches {
  LimitOutOfRange limit_out_of_range = LimitOutOfRange::reject;
  PermissionCheck permissions = PermissionCheck::enforce;
  EarlyRefresh early_refresh = EarlyRefresh::ignore;
  friend bool operator==(const RuleSwitches&, const RuleSwitches&) = default;
};

/// What a world is made with, once.
struct Settings {
  std::uint64_t seed = 1;
  Instant now{};
  Form form = Form::documented;
  RuleSwitches rules{};
  RefreshPlan defaults{};              ///< for every refresh whose plan leaves something out
  std::vector<std::string> tenants{};  ///< listed: others are refused; empty: any is accepted
};

/// Why the service refuses. `code` and `param` are empty where the wire form leaves them out.
struct Refusal {
  Rule rule;
  int status = 400;
  std::string_view type = "invalid_request_error";
  std::string_view code{};
  std::string param{};
  std::string message{};
};

/// One account before and after a step; an empty `before` for a new one.
struct Change {
  Account before;
  Account after;
};

/// What a step changed, a container of one Change per account, in the order of first change. One
/// alone, as most steps have, takes no memory of its own.
class Changes {
 public:
  using value_type = Change;
  using iterator = Change*;
  using const_iterator = const Change*;

  [[nodiscard]] std::size_t size() const noexcept {
    return many_.empty() ? (one_.after ? 1 : 0) : many_.size();
  }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] Change* begin() noexcept { return many_.empty() ? &one_ : many_.data(); }
  [[nodiscard]] Change* end() noexcept { return begin() + size(); }
  [[nodiscard]] const Change* begin() const noexcept {
    return many_.empty() ? &one_ : many_.data();
  }
  [[nodiscard]] const Change* end() const noexcept { return begin() + size(); }
  /// Preconditions: i < size().
  [[nodiscard]] const Change& operator[](std::size_t i) const noexcept { return begin()[i]; }
  /// Preconditions: not empty.
  [[nodiscard]] const Change& front() const noexcept { return *begin(); }

  /// Preconditions: `change.after` is an account. Exception safety: strong; only std::bad_alloc.
  void push_back(Change change) {
    if (empty()) {
      one_ = std::move(change);
      return;
    }
    if (many_.empty()) {
      many_.reserve(4);
      many_.push_back(std::exchange(one_, Change()));
    }
    many_.push_back(std::move(change));
  }
  void swap(Changes& other) noexcept {
    std::swap(one_, other.one_);
    many_.swap(other.many_);
  }
  /// Memory beside the object itself, in bytes.
  [[nodiscard]] std::size_t extra_bytes() const noexcept {
    return many_.capacity() * sizeof(Change);
  }

 private:
  Change one_;                // the only one; empty where there are several
  std::vector<Change> many_;  // all, where there are several
};

/// What the service would tell a webhook (rule event.kinds).
enum class EventKind : std::uint8_t {
  created,
  deactivated,
  reactivated,
  disconnected,
  refreshed_balance,
  refreshed_ownership,
  refreshed_transactions
};
FAUXBANK_ENUM_NAMES(EventKind, "created", "deactivated", "reactivated", "disconnected",
                    "refreshed_balance", "refreshed_ownership", "refreshed_transactions");

struct Event {
  EventKind kind = EventKind::created;
  Account account;           ///< as of that moment
  Instant at{};              ///< when it happened
  std::uint64_t number = 0;  ///< counts from 1; in a world made from an export, from its last one
  std::uint64_t seed = 0;    ///< of the world; with `number` it makes the id
  /// What a call did itself (disconnect): the call's request id, by its number, and its key.
  std::uint64_t request = 0;
  detail::Text idempotency_key;

  /// `evt_…`: unique in a world, the same in a fork that moves alike.
  MintedId id() const noexcept;
};

/// The answer of an operation whose answer is not an account.
struct FamilyAnswer : detail::RefCounted {
  std::string ownership;           ///< owners: the id that was asked for
  Page<Owner> owners;              ///< owners
  Page<Transaction> transactions;  ///< transactions.list, or the one of transactions.retrieve
  SessionSpec session;             ///< sessions.create, sessions.retrieve
  Page<Account> accounts;          ///< of the session: the first page
};

/// What a step did.
struct Outcome {
  std::optional<Refusal> refusal;          ///< then nothing changed
  Account account;                         ///< the answer of every call on one account
  Page<Account> page;                      ///< the answer of list
  detail::Ref<const FamilyAnswer> family;  ///< the answer of owners and transactions
  Changes changes;
  std::vector<Event> events;
  RuleSet rules;                            ///< what was applied
  const TimelineEntry* timeline = nullptr;  ///< of a timeline's step; lives as long as the state
  std::string_view what;  ///< a timer's step: `refresh completed`, `daily refresh`; an event's kind

  bool ok() const noexcept { return !refusal.has_value(); }
};

// ---- as text: one line each ---------------------------------------------------------------------

std::string to_string(const RuleSwitches& switches);
std::string to_string(const Settings& settings);
/// `404 resource_missing, param account, by account.missing: No such account: …`
std::string to_string(const Refusal& refusal);
/// `fca_1: status active → inactive, balance_refresh …`
std::string to_string(const Change& change);
/// `deactivated fca_1`
std::string to_string(const Event& event);
/// The refusal, or the answer and what changed.
std::string to_string(const Outcome& outcome);

namespace detail {
struct StateData;
}

/// Everything a world knows: accounts, indexes, timers, counters. A copy costs one reference;
/// copies share what neither has changed since (chunked copy on write).
///
/// Thread safety: different copies may be used by different threads at once, one state may not.
class State {
 public:
  explicit State(const Settings& settings);
  State(const State&) noexcept;
  State(State&&) noexcept;
  State& operator=(const State&) noexcept;
  State& operator=(State&&) noexcept;
  ~State();

  Instant now() const noexcept;
  const Settings& settings() const noexcept;
  std::size_t size() const noexcept;  ///< accounts, whatever their status

  /// Look an account up by id, in any tenant; empty when there is none. Complexity: constant.
  Account find(std::string_view id) const noexcept;
  /// The account that was linked as the `i`-th, from 0.
  Account at(std::size_t i) const noexcept;

  /// The sessions that were listed or created, in that order. Complexity: linear.
  std::vector<SessionSpec> sessions() const;

  /// When the next timer is due, if any, and how many there are.
  std::optional<Instant> next_due() const noexcept;
  std::size_t pending() const noexcept;

  /// A digest of all resources, their plans, the timers, the time and the seed; independent of how
  /// the state was reached, of counters and of journals. Complexity: linear.
  std::uint64_t digest() const;

  const detail::StateData& data() const noexcept { return *data_; }  ///< private use
  inline detail::StateData& edit();                                  ///< private use

 private:
  [[gnu::cold]] void unshare();

  detail::Ref<detail::StateData> data_;
};

/// Apply one call of the API at the state's present.
///
/// Rules: those of lists and accounts in the rule table; every one applied stands in
/// `Outcome::rules`. Precondition: nothing is due (`run_due` returned nothing for `now`). Exception
/// safety: strong for refusals; `std::bad_alloc` leaves a valid state.
Outcome step(State& state, const Command& command);

/// Apply one world event at the state's present. An event that does not fit is a refusal by
/// world_event.misfit with status 0.
Outcome step(State& state, const WorldEvent& event);

/// Apply the earliest thing that is due at or before `limit`, at its own instant (rules time.due,
/// time.ties). Returns nothing when there is none; then the state's present is `limit`.
std::optional<Outcome> run_due(State& state, Instant limit);

/// Put an account into a state without an event, as loading a scenario does. A pending refresh
/// counts from the present. \throws Misuse when the spec is faulty or the id is taken
Account load(State& state, const AccountSpec& spec);

/// A refresh that is in flight, for loading: how it ends instead of as its account's plans say.
struct InFlight {
  std::string account{};
  Feature feature = Feature::balance;
  RefreshPlan plan{};  ///< its time counts from the present; what is left out is the default
  RefreshOrigin origin = RefreshOrigin::on_demand;
};
/// How many ids of a kind were made from the seed before.
struct MadeIds {
  IdKind kind = IdKind::account;
  std::uint64_t count = 0;
  friend bool operator==(const MadeIds&, const MadeIds&) = default;
};
/// `3 of account`
std::string to_string(const MadeIds& made);

/// Go on with the ids that come next.
void resume_ids(State& state, const MadeIds& made);

/// Say how a refresh ends that a loaded account has in flight. \throws Misuse when it has none, or
/// the plan is faulty
void load_in_flight(State& state, const InFlight& refresh);

/// Add a session; without an id it gets one from the seed. \returns its id
/// \throws Misuse when it is faulty or the id is taken
std::string load_session(State& state, const SessionSpec& session);

/// Plan something. An entry that does not fit when its time comes is a refusal by
/// world_event.misfit then. \throws Misuse when it lies in the past
void plan(State& state, TimelineEntry entry);

/// `balance of fca_1, on_demand: after 2000 ms, …`
std::string to_string(const InFlight& refresh);

/// Make the next request id (rule form.request_id).
MintedId next_request_id(State& state);

/// `2 accounts at 2023-11-14T22:13:20Z, 1 timer, seed 1`
std::string to_string(const State& state);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/digest.ipp>
#include <fauxbank/impl/engine.ipp>
#include <fauxbank/impl/engine_family.ipp>
#include <fauxbank/impl/engine_list.ipp>
#include <fauxbank/impl/engine_refresh.ipp>
#include <fauxbank/impl/engine_session.ipp>
#include <fauxbank/impl/engine_text.ipp>
#include <fauxbank/impl/engine_world.ipp>
#include <fauxbank/impl/expand.ipp>
#include <fauxbank/impl/idempotency.ipp>
#include <fauxbank/impl/state.ipp>
#endif
