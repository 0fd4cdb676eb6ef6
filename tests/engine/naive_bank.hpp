#pragma once

// The state machine once more, as plainly as it can be written: a vector of accounts, and time that
// looks at all of them for whatever comes first. Slow, without indexes or timers, and sharing no
// code with the engine.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "engine/random_world.hpp"

namespace fauxbank::testing {

struct NaiveRefresh {
  RefreshStatus status = RefreshStatus::pending;
  std::int64_t attempted = 0;          // ms
  std::optional<std::int64_t> next{};  // s
  RefreshOrigin origin = RefreshOrigin::on_demand;
  // While it is pending:
  Completion completes{};
  RefreshOutcome outcome = RefreshOutcome::succeeded;
  std::int64_t cool_down = 0;
  std::int64_t due = 0;  // ms, where it ends by itself
  std::uint64_t start = 0;
  std::uint32_t reads = 0;

  bool pending() const { return status == RefreshStatus::pending; }
};

struct NaiveAccount {
  AccountSpec spec;
  Status status = Status::active;
  bool subscribed = false;
  std::int64_t linked_at = 0;
  std::array<std::optional<NaiveRefresh>, 3> refresh{};
  std::array<std::size_t, 3> served{};
  std::array<bool, 2> has_data{};  // balance, ownership
};

class NaiveBank {
 public:
  NaiveBank(std::int64_t now, RuleSwitches switches)
      : now_(now), dailies_seen_(now, kAll), switches_(switches) {}

  const std::vector<NaiveAccount>& accounts() const { return accounts_; }
  const std::vector<std::string>& events() const { return events_; }
  std::int64_t now() const { return now_; }

  void link(const AccountSpec& spec) {
    NaiveAccount account;
    account.spec = spec;
    account.subscribed = spec.subscribed;
    account.linked_at = now_;
    for (Feature feature : FeatureSet::all()) {
      const auto& loaded = feature == Feature::balance     ? spec.balance_refresh
                           : feature == Feature::ownership ? spec.ownership_refresh
                                                           : spec.transaction_refresh;
      if (!loaded) continue;
      // One in flight goes by the plan, counted from now.
      if (loaded->status == RefreshStatus::pending) start(account, feature, loaded->origin);
      auto& refresh = of(account, feature);
      if (!refresh) refresh.emplace();
      refresh->status = loaded->status;
      refresh->origin = loaded->origin;
      refresh->attempted = loaded->last_attempted_at.time_since_epoch().count();
      if (loaded->next_refresh_available_at) {
        refresh->next = loaded->next_refresh_available_at->time_since_epoch().count();
      }
    }
    accounts_.push_back(account);
  }

  // ---- calls: the refusal as `status code param`, or empty ----

  std::string call(Operation operation, std::size_t i, FeatureSet features) {
    NaiveAccount& account = accounts_[i];
    switch (operation) {
      case Operation::list:
        break;
      case Operation::retrieve:
        read(account);
        break;
      case Operation::disconnect:
        disconnect(account);
        break;
      case Operation::refresh:
        return refresh(account, features);
      case Operation::subscribe:
        return subscribe(account);
      default:
        account.subscribed = false;
        break;
    }
    return {};
  }

  void read(const std::string& id) {
    for (NaiveAccount& account : accounts_) {
      if (account.spec.id == id) read(account);
    }
  }

  // ---- world events: whether they fit ----

  bool deactivate(std::size_t i) {
    NaiveAccount& account = accounts_[i];
    if (account.status != Status::active) return false;
    account.status = Status::inactive;
    for (Feature feature : FeatureSet::all()) {
      auto& refresh = of(account, feature);
      if (!refresh) continue;
      if (refresh->pending()) {
        refresh->status = RefreshStatus::failed;
        emit("refreshed_" + std::string(to_string(feature)), account);
      }
      refresh->next.reset();
    }
    emit("deactivated", account);
    return true;
  }

  bool reactivate(std::size_t i) {
    NaiveAccount& account = accounts_[i];
    if (account.status != Status::inactive) return false;
    account.status = Status::active;
    for (auto& refresh : account.refresh) {
      if (refresh) refresh->next = seconds_up(now_);
    }
    emit("reactivated", account);
    return true;
  }

  bool complete(std::size_t i, Feature feature, std::optional<RefreshOutcome> outcome) {
    auto& refresh = of(accounts_[i], feature);
    if (!refresh || !refresh->pending() || refresh->completes.kind == Completion::Kind::never)
      return false;
    complete(accounts_[i], feature, outcome.value_or(refresh->outcome));
    return true;
  }

  bool disconnect(std::size_t i) {
    disconnect(accounts_[i]);
    return true;
  }

  // ---- time ----

  void advance_to(std::int64_t to) {
    while (step_towards(to)) {
    }
    now_ = to;
    dailies_seen_ = {to, kAll};
  }

 private:
  static constexpr std::int64_t kDay = 86'400'000;
  static constexpr std::size_t kAll = SIZE_MAX;

  static std::int64_t seconds_up(std::int64_t ms) { return (ms + 999) / 1000; }

  static std::optional<NaiveRefresh>& of(NaiveAccount& account, Feature feature) {
    return account.refresh[static_cast<std::size_t>(feature)];
  }

  void emit(const std::string& kind, const NaiveAccount& account) {
    events_.push_back(kind + " " + account.spec.id);
  }

  // ---- operations ----

  void disconnect(NaiveAccount& account) {
    if (account.status == Status::disconnected) return;
    account.status = Status::disconnected;
    account.subscribed = false;
    account.refresh = {};
    account.has_data = {};
    emit("disconnected", account);
  }

  std::string refused(const NaiveAccount& account, FeatureSet features) const {
    if (account.status == Status::disconnected) return "400  ";
    if (account.status == Status::inactive) return "400 financial_connections_account_inactive ";
    for (Feature feature : features) {
      const Permission needed = feature == Feature::balance     ? Permission::balances
                                : feature == Feature::ownership ? Permission::ownership
                                                                : Permission::transactions;
      if (switches_.permissions == PermissionCheck::enforce &&
          !account.spec.permissions.contains(needed)) {
        return "400  features";
      }
    }
    return {};
  }

  bool early(const std::optional<NaiveRefresh>& refresh) const {
    return refresh && (refresh->pending() || (refresh->next && now_ < *refresh->next * 1000));
  }

  std::string refresh(NaiveAccount& account, FeatureSet features) {
    if (std::string refusal = refused(account, features); !refusal.empty()) return refusal;
    for (Feature feature : features) {
      if (early(of(account, feature)) && switches_.early_refresh == EarlyRefresh::reject)
        return "400  features";
    }
    for (Feature feature : features) {
      if (!early(of(account, feature))) start(account, feature, RefreshOrigin::on_demand);
    }
    return {};
  }

  std::string subscribe(NaiveAccount& account) {
    if (std::string refusal = refused(account, {Feature::transactions}); !refusal.empty())
      return refusal;
    if (account.subscribed) return {};
    account.subscribed = true;
    const auto& current = of(account, Feature::transactions);
    if (!current || !current->pending())
      start(account, Feature::transactions, RefreshOrigin::subscription);
    return {};
  }

  // ---- a refresh ----

  void start(NaiveAccount& account, Feature feature, RefreshOrigin origin) {
    const RefreshPlans& all = account.spec.refresh;
    const auto& plans = feature == Feature::balance     ? all.balance
                        : feature == Feature::ownership ? all.ownership
                                                        : all.transactions;
    RefreshPlan plan;
    auto& served = account.served[static_cast<std::size_t>(feature)];
    if (!plans.empty()) plan = plans[std::min(served++, plans.size() - 1)];
    NaiveRefresh refresh;
    refresh.attempted = now_;
    refresh.origin = origin;
    refresh.completes = plan.completes.value_or(Completion::after(Seconds{5}));
    refresh.outcome = plan.outcome.value_or(RefreshOutcome::succeeded);
    refresh.cool_down = plan.cool_down.value_or(Milliseconds{1000}).count();
    refresh.due = now_ + refresh.completes.delay.count();
    refresh.start = starts_++;
    refresh.reads = refresh.completes.reads;
    of(account, feature) = refresh;
  }

  void complete(NaiveAccount& account, Feature feature, RefreshOutcome outcome) {
    NaiveRefresh& refresh = *of(account, feature);
    const bool succeeded = outcome == RefreshOutcome::succeeded;
    refresh.status = succeeded ? RefreshStatus::succeeded : RefreshStatus::failed;
    refresh.next = seconds_up(now_ + refresh.cool_down);
    if (succeeded && feature != Feature::transactions)
      account.has_data[static_cast<std::size_t>(feature)] = true;
    emit("refreshed_" + std::string(to_string(feature)), account);
  }

  void read(NaiveAccount& account) {
    for (Feature feature : FeatureSet::all()) {
      auto& refresh = of(account, feature);
      if (!refresh || !refresh->pending() ||
          refresh->completes.kind != Completion::Kind::after_reads)
        continue;
      if (--refresh->reads == 0) complete(account, feature, refresh->outcome);
    }
  }

  // ---- what falls due ----

  /// A moment within time: completions of an instant come before its dailies, and those go by link
  /// order.
  using Moment = std::tuple<std::int64_t, bool, std::uint64_t>;

  std::optional<Moment> next_completion(const std::optional<NaiveRefresh>& refresh) const {
    if (!refresh || !refresh->pending() || refresh->completes.kind != Completion::Kind::after)
      return std::nullopt;
    return Moment{refresh->due, false, refresh->start};
  }

  /// The first multiple of a day after the last attempt that has not been looked at yet.
  std::optional<Moment> next_daily(std::size_t i) {
    NaiveAccount& account = accounts_[i];
    const auto& refresh = of(account, Feature::transactions);
    if (!account.subscribed || account.status != Status::active || (refresh && refresh->pending()))
      return std::nullopt;
    std::int64_t at = refresh ? refresh->attempted : account.linked_at;
    do
      at += kDay;
    while (std::pair(at, i) <= dailies_seen_);
    return Moment{at, true, i};
  }

  bool step_towards(std::int64_t limit) {
    std::optional<Moment> first;
    std::size_t whose = 0;
    Feature which = Feature::balance;
    const auto offer = [&](const std::optional<Moment>& moment, std::size_t i, Feature feature) {
      if (!moment || (first && *first < *moment)) return;
      first = moment;
      whose = i;
      which = feature;
    };
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
      for (Feature feature : FeatureSet::all())
        offer(next_completion(of(accounts_[i], feature)), i, feature);
      offer(next_daily(i), i, Feature::transactions);
    }
    if (!first || std::get<0>(*first) > limit) return false;
    const bool daily = std::get<1>(*first);
    if (std::get<0>(*first) > now_ || !daily) see_dailies_before(std::get<0>(*first));
    now_ = std::get<0>(*first);
    if (daily) {
      dailies_seen_ = {now_, whose};
      start(accounts_[whose], Feature::transactions, RefreshOrigin::subscription);
    } else {
      complete(accounts_[whose], which, of(accounts_[whose], which)->outcome);
    }
    return true;
  }

  void see_dailies_before(std::int64_t at) {
    dailies_seen_ = std::max(dailies_seen_, {at - 1, kAll});
  }

  std::int64_t now_;
  std::pair<std::int64_t, std::size_t> dailies_seen_;
  RuleSwitches switches_;
  std::uint64_t starts_ = 0;
  std::vector<NaiveAccount> accounts_;
  std::vector<std::string> events_;
};

}  // namespace fauxbank::testing
