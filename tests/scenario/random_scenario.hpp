#pragma once

// Scenarios that use everything, and random sound ones.

#include <string>

#include <fauxbank/fauxbank.hpp>

#include "engine/random_world.hpp"

namespace fauxbank::testing {

/// A scenario in which every member of every part is set somewhere.
inline Scenario everything() {
  using namespace std::chrono_literals;
  Scenario scenario;
  scenario.name = "everything \"at once\" – ü";
  scenario.seed = 18446744073709551615u;
  scenario.now = kStartInstant + 250ms;
  scenario.form = Form::current;
  scenario.rules = {LimitOutOfRange::clamp, PermissionCheck::ignore, EarlyRefresh::reject};
  scenario.defaults = {.completes = Completion::after(3s), .cool_down = 1500ms};
  scenario.tenants = {"acct_1", "acct_2"};
  scenario.sessions = {{.id = "fcsess_1",
                        .account_holder = AccountHolder{HolderType::customer, "cus_1", "cuacct_1"},
                        .permissions = {Permission::balances, Permission::transactions},
                        .prefetch = {Feature::balance},
                        .countries = {"US"},
                        .account_subcategories = {Subcategory::checking},
                        .require_payment_method_support = PaymentMethodSupport::at_least_one,
                        .accounts_limit = 12,
                        .manual_entry = ManualEntry::disabled,
                        .return_url = "https://example.com/back"},
                       {.id = "fcsess_2", .tenant = "acct_2"}};
  const Balance balance{
      BalanceType::cash, UnixTime{Seconds{kStart}}, {{"usd", 5}, {"eur", -1}}, Amounts{{"usd", 4}}};
  const Balance credit{BalanceType::credit, UnixTime{Seconds{kStart}}, {{"usd", -5}}, std::nullopt};
  AccountSpec one{.id = "fca_1"};
  one.created = UnixTime{Seconds{kStart - 100}};
  one.account_holder = AccountHolder{HolderType::customer, "cus_1", "cuacct_1"};
  one.session = "fcsess_1";
  one.institution_name = "Bank\n\"of\" Ünits";
  one.display_name = "";
  one.last4 = "";
  one.permissions = {Permission::balances};
  one.supported_payment_method_types = {PaymentMethodType::link};
  one.balance = balance;
  one.balance_refresh = {RefreshStatus::succeeded,
                         kStartInstant - 90s,
                         UnixTime{Seconds{kStart - 80}},
                         RefreshOrigin::on_demand,
                         {}};
  one.ownership = {"fcaowns_1",
                   UnixTime{Seconds{kStart - 50}},
                   {{"fcaown_1", "Jane", "a@b.c", "555", "1 Road", UnixTime{Seconds{kStart}}},
                    {"fcaown_2", "Joe", {}, {}, {}, {}}}};
  one.ownership_refresh = {
      RefreshStatus::failed, kStartInstant - 40s, std::nullopt, RefreshOrigin::on_demand, {}};
  one.account_numbers = {{UnixTime{Seconds{kStart + 5}}, IdentifierType::tokenized_account_number,
                          NumberStatus::pending, false},
                         {}};
  one.status_details = {DetailAction::relink_required, DetailCause::access_expired,
                        UnixTime{Seconds{kStart + 99}}};
  one.transactions = {{.id = "fctxn_1",
                       .amount = -300,
                       .currency = "usd",
                       .description = "Rocket Rides",
                       .status = TransactionStatus::pending,
                       .transacted_at = UnixTime{Seconds{kStart - 5}}}};
  one.refresh.balance = {{.completes = Completion::after_reads(2), .balance = balance},
                         {.outcome = RefreshOutcome::failed}};
  one.refresh.ownership = {{.completes = Completion::after(1min),
                            .id = "fcaowns_2",
                            .owners = {{.id = {}, .name = "Kim"}}}};
  one.refresh.transactions = {
      {.completes = Completion::manually(),
       .outcome = RefreshOutcome::succeeded,
       .cool_down = 7s,
       .id = "fctxnref_7",
       .rows = {{.amount = 9, .description = "x", .transacted_at = UnixTime{Seconds{5}}}}},
      {.completes = Completion::never()}};
  one.next_balance = balance;
  AccountSpec two{.id = "fca_2", .account_holder = AccountHolder::account("acct_9")};
  two.category = Category::credit;
  two.subcategory = Subcategory::mortgage;
  two.balance = credit;
  two.transaction_refresh = {RefreshStatus::pending, kStartInstant - 1500ms, std::nullopt,
                             RefreshOrigin::on_demand, "fctxnref_2"};
  two.balance_refresh = {
      RefreshStatus::pending, kStartInstant, std::nullopt, RefreshOrigin::prefetch, {}};
  two.subscribed = true;
  AccountSpec three{.id = "fca_3", .tenant = "acct_2", .session = "fcsess_2"};
  three.status = Status::inactive;
  three.subscribed = true;
  three.daily_from = kStartInstant - 3h;
  AccountSpec four{.id = "fca_4", .session = "fcsess_unlisted"};
  four.status = Status::disconnected;
  scenario.accounts = {one, two, three, four};
  scenario.in_flight = {{"fca_2", Feature::transactions, {.completes = Completion::after(9s)}},
                        {"fca_2",
                         Feature::balance,
                         {.completes = Completion::after(9s), .balance = credit},
                         RefreshOrigin::prefetch}};
  scenario.ids_made = {{IdKind::account, 3}, {IdKind::owner, 9}};
  scenario.timeline = {
      TimelineEntry::deactivate(30s, "fca_1"),
      TimelineEntry::reactivate(kStartInstant + 2min, "fca_1"),
      TimelineEntry::link(3min, {.id = "fca_5", .session = "fcsess_1", .next_balance = balance}),
      TimelineEntry::disconnect(10s, "fca_2"),
      TimelineEntry::complete_refresh(5s, "fca_1", Feature::transactions, RefreshOutcome::failed),
      TimelineEntry::complete_refresh(6s, "fca_1", Feature::transactions),
      TimelineEntry::set_balance(4min, "fca_5", credit),
      TimelineEntry::expire_idempotency_keys(8s)};
  FaultPlan http{.operation = Operation::refresh,
                 .account = "fca_5",
                 .trigger = FaultTrigger::nth({1, 3}),
                 .window = FaultWindow{1s, kStartInstant + 1h},
                 .times = 2,
                 .phase = FaultPhase::after,
                 .kind = FaultKind::http};
  http.status = 429;
  http.code = "rate_limit";
  http.headers = {{"Retry-After", "2"}};
  http.body = "{}";
  FaultPlan slow{.trigger = FaultTrigger::rate(0.05), .kind = FaultKind::slow_body};
  slow.bytes_per_second = 10;
  slow.at_byte = 3;
  slow.seen = 4;
  slow.fired = 1;
  FaultPlan late{.trigger = FaultTrigger::every(3), .kind = FaultKind::delay};
  late.delay = 1s;
  late.delay_to = 2500ms;
  FaultPlan fixed{.trigger = FaultTrigger::range(2, 3), .kind = FaultKind::delay};
  fixed.delay = 1s;
  scenario.faults = {http,
                     slow,
                     late,
                     fixed,
                     {.operation = Operation::list,
                      .trigger = FaultTrigger::range(7),
                      .kind = FaultKind::timeout}};
  return scenario;
}

inline RefreshPlan random_plan(Random& random) {
  RefreshPlan plan;
  if (random.chance(0.7)) {
    const auto number = static_cast<std::uint32_t>(random.between(1, 4));
    const Completion kinds[] = {Completion::after(Milliseconds{random.between(0, 90'000)}),
                                Completion::after_reads(number), Completion::manually(),
                                Completion::never()};
    plan.completes = kinds[random.below(4)];
  }
  if (random.chance(0.5)) plan.outcome = static_cast<RefreshOutcome>(random.below(2));
  if (random.chance(0.3)) plan.cool_down = Milliseconds{random.between(0, 4000)};
  if (random.chance(0.2)) plan.balance = Balance{.current = {{"usd", random.between(-9, 9)}}};
  return plan;
}

/// A sound scenario: accounts in all states, plans, refreshes in flight, a timeline.
inline Scenario random_scenario(std::uint64_t seed) {
  Random random = draws(seed);
  Scenario scenario;
  scenario.seed = seed;
  scenario.now = kStartInstant + Milliseconds{random.between(0, 2000)};
  scenario.defaults =
      random.chance(0.3) ? RefreshPlan{.cool_down = Milliseconds{77}} : RefreshPlan{};
  const auto accounts = static_cast<std::size_t>(random.between(0, 6));
  scenario.accounts = random_accounts(random, accounts);
  for (AccountSpec& spec : scenario.accounts) {
    spec.status = static_cast<Status>(random.below(3));
    spec.subscribed = spec.status != Status::disconnected && random.chance(0.4);
    for (auto* plans :
         {&spec.refresh.balance, &spec.refresh.ownership, &spec.refresh.transactions}) {
      while (random.chance(0.4))
        plans->push_back(random_plan(random));
    }
    if (spec.status != Status::active) continue;
    for (auto* hash : {&spec.balance_refresh, &spec.ownership_refresh, &spec.transaction_refresh}) {
      if (!random.chance(0.4)) continue;
      hash->emplace().status = static_cast<RefreshStatus>(random.below(3));
      (*hash)->last_attempted_at = scenario.now - Milliseconds{random.between(0, 99'999'999)};
    }
  }
  for (std::size_t i = 0; i < accounts && i < 4; ++i) {
    const std::string id = scenario.accounts[random.below(accounts)].id;
    const Milliseconds after{random.between(0, 60) * 1000};
    switch (random.below(4)) {
      case 0:
        scenario.timeline.push_back(TimelineEntry::deactivate(after, id));
        break;
      case 1:
        scenario.timeline.push_back(TimelineEntry::reactivate(after, id));
        break;
      case 2:
        scenario.timeline.push_back(TimelineEntry::link(after, {.id = numbered("fca_new", i)}));
        break;
      default:
        scenario.timeline.push_back(TimelineEntry::complete_refresh(after, id, Feature::balance));
    }
  }
  return scenario;
}

/// Let a world come somewhere by itself.
inline void act(World& world, std::uint64_t seed) {
  Random random = draws(seed ^ 0xac7);
  const auto accounts = world.all();
  for (int i = 0; i < 12; ++i) {
    world.clock().advance(Milliseconds{random.between(0, 20'000)});
    if (accounts.empty()) continue;
    const std::string id(accounts[random.below(accounts.size())].id());
    switch (random.below(5)) {
      case 0:
        (void)world.accounts().subscribe(id);
        break;
      case 1:
        (void)world.accounts().unsubscribe(id);
        break;
      case 2:
        (void)world.accounts().retrieve(id);
        break;
      case 3:
        (void)world.accounts().list({});
        break;
      default:
        (void)world.accounts().refresh(id, {.features = FeatureSet::all()});
    }
  }
}

}  // namespace fauxbank::testing
