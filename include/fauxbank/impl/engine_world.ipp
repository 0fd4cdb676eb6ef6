#pragma once

#include <algorithm>
#include <numeric>
#include <utility>

#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/seeded.hpp>
#include <fauxbank/detail/stepper.hpp>
#include <fauxbank/error.hpp>

namespace fauxbank::detail {

FAUXBANK_DECL std::string nearest_id(const StateData& data, std::string_view id) {
  // A misspelling is worth a bounded look, not a walk over a million accounts.
  constexpr std::size_t kLook = 10'000;
  Nearest nearest(id);
  for (std::size_t i = 0; i < data.accounts.size() && i < kLook; ++i)
    nearest.offer(data.accounts[i]->id());
  return nearest.best();
}

/// `no such account: 'x'; nearest is 'y'`
FAUXBANK_DECL std::string no_such_account(const StateData& data, std::string_view id) {
  const std::string nearest = nearest_id(data, id);
  return "no such account: " + quoted(id) +
         (nearest.empty() ? "" : "; nearest is " + quoted(nearest));
}

FAUXBANK_DECL void Stepper::event(const WorldEvent& event) {
  out.what = to_string(event.kind);
  if (event.kind == WorldEventKind::link) {
    if (const auto fault = check(*event.spec))
      return misfit("link: " + fault->pointer + ": " + fault->text);
    const SessionSpec* session =
        event.spec->session ? data().find_session(*event.spec->session) : nullptr;
    if (session != nullptr) {
      if (const auto fault = check(*event.spec, *session))
        return misfit("link: " + fault->pointer + ": " + fault->text);
      if (session->accounts_limit && linked_through(*session) >= *session->accounts_limit)
        return misfit("link: /session: " + session_is_full(*session));
    }
    if (data().find(event.spec->id) != nullptr) {
      return misfit("link: the id " + quoted(event.spec->id) + " is taken");
    }
    if (const auto row = taken_row(data(), *event.spec); !row.empty())
      return misfit("link: the transaction id " + quoted(row) + " is taken");
    out.account = Account(link(*event.spec));
    out.changes.push_back({Account(), out.account});
    if (session != nullptr) prefetch(*session);
    emit(EventKind::created, out.account);
    return;
  }
  if (event.kind == WorldEventKind::expire_idempotency_keys) {
    if (log.apply(Rule::idem_expiry)) edit().idempotency.clear();
    return;
  }
  const AccountRecord* record = data().find(event.account);
  if (record == nullptr) {
    return misfit(std::string(out.what) + ": " + no_such_account(data(), event.account));
  }
  switch (event.kind) {
    case WorldEventKind::link:
    case WorldEventKind::expire_idempotency_keys:
      return;
    case WorldEventKind::deactivate:
      return deactivate(*record);
    case WorldEventKind::reactivate:
      return reactivate(*record);
    case WorldEventKind::disconnect:
      return disconnect(*record);
    case WorldEventKind::complete_refresh:
      return complete_by_hand(*record, event);
    case WorldEventKind::set_balance:
      return set_balance(*record, *event.balance);
  }
}

FAUXBANK_DECL void Stepper::deactivate(const AccountRecord& record) {
  if (record.status != Status::active) {
    return misfit("deactivate: " + quoted(record.id()) + " is " +
                  std::string(to_string(record.status)) + ", not active");
  }
  if (!log.apply(Rule::deactivate)) return;
  Ref<AccountRecord> next = make<AccountRecord>(record);
  next->status = Status::inactive;
  FeatureSet failed;
  for (Feature feature : FeatureSet::all()) {
    const RefreshRecord* current = record.of(feature);
    if (current == nullptr) continue;
    drop(current, record.slot, feature);
    RefreshRecord ended = *current;
    if (current->pending()) {
      failed.insert(feature);
      ended.hash.status = RefreshStatus::failed;
      ended.data.reset();
    }
    ended.hash.next_refresh_available_at.reset();
    next->refresh[static_cast<std::size_t>(feature)] = make<RefreshRecord>(std::move(ended));
  }
  out.account = put(std::move(next));
  for (Feature feature : failed)
    emit(refreshed_event(feature), out.account);
  emit(EventKind::deactivated, out.account);
}

FAUXBANK_DECL void Stepper::reactivate(const AccountRecord& record) {
  if (record.status != Status::inactive) {
    return misfit("reactivate: " + quoted(record.id()) + " is " +
                  std::string(to_string(record.status)) + ", not inactive");
  }
  if (!log.apply(Rule::reactivate)) return;
  Ref<AccountRecord> next = make<AccountRecord>(record);
  next->status = Status::active;
  for (Feature feature : FeatureSet::all()) {
    const RefreshRecord* current = record.of(feature);
    if (current == nullptr) continue;
    RefreshRecord ready = *current;
    ready.hash.next_refresh_available_at = UnixTime{Seconds{ceil_seconds(now_ms())}};
    next->refresh[static_cast<std::size_t>(feature)] = make<RefreshRecord>(std::move(ready));
  }
  out.account = put(std::move(next));
  emit(EventKind::reactivated, out.account);
}

FAUXBANK_DECL void Stepper::complete_by_hand(const AccountRecord& record, const WorldEvent& event) {
  const RefreshRecord* current = record.of(event.feature);
  const std::string name(to_string(event.feature));
  if (current == nullptr || !current->pending()) {
    return misfit("complete_refresh: " + quoted(record.id()) + " has no " + name +
                  " refresh in flight");
  }
  if (current->kind == Completion::Kind::never) {
    return misfit("complete_refresh: the " + name + " refresh of " + quoted(record.id()) +
                  " is planned never to complete");
  }
  if (!log.apply(Rule::refresh_completes)) return;
  drop(current, record.slot, event.feature);
  Ref<AccountRecord> next = make<AccountRecord>(record);
  complete(*next, event.feature, event.outcome.value_or(current->outcome));
  out.account = put(std::move(next));
  emit(refreshed_event(event.feature), out.account);
}

FAUXBANK_DECL void Stepper::set_balance(const AccountRecord& record, const Balance& balance) {
  if (record.status == Status::disconnected) {
    return misfit("set_balance: " + quoted(record.id()) + " is disconnected");
  }
  if (const auto fault = balance_fault(balance))
    return misfit("set_balance: " + quoted(record.id()) + ": " + *fault);
  Ref<AccountRecord> next = make<AccountRecord>(record);
  AccountDetails details = record.details_copy();
  details.next_balance = share_balance(balance);
  next->details = make_ref<AccountDetails>(std::move(details));
  out.account = put(std::move(next));
}

// ---- linking
// --------------------------------------------------------------------------------------

FAUXBANK_DECL Text Stepper::shared_text(std::string_view text) {
  if (bulk_ == nullptr) {
    const std::uint32_t number = text_number(text);  // which may give the state other data
    return data().texts[number];
  }
  const std::size_t few_bits =
      text.size() + (text.empty() ? 0u : static_cast<unsigned char>(text.front()));
  Text& recent = bulk_->texts[few_bits % bulk_->texts.size()];
  if (!recent || recent.view() != text) {
    const std::uint32_t number = text_number(text);
    recent = data().texts[number];
  }
  return recent;
}

FAUXBANK_DECL std::uint32_t Stepper::text_number(std::string_view text) {
  const std::uint64_t hash = hash_bytes(text);
  const std::uint32_t known =
      data().by_text.find(hash, [&](std::uint32_t i) { return data().texts[i].view() == text; });
  if (known != HashTrie::npos) return known;
  StateData& state = edit();
  const auto number = static_cast<std::uint32_t>(state.texts.size());
  state.by_text.insert(hash, number);
  state.texts.push_back(Text(text));
  return number;
}

FAUXBANK_DECL std::uint32_t Stepper::make_scope(ScopeKind kind, std::string_view tenant,
                                                std::string_view value) {
  const std::uint32_t known = data().find_scope(kind, tenant, value);
  if (known != HashTrie::npos) return known;
  StateData& state = edit();
  const auto number = static_cast<std::uint32_t>(state.scopes.size());
  state.by_scope.insert(StateData::scope_hash(kind, tenant, value), number);
  state.scopes.push_back({kind, Text(tenant), Text(value)});
  return number;
}

/// Enter the account into one list that it belongs to; the list's own text is there to share.
FAUXBANK_DECL const Text& Stepper::enter(const AccountRecord& record, ScopeKind kind,
                                         std::string_view value) {
  if (bulk_ == nullptr) {
    const std::uint32_t scope = make_scope(kind, record.tenant(), value);
    edit().places.insert({scope, record.slot, record.created});
    return data().scopes[scope].value;
  }
  BulkLoad::Found& recent = bulk_->scopes[static_cast<std::size_t>(kind)];
  if (recent.number == HashTrie::npos || !recent.scope.is(kind, record.tenant(), value)) {
    recent.number = make_scope(kind, record.tenant(), value);
    recent.scope = data().scopes[recent.number];
  }
  bulk_->places.push_back({recent.number, record.slot, record.created});
  return recent.scope.value;
}

/// Enter many places: sorted by scope and then within each, so that each comes behind those before
/// it.
FAUXBANK_DECL void Stepper::enter(const std::vector<Place>& places) {
  std::vector<std::uint32_t> ends(data().scopes.size() + 1);
  for (const Place& place : places)
    ++ends[place.scope + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<Place> sorted(places.size());
  for (const Place& place : places)
    sorted[ends[place.scope]++] = place;
  Place* begin = sorted.data();
  for (std::size_t scope = 0; scope + 1 < ends.size(); ++scope) {
    Place* const end = sorted.data() + ends[scope];
    if (!std::is_sorted(begin, end)) std::sort(begin, end);
    begin = end;
  }
  edit().places.append(sorted.data(), begin);
}

/// Load accounts into a state that has none; their places are entered at the end, all at once.
FAUXBANK_DECL void Stepper::load(const std::vector<AccountSpec>& specs) {
  BulkLoad bulk;
  bulk.places.reserve(2 * specs.size());
  edit().by_id.reserve(specs.size());
  bulk.ids_given = std::any_of(specs.begin(), specs.end(),
                               [](const AccountSpec& spec) { return !spec.id.empty(); });
  bulk_ = &bulk;
  for (const AccountSpec& spec : specs)
    load(spec);
  bulk_ = nullptr;
  enter(bulk.places);
}

FAUXBANK_DECL void Stepper::place(const std::optional<AccountHolder>& held_by,
                                  const std::optional<std::string>& session,
                                  AccountRecord& record) {
  enter(record, ScopeKind::all, {});
  if (held_by) {
    const AccountHolder& holder = *held_by;
    const bool account = holder.type == HolderType::account;
    record.holder = enter(record, account ? ScopeKind::account : ScopeKind::customer, holder.id);
    if (!holder.customer_account.empty())
      enter(record, ScopeKind::customer_account, holder.customer_account);
  }
  if (session) record.session = enter(record, ScopeKind::session, *session);
}

FAUXBANK_DECL void Stepper::fill_from_seed(const AccountSpec& spec, AccountRecord& record) {
  Random random = seeded(data().settings->value.seed, record.slot);
  const std::uint64_t draw = random.next();
  if (!spec.last4) record.last4 = static_cast<std::uint16_t>(draw % 10'000);
  record.institution_name =
      shared_text(spec.institution_name ? *spec.institution_name : seeded_institution(draw >> 32));
  if (!spec.display_name || !spec.display_name->empty()) {
    record.display_name = shared_text(spec.display_name ? *spec.display_name
                                                        : seeded_display_name(record.subcategory));
  }
  if (!spec.id.empty()) return;
  const bool may_be_taken = bulk_ == nullptr || bulk_->ids_given;
  MintedId id;
  do {
    id = edit().mint.next(IdKind::account);
  } while (may_be_taken && data().find(id.view()) != nullptr);
  record.set_id(id.view(), true);
}

/// What the spec leaves open comes from the present and the seed.
FAUXBANK_DECL void Stepper::fill_ownership(AccountRecord& record) {
  if (!record.details || !record.details->ownership) return;
  AccountDetails details = *record.details;
  Ownership ownership = details.ownership->value;
  if (ownership.id.empty()) ownership.id = edit().mint.next(IdKind::ownership).view();
  if (ownership.created == UnixTime{})
    ownership.created = UnixTime{Seconds{floor_seconds(now_ms())}};
  if (ownership.owners.empty())
    ownership.owners.push_back(seeded_owner(data().settings->value.seed, record.slot));
  for (Owner& owner : ownership.owners) {
    if (owner.id.empty()) owner.id = edit().mint.next(IdKind::owner).view();
  }
  details.ownership = share(std::move(ownership));
  record.details = make_ref<AccountDetails>(std::move(details));
}

/// A listed session gives its accounts their holder and, of their permissions, those it asked for.
FAUXBANK_DECL void Stepper::inherit(const AccountSpec& spec, const SessionSpec& session,
                                    AccountRecord& record) {
  if (spec.permissions == PermissionSet::all()) record.permissions = session.permissions;
  if (spec.account_holder || !session.account_holder) return;
  record.holder_type = session.account_holder->type;
  if (session.account_holder->customer_account.empty()) return;
  AccountDetails details = record.details_copy();
  details.customer_account = Text(session.account_holder->customer_account);
  record.details = make_ref<AccountDetails>(std::move(details));
}

FAUXBANK_DECL const Ref<const AccountRecord>& Stepper::load(const AccountSpec& spec) {
  const auto complain = [&](const std::string& text) {
    throw_misuse("account " + quoted(spec.id) + ": " + text);
  };
  if (const auto fault = check(spec)) complain(fault->pointer + ": " + fault->text);
  if (!spec.id.empty() && data().find(spec.id) != nullptr) complain("/id: the id is taken");
  if (const auto row = taken_row(data(), spec); !row.empty())
    complain("/transactions: the id " + quoted(row) + " is taken");
  if (spec.session) {
    const SessionSpec* session = data().find_session(*spec.session);
    const auto fault = session != nullptr ? check(spec, *session) : std::nullopt;
    if (fault) complain(fault->pointer + ": " + fault->text);
  }
  return link(spec);
}

FAUXBANK_DECL const Ref<const AccountRecord>& Stepper::link(const AccountSpec& spec) {
  Ref<AccountRecord> made = make<AccountRecord>();
  AccountRecord& record = *made;
  fill(record, spec,
       spec.created ? spec.created->time_since_epoch().count() : floor_seconds(now_ms()));
  record.slot = static_cast<std::uint32_t>(data().accounts.size());
  const SessionSpec* session = spec.session ? data().find_session(*spec.session) : nullptr;
  if (session != nullptr)
    record.subcategory = subcategory_through(spec, *session).value_or(record.subcategory);
  fill_from_seed(spec, record);
  if (session != nullptr) inherit(spec, *session, record);
  place(spec.account_holder || session == nullptr ? spec.account_holder : session->account_holder,
        spec.session, record);
  fill_ownership(record);
  for (Feature feature : FeatureSet::all()) {
    Ref<const RefreshRecord>& refresh = record.refresh[static_cast<std::size_t>(feature)];
    if (!refresh) continue;
    if (refresh->pending()) {
      refresh = planned(record, feature, make<RefreshRecord>(*refresh));
    } else if (feature == Feature::transactions && refresh->hash.id.empty()) {
      RefreshRecord named = *refresh;
      named.hash.id = edit().mint.next(IdKind::transaction_refresh).view();
      refresh = make<RefreshRecord>(std::move(named));
    }
  }
  take_in(record);
  if (record.subscribed && record.of(Feature::transactions) == nullptr) {
    AccountDetails details = record.details_copy();
    details.daily_anchor_ms = spec.daily_from ? to_ms(*spec.daily_from) : now_ms();
    record.details = make_ref<AccountDetails>(std::move(details));
  }
  arm_daily(record);
  StateData& state = edit();
  state.accounts.push_back(std::move(made));
  state.by_id.insert(hash_bytes(record.id()), &record);
  return state.accounts[record.slot];
}

}  // namespace fauxbank::detail
