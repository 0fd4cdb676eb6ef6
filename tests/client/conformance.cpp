// What every adapter must pass, so that none can silently drop a fault. See driver.hpp.

#include "client/driver.hpp"
#include "client/faults.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ostream>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank::testing {

// For GoogleTest's messages.
void PrintTo(const Driver& driver, std::ostream* out) { *out << driver.name; }
void PrintTo(const Fault& fault, std::ostream* out) {
  *out << to_string(fault.kind) << " " << to_string(fault.phase);
}
void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << outcome.status << " " << outcome.error << " (" << outcome.body.size() << " bytes) "
       << outcome.body.substr(0, 60);
}

namespace {

using namespace std::chrono_literals;
using ::testing::Combine;
using ::testing::HasSubstr;
using ::testing::TestParamInfo;
using ::testing::TestWithParam;
using ::testing::ValuesIn;

const std::string kAccounts = "/v1/financial_connections/accounts";
const std::string kAccount = kAccounts + "/fca_1";
const std::string kRefresh = kAccount + "/refresh";

/// The machine's own time: a client's clock may have been moved on.
std::chrono::nanoseconds real_now() {
  timespec now{};
  ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// Nothing here takes longer, however busy the machine; a client's own time-out, 30 s, would.
constexpr auto kAtOnce = 10s;

/// A world, and a client in it.
class Conformance {
 public:
  explicit Conformance(const Driver& of) : driver(of) {
    options.origin = driver.origin;
    client = driver.make(world, options);
  }

  Outcome get(const std::string& target = kAccount) {
    return client->perform(Request::get(target));
  }
  Outcome post(const std::string& target = kRefresh,
               const std::string& form = "features[]=balance") {
    return client->perform(Request::post(target, form));
  }

  std::uint64_t fired() { return world.faults().report().front().plan.fired; }

  const Driver& driver;
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}};
  ClientOptions options;
  std::unique_ptr<Client> client;
};

/// An answer that arrived whole.
::testing::Matcher<Outcome> answers(int status, const std::string& part = "") {
  return ::testing::AllOf(::testing::Field("status", &Outcome::status, status),
                          ::testing::Field("error", &Outcome::error, ""),
                          ::testing::Field("body", &Outcome::body, HasSubstr(part)));
}

std::vector<Driver> all_drivers() {
  std::vector<Driver> all = drivers();
  if (interposed_drivers != nullptr) {
    for (Driver& driver : interposed_drivers())
      all.push_back(std::move(driver));
  }
  return all;
}

std::string name_of(const TestParamInfo<Driver>& info) { return info.param.name; }

// ---- when all goes well -------------------------------------------------------------------------

class Requests : public TestWithParam<Driver>, protected Conformance {
 protected:
  Requests() : Conformance(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(All, Requests, ValuesIn(all_drivers()), name_of);

TEST_P(Requests, GetWithAQuery) {
  EXPECT_THAT(get(kAccounts + "?limit=1"), answers(200, "\"has_more\": true"));
  EXPECT_THAT(get(kAccounts + "?limit=1&starting_after=fca_2"), answers(200, "\"fca_1\""));
  ASSERT_EQ(world.journal().size(), 2u);
  EXPECT_EQ(world.journal()[1].target(), kAccounts + "?limit=1&starting_after=fca_2");
}

TEST_P(Requests, PostAForm) {
  Request request = Request::post(kRefresh, "features[]=balance&features[]=transactions");
  request.header("Idempotency-Key", "key-1").header("Stripe-Version", "2026-09-30.endive");
  const Outcome first = client->perform(request);
  EXPECT_THAT(first, answers(200, "\"pending\""));
  const Outcome second = client->perform(request);
  EXPECT_THAT(second, answers(200)) << "and the headers arrived:";
  EXPECT_EQ(second.body, first.body);
  ASSERT_EQ(world.journal().size(), 2u);
  EXPECT_EQ(world.journal()[0].request_body(), request.body);
  EXPECT_THAT(std::string(world.journal()[1].response_headers()), HasSubstr("Idempotent-Replayed"));
}

TEST_P(Requests, PostWithoutABody) {
  EXPECT_THAT(post(kAccount + "/disconnect", ""), answers(200, "\"disconnected\""));
}

TEST_P(Requests, WhatIsNotThereIsAnAnswer) {
  EXPECT_THAT(get(kAccounts + "/fca_9"), answers(404, "resource_missing"));
  EXPECT_THAT(post("/v1/nothing", "a=b"), answers(404, "invalid_request_error"));
}

TEST_P(Requests, AHundredInARow) {
  for (int i = 0; i < 100; ++i)
    ASSERT_THAT(get(), answers(200, "\"fca_1\""));
  const Journal journal = world.journal();
  ASSERT_EQ(journal.size(), 100u);
  if (!driver.shows_connections) return;
  EXPECT_GT(journal[0].connection, 0u);
  if (!driver.library->keeps_connections) return;
  for (const JournalEntry& entry : journal)
    EXPECT_EQ(entry.connection, journal[0].connection) << "all on one connection";
}

TEST_P(Requests, AnAnswerOfThreeMegabytes) {
  std::string body(3'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 1000)
    body.replace(i, 7, std::to_string(1'000'000 + i / 1000));
  world.faults().on(Operation::list).nth(1).body(body).http(200);
  const Outcome outcome = get(kAccounts);
  EXPECT_EQ(outcome.status, 200);
  EXPECT_EQ(outcome.error, "");
  EXPECT_TRUE(outcome.body == body) << outcome.body.size();
  EXPECT_THAT(get(), answers(200, "\"fca_1\""));
}

TEST_P(Requests, AnUploadOf500Kilobytes) {
  std::string form = "features[]=";
  while (form.size() < 500'000)
    form += std::to_string(form.size()) + "_";
  EXPECT_THAT(post(kRefresh, form), answers(400, "features[0]"));
  EXPECT_THAT(get(), answers(200, "\"fca_1\""));
  ASSERT_EQ(world.journal().size(), 2u);
  EXPECT_TRUE(world.journal()[0].request_body() == form)
      << world.journal()[0].request_body().size();
}

TEST_P(Requests, TwoClientsInOneWorld) {
  const auto other = driver.make(world, options);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(get(), answers(200));
    EXPECT_THAT(other->perform(Request::get(kAccount)), answers(200));
  }
  client.reset();
  EXPECT_THAT(other->perform(Request::get(kAccount)), answers(200));
}

// ---- faults -------------------------------------------------------------------------------------

FaultPlan plan_of(const Fault& fault, Operation operation) {
  FaultPlan plan{.operation = operation, .phase = fault.phase, .kind = fault.kind};
  if (fault.kind == FaultKind::http) plan.status = fault.status;
  if (fault.kind == FaultKind::delay) plan.delay = 2s;
  if (fault.kind == FaultKind::slow_body) plan.bytes_per_second = 500;
  return plan;
}

const Seen& seen_by(const Library& library, Trouble trouble) {
  return library.seen.at(static_cast<std::size_t>(trouble));
}

/// What stands in the table, and what the client makes of it.
struct Expected {
  std::string_view error;
  int attempts;
};

Expected expected(const Driver& driver, Trouble trouble, bool kept) {
  if (trouble == Trouble::refused && !driver.refuses) trouble = Trouble::reset;
  const Seen& seen = seen_by(*driver.library, trouble);
  if (!kept) return {seen.error, seen.attempts};
  return {seen.error_when_kept.empty() ? seen.error : seen.error_when_kept,
          seen.attempts_when_kept};
}

using FaultCase = std::tuple<Driver, Fault>;

std::string case_name(const TestParamInfo<FaultCase>& info) {
  const auto& [driver, fault] = info.param;
  return driver.name + "_" + std::string(to_string(fault.kind)) + "_" +
         std::string(to_string(fault.phase));
}

class Faulty : public TestWithParam<FaultCase> {
 protected:
  const Fault& fault() const { return std::get<1>(GetParam()); }

  /// Let the fault strike once or for ever, a GET or a POST, on a new connection or on one that has
  /// served; and see the client recover.
  void strike(Method method, bool kept, bool for_ever) {
    SCOPED_TRACE(std::string(to_string(method)) + (kept ? ", kept-alive" : ", new connection") +
                 (for_ever ? ", for ever" : ", once"));
    Conformance it(std::get<0>(GetParam()));
    const auto perform = [&] { return method == Method::get ? it.get() : it.post(); };
    if (kept) {
      ASSERT_THAT(it.get(), answers(200));
      ASSERT_THAT(it.post(), answers(200));
      it.world.clock().advance(1min);
    }
    FaultPlan plan =
        plan_of(fault(), method == Method::get ? Operation::retrieve : Operation::refresh);
    if (!for_ever) plan.trigger = FaultTrigger::nth({1});
    it.world.faults().add(plan);

    const Instant start = it.world.clock().now();
    const auto begin = real_now();
    const Outcome outcome = meets_silence(it) ? hear_silence(it, perform) : perform();
    EXPECT_LT(real_now() - begin, kAtOnce);
    const auto passed = it.world.clock().now() - start;
    if (fault().is_answer) {
      EXPECT_EQ(it.fired(), 1u);
      check_answer(outcome, passed);
    } else {
      check_trouble(it, outcome, kept, for_ever, it.fired(), passed);
    }

    it.world.faults().clear();
    for (int i = 0; i < 3; ++i)
      EXPECT_THAT(it.get(), answers(200, "\"fca_1\"")) << "after the fault, request " << i;
  }

  /// Whether the client is going to wait for its time-out, really.
  bool meets_silence(const Conformance& it) const {
    return it.driver.time_outs == TimeOuts::real_time && !fault().is_answer &&
           fault().trouble == Trouble::silence;
  }

  /// The request that nobody answers, and no other, waits little. Its client may have given up
  /// before the other end had its turn.
  template <class F>
  static Outcome hear_silence(Conformance& it, F perform) {
    it.client->limit(150ms);
    const Outcome outcome = perform();
    it.client->limit(it.options.timeout);
    for (const auto begin = real_now(); it.fired() == 0 && real_now() - begin < kAtOnce;)
      std::this_thread::yield();
    return outcome;
  }

  void check_answer(const Outcome& outcome, Milliseconds passed) {
    if (fault().kind == FaultKind::malformed_body) {
      EXPECT_EQ(outcome.error, "");
      EXPECT_EQ(outcome.status, 200);
    } else {
      EXPECT_THAT(outcome,
                  answers(fault().status, fault().status == 200 ? "\"fca_1\"" : "\"error\""));
    }
    if (fault().kind == FaultKind::delay) {
      EXPECT_EQ(passed, 2s);
    } else if (fault().kind == FaultKind::slow_body) {
      EXPECT_GT(passed, 0s);
    }
  }

  void check_trouble(Conformance& it, const Outcome& outcome, bool kept, bool for_ever,
                     std::uint64_t fired, Milliseconds passed) {
    const auto [error, attempts] = expected(it.driver, fault().trouble, kept);
    const bool hidden = !for_ever && attempts > 1;  // by an attempt that the client makes by itself
    EXPECT_EQ(fired, static_cast<std::uint64_t>(for_ever ? attempts : 1));
    if (hidden) {
      EXPECT_THAT(outcome, answers(200, "\"fca_1\""));
    } else if (error == kShortBody) {
      EXPECT_EQ(outcome.error, "");
      EXPECT_EQ(outcome.status, 200);
      EXPECT_EQ(outcome.body.find("\"subscriptions\""), std::string::npos) << outcome.body;
    } else {
      EXPECT_EQ(outcome.error, error);
    }
    if (fault().trouble == Trouble::silence) check_time_out(it, passed);
  }

  static void check_time_out(Conformance& it, Milliseconds passed) {
    switch (it.driver.time_outs) {
      case TimeOuts::virtual_time:
        EXPECT_EQ(passed, it.options.timeout);
        break;
      case TimeOuts::at_least:
        EXPECT_GE(passed, it.options.timeout);
        break;
      case TimeOuts::nearly:
        EXPECT_LE(passed, it.options.timeout);
        EXPECT_GT(passed, it.options.timeout - kAtOnce);
        break;
      case TimeOuts::real_time:
      case TimeOuts::none:
        EXPECT_EQ(passed, 0s);
        break;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(All, Faulty, Combine(ValuesIn(all_drivers()), ValuesIn(all_faults())),
                         case_name);

TEST_P(Faulty, OnANewConnection) {
  for (const bool for_ever : {false, true}) {
    strike(Method::get, false, for_ever);
    strike(Method::post, false, for_ever);
  }
}

TEST_P(Faulty, OnAKeptConnection) {
  if (!std::get<0>(GetParam()).library->keeps_connections) return;  // there is none
  for (const bool for_ever : {false, true}) {
    strike(Method::get, true, for_ever);
    strike(Method::post, true, for_ever);
  }
}

// Run with --gtest_also_run_disabled_tests to see that a run without a network notices who wants
// one.
TEST(Network, DISABLED_ReachesOut) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  ::inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
  const int result = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  EXPECT_TRUE(result == 0 || errno == EINPROGRESS) << errno;
  ::close(fd);
}

TEST(Table, NamesEveryTroubleInOrder) {
  const Library& tested = library();
  std::size_t i = 0;
  for (const Seen& seen : tested.seen)
    EXPECT_EQ(static_cast<std::size_t>(seen.trouble), i++);
  EXPECT_EQ(i, static_cast<std::size_t>(Trouble::silence) + 1);
  for (const Driver& driver : all_drivers())
    EXPECT_EQ(driver.library, &tested);
}

TEST(Table, HasEveryKindInEachOfItsPhases) {
  std::vector<std::pair<FaultKind, FaultPhase>> listed;
  for (const Fault& fault : all_faults())
    listed.emplace_back(fault.kind, fault.phase);
  std::vector<std::pair<FaultKind, FaultPhase>> wanted;
  for (std::size_t i = 0; i < EnumNames<FaultKind>::values.size(); ++i) {
    for (const FaultPhase phase : phases_of(static_cast<FaultKind>(i)))
      wanted.emplace_back(static_cast<FaultKind>(i), phase);
  }
  EXPECT_THAT(listed, ::testing::UnorderedElementsAreArray(wanted));
}

}  // namespace
}  // namespace fauxbank::testing
