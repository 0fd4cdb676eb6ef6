#pragma once

#include <algorithm>
#include <array>

#include <fauxbank/detail/explain.hpp>
#include <fauxbank/detail/form.hpp>
#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/state.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank {
namespace detail {

inline constexpr std::string_view kAccountsPath = "/v1/financial_connections/accounts";

/// An error's message, found in its body; the body is ours, so its shape is known.
FAUXBANK_DECL std::string_view message_of(std::string_view body) noexcept {
  constexpr std::string_view kKey = "\"message\":";
  std::size_t from = body.find(kKey);
  if (from == std::string_view::npos) return {};
  from += kKey.size();
  if (from < body.size() && body[from] == ' ') ++from;
  std::size_t to = from + 1;
  while (to < body.size() && body[to] != '"')
    to += body[to] == '\\' ? 2u : 1u;
  return body.substr(from, to + 1 - from);
}

// ---- what was asked -----------------------------------------------------------------------------

FAUXBANK_DECL std::string form_escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~[]";
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_key_character(c) || kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15u]});
    }
  }
  return out;
}

FAUXBANK_DECL std::string asked_line(const JournalEntry& entry) {
  std::string text(entry.kind == EntryKind::request ? to_string(entry.method)
                                                    : to_string(entry.kind));
  text.append(" ").append(entry.target());
  if (!entry.request_body().empty()) text.append(" ").append(entry.request_body());
  return text;
}

FAUXBANK_DECL std::optional<std::string_view> field_in(std::string_view lines,
                                                       std::string_view name) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos && Headers::same_name(line.substr(0, colon), name))
      return line.substr(colon + 2);
  }
  return std::nullopt;
}

/// The value that a header of the request has in the journal.
FAUXBANK_DECL std::string_view header_of(const JournalEntry& entry, std::string_view name) {
  return field_in(entry.request_headers(), name).value_or(std::string_view());
}

/// What the path names beside fixed words: the id of `/v1/…/accounts/:id/refresh`.
FAUXBANK_DECL std::string_view id_segment(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  if (path.substr(0, kAccountsPath.size()) != kAccountsPath) return {};
  path.remove_prefix(kAccountsPath.size());
  if (path.empty() || path.front() != '/') return {};
  path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

// ---- what the caller may have meant -------------------------------------------------------------

/// `; nearest is 'fca_checking'`, `; it exists in tenant acct_2`, or nothing
FAUXBANK_DECL std::string about_account(const State& state, std::string_view id,
                                        std::string_view tenant) {
  if (id.empty()) return {};
  if (const AccountRecord* record = state.data().find(id)) {
    if (record->tenant() == tenant) return {};
    if (record->tenant().empty()) return "; it belongs to no tenant: leave Stripe-Account out";
    return "; it exists in tenant " + one_line(record->tenant(), 300);
  }
  // A misspelling is worth a bounded look, not a walk over a million accounts.
  constexpr std::size_t kLook = 10'000;
  Nearest own(id);
  Nearest foreign(id);
  const auto& accounts = state.data().accounts;
  for (std::size_t i = 0; i < accounts.size() && i < kLook; ++i)
    (accounts[i]->tenant() == tenant ? own : foreign).offer(accounts[i]->id());
  if (const std::string best = own.best(); !best.empty())
    return "; nearest is " + quoted(one_line(best, 300));
  if (const std::string best = foreign.best(); !best.empty()) {
    const AccountRecord* record = state.data().find(best);
    return "; nearest is " + quoted(one_line(best, 300)) +
           (record->tenant().empty() ? " of no tenant"
                                     : " in tenant " + one_line(record->tenant(), 300));
  }
  return state.size() == 0 ? "; the world has no accounts" : "";
}

FAUXBANK_DECL std::string about_route(const JournalEntry& entry) {
  const std::string_view target = entry.target();
  const std::string_view path = target.substr(0, target.find('?'));
  // The fourth part is an id, however the ones before it are spelled.
  std::string_view id = path;
  for (int slash = 0; slash < 3 && !id.empty(); ++slash)
    id.remove_prefix(std::min(id.find('/', 1), id.size()));
  id.remove_prefix(id.empty() ? 0 : 1);
  id = id.substr(0, id.find('/'));
  const std::string wanted = std::string(to_string(entry.method)).append(" ").append(path);
  Nearest nearest(wanted);
  for (std::string_view route : kRoutes) {
    std::string filled(route);
    const std::size_t at = filled.find(":id");
    if (at != std::string::npos && !id.empty()) filled.replace(at, 3, id);
    nearest.offer(filled);
  }
  const std::string best = nearest.best();
  return best.empty() ? "; accounts are under " + std::string(kAccountsPath)
                      : "; nearest is " + quoted(one_line(best, 300));
}

FAUXBANK_DECL std::string about_tenant(const State& state, std::string_view tenant) {
  Nearest nearest(tenant);
  for (const std::string& known : state.settings().tenants)
    nearest.offer(known);
  const std::string best = nearest.best();
  return best.empty() ? "" : "; nearest is " + quoted(one_line(best, 300));
}

FAUXBANK_DECL std::string about_time(const State& state, std::string_view id,
                                     const FormFields& fields) {
  const Account account = state.find(id);
  if (!account) return {};
  for (Feature feature : FeatureSet::all()) {
    const Refresh* refresh = account.refresh(feature);
    const bool asked = std::any_of(fields.begin(), fields.end(), [&](const FormField& field) {
      return field.value == to_string(feature);
    });
    if (!asked || refresh == nullptr) continue;
    if (refresh->status == RefreshStatus::pending)
      return "; it is pending since " + to_string(refresh->last_attempted_at);
    const auto next = refresh->next_refresh_available_at;
    if (next && state.now() < *next)
      return "; it can from " + to_string(Instant(*next)) + ", it is " + to_string(state.now());
  }
  return {};
}

FAUXBANK_DECL FormFields fields_of(const JournalEntry& entry) {
  FormFields fields;
  const std::size_t question = entry.target().find('?');
  if (entry.kind == EntryKind::request && question != std::string_view::npos)
    fields.decode(entry.target().substr(question + 1), "query");
  fields.decode(entry.request_body(), "body");
  return fields;
}

FAUXBANK_DECL std::string about_ownership(const State& state, std::string_view id) {
  const Account account = state.find(id);
  if (!account) return {};
  const Ownership* ownership = account.ownership();
  return ownership == nullptr ? "; the account has no ownership yet: refresh it"
                              : "; the account's ownership is " + quoted(ownership->id);
}

FAUXBANK_DECL std::string about_cursor(const JournalEntry& entry, std::string_view tenant) {
  const FormFields fields = fields_of(entry);
  for (const FormField& field : fields) {
    if (field.name != "starting_after" && field.name != "ending_before") continue;
    const std::string about = about_account(*entry.seen, field.value, tenant);
    if (!about.empty()) return about;
  }
  return {};
}

FAUXBANK_DECL std::string meant(const JournalEntry& entry) {
  if (entry.refused_by == Rule::route_unknown) return about_route(entry);
  if (!entry.seen) return {};
  const std::string_view tenant = header_of(entry, "Stripe-Account");
  switch (*entry.refused_by) {
    case Rule::account_missing:
      return about_account(*entry.seen, account_of(entry), tenant);
    case Rule::tenant:
      return about_tenant(*entry.seen, tenant);
    case Rule::transactions:
      return about_account(*entry.seen, account_of(entry), tenant);
    case Rule::owners:
      return about_ownership(*entry.seen, account_of(entry));
    case Rule::list_cursor_unknown:
      // Rows of other lists are no accounts.
      return entry.operation == Operation::list ? about_cursor(entry, tenant) : std::string();
    case Rule::refresh_too_early:
      return about_time(*entry.seen, account_of(entry), fields_of(entry));
    default:
      break;
  }
  return {};
}

FAUXBANK_DECL std::string answer_line(const JournalEntry& entry) {
  if (entry.refused_by) return explain(entry);
  return entry.status != 0 ? std::to_string(entry.status) : "no answer";
}

FAUXBANK_DECL std::string attempt_line(const JournalEntry& entry) {
  return "attempt " + std::to_string(entry.attempt) + " of the call of entry #" +
         std::to_string(entry.attempt_of);
}

/// The rule that is about the operation as a whole.
FAUXBANK_DECL Rule main_rule(const JournalEntry& entry) {
  if (entry.rules.contains(Rule::idem_replay)) return Rule::idem_replay;
  for (Rule rule : {Rule::disconnect_again, Rule::refresh_too_early}) {
    if (entry.rules.contains(rule) && entry.changes.empty()) return rule;
  }
  const std::string_view name = entry.operation ? to_string(*entry.operation) : std::string_view();
  return find_rule(name.substr(0, name.find('.'))).value_or(Rule::list_order);
}

}  // namespace detail

FAUXBANK_DECL std::string explain(const JournalEntry& entry) {
  std::string text;
  if (entry.status != 0) text = std::to_string(entry.status) + " ";
  if (entry.refused_by) {
    const RuleInfo& rule = info(*entry.refused_by);
    text.append("refused by ").append(rule.id).append(" (").append(to_string(rule.origin));
    text.append("): ").append(detail::message_of(entry.part(JournalEntry::kParts - 1)));
    std::string meant = detail::meant(entry);
    detail::scrub_live_keys(meant);
    return text.append(meant);
  }
  if (!entry.operation) return text.append(entry.target());
  return text.append("by ").append(to_string(info(detail::main_rule(entry))));
}

FAUXBANK_DECL std::string account_of(const JournalEntry& entry) {
  std::string id;
  if (entry.kind == EntryKind::request) {
    if (!detail::decode_segment(detail::id_segment(entry.target()), id)) id.clear();
    if (id.empty()) {  // transactions name their account in the query
      const detail::FormFields fields = detail::fields_of(entry);
      for (const detail::FormField& field : fields) {
        if (field.name == "account") id = field.value;
      }
    }
    return id;
  }
  const std::size_t space = entry.target().find(' ');
  if (entry.kind == EntryKind::timer || space == std::string_view::npos) return id;
  return std::string(entry.target().substr(space + 1));
}

FAUXBANK_DECL Request request_of(const JournalEntry& entry) {
  Request request{entry.method, std::string(entry.target()), {}, std::string(entry.request_body())};
  if (entry.kind == EntryKind::request) {
    for (std::string_view rest = entry.request_headers(); !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      const std::size_t colon = line.find(": ");
      if (colon != std::string_view::npos)
        request.headers.add(line.substr(0, colon), line.substr(colon + 2));
    }
    return request;
  }
  const bool read = !entry.operation || *entry.operation == Operation::list ||
                    *entry.operation == Operation::retrieve;
  request.method = read ? Method::get : Method::post;
  request.target = detail::kAccountsPath;
  if (const std::string id = account_of(entry); !id.empty())
    request.target.append("/").append(detail::form_escaped(id));
  if (!read) request.target.append("/").append(to_string(*entry.operation));
  if (read && !request.body.empty()) request.target.append("?").append(request.body);
  if (read) request.body.clear();
  if (!request.body.empty()) request.header("Content-Type", "application/x-www-form-urlencoded");
  return request;
}

}  // namespace fauxbank
