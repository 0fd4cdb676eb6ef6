#include <fauxbank/engine.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/detail/record.hpp>
#include <fauxbank/error.hpp>

namespace fauxbank {
namespace {

UnixTime at_second(std::int64_t count) { return UnixTime{Seconds{count}}; }
Instant at_ms(std::int64_t count) { return Instant{Milliseconds{count}}; }

State state_with(const AccountSpec& spec, const Settings& settings = {}) {
  State state(settings);
  load(state, spec);
  return state;
}

Outcome call(State& state, Operation operation, std::string_view id, FeatureSet features = {}) {
  return step(state, {operation, {}, id, features, nullptr});
}

// ---- states
// -------------------------------------------------------------------------------------------

TEST(States, FindAccountsByIdAndByOrder) {
  State state{Settings{}};
  load(state, {.id = "fca_a"});
  load(state, {.id = "fca_b", .tenant = "acct_1"});
  EXPECT_EQ(state.size(), 2u);
  EXPECT_EQ(state.find("fca_b").tenant(), "acct_1");
  EXPECT_FALSE(state.find("fca_c"));
  EXPECT_EQ(state.at(0).id(), "fca_a");
  EXPECT_THROW(load(state, {.id = "fca_a"}), Misuse);
  EXPECT_THROW(load(state, {.id = "fca_c", .last4 = "1"}), Misuse);
  EXPECT_EQ(state.size(), 2u);
}

TEST(States, TakeNoFaultyPlanOfARefreshInFlight) {
  AccountSpec spec{.id = "fca_a"};
  spec.balance_refresh = Refresh{.status = RefreshStatus::pending};
  State state = state_with(spec);
  const std::uint64_t before = state.digest();
  RefreshPlan plan;
  plan.balance = Balance{.current = {{"dollars", 1}}};
  try {
    load_in_flight(state, {.account = "fca_a", .plan = plan});
    FAIL() << "the plan was taken";
  } catch (const Misuse& misuse) {
    EXPECT_STREQ(
        misuse.what(),
        "the balance refresh of 'fca_a': /balance: a currency is three lower-case letters, "
        "not 'dollars'");
  }
  EXPECT_EQ(state.digest(), before);
  plan.balance->current.front().currency = "usd";
  load_in_flight(state, {.account = "fca_a", .plan = plan});
  EXPECT_NE(state.digest(), before);
}

TEST(States, CopiesAreIndependent) {
  State a = state_with({.id = "fca_a"});
  const State before = a;
  const std::uint64_t digest = before.digest();
  EXPECT_TRUE(call(a, Operation::refresh, "fca_a", {Feature::balance}).ok());
  load(a, {.id = "fca_b"});
  EXPECT_NE(a.digest(), digest);
  EXPECT_EQ(before.digest(), digest);
  EXPECT_EQ(before.size(), 1u);
  EXPECT_EQ(before.pending(), 0u);
  EXPECT_EQ(before.find("fca_a").refresh(Feature::balance), nullptr);
}

TEST(States, FindEachAccountAsItIsNow) {
  State a{Settings{}};
  for (int i = 0; i < 300; ++i)
    load(a, {});
  State b = a;
  State c = b;
  const auto call_every = [](State& state, Operation operation, std::size_t step) {
    for (std::size_t i = 0; i < state.size(); i += step) {
      const FeatureSet features =
          operation == Operation::disconnect ? FeatureSet{} : FeatureSet{Feature::balance};
      EXPECT_TRUE(call(state, operation, state.at(i).id(), features).ok());
    }
  };
  call_every(a, Operation::refresh, 2);
  call_every(b, Operation::disconnect, 3);
  while (run_due(a, at_ms(60'000))) {
  }
  load(b, {});
  for (const State* state : {&a, &b, &c}) {
    for (std::size_t i = 0; i < state->size(); ++i)
      ASSERT_EQ(state->find(state->at(i).id()).record(), state->at(i).record());
  }
  EXPECT_EQ(b.find(b.at(3).id()).status(), Status::disconnected);
  EXPECT_EQ(c.find(c.at(3).id()).status(), Status::active);
}

TEST(States, CopiesContinueAlike) {
  State a = state_with({.id = "fca_a"});
  State b = a;
  for (State* state : {&a, &b}) {
    (void)call(*state, Operation::refresh, "fca_a", FeatureSet::all());
    while (run_due(*state, at_ms(60'000))) {
    }
    load(*state, {});
  }
  EXPECT_EQ(a.digest(), b.digest());
  EXPECT_EQ(a.at(1).id(), b.at(1).id());
  EXPECT_EQ(next_request_id(a).view(), next_request_id(b).view());
}

TEST(States, RequestIdsAreTheirOwnCounter) {
  State state{Settings{}};
  std::set<std::string> ids;
  const std::uint64_t digest = state.digest();
  for (int i = 0; i < 100; ++i)
    ids.emplace(next_request_id(state).view());
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_EQ(state.digest(), digest);
}

// ---- steps
// --------------------------------------------------------------------------------------------

std::vector<std::string> changed_ids(const Changes& changes) {
  std::vector<std::string> ids;
  for (const Change& change : changes)
    ids.emplace_back(change.after.id());
  return ids;
}

TEST(Changes, AreASequenceOfWhichOneTakesNoMemory) {
  Changes changes;
  std::vector<std::string> ids;
  EXPECT_TRUE(changes.empty());
  EXPECT_EQ(changed_ids(changes), ids);
  for (int i = 0; i < 9; ++i) {
    ids.push_back("fca_" + std::to_string(i));
    changes.push_back({Account(), Account(AccountSpec{.id = ids.back()})});
    EXPECT_FALSE(changes.empty());
    EXPECT_EQ(changes.size(), ids.size());
    EXPECT_EQ(changed_ids(changes), ids);
    EXPECT_EQ(changes.front().after.id(), "fca_0");
    EXPECT_EQ(changes[ids.size() - 1].after.id(), ids.back());
    EXPECT_EQ(changes.extra_bytes() == 0, ids.size() == 1);
  }
}

TEST(Changes, AreCopiedMovedAndSwapped) {
  const std::vector<std::string> none;
  const std::vector<std::string> one = {"fca_0"};
  const std::vector<std::string> two = {"fca_1", "fca_2"};
  Changes a;
  a.push_back({Account(), Account(AccountSpec{.id = one[0]})});
  Changes b;
  for (const std::string& id : two)
    b.push_back({Account(), Account(AccountSpec{.id = id})});
  a.swap(b);
  EXPECT_EQ(changed_ids(a), two);
  EXPECT_EQ(changed_ids(b), one);
  Changes empty;
  empty.swap(b);
  EXPECT_EQ(changed_ids(b), none);
  const Changes copy = a;
  Changes moved = std::move(a);
  EXPECT_EQ(changed_ids(copy), two);
  EXPECT_EQ(changed_ids(moved), two);
  EXPECT_TRUE(a.empty());
  a = std::move(empty);
  EXPECT_EQ(changed_ids(a), one);
  EXPECT_TRUE(empty.empty());
}

TEST(Steps, TellWhatChanged) {
  State state = state_with({.id = "fca_a"});
  const Outcome outcome =
      call(state, Operation::refresh, "fca_a", {Feature::balance, Feature::ownership});
  ASSERT_TRUE(outcome.ok());
  ASSERT_EQ(outcome.changes.size(), 1u);
  EXPECT_EQ(outcome.changes[0].before.refresh(Feature::balance), nullptr);
  EXPECT_EQ(outcome.changes[0].after, outcome.account);
  EXPECT_TRUE(outcome.events.empty());
  EXPECT_TRUE(outcome.rules.contains(Rule::refresh));
  EXPECT_FALSE(outcome.rules.contains(Rule::list_order));
}

TEST(Steps, OfWorldEvents) {
  State state = state_with({.id = "fca_a"});
  const AccountSpec spec{.id = "fca_b"};
  WorldEvent link;
  link.spec = &spec;
  const Outcome outcome = step(state, link);
  EXPECT_EQ(outcome.what, "link");
  ASSERT_EQ(outcome.changes.size(), 1u);
  EXPECT_FALSE(outcome.changes[0].before);
  ASSERT_EQ(outcome.events.size(), 1u);
  EXPECT_EQ(outcome.events[0].kind, EventKind::created);
  const Outcome misfit =
      step(state, WorldEvent{WorldEventKind::reactivate, "fca_a", nullptr, {}, {}, nullptr});
  ASSERT_FALSE(misfit.ok());
  EXPECT_EQ(misfit.refusal->rule, Rule::world_event_misfit);
  EXPECT_EQ(misfit.refusal->status, 0);
}

TEST(Steps, RefusalsChangeNothing) {
  State state = state_with({.id = "fca_a", .permissions = {}});
  const std::uint64_t digest = state.digest();
  const Outcome outcome = call(state, Operation::refresh, "fca_a", {Feature::balance});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.refusal->rule, Rule::refresh_permission);
  EXPECT_EQ(outcome.refusal->status, 400);
  EXPECT_EQ(outcome.refusal->param, "features");
  EXPECT_TRUE(outcome.changes.empty() && outcome.events.empty());
  EXPECT_EQ(state.digest(), digest);
}

TEST(Steps, WhatIsDueRunsOneByOne) {
  State state = state_with({.id = "fca_a"});
  (void)call(state, Operation::refresh, "fca_a", {Feature::balance, Feature::ownership});
  EXPECT_EQ(state.pending(), 2u);
  EXPECT_EQ(state.next_due(), at_ms(5'000));
  EXPECT_FALSE(run_due(state, at_ms(4'999)));
  EXPECT_EQ(state.now(), at_ms(4'999));
  const auto first = run_due(state, at_ms(9'000));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->what, "refresh completed");
  ASSERT_EQ(first->events.size(), 1u);
  EXPECT_EQ(first->events[0].kind, EventKind::refreshed_balance);
  EXPECT_EQ(state.now(), at_ms(5'000));
  EXPECT_TRUE(run_due(state, at_ms(9'000)));
  EXPECT_FALSE(run_due(state, at_ms(9'000)));
  EXPECT_EQ(state.now(), at_ms(9'000));
  EXPECT_EQ(state.next_due(), std::nullopt);
}

// ---- digests
// ------------------------------------------------------------------------------------------

AccountSpec full_spec() {
  AccountSpec spec;
  spec.id = "fca_1";
  spec.tenant = "acct_t";
  spec.created = at_second(100);
  spec.account_holder = {HolderType::customer, "cus_1", "cusacct_1"};
  spec.session = "fcsess_1";
  spec.institution_name = "Bank";
  spec.display_name = "Mine";
  spec.last4 = "0042";
  spec.subscribed = true;
  spec.balance = Balance{BalanceType::cash, at_second(5), {{"usd", 3}}, Amounts{{"usd", 3}}};
  spec.balance_refresh =
      Refresh{.last_attempted_at = at_ms(7), .next_refresh_available_at = at_second(1)};
  spec.ownership = Ownership{"fcaowns_1", at_second(6), {{.id = "fcaown_1", .name = "Jo"}}};
  spec.ownership_refresh = Refresh{.status = RefreshStatus::pending};
  spec.transaction_refresh = Refresh{.last_attempted_at = at_ms(9), .id = "fctxnref_1"};
  spec.account_numbers = {AccountNumber{}};
  spec.status_details = StatusDetails{};
  spec.transactions = {{.id = "fctxn_1", .amount = 4}};
  spec.refresh.balance = {
      {.id = "x", .balance = Balance{}, .owners = {{.name = "Al"}}, .rows = {{.amount = 1}}}};
  spec.refresh.ownership = {{.completes = Completion::after(Milliseconds{10})}};
  spec.refresh.transactions = {{.cool_down = Milliseconds{10}}};
  return spec;
}

struct StateEdit {
  const char* member;
  std::function<void(AccountSpec&)> apply;
};

const std::vector<StateEdit> kEdits = {
    {"id", [](AccountSpec& s) { s.id = "fca_2"; }},
    {"tenant", [](AccountSpec& s) { s.tenant = "acct_u"; }},
    {"no tenant", [](AccountSpec& s) { s.tenant.clear(); }},
    {"created", [](AccountSpec& s) { s.created = at_second(101); }},
    {"holder type", [](AccountSpec& s) { s.account_holder->type = HolderType::account; }},
    {"holder id", [](AccountSpec& s) { s.account_holder->id = "cus_2"; }},
    {"holder customer_account", [](AccountSpec& s) { s.account_holder->customer_account.clear(); }},
    {"no holder", [](AccountSpec& s) { s.account_holder.reset(); }},
    {"session", [](AccountSpec& s) { s.session = "fcsess_2"; }},
    {"no session", [](AccountSpec& s) { s.session.reset(); }},
    {"institution_name", [](AccountSpec& s) { s.institution_name = "Other"; }},
    {"display_name", [](AccountSpec& s) { s.display_name = "Yours"; }},
    {"last4", [](AccountSpec& s) { s.last4 = "0043"; }},
    {"no last4", [](AccountSpec& s) { s.last4 = ""; }},
    {"category", [](AccountSpec& s) { s.category = Category::other; }},
    {"subcategory", [](AccountSpec& s) { s.subcategory = Subcategory::savings; }},
    {"permissions", [](AccountSpec& s) { s.permissions.erase(Permission::payment_method); }},
    {"payment methods",
     [](AccountSpec& s) { s.supported_payment_method_types.insert(PaymentMethodType::link); }},
    {"subscribed", [](AccountSpec& s) { s.subscribed = false; }},
    {"balance type", [](AccountSpec& s) { s.balance->type = BalanceType::credit; }},
    {"balance as_of", [](AccountSpec& s) { s.balance->as_of = at_second(6); }},
    {"balance currency", [](AccountSpec& s) { s.balance->current[0].currency = "eur"; }},
    {"balance value", [](AccountSpec& s) { s.balance->current[0].value = 4; }},
    {"balance part", [](AccountSpec& s) { s.balance->part.reset(); }},
    {"no balance", [](AccountSpec& s) { s.balance.reset(); }},
    {"balance_refresh status",
     [](AccountSpec& s) { s.balance_refresh->status = RefreshStatus::failed; }},
    {"balance_refresh attempted",
     [](AccountSpec& s) { s.balance_refresh->last_attempted_at = at_ms(8); }},
    {"balance_refresh next",
     [](AccountSpec& s) { s.balance_refresh->next_refresh_available_at = at_second(2); }},
    {"balance_refresh origin",
     [](AccountSpec& s) { s.balance_refresh->origin = RefreshOrigin::prefetch; }},
    {"no balance_refresh", [](AccountSpec& s) { s.balance_refresh.reset(); }},
    {"ownership id", [](AccountSpec& s) { s.ownership->id = "fcaowns_2"; }},
    {"ownership created", [](AccountSpec& s) { s.ownership->created = at_second(7); }},
    {"owner id", [](AccountSpec& s) { s.ownership->owners[0].id = "fcaown_2"; }},
    {"owner name", [](AccountSpec& s) { s.ownership->owners[0].name = "Al"; }},
    {"owner email", [](AccountSpec& s) { s.ownership->owners[0].email = "a@b"; }},
    {"owner phone", [](AccountSpec& s) { s.ownership->owners[0].phone = "1"; }},
    {"owner raw_address", [](AccountSpec& s) { s.ownership->owners[0].raw_address = "1"; }},
    {"owner refreshed_at",
     [](AccountSpec& s) { s.ownership->owners[0].refreshed_at = at_second(1); }},
    {"owners", [](AccountSpec& s) { s.ownership->owners.clear(); }},
    {"no ownership", [](AccountSpec& s) { s.ownership.reset(); }},
    {"ownership_refresh status",
     [](AccountSpec& s) { s.ownership_refresh->status = RefreshStatus::succeeded; }},
    {"transaction_refresh attempted",
     [](AccountSpec& s) { s.transaction_refresh->last_attempted_at = at_ms(10); }},
    {"transaction_refresh id", [](AccountSpec& s) { s.transaction_refresh->id = "fctxnref_2"; }},
    {"no transaction_refresh", [](AccountSpec& s) { s.transaction_refresh.reset(); }},
    {"number expiry",
     [](AccountSpec& s) { s.account_numbers->front().expected_expiry_date = at_second(1); }},
    {"number type",
     [](AccountSpec& s) {
       s.account_numbers->front().identifier_type = IdentifierType::tokenized_account_number;
     }},
    {"number status",
     [](AccountSpec& s) { s.account_numbers->front().status = NumberStatus::expired; }},
    {"number networks", [](AccountSpec& s) { s.account_numbers->front().ach = false; }},
    {"no numbers", [](AccountSpec& s) { s.account_numbers.reset(); }},
    {"empty numbers", [](AccountSpec& s) { s.account_numbers->clear(); }},
    {"details action",
     [](AccountSpec& s) { s.status_details->action = DetailAction::relink_required; }},
    {"details cause",
     [](AccountSpec& s) { s.status_details->cause = DetailCause::access_expired; }},
    {"details date",
     [](AccountSpec& s) { s.status_details->expected_deactivation_date = at_second(1); }},
    {"no details", [](AccountSpec& s) { s.status_details.reset(); }},
    {"row id", [](AccountSpec& s) { s.transactions[0].id = "fctxn_2"; }},
    {"row amount", [](AccountSpec& s) { s.transactions[0].amount = 5; }},
    {"row currency", [](AccountSpec& s) { s.transactions[0].currency = "eur"; }},
    {"row description", [](AccountSpec& s) { s.transactions[0].description = "x"; }},
    {"row status", [](AccountSpec& s) { s.transactions[0].status = TransactionStatus::void_; }},
    {"row transacted_at", [](AccountSpec& s) { s.transactions[0].transacted_at = at_second(1); }},
    {"rows", [](AccountSpec& s) { s.transactions.clear(); }},
    {"plan completes",
     [](AccountSpec& s) { s.refresh.balance[0].completes = Completion::never(); }},
    {"plan delay",
     [](AccountSpec& s) { s.refresh.balance[0].completes = Completion::after(Milliseconds{1}); }},
    {"plan reads",
     [](AccountSpec& s) { s.refresh.balance[0].completes = Completion::after_reads(2); }},
    {"plan outcome", [](AccountSpec& s) { s.refresh.balance[0].outcome = RefreshOutcome::failed; }},
    {"plan cool_down", [](AccountSpec& s) { s.refresh.balance[0].cool_down = Milliseconds{1}; }},
    {"plan id", [](AccountSpec& s) { s.refresh.balance[0].id = "y"; }},
    {"plan balance",
     [](AccountSpec& s) {
       s.refresh.balance[0].balance->current = {{"usd", 1}};
     }},
    {"plan owners", [](AccountSpec& s) { s.refresh.balance[0].owners[0].name = "Bo"; }},
    {"plan rows", [](AccountSpec& s) { s.refresh.balance[0].rows[0].amount = 2; }},
    {"second plan", [](AccountSpec& s) { s.refresh.balance.push_back({}); }},
    {"ownership plan",
     [](AccountSpec& s) {
       s.refresh.ownership[0].completes = Completion::after(Milliseconds{11});
     }},
    {"transactions plan",
     [](AccountSpec& s) { s.refresh.transactions[0].cool_down = Milliseconds{11}; }},
    {"order of plans",
     [](AccountSpec& s) { std::swap(s.refresh.balance, s.refresh.transactions); }},
    {"status",
     [](AccountSpec& s) {
       s.status = Status::inactive, s.ownership_refresh.reset(),
       s.balance_refresh->next_refresh_available_at.reset();
     }},
};

TEST(Digests, ChangeWithEveryMemberOfAnAccount) {
  EXPECT_EQ(state_with(full_spec()).digest(), state_with(full_spec()).digest());
  std::set<std::uint64_t> seen = {state_with(full_spec()).digest()};
  for (const StateEdit& edit : kEdits) {
    AccountSpec spec = full_spec();
    edit.apply(spec);
    EXPECT_TRUE(seen.insert(state_with(spec).digest()).second) << edit.member;
  }
}

TEST(Digests, ChangeWithEverySetting) {
  const std::vector<std::function<void(Settings&)>> changes = {
      [](Settings& s) { s.seed = 2; },
      [](Settings& s) { s.now = at_ms(1); },
      [](Settings& s) { s.form = Form::current; },
      [](Settings& s) { s.rules.limit_out_of_range = LimitOutOfRange::clamp; },
      [](Settings& s) { s.rules.permissions = PermissionCheck::ignore; },
      [](Settings& s) { s.rules.early_refresh = EarlyRefresh::reject; },
      [](Settings& s) { s.defaults.outcome = RefreshOutcome::failed; },
      [](Settings& s) { s.tenants = {"acct_1"}; }};
  std::set<std::uint64_t> seen = {State(Settings{}).digest()};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Settings settings;
    changes[i](settings);
    EXPECT_TRUE(seen.insert(State(settings).digest()).second) << i;
  }
}

TEST(Digests, DependOnLinkOrder) {
  State ab = state_with({.id = "fca_a", .last4 = "1111"});
  State ba = state_with({.id = "fca_b", .last4 = "1111"});
  load(ab, {.id = "fca_b", .last4 = "1111"});
  load(ba, {.id = "fca_a", .last4 = "1111"});
  EXPECT_NE(ab.digest(), ba.digest());
}

TEST(Digests, ShowReadsThatCountAndABalanceThatWaits) {
  State state = state_with(
      {.id = "fca_a", .refresh = {.balance = {{.completes = Completion::after_reads(3)}}}});
  (void)call(state, Operation::refresh, "fca_a", {Feature::balance});
  const std::uint64_t before = state.digest();
  (void)call(state, Operation::retrieve, "fca_a");
  EXPECT_NE(state.digest(), before);
  const std::uint64_t counted = state.digest();
  const Balance balance{{}, {}, {{"usd", 1}}, {}};
  (void)step(state, WorldEvent{WorldEventKind::set_balance, "fca_a", nullptr, {}, {}, &balance});
  EXPECT_NE(state.digest(), counted);
}

TEST(Digests, DoNotDependOnTheWay) {
  // Subscribed, refreshed and moved on: one way in one go, the other step by step.
  State one = state_with({.id = "fca_a"});
  State other = state_with({.id = "fca_a"});
  for (State* state : {&one, &other})
    (void)call(*state, Operation::subscribe, "fca_a", {Feature::transactions});
  while (run_due(one, at_ms(90'000'000))) {
  }
  for (std::int64_t now = 0; now <= 90'000'000; now += 1'000'000) {
    while (run_due(other, at_ms(now))) {
    }
    (void)call(other, Operation::retrieve, "fca_a");
  }
  EXPECT_EQ(one.digest(), other.digest());
}

// A paused daily refresh goes on from where it counted, which two states may not agree about.
TEST(Digests, ShowWhereAPausedDailyCountsFrom) {
  const auto paused = [](std::int64_t linked) {
    State state{Settings{}};
    while (run_due(state, at_ms(linked))) {
    }
    load(state, {.id = "fca_a", .created = at_second(0), .subscribed = true});
    (void)step(state, WorldEvent{WorldEventKind::deactivate, "fca_a", nullptr, {}, {}, nullptr});
    while (run_due(state, at_ms(60'000))) {
    }
    return state;
  };
  EXPECT_EQ(paused(0).digest(), paused(0).digest());
  EXPECT_NE(paused(0).digest(), paused(30'000).digest());
}

}  // namespace
}  // namespace fauxbank
