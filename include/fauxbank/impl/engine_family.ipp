#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/expand.hpp>
#include <fauxbank/detail/stepper.hpp>

namespace fauxbank::detail {

FAUXBANK_DECL void Stepper::call_family(const Command& command) {
  switch (command.operation) {
    case Operation::owners:
      return owners(command);
    case Operation::sessions_create:
      return create_session(command);
    case Operation::sessions_retrieve:
      return session(command);
    case Operation::transactions_list:
      return transactions(command);
    case Operation::transactions_retrieve:
      return transaction(command);
    default:
      return;
  }
}

FAUXBANK_DECL bool Stepper::refuse_missing(std::string_view param) {
  if (!log.apply(Rule::param_missing)) return false;
  Refusal& refusal =
      refuse(Rule::param_missing, "Missing required parameter: " + std::string(param));
  refusal.code = "parameter_missing";
  refusal.param = param;
  return true;
}

/// A parameter that names something which is not there.
FAUXBANK_DECL void Stepper::refuse_lookup(Rule rule, std::string_view param, std::string_view noun,
                                          std::string_view id) {
  Refusal& refusal =
      refuse(rule, std::string(param) + ": no such " + std::string(noun) + ": " + quoted(id));
  refusal.code = "resource_missing";
  refusal.param = param;
}

FAUXBANK_DECL bool Stepper::refuse_expand(const Command& command) {
  for (const std::string& path : *command.expand) {
    const auto fault = expand_fault(command.operation, path);
    if (!fault || !log.apply(Rule::expand)) continue;
    refuse(Rule::expand, fault->text).code = fault->code;
    return true;
  }
  return false;
}

// ---- pages of what is not kept in order ---------------------------------------------------------

/// Rows from the newest to the oldest, of which those between two positions may be shown.
struct RowWindow {
  std::size_t first = 0;  // of the rows older than the cursor
  std::size_t last = 0;   // one past the rows newer than the cursor
  bool towards_newest = false;
  std::size_t limit = 0;
};

/// Pick a page of the rows that match, in the direction of travel, printed newest first.
template <class Row, class Matches>
Page<Row> Stepper::pick(const std::vector<const Row*>& rows, const RowWindow& window,
                        const Matches& matches) {
  Page<Row> page;
  const auto take = [&](const Row& row) {
    if (!matches(row)) return true;
    if (page.data.size() == window.limit) {
      page.has_more = log.apply(Rule::list_has_more);
      return false;
    }
    page.data.push_back(row);
    return true;
  };
  if (window.towards_newest) {
    for (std::size_t i = window.last; i > 0 && take(*rows[i - 1]);)
      --i;
    std::reverse(page.data.begin(), page.data.end());
  } else {
    for (std::size_t i = window.first; i < rows.size() && take(*rows[i]);)
      ++i;
  }
  return page;
}

// ---- owners -------------------------------------------------------------------------------------

FAUXBANK_DECL void Stepper::owners(const Command& command) {
  static const OwnersParams kNoParams;
  const OwnersParams& params = command.owners != nullptr ? *command.owners : kNoParams;
  std::int64_t limit = 0;
  if (!params.ownership && refuse_missing("ownership")) return;
  if (!take_limit(params.page.limit, limit)) return;
  if (command.expand != nullptr && refuse_expand(command)) return;
  const AccountRecord* record = find(command);
  if (record == nullptr) return;
  const Ownership* ownership =
      record->details && record->details->ownership ? &record->details->ownership->value : nullptr;
  if (ownership == nullptr || ownership->id != params.ownership || !log.apply(Rule::owners)) {
    refuse_lookup(Rule::owners, "ownership", "ownership", params.ownership.value_or(""));
    return;
  }
  std::vector<const Owner*> rows;
  for (const Owner& owner : ownership->owners)
    rows.push_back(&owner);
  RowWindow window{0, rows.size(), params.page.ending_before.has_value(),
                   static_cast<std::size_t>(limit)};
  const auto place = [&](const std::optional<std::string>& id, std::string_view name,
                         std::size_t& at) {
    if (!id) return true;
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const Owner* o) { return o->id == *id; });
    if (row == rows.end()) return !refuse_cursor(name, "owner", *id);
    at = static_cast<std::size_t>(row - rows.begin());
    return true;
  };
  std::size_t after = std::size_t(0) - 1;
  if (!place(params.page.starting_after, "starting_after", after)) return;
  if (!place(params.page.ending_before, "ending_before", window.last)) return;
  if (refuse_both_cursors(params.page.starting_after && params.page.ending_before)) return;
  window.first = after + 1;
  FamilyAnswer answer;
  answer.ownership = ownership->id;
  answer.owners = pick(rows, window, [](const Owner&) { return true; });
  out.account = Account(data().accounts[record->slot]);
  out.family = make_ref<FamilyAnswer>(std::move(answer));
}

// ---- transactions -------------------------------------------------------------------------------

/// A transaction's place among all: newer first by time, then by link order, then by arrival.
struct RowPosition {
  std::int64_t at;
  std::uint32_t slot;
  std::size_t index;
  friend bool operator<(const RowPosition& a, const RowPosition& b) noexcept {
    if (a.at != b.at) return a.at > b.at;
    return a.slot != b.slot ? a.slot > b.slot : a.index > b.index;
  }
};

inline RowPosition position_of(const AccountRecord& record, const Transaction& row) noexcept {
  const auto& rows = record.details->transactions->value;
  return {row.transacted_at.time_since_epoch().count(), record.slot,
          static_cast<std::size_t>(&row - rows.data())};
}

inline bool is_shown(const Transaction& row) noexcept { return !row.transaction_refresh.empty(); }

/// How many refreshes have succeeded up to this one; nothing when it is none of them.
FAUXBANK_DECL std::optional<std::size_t> refresh_rank(const AccountRecord& record,
                                                      std::string_view id) noexcept {
  if (!record.details || !record.details->succeeded) return std::nullopt;
  const auto& ids = record.details->succeeded->value;
  for (std::size_t i = ids.size(); i > 0; --i) {
    if (ids[i - 1].view() == id) return i;
  }
  return std::nullopt;
}

/// The transaction, when the caller's tenant may see it; else null.
FAUXBANK_DECL const Transaction* Stepper::visible_row(const Command& command, std::string_view id,
                                                      const AccountRecord*& holder) {
  holder = in_tenant(data().find_holder(id), command);
  const Transaction* row = holder != nullptr ? holder->transaction(id) : nullptr;
  return row != nullptr && is_shown(*row) ? row : nullptr;
}

FAUXBANK_DECL bool Stepper::refuse_no_transactions(const AccountRecord& record) {
  if (record.status == Status::disconnected && log.apply(Rule::disconnect)) {
    refuse(Rule::disconnect, "Account " + quoted(record.id()) +
                                 " is disconnected: its data can no longer be accessed");
    return true;
  }
  if (record.details && record.details->succeeded) return false;
  refuse(Rule::transactions,
         "Account " + quoted(record.id()) + ": no refresh of transactions has succeeded yet")
      .code = "financial_connections_no_successful_transaction_refresh";
  return true;
}

FAUXBANK_DECL void Stepper::transactions(const Command& command) {
  static const TransactionsParams kNoParams;
  const TransactionsParams& params =
      command.transactions != nullptr ? *command.transactions : kNoParams;
  std::int64_t limit = 0;
  if (!params.account && refuse_missing("account")) return;
  if (!take_limit(params.page.limit, limit)) return;
  if (command.expand != nullptr && refuse_expand(command)) return;

  const std::string id = params.account.value_or("");
  const AccountRecord* record = in_tenant(data().find(id), command);
  if (record == nullptr || !log.apply(Rule::transactions))
    return refuse_lookup(Rule::transactions, "account", "account", id);
  // A refresh can be looked up once it has succeeded; where none has, the state refuses.
  std::optional<std::size_t> after_refresh;
  if (params.refresh_after && record->details && record->details->succeeded) {
    after_refresh = refresh_rank(*record, *params.refresh_after);
    if (!after_refresh)
      return refuse_lookup(Rule::transactions, "transaction_refresh[after]", "transaction refresh",
                           *params.refresh_after);
  }
  const AccountRecord* cursor_holder = nullptr;
  const Transaction* after = nullptr;
  const Transaction* before = nullptr;
  std::optional<RowPosition> older_than;
  std::optional<RowPosition> newer_than;
  for (auto [given, name, row, position] :
       {std::tuple(&params.page.starting_after, "starting_after", &after, &older_than),
        std::tuple(&params.page.ending_before, "ending_before", &before, &newer_than)}) {
    if (!*given) continue;
    *row = visible_row(command, **given, cursor_holder);
    if (*row != nullptr) {
      *position = position_of(*cursor_holder, **row);
    } else if (refuse_cursor(name, "transaction", **given)) {
      return;
    }
  }
  if (refuse_both_cursors(params.page.starting_after && params.page.ending_before)) return;
  if (refuse_no_transactions(*record)) return;

  std::vector<const Transaction*> rows;
  if (record->details->transactions) {
    for (const Transaction& row : record->details->transactions->value) {
      if (is_shown(row)) rows.push_back(&row);
    }
  }
  const auto newer = [&](const Transaction* a, const Transaction* b) {
    return position_of(*record, *a) < position_of(*record, *b);
  };
  std::sort(rows.begin(), rows.end(), newer);
  RowWindow window{0, rows.size(), newer_than.has_value(), static_cast<std::size_t>(limit)};
  const auto count_newer = [&](const RowPosition& than, bool or_equal) {
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](const Transaction* row) {
          const RowPosition at = position_of(*record, *row);
          return at < than || (or_equal && !(than < at));
        }));
  };
  if (older_than) window.first = count_newer(*older_than, true);
  if (newer_than) window.last = count_newer(*newer_than, false);
  FamilyAnswer answer;
  answer.transactions = pick(rows, window, [&](const Transaction& row) {
    if (!params.transacted_at.holds(row.transacted_at.time_since_epoch().count())) return false;
    return !after_refresh || refresh_rank(*record, row.transaction_refresh) > after_refresh;
  });
  out.account = Account(data().accounts[record->slot]);
  out.family = make_ref<FamilyAnswer>(std::move(answer));
}

FAUXBANK_DECL void Stepper::transaction(const Command& command) {
  if (command.expand != nullptr && refuse_expand(command)) return;
  const AccountRecord* holder = nullptr;
  const Transaction* row = visible_row(command, command.account, holder);
  const bool gone =
      row != nullptr && holder->status == Status::disconnected && log.apply(Rule::disconnect);
  if (row == nullptr || gone || !log.apply(Rule::transactions)) {
    refuse_lookup(gone ? Rule::disconnect : Rule::transactions, "transaction", "transaction",
                  command.account);
    out.refusal->status = 404;
    return;
  }
  FamilyAnswer answer;
  answer.transactions.data.push_back(*row);
  out.account = Account(data().accounts[holder->slot]);
  out.family = make_ref<FamilyAnswer>(std::move(answer));
}

// ---- what an account is linked with -------------------------------------------------------------

/// Give ids to the rows that an account comes with, and find the rows by them.
FAUXBANK_DECL void Stepper::take_in(AccountRecord& record) {
  const RefreshRecord* refresh = record.of(Feature::transactions);
  const bool succeeded = refresh != nullptr && refresh->hash.status == RefreshStatus::succeeded;
  const bool has_rows = record.details && record.details->transactions;
  if (!succeeded && !has_rows) return;
  AccountDetails details = record.details_copy();
  std::vector<Text> ids;
  const auto note = [&](std::string_view id) {
    const bool known =
        std::any_of(ids.begin(), ids.end(), [&](const Text& text) { return text.view() == id; });
    if (!known) ids.emplace_back(id);
  };
  if (has_rows) {
    std::vector<Transaction> rows = details.transactions->value;
    for (Transaction& row : rows) {
      if (row.id.empty()) row.id = edit().mint.next(IdKind::transaction).view();
      edit().by_transaction.insert(hash_bytes(row.id), record.slot);
      if (succeeded && row.transaction_refresh.empty()) row.transaction_refresh = refresh->hash.id;
      if (is_shown(row) && row.transaction_refresh != (succeeded ? refresh->hash.id : ""))
        note(row.transaction_refresh);
    }
    details.transactions = share(std::move(rows));
  }
  if (succeeded) note(refresh->hash.id);
  if (!ids.empty()) details.succeeded = share(std::move(ids));
  record.details = make_ref<AccountDetails>(std::move(details));
}

/// The first of a spec's transactions whose id is taken, or that stands twice.
FAUXBANK_DECL std::string_view taken_row(const StateData& data, const AccountSpec& spec) noexcept {
  for (std::size_t i = 0; i < spec.transactions.size(); ++i) {
    const std::string& id = spec.transactions[i].id;
    if (id.empty()) continue;
    if (data.find_holder(id) != nullptr) return id;
    for (std::size_t j = 0; j < i; ++j) {
      if (spec.transactions[j].id == id) return id;
    }
  }
  return {};
}

}  // namespace fauxbank::detail
