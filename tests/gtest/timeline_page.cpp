// Writes the timeline of a busy world, for browser.py to look at: usage: timeline_page FILE
// [clients]
//
// What can break a page is here: three client threads (or more, which share a lane), long ids and
// parameters without a place to break, refusals, timers, world events, markup in what was sent, and
// nothing between the lines.

#include <atomic>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fauxbank/gtest.hpp>

namespace {

using namespace fauxbank;

const std::string kAccounts = "/v1/financial_connections/accounts";

Request refresh(const std::string& id, const std::string& feature = "balance") {
  return Request::post(kAccounts + "/" + id + "/refresh", "features[]=" + feature);
}

/// Clients one after the other, in threads that live side by side: one that has ended lends its id
/// to the next.
void call_from_other_threads(World& world, int clients) {
  std::atomic<int> turn{1};
  const auto wait_for = [&](int mine) {
    for (int now = turn; now < mine; now = turn)
      turn.wait(now);
  };
  std::vector<std::thread> threads;
  for (int client = 1; client < clients; ++client) {
    threads.emplace_back([&, client] {
      wait_for(client);
      (void)world.send(refresh("fca_savings", client % 2 == 1 ? "ownership" : "transactions"));
      ++turn;
      turn.notify_all();
      wait_for(clients);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
}

void play(World& world, int clients) {
  (void)world.send(Request::get(kAccounts + "?limit=2"));
  (void)world.send(refresh("fca_checking"));
  call_from_other_threads(world, clients);
  (void)world.send(Request::get(kAccounts + "/fca_chekcing"));
  world.clock().advance(Seconds{5});
  (void)world.send(Request::get(kAccounts + "/fca_checking"));
  world.deactivate("fca_checking");
  (void)world.send(refresh("fca_checking"));
  (void)world.send(Request::get("/v1/financial_connections/acounts"));
  world.faults().on(Operation::retrieve).nth(1).phase(FaultPhase::before).connection_reset();
  world.faults().on(Operation::retrieve).nth(2).answer_lost();
  for (int i = 0; i < 2; ++i)
    (void)world.transport().send(Request::get(kAccounts + "/fca_checking"));
  (void)world.accounts().retrieve("fca_savings");
  (void)world.accounts().disconnect("fca_savings");
  (void)world.send(Request::get(kAccounts + "?session=" + std::string(400, 'x')));
  (void)world.send(Request::get(kAccounts + "/<b>\"&amp;</b>"));
  (void)world.send(Request{.target = kAccounts});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  World world{
      {.accounts = {{.id = "fca_checking", .balance = Balance{.current = {{"usd", 12'345}}}},
                    {.id = "fca_savings",
                     .refresh = {.transactions = {{.outcome = RefreshOutcome::failed}}}}}}};
  play(world, argc > 2 ? std::stoi(argv[2]) : 3);
  std::ofstream(argv[1], std::ios::binary)
      << timeline_html(world, "BalanceSync.SurvivesAnInactiveAccount");
  std::printf("%zu\n", world.journal().size());
  return 0;
}
