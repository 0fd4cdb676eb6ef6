// Runs BalanceSync against a world of three accounts and prints what came of it. No socket, no
// sleep: the minute for which the sync waits passes on the world's clock.

#include <chrono>
#include <cstdio>
#include <string>

#include <fauxbank/fauxbank.hpp>

#include "balance_sync.hpp"
#include "balance_sync_world.hpp"

int main() {
  fauxbank::World world = example::three_accounts();
  const fauxbank::Instant start = world.clock().now();

  example::BalanceSync sync(world.transport(), world.clock(), {.page_size = 2});
  const example::SyncReport report = sync.run(example::kCustomer);

  std::printf("balances\n");
  for (const example::SyncedBalance& balance : report.balances) {
    std::printf("  %s  %lld %s\n", balance.account.c_str(), static_cast<long long>(balance.amount),
                balance.currency.c_str());
  }
  std::printf("failures\n");
  for (const example::FailedAccount& failed : report.failures) {
    std::printf("  %s  %s%s\n", failed.account.c_str(), failed.reason.c_str(),
                failed.disconnected ? ", disconnected" : "");
  }
  std::printf("accounts now\n");
  for (const fauxbank::Account& account : world.all()) {
    std::printf("  %s  %s\n", std::string(account.id()).c_str(),
                std::string(fauxbank::to_string(account.status())).c_str());
  }
  const auto waited = std::chrono::duration_cast<fauxbank::Seconds>(world.clock().now() - start);
  std::printf("waited %lld s of virtual time\n\njournal\n%s",
              static_cast<long long>(waited.count()), to_string(world.journal()).c_str());
  return report.error.empty() ? 0 : 1;
}
