#pragma once

/// \file
/// A world: engine, clock, HTTP face, typed face and journal behind one object.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/accounts.hpp>
#include <fauxbank/clock.hpp>
#include <fauxbank/journal.hpp>
#include <fauxbank/model.hpp>
#include <fauxbank/outbox.hpp>
#include <fauxbank/result.hpp>
#include <fauxbank/rules.hpp>
#include <fauxbank/scenario.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank {
namespace detail {
class Watch;
}

/// How a world treats its test; not part of the simulated service.
struct WorldOptions {
  std::vector<std::string> keys{};     ///< API keys that are accepted; empty: every test key
  bool compact_json = false;           ///< print answers without white space
  std::size_t journal_entries = 4096;  ///< kept at most
  std::size_t journal_bytes = std::size_t{16} << 20;  ///< kept at most
  /// Answers stored under idempotency keys take at most this; beyond it the oldest keys are new
  /// again before their 24 h are over. One answer takes some 1.5 kB.
  std::size_t idempotency_bytes = std::size_t{16} << 20;
  /// Events kept at most, delivered or not; 0 keeps none. Beyond it the oldest are lost, and the
  /// next delivery tells when they still waited. One event keeps some 0.7 kB.
  std::size_t outbox_events = 4096;
};

/// How a request would be answered, and why.
struct Explanation {
  int status = 0;
  std::optional<Rule> refused_by{};
  RuleSet rules{};  ///< everything that the answer would apply
  std::string
      text{};  ///< `404 refused by account.missing (observed): …; nearest is 'fca_checking'`
};

/// Something that a test leaves behind.
enum class LeftoverKind : std::uint8_t {
  misuse,            ///< a live key was sent
  misfit,            ///< a scripted event did not apply (rule world_event.misfit)
  unused_fault,      ///< a fault plan that never fired
  pending_refresh,   ///< in flight, and only the test can end it (`Completion::manually`)
  undelivered_event  ///< an event that nobody took out of the outbox, or that it has lost
};
FAUXBANK_ENUM_NAMES(LeftoverKind, "misuse", "misfit", "unused_fault", "pending_refresh",
                    "undelivered_event");

/// One finding of `World::leftovers`, in words.
struct Leftover {
  LeftoverKind kind = LeftoverKind::misuse;
  std::string text{};
  friend bool operator==(const Leftover&, const Leftover&) = default;
};

std::string to_string(const WorldOptions& options);
std::string to_string(const Explanation& explanation);
/// `pending_refresh: the balance refresh of 'fca_1' is in flight …`
std::string to_string(const Leftover& leftover);

/// A bank-connections API inside a test.
///
/// ```cpp
/// World world{{.accounts = {{.id = "fca_checking"}}}};
/// auto answer =
/// world.send(Request::post("/v1/financial_connections/accounts/fca_checking/refresh",
///                                        "features[]=balance"));
/// world.clock().advance(std::chrono::seconds{5});     // the refresh completes
/// ```
///
/// Thread safety: any thread may call any member but move and destruction at any time. Each
/// request, call, world event and movement of the clock is one step under one lock. Two worlds
/// share nothing that either can see.
class World {
 public:
  /// Make a world. \throws Misuse when an account of the scenario is faulty or an id is taken.
  explicit World(const Scenario& scenario = {}, const WorldOptions& options = {});
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;
  ~World();

  /// Start over as another scenario: state, time, plans and ids as of a new world; journal, counts
  /// and findings empty. Options stay, and so do transport, sender, clock and typed face.
  ///
  /// Exception safety: strong; a refusal leaves the world as it was.
  /// \throws Misuse with everything that is wrong, one line each
  void load(const Scenario& scenario);
  /// The same from JSON: the path of a file, or the text itself, which holds a `{`.
  /// \see parse_scenario
  void load(std::string_view path_or_text);

  /// The world as it stands, as a scenario that continues alike: resources, refreshes in flight,
  /// plans and reads left, the rest of the timeline, faults, time and seed.
  ///
  /// Not in it: journal, counts, events, stored answers. Complexity: linear.
  Scenario to_scenario() const;
  /// The same as JSON, for a bug report; `load` takes it back, and the digest stays.
  std::string to_json() const;

  // ---- what code under test gets ----

  /// The seam for HTTP clients. Lives as long as the world, also when the world moves.
  Transport& transport() noexcept;
  /// The same seam as a copyable function object.
  Sender sender() noexcept { return Sender(transport()); }
  /// Answer one request: `transport().send` for a world without faults in between.
  Response send(const Request& request);
  /// The typed face, for accounts that belong to no tenant.
  Accounts& accounts() noexcept;
  /// What goes wrong on the way between clients and this world.
  Faults& faults() noexcept;
  const Faults& faults() const noexcept;
  /// Virtual time.
  VirtualClock& clock() noexcept;
  const VirtualClock& clock() const noexcept;
  /// Events that wait for delivery to a webhook.
  Outbox& outbox() noexcept;
  const Outbox& outbox() const noexcept;

  // ---- what the test does to the world (rules link to world_event.misfit) ----
  // Each throws Misuse, and changes nothing, when the event does not fit the account.

  /// Link a new account, now. \throws Misuse also for a faulty spec or an id that is taken.
  Account link(const AccountSpec& spec);
  /// Link a new account through a session that was listed or created. The account gets the
  /// session's tenant, and its holder and permissions where the spec says nothing; what the session
  /// prefetches starts (rule sessions). \throws Misuse also for an unknown session and for a spec
  /// that contradicts it
  Account link(std::string_view session, const AccountSpec& spec);
  /// The bank takes access away (rule deactivate).
  Account deactivate(std::string_view id);
  /// The user repairs the link (rule reactivate).
  Account reactivate(std::string_view id);
  /// The account's owner disconnects it (rule disconnect).
  Account disconnect(std::string_view id);
  /// End a refresh that is in flight, as its plan says or as told (rule refresh.completes).
  Account complete_refresh(std::string_view id, Feature feature);
  Account complete_refresh(std::string_view id, Feature feature, RefreshOutcome outcome);
  /// Change what the bank holds; shows after the next successful refresh. `as_of` is that instant.
  Account set_balance(std::string_view id, const Balance& balance);
  /// Make every idempotency key new again (rule idem.expiry).
  void expire_idempotency_keys();

  // ---- what the test looks at ----

  /// The account as it stands; no read of its plan is counted. Complexity: constant, no allocation.
  /// \throws Misuse when there is none, naming the nearest id
  Account account(std::string_view id) const;
  /// All accounts in link order. Complexity: linear.
  std::vector<Account> all() const;
  /// A snapshot of what happened so far.
  /// \param after leave out the entries up to that number
  Journal journal(std::uint64_t after = 0) const;
  /// Events so far, in order, delivered or not: the newest `WorldOptions::outbox_events`.
  std::vector<Event> events() const;
  /// How many requests, calls and world events applied each rule.
  RuleCounts rule_counts() const;
  /// What no test should do: a live key sent. Texts never contain the key.
  std::vector<std::string> misuses() const;
  /// Say how `request` would be answered now, by which rule and why, with its origin; of a refusal
  /// also what the caller may have meant (see `explain(const JournalEntry&)`). Changes nothing: no
  /// state, time, count or journal, and draws no id.
  Explanation explain(const Request& request) const;
  /// What a test should not leave behind when it ends, in the order of `LeftoverKind`; those of one
  /// account in link order. A refresh that is planned never to complete is none. Complexity:
  /// linear.
  std::vector<Leftover> leftovers() const;
  /// A digest of resources, plans, timers, time and seed. Reads and refused calls do not change it.
  std::uint64_t digest() const;
  /// The state, to step by hand or to compare.
  State state() const;

  /// Make an independent world that continues alike: same accounts, time, timers and next ids; its
  /// journal and rule counts start empty. Complexity: constant.
  World fork() const;

 private:
  struct Impl;
  friend class detail::Watch;
  explicit World(detail::Ref<Impl> impl) noexcept;
  detail::Ref<Impl> impl_;  // never shared
};

/// `2 accounts at 2023-11-14T22:13:20Z, 1 timer, seed 1`
std::string to_string(const World& world);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/export.ipp>
#include <fauxbank/impl/fault_engine.ipp>
#include <fauxbank/impl/outbox.ipp>
#include <fauxbank/impl/world.ipp>
#include <fauxbank/impl/world_accounts.ipp>
#include <fauxbank/impl/world_faults.ipp>
#include <fauxbank/impl/world_outbox.ipp>
#include <fauxbank/impl/world_report.ipp>
#endif
