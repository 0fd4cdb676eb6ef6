#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/stepper.hpp>
#include <fauxbank/error.hpp>

namespace fauxbank {

FAUXBANK_DECL std::vector<SessionSpec> State::sessions() const {
  std::vector<SessionSpec> sessions;
  data_->sessions.for_each([&](const auto& session) { sessions.push_back(session->value); });
  return sessions;
}

namespace detail {

FAUXBANK_DECL const SessionSpec& Stepper::add_session(SessionSpec session) {
  while (session.id.empty()) {
    const MintedId id = edit().mint.next(IdKind::session);
    if (data().find_session(id.view()) == nullptr) session.id = id.view();
  }
  StateData& state = edit();
  state.by_session.insert(hash_bytes(session.id),
                          static_cast<std::uint32_t>(state.sessions.size()));
  state.sessions.push_back(share(std::move(session)));
  return state.sessions[state.sessions.size() - 1]->value;
}

FAUXBANK_DECL void Stepper::create_session(const Command& command) {
  if (command.session == nullptr) {
    refuse_missing("account_holder");
    return;
  }
  if (command.expand != nullptr && refuse_expand(command)) return;
  if (!log.apply(Rule::sessions)) {
    refuse(Rule::sessions, "sessions are switched off");
    return;
  }
  SessionSpec session = *command.session;
  session.tenant = command.tenant;
  answer_session(add_session(std::move(session)));
}

FAUXBANK_DECL void Stepper::session(const Command& command) {
  if (command.expand != nullptr && refuse_expand(command)) return;
  const SessionSpec* session = data().find_session(command.account);
  const bool theirs =
      session != nullptr && session->tenant != command.tenant && log.apply(Rule::tenant);
  if (session != nullptr && !theirs) return answer_session(*session);
  refuse_lookup(Rule::sessions, "session", "session", command.account);
  out.refusal->status = log.apply(Rule::sessions) ? 404 : 400;
}

/// The session with the first page of the accounts that were linked through it. This is no read of
/// them (rule refresh.completes).
FAUXBANK_DECL void Stepper::answer_session(const SessionSpec& session) {
  FamilyAnswer answer;
  answer.session = session;
  const std::uint32_t scope = data().find_scope(ScopeKind::session, session.tenant, session.id);
  if (scope != HashTrie::npos) {
    auto at = data().places.lower_bound({scope + 1, 0, INT64_MIN});
    for (at.prev(); at && (*at).scope == scope; at.prev()) {
      if (answer.accounts.data.size() == static_cast<std::size_t>(kDefaultLimit)) {
        answer.accounts.has_more = log.apply(Rule::list_has_more);
        break;
      }
      answer.accounts.data.emplace_back(data().accounts[(*at).slot]);
    }
  }
  out.family = make_ref<FamilyAnswer>(std::move(answer));
}

/// How many accounts were linked through a session; no further than its limit is counted.
FAUXBANK_DECL std::int64_t Stepper::linked_through(const SessionSpec& session) const {
  const std::uint32_t scope = data().find_scope(ScopeKind::session, session.tenant, session.id);
  if (scope == HashTrie::npos) return 0;
  std::int64_t count = 0;
  auto at = data().places.lower_bound({scope + 1, 0, INT64_MIN});
  for (at.prev(); at && (*at).scope == scope && count < session.accounts_limit; at.prev())
    ++count;
  return count;
}

/// Start what the session asked for, now that the account links.
FAUXBANK_DECL void Stepper::prefetch(const SessionSpec& session) {
  if (session.prefetch.empty() || out.account.status() != Status::active ||
      !log.apply(Rule::sessions))
    return;
  Ref<AccountRecord> next = make<AccountRecord>(*out.account.record());
  for (Feature feature : session.prefetch) {
    const RefreshRecord* refresh = next->of(feature);
    if (refresh == nullptr || !refresh->pending()) start(*next, feature, RefreshOrigin::prefetch);
  }
  out.account = put(std::move(next));
}

}  // namespace detail
}  // namespace fauxbank
