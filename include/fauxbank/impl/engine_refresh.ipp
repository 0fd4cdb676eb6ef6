#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/seeded.hpp>
#include <fauxbank/detail/stepper.hpp>

namespace fauxbank::detail {

// ---- start --------------------------------------------------------------------------------------

/// What the account's own plan says about its next refresh; null: nothing.
FAUXBANK_DECL SharedRef<RefreshPlan> Stepper::next_plan(AccountRecord& record, Feature feature) {
  if (!record.details || !record.details->plans) return {};
  const auto& entries = entries_of(record.details->plans->value, feature);
  if (entries.empty()) return {};
  const auto index = static_cast<std::size_t>(feature);
  const std::uint32_t served = record.details->served[index];
  SharedRef<RefreshPlan> plan = share(entries[std::min<std::size_t>(served, entries.size() - 1)]);
  if (served < entries.size()) {
    AccountDetails details = *record.details;
    ++details.served[index];
    record.details = make_ref<AccountDetails>(std::move(details));
  }
  return plan;
}

/// Start a refresh that has its hash, as the account's own plan says.
FAUXBANK_DECL Ref<const RefreshRecord> Stepper::planned(AccountRecord& record, Feature feature,
                                                        Ref<RefreshRecord> made) {
  made->data = next_plan(record, feature);
  return started(record, feature, std::move(made));
}

/// Start a refresh that has its hash and its plan; the rest is decided here. The world's defaults
/// say what the plan does not.
FAUXBANK_DECL Ref<const RefreshRecord> Stepper::started(const AccountRecord& record,
                                                        Feature feature, Ref<RefreshRecord> made) {
  const RefreshPlan& defaults = data().settings->value.defaults;
  RefreshRecord& refresh = *made;
  const RefreshPlan* plan = refresh.data ? &refresh.data->value : &defaults;
  const Completion completes =
      plan->completes.value_or(defaults.completes.value_or(Completion::after(Seconds{5})));
  refresh.kind = completes.kind;
  refresh.reads_left = completes.reads;
  refresh.due_ms = now_ms() + completes.delay.count();
  refresh.outcome = plan->outcome.value_or(defaults.outcome.value_or(RefreshOutcome::succeeded));
  refresh.cool_down_ms = plan->cool_down.value_or(defaults.cool_down.value_or(Seconds{1})).count();
  refresh.order = ++edit().starts;
  if (feature == Feature::transactions && refresh.hash.id.empty()) {
    const bool planned_id = refresh.data && !refresh.data->value.id.empty();
    if (planned_id) {
      refresh.hash.id = refresh.data->value.id;
    } else if (log.apply(Rule::refresh_id)) {
      refresh.hash.id = edit().mint.next(IdKind::transaction_refresh).view();
    } else if (const RefreshRecord* last = record.of(feature)) {
      refresh.hash.id = last->hash.id;
    }
  }
  if (refresh.kind == Completion::Kind::after) {
    edit().timers.insert(timer_of(refresh, record.slot, feature));
  }
  return made;
}

/// The plan entry that the account's own plan had given stays for the next refresh.
FAUXBANK_DECL void Stepper::replan(const AccountRecord& record, const InFlight& refresh) {
  const auto index = static_cast<std::size_t>(refresh.feature);
  const Ref<const RefreshRecord> loaded = record.refresh[index];
  drop(loaded.get(), record.slot, refresh.feature);
  Ref<AccountRecord> next = make<AccountRecord>(record);
  Ref<RefreshRecord> made = make<RefreshRecord>(*loaded);
  made->hash.origin = refresh.origin;
  made->data = share(refresh.plan);
  next->refresh[index] = started(*next, refresh.feature, std::move(made));
  if (next->details && next->details->served[index] != 0) {
    AccountDetails details = *next->details;
    details.served[index] = 0;
    next->details = make_ref<AccountDetails>(std::move(details));
  }
  put(std::move(next));
}

FAUXBANK_DECL void Stepper::start(AccountRecord& record, Feature feature, RefreshOrigin origin) {
  Ref<RefreshRecord> made = make<RefreshRecord>();
  made->hash.status = RefreshStatus::pending;
  made->hash.last_attempted_at = data().now;
  made->hash.origin = log.apply(Rule::refresh_origin) ? origin : RefreshOrigin::on_demand;
  record.refresh[static_cast<std::size_t>(feature)] = planned(record, feature, std::move(made));
}

// ---- end ----------------------------------------------------------------------------------------

FAUXBANK_DECL Timer Stepper::timer_of(const RefreshRecord& refresh, std::uint32_t slot,
                                      Feature feature) {
  const std::uint64_t rank = rule_enabled(Rule::time_ties) ? Timer::kCompletion + refresh.order
                                                           : Timer::kDaily - refresh.order;
  return {refresh.due_ms, rank, slot, feature};
}

/// Forget the timer of a refresh that will not end by itself any more.
FAUXBANK_DECL void Stepper::drop(const RefreshRecord* refresh, std::uint32_t slot,
                                 Feature feature) {
  if (refresh == nullptr || !refresh->pending() || refresh->kind != Completion::Kind::after) return;
  edit().timers.erase(timer_of(*refresh, slot, feature));
}

FAUXBANK_DECL void Stepper::complete(AccountRecord& record, Feature feature,
                                     RefreshOutcome outcome) {
  const auto index = static_cast<std::size_t>(feature);
  const Ref<const RefreshRecord> pending = record.refresh[index];
  Ref<RefreshRecord> done = make<RefreshRecord>(*pending);
  done->data.reset();
  done->hash.status =
      outcome == RefreshOutcome::succeeded ? RefreshStatus::succeeded : RefreshStatus::failed;
  if (log.apply(Rule::refresh_next)) {
    const std::int64_t next = now_ms() + pending->cool_down_ms;
    done->hash.next_refresh_available_at =
        UnixTime{Seconds{log.apply(Rule::time_print) ? ceil_seconds(next) : floor_seconds(next)}};
  }
  record.refresh[index] = std::move(done);
  if (outcome == RefreshOutcome::succeeded) bring_data(record, feature, *pending);
}

FAUXBANK_DECL void Stepper::bring_data(AccountRecord& record, Feature feature,
                                       const RefreshRecord& refresh) {
  const RefreshPlan* plan = refresh.data ? &refresh.data->value : nullptr;
  AccountDetails details = record.details_copy();
  switch (feature) {
    case Feature::balance:
      bring_balance(record, details, plan);
      break;
    case Feature::ownership:
      bring_ownership(record, details, plan);
      break;
    case Feature::transactions:
      bring_transactions(record, details, refresh);
      break;
  }
  record.details = make_ref<AccountDetails>(std::move(details));
}

/// What the test set by hand, else the plan's, else what was there, else from the seed.
FAUXBANK_DECL void Stepper::bring_balance(const AccountRecord& record, AccountDetails& details,
                                          const RefreshPlan* plan) {
  Balance balance;
  if (details.next_balance) {
    balance = details.next_balance->value;
  } else if (plan != nullptr && plan->balance) {
    balance = *plan->balance;
  } else if (details.balance) {
    balance = details.balance->value;
  } else {
    balance = seeded_balance(data().settings->value.seed, record.slot, record.category);
  }
  balance.as_of = UnixTime{Seconds{floor_seconds(now_ms())}};
  details.balance = share_balance(std::move(balance));
}

FAUXBANK_DECL void Stepper::bring_ownership(const AccountRecord& record, AccountDetails& details,
                                            const RefreshPlan* plan) {
  const UnixTime now{Seconds{floor_seconds(now_ms())}};
  Ownership ownership;
  ownership.id = plan != nullptr && !plan->id.empty()
                     ? plan->id
                     : std::string(edit().mint.next(IdKind::ownership).view());
  ownership.created = now;
  if (plan != nullptr && !plan->owners.empty()) {
    ownership.owners = plan->owners;
  } else if (details.ownership) {
    ownership.owners = details.ownership->value.owners;
    for (Owner& owner : ownership.owners)
      owner.id.clear();
  } else {
    ownership.owners.push_back(seeded_owner(data().settings->value.seed, record.slot));
  }
  for (Owner& owner : ownership.owners) {
    if (owner.id.empty()) owner.id = edit().mint.next(IdKind::owner).view();
    owner.refreshed_at = now;
  }
  details.ownership = share(std::move(ownership));
}

/// The plan's rows, and those that the bank knew of before. A row whose id is there already
/// replaces it: how a pending one becomes posted.
FAUXBANK_DECL void Stepper::bring_transactions(const AccountRecord& record, AccountDetails& details,
                                               const RefreshRecord& refresh) {
  std::vector<Text> succeeded;
  if (details.succeeded) succeeded = details.succeeded->value;
  succeeded.emplace_back(refresh.hash.id);
  details.succeeded = share(std::move(succeeded));

  const bool more = refresh.data && !refresh.data->value.rows.empty();
  if (!more && !details.transactions) return;
  const auto is_new = [](const Transaction& row) { return row.transaction_refresh.empty(); };
  if (!more &&
      std::none_of(details.transactions->value.begin(), details.transactions->value.end(), is_new))
    return;
  std::vector<Transaction> rows;
  if (details.transactions) rows = details.transactions->value;
  if (more) add_rows(record, refresh.data->value.rows, rows);
  for (Transaction& row : rows) {
    if (!is_new(row)) continue;
    row.transaction_refresh = refresh.hash.id;
    if (!row.updated) row.updated = UnixTime{Seconds{floor_seconds(now_ms())}};
  }
  details.transactions = share(std::move(rows));
}

/// Rows with their ids, found by them from now on.
FAUXBANK_DECL void Stepper::add_rows(const AccountRecord& record,
                                     const std::vector<Transaction>& more,
                                     std::vector<Transaction>& rows) {
  for (Transaction row : more) {
    if (row.id.empty()) row.id = edit().mint.next(IdKind::transaction).view();
    row.transaction_refresh.clear();
    const auto same = std::find_if(rows.begin(), rows.end(),
                                   [&](const Transaction& known) { return known.id == row.id; });
    if (same != rows.end()) {
      *same = std::move(row);
      continue;
    }
    edit().by_transaction.insert(hash_bytes(row.id), record.slot);
    rows.push_back(std::move(row));
  }
}

FAUXBANK_DECL EventKind refreshed_event(Feature feature) noexcept {
  switch (feature) {
    case Feature::balance:
      return EventKind::refreshed_balance;
    case Feature::ownership:
      return EventKind::refreshed_ownership;
    case Feature::transactions:
      break;
  }
  return EventKind::refreshed_transactions;
}

/// A plan by reads: the n-th answer that prints the account is the first that shows it completed.
/// \returns whether the account changed
FAUXBANK_DECL bool Stepper::count_read(const AccountRecord& record) {
  const auto counts = [](const RefreshRecord* refresh) {
    return refresh != nullptr && refresh->pending() &&
           refresh->kind == Completion::Kind::after_reads;
  };
  if (!counts(record.refresh[0].get()) && !counts(record.refresh[1].get()) &&
      !counts(record.refresh[2].get())) {
    return false;
  }
  if (!log.apply(Rule::refresh_completes)) return false;
  Ref<AccountRecord> next = make<AccountRecord>(record);
  FeatureSet completed;
  for (Feature feature : FeatureSet::all()) {
    if (!counts(next->of(feature))) continue;
    RefreshRecord refresh = *next->of(feature);
    if (refresh.reads_left > 0) --refresh.reads_left;
    const bool done = refresh.reads_left == 0;
    const RefreshOutcome outcome = refresh.outcome;
    next->refresh[static_cast<std::size_t>(feature)] = make<RefreshRecord>(std::move(refresh));
    if (!done) continue;
    complete(*next, feature, outcome);
    completed.insert(feature);
  }
  const Account after = put(std::move(next));
  for (Feature feature : completed)
    emit(refreshed_event(feature), after);
  return true;
}

// ---- timers -------------------------------------------------------------------------------------

FAUXBANK_DECL void Stepper::timer(const Timer& timer) {
  if (timer.timeline()) {
    log.apply(Rule::time_ties);
    before_dailies_ = true;
    out.timeline = &data().timeline[timer.slot]->value;
    return event(out.timeline->as_event());
  }
  Ref<AccountRecord> next = make<AccountRecord>(*data().accounts[timer.slot]);
  if (timer.daily()) {
    out.what = "daily refresh";
    if (!log.apply(Rule::subscribe_daily)) return;
    start(*next, Feature::transactions, RefreshOrigin::subscription);
    put(std::move(next));
    return;
  }
  out.what = "refresh completed";
  if (!log.apply(Rule::refresh_completes)) return;
  log.apply(Rule::time_ties);
  before_dailies_ = true;
  complete(*next, timer.feature, next->of(timer.feature)->outcome);
  emit(refreshed_event(timer.feature), put(std::move(next)));
}

/// The first instant anchor + k·24 h that is still to come.
FAUXBANK_DECL std::int64_t Stepper::next_daily(std::int64_t anchor) const {
  const std::int64_t from = before_dailies_ ? now_ms() : now_ms() + 1;
  if (anchor + kDayMs >= from) return anchor + kDayMs;
  const std::int64_t days = (from - anchor + kDayMs - 1) / kDayMs;
  return anchor + days * kDayMs;
}

/// Keep the account's one daily timer in step with its subscription, status and refresh in flight.
/// It stands only while a daily could start, so time never stops at one that could not.
FAUXBANK_DECL void Stepper::arm_daily(AccountRecord& record) {
  const std::int64_t standing = record.details ? record.details->daily_due_ms : 0;
  if (!record.subscribed && standing == 0) return;
  const RefreshRecord* refresh = record.of(Feature::transactions);
  const bool in_flight = refresh != nullptr && refresh->pending();
  std::int64_t due = 0;
  if (record.subscribed && record.status == Status::active && !in_flight &&
      rule_enabled(Rule::subscribe_daily)) {
    due = next_daily(refresh != nullptr ? to_ms(refresh->hash.last_attempted_at)
                                        : record.details->daily_anchor_ms);
  }
  if (due == standing) return;
  const std::uint64_t rank = Timer::kDaily | record.slot;
  if (standing != 0) edit().timers.erase({standing, rank, record.slot, Feature::transactions});
  if (due != 0) edit().timers.insert({due, rank, record.slot, Feature::transactions});
  AccountDetails details = record.details_copy();
  details.daily_due_ms = due;
  record.details = make_ref<AccountDetails>(std::move(details));
}

}  // namespace fauxbank::detail
