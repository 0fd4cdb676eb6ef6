#pragma once

// How the engine keeps an account: one immutable counted record, replaced whole at every change.
// Journal entries, answers and forks share records; a change costs one copy of 128 bytes.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fauxbank/detail/pool.hpp>
#include <fauxbank/model.hpp>

namespace fauxbank::detail {

/// A counted value.
template <class T>
struct Shared : RefCounted {
  explicit Shared(T v) : value(std::move(v)) {}
  T value;
};

template <class T>
using SharedRef = Ref<const Shared<T>>;

template <class T>
SharedRef<T> share(T value) {
  return make_ref<Shared<T>>(std::move(value));
}

/// Share a balance, its amounts in the order in which they print.
inline SharedRef<Balance> share_balance(Balance balance) {
  std::sort(balance.current.begin(), balance.current.end());
  if (balance.part) std::sort(balance.part->begin(), balance.part->end());
  return share(std::move(balance));
}

/// One refresh: what is printed, and while it is pending how it will end.
struct RefreshRecord : RefCounted {
  Refresh hash;
  Completion::Kind kind = Completion::Kind::after;
  RefreshOutcome outcome = RefreshOutcome::succeeded;
  std::uint32_t reads_left = 0;
  std::uint64_t order = 0;  // starts are numbered: ties of completions go by it
  std::int64_t due_ms = 0;  // kind after: when its timer stands
  std::int64_t cool_down_ms = 0;
  SharedRef<RefreshPlan> data;  // what success brings; null: from the seed
  Home home;

  static void operator delete(RefreshRecord* record, std::destroying_delete_t) noexcept {
    Pool::end(record);
  }
  bool pending() const noexcept { return hash.status == RefreshStatus::pending; }
};

/// What most accounts of a large world lack.
struct AccountDetails : RefCounted {
  Text long_id;  // ids that do not fit into the record
  Text tenant;
  Text customer_account;
  SharedRef<Balance> balance;
  SharedRef<Balance> next_balance;  // set by hand, shown after the next success
  SharedRef<Ownership> ownership;
  SharedRef<RefreshPlans> plans;
  std::uint32_t served[3] = {};  // plan entries used up, by feature
  SharedRef<std::vector<AccountNumber>> account_numbers;
  SharedRef<StatusDetails> status_details;
  SharedRef<std::vector<Transaction>> transactions;
  SharedRef<std::vector<Text>> succeeded;  // ids of transactions refreshes, oldest first
  std::int64_t daily_anchor_ms = 0;        // subscribed: dailies are due at anchor + k·24 h
  std::int64_t daily_due_ms = 0;           // the timer that stands, 0 for none
};

// Ordered so that it takes 128 bytes, as much as a cell of a pool has.
struct AccountRecord : RecordBase {
  static constexpr std::size_t kShortId = 28;  // as long as ids from the seed
  static constexpr std::uint8_t kLongId = 0xff;
  static constexpr std::uint16_t kNoLast4 = 0xffff;

  std::uint32_t slot = 0;  // link order
  std::int64_t created = 0;
  char short_id[kShortId] = {};
  std::uint16_t last4 = kNoLast4;
  std::uint8_t id_size = 0;
  bool id_plain = true;
  Category category = Category::cash;
  Subcategory subcategory = Subcategory::checking;
  Status status = Status::active;
  HolderType holder_type = HolderType::customer;
  PermissionSet permissions;
  PaymentMethodTypeSet payment_methods;
  bool subscribed = false;
  Text holder;
  Text session;
  Text institution_name;
  Text display_name;
  Ref<const AccountDetails> details;
  Ref<const RefreshRecord> refresh[3];
  Home home;

  static void operator delete(AccountRecord* record, std::destroying_delete_t) noexcept {
    Pool::end(record);
  }
  std::string_view id() const noexcept {
    return id_size == kLongId ? details->long_id.view() : std::string_view(short_id, id_size);
  }
  std::string_view tenant() const noexcept {
    return details ? details->tenant.view() : std::string_view();
  }
  const RefreshRecord* of(Feature feature) const noexcept {
    return refresh[static_cast<std::size_t>(feature)].get();
  }

  /// The row of this id, or null.
  const Transaction* transaction(std::string_view id) const noexcept {
    if (!details || !details->transactions) return nullptr;
    const auto& rows = details->transactions->value;
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const Transaction& r) { return r.id == id; });
    return row == rows.end() ? nullptr : &*row;
  }

  /// Call once, before there are other details.
  /// \param plain whether the id needs no escapes in JSON
  void set_id(std::string_view id, bool plain);
  /// A copy of the details to change; the caller puts it back.
  AccountDetails details_copy() const {
    return details ? AccountDetails(*details) : AccountDetails();
  }
};

/// A fault in a spec: the member, as a JSON pointer below the account, and what is wrong with it.
struct SpecFault {
  std::string pointer;
  std::string text;
};

/// Check all members of a spec against the account schema.
std::optional<SpecFault> check(const AccountSpec& spec);

/// Check one plan by itself. Pointers are relative to it.
std::optional<SpecFault> check(const RefreshPlan& plan);

/// Check a session by itself, and an account against the session that it is linked with.
std::optional<SpecFault> check(const SessionSpec& session);
std::optional<SpecFault> check(const AccountSpec& spec, const SessionSpec& session);
std::optional<std::string> balance_fault(const Balance& balance);
Subcategory default_subcategory(Category category) noexcept;
/// What an account is that links through a session: as its spec says, else the first that the
/// session takes. Empty when it takes none such.
std::optional<Subcategory> subcategory_through(const AccountSpec& spec, const SessionSpec& session);
std::string session_is_full(const SessionSpec& session);

/// Print last4 as four digits.
std::array<char, 4> last4_text(std::uint16_t last4) noexcept;

inline const std::vector<RefreshPlan>& entries_of(const RefreshPlans& plans,
                                                  Feature feature) noexcept {
  switch (feature) {
    case Feature::balance:
      return plans.balance;
    case Feature::ownership:
      return plans.ownership;
    case Feature::transactions:
      break;
  }
  return plans.transactions;
}

/// The plan entries that are still to serve; the last one always is.
inline std::vector<RefreshPlan> plans_left(const AccountDetails& details, Feature feature) {
  if (!details.plans) return {};
  const std::vector<RefreshPlan>& entries = entries_of(details.plans->value, feature);
  if (entries.empty()) return {};
  const std::size_t served = details.served[static_cast<std::size_t>(feature)];
  return {entries.begin() + static_cast<std::ptrdiff_t>(std::min(served, entries.size() - 1)),
          entries.end()};
}

/// Fill a new record from a checked spec. What needs a world (holder, session, texts to share;
/// defaults from the seed) is the caller's.
void fill(AccountRecord& record, const AccountSpec& spec, std::int64_t created);

}  // namespace fauxbank::detail

inline fauxbank::Account::Account(detail::Ref<const detail::AccountRecord> record) noexcept
    : record_(std::move(record)) {}
inline const fauxbank::detail::AccountRecord* fauxbank::Account::record() const noexcept {
  return static_cast<const detail::AccountRecord*>(record_.get());
}
