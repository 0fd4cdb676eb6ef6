#include <fauxbank/model.hpp>

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/detail/record.hpp>
#include <fauxbank/error.hpp>

namespace fauxbank {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

UnixTime at(std::int64_t count) { return UnixTime{Seconds{count}}; }

// ---- sets of enumerators
// ----------------------------------------------------------------------------

TEST(EnumSets, InsertEraseAndIterateInDeclarationOrder) {
  FeatureSet set = {Feature::transactions, Feature::balance};
  EXPECT_EQ(set.size(), 2u);
  EXPECT_TRUE(set.contains(Feature::balance));
  EXPECT_FALSE(set.contains(Feature::ownership));
  std::vector<Feature> walked;
  for (Feature feature : set)
    walked.push_back(feature);
  EXPECT_THAT(walked, ElementsAre(Feature::balance, Feature::transactions));
  set.erase(Feature::balance);
  set.erase(Feature::ownership);
  EXPECT_EQ(set, FeatureSet{Feature::transactions});
  set.clear();
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.begin(), set.end());
  EXPECT_EQ(FeatureSet::all().size(), 3u);
  EXPECT_EQ(PermissionSet::all().size(), 4u);
}

template <class E>
void expect_round_trip() {
  for (std::size_t i = 0; i < EnumNames<E>::values.size(); ++i) {
    const auto value = static_cast<E>(i);
    EXPECT_EQ(from_string<E>(to_string(value)), value);
  }
  EXPECT_EQ(from_string<E>("nope"), std::nullopt);
  EXPECT_EQ(from_string<E>(""), std::nullopt);
}

TEST(EnumNames, LeadBothWays) {
  expect_round_trip<Status>();
  expect_round_trip<Category>();
  expect_round_trip<Subcategory>();
  expect_round_trip<Permission>();
  expect_round_trip<Feature>();
  expect_round_trip<PaymentMethodType>();
  expect_round_trip<RefreshStatus>();
  expect_round_trip<RefreshOrigin>();
  expect_round_trip<TransactionStatus>();
  expect_round_trip<NumberStatus>();
  EXPECT_EQ(to_string(Subcategory::line_of_credit), "line_of_credit");
  EXPECT_EQ(to_string(TransactionStatus::void_), "void");
  EXPECT_EQ(to_string(IdentifierType::tokenized_account_number), "tokenized_account_number");
}

// ---- accounts
// -----------------------------------------------------------------------------------------

AccountSpec full() {
  AccountSpec spec;
  spec.id = "fca_1";
  spec.tenant = "acct_t";
  spec.created = at(100);
  spec.account_holder = {HolderType::customer, "cus_1", "cusacct_1"};
  spec.session = "fcsess_1";
  spec.institution_name = "Bank";
  spec.display_name = "Mine";
  spec.last4 = "0042";
  spec.category = Category::credit;
  spec.subcategory = Subcategory::mortgage;
  spec.permissions = {Permission::ownership};
  spec.supported_payment_method_types = {PaymentMethodType::link};
  spec.subscribed = true;
  spec.balance = Balance{BalanceType::credit, at(5), {{"usd", -3}}, Amounts{{"usd", 3}}};
  spec.balance_refresh = Refresh{.last_attempted_at = Instant{Milliseconds{7}}};
  spec.ownership = Ownership{"fcaowns_1", at(6), {{.id = "fcaown_1", .name = "Jo"}}};
  spec.ownership_refresh = Refresh{.status = RefreshStatus::failed};
  spec.transaction_refresh = Refresh{.next_refresh_available_at = at(9), .id = "fctxnref_1"};
  spec.account_numbers = {AccountNumber{.ach = false}};
  spec.status_details = StatusDetails{.cause = DetailCause::access_expired};
  spec.transactions = {{.id = "fctxn_1", .amount = 4}};
  return spec;
}

TEST(Accounts, ShowEveryMemberOfTheirSpec) {
  const AccountSpec spec = full();
  const Account account(spec);
  EXPECT_EQ(account.id(), "fca_1");
  EXPECT_EQ(account.tenant(), "acct_t");
  EXPECT_EQ(account.created(), at(100));
  EXPECT_EQ(account.account_holder(), spec.account_holder);
  EXPECT_EQ(account.session(), "fcsess_1");
  EXPECT_EQ(account.institution_name(), "Bank");
  EXPECT_EQ(account.display_name(), "Mine");
  EXPECT_EQ(account.last4(), "0042");
  EXPECT_EQ(account.category(), Category::credit);
  EXPECT_EQ(account.subcategory(), Subcategory::mortgage);
  EXPECT_EQ(account.permissions(), spec.permissions);
  EXPECT_EQ(account.supported_payment_method_types(), spec.supported_payment_method_types);
  EXPECT_EQ(account.status(), Status::active);
  EXPECT_TRUE(account.subscribed());
  EXPECT_EQ(*account.balance(), *spec.balance);
  EXPECT_EQ(*account.ownership(), *spec.ownership);
  EXPECT_EQ(*account.refresh(Feature::balance), *spec.balance_refresh);
  EXPECT_EQ(*account.refresh(Feature::ownership), *spec.ownership_refresh);
  EXPECT_EQ(*account.refresh(Feature::transactions), *spec.transaction_refresh);
  EXPECT_EQ(*account.account_numbers(), *spec.account_numbers);
  EXPECT_EQ(*account.status_details(), *spec.status_details);
  EXPECT_EQ(account.transactions(), spec.transactions);
}

TEST(Accounts, HaveNothingThatTheirSpecLeavesOut) {
  const Account account(AccountSpec{});
  EXPECT_EQ(account.id().substr(0, 4), "fca_");
  EXPECT_EQ(account.tenant(), "");
  EXPECT_EQ(account.account_holder(), std::nullopt);
  EXPECT_EQ(account.session(), std::nullopt);
  EXPECT_EQ(account.category(), Category::cash);
  EXPECT_EQ(account.subcategory(), Subcategory::checking);
  EXPECT_EQ(account.permissions(), PermissionSet::all());
  EXPECT_FALSE(account.subscribed());
  EXPECT_EQ(account.balance(), nullptr);
  EXPECT_EQ(account.ownership(), nullptr);
  for (Feature feature : FeatureSet::all())
    EXPECT_EQ(account.refresh(feature), nullptr);
  EXPECT_EQ(account.account_numbers(), nullptr);
  EXPECT_EQ(account.status_details(), nullptr);
  EXPECT_TRUE(account.transactions().empty());
}

TEST(Accounts, TakeTheFirstSubcategoryThatFits) {
  const auto subcategory = [](Category category) {
    return Account({.category = category}).subcategory();
  };
  EXPECT_EQ(subcategory(Category::cash), Subcategory::checking);
  EXPECT_EQ(subcategory(Category::credit), Subcategory::credit_card);
  EXPECT_EQ(subcategory(Category::investment), Subcategory::other);
  EXPECT_EQ(subcategory(Category::other), Subcategory::other);
}

TEST(Accounts, TakeLongIds) {
  for (std::size_t size : {1u, 29u, 30u, 31u, 255u}) {
    const std::string id(size, 'x');
    EXPECT_EQ(Account({.id = id}).id(), id);
  }
}

TEST(Accounts, AHandleIsEmptyUntilItHasAnAccount) {
  Account account;
  EXPECT_FALSE(account);
  account = Account({.id = "fca_1"});
  EXPECT_TRUE(account);
  const Account copy = account;
  EXPECT_EQ(copy.record(), account.record());
}

TEST(Accounts, CompareByWhatTheyShow) {
  EXPECT_EQ(Account(full()), Account(full()));
  EXPECT_EQ(Account(), Account());
  EXPECT_FALSE(Account() == Account(full()));
  EXPECT_FALSE(Account(full()) == Account());
}

// ---- differences
// --------------------------------------------------------------------------------------

struct Edit {
  const char* field;
  std::function<void(AccountSpec&)> apply;
};

const std::vector<Edit>& edits() {
  static const std::vector<Edit> all = {
      {"id", [](AccountSpec& s) { s.id = "fca_2"; }},
      {"tenant", [](AccountSpec& s) { s.tenant = "acct_2"; }},
      {"account_holder", [](AccountSpec& s) { s.account_holder->id = "cus_2"; }},
      {"account_holder[type]",
       [](AccountSpec& s) { s.account_holder->type = HolderType::account; }},
      {"account_holder[customer_account]",
       [](AccountSpec& s) { s.account_holder->customer_account = "x"; }},
      {"account_numbers", [](AccountSpec& s) { s.account_numbers->front().ach = true; }},
      {"balance", [](AccountSpec& s) { s.balance->current[0].value = 1; }},
      {"balance_refresh",
       [](AccountSpec& s) { s.balance_refresh->status = RefreshStatus::failed; }},
      {"category",
       [](AccountSpec& s) { s.category = Category::other, s.subcategory = Subcategory::other; }},
      {"created", [](AccountSpec& s) { s.created = at(1); }},
      {"display_name", [](AccountSpec& s) { s.display_name = "Yours"; }},
      {"institution_name", [](AccountSpec& s) { s.institution_name = "Other"; }},
      {"last4", [](AccountSpec& s) { s.last4 = ""; }},
      {"ownership", [](AccountSpec& s) { s.ownership->id = "fcaowns_2"; }},
      {"ownership_refresh", [](AccountSpec& s) { s.ownership_refresh.reset(); }},
      {"permissions", [](AccountSpec& s) { s.permissions.clear(); }},
      {"session", [](AccountSpec& s) { s.session.reset(); }},
      {"status",
       [](AccountSpec& s) {
         s.status = Status::inactive, s.transaction_refresh->next_refresh_available_at.reset();
       }},
      {"status_details",
       [](AccountSpec& s) { s.status_details->action = DetailAction::relink_required; }},
      {"subcategory", [](AccountSpec& s) { s.subcategory = Subcategory::credit_card; }},
      {"subscribed", [](AccountSpec& s) { s.subscribed = false; }},
      {"supported_payment_method_types",
       [](AccountSpec& s) { s.supported_payment_method_types.clear(); }},
      {"transaction_refresh", [](AccountSpec& s) { s.transaction_refresh->id = "fctxnref_2"; }},
      {"transactions", [](AccountSpec& s) { s.transactions[0].amount = 5; }},
  };
  return all;
}

TEST(Diff, NamesEachMember) {
  const Account before(full());
  for (const Edit& edit : edits()) {
    AccountSpec spec = full();
    edit.apply(spec);
    const Account after(spec);
    EXPECT_FALSE(before == after) << edit.field;
    std::vector<std::string> fields;
    for (const FieldChange& change : diff(before, after)) {
      fields.emplace_back(change.field);
      EXPECT_NE(change.before, change.after) << edit.field;
    }
    EXPECT_THAT(fields, ::testing::Contains(edit.field));
    EXPECT_LE(fields.size(), 2u) << edit.field;
  }
}

TEST(Diff, PrintsBothSides) {
  AccountSpec spec = full();
  spec.balance->current = {{"eur", 1}, {"usd", 12}};
  spec.balance_refresh =
      Refresh{.status = RefreshStatus::pending, .last_attempted_at = Instant{Milliseconds{1000}}};
  spec.permissions = {Permission::balances, Permission::transactions};
  EXPECT_EQ(diff(Account(full()), Account(spec)),
            (std::vector<FieldChange>{
                {"balance", "-3 usd as of 1970-01-01T00:00:05Z",
                 "1 eur, 12 usd as of 1970-01-01T00:00:05Z"},
                {"balance_refresh", "succeeded (on_demand at 1970-01-01T00:00:00.007Z)",
                 "pending (on_demand at 1970-01-01T00:00:01Z)"},
                {"permissions", "[ownership]", "[balances, transactions]"}}));
}

TEST(Diff, OfEqualsAndOfNothingIsEmpty) {
  EXPECT_TRUE(diff(Account(full()), Account(full())).empty());
  EXPECT_TRUE(diff(Account(), Account(full())).empty());
}

// ---- faulty specs
// -------------------------------------------------------------------------------------

struct Fault {
  const char* pointer;
  const char* text;
  std::function<void(AccountSpec&)> apply;
};

TEST(SpecFaults, NameTheMemberAndWhatIsWrong) {
  const auto pending = [] { return Refresh{.status = RefreshStatus::pending}; };
  const std::vector<Fault> faults = {
      {"/id", "255", [](AccountSpec& s) { s.id.assign(256, 'x'); }},
      {"/id", "slashes", [](AccountSpec& s) { s.id = "a/b"; }},
      {"/id", "control", [](AccountSpec& s) { s.id = "a\n"; }},
      {"/id", "UTF-8", [](AccountSpec& s) { s.id = "\xff"; }},
      {"/tenant", "slashes", [](AccountSpec& s) { s.tenant = "a/b"; }},
      {"/session", "needed", [](AccountSpec& s) { s.session = ""; }},
      {"/account_holder/customer", "needed",
       [](AccountSpec& s) { s.account_holder = AccountHolder::customer(""); }},
      {"/account_holder/account", "needed",
       [](AccountSpec& s) { s.account_holder = AccountHolder::account(""); }},
      {"/account_holder/customer_account", "control",
       [](AccountSpec& s) { s.account_holder->customer_account = "\x01"; }},
      {"/institution_name", "UTF-8", [](AccountSpec& s) { s.institution_name = "\xff"; }},
      {"/display_name", "5000", [](AccountSpec& s) { s.display_name = std::string(5001, 'x'); }},
      {"/last4", "'123'", [](AccountSpec& s) { s.last4 = "123"; }},
      {"/last4", "'12a4'", [](AccountSpec& s) { s.last4 = "12a4"; }},
      {"/subcategory", "'checking'", [](AccountSpec& s) { s.subcategory = Subcategory::checking; }},
      {"/balance_refresh", "active",
       [&](AccountSpec& s) { s.status = Status::inactive, s.balance_refresh = pending(); }},
      {"/ownership_refresh", "next_refresh_available_at",
       [&](AccountSpec& s) {
         s.ownership_refresh = pending(), s.ownership_refresh->next_refresh_available_at = at(1);
       }},
      {"/balance_refresh", "id", [](AccountSpec& s) { s.balance_refresh->id = "x"; }},
      {"/transaction_refresh", "1970",
       [](AccountSpec& s) {
         s.transaction_refresh->last_attempted_at = Instant{Milliseconds{-1}};
       }},
      {"/balance_refresh", "inactive",
       [](AccountSpec& s) {
         s.status = Status::inactive, s.balance_refresh->next_refresh_available_at = at(1);
       }},
      {"/ownership_refresh", "subscription",
       [](AccountSpec& s) { s.ownership_refresh->origin = RefreshOrigin::subscription; }},
      {"/transaction_refresh", "disconnected",
       [](AccountSpec& s) {
         s = AccountSpec{};
         s.status = Status::disconnected, s.transaction_refresh = Refresh{};
       }},
      {"/balance", "disconnected",
       [](AccountSpec& s) {
         s = AccountSpec{};
         s.status = Status::disconnected, s.balance = Balance{};
       }},
      {"/subscriptions", "disconnected",
       [](AccountSpec& s) {
         s = AccountSpec{};
         s.status = Status::disconnected, s.subscribed = true;
       }},
      {"/balance", "'USD'",
       [](AccountSpec& s) {
         s.balance->current = {{"USD", 1}};
       }},
      {"/balance", "twice",
       [](AccountSpec& s) {
         s.balance->part = Amounts{{"usd", 1}, {"usd", 2}};
       }},
      {"/refresh/balance/0/completes", "negative",
       [](AccountSpec& s) {
         s.refresh.balance = {{.completes = Completion::after(Milliseconds{-1})}};
       }},
      {"/refresh/ownership/1/completes", "at least 1",
       [](AccountSpec& s) {
         s.refresh.ownership = {{}, {.completes = Completion::after_reads(0)}};
       }},
      {"/refresh/transactions/0/cool_down", "negative",
       [](AccountSpec& s) { s.refresh.transactions = {{.cool_down = Milliseconds{-1}}}; }},
      {"/refresh/balance/0/balance", "'x'",
       [](AccountSpec& s) {
         s.refresh.balance = {{.balance = Balance{{}, {}, {{"x", 1}}, {}}}};
       }},
  };
  for (const Fault& fault : faults) {
    AccountSpec spec = full();
    fault.apply(spec);
    try {
      const Account account(spec);
      ADD_FAILURE() << "accepted: " << fault.pointer << " " << fault.text;
    } catch (const Misuse& misuse) {
      EXPECT_THAT(misuse.what(), HasSubstr(std::string("Account: ") + fault.pointer + ": "));
      EXPECT_THAT(misuse.what(), HasSubstr(fault.text));
    }
  }
}

TEST(SpecFaults, TheBordersAreIn) {
  EXPECT_NO_THROW(
      Account({.id = std::string(255, 'x'), .display_name = std::string(5000, 'x'), .last4 = ""}));
  EXPECT_NO_THROW(Account({.refresh = {.balance = {{.completes = Completion::after(Milliseconds{0}),
                                                    .cool_down = Milliseconds{0}}}}}));
  EXPECT_NO_THROW(Account({.refresh = {.balance = {{.completes = Completion::after_reads(1)}}}}));
}

}  // namespace
}  // namespace fauxbank
