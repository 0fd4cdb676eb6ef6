#pragma once

#include <fauxbank/detail/scenario_reader.hpp>
#include <fauxbank/impl/read_holdings.ipp>
#include <fauxbank/impl/read_values.ipp>

// Accounts of a scenario file: what the API prints of them, in both forms, and how they go on.

namespace fauxbank::detail {

// ---- holder, money ------------------------------------------------------------------------------

struct HolderParts {
  std::optional<HolderType> type{};
  std::optional<std::string> account{};
  std::optional<std::string> customer{};
  std::optional<std::string> customer_account{};
};

inline constexpr Member<HolderParts> kHolder[] = {
    {"type",
     [](Reader& in, ReaderNode node, HolderParts& into) {
       HolderType type{};
       if (in.name(node, type)) into.type = type;
     }},
    {"account",
     [](Reader& in, ReaderNode node, HolderParts& into) { in.optional_text(node, into.account); }},
    {"customer",
     [](Reader& in, ReaderNode node, HolderParts& into) { in.optional_text(node, into.customer); }},
    {"customer_account", [](Reader& in, ReaderNode node,
                            HolderParts& into) { in.optional_text(node, into.customer_account); }},
};

FAUXBANK_DECL void ScenarioReader::holder(Node node, std::optional<AccountHolder>& into) {
  into.reset();
  if (is_null(node)) return;
  HolderParts parts;
  const std::size_t before = found_.size();
  const Seen seen = object(node, parts, kHolder);
  if (found_.size() != before) return;
  require(node, seen, kHolder, "type");
  if (!parts.type) return;
  const bool account = *parts.type == HolderType::account;
  const auto& id = account ? parts.account : parts.customer;
  const auto& other = account ? parts.customer : parts.account;
  if (other) {
    return complain(node, "a holder of the type " + quoted(to_string(*parts.type)) + " has no " +
                              quoted(account ? "customer" : "account"));
  }
  if (!id) {
    return complain(node, "a holder of the type " + quoted(to_string(*parts.type)) + " needs " +
                              quoted(to_string(*parts.type)));
  }
  into = AccountHolder{*parts.type, *id, parts.customer_account.value_or("")};
}

FAUXBANK_DECL void ScenarioReader::amounts(Node node, Amounts& into) {
  into.clear();
  entries(node, [&](std::string_view currency, Node value) {
    Amount amount{std::string(currency), 0};
    if (integer(value, amount.value)) into.push_back(std::move(amount));
  });
}

struct BalancePart {
  std::string_view name;  // `available` or `used`
  std::optional<Amounts> amounts{};
};

inline void read_part(Reader& in, ReaderNode node, BalancePart& into) {
  if (in.is_null(node)) return;
  in.amounts(node, into.amounts.emplace());
}
inline constexpr Member<BalancePart> kCash[] = {{"available", read_part}};
inline constexpr Member<BalancePart> kCredit[] = {{"used", read_part}};

struct BalanceParts {
  Balance balance{};
  std::optional<BalanceType> type{};
  std::optional<BalancePart> cash{};
  std::optional<BalancePart> credit{};
};

inline constexpr Member<BalanceParts> kBalance[] = {
    {"type",
     [](Reader& in, ReaderNode node, BalanceParts& into) {
       BalanceType type{};
       if (in.name(node, type)) into.type = type;
     }},
    {"as_of",
     [](Reader& in, ReaderNode node, BalanceParts& into) { in.time(node, into.balance.as_of); }},
    {"current", [](Reader& in, ReaderNode node,
                   BalanceParts& into) { in.amounts(node, into.balance.current); }},
    {"cash",
     [](Reader& in, ReaderNode node, BalanceParts& into) {
       if (!in.is_null(node)) in.object(node, into.cash.emplace(), kCash);
     }},
    {"credit",
     [](Reader& in, ReaderNode node, BalanceParts& into) {
       if (!in.is_null(node)) in.object(node, into.credit.emplace(), kCredit);
     }},
};

FAUXBANK_DECL void ScenarioReader::balance(Node node, Balance& into, UnixTime as_of) {
  BalanceParts parts;
  parts.balance.as_of = as_of;
  const std::size_t before = found_.size();
  const Seen seen = object(node, parts, kBalance);
  if (found_.size() != before) return;
  require(node, seen, kBalance, "current");
  const BalanceType type =
      parts.type.value_or(parts.credit ? BalanceType::credit : BalanceType::cash);
  const auto& wrong = type == BalanceType::cash ? parts.credit : parts.cash;
  if (wrong) {
    complain(node, "a balance of the type " + quoted(to_string(type)) + " has no " +
                       quoted(type == BalanceType::cash ? "credit" : "cash"));
  }
  const auto& part = type == BalanceType::cash ? parts.cash : parts.credit;
  into = std::move(parts.balance);
  into.type = type;
  if (part) into.part = part->amounts;
}

FAUXBANK_DECL void ScenarioReader::optional_balance(Node node, std::optional<Balance>& into,
                                                    UnixTime as_of) {
  into.reset();
  if (!is_null(node)) balance(node, into.emplace(), as_of);
}

// ---- refreshes ----------------------------------------------------------------------------------

inline constexpr Member<Refresh> kRefreshHash[] = {
    {"id", [](Reader& in, ReaderNode node, Refresh& into) { in.text(node, into.id); }},
    {"status", [](Reader& in, ReaderNode node, Refresh& into) { in.name(node, into.status); }},
    {"last_attempted_at",
     [](Reader& in, ReaderNode node, Refresh& into) { in.time(node, into.last_attempted_at); }},
    {"next_refresh_available_at",
     [](Reader& in, ReaderNode node, Refresh& into) {
       in.optional_time(node, into.next_refresh_available_at);
     }},
    {"origin", [](Reader& in, ReaderNode node,
                  Refresh& into) { in.origin_given = in.name(node, into.origin); }},
};

FAUXBANK_DECL void ScenarioReader::refresh_hash(Node node, std::optional<Refresh>& into) {
  into.reset();
  if (is_null(node)) return;
  Refresh hash;
  hash.last_attempted_at = now;
  origin_given = false;
  const Seen seen = object(node, hash, kRefreshHash);
  require(node, seen, kRefreshHash, "status");
  into = std::move(hash);
}

struct CompletionParts {
  std::optional<Milliseconds> after{};
  std::optional<std::uint64_t> after_reads{};
};
inline constexpr Member<CompletionParts> kCompletes[] = {
    {"after", [](Reader& in, ReaderNode node,
                 CompletionParts& into) { in.duration(node, into.after.emplace()); }},
    {"after_reads", [](Reader& in, ReaderNode node,
                       CompletionParts& into) { in.natural(node, into.after_reads.emplace()); }},
};

FAUXBANK_DECL void ScenarioReader::completes(Node node, std::optional<Completion>& into) {
  if (is(node, JsonKind::string)) {
    constexpr std::array<std::string_view, 2> kWords = {"manually", "never"};
    const std::string_view word = at(node).text;
    if (word == kWords[0]) {
      into = Completion::manually();
    } else if (word == kWords[1]) {
      into = Completion::never();
    } else {
      complain(node, quoted(word) + " is neither 'manually' nor 'never', nor an object" +
                         no_such_name(word, kWords));
    }
    return;
  }
  CompletionParts parts;
  const std::size_t before = found_.size();
  object(node, parts, kCompletes);
  if (found_.size() != before) return;
  if (parts.after.has_value() == parts.after_reads.has_value())
    return complain(node, "either 'after' or 'after_reads' is needed");
  if (parts.after) {
    into = Completion::after(*parts.after);
  } else if (*parts.after_reads > std::numeric_limits<std::uint32_t>::max()) {
    complain(node, "after_reads is at most 4294967295");
  } else {
    into = Completion::after_reads(static_cast<std::uint32_t>(*parts.after_reads));
  }
}

inline constexpr Member<RefreshPlan> kPlan[] = {
    {"completes",
     [](Reader& in, ReaderNode node, RefreshPlan& into) { in.completes(node, into.completes); }},
    {"outcome",
     [](Reader& in, ReaderNode node, RefreshPlan& into) { in.name(node, into.outcome.emplace()); }},
    {"cool_down", [](Reader& in, ReaderNode node,
                     RefreshPlan& into) { in.duration(node, into.cool_down.emplace()); }},
    {"id", [](Reader& in, ReaderNode node, RefreshPlan& into) { in.text(node, into.id); }},
    {"balance", [](Reader& in, ReaderNode node,
                   RefreshPlan& into) { in.balance(node, into.balance.emplace(), UnixTime{}); }},
    {"owners",
     [](Reader& in, ReaderNode node, RefreshPlan& into) { in.owners(node, into.owners); }},
    {"rows",
     [](Reader& in, ReaderNode node, RefreshPlan& into) { in.transactions(node, into.rows); }},
};

FAUXBANK_DECL void ScenarioReader::plan(Node node, RefreshPlan& into) { object(node, into, kPlan); }

FAUXBANK_DECL void ScenarioReader::plans(Node node, std::vector<RefreshPlan>& into) {
  if (is(node, JsonKind::object)) return plan(node, into.emplace_back());
  if (!is(node, JsonKind::array)) return wanted(node, "a plan or a list of plans");
  array(node, [&](Node element) { plan(element, into.emplace_back()); });
}

inline constexpr Member<RefreshPlans> kPlans[] = {
    {"balance",
     [](Reader& in, ReaderNode node, RefreshPlans& into) { in.plans(node, into.balance); }},
    {"ownership",
     [](Reader& in, ReaderNode node, RefreshPlans& into) { in.plans(node, into.ownership); }},
    {"transactions",
     [](Reader& in, ReaderNode node, RefreshPlans& into) { in.plans(node, into.transactions); }},
};

// ---- the account --------------------------------------------------------------------------------

FAUXBANK_DECL void ScenarioReader::status(Node node, AccountSpec& into) {
  status_pending_ = is(node, JsonKind::string) && at(node).text == "pending";
  if (!status_pending_) name(node, into.status);
}

/// A text that prints null where the file has null.
inline void nullable_text(Reader& in, ReaderNode node, std::optional<std::string>& into) {
  if (in.is_null(node)) {
    into = std::string();
  } else {
    in.optional_text(node, into);
  }
}

inline void read_subscriptions(Reader& in, ReaderNode node, AccountSpec& into) {
  if (in.is_null(node)) return;
  in.array(node, [&](ReaderNode element) {
    in.constant(element, {"transactions"});
    into.subscribed = true;
  });
}

using AccountMember = Member<AccountSpec>;
inline constexpr AccountMember kAccount[] = {
    {"id", [](Reader& in, ReaderNode node, AccountSpec& into) { in.text(node, into.id); }},
    {"object",
     [](Reader& in, ReaderNode node, AccountSpec&) {
       in.constant(node, {"linked_account", "financial_connections.account"});
     }},
    {"tenant", [](Reader& in, ReaderNode node, AccountSpec& into) { in.text(node, into.tenant); }},
    {"account_holder",
     [](Reader& in, ReaderNode node, AccountSpec& into) { in.holder(node, into.account_holder); }},
    {"account_numbers", [](Reader& in, ReaderNode node,
                           AccountSpec& into) { in.account_numbers(node, into.account_numbers); }},
    {"balance",
     [](Reader& in, ReaderNode node, AccountSpec& into) {
       in.optional_balance(node, into.balance, UnixTime{Seconds{floor_seconds(to_ms(in.now))}});
     }},
    {"balance_refresh", [](Reader& in, ReaderNode node,
                           AccountSpec& into) { in.refresh_hash(node, into.balance_refresh); }},
    {"category",
     [](Reader& in, ReaderNode node, AccountSpec& into) { in.name(node, into.category); }},
    {"created",
     [](Reader& in, ReaderNode node, AccountSpec& into) { in.time(node, into.created.emplace()); }},
    {"display_name", [](Reader& in, ReaderNode node,
                        AccountSpec& into) { nullable_text(in, node, into.display_name); }},
    {"institution_name", [](Reader& in, ReaderNode node,
                            AccountSpec& into) { in.text(node, into.institution_name.emplace()); }},
    {"last4",
     [](Reader& in, ReaderNode node, AccountSpec& into) { nullable_text(in, node, into.last4); }},
    {"livemode", [](Reader& in, ReaderNode node, AccountSpec&) { in.livemode(node); }},
    {"ownership",
     [](Reader& in, ReaderNode node, AccountSpec& into) { in.ownership(node, into.ownership); }},
    {"ownership_refresh", [](Reader& in, ReaderNode node,
                             AccountSpec& into) { in.refresh_hash(node, into.ownership_refresh); }},
    {"permissions",
     [](Reader& in, ReaderNode node, AccountSpec& into) { in.names(node, into.permissions); }},
    {"session",
     [](Reader& in, ReaderNode node, AccountSpec& into) { in.optional_text(node, into.session); }},
    {"status", [](Reader& in, ReaderNode node, AccountSpec& into) { in.status(node, into); }},
    {"status_details", [](Reader& in, ReaderNode node,
                          AccountSpec& into) { in.status_details(node, into.status_details); }},
    {"subcategory", [](Reader& in, ReaderNode node,
                       AccountSpec& into) { in.name(node, into.subcategory.emplace()); }},
    {"subscriptions", read_subscriptions},
    {"supported_payment_method_types",
     [](Reader& in, ReaderNode node, AccountSpec& into) {
       in.names(node, into.supported_payment_method_types);
     }},
    {"transaction_refresh",
     [](Reader& in, ReaderNode node, AccountSpec& into) {
       in.refresh_hash(node, into.transaction_refresh);
       in.transactions_origin_given = in.origin_given;
     }},
    {"refresh",
     [](Reader& in, ReaderNode node, AccountSpec& into) { in.object(node, into.refresh, kPlans); }},
    {"transactions", [](Reader& in, ReaderNode node,
                        AccountSpec& into) { in.transactions(node, into.transactions); }},
    {"next_balance",
     [](Reader& in, ReaderNode node, AccountSpec& into) {
       in.optional_balance(node, into.next_balance, UnixTime{});
     }},
    {"daily_from", [](Reader& in, ReaderNode node,
                      AccountSpec& into) { in.optional_time(node, into.daily_from); }},
};

FAUXBANK_DECL void ScenarioReader::account(Node node, AccountSpec& into) {
  status_pending_ = false;
  transactions_origin_given = false;
  const std::size_t before = found_.size();
  object(node, into, kAccount);
  if (found_.size() != before) {
    ids_lost_ = ids_lost_ || into.id.empty();
    return;
  }
  for (Node child = node + 1; child < at(node).end; child = at(child).end) {
    if (at(child).key == "id" && into.id.empty()) complain(child, "an id is needed");
  }
  const auto pending = [](const std::optional<Refresh>& hash) {
    return hash && hash->status == RefreshStatus::pending;
  };
  if (status_pending_ && !pending(into.balance_refresh) && !pending(into.ownership_refresh) &&
      !pending(into.transaction_refresh)) {
    complain(node, "the status 'pending' needs a refresh in flight");
  }
  // Rule refresh.origin: what a subscription started does not print 'pending'.
  if (pending(into.transaction_refresh) && into.subscribed && !status_pending_ &&
      !transactions_origin_given) {
    into.transaction_refresh->origin = RefreshOrigin::subscription;
  }
}

}  // namespace fauxbank::detail
