#pragma once

// The worlds that are measured.

#include <memory>
#include <string>
#include <vector>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank::bench {

inline constexpr const char* kPath = "/v1/financial_connections/accounts";

/// `count` accounts over `count / 100 + 1` holders, created in no particular order; ids from the
/// seed.
inline World make_world(std::size_t count) {
  Scenario scenario;
  Random random(7, RandomStream::test);
  const std::size_t holders = count / 100 + 1;
  scenario.accounts.resize(count);
  for (AccountSpec& spec : scenario.accounts) {
    spec.created = UnixTime{Seconds{1'600'000'000 + random.between(0, 90'000'000)}};
    spec.account_holder = AccountHolder::customer("cus_" + std::to_string(random.below(holders)));
  }
  return World(scenario);
}

/// Ids of a world in random order, so that a large world is read cold.
inline std::vector<std::string> shuffled_ids(const World& world) {
  std::vector<std::string> ids;
  for (const Account& account : world.all())
    ids.emplace_back(account.id());
  Random random(11, RandomStream::test);
  for (std::size_t i = ids.size(); i > 1; --i)
    std::swap(ids[i - 1], ids[random.below(i)]);
  return ids;
}

/// Register how long it takes to copy a world's state, to fork it, and to fork it and write:
/// `copy state`, `fork` and `first write`, each followed by `size`.
void register_life(const std::string& size, const std::shared_ptr<World>& world);
/// The most that any of those copies made.
double allocations_of_a_copy();

}  // namespace fauxbank::bench
