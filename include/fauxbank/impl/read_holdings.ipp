#pragma once

#include <fauxbank/detail/scenario_reader.hpp>
#include <fauxbank/impl/read_values.ipp>

// What belongs to an account of a scenario file: owners, transactions, numbers, details.

namespace fauxbank::detail {

// ---- owners, transactions -----------------------------------------------------------------------

inline constexpr Member<Owner> kOwner[] = {
    {"id", [](Reader& in, ReaderNode node, Owner& into) { in.text(node, into.id); }},
    {"object", [](Reader& in, ReaderNode node,
                  Owner&) { in.constant(node, {"financial_connections.account_owner"}); }},
    {"name", [](Reader& in, ReaderNode node, Owner& into) { in.text(node, into.name); }},
    {"email", [](Reader& in, ReaderNode node, Owner& into) { in.optional_text(node, into.email); }},
    {"phone", [](Reader& in, ReaderNode node, Owner& into) { in.optional_text(node, into.phone); }},
    {"raw_address",
     [](Reader& in, ReaderNode node, Owner& into) { in.optional_text(node, into.raw_address); }},
    {"refreshed_at",
     [](Reader& in, ReaderNode node, Owner& into) { in.optional_time(node, into.refreshed_at); }},
    // Whose owner it is, as the API prints it: the place where it stands says so.
    {"ownership",
     [](Reader& in, ReaderNode node, Owner&) {
       std::string id;
       in.text(node, id);
     }},
};

/// A list as the API prints it around its elements.
struct ListParts {
  std::optional<ReaderNode> data{};
};
inline constexpr Member<ListParts> kList[] = {
    {"object", [](Reader& in, ReaderNode node, ListParts&) { in.constant(node, {"list"}); }},
    {"url",
     [](Reader& in, ReaderNode node, ListParts&) {
       std::string url;
       in.text(node, url);
     }},
    {"has_more",
     [](Reader& in, ReaderNode node, ListParts&) {
       bool more = false;
       in.boolean(node, more);
     }},
    {"data", [](Reader&, ReaderNode node, ListParts& into) { into.data = node; }},
};

FAUXBANK_DECL void ScenarioReader::owners(Node node, std::vector<Owner>& into) {
  if (is(node, JsonKind::object)) {
    ListParts parts;
    require(node, object(node, parts, kList), kList, "data");
    if (parts.data) owners(*parts.data, into);
    return;
  }
  array(node, [&](Node element) {
    require(element, object(element, into.emplace_back(), kOwner), kOwner, "name");
  });
}

inline constexpr Member<Ownership> kOwnership[] = {
    {"id", [](Reader& in, ReaderNode node, Ownership& into) { in.text(node, into.id); }},
    {"object", [](Reader& in, ReaderNode node,
                  Ownership&) { in.constant(node, {"financial_connections.account_ownership"}); }},
    {"created", [](Reader& in, ReaderNode node, Ownership& into) { in.time(node, into.created); }},
    {"owners", [](Reader& in, ReaderNode node, Ownership& into) { in.owners(node, into.owners); }},
};

FAUXBANK_DECL void ScenarioReader::ownership(Node node, std::optional<Ownership>& into) {
  into.reset();
  if (is_null(node)) return;
  if (is(node, JsonKind::string)) {
    into.emplace().id = at(node).text;
    if (into->id.empty()) complain(node, "an id is needed");
    return;
  }
  object(node, into.emplace(), kOwnership);
}

inline constexpr Member<Transaction> kTransitions[] = {
    {"posted_at", [](Reader& in, ReaderNode node,
                     Transaction& into) { in.optional_time(node, into.posted_at); }},
    {"void_at",
     [](Reader& in, ReaderNode node, Transaction& into) { in.optional_time(node, into.void_at); }},
};

inline constexpr Member<Transaction> kTransaction[] = {
    {"object", [](Reader& in, ReaderNode node,
                  Transaction&) { in.constant(node, {"financial_connections.transaction"}); }},
    // Whose it is, as the API prints it: the place where it stands says so.
    {"account",
     [](Reader& in, ReaderNode node, Transaction&) {
       std::string id;
       in.text(node, id);
     }},
    {"livemode", [](Reader& in, ReaderNode node, Transaction&) { in.livemode(node); }},
    {"status_transitions",
     [](Reader& in, ReaderNode node, Transaction& into) { in.object(node, into, kTransitions); }},
    {"updated",
     [](Reader& in, ReaderNode node, Transaction& into) { in.optional_time(node, into.updated); }},
    {"transaction_refresh", [](Reader& in, ReaderNode node,
                               Transaction& into) { in.text(node, into.transaction_refresh); }},
    {"id", [](Reader& in, ReaderNode node, Transaction& into) { in.text(node, into.id); }},
    {"amount",
     [](Reader& in, ReaderNode node, Transaction& into) { in.integer(node, into.amount); }},
    {"currency",
     [](Reader& in, ReaderNode node, Transaction& into) { in.text(node, into.currency); }},
    {"description",
     [](Reader& in, ReaderNode node, Transaction& into) { in.text(node, into.description); }},
    {"status", [](Reader& in, ReaderNode node, Transaction& into) { in.name(node, into.status); }},
    {"transacted_at",
     [](Reader& in, ReaderNode node, Transaction& into) { in.time(node, into.transacted_at); }},
};

FAUXBANK_DECL void ScenarioReader::transactions(Node node, std::vector<Transaction>& into) {
  array(node, [&](Node element) {
    Transaction& row = into.emplace_back();
    row.transacted_at = UnixTime{Seconds{floor_seconds(to_ms(now))}};
    require(element, object(element, row, kTransaction), kTransaction, "amount");
  });
}

// ---- the current form's own ---------------------------------------------------------------------

inline constexpr Member<AccountNumber> kAccountNumber[] = {
    {"expected_expiry_date",
     [](Reader& in, ReaderNode node, AccountNumber& into) {
       in.optional_time(node, into.expected_expiry_date);
     }},
    {"identifier_type",
     [](Reader& in, ReaderNode node, AccountNumber& into) { in.name(node, into.identifier_type); }},
    {"status",
     [](Reader& in, ReaderNode node, AccountNumber& into) { in.name(node, into.status); }},
    {"supported_networks",
     [](Reader& in, ReaderNode node, AccountNumber& into) {
       into.ach = false;
       in.array(node, [&](ReaderNode network) {
         in.constant(network, {"ach"});
         into.ach = true;
       });
     }},
};

FAUXBANK_DECL void ScenarioReader::account_numbers(
    Node node, std::optional<std::vector<AccountNumber>>& into) {
  into.reset();
  if (is_null(node)) return;
  auto& numbers = into.emplace();
  array(node, [&](Node element) { object(element, numbers.emplace_back(), kAccountNumber); });
}

inline constexpr Member<StatusDetails> kActiveDetails[] = {
    {"action",
     [](Reader& in, ReaderNode node, StatusDetails& into) { in.name(node, into.action); }},
    {"cause", [](Reader& in, ReaderNode node, StatusDetails& into) { in.name(node, into.cause); }},
    {"expected_deactivation_date",
     [](Reader& in, ReaderNode node, StatusDetails& into) {
       in.time(node, into.expected_deactivation_date);
     }},
};
inline constexpr Member<std::optional<StatusDetails>> kStatusDetails[] = {
    {"active",
     [](Reader& in, ReaderNode node, std::optional<StatusDetails>& into) {
       if (!in.is_null(node)) in.object(node, into.emplace(), kActiveDetails);
     }},
};

FAUXBANK_DECL void ScenarioReader::status_details(Node node, std::optional<StatusDetails>& into) {
  into.reset();
  if (!is_null(node)) object(node, into, kStatusDetails);
}

}  // namespace fauxbank::detail
