#pragma once

/// \file
/// What can be asked of the engine: calls of the API, and events of the world.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/model.hpp>

namespace fauxbank {

/// The operations of the API.
enum class Operation : std::uint8_t { list, retrieve, disconnect, refresh, subscribe, unsubscribe };
FAUXBANK_ENUM_NAMES(Operation, "list", "retrieve", "disconnect", "refresh", "subscribe",
                    "unsubscribe");

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

struct RefreshParams {
  FeatureSet features{};  ///< at least one
};

struct SubscribeParams {
  FeatureSet features = {Feature::transactions};
};

struct UnsubscribeParams {
  FeatureSet features = {Feature::transactions};
};

/// One call of the API, with its parameters decoded. The views live as long as the call runs.
struct Command {
  Operation operation = Operation::list;
  std::string_view tenant{};         ///< empty for none
  std::string_view account{};        ///< the id in the path; not for list
  FeatureSet features{};             ///< refresh, subscribe, unsubscribe
  const ListParams* list = nullptr;  ///< list; null for no parameters
};

/// What happens to a world from outside the API.
enum class WorldEventKind : std::uint8_t {
  link,
  deactivate,
  reactivate,
  disconnect,
  complete_refresh,
  set_balance
};
FAUXBANK_ENUM_NAMES(WorldEventKind, "link", "deactivate", "reactivate", "disconnect",
                    "complete_refresh", "set_balance");

/// One world event. The pointers live as long as the event is applied.
struct WorldEvent {
  WorldEventKind kind = WorldEventKind::link;
  std::string_view account{};               ///< every kind but link
  const AccountSpec* spec = nullptr;        ///< link
  Feature feature = Feature::balance;       ///< complete_refresh
  std::optional<RefreshOutcome> outcome{};  ///< complete_refresh; nothing: as planned
  const Balance* balance = nullptr;         ///< set_balance
};

}  // namespace fauxbank
