// The engine against a naive model of it: random calls, world events and movements of time,
// compared after each.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/naive_bank.hpp"
#include "engine/naive_list.hpp"

namespace fauxbank::testing {
namespace {

std::string describe(RefreshStatus status, std::int64_t attempted, std::optional<std::int64_t> next,
                     RefreshOrigin origin) {
  return std::string(to_string(status)) + " attempted " + std::to_string(attempted) + " next " +
         (next ? std::to_string(*next) : "null") + " " + std::string(to_string(origin));
}

std::string describe(const NaiveAccount& account) {
  std::string text(to_string(account.status));
  text += account.subscribed ? " subscribed" : "";
  for (const auto& refresh : account.refresh) {
    text += refresh ? "\n  " + describe(refresh->status, refresh->attempted, refresh->next,
                                        refresh->origin)
                    : "\n  null";
  }
  return text + (account.has_data[0] ? "\n  balance" : "") +
         (account.has_data[1] ? "\n  ownership" : "");
}

std::string describe(const Account& account) {
  std::string text(to_string(account.status()));
  text += account.subscribed() ? " subscribed" : "";
  for (Feature feature : FeatureSet::all()) {
    const Refresh* refresh = account.refresh(feature);
    if (refresh == nullptr) {
      text += "\n  null";
      continue;
    }
    std::optional<std::int64_t> next;
    if (refresh->next_refresh_available_at)
      next = refresh->next_refresh_available_at->time_since_epoch().count();
    text +=
        "\n  " + describe(refresh->status, refresh->last_attempted_at.time_since_epoch().count(),
                          next, refresh->origin);
  }
  return text + (account.balance() != nullptr ? "\n  balance" : "") +
         (account.ownership() != nullptr ? "\n  ownership" : "");
}

bool same(const Refresh* actual, const std::optional<NaiveRefresh>& expected) {
  if (actual == nullptr || !expected) return actual == nullptr && !expected;
  std::optional<std::int64_t> next;
  if (actual->next_refresh_available_at) {
    next = actual->next_refresh_available_at->time_since_epoch().count();
  }
  return actual->status == expected->status && actual->origin == expected->origin &&
         actual->last_attempted_at.time_since_epoch().count() == expected->attempted &&
         next == expected->next;
}

bool same(const Account& actual, const NaiveAccount& expected) {
  for (Feature feature : FeatureSet::all()) {
    if (!same(actual.refresh(feature), expected.refresh[static_cast<std::size_t>(feature)])) {
      return false;
    }
  }
  return actual.status() == expected.status && actual.subscribed() == expected.subscribed &&
         (actual.balance() != nullptr) == expected.has_data[0] &&
         (actual.ownership() != nullptr) == expected.has_data[1];
}

/// Both of them, told the same things.
class Twins {
 public:
  explicit Twins(std::uint64_t seed)
      : random_(draws(seed)),
        switches_(random_switches()),
        state_(settings(seed)),
        bank_(start_ms(), switches_) {
    const std::size_t count = 1 + random_.below(6);
    for (std::size_t i = 0; i < count; ++i) {
      const AccountSpec spec = random_living_account(random_, i, true, true);
      load(state_, spec);
      remember(spec);
    }
  }

  void act() {
    const std::size_t i = random_.below(bank_.accounts().size());
    switch (random_.below(10)) {
      case 0:
        return link();
      case 1:
        return list();
      case 2:
        return world_event(i);
      case 3:
      case 4:
      case 5:
        return advance();
      default:
        return call(i);
    }
  }

  void compare() {
    ASSERT_EQ(state_.now().time_since_epoch().count(), bank_.now());
    for (std::size_t i = 0; i < bank_.accounts().size(); ++i) {
      const Account actual = state_.at(i);
      const NaiveAccount& expected = bank_.accounts()[i];
      // Printed only where they differ: printing each would take longer than all the rest.
      ASSERT_TRUE(same(actual, expected))
          << actual.id() << " is " << describe(actual) << "\nshould be " << describe(expected);
    }
    ASSERT_EQ(events_, bank_.events());
  }

 private:
  static std::int64_t start_ms() { return kStart * 1000 + 250; }

  RuleSwitches random_switches() {
    RuleSwitches switches;
    if (random_.chance(0.3)) switches.early_refresh = EarlyRefresh::reject;
    if (random_.chance(0.3)) switches.permissions = PermissionCheck::ignore;
    return switches;
  }

  Settings settings(std::uint64_t seed) const {
    Settings settings;
    settings.seed = seed;
    settings.now = Instant{Milliseconds{start_ms()}};
    settings.rules = switches_;
    return settings;
  }

  void remember(const AccountSpec& spec) {
    bank_.link(spec);
    lists_.add(spec);
  }

  void note(const Outcome& outcome) {
    for (const Event& event : outcome.events) {
      if (event.kind == EventKind::created) continue;
      events_.push_back(std::string(to_string(event.kind)) + " " + std::string(event.account.id()));
    }
  }

  /// As a world does before each step: what a call started and ended in one instant.
  void settle(Instant at) {
    while (auto outcome = run_due(state_, at))
      note(*outcome);
    bank_.advance_to(at.time_since_epoch().count());
  }

  void advance() {
    constexpr std::int64_t kSteps[] = {0,      1,         250,        749,        2500,       5000,
                                       10'000, 3'600'000, 43'200'000, 86'400'000, 200'000'000};
    settle(state_.now() + Milliseconds{kSteps[random_.below(std::size(kSteps))]});
  }

  void link() {
    settle(state_.now());
    const AccountSpec spec = random_living_account(random_, bank_.accounts().size(), true, true);
    WorldEvent event;
    event.spec = &spec;
    ASSERT_TRUE(step(state_, event).ok());
    remember(spec);
  }

  void list() {
    settle(state_.now());
    const std::vector<Filter> filters = all_filters();
    Filter filter = filters[random_.chance(0.5) ? 0 : random_.below(filters.size())];
    filter.params.limit = random_.between(1, 8);
    Command command;
    command.tenant = filter.tenant;
    command.list = &filter.params;
    const Outcome outcome = step(state_, command);
    note(outcome);
    const Rows expected = lists_.page(filter);
    ASSERT_EQ(rows_of(outcome.page), expected);
    for (const std::string& id : expected.ids)
      bank_.read(id);
    for (const Account& row : outcome.page.data)
      ASSERT_EQ(row, state_.find(row.id())) << "a page shows what its reads completed";
  }

  void call(std::size_t i) {
    settle(state_.now());
    const AccountSpec& spec = bank_.accounts()[i].spec;
    Command command;
    command.operation = static_cast<Operation>(random_.between(1, 5));
    // Disconnecting is for good: seldom, or soon nothing happens any more.
    if (command.operation == Operation::disconnect && random_.chance(0.8))
      command.operation = Operation::refresh;
    command.tenant = spec.tenant;
    command.account = spec.id;
    command.features = {Feature::transactions};
    if (command.operation == Operation::refresh) {
      command.features = {static_cast<Feature>(random_.below(3)),
                          static_cast<Feature>(random_.below(3))};
    }
    const Outcome outcome = step(state_, command);
    note(outcome);
    std::string refusal;
    if (outcome.refusal) {
      refusal = std::to_string(outcome.refusal->status) + " " + std::string(outcome.refusal->code) +
                " " + outcome.refusal->param;
    }
    ASSERT_EQ(refusal, bank_.call(command.operation, i, command.features))
        << to_string(command.operation);
    if (outcome.ok()) {
      ASSERT_EQ(outcome.account, state_.find(spec.id));
    }
  }

  void world_event(std::size_t i) {
    settle(state_.now());
    WorldEvent event;
    event.account = state_.at(i).id();
    bool fits = false;
    const std::uint64_t draw = random_.below(20);
    if (draw < 4) {
      event.kind = WorldEventKind::deactivate;
      fits = bank_.deactivate(i);
    } else if (draw < 10) {
      event.kind = WorldEventKind::reactivate;
      fits = bank_.reactivate(i);
    } else if (draw < 19) {
      event.kind = WorldEventKind::complete_refresh;
      event.feature = static_cast<Feature>(random_.below(3));
      if (random_.chance(0.5)) event.outcome = static_cast<RefreshOutcome>(random_.below(2));
      fits = bank_.complete(i, event.feature, event.outcome);
    } else {
      event.kind = WorldEventKind::disconnect;
      fits = bank_.disconnect(i);
    }
    const Outcome outcome = step(state_, event);
    note(outcome);
    ASSERT_EQ(outcome.ok(), fits) << to_string(event.kind);
  }

  Random random_;
  RuleSwitches switches_;
  State state_;
  NaiveBank bank_;
  NaiveList lists_;
  std::vector<std::string> events_;
};

TEST(NaiveModel, EngineAgreesAfterEveryStep) {
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Twins twins(seed);
    for (int i = 0; i < 60; ++i) {
      twins.act();
      twins.compare();
      if (HasFailure()) FAIL() << "at step " << i;
    }
  }
}

}  // namespace
}  // namespace fauxbank::testing
