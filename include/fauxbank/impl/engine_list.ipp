#pragma once

#include <algorithm>
#include <array>

#include <fauxbank/detail/fetch_ahead.hpp>
#include <fauxbank/detail/stepper.hpp>

namespace fauxbank::detail {

FAUXBANK_DECL bool Stepper::take_limit(const std::optional<std::int64_t>& given,
                                       std::int64_t& limit) {
  if (!given) {
    limit = log.apply(Rule::limit_default) ? kDefaultLimit : kMaxLimit;
    return true;
  }
  limit = *given;
  if (limit >= 1 && limit <= kMaxLimit) return true;
  const bool enforced = log.apply(Rule::limit_range);
  limit = std::clamp<std::int64_t>(limit, 1, kMaxLimit);
  if (!enforced || data().settings->value.rules.limit_out_of_range == LimitOutOfRange::clamp)
    return true;
  Refusal& refusal =
      refuse(Rule::limit_range, "limit must be from 1 to 100, is " + std::to_string(*given));
  refusal.code = "parameter_invalid_integer";
  refusal.param = "limit";
  return false;
}

FAUXBANK_DECL bool Stepper::refuse_exclusive_filters(const ListParams& params) {
  const HolderFilter& holder = params.account_holder;
  const std::array<std::pair<bool, std::string_view>, 4> filters{{
      {holder.account.has_value(), "account_holder[account]"},
      {holder.customer.has_value(), "account_holder[customer]"},
      {params.session.has_value(), "session"},
      {holder.customer_account.has_value(), "account_holder[customer_account]"},
  }};
  std::string_view first;
  std::string names;
  std::size_t given = 0;
  for (const auto& [is_given, name] : filters) {
    if (!is_given) continue;
    if (given++ == 0) first = name;
    names.append(names.empty() ? "" : ", ").append(name);
  }
  if (given < 2 || !log.apply(Rule::list_exclusive)) return false;
  Refusal& refusal =
      refuse(Rule::list_exclusive, "Only one of these parameters may be given: " + names);
  refusal.code = "parameters_exclusive";
  refusal.param = first;
  return true;
}

FAUXBANK_DECL std::uint32_t Stepper::scope_of(const ListParams& params, std::string_view tenant) {
  const HolderFilter& holder = params.account_holder;
  const auto narrowed = [&](Rule rule, ScopeKind kind, const std::string& value) {
    return log.apply(rule) ? data().find_scope(kind, tenant, value)
                           : data().find_scope(ScopeKind::all, tenant, {});
  };
  if (holder.account)
    return narrowed(Rule::list_filter_account, ScopeKind::account, *holder.account);
  if (holder.customer)
    return narrowed(Rule::list_filter_customer, ScopeKind::customer, *holder.customer);
  if (params.session)
    return narrowed(Rule::list_filter_session, ScopeKind::session, *params.session);
  if (holder.customer_account) {
    return narrowed(Rule::list_filter_customer, ScopeKind::customer_account,
                    *holder.customer_account);
  }
  return data().find_scope(ScopeKind::all, tenant, {});
}

FAUXBANK_DECL bool Stepper::take_cursor(const Command& command,
                                        const std::optional<std::string>& id, std::string_view name,
                                        const AccountRecord*& cursor) {
  if (!id) return true;
  cursor = in_tenant(data().find(*id), command);
  // Positions outlive every change of state; the broken variant loses the place of a disconnected
  // account.
  if (cursor != nullptr && !log.apply(Rule::list_stable) && cursor->status != Status::active)
    cursor = nullptr;
  return cursor != nullptr || !refuse_cursor(name, "account", *id);
}

FAUXBANK_DECL bool Stepper::refuse_cursor(std::string_view name, std::string_view noun,
                                          std::string_view id) {
  if (!log.apply(Rule::list_cursor_unknown)) return false;
  Refusal& refusal = refuse(Rule::list_cursor_unknown, std::string(name) + ": no such " +
                                                           std::string(noun) + ": " + quoted(id));
  refusal.code = "resource_missing";
  refusal.param = name;
  return true;
}

FAUXBANK_DECL bool Stepper::refuse_both_cursors(bool both) {
  if (!both || !log.apply(Rule::list_cursors_exclusive)) return false;
  refuse(Rule::list_cursors_exclusive, "Only one of starting_after and ending_before may be given");
  return true;
}

FAUXBANK_DECL void Stepper::list(const Command& command) {
  static const ListParams kNoParams;
  const ListParams& params = command.list != nullptr ? *command.list : kNoParams;
  Window window{HashTrie::npos, 0};
  if (!take_limit(params.limit, window.limit)) return;
  if (refuse_exclusive_filters(params)) return;
  if (command.expand != nullptr && refuse_expand(command)) return;
  if (!take_cursor(command, params.starting_after, "starting_after", window.after)) return;
  if (!take_cursor(command, params.ending_before, "ending_before", window.before)) return;
  if (refuse_both_cursors(params.starting_after && params.ending_before)) return;
  window.scope = scope_of(params, command.tenant);
  if (window.scope != HashTrie::npos)
    window.before != nullptr ? newer_rows(window) : older_rows(window);
  if (out.page.data.empty() && !log.apply(Rule::list_end)) {
    refuse(Rule::list_end, "the end of lists is switched off").status = 404;
  }
}

/// False when the page is full, so that this row is the proof that there are more.
FAUXBANK_DECL bool Stepper::add_row(std::uint32_t slot, std::int64_t limit) {
  if (out.page.data.size() == static_cast<std::size_t>(limit)) {
    out.page.has_more = log.apply(Rule::list_has_more);
    return false;
  }
  const Ref<const AccountRecord>& record = data().accounts[slot];
  if (record->status == Status::active || log.apply(Rule::list_disconnected))
    out.page.data.emplace_back(record);
  return true;
}

/// Ask for the rows of a page before looking at any: in a large world each is a cache miss.
template <class Move>
inline void Stepper::fetch_rows(CowTree<Place>::Cursor at, const Window& window,
                                const Move& move) const {
  for (std::int64_t i = 0; i < window.limit && at && (*at).scope == window.scope; ++i, move(at))
    fetch_ahead(data().accounts[(*at).slot].get());
}

/// From the newest, or from below the cursor, towards the oldest.
FAUXBANK_DECL void Stepper::older_rows(const Window& window) {
  const auto& places = data().places;
  auto at = window.after == nullptr
                ? places.lower_bound({window.scope + 1, 0, INT64_MIN})
                : places.lower_bound({window.scope, window.after->slot, window.after->created});
  if (window.after != nullptr) {
    const bool in_scope = at && (*at).scope == window.scope && (*at).slot == window.after->slot;
    if (!in_scope && !log.apply(Rule::list_cursor_filter)) return;
    if (!log.apply(Rule::list_starting_after) && in_scope) at.next();
  }
  out.page.data.reserve(static_cast<std::size_t>(window.limit));
  at.prev();
  fetch_rows(at, window, [](auto& row) { row.prev(); });
  for (; at && (*at).scope == window.scope; at.prev()) {
    if (!add_row((*at).slot, window.limit)) break;
  }
  if (!log.apply(Rule::list_order)) std::reverse(out.page.data.begin(), out.page.data.end());
  count_page_read();
}

/// From above the cursor towards the newest; printed newest first.
FAUXBANK_DECL void Stepper::newer_rows(const Window& window) {
  const auto& places = data().places;
  auto at = places.lower_bound({window.scope, window.before->slot, window.before->created});
  const bool in_scope = at && (*at).scope == window.scope && (*at).slot == window.before->slot;
  if (!in_scope && !log.apply(Rule::list_cursor_filter)) return;
  if (log.apply(Rule::list_ending_before) && in_scope) at.next();
  out.page.data.reserve(static_cast<std::size_t>(window.limit));
  fetch_rows(at, window, [](auto& row) { row.next(); });
  for (; at && (*at).scope == window.scope; at.next()) {
    if (!add_row((*at).slot, window.limit)) break;
  }
  if (log.apply(Rule::list_order)) std::reverse(out.page.data.begin(), out.page.data.end());
  count_page_read();
}

/// Reads count in the page's order (rule time.ties), and the page shows what they completed.
FAUXBANK_DECL void Stepper::count_page_read() {
  for (Account& row : out.page.data) {
    const std::uint32_t slot = row.record()->slot;
    if (count_read(*row.record())) row = Account(data().accounts[slot]);
  }
}

}  // namespace fauxbank::detail
