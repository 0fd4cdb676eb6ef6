#pragma once

/// \file
/// What can be asked of the engine: calls of the API, and events of the world.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/model.hpp>

namespace fauxbank {

/// The operations of the API.
enum class Operation : std::uint8_t {
  list,
  retrieve,
  disconnect,
  refresh,
  subscribe,
  unsubscribe,
  owners,
  sessions_create,
  sessions_retrieve,
  transactions_list,
  transactions_retrieve
};
FAUXBANK_ENUM_NAMES(Operation, "list", "retrieve", "disconnect", "refresh", "subscribe",
                    "unsubscribe", "owners", "sessions.create", "sessions.retrieve",
                    "transactions.list", "transactions.retrieve");

/// Whose accounts to list. More than one of the holders, or a holder and a session, is refused by
/// the service (rule list.exclusive).
struct HolderFilter {
  std::optional<std::string> account{};
  std::optional<std::string> customer{};
  std::optional<std::string> customer_account{};
};

/// Parameters of `list`. Without any: the ten newest accounts.
struct ListParams {
  HolderFilter account_holder{};
  std::optional<std::string> session{};
  std::optional<std::int64_t> limit{};  ///< 1 to 100 (rules limit.default, limit.range)
  std::optional<std::string> starting_after{};
  std::optional<std::string> ending_before{};
};

/// Call `f(std::string_view name, std::string_view value)` for every parameter that is given, by
/// its wire name and in the order of the documentation.
template <class F>
void for_each_param(const ListParams& params, F&& f) {
  const auto text = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value) f(name, std::string_view(*value));
  };
  text("account_holder[account]", params.account_holder.account);
  text("account_holder[customer]", params.account_holder.customer);
  text("account_holder[customer_account]", params.account_holder.customer_account);
  text("session", params.session);
  if (params.limit) f(std::string_view("limit"), std::string_view(std::to_string(*params.limit)));
  text("starting_after", params.starting_after);
  text("ending_before", params.ending_before);
}

struct RefreshParams {
  FeatureSet features{};  ///< at least one
};

struct SubscribeParams {
  FeatureSet features = {Feature::transactions};
};

struct UnsubscribeParams {
  FeatureSet features = {Feature::transactions};
};

/// Which page of a list (rules limit.*, list.*).
struct PageParams {
  std::optional<std::int64_t> limit{};  ///< 1 to 100
  std::optional<std::string> starting_after{};
  std::optional<std::string> ending_before{};
};

/// Parameters of `owners`.
struct OwnersParams {
  std::optional<std::string> ownership{};  ///< required: the id that the account prints
  PageParams page{};
};

/// Bounds on `transacted_at`, in Unix seconds; each that is given must hold.
struct TimeFilter {
  std::optional<std::int64_t> exactly{};
  std::optional<std::int64_t> gt{};
  std::optional<std::int64_t> gte{};
  std::optional<std::int64_t> lt{};
  std::optional<std::int64_t> lte{};

  bool holds(std::int64_t at) const noexcept {
    return (!exactly || at == *exactly) && (!gt || at > *gt) && (!gte || at >= *gte) &&
           (!lt || at < *lt) && (!lte || at <= *lte);
  }
};

/// Parameters of `transactions.list`.
struct TransactionsParams {
  std::optional<std::string> account{};  ///< required
  TimeFilter transacted_at{};
  std::optional<std::string> refresh_after{};  ///< `transaction_refresh[after]`
  PageParams page{};
};

/// One call of the API, with its parameters decoded. The views live as long as the call runs.
struct Command {
  Operation operation = Operation::list;
  std::string_view tenant{};             ///< empty for none
  std::string_view account{};            ///< the id in the path, an account's or another resource's
  FeatureSet features{};                 ///< refresh, subscribe, unsubscribe
  const ListParams* list = nullptr;      ///< list; null for no parameters
  const OwnersParams* owners = nullptr;  ///< owners
  const TransactionsParams* transactions = nullptr;  ///< transactions.list
  const std::vector<std::string>* expand = nullptr;  ///< paths to expand; null for none
  const SessionSpec* session = nullptr;              ///< sessions.create; its id is not used
};

/// What happens to a world from outside the API.
enum class WorldEventKind : std::uint8_t {
  link,
  deactivate,
  reactivate,
  disconnect,
  complete_refresh,
  set_balance,
  expire_idempotency_keys
};
FAUXBANK_ENUM_NAMES(WorldEventKind, "link", "deactivate", "reactivate", "disconnect",
                    "complete_refresh", "set_balance", "expire_idempotency_keys");

/// One world event. The pointers live as long as the event is applied.
struct WorldEvent {
  WorldEventKind kind = WorldEventKind::link;
  std::string_view account{};               ///< every kind but link and expire_idempotency_keys
  const AccountSpec* spec = nullptr;        ///< link
  Feature feature = Feature::balance;       ///< complete_refresh
  std::optional<RefreshOutcome> outcome{};  ///< complete_refresh; nothing: as planned
  const Balance* balance = nullptr;         ///< set_balance
};

/// A moment of a scenario: so long after its start, or an instant.
struct When {
  std::optional<Instant> at{};  ///< or, without one:
  Milliseconds after{};         ///< since the start of the scenario; not negative

  constexpr When(Instant instant) : at(instant) {}
  template <class Rep, class Period>
  constexpr When(std::chrono::duration<Rep, Period> since_start) : after(since_start) {}

  constexpr Instant from(Instant start) const { return at ? *at : start + after; }
  friend bool operator==(const When&, const When&) = default;
};

/// A member without which an aggregate does not compile.
template <class T>
struct Required {
  T value;
  constexpr Required(T v) : value(std::move(v)) {}
  constexpr operator const T&() const noexcept { return value; }
  friend bool operator==(const Required&, const Required&) = default;
};

/// Something that will happen to a world from outside, and when. Made by the functions, which ask
/// for what each needs.
///
/// ```cpp
/// Scenario{.accounts = {{.id = "fca_1"}},
///          .timeline = {TimelineEntry::deactivate(30s, "fca_1"),
///                       TimelineEntry::reactivate(2min, "fca_1")}}
/// ```
struct TimelineEntry {
  When at;
  WorldEventKind event;
  std::string account{};                    ///< as in `WorldEvent`
  std::optional<AccountSpec> spec{};        ///< link
  Feature feature = Feature::balance;       ///< complete_refresh
  std::optional<RefreshOutcome> outcome{};  ///< complete_refresh; nothing: as planned
  std::optional<Balance> balance{};         ///< set_balance

  /// What is applied; it lives as long as this entry.
  WorldEvent as_event() const noexcept;

  static TimelineEntry link(When at, AccountSpec spec);
  static TimelineEntry deactivate(When at, std::string account);
  static TimelineEntry reactivate(When at, std::string account);
  static TimelineEntry disconnect(When at, std::string account);
  static TimelineEntry complete_refresh(When at, std::string account, Feature feature,
                                        std::optional<RefreshOutcome> outcome = {});
  static TimelineEntry set_balance(When at, std::string account, Balance balance);
  static TimelineEntry expire_idempotency_keys(When at);
};

// ---- as text ------------------------------------------------------------------------------------

/// `account_holder[customer]=cus_1 limit=3`, or `no parameters`
std::string to_string(const ListParams& params);
std::string to_string(const HolderFilter& holder);
/// `features {balance, transactions}`
std::string to_string(const RefreshParams& params);
std::string to_string(const SubscribeParams& params);
std::string to_string(const UnsubscribeParams& params);
/// `refresh fca_1 features {balance}`, and the tenant where there is one
std::string to_string(const Command& command);
/// `complete_refresh fca_1 balance failed`
std::string to_string(const WorldEvent& event);
std::string to_string(const When& when);
/// `+30s deactivate fca_1`
std::string to_string(const TimelineEntry& entry);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/command.ipp>
#endif
