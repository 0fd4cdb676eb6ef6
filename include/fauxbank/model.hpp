#pragma once

/// \file
/// The bank's data: accounts and what belongs to them, as values.
///
/// `Account` is an immutable counted handle: eight bytes, cheap to copy, safe to keep and to hand
/// to another thread; it shows the account as of the moment it was taken. `AccountSpec` is the open
/// form from which accounts are made.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fauxbank/clock.hpp>
#include <fauxbank/detail/enums.hpp>
#include <fauxbank/detail/ref.hpp>

namespace fauxbank {

using Seconds = std::chrono::seconds;

/// An instant as the wire prints it: whole Unix seconds.
using UnixTime = std::chrono::sys_time<Seconds>;

// ---- enumerations, in wire names ---------------------------------------------------------------

enum class Status : std::uint8_t { active, inactive, disconnected };
FAUXBANK_ENUM_NAMES(Status, "active", "inactive", "disconnected");

enum class Category : std::uint8_t { cash, credit, investment, other };
FAUXBANK_ENUM_NAMES(Category, "cash", "credit", "investment", "other");

enum class Subcategory : std::uint8_t {
  checking,
  credit_card,
  line_of_credit,
  mortgage,
  other,
  savings
};
FAUXBANK_ENUM_NAMES(Subcategory, "checking", "credit_card", "line_of_credit", "mortgage", "other",
                    "savings");

enum class Permission : std::uint8_t { balances, ownership, payment_method, transactions };
FAUXBANK_ENUM_NAMES(Permission, "balances", "ownership", "payment_method", "transactions");
using PermissionSet = EnumSet<Permission>;

/// What can be refreshed; of these only transactions can be subscribed to.
enum class Feature : std::uint8_t { balance, ownership, transactions };
FAUXBANK_ENUM_NAMES(Feature, "balance", "ownership", "transactions");
using FeatureSet = EnumSet<Feature>;

enum class PaymentMethodType : std::uint8_t { link, us_bank_account };
FAUXBANK_ENUM_NAMES(PaymentMethodType, "link", "us_bank_account");
using PaymentMethodTypeSet = EnumSet<PaymentMethodType>;

enum class HolderType : std::uint8_t { account, customer };
FAUXBANK_ENUM_NAMES(HolderType, "account", "customer");

/// Which of the accounts that a session links must do for payments.
enum class PaymentMethodSupport : std::uint8_t { all, at_least_one, none };
FAUXBANK_ENUM_NAMES(PaymentMethodSupport, "all", "at_least_one", "none");

/// Whether a session lets account numbers be typed in.
enum class ManualEntry : std::uint8_t { automatic, disabled };
FAUXBANK_ENUM_NAMES(ManualEntry, "automatic", "disabled");

enum class BalanceType : std::uint8_t { cash, credit };
FAUXBANK_ENUM_NAMES(BalanceType, "cash", "credit");

enum class RefreshStatus : std::uint8_t { pending, succeeded, failed };
FAUXBANK_ENUM_NAMES(RefreshStatus, "pending", "succeeded", "failed");

/// Who started a refresh (rule refresh.origin).
enum class RefreshOrigin : std::uint8_t { on_demand, subscription, prefetch };
FAUXBANK_ENUM_NAMES(RefreshOrigin, "on_demand", "subscription", "prefetch");

enum class RefreshOutcome : std::uint8_t { succeeded, failed };
FAUXBANK_ENUM_NAMES(RefreshOutcome, "succeeded", "failed");

/// How answers are written (rules form.documented, form.current).
enum class Form : std::uint8_t { documented, current };
FAUXBANK_ENUM_NAMES(Form, "documented", "current");

// ---- parts of an account -----------------------------------------------------------------------

/// Who holds an account: a customer or a connected account.
struct AccountHolder {
  HolderType type = HolderType::customer;
  std::string id{};                ///< `cus_…` or `acct_…`, as `type` says
  std::string customer_account{};  ///< the customer's account id, where there is one

  static AccountHolder customer(std::string id);
  static AccountHolder account(std::string id);
  friend bool operator==(const AccountHolder&, const AccountHolder&) = default;
};

/// Money in one currency, in its smallest unit. Positive is owed to the holder.
struct Amount {
  std::string currency{};  ///< three letters, lower case
  std::int64_t value = 0;
  friend auto operator<=>(const Amount&, const Amount&) = default;
};
using Amounts = std::vector<Amount>;

struct Balance {
  BalanceType type = BalanceType::cash;
  UnixTime as_of{};  ///< in a plan or `set_balance`: overwritten by the instant of completion
  Amounts current{};
  std::optional<Amounts>
      part{};  ///< cash: what is available; credit: what is used; nothing prints null
  friend bool operator==(const Balance&, const Balance&) = default;
};

struct Owner {
  std::string id{};  ///< empty: made from the seed
  std::string name{};
  std::optional<std::string> email{};
  std::optional<std::string> phone{};
  std::optional<std::string> raw_address{};
  std::optional<UnixTime> refreshed_at{};
  friend bool operator==(const Owner&, const Owner&) = default;
};

/// A snapshot of who owns an account; every successful refresh makes a new one.
struct Ownership {
  std::string id{};
  UnixTime created{};
  std::vector<Owner> owners{};
  friend bool operator==(const Ownership&, const Ownership&) = default;
};

/// The state of the latest refresh of one feature.
struct Refresh {
  RefreshStatus status = RefreshStatus::succeeded;
  Instant last_attempted_at{};
  std::optional<UnixTime> next_refresh_available_at{};  ///< nothing while pending
  RefreshOrigin origin = RefreshOrigin::on_demand;
  std::string id{};  ///< transactions only
  friend bool operator==(const Refresh&, const Refresh&) = default;
};

enum class TransactionStatus : std::uint8_t { pending, posted, void_ };
FAUXBANK_ENUM_NAMES(TransactionStatus, "pending", "posted", "void");

struct Transaction {
  std::string id{};  ///< empty: made from the seed
  std::int64_t amount = 0;
  std::string currency = "usd";
  std::string description{};
  TransactionStatus status = TransactionStatus::posted;
  UnixTime transacted_at{};
  std::optional<UnixTime> posted_at{};  ///< of a posted one, nothing: `transacted_at`
  std::optional<UnixTime> void_at{};    ///< of a void one, nothing: `transacted_at`
  std::optional<UnixTime> updated{};    ///< nothing: when the refresh that brings it succeeds
  /// The refresh that brought it. Empty: the next that succeeds brings it; until then the bank
  /// knows of it and the API does not show it.
  std::string transaction_refresh{};
  friend bool operator==(const Transaction&, const Transaction&) = default;
};

enum class IdentifierType : std::uint8_t { account_number, tokenized_account_number };
FAUXBANK_ENUM_NAMES(IdentifierType, "account_number", "tokenized_account_number");
enum class NumberStatus : std::uint8_t { deactivated, expired, pending, transactable };
FAUXBANK_ENUM_NAMES(NumberStatus, "deactivated", "expired", "pending", "transactable");

/// One entry of `account_numbers` (current form).
struct AccountNumber {
  std::optional<UnixTime> expected_expiry_date{};
  IdentifierType identifier_type = IdentifierType::account_number;
  NumberStatus status = NumberStatus::transactable;
  bool ach = true;  ///< the only network there is: `supported_networks` is `["ach"]` or empty
  friend bool operator==(const AccountNumber&, const AccountNumber&) = default;
};

enum class DetailAction : std::uint8_t { none, relink_required };
FAUXBANK_ENUM_NAMES(DetailAction, "none", "relink_required");
enum class DetailCause : std::uint8_t { access_expired, institution_requirement, unspecified };
FAUXBANK_ENUM_NAMES(DetailCause, "access_expired", "institution_requirement", "unspecified");

/// `status_details.active` (current form): an active account that is about to lose access.
struct StatusDetails {
  DetailAction action = DetailAction::none;
  DetailCause cause = DetailCause::unspecified;
  UnixTime expected_deactivation_date{};
  friend bool operator==(const StatusDetails&, const StatusDetails&) = default;
};

// ---- plans: how refreshes go --------------------------------------------------------------------

/// When a refresh leaves pending (rule refresh.completes).
struct Completion {
  enum class Kind : std::uint8_t { after, after_reads, manually, never };
  Kind kind = Kind::after;
  Milliseconds delay{5000};  ///< after: world time, not negative
  std::uint32_t reads = 0;   ///< after_reads: at least 1

  static constexpr Completion after(Milliseconds delay) { return {Kind::after, delay, 0}; }
  static constexpr Completion after_reads(std::uint32_t reads) {
    return {Kind::after_reads, {}, reads};
  }
  static constexpr Completion manually() { return {Kind::manually, {}, 0}; }
  static constexpr Completion never() { return {Kind::never, {}, 0}; }
  friend bool operator==(const Completion&, const Completion&) = default;
};

/// How one refresh goes. What is left out comes from the world's defaults: after 5 s, succeeded,
/// cool-down 1 s; data from the seed.
struct RefreshPlan {
  std::optional<Completion> completes{};
  std::optional<RefreshOutcome> outcome{};
  std::optional<Milliseconds> cool_down{};  ///< not negative
  std::string id{};  ///< of the refresh (transactions) or of the ownership it brings
  std::optional<Balance> balance{};
  std::vector<Owner> owners{};
  std::vector<Transaction> rows{};
  friend bool operator==(const RefreshPlan&, const RefreshPlan&) = default;
};

/// Plans by feature. The entries of one feature serve one refresh after the other; the last
/// repeats.
struct RefreshPlans {
  std::vector<RefreshPlan> balance{};
  std::vector<RefreshPlan> ownership{};
  std::vector<RefreshPlan> transactions{};
  friend bool operator==(const RefreshPlans&, const RefreshPlans&) = default;
};

// ---- the account
// ---------------------------------------------------------------------------------

/// Everything an account can be made from. Only set what the test cares for; the rest is: active,
/// cash, checking, all four permissions, created now, no holder, session or tenant, nothing
/// refreshed yet; id, last4 and names from the seed.
struct AccountSpec {
  std::string id{};
  std::string tenant{};  ///< `acct_…`, empty for none (rule tenant)
  std::optional<UnixTime> created{};
  std::optional<AccountHolder> account_holder{};
  std::optional<std::string> session{};
  std::optional<std::string> institution_name{};
  std::optional<std::string> display_name{};  ///< an empty string prints null
  std::optional<std::string> last4{};         ///< four digits; an empty string prints null
  Category category = Category::cash;
  std::optional<Subcategory> subcategory{};  ///< nothing: the first that fits the category
  PermissionSet permissions = PermissionSet::all();
  PaymentMethodTypeSet supported_payment_method_types = {PaymentMethodType::us_bank_account};
  Status status = Status::active;
  bool subscribed = false;  ///< to transactions
  std::optional<Balance> balance{};
  std::optional<Refresh> balance_refresh{};
  std::optional<Ownership> ownership{};
  std::optional<Refresh> ownership_refresh{};
  std::optional<Refresh> transaction_refresh{};
  std::optional<std::vector<AccountNumber>> account_numbers{};
  std::optional<StatusDetails> status_details{};
  std::vector<Transaction> transactions{};
  RefreshPlans refresh{};
  std::optional<Balance> next_balance{};  ///< what the next success brings (`World::set_balance`)
  /// Subscribed, but never refreshed: what the daily refreshes count from; nothing: the present.
  std::optional<Instant> daily_from{};
};

/// A session: the visit in which somebody links accounts (rule sessions). Accounts linked with it
/// have its holder, and of their permissions those that it asked for. An account may name a session
/// that is not listed; then nothing is checked.
struct SessionSpec {
  std::string id{};      ///< empty: made from the seed
  std::string tenant{};  ///< empty for none
  std::optional<AccountHolder> account_holder{};
  PermissionSet permissions = PermissionSet::all();  ///< at least one
  FeatureSet prefetch{};                             ///< refreshes that start when an account links
  std::vector<std::string> countries{};              ///< two letters, upper case; empty: any
  std::vector<Subcategory> account_subcategories{};  ///< that may be linked; empty: any
  std::optional<PaymentMethodSupport> require_payment_method_support{};  ///< printed, not enforced
  std::optional<std::int64_t> accounts_limit{};  ///< how many may be linked, at least 1
  std::optional<ManualEntry> manual_entry{};     ///< printed, not enforced
  std::string return_url{};
  friend bool operator==(const SessionSpec&, const SessionSpec&) = default;
};

namespace detail {

struct AccountRecord;

/// An account's record where that is not complete: handles are copied and dropped everywhere.
class RecordBase : public RefCounted {
  friend struct AccountRecord;  // nothing else is one
  RecordBase() noexcept = default;
  RecordBase(const RecordBase&) noexcept = default;
  RecordBase& operator=(const RecordBase&) noexcept = default;
  ~RecordBase() = default;
};
void dispose(const RecordBase* record) noexcept;

}  // namespace detail

/// One account at one moment. A counted handle: copying and reading never allocate.
///
/// Views and pointers that members return live as long as any handle to the same moment does. An
/// empty handle (default constructed) converts to false; reading it is a precondition violation.
///
/// Thread safety: immutable; share freely.
class Account {
 public:
  Account() noexcept = default;
  /// Make an account outside any world, for hand-made answers of a mock.
  /// \throws Misuse when the parts contradict each other (see `World::link`)
  explicit Account(const AccountSpec& spec);

  explicit operator bool() const noexcept { return static_cast<bool>(record_); }

  std::string_view id() const noexcept;
  std::string_view tenant() const noexcept;  ///< empty for none
  UnixTime created() const noexcept;
  std::optional<AccountHolder> account_holder() const;
  std::optional<std::string_view> session() const noexcept;
  std::string_view institution_name() const noexcept;
  std::optional<std::string_view> display_name() const noexcept;
  std::optional<std::string> last4() const;
  Category category() const noexcept;
  Subcategory subcategory() const noexcept;
  PermissionSet permissions() const noexcept;
  PaymentMethodTypeSet supported_payment_method_types() const noexcept;
  /// The engine's own state; the documented form prints `pending` over it (rule
  /// form.documented.pending).
  Status status() const noexcept;
  bool subscribed() const noexcept;
  const Balance* balance() const noexcept;                 ///< null when there is none
  const Ownership* ownership() const noexcept;             ///< null when there is none
  const Refresh* refresh(Feature feature) const noexcept;  ///< null before the first refresh
  const std::vector<AccountNumber>* account_numbers() const noexcept;
  const StatusDetails* status_details() const noexcept;
  const std::vector<Transaction>& transactions() const noexcept;

  /// Whether two handles show equal accounts, at whatever moments.
  friend bool operator==(const Account& a, const Account& b);

  // ---- private use; see detail/record.hpp ----

  inline explicit Account(detail::Ref<const detail::AccountRecord> record) noexcept;
  inline const detail::AccountRecord* record() const noexcept;

 private:
  detail::Ref<const detail::RecordBase> record_;
};

/// One member that differs between two moments of an account, printed.
struct FieldChange {
  std::string_view field;  ///< the wire name
  std::string before;
  std::string after;
  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

/// Compare two moments of an account member by member, in wire order. An empty `before` lists
/// nothing.
std::vector<FieldChange> diff(const Account& before, const Account& after);

/// One page of a list.
template <class T>
struct Page {
  std::vector<T> data;
  bool has_more = false;
  friend bool operator==(const Page&, const Page&) = default;
};

// ---- as text: one line each, short, for failures and logs ---------------------------------------

/// `fca_1 active, balance 12345 usd, balance refresh pending`
std::string to_string(const Account& account);
/// `2 accounts and more: fca_2 fca_1`
std::string to_string(const Page<Account>& page);
/// `customer cus_1`
std::string to_string(const AccountHolder& holder);
/// `12345 usd`
std::string to_string(const Amount& amount);
/// `cash 12345 usd, available 12000 usd, as of 2023-11-14T22:13:20Z`
std::string to_string(const Balance& balance);
/// `Jane Smith (fcaowner_1)`
std::string to_string(const Owner& owner);
/// `fcaowns_1 of Jane Smith`
std::string to_string(const Ownership& ownership);
/// `pending since 2023-11-14T22:13:20Z (on_demand)`
std::string to_string(const Refresh& refresh);
/// `fctxn_1 -300 usd 'Rocket Rides' posted`
std::string to_string(const Transaction& transaction);
std::string to_string(const AccountNumber& number);
std::string to_string(const StatusDetails& details);
/// `after 5000 ms`, `after 3 reads`, `manually`, `never`
std::string to_string(const Completion& completion);
std::string to_string(const RefreshPlan& plan);
std::string to_string(const RefreshPlans& plans);
/// `fca_1 active of customer cus_1`: only what tells accounts apart
std::string to_string(const AccountSpec& spec);
/// `fcsess_1, customer cus_1, permissions {balances}`
std::string to_string(const SessionSpec& session);
/// `status: active → inactive`
std::string to_string(const FieldChange& change);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/check_session.ipp>
#include <fauxbank/impl/check_spec.ipp>
#include <fauxbank/impl/diff.ipp>
#include <fauxbank/impl/model.ipp>
#include <fauxbank/impl/model_text.ipp>
#endif
