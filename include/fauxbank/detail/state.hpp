#pragma once

// What a State points to: records, their indexes, timers and counters, all shared between forks
// until one of them writes.

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include <fauxbank/detail/cow_tree.hpp>
#include <fauxbank/detail/cow_vector.hpp>
#include <fauxbank/detail/event_log.hpp>
#include <fauxbank/detail/hash.hpp>
#include <fauxbank/detail/hash_trie.hpp>
#include <fauxbank/detail/idempotency.hpp>
#include <fauxbank/detail/record.hpp>
#include <fauxbank/engine.hpp>
#include <fauxbank/random.hpp>

namespace fauxbank::detail {

/// The kinds of ids by name, in their order.
inline constexpr std::array<std::string_view, static_cast<std::size_t>(IdKind::count_)> kIdKinds = {
    "account", "request", "transaction_refresh", "ownership",
    "owner",   "session", "transaction",         "event"};
inline std::string_view id_kind_name(IdKind kind) noexcept {
  return kIdKinds[static_cast<std::size_t>(kind)];
}

/// What a list can be narrowed to, within a tenant.
enum class ScopeKind : std::uint8_t { all, account, customer, customer_account, session };
inline constexpr std::size_t kScopeKinds = 5;

/// One listable set of accounts. An account stands in every scope that it belongs to.
struct Scope {
  ScopeKind kind;
  Text tenant;
  Text value;

  bool is(ScopeKind k, std::string_view in_tenant, std::string_view v) const noexcept {
    return kind == k && value.view() == v && tenant.view() == in_tenant;
  }
};

/// An account's place in one scope; ascending is oldest first (rule list.order).
struct Place {
  std::uint32_t scope;
  std::uint32_t slot;
  std::int64_t created;
  // Without a branch, because a search asks in an order that no processor can predict.
  friend bool operator<(const Place& a, const Place& b) noexcept {
    const bool older = (a.created < b.created) | ((a.created == b.created) & (a.slot < b.slot));
    return (a.scope < b.scope) | ((a.scope == b.scope) & older);
  }
};

/// Something that falls due (rule time.ties: timeline entries in file order, completions by start,
/// then dailies by link order).
struct Timer {
  static constexpr std::uint64_t kCompletion = std::uint64_t{1} << 62;
  static constexpr std::uint64_t kDaily = std::uint64_t{1} << 63;

  std::int64_t at;
  std::uint64_t rank;
  std::uint32_t slot;  // an account's, or of a timeline entry
  Feature feature;

  bool timeline() const noexcept { return rank < kCompletion; }
  bool daily() const noexcept { return (rank & kDaily) != 0; }
  friend bool operator<(const Timer& a, const Timer& b) noexcept {
    return (a.at < b.at) | ((a.at == b.at) & (a.rank < b.rank));
  }
};

/// Finds records without a detour by their slots: in a large world every step is a cache miss.
using RecordIndex = BasicHashTrie<const AccountRecord*, nullptr>;

struct StateData : RefCounted {
  explicit StateData(const Settings& s) : settings(share(s)), now(s.now), mint(s.seed) {}

  SharedRef<Settings> settings;
  OwnPool pool;  // of records
  Instant now;
  IdMint mint;
  std::uint64_t starts = 0;  // refreshes started so far

  CowVector<Ref<const AccountRecord>> accounts;  // by slot
  RecordIndex by_id;
  CowVector<Scope> scopes;
  HashTrie by_scope;
  CowVector<Text> texts;  // names that many accounts share
  HashTrie by_text;
  CowTree<Place> places;
  CowTree<Timer> timers;
  EventLog events;
  Ref<WaitingEvents> waiting;
  HashTrie by_transaction;  // slots of the accounts that hold a row of this id
  IdempotencyStore idempotency;
  CowVector<SharedRef<TimelineEntry>> timeline;  // also those that are past
  CowVector<SharedRef<SessionSpec>> sessions;
  HashTrie by_session;

  /// Whether something should have happened by now.
  bool is_due() const noexcept {
    const Timer* const first = timers.first();
    return first != nullptr && first->at <= to_ms(now);
  }

  const AccountRecord* find(std::string_view id) const noexcept {
    return by_id.find(hash_bytes(id),
                      [&](const AccountRecord* candidate) { return candidate->id() == id; });
  }

  /// The account that holds a transaction of this id, whoever may see it.
  const AccountRecord* find_holder(std::string_view id) const noexcept {
    const std::uint32_t slot = by_transaction.find(hash_bytes(id), [&](std::uint32_t candidate) {
      return accounts[candidate]->transaction(id) != nullptr;
    });
    return slot == HashTrie::npos ? nullptr : accounts[slot].get();
  }

  /// A session that was listed or created; null for one that accounts only name.
  const SessionSpec* find_session(std::string_view id) const noexcept {
    const std::uint32_t slot = by_session.find(hash_bytes(id), [&](std::uint32_t candidate) {
      return sessions[candidate]->value.id == id;
    });
    return slot == HashTrie::npos ? nullptr : &sessions[slot]->value;
  }

  static std::uint64_t scope_hash(ScopeKind kind, std::string_view tenant,
                                  std::string_view value) noexcept {
    return hash_bytes(value, hash_bytes(tenant, static_cast<std::uint64_t>(kind)));
  }

  /// The scope's number, or `HashTrie::npos` when nothing ever belonged to it.
  std::uint32_t find_scope(ScopeKind kind, std::string_view tenant,
                           std::string_view value) const noexcept {
    return by_scope.find(scope_hash(kind, tenant, value), [&](std::uint32_t candidate) {
      return scopes[candidate].is(kind, tenant, value);
    });
  }
};

}  // namespace fauxbank::detail

inline fauxbank::detail::StateData& fauxbank::State::edit() {
  if (!data_.unique()) [[unlikely]]
    unshare();
  return *data_;
}
