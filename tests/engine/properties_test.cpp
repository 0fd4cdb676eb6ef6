// What holds for lists of every world: properties over seeded random ones.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/naive_list.hpp"

namespace fauxbank::testing {
namespace {

/// Accounts in an engine state, and beside it what they should look like in lists.
struct Bank {
  explicit Bank(std::uint64_t seed) : random(draws(seed)), state(settings(seed)) {}

  static Settings settings(std::uint64_t seed) {
    Settings settings;
    settings.seed = seed;
    settings.now = kStartInstant;
    return settings;
  }

  void fill(std::size_t count) {
    while (ids.size() < count)
      link();
  }

  void link() {
    const AccountSpec spec = random_account(random, ids.size());
    WorldEvent event;
    event.spec = &spec;
    ASSERT_TRUE(step(state, event).ok());
    ids.push_back(spec.id);
    tenants.push_back(spec.tenant);
    naive.add(spec);
  }

  Page<Account> list(const Filter& filter) {
    Command command;
    command.tenant = filter.tenant;
    command.list = &filter.params;
    Outcome outcome = step(state, command);
    EXPECT_TRUE(outcome.ok());
    return std::move(outcome.page);
  }

  /// A change of state that lists must not mind.
  void disturb() {
    if (ids.empty()) return;
    const std::size_t i = random.below(ids.size());
    Command command;
    command.tenant = tenants[i];
    command.account = ids[i];
    command.features = {Feature::transactions};
    switch (random.below(4)) {
      case 0:
        command.operation = Operation::disconnect;
        break;
      case 1:
        command.operation = Operation::refresh;
        break;
      case 2:
        command.operation = Operation::subscribe;
        break;
      default: {
        WorldEvent event;
        event.kind = WorldEventKind::deactivate;
        event.account = ids[i];
        static_cast<void>(step(state, event));
        return;
      }
    }
    static_cast<void>(step(state, command));
  }

  Random random;
  State state;
  NaiveList naive;
  std::vector<std::string> ids;
  std::vector<std::string> tenants;
};

enum class Direction { forward, backward };

void set_cursor(ListParams& params, Direction direction, const std::string& id) {
  params.starting_after.reset();
  params.ending_before.reset();
  (direction == Direction::forward ? params.starting_after : params.ending_before) = id;
}

/// Pages from the filter's cursor to the end; `between` runs after each page. What was visited, in
/// the order of the walk. Checks what holds for any page.
template <class Between>
std::vector<std::string> walk(Bank& bank, Filter filter, Direction direction, Between&& between) {
  std::vector<std::string> visited;
  std::string cursor =
      filter.params.starting_after.value_or(filter.params.ending_before.value_or(""));
  // An end that never comes must fail, not hang.
  for (std::size_t pages = 0; pages < 4 * bank.ids.size() + 40; ++pages) {
    const Rows rows = rows_of(bank.list(filter));
    EXPECT_LE(rows.ids.size(), static_cast<std::size_t>(*filter.params.limit));
    EXPECT_EQ(std::count(rows.ids.begin(), rows.ids.end(), cursor), 0)
        << "a cursor stands on its own page";
    if (direction == Direction::forward) {
      visited.insert(visited.end(), rows.ids.begin(), rows.ids.end());
    } else {
      visited.insert(visited.end(), rows.ids.rbegin(), rows.ids.rend());
    }
    if (!rows.ids.empty()) {
      cursor = direction == Direction::forward ? rows.ids.back() : rows.ids.front();
      set_cursor(filter.params, direction, cursor);
      const bool more = !bank.list(filter).data.empty();
      EXPECT_EQ(rows.has_more, more) << "has_more is true exactly when the next page is not empty";
    }
    if (rows.ids.empty() || !rows.has_more) {
      EXPECT_FALSE(rows.has_more);
      return visited;
    }
    between();
  }
  ADD_FAILURE() << "the walk does not end";
  return visited;
}

std::vector<std::string> walk(Bank& bank, const Filter& filter, Direction direction) {
  return walk(bank, filter, direction, [] {});
}

/// What a walk from one start should visit, either way. From the top: forward, and back from the
/// last.
struct ThereAndBack {
  ThereAndBack(const Bank& bank, const Filter& list, const std::string& from)
      : filter(list), start(from), forward(bank.naive.all(list)) {
    if (start.empty()) {
      if (forward.empty()) return;
      turn = forward.back();
      backward.assign(forward.rbegin() + 1, forward.rend());
      return;
    }
    turn = start;
    Filter rest = filter;
    rest.params.limit = 1'000'000;
    set_cursor(rest.params, Direction::forward, start);
    forward = bank.naive.page(rest).ids;
    set_cursor(rest.params, Direction::backward, start);
    backward = bank.naive.page(rest).ids;
    std::reverse(backward.begin(), backward.end());
  }

  /// Each account once, in order.
  void expect(Bank& bank, std::int64_t limit) {
    filter.params.limit = limit;
    filter.params.ending_before.reset();
    if (!start.empty()) filter.params.starting_after = start;
    ASSERT_EQ(walk(bank, filter, Direction::forward), forward) << "limit " << limit;
    if (turn.empty()) return;
    set_cursor(filter.params, Direction::backward, turn);
    ASSERT_EQ(walk(bank, filter, Direction::backward), backward) << "limit " << limit;
    filter.params.ending_before.reset();
  }

  Filter filter;
  std::string start;
  std::string turn;
  std::vector<std::string> forward;
  std::vector<std::string> backward;
};

/// From the top and from every account of the tenant, also from those that the filter leaves out.
void expect_every_start(Bank& bank, const Filter& filter, const std::vector<std::int64_t>& limits) {
  std::vector<std::string> starts = {""};
  for (std::size_t i = 0; i < bank.ids.size(); ++i) {
    if (bank.tenants[i] == filter.tenant) starts.push_back(bank.ids[i]);
  }
  for (const std::string& start : starts) {
    ThereAndBack walks(bank, filter, start);
    for (const std::int64_t limit : limits)
      walks.expect(bank, limit);
  }
}

TEST(ListProperties, ThereAndBackFromEveryStart) {
  const std::vector<Filter> filters = all_filters();
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Bank bank(seed);
    bank.fill(bank.random.below(7));
    // Limits above the number of accounts differ in nothing; one of them is drawn.
    std::vector<std::int64_t> limits = {bank.random.between(1, 100)};
    for (std::int64_t limit = 1; limit <= static_cast<std::int64_t>(bank.ids.size()) + 1; ++limit)
      limits.push_back(limit);
    expect_every_start(bank, filters[0], limits);
    // Drawn, as all of them for each of so many worlds would take long; the next test has all.
    for (int i = 0; i < 5; ++i)
      expect_every_start(bank, filters[bank.random.below(filters.size())], limits);
    if (HasFailure()) return;
  }
}

TEST(ListProperties, ThereAndBackWithEveryLimitFilterAndStart) {
  std::vector<std::int64_t> limits;
  for (std::int64_t limit = 1; limit <= 100; ++limit)
    limits.push_back(limit);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Bank bank(seed);
    bank.fill(10 + bank.random.below(12));
    for (const Filter& filter : all_filters())
      expect_every_start(bank, filter, limits);
    if (HasFailure()) return;
  }
}

// Where every limit makes pages of its own. The start is the top in one half of the worlds and an
// account in the other, for each limit and filter.
TEST(ListProperties, ThereAndBackInLargeWorldsWithEveryLimitAndFilter) {
  const std::vector<Filter> filters = all_filters();
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Bank bank(seed);
    bank.fill(60 + bank.random.below(200));
    for (std::size_t i = 0; i < filters.size(); ++i) {
      const std::vector<std::string> starts = bank.naive.all({filters[i].tenant, {}});
      ThereAndBack from_the_top(bank, filters[i], "");
      ThereAndBack from_within(bank, filters[i],
                               starts.empty() ? "" : starts[bank.random.below(starts.size())]);
      for (std::size_t limit = 1; limit <= 100; ++limit) {
        const bool top = (limit + i + seed) % 2 == 0;
        (top ? from_the_top : from_within).expect(bank, static_cast<std::int64_t>(limit));
      }
    }
    if (HasFailure()) return;
  }
}

TEST(ListProperties, EveryPageIsThatOfTheNaiveList) {
  const std::vector<Filter> filters = all_filters();
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Bank bank(seed);
    bank.fill(bank.random.below(24));
    for (int call = 0; call < 40; ++call) {
      Filter filter = filters[bank.random.below(filters.size())];
      if (bank.random.chance(0.9))
        filter.params.limit = bank.random.between(1, bank.random.chance(0.5) ? 6 : 100);
      const std::vector<std::string> cursors = bank.naive.all({filter.tenant, {}});
      if (!cursors.empty() && bank.random.chance(0.8)) {
        const Direction direction =
            bank.random.chance(0.5) ? Direction::forward : Direction::backward;
        set_cursor(filter.params, direction, cursors[bank.random.below(cursors.size())]);
      }
      ASSERT_EQ(rows_of(bank.list(filter)), bank.naive.page(filter));
      bank.disturb();
      if (bank.random.chance(0.1)) bank.link();
    }
  }
}

/// Who was there from the first page to the last is visited once, in order; who came later at most
/// once.
void expect_stable(const std::vector<std::string>& visited, std::vector<std::string> throughout,
                   Direction direction) {
  const std::set<std::string> unique(visited.begin(), visited.end());
  EXPECT_EQ(unique.size(), visited.size()) << "an account is repeated";
  if (direction == Direction::backward) std::reverse(throughout.begin(), throughout.end());
  const std::set<std::string> expected(throughout.begin(), throughout.end());
  std::vector<std::string> seen;
  for (const std::string& id : visited) {
    if (expected.count(id) != 0) seen.push_back(id);
  }
  EXPECT_EQ(seen, throughout) << "an account is skipped or out of order";
}

TEST(ListProperties, PagingIsStableWhileAccountsAreLinkedAndChange) {
  const std::vector<Filter> filters = all_filters();
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Bank bank(seed);
    bank.fill(1 + bank.random.below(20));
    Filter filter =
        bank.random.chance(0.5) ? filters[0] : filters[bank.random.below(filters.size())];
    filter.params.limit = bank.random.between(1, 5);
    std::vector<std::string> throughout = bank.naive.all(filter);
    const Direction direction = bank.random.chance(0.5) ? Direction::forward : Direction::backward;
    if (direction == Direction::backward) {
      if (throughout.empty()) continue;
      filter.params.ending_before = throughout.back();
      throughout.pop_back();
    }
    // Links end at some time, or the walk towards the newest might not.
    int links = 25;
    const auto visited = walk(bank, filter, direction, [&] {
      bank.disturb();
      while (links-- > 0 && bank.random.chance(0.6))
        bank.link();
    });
    expect_stable(visited, throughout, direction);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace fauxbank::testing
