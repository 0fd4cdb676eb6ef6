// Plays every cell of the tables in transition_table.hpp, in the engine and through a world.

#include "engine/transition_table.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "support/http.hpp"

namespace fauxbank::testing {
namespace {

constexpr std::string_view kTableId = "fca_table";
constexpr std::int64_t kNowSeconds = 1'700'000'000;
const Instant kNow{Seconds{kNowSeconds}};

constexpr std::string_view kHashNames[] = {"null",
                                           "pending_on_demand",
                                           "pending_subscription",
                                           "pending_prefetch",
                                           "succeeded",
                                           "succeeded_early",
                                           "failed",
                                           "failed_early"};

/// A column: the operation, and the switches and the permission that it is tried with.
struct Column {
  Operation operation;
  RuleSwitches switches{};
  bool permitted = true;
};

constexpr RuleSwitches kReject{LimitOutOfRange::reject, PermissionCheck::enforce,
                               EarlyRefresh::reject};
constexpr RuleSwitches kIgnore{LimitOutOfRange::reject, PermissionCheck::ignore,
                               EarlyRefresh::ignore};

constexpr Column kOperations[] = {{Operation::list},       {Operation::retrieve},
                                  {Operation::disconnect}, {Operation::refresh},
                                  {Operation::subscribe},  {Operation::unsubscribe}};
constexpr Column kSwitched[] = {
    {Operation::refresh, kReject},          {Operation::refresh, {}, false},
    {Operation::refresh, kReject, false},   {Operation::refresh, kIgnore, false},
    {Operation::subscribe, kReject},        {Operation::subscribe, {}, false},
    {Operation::subscribe, kIgnore, false}, {Operation::unsubscribe, {}, false},
};

/// What a call of one operation does, spelled out.
struct Answer {
  int status = 200;
  std::string_view code{};
  std::string_view param{};
  Rule rule{};
};

Answer answer_of(Does does, Operation operation) {
  const bool refresh = operation == Operation::refresh;
  switch (does) {
    case Does::shows:
      return {200, {}, {}, operation == Operation::list ? Rule::list_order : Rule::retrieve};
    case Does::keeps:
      if (refresh) return {200, {}, {}, Rule::refresh_too_early};
      if (operation == Operation::disconnect) return {200, {}, {}, Rule::disconnect_again};
      return {200, {}, {}, operation == Operation::subscribe ? Rule::subscribe : Rule::unsubscribe};
    case Does::starts:
      return {200, {}, {}, Rule::refresh};
    case Does::signs_up:
    case Does::joins:
      return {200, {}, {}, Rule::subscribe};
    case Does::leaves:
      return {200, {}, {}, Rule::unsubscribe};
    case Does::ends:
      return {200, {}, {}, Rule::disconnect};
    case Does::is_inactive:
      return {400,
              "financial_connections_account_inactive",
              {},
              refresh ? Rule::refresh_inactive : Rule::subscribe_inactive};
    case Does::is_gone:
      return {400, {}, {}, refresh ? Rule::refresh_disconnected : Rule::subscribe_disconnected};
    case Does::lacks_access:
      return {400, {}, "features", Rule::refresh_permission};
    case Does::is_early:
      return {400, {}, "features", Rule::refresh_too_early};
  }
  return {};
}

bool changes_the_account(Does does) {
  switch (does) {
    case Does::starts:
    case Does::signs_up:
    case Does::joins:
    case Does::leaves:
    case Does::ends:
      return true;
    default:
      return false;
  }
}

/// An account's state, as a row has it; of what follows, the feature concerned.
struct Where {
  Status status;
  bool subscribed;
  Hash hash;
  friend bool operator==(const Where&, const Where&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Where& where) {
    return out << to_string(where.status) << (where.subscribed ? ", subscribed, " : ", ")
               << kHashNames[static_cast<std::size_t>(where.hash)];
  }
};

/// The hash in flight that each origin leads to.
constexpr std::pair<RefreshOrigin, Hash> kPending[] = {
    {RefreshOrigin::on_demand, Hash::pending_on_demand},
    {RefreshOrigin::subscription, Hash::pending_subscription},
    {RefreshOrigin::prefetch, Hash::pending_prefetch}};

Hash hash_of(const Refresh* refresh) {
  if (refresh == nullptr) return Hash::null;
  for (const auto& [origin, hash] : kPending) {
    if (refresh->status == RefreshStatus::pending && refresh->origin == origin) return hash;
  }
  const bool early =
      refresh->next_refresh_available_at && *refresh->next_refresh_available_at > kNow;
  if (refresh->status == RefreshStatus::succeeded)
    return early ? Hash::succeeded_early : Hash::succeeded;
  return early ? Hash::failed_early : Hash::failed;
}

Where where(const Account& account, Feature feature) {
  return {account.status(), account.subscribed(), hash_of(account.refresh(feature))};
}

Where after(Where before, Does does, Feature feature) {
  switch (does) {
    case Does::starts:
      before.hash = Hash::pending_on_demand;
      break;
    case Does::signs_up:
      before.subscribed = true;
      if (feature == Feature::transactions) before.hash = Hash::pending_subscription;
      break;
    case Does::joins:
      before.subscribed = true;
      break;
    case Does::leaves:
      before.subscribed = false;
      break;
    case Does::ends:
      return {Status::disconnected, false, Hash::null};
    default:
      break;
  }
  return before;
}

std::optional<Refresh> refresh_in(Hash hash, Status status) {
  if (hash == Hash::null) return std::nullopt;
  Refresh refresh;
  refresh.last_attempted_at = kNow - std::chrono::hours{1};
  for (const auto& [origin, pending] : kPending) {
    if (hash != pending) continue;
    refresh.status = RefreshStatus::pending;
    refresh.origin = origin;
    return refresh;
  }
  const bool failed = hash == Hash::failed || hash == Hash::failed_early;
  refresh.status = failed ? RefreshStatus::failed : RefreshStatus::succeeded;
  const bool early = hash == Hash::failed_early || hash == Hash::succeeded_early;
  // The instant itself is no longer too early.
  if (status == Status::active || early)
    refresh.next_refresh_available_at = UnixTime{Seconds{kNowSeconds + (early ? 1 : 0)}};
  return refresh;
}

AccountSpec spec_of(const Where& state, Feature feature, bool permitted) {
  AccountSpec spec;
  spec.id = kTableId;
  spec.status = state.status;
  spec.subscribed = state.subscribed;
  if (!permitted) spec.permissions = {Permission::payment_method};
  auto refresh = refresh_in(state.hash, state.status);
  if (refresh && feature == Feature::transactions) refresh->id = "fctxnref_table";
  if (feature == Feature::balance) spec.balance_refresh = refresh;
  if (feature == Feature::ownership) spec.ownership_refresh = refresh;
  if (feature == Feature::transactions) spec.transaction_refresh = refresh;
  return spec;
}

template <std::size_t Operations>
std::string describe(const Row<Operations>& row, Feature feature) {
  std::string text(to_string(feature));
  return text.append(": ")
      .append(to_string(row.status))
      .append(row.subscribed ? ", subscribed, " : ", ")
      .append(kHashNames[static_cast<std::size_t>(row.hash)]);
}

FeatureSet features_for(Operation operation, Feature feature) {
  if (operation == Operation::refresh) return {feature};
  return {Feature::transactions};
}

// ---- one cell in the engine
// --------------------------------------------------------------------------

/// One cell: what happened is held against what the table says.
struct Cell {
  Where before;
  Does does;
  Column column;
  Feature feature;
  std::size_t timers_after;
};

void expect_answer(const Cell& cell, const Outcome& outcome) {
  const Answer answer = answer_of(cell.does, cell.column.operation);
  EXPECT_EQ(outcome.ok(), answer.status == 200);
  EXPECT_TRUE(outcome.rules.contains(answer.rule)) << "does not cite " << info(answer.rule).id;
  if (answer.status == 200 || !outcome.refusal) return;
  EXPECT_EQ(outcome.refusal->status, answer.status);
  EXPECT_EQ(outcome.refusal->type, "invalid_request_error");
  EXPECT_EQ(outcome.refusal->code, answer.code);
  EXPECT_EQ(outcome.refusal->param, answer.param);
  EXPECT_EQ(outcome.refusal->rule, answer.rule);
}

void expect_shown(const Outcome& outcome, const Account& account, Operation operation) {
  if (!outcome.ok()) return;
  if (operation == Operation::list) {
    ASSERT_EQ(outcome.page.data.size(), 1u);
    EXPECT_EQ(outcome.page.data[0], account);
    EXPECT_FALSE(outcome.page.has_more);
  } else {
    EXPECT_EQ(outcome.account, account);
  }
}

void expect_effects(const Cell& cell, const Outcome& outcome, const Account& before,
                    const Account& account) {
  if (changes_the_account(cell.does)) {
    ASSERT_EQ(outcome.changes.size(), 1u);
    EXPECT_EQ(outcome.changes[0].before, before);
    EXPECT_EQ(outcome.changes[0].after, account);
  } else {
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_EQ(before, account);
  }
  if (cell.does == Does::ends) {
    ASSERT_EQ(outcome.events.size(), 1u);
    EXPECT_EQ(outcome.events[0].kind, EventKind::disconnected);
    EXPECT_EQ(outcome.events[0].account, account);
  } else {
    EXPECT_TRUE(outcome.events.empty());
  }
}

/// A hash that was not told to change is what it was; a new one starts now.
void expect_hashes(const Cell& cell, const Account& before, const Account& account) {
  for (Feature feature : FeatureSet::all()) {
    const Refresh* now = account.refresh(feature);
    const Refresh* was = before.refresh(feature);
    const bool started = (cell.does == Does::starts && feature == cell.feature) ||
                         (cell.does == Does::signs_up && feature == Feature::transactions);
    if (cell.does == Does::ends) {
      EXPECT_EQ(now, nullptr);
    } else if (started) {
      ASSERT_NE(now, nullptr);
      EXPECT_EQ(now->last_attempted_at, kNow);
      EXPECT_FALSE(now->next_refresh_available_at);
      EXPECT_EQ(now->id.empty(), feature != Feature::transactions);
      EXPECT_NE(now->id, "fctxnref_table") << "every transactions refresh has a new id";
    } else {
      ASSERT_EQ(now != nullptr, was != nullptr);
      EXPECT_TRUE(was == nullptr || *now == *was);
    }
  }
}

Settings settings_of(const Column& column) {
  Settings settings;
  settings.now = kNow;
  settings.rules = column.switches;
  return settings;
}

State play(const Cell& cell) {
  State state(settings_of(cell.column));
  const Account before = load(state, spec_of(cell.before, cell.feature, cell.column.permitted));
  EXPECT_EQ(where(before, cell.feature), cell.before);
  const std::uint64_t digest = state.digest();

  Command command;
  command.operation = cell.column.operation;
  command.account = kTableId;
  command.features = features_for(cell.column.operation, cell.feature);
  const Outcome outcome = step(state, command);

  const Account account = state.find(kTableId);
  expect_answer(cell, outcome);
  expect_shown(outcome, account, cell.column.operation);
  expect_effects(cell, outcome, before, account);
  EXPECT_EQ(where(account, cell.feature), after(cell.before, cell.does, cell.feature));
  expect_hashes(cell, before, account);
  EXPECT_EQ(state.pending(), cell.timers_after);
  EXPECT_EQ(state.digest() == digest, !changes_the_account(cell.does));
  return state;
}

// ---- the same cell through a world
// -----------------------------------------------------------------

Response ask(World& world, Operation operation, Feature feature) {
  switch (operation) {
    case Operation::list:
      return list(world);
    case Operation::retrieve:
      return retrieve(world, kTableId);
    case Operation::disconnect:
      return act(world, kTableId, "disconnect");
    default:
      break;
  }
  const FeatureSet features = features_for(operation, feature);
  return act(world, kTableId, to_string(operation),
             "features[]=" + std::string(to_string(*features.begin())));
}

void play_through_a_world(const Cell& cell, const State& engine) {
  Scenario scenario;
  scenario.now = kNow;
  scenario.rules = cell.column.switches;
  scenario.accounts = {spec_of(cell.before, cell.feature, cell.column.permitted)};
  World world{scenario};
  const Response response = ask(world, cell.column.operation, cell.feature);

  const Answer answer = answer_of(cell.does, cell.column.operation);
  EXPECT_EQ(response.status, answer.status);
  if (response.status != 200) {
    EXPECT_EQ(error_member(response, "type"), "invalid_request_error");
    EXPECT_EQ(error_member(response, "code"), answer.code);
    EXPECT_EQ(error_member(response, "param"), answer.param);
  }
  EXPECT_EQ(world.digest(), engine.digest());
  EXPECT_EQ(world.clock().pending(), cell.timers_after);
  EXPECT_EQ(world.events().size(), cell.does == Does::ends ? 1u : 0u);
  EXPECT_EQ(world.rule_counts()[answer.rule], 1u);
}

// ---- all cells
// ---------------------------------------------------------------------------------------

/// How many timers wait in a state, as its own row says.
std::size_t timers_in(const Where& state, Feature feature) {
  if (feature == Feature::transactions) {
    for (const auto& row : table::kTransactions) {
      if (Where{row.status, row.subscribed, row.hash} == state) return row.timers;
    }
    return 0;
  }
  // A subscription adds the transactions refresh that it started.
  for (const auto& row : table::kBalanceAndOwnership) {
    if (row.status == state.status && row.hash == state.hash)
      return row.timers + (state.subscribed ? 1u : 0u);
  }
  return 0;
}

template <std::size_t Rows, std::size_t Operations>
void play_table(const Row<Operations> (&rows)[Rows], const Column (&columns)[Operations],
                FeatureSet features) {
  for (const Row<Operations>& row : rows) {
    for (Feature feature : features) {
      const Where before{row.status, row.subscribed, row.hash};
      if (row.forbidden_by) continue;
      EXPECT_EQ(timers_in(before, feature), row.timers) << describe(row, feature);
      for (std::size_t i = 0; i < Operations; ++i) {
        SCOPED_TRACE(describe(row, feature) + ": column " + std::to_string(i + 1) + ", " +
                     std::string(to_string(columns[i].operation)));
        const Does does = row.does[i];
        const Cell cell{before, does, columns[i], feature,
                        timers_in(after(before, does, feature), feature)};
        play_through_a_world(cell, play(cell));
      }
    }
  }
}

TEST(TransitionTable, Transactions) {
  play_table(table::kTransactions, kOperations, {Feature::transactions});
}

TEST(TransitionTable, BalanceAndOwnership) {
  play_table(table::kBalanceAndOwnership, kOperations, {Feature::balance, Feature::ownership});
}

TEST(TransitionTable, SwitchesAndPermissions) {
  play_table(table::kSwitches, kSwitched, {Feature::transactions});
}

template <std::size_t Rows>
void expect_forbidden_states_refused(const Row<6> (&rows)[Rows], FeatureSet features) {
  for (const Row<6>& row : rows) {
    for (Feature feature : features) {
      SCOPED_TRACE(describe(row, feature));
      State state(settings_of({Operation::list}));
      const AccountSpec spec = spec_of({row.status, row.subscribed, row.hash}, feature, true);
      if (row.forbidden_by) {
        EXPECT_THROW(load(state, spec), Misuse) << info(*row.forbidden_by).text;
        EXPECT_EQ(state.size(), 0u);
        EXPECT_THROW(Account{spec}, Misuse);
      } else {
        EXPECT_NO_THROW(load(state, spec));
      }
    }
  }
}

TEST(TransitionTable, WhatAStateCannotBeIsRefusedByLoading) {
  expect_forbidden_states_refused(table::kTransactions, {Feature::transactions});
  expect_forbidden_states_refused(table::kBalanceAndOwnership,
                                  {Feature::balance, Feature::ownership});
}

TEST(TransitionTable, NobodyIsThere) {
  for (const Column& column : kOperations) {
    SCOPED_TRACE(to_string(column.operation));
    State state(settings_of(column));
    const std::uint64_t digest = state.digest();
    Command command;
    command.operation = column.operation;
    command.account = "fca_nobody";
    command.features = {Feature::transactions};
    const Outcome outcome = step(state, command);
    EXPECT_EQ(outcome.ok(), column.operation == Operation::list);
    EXPECT_EQ(state.digest(), digest);
    if (outcome.ok()) {
      EXPECT_TRUE(outcome.page.data.empty());
      continue;
    }
    EXPECT_EQ(outcome.refusal->rule, Rule::account_missing);
    EXPECT_EQ(outcome.refusal->status, 404);
    EXPECT_EQ(outcome.refusal->code, "resource_missing");
    EXPECT_EQ(outcome.refusal->param, "account");
  }
}

}  // namespace
}  // namespace fauxbank::testing
