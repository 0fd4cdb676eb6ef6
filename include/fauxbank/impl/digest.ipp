#pragma once

#include <algorithm>

#include <fauxbank/detail/state.hpp>

namespace fauxbank::detail {

// One overload for each part of the model. A member left out here could differ without the digest
// telling, so a unit test changes every one in turn.

inline void add(Digest& digest, std::string_view text) { digest.add(text); }
inline void add(Digest& digest, const std::string& text) { digest.add(std::string_view(text)); }
inline void add(Digest& digest, const Text& text) {
  digest.add(std::uint64_t{static_cast<bool>(text)});
  digest.add(text.view());
}
inline void add(Digest& digest, std::int64_t number) {
  digest.add(static_cast<std::uint64_t>(number));
}
inline void add(Digest& digest, UnixTime at) {
  add(digest, std::int64_t{at.time_since_epoch().count()});
}
inline void add(Digest& digest, Milliseconds by) { add(digest, std::int64_t{by.count()}); }

template <NamedEnum E>
void add(Digest& digest, E value) {
  digest.add(to_string(value));
}

template <NamedEnum E>
void add(Digest& digest, const EnumSet<E>& set) {
  digest.add(std::uint64_t{set.size()});
  for (E value : set)
    add(digest, value);
}

void add(Digest& digest, const Amount& amount);
void add(Digest& digest, const Balance& balance);
void add(Digest& digest, const Owner& owner);
void add(Digest& digest, const Transaction& row);
void add(Digest& digest, const AccountNumber& number);
void add(Digest& digest, const RefreshPlan& plan);

template <class T>
void add(Digest& digest, const std::optional<T>& value) {
  digest.add(std::uint64_t{value.has_value()});
  if (value) add(digest, *value);
}

template <class T>
void add(Digest& digest, const std::vector<T>& values) {
  digest.add(std::uint64_t{values.size()});
  for (const T& value : values)
    add(digest, value);
}

template <class T>
void add(Digest& digest, const SharedRef<T>& value) {
  digest.add(std::uint64_t{static_cast<bool>(value)});
  if (value) add(digest, value->value);
}

FAUXBANK_DECL void add(Digest& digest, const Amount& amount) {
  add(digest, amount.currency);
  add(digest, amount.value);
}

FAUXBANK_DECL void add(Digest& digest, const Balance& balance) {
  add(digest, balance.type);
  add(digest, balance.as_of);
  add(digest, balance.current);
  add(digest, balance.part);
}

FAUXBANK_DECL void add(Digest& digest, const Owner& owner) {
  add(digest, owner.id);
  add(digest, owner.name);
  add(digest, owner.email);
  add(digest, owner.phone);
  add(digest, owner.raw_address);
  add(digest, owner.refreshed_at);
}

inline void add(Digest& digest, const Ownership& ownership) {
  add(digest, ownership.id);
  add(digest, ownership.created);
  add(digest, ownership.owners);
}

FAUXBANK_DECL void add(Digest& digest, const Transaction& row) {
  add(digest, row.id);
  add(digest, row.amount);
  add(digest, row.currency);
  add(digest, row.description);
  add(digest, row.status);
  add(digest, row.transacted_at);
  add(digest, row.posted_at);
  add(digest, row.void_at);
  add(digest, row.updated);
  add(digest, row.transaction_refresh);
}

FAUXBANK_DECL void add(Digest& digest, const AccountNumber& number) {
  add(digest, number.expected_expiry_date);
  add(digest, number.identifier_type);
  add(digest, number.status);
  digest.add(std::uint64_t{number.ach});
}

inline void add(Digest& digest, const StatusDetails& details) {
  add(digest, details.action);
  add(digest, details.cause);
  add(digest, details.expected_deactivation_date);
}

inline void add(Digest& digest, const Completion& completes) {
  digest.add(static_cast<std::uint64_t>(completes.kind));
  add(digest, completes.delay);
  digest.add(std::uint64_t{completes.reads});
}

FAUXBANK_DECL void add(Digest& digest, const RefreshPlan& plan) {
  add(digest, plan.completes);
  add(digest, plan.outcome);
  add(digest, plan.cool_down);
  add(digest, plan.id);
  add(digest, plan.balance);
  add(digest, plan.owners);
  add(digest, plan.rows);
}

inline void add(Digest& digest, const RefreshPlans& plans) {
  add(digest, plans.balance);
  add(digest, plans.ownership);
  add(digest, plans.transactions);
}

inline void add(Digest& digest, const Refresh& hash) {
  add(digest, hash.status);
  add(digest, to_ms(hash.last_attempted_at));
  add(digest, hash.next_refresh_available_at);
  add(digest, hash.origin);
  add(digest, hash.id);
}

inline void add(Digest& digest, const std::optional<Refresh>& hash) {
  digest.add(std::uint64_t{hash.has_value()});
  if (hash) add(digest, *hash);
}

/// How a refresh will end is part of the world only while it is in flight.
FAUXBANK_DECL void add(Digest& digest, const RefreshRecord& refresh) {
  add(digest, refresh.hash);
  if (!refresh.pending()) return;
  digest.add(static_cast<std::uint64_t>(refresh.kind));
  add(digest, refresh.outcome);
  digest.add(std::uint64_t{refresh.reads_left});
  add(digest, refresh.cool_down_ms);
  // Of its plan what is still to come; a transactions refresh has its id already.
  const RefreshPlan* plan = refresh.data ? &refresh.data->value : nullptr;
  add(digest, plan != nullptr && refresh.hash.id.empty() ? plan->id : std::string());
  add(digest, plan != nullptr ? plan->balance : std::nullopt);
  add(digest, plan != nullptr ? plan->owners : std::vector<Owner>());
  add(digest, plan != nullptr ? plan->rows : std::vector<Transaction>());
}

FAUXBANK_DECL void add(Digest& digest, const AccountDetails& details) {
  add(digest, details.tenant);
  add(digest, details.customer_account);
  add(digest, details.balance);
  add(digest, details.next_balance);
  add(digest, details.ownership);
  for (Feature feature : FeatureSet::all())
    add(digest, plans_left(details, feature));
  add(digest, details.account_numbers);
  add(digest, details.status_details);
  add(digest, details.transactions);
}

FAUXBANK_DECL void add(Digest& digest, const AccountRecord& record) {
  digest.add(record.id());
  add(digest, record.created);
  add(digest, record.holder);
  add(digest, record.holder_type);
  add(digest, record.session);
  add(digest, record.institution_name);
  add(digest, record.display_name);
  digest.add(std::uint64_t{record.last4});
  add(digest, record.category);
  add(digest, record.subcategory);
  add(digest, record.status);
  add(digest, record.permissions);
  add(digest, record.payment_methods);
  digest.add(std::uint64_t{record.subscribed});
  add(digest, record.details ? *record.details : AccountDetails());
  for (const auto& refresh : record.refresh) {
    digest.add(std::uint64_t{static_cast<bool>(refresh)});
    if (refresh) add(digest, *refresh);
  }
  // Where dailies count from before the first refresh; no timer shows it while they pause.
  if (record.subscribed && !record.refresh[2] && record.details)
    add(digest, record.details->daily_anchor_ms);
}

inline void add(Digest& digest, const AccountHolder& holder) {
  add(digest, holder.type);
  add(digest, holder.id);
  add(digest, holder.customer_account);
}

/// Of an account that is still to be linked.
FAUXBANK_DECL void add(Digest& digest, const AccountSpec& spec) {
  add(digest, spec.id);
  add(digest, spec.tenant);
  add(digest, spec.created);
  add(digest, spec.account_holder);
  add(digest, spec.session);
  add(digest, spec.institution_name);
  add(digest, spec.display_name);
  add(digest, spec.last4);
  add(digest, spec.category);
  add(digest, spec.subcategory);
  add(digest, spec.permissions);
  add(digest, spec.supported_payment_method_types);
  add(digest, spec.status);
  digest.add(std::uint64_t{spec.subscribed});
  add(digest, spec.balance);
  add(digest, spec.balance_refresh);
  add(digest, spec.ownership);
  add(digest, spec.ownership_refresh);
  add(digest, spec.transaction_refresh);
  add(digest, spec.account_numbers);
  add(digest, spec.status_details);
  add(digest, spec.transactions);
  add(digest, spec.refresh);
  add(digest, spec.next_balance);
  add(digest, spec.daily_from ? to_ms(*spec.daily_from) : std::int64_t{-1});
}

FAUXBANK_DECL void add(Digest& digest, const TimelineEntry& entry) {
  add(digest, to_ms(entry.at.from(Instant{})));
  add(digest, entry.event);
  add(digest, entry.account);
  add(digest, entry.spec);
  add(digest, entry.feature);
  add(digest, entry.outcome);
  add(digest, entry.balance);
}

FAUXBANK_DECL void add(Digest& digest, const SessionSpec& session) {
  add(digest, session.id);
  add(digest, session.tenant);
  add(digest, session.account_holder);
  add(digest, session.permissions);
  add(digest, session.prefetch);
  add(digest, session.countries);
  add(digest, session.account_subcategories);
  add(digest, session.require_payment_method_support);
  add(digest, session.accounts_limit);
  add(digest, session.manual_entry);
  add(digest, session.return_url);
}

FAUXBANK_DECL void add(Digest& digest, const Settings& settings) {
  digest.add(settings.seed);
  add(digest, settings.form);
  add(digest, settings.rules.limit_out_of_range);
  add(digest, settings.rules.permissions);
  add(digest, settings.rules.early_refresh);
  add(digest, settings.defaults);
  add(digest, settings.tenants);
}

}  // namespace fauxbank::detail

namespace fauxbank {

FAUXBANK_DECL std::uint64_t State::digest() const {
  detail::Digest digest;
  detail::add(digest, settings());
  detail::add(digest, detail::to_ms(now()));
  for (std::size_t i = 0; i < size(); ++i)
    detail::add(digest, *at(i).record());
  for (std::size_t i = 0; i < data_->sessions.size(); ++i)
    detail::add(digest, data_->sessions[i]->value);
  for (auto timer = data_->timers.begin(); timer; timer.next()) {
    if ((*timer).timeline()) {
      detail::add(digest, data_->timeline[(*timer).slot]->value);
      continue;
    }
    detail::add(digest, (*timer).at);
    digest.add(std::uint64_t{(*timer).slot});
    detail::add(digest, (*timer).feature);
    digest.add(std::uint64_t{(*timer).daily()});
  }
  return digest.value();
}

}  // namespace fauxbank
