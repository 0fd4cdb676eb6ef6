#pragma once

/// \file
/// A world: engine, clock, HTTP face, typed face and journal behind one object.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/accounts.hpp>
#include <fauxbank/clock.hpp>
#include <fauxbank/journal.hpp>
#include <fauxbank/model.hpp>
#include <fauxbank/result.hpp>
#include <fauxbank/rules.hpp>
#include <fauxbank/scenario.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank {

/// How a world treats its test; not part of the simulated service.
struct WorldOptions {
  std::vector<std::string> keys{};     ///< API keys that are accepted; empty: every test key
  bool compact_json = false;           ///< print answers without white space
  std::size_t journal_entries = 4096;  ///< kept at most
  std::size_t journal_bytes = std::size_t{16} << 20;  ///< kept at most
};

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

  // ---- what code under test gets ----

  /// The seam for HTTP clients. Lives as long as the world, also when the world moves.
  Transport& transport() noexcept;
  /// The same seam as a copyable function object.
  Sender sender() noexcept { return Sender(transport()); }
  /// Answer one request: `transport().send` for a world without faults in between.
  Response send(const Request& request);
  /// The typed face, for accounts that belong to no tenant.
  Accounts& accounts() noexcept;
  /// Virtual time.
  VirtualClock& clock() noexcept;
  const VirtualClock& clock() const noexcept;

  // ---- what the test does to the world (rules link to world_event.misfit) ----
  // Each throws Misuse, and changes nothing, when the event does not fit the account.

  /// Link a new account, now. \throws Misuse also for a faulty spec or an id that is taken.
  Account link(const AccountSpec& spec);
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

  // ---- what the test looks at ----

  /// The account as it stands; no read of its plan is counted. Complexity: constant, no allocation.
  /// \throws Misuse when there is none, naming the nearest id
  Account account(std::string_view id) const;
  /// All accounts in link order. Complexity: linear.
  std::vector<Account> all() const;
  /// A snapshot of what happened so far.
  Journal journal() const;
  /// Events so far, in order.
  std::vector<Event> events() const;
  /// How many requests, calls and world events applied each rule.
  RuleCounts rule_counts() const;
  /// What no test should do: a live key sent. Texts never contain the key.
  std::vector<std::string> misuses() const;
  /// A digest of resources, plans, timers, time and seed. Reads and refused calls do not change it.
  std::uint64_t digest() const;
  /// The state, to step by hand or to compare.
  State state() const;

  /// Make an independent world that continues alike: same accounts, time, timers and next ids; its
  /// journal and rule counts start empty. Complexity: constant.
  World fork() const;

 private:
  struct Impl;
  explicit World(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/world.ipp>
#endif
