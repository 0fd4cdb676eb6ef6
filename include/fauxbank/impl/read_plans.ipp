#pragma once

#include <fauxbank/detail/scenario_reader.hpp>
#include <fauxbank/impl/read_account.ipp>

// What a scenario plans: sessions, refreshes in flight, timeline, faults.

namespace fauxbank::detail {

// ---- sessions -----------------------------------------------------------------------------------

inline constexpr Member<SessionSpec> kFilters[] = {
    {"countries",
     [](Reader& in, ReaderNode node, SessionSpec& into) {
       if (in.is_null(node)) return;
       in.array(node, [&](ReaderNode code) { in.text(code, into.countries.emplace_back()); });
     }},
    {"country",
     [](Reader& in, ReaderNode node, SessionSpec& into) {
       if (!in.is_null(node)) in.text(node, into.countries.emplace_back());
     }},
    {"account_subcategories",
     [](Reader& in, ReaderNode node, SessionSpec& into) {
       if (in.is_null(node)) return;
       in.array(node, [&](ReaderNode element) {
         in.name(element, into.account_subcategories.emplace_back());
       });
     }},
    {"require_payment_method_support",
     [](Reader& in, ReaderNode node, SessionSpec& into) {
       in.name(node, into.require_payment_method_support.emplace());
     }},
};

inline constexpr Member<SessionSpec> kLimits[] = {
    {"accounts", [](Reader& in, ReaderNode node,
                    SessionSpec& into) { in.integer(node, into.accounts_limit.emplace()); }},
};
inline constexpr Member<SessionSpec> kManualEntry[] = {
    {"mode", [](Reader& in, ReaderNode node,
                SessionSpec& into) { in.name(node, into.manual_entry.emplace()); }},
};

inline void read_prefetch(Reader& in, ReaderNode node, SessionSpec& into) {
  constexpr std::array<std::string_view, 3> kNames = {"balances", "ownership", "transactions"};
  if (in.is_null(node)) return;
  in.array(node, [&](ReaderNode element) {
    std::string name;
    if (!in.text(element, name)) return;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if (kNames[i] == name) return into.prefetch.insert(static_cast<Feature>(i));
    }
    in.complain(element, quoted(name) + " is none of balances, ownership, transactions" +
                             no_such_name(name, kNames));
  });
}

inline constexpr Member<SessionSpec> kSession[] = {
    {"id", [](Reader& in, ReaderNode node, SessionSpec& into) { in.text(node, into.id); }},
    {"object", [](Reader& in, ReaderNode node,
                  SessionSpec&) { in.constant(node, {"financial_connections.session"}); }},
    {"tenant", [](Reader& in, ReaderNode node, SessionSpec& into) { in.text(node, into.tenant); }},
    {"account_holder",
     [](Reader& in, ReaderNode node, SessionSpec& into) { in.holder(node, into.account_holder); }},
    {"permissions",
     [](Reader& in, ReaderNode node, SessionSpec& into) { in.names(node, into.permissions); }},
    {"prefetch", read_prefetch},
    {"filters",
     [](Reader& in, ReaderNode node, SessionSpec& into) {
       if (!in.is_null(node)) in.object(node, into, kFilters);
     }},
    {"limits",
     [](Reader& in, ReaderNode node, SessionSpec& into) { in.object(node, into, kLimits); }},
    {"manual_entry",
     [](Reader& in, ReaderNode node, SessionSpec& into) { in.object(node, into, kManualEntry); }},
    {"return_url",
     [](Reader& in, ReaderNode node, SessionSpec& into) {
       if (!in.is_null(node)) in.text(node, into.return_url);
     }},
    {"livemode", [](Reader& in, ReaderNode node, SessionSpec&) { in.livemode(node); }},
};

FAUXBANK_DECL void ScenarioReader::session(Node node, SessionSpec& into) {
  object(node, into, kSession);
}

// ---- refreshes in flight ------------------------------------------------------------------------

inline constexpr Member<InFlight> kInFlight[] = {
    {"account", [](Reader& in, ReaderNode node, InFlight& into) { in.text(node, into.account); }},
    {"feature", [](Reader& in, ReaderNode node, InFlight& into) { in.name(node, into.feature); }},
    {"origin", [](Reader& in, ReaderNode node, InFlight& into) { in.name(node, into.origin); }},
    {"completes",
     [](Reader& in, ReaderNode node, InFlight& into) { in.completes(node, into.plan.completes); }},
    {"outcome", [](Reader& in, ReaderNode node,
                   InFlight& into) { in.name(node, into.plan.outcome.emplace()); }},
    {"cool_down", [](Reader& in, ReaderNode node,
                     InFlight& into) { in.duration(node, into.plan.cool_down.emplace()); }},
    {"id", [](Reader& in, ReaderNode node, InFlight& into) { in.text(node, into.plan.id); }},
    {"balance", [](Reader& in, ReaderNode node,
                   InFlight& into) { in.balance(node, into.plan.balance.emplace(), UnixTime{}); }},
    {"owners",
     [](Reader& in, ReaderNode node, InFlight& into) { in.owners(node, into.plan.owners); }},
    {"rows",
     [](Reader& in, ReaderNode node, InFlight& into) { in.transactions(node, into.plan.rows); }},
};

FAUXBANK_DECL void ScenarioReader::in_flight(Node node, InFlight& into) {
  const Seen seen = object(node, into, kInFlight);
  require(node, seen, kInFlight, "account");
  require(node, seen, kInFlight, "feature");
}

// ---- timeline -----------------------------------------------------------------------------------

struct EntryParts {
  TimelineEntry entry = TimelineEntry::deactivate(Milliseconds{}, {});
  std::optional<ReaderNode> account{};
};

inline constexpr Member<EntryParts> kEntry[] = {
    {"at", [](Reader& in, ReaderNode node, EntryParts& into) { in.when(node, into.entry.at); }},
    {"do", [](Reader& in, ReaderNode node, EntryParts& into) { in.name(node, into.entry.event); }},
    {"account", [](Reader&, ReaderNode node, EntryParts& into) { into.account = node; }},
    {"feature",
     [](Reader& in, ReaderNode node, EntryParts& into) { in.name(node, into.entry.feature); }},
    {"outcome", [](Reader& in, ReaderNode node,
                   EntryParts& into) { in.name(node, into.entry.outcome.emplace()); }},
    {"balance",
     [](Reader& in, ReaderNode node, EntryParts& into) {
       in.balance(node, into.entry.balance.emplace(), UnixTime{});
     }},
};

/// Which members an event needs, and which it may have.
struct EntryShape {
  std::array<std::string_view, 2> needs;
  std::string_view may;
};

constexpr EntryShape shape_of(WorldEventKind event) noexcept {
  switch (event) {
    case WorldEventKind::link:
    case WorldEventKind::deactivate:
    case WorldEventKind::reactivate:
    case WorldEventKind::disconnect:
      return {{"account", {}}, {}};
    case WorldEventKind::complete_refresh:
      return {{"account", "feature"}, "outcome"};
    case WorldEventKind::set_balance:
      return {{"account", "balance"}, {}};
    case WorldEventKind::expire_idempotency_keys:
      break;
  }
  return {};
}

FAUXBANK_DECL void ScenarioReader::entry(Node node, TimelineEntry& into, bool at_now) {
  EntryParts parts;
  parts.entry.at = now;
  const std::size_t before = found_.size();
  const Seen seen = object(node, parts, kEntry);
  if (!at_now) require(node, seen, kEntry, "at");
  require(node, seen, kEntry, "do");
  if (found_.size() != before) {
    ids_lost_ = true;  // it may be the one that links an account
    return;
  }
  TimelineEntry& entry = parts.entry;
  const EntryShape shape = shape_of(entry.event);
  for (std::string_view needed : shape.needs) {
    if (!needed.empty()) require(node, seen, kEntry, needed);
  }
  for (Node member = node + 1; member < at(node).end; member = at(member).end) {
    const std::string_view key = at(member).key;
    if (is_comment_key(key) || key == "at" || key == "do" || key == shape.needs[0] ||
        key == shape.needs[1] || key == shape.may) {
      continue;
    }
    complain_key(member, quoted(key) + " does not belong to " + quoted(to_string(entry.event)));
  }
  if (parts.account && entry.event == WorldEventKind::link) {
    account(*parts.account, entry.spec.emplace());
  } else if (parts.account && text(*parts.account, entry.account) && entry.account.empty()) {
    complain(*parts.account, "an account is needed");
  }
  into = std::move(entry);
}

// ---- faults -------------------------------------------------------------------------------------

struct FaultParts {
  FaultPlan plan{.kind = FaultKind::timeout};
  std::optional<std::vector<std::uint64_t>> nth{};
  std::optional<std::uint64_t> from{};
  std::optional<std::uint64_t> to{};
  std::optional<std::uint64_t> every{};
  std::optional<double> rate{};
};

inline void read_operation(Reader& in, ReaderNode node, FaultParts& into) {
  std::string name;
  if (!in.text(node, name) || name == "any") return;
  into.plan.operation = from_string<Operation>(name);
  if (into.plan.operation) return;
  Nearest nearest(name);
  std::string all;
  for (std::string_view known : EnumNames<Operation>::values) {
    nearest.offer(known);
    all.append(known).append(", ");
  }
  nearest.offer("any");
  const std::string best = nearest.best();
  in.complain(node, quoted(name) + " is none of " + all + "any" +
                        (best.empty() ? "" : "; nearest is " + quoted(best)));
}

inline void read_nth(Reader& in, ReaderNode node, FaultParts& into) {
  auto& numbers = into.nth.emplace();
  if (!in.is(node, JsonKind::array)) {
    in.natural(node, numbers.emplace_back());
    return;
  }
  in.array(node, [&](ReaderNode element) { in.natural(element, numbers.emplace_back()); });
}

inline void read_rate(Reader& in, ReaderNode node, FaultParts& into) {
  const JsonNode& value = in.at(node);
  if (value.kind == JsonKind::real) {
    into.rate = value.real;
  } else if (value.kind == JsonKind::integer) {
    into.rate = static_cast<double>(value.integer);
  } else {
    in.wanted(node, "a number between 0 and 1");
  }
}

inline constexpr Member<FaultWindow> kWindow[] = {
    {"from", [](Reader& in, ReaderNode node,
                FaultWindow& into) { in.when(node, into.from.emplace(Milliseconds{})); }},
    {"to", [](Reader& in, ReaderNode node,
              FaultWindow& into) { in.when(node, into.to.emplace(Milliseconds{})); }},
};

inline void read_uniform(Reader& in, ReaderNode node, FaultParts& into) {
  std::vector<Milliseconds> bounds;
  in.array(node, [&](ReaderNode element) { in.duration(element, bounds.emplace_back()); });
  if (bounds.size() != 2) return in.complain(node, "two durations are needed, from and to");
  into.plan.delay = bounds[0];
  into.plan.delay_to = bounds[1];
}

inline void read_headers(Reader& in, ReaderNode node, FaultParts& into) {
  in.entries(node, [&](std::string_view name, ReaderNode value) {
    std::string text;
    if (in.text(value, text)) into.plan.headers.add(name, text);
  });
}

inline constexpr Member<FaultParts> kFault[] = {
    {"operation", read_operation},
    {"account",
     [](Reader& in, ReaderNode node, FaultParts& into) { in.text(node, into.plan.account); }},
    {"nth", read_nth},
    {"from",
     [](Reader& in, ReaderNode node, FaultParts& into) { in.natural(node, into.from.emplace()); }},
    {"to",
     [](Reader& in, ReaderNode node, FaultParts& into) { in.natural(node, into.to.emplace()); }},
    {"every",
     [](Reader& in, ReaderNode node, FaultParts& into) { in.natural(node, into.every.emplace()); }},
    {"rate", read_rate},
    {"while", [](Reader& in, ReaderNode node,
                 FaultParts& into) { in.object(node, into.plan.window.emplace(), kWindow); }},
    {"times", [](Reader& in, ReaderNode node,
                 FaultParts& into) { in.natural(node, into.plan.times.emplace()); }},
    {"phase", [](Reader& in, ReaderNode node,
                 FaultParts& into) { in.name(node, into.plan.phase.emplace()); }},
    {"kind",
     [](Reader& in, ReaderNode node, FaultParts& into) { in.name(node, into.plan.kind.value); }},
    {"status",
     [](Reader& in, ReaderNode node, FaultParts& into) {
       std::int64_t status = 0;
       if (!in.integer(node, status)) return;
       const bool fits = status >= 200 && status <= 599;
       if (!fits) return in.complain(node, "a status lies between 200 and 599");
       into.plan.status = static_cast<int>(status);
     }},
    {"code", [](Reader& in, ReaderNode node, FaultParts& into) { in.text(node, into.plan.code); }},
    {"headers", read_headers},
    {"body", [](Reader& in, ReaderNode node,
                FaultParts& into) { in.text(node, into.plan.body.emplace()); }},
    {"fixed",
     [](Reader& in, ReaderNode node, FaultParts& into) { in.duration(node, into.plan.delay); }},
    {"uniform", read_uniform},
    {"at_byte", [](Reader& in, ReaderNode node,
                   FaultParts& into) { in.natural(node, into.plan.at_byte.emplace()); }},
    {"bytes_per_second", [](Reader& in, ReaderNode node,
                            FaultParts& into) { in.natural(node, into.plan.bytes_per_second); }},
    {"seen",
     [](Reader& in, ReaderNode node, FaultParts& into) { in.natural(node, into.plan.seen); }},
    {"fired",
     [](Reader& in, ReaderNode node, FaultParts& into) { in.natural(node, into.plan.fired); }},
};

FAUXBANK_DECL void ScenarioReader::fault(Node node, std::vector<FaultPlan>& into) {
  FaultParts parts;
  const std::size_t before = found_.size();
  const Seen seen = object(node, parts, kFault);
  require(node, seen, kFault, "kind");
  const int triggers = (parts.nth ? 1 : 0) + (parts.from || parts.to ? 1 : 0) +
                       (parts.every ? 1 : 0) + (parts.rate ? 1 : 0);
  if (triggers > 1) complain(node, "one trigger at most: nth, from and to, every or rate");
  if (child(node, "fixed") != 0 && child(node, "uniform") != 0)
    complain(node, "either 'fixed' or 'uniform'");
  FaultTrigger& trigger = parts.plan.trigger;
  if (parts.nth) trigger = FaultTrigger::nth(std::move(*parts.nth));
  if (parts.from || parts.to) trigger = FaultTrigger::range(parts.from.value_or(1), parts.to);
  if (parts.every) trigger = FaultTrigger::every(*parts.every);
  if (parts.rate) trigger = FaultTrigger::rate(*parts.rate);
  // Broken ones are kept in their place, sound, so that the others keep theirs.
  into.push_back(found_.size() == before ? std::move(parts.plan)
                                         : FaultPlan{.kind = FaultKind::timeout});
}

}  // namespace fauxbank::detail
