// What an adapter costs: the time of a request through it, beside the same client over loopback TCP
// to a server that always gives the same answer. One program for each client library, see
// tests/client.
//
//   client_NAME_goals            fail when a goal is missed
//   client_NAME_goals --exact    print, and fail only when a client does not get its answers

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include <fauxbank/fauxbank.hpp>

#include "bench/constant_server.hpp"
#include "client/driver.hpp"

namespace fauxbank::bench {
namespace {

using testing::Client;
using testing::Driver;
using Steady = std::chrono::steady_clock;

constexpr int kRounds = 25;
constexpr int kRequests = 80;
const std::string kAccount = "/v1/financial_connections/accounts/fca_1";

/// Microseconds of one request, of a round.
double round_of(Client& client) {
  const Request request = Request::get(kAccount);
  const auto begin = Steady::now();
  for (int i = 0; i < kRequests; ++i) {
    const testing::Outcome outcome = client.perform(request);
    if (outcome.status != 200 || outcome.body.size() < 500) {
      std::printf("no answer: %d %s\n", outcome.status, outcome.error.c_str());
      std::exit(2);
    }
  }
  return std::chrono::duration<double, std::micro>(Steady::now() - begin).count() / kRequests;
}

/// As the world answers, once.
std::string answer() {
  World world{{.accounts = {{.id = "fca_1"}}}};
  Wire wire(world.transport());
  wire.receive("GET " + kAccount +
               " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer sk_test_123\r\n\r\n");
  return std::string(wire.output());
}

/// \returns whether the goal was met
bool measure(const Driver& driver) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  testing::ClientOptions options;
  options.origin = driver.origin;
  const std::unique_ptr<Client> adapted = driver.make(world, options);
  const Child server = serve_constant(answer());
  options.origin = "http://127.0.0.1:" + std::to_string(server.port());
  const std::unique_ptr<Client> plain =
      (driver.plain != nullptr ? driver.plain : driver.library->make)(options);

  // The least of both: what is more was the machine's.
  double through = 1e9;
  double beside = 1e9;
  round_of(*adapted);  // what is made once is not counted
  round_of(*plain);
  for (int i = 0; i < kRounds; ++i) {
    through = std::min(through, round_of(*adapted));
    beside = std::min(beside, round_of(*plain));
  }
  const double ratio = through / beside;
  const bool is_met = driver.most_beside_tcp == 0 || ratio <= driver.most_beside_tcp;
  const std::string goal =
      driver.most_beside_tcp == 0 ? "" : std::to_string(driver.most_beside_tcp).substr(0, 3);
  std::printf("| %s, %s | %.1f | %.1f | %.2f | %s |%s\n", std::string(driver.library->name).c_str(),
              driver.name.c_str(), through, beside, ratio, goal.c_str(), is_met ? "" : " MISS");
  return is_met;
}

}  // namespace
}  // namespace fauxbank::bench

int main(int argc, char** argv) {
  bool exact_only = false;
  for (int i = 1; i < argc; ++i)
    exact_only = exact_only || std::strcmp(argv[i], "--exact") == 0;
  fauxbank::bench::stay_on_one_core();
  std::printf("| client | adapter, us | TCP, us | ratio | goal |\n|---|---|---|---|---|\n");
  std::fflush(stdout);  // before a child has it too
  int missed = 0;
  for (const auto& driver : fauxbank::testing::drivers())
    missed += fauxbank::bench::measure(driver) ? 0 : 1;
  return missed == 0 || exact_only ? 0 : 1;
}
