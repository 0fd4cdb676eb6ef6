#pragma once

// The state machine of one account as tables: every state and every operation, with what comes of
// it. transition_table_test.cpp plays them.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <fauxbank/engine.hpp>

namespace fauxbank::testing {

/// Where the refresh of the feature concerned stands.
enum class Hash : std::uint8_t {
  null,                  // never refreshed
  pending_on_demand,     // in flight, started by a call
  pending_subscription,  // in flight, started by a subscription
  pending_prefetch,      // in flight, started as its session linked the account
  succeeded,             // ended well, and from now on available again
  succeeded_early,       // ended well a moment ago: not available yet
  failed,
  failed_early,
  count_
};

/// What an operation does to the account.
enum class Does : std::uint8_t {
  shows,         // 200: lists or retrieves, changes nothing
  keeps,         // 200: accepted, changes nothing
  starts,        // 200: a refresh on demand starts
  signs_up,      // 200: subscribes, and a transactions refresh starts
  joins,         // 200: subscribes; the refresh in flight stays what it was
  leaves,        // 200: unsubscribes; the hash stays
  ends,          // 200: disconnects, with an event
  is_inactive,   // 400 financial_connections_account_inactive
  is_gone,       // 400 without a code
  lacks_access,  // 400 for the permission that is missing
  is_early,      // 400 where the world rejects early refreshes
};

/// A line of a table. What a state cannot be, no step leads to and loading refuses: `forbidden_by`
/// says why.
template <std::size_t Operations>
struct Row {
  Status status;
  bool subscribed;
  Hash hash;
  std::optional<Rule> forbidden_by;
  std::size_t timers;  // that wait in this state
  Does does[Operations];
};

// Enumerations are written without their scope: a table should read as one.
namespace table {

using enum Status;
using enum Hash;
using enum Does;
inline constexpr bool yes = true;
inline constexpr bool no = false;

template <class... Cells>
constexpr Row<sizeof...(Cells)> row(Status status, bool subscribed, Hash hash, std::size_t timers,
                                    Cells... does) {
  return {status, subscribed, hash, std::nullopt, timers, {does...}};
}

template <std::size_t Operations>
constexpr Row<Operations> never(Status status, bool subscribed, Hash hash, Rule rule) {
  return {status, subscribed, hash, rule, 0, {}};
}
constexpr Row<6> never(Status status, bool subscribed, Hash hash, Rule rule) {
  return never<6>(status, subscribed, hash, rule);
}

// clang-format off

/// Transactions: what can be refreshed on demand and by a subscription.
inline constexpr Row<6> kTransactions[] = {
  //   status       subscribed  hash            timers  list   retrieve  disconnect  refresh      subscribe    unsubscribe
  row(active,       no,  null,                  0,      shows, shows,    ends,       starts,      signs_up,    keeps),
  row(active,       no,  pending_on_demand,     1,      shows, shows,    ends,       keeps,       joins,       keeps),
  row(active,       no,  pending_subscription,  1,      shows, shows,    ends,       keeps,       joins,       keeps),
  row(active,       no,  pending_prefetch,      1,      shows, shows,    ends,       keeps,       joins,       keeps),
  row(active,       no,  succeeded,             0,      shows, shows,    ends,       starts,      signs_up,    keeps),
  row(active,       no,  succeeded_early,       0,      shows, shows,    ends,       keeps,       signs_up,    keeps),
  row(active,       no,  failed,                0,      shows, shows,    ends,       starts,      signs_up,    keeps),
  row(active,       no,  failed_early,          0,      shows, shows,    ends,       keeps,       signs_up,    keeps),

  row(active,       yes, null,                  1,      shows, shows,    ends,       starts,      keeps,       leaves),
  row(active,       yes, pending_on_demand,     1,      shows, shows,    ends,       keeps,       keeps,       leaves),
  row(active,       yes, pending_subscription,  1,      shows, shows,    ends,       keeps,       keeps,       leaves),
  row(active,       yes, pending_prefetch,      1,      shows, shows,    ends,       keeps,       keeps,       leaves),
  row(active,       yes, succeeded,             1,      shows, shows,    ends,       starts,      keeps,       leaves),
  row(active,       yes, succeeded_early,       1,      shows, shows,    ends,       keeps,       keeps,       leaves),
  row(active,       yes, failed,                1,      shows, shows,    ends,       starts,      keeps,       leaves),
  row(active,       yes, failed_early,          1,      shows, shows,    ends,       keeps,       keeps,       leaves),

  row(inactive,     no,  null,                  0,      shows, shows,    ends,       is_inactive, is_inactive, keeps),
  never(inactive,   no,  pending_on_demand,     Rule::deactivate),
  never(inactive,   no,  pending_subscription,  Rule::deactivate),
  never(inactive,   no,  pending_prefetch,      Rule::deactivate),
  row(inactive,     no,  succeeded,             0,      shows, shows,    ends,       is_inactive, is_inactive, keeps),
  never(inactive,   no,  succeeded_early,       Rule::deactivate),
  row(inactive,     no,  failed,                0,      shows, shows,    ends,       is_inactive, is_inactive, keeps),
  never(inactive,   no,  failed_early,          Rule::deactivate),

  row(inactive,     yes, null,                  0,      shows, shows,    ends,       is_inactive, is_inactive, leaves),
  never(inactive,   yes, pending_on_demand,     Rule::deactivate),
  never(inactive,   yes, pending_subscription,  Rule::deactivate),
  never(inactive,   yes, pending_prefetch,      Rule::deactivate),
  row(inactive,     yes, succeeded,             0,      shows, shows,    ends,       is_inactive, is_inactive, leaves),
  never(inactive,   yes, succeeded_early,       Rule::deactivate),
  row(inactive,     yes, failed,                0,      shows, shows,    ends,       is_inactive, is_inactive, leaves),
  never(inactive,   yes, failed_early,          Rule::deactivate),

  row(disconnected, no,  null,                  0,      shows, shows,    keeps,      is_gone,     is_gone,     keeps),
  never(disconnected, no,  pending_on_demand,   Rule::disconnect),
  never(disconnected, no,  pending_subscription, Rule::disconnect),
  never(disconnected, no,  pending_prefetch,     Rule::disconnect),
  never(disconnected, no,  succeeded,           Rule::disconnect),
  never(disconnected, no,  succeeded_early,     Rule::disconnect),
  never(disconnected, no,  failed,              Rule::disconnect),
  never(disconnected, no,  failed_early,        Rule::disconnect),

  never(disconnected, yes, null,                Rule::disconnect),
  never(disconnected, yes, pending_on_demand,   Rule::disconnect),
  never(disconnected, yes, pending_subscription, Rule::disconnect),
  never(disconnected, yes, pending_prefetch,     Rule::disconnect),
  never(disconnected, yes, succeeded,           Rule::disconnect),
  never(disconnected, yes, succeeded_early,     Rule::disconnect),
  never(disconnected, yes, failed,              Rule::disconnect),
  never(disconnected, yes, failed_early,        Rule::disconnect),
};

/// Balance and ownership, each: nobody subscribes to them. A subscription starts a transactions refresh and
/// leaves them alone.
inline constexpr Row<6> kBalanceAndOwnership[] = {
  //   status       subscribed  hash            timers  list   retrieve  disconnect  refresh      subscribe    unsubscribe
  row(active,       no,  null,                  0,      shows, shows,    ends,       starts,      signs_up,    keeps),
  row(active,       no,  pending_on_demand,     1,      shows, shows,    ends,       keeps,       signs_up,    keeps),
  never(active,     no,  pending_subscription,  Rule::subscribe),
  row(active,       no,  pending_prefetch,      1,      shows, shows,    ends,       keeps,       signs_up,    keeps),
  row(active,       no,  succeeded,             0,      shows, shows,    ends,       starts,      signs_up,    keeps),
  row(active,       no,  succeeded_early,       0,      shows, shows,    ends,       keeps,       signs_up,    keeps),
  row(active,       no,  failed,                0,      shows, shows,    ends,       starts,      signs_up,    keeps),
  row(active,       no,  failed_early,          0,      shows, shows,    ends,       keeps,       signs_up,    keeps),

  row(inactive,     no,  null,                  0,      shows, shows,    ends,       is_inactive, is_inactive, keeps),
  never(inactive,   no,  pending_on_demand,     Rule::deactivate),
  never(inactive,   no,  pending_subscription,  Rule::deactivate),
  never(inactive,   no,  pending_prefetch,      Rule::deactivate),
  row(inactive,     no,  succeeded,             0,      shows, shows,    ends,       is_inactive, is_inactive, keeps),
  never(inactive,   no,  succeeded_early,       Rule::deactivate),
  row(inactive,     no,  failed,                0,      shows, shows,    ends,       is_inactive, is_inactive, keeps),
  never(inactive,   no,  failed_early,          Rule::deactivate),

  row(disconnected, no,  null,                  0,      shows, shows,    keeps,      is_gone,     is_gone,     keeps),
  never(disconnected, no,  pending_on_demand,   Rule::disconnect),
  never(disconnected, no,  pending_subscription, Rule::disconnect),
  never(disconnected, no,  pending_prefetch,     Rule::disconnect),
  never(disconnected, no,  succeeded,           Rule::disconnect),
  never(disconnected, no,  succeeded_early,     Rule::disconnect),
  never(disconnected, no,  failed,              Rule::disconnect),
  never(disconnected, no,  failed_early,        Rule::disconnect),
};

/// Transactions again, for what the switches of a world and a missing permission change. The columns:
///   reject       refresh, where early_refresh is reject
///   barred       refresh without the permission
///   barred+      refresh without the permission, where early_refresh is reject
///   ignored      refresh without the permission, where permissions is ignore
///   sub. reject  subscribe, where early_refresh is reject
///   sub. barred  subscribe without the permission
///   sub. ignored subscribe without the permission, where permissions is ignore
///   unsub. barred  unsubscribe without the permission
inline constexpr Row<8> kSwitches[] = {
  //   status                hash            timers  reject       barred        barred+       ignored      sub. reject  sub. barred   sub. ignored unsub. barred
  row(active,       no, null,                  0, starts,      lacks_access, lacks_access, starts,      signs_up,    lacks_access, signs_up,    keeps),
  row(active,       no, pending_on_demand,     1, is_early,    lacks_access, lacks_access, keeps,       joins,       lacks_access, joins,       keeps),
  row(active,       no, pending_subscription,  1, is_early,    lacks_access, lacks_access, keeps,       joins,       lacks_access, joins,       keeps),
  row(active,       no, pending_prefetch,      1, is_early,    lacks_access, lacks_access, keeps,       joins,       lacks_access, joins,       keeps),
  row(active,       no, succeeded,             0, starts,      lacks_access, lacks_access, starts,      signs_up,    lacks_access, signs_up,    keeps),
  row(active,       no, succeeded_early,       0, is_early,    lacks_access, lacks_access, keeps,       signs_up,    lacks_access, signs_up,    keeps),
  row(active,       no, failed,                0, starts,      lacks_access, lacks_access, starts,      signs_up,    lacks_access, signs_up,    keeps),
  row(active,       no, failed_early,          0, is_early,    lacks_access, lacks_access, keeps,       signs_up,    lacks_access, signs_up,    keeps),

  row(inactive,     no, null,                  0, is_inactive, is_inactive,  is_inactive,  is_inactive, is_inactive, is_inactive,  is_inactive, keeps),
  never<8>(inactive, no, pending_on_demand,    Rule::deactivate),
  never<8>(inactive, no, pending_subscription, Rule::deactivate),
  never<8>(inactive, no, pending_prefetch,     Rule::deactivate),
  row(inactive,     no, succeeded,             0, is_inactive, is_inactive,  is_inactive,  is_inactive, is_inactive, is_inactive,  is_inactive, keeps),
  never<8>(inactive, no, succeeded_early,      Rule::deactivate),
  row(inactive,     no, failed,                0, is_inactive, is_inactive,  is_inactive,  is_inactive, is_inactive, is_inactive,  is_inactive, keeps),
  never<8>(inactive, no, failed_early,         Rule::deactivate),

  row(disconnected, no, null,                  0, is_gone,     is_gone,      is_gone,      is_gone,     is_gone,     is_gone,      is_gone,     keeps),
  never<8>(disconnected, no, pending_on_demand,    Rule::disconnect),
  never<8>(disconnected, no, pending_subscription, Rule::disconnect),
  never<8>(disconnected, no, pending_prefetch,     Rule::disconnect),
  never<8>(disconnected, no, succeeded,            Rule::disconnect),
  never<8>(disconnected, no, succeeded_early,      Rule::disconnect),
  never<8>(disconnected, no, failed,               Rule::disconnect),
  never<8>(disconnected, no, failed_early,         Rule::disconnect),
};

// clang-format on

/// Whether row `i` is about the `i`-th of all states, counting the last member fastest: so none is
/// left out and none stands twice.
template <std::size_t Rows, std::size_t Operations>
constexpr bool has_every_state(const Row<Operations> (&rows)[Rows], std::size_t subscriptions) {
  constexpr std::size_t kHashes = static_cast<std::size_t>(Hash::count_);
  constexpr std::size_t kStatuses = EnumNames<Status>::values.size();
  if (Rows != kStatuses * subscriptions * kHashes) return false;
  for (std::size_t i = 0; i < Rows; ++i) {
    const std::size_t number = (static_cast<std::size_t>(rows[i].status) * subscriptions +
                                (rows[i].subscribed ? 1u : 0u)) *
                                   kHashes +
                               static_cast<std::size_t>(rows[i].hash);
    if (number != i) return false;
  }
  return true;
}

static_assert(has_every_state(kTransactions, 2));
static_assert(has_every_state(kBalanceAndOwnership, 1));
static_assert(has_every_state(kSwitches, 1));
static_assert(EnumNames<RefreshOrigin>::values.size() == 3, "a new origin needs a pending hash");
static_assert(EnumNames<Operation>::values.size() == 11,
              "a new operation that changes accounts needs a column");

}  // namespace table
}  // namespace fauxbank::testing
