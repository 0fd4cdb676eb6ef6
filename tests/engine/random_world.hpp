#pragma once

// Seeded random accounts, filters and plans. A test that uses them names its seed in a
// SCOPED_TRACE.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank::testing {

inline constexpr std::int64_t kStart = 1'700'000'000;
inline const Instant kStartInstant{Seconds{kStart}};

/// The draws of a test, never those of the world that it makes.
inline Random draws(std::uint64_t seed) { return Random(seed, RandomStream::test); }

template <class T, std::size_t N>
const T& pick(Random& random, const std::array<T, N>& values) {
  return values[random.below(N)];
}

inline std::string numbered(std::string_view prefix, std::uint64_t number) {
  return std::string(prefix) + std::to_string(number);
}

/// The `number`-th account of a world: few holders, sessions, tenants and creation times, so that
/// they meet.
inline AccountSpec random_account(Random& random, std::uint64_t number) {
  AccountSpec spec;
  spec.id = numbered(random.chance(0.1) ? "fca_with_an_id_too_long_to_be_kept_in_place_" : "fca_",
                     number);
  spec.created = UnixTime{Seconds{kStart - random.between(0, 5)}};
  if (random.chance(0.25)) spec.tenant = numbered("acct_tenant", random.below(2));
  switch (random.below(4)) {
    case 0:
      break;
    case 1:
      spec.account_holder = AccountHolder::account(numbered("acct_holder", random.below(2)));
      break;
    default:
      spec.account_holder = AccountHolder::customer(numbered("cus_", random.below(3)));
      if (random.chance(0.3))
        spec.account_holder->customer_account = numbered("cuacct_", random.below(2));
  }
  if (random.chance(0.5)) spec.session = numbered("fcsess_", random.below(3));
  spec.category = static_cast<Category>(random.below(EnumNames<Category>::values.size()));
  return spec;
}

inline std::vector<AccountSpec> random_accounts(Random& random, std::size_t count) {
  std::vector<AccountSpec> specs;
  for (std::size_t i = 0; i < count; ++i)
    specs.push_back(random_account(random, i));
  return specs;
}

/// What a list can be asked for, without limit and cursors.
struct Filter {
  std::string tenant{};
  ListParams params{};
};

/// One filter of each kind, and for each a value that nobody has.
inline std::vector<Filter> all_filters() {
  std::vector<Filter> filters(13);
  filters[1].tenant = "acct_tenant0";
  filters[2].tenant = "acct_tenant1";
  filters[3].tenant = "acct_nobody";
  filters[4].params.account_holder.customer = "cus_0";
  filters[5].params.account_holder.customer = "cus_2";
  filters[6].params.account_holder.customer = "cus_nobody";
  filters[7].params.account_holder.account = "acct_holder0";
  filters[8].params.account_holder.customer_account = "cuacct_1";
  filters[9].params.session = "fcsess_0";
  filters[10].params.session = "fcsess_2";
  filters[11].params.session = "fcsess_nobody";
  filters[12].tenant = "acct_tenant0";
  filters[12].params.account_holder.customer = "cus_0";
  return filters;
}

/// How a refresh will go. `instantly` allows those that end within the instant they start at,
/// `by_reads` those that end when they are looked at.
inline RefreshPlan random_plan(Random& random, bool instantly, bool by_reads) {
  RefreshPlan plan;
  switch (random.below(by_reads ? 5 : 4)) {
    case 0:
      plan.completes = Completion::manually();
      break;
    case 1:
      plan.completes = Completion::never();
      break;
    case 4:
      plan.completes = Completion::after_reads(static_cast<std::uint32_t>(random.between(1, 3)));
      break;
    default:
      plan.completes = Completion::after(Milliseconds{random.between(instantly ? 0 : 1, 8) * 2500});
      // A whole day: completions meet the daily refreshes.
      if (random.chance(0.2)) plan.completes = Completion::after(std::chrono::hours{24});
  }
  if (random.chance(0.3)) plan.outcome = RefreshOutcome::failed;
  if (random.chance(0.7)) plan.cool_down = Milliseconds{random.between(0, 6) * 1700};
  return plan;
}

inline std::vector<RefreshPlan> random_plans(Random& random, bool instantly, bool by_reads) {
  std::vector<RefreshPlan> plans(random.below(3));
  for (RefreshPlan& plan : plans)
    plan = random_plan(random, instantly, by_reads);
  return plans;
}

/// A refresh that an account is loaded with. Half days: its dailies meet those of others.
inline Refresh random_refresh(Random& random, Feature feature) {
  Refresh refresh;
  refresh.last_attempted_at = kStartInstant - std::chrono::hours{12 * random.between(0, 7)};
  switch (random.below(4)) {
    case 0:
      refresh.status = RefreshStatus::pending;
      if (feature == Feature::transactions && random.chance(0.5)) {
        refresh.origin = RefreshOrigin::subscription;
      } else if (random.chance(0.2)) {
        refresh.origin = RefreshOrigin::prefetch;
      }
      return refresh;
    case 1:
      refresh.status = RefreshStatus::failed;
      break;
    default:
      break;
  }
  if (random.chance(0.7)) {
    refresh.next_refresh_available_at = UnixTime{Seconds{kStart + random.between(-10, 10)}};
  }
  return refresh;
}

/// An account with plans of its own and now and then without a permission.
inline AccountSpec random_living_account(Random& random, std::uint64_t number, bool instantly,
                                         bool by_reads) {
  AccountSpec spec = random_account(random, number);
  spec.refresh.balance = random_plans(random, instantly, by_reads);
  spec.refresh.ownership = random_plans(random, instantly, by_reads);
  spec.refresh.transactions = random_plans(random, instantly, by_reads);
  if (random.chance(0.15)) spec.permissions.erase(static_cast<Permission>(random.below(4)));
  if (random.chance(0.3)) spec.subscribed = true;
  if (random.chance(0.2)) spec.balance_refresh = random_refresh(random, Feature::balance);
  if (random.chance(0.2)) spec.ownership_refresh = random_refresh(random, Feature::ownership);
  if (random.chance(0.4)) spec.transaction_refresh = random_refresh(random, Feature::transactions);
  return spec;
}

}  // namespace fauxbank::testing
