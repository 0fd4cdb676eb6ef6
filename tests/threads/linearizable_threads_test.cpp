// One world called from many threads: there is one order of all calls, the journal's, which
// explains every answer and agrees with real time. A build of its own, without the world's lock,
// must fail here.

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "threads/recorded.hpp"

namespace fauxbank::testing {
namespace {

constexpr std::size_t kThreads = 8;
constexpr std::size_t kCalls = 120;
constexpr int kRounds = 4;
constexpr std::size_t kAccountCount = 12;

std::string account_id(std::uint64_t number) { return "fca_" + std::to_string(number); }

Scenario scenario(std::uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  if (seed % 2 == 0) scenario.rules.early_refresh = EarlyRefresh::reject;
  for (std::size_t i = 0; i < kAccountCount; ++i) {
    AccountSpec spec;
    spec.id = account_id(i);
    spec.created = UnixTime{Seconds{1'690'000'000 + static_cast<std::int64_t>(i / 3)}};
    spec.account_holder = AccountHolder::customer(i % 2 == 0 ? "cus_even" : "cus_odd");
    // Reads that change something: then the order of reads shows as well.
    if (i % 3 == 0)
      spec.refresh.balance = {
          {.completes = Completion::after_reads(3), .cool_down = Milliseconds{0}}};
    scenario.accounts.push_back(spec);
  }
  return scenario;
}

WorldOptions whole_journal() {
  WorldOptions options;
  options.journal_entries = 1'000'000;
  options.journal_bytes = std::size_t{1} << 30;
  return options;
}

Recorded draw(Random& random) {
  Recorded call;
  call.account = account_id(random.below(kAccountCount));
  call.operation = static_cast<Operation>(random.below(6));
  // Disconnecting is for good, and most calls should still have something to do.
  if (call.operation == Operation::disconnect && random.chance(0.97))
    call.operation = Operation::refresh;
  if (random.chance(0.3)) {
    call.list.limit = random.between(0, 5);
    if (random.chance(0.5)) call.list.starting_after = call.account;
    return call;
  }
  switch (call.operation) {
    case Operation::list:
      call.request = Request::get(
          kAccounts + "?limit=3&account_holder[customer]=cus_odd&ending_before=" + call.account);
      break;
    case Operation::retrieve:
      call.request = Request::get(account_path(call.account));
      break;
    case Operation::disconnect:
      call.request = Request::post(account_path(call.account, "disconnect"));
      break;
    case Operation::refresh:
      call.request = Request::post(account_path(call.account, "refresh"),
                                   "features[]=balance&features[]=transactions");
      break;
    default:
      call.request = Request::post(account_path(call.account, to_string(call.operation)),
                                   "features[]=transactions");
  }
  if (random.chance(0.3)) call.request = current(*call.request);
  return call;
}

/// What all threads did, each in its own order, and what the world kept of it.
struct History {
  std::vector<std::vector<Recorded>> threads = std::vector<std::vector<Recorded>>(kThreads);
  Milliseconds moved{};
};

History call_from_all_threads(World& world, std::uint64_t seed) {
  History history;
  std::atomic<std::uint64_t> stamps{0};
  std::atomic<std::int64_t> moved{0};
  run_together(kThreads, [&](std::size_t thread) {
    Random random(seed * kThreads + thread, RandomStream::test);
    Instant now = world.clock().now();
    for (std::size_t i = 0; i < kCalls; ++i) {
      if (random.chance(0.1)) {
        const Milliseconds by{random.chance(0.1) ? 86'400'000 : random.between(0, 3000)};
        world.clock().advance(by);
        moved += by.count();
      }
      const Instant later = world.clock().now();
      EXPECT_GE(later, now) << "time goes back";
      now = later;
      Recorded call = draw(random);
      call.before = stamps.fetch_add(1);
      perform(world, call);
      call.after = stamps.fetch_add(1);
      history.threads[thread].push_back(std::move(call));
    }
  });
  history.moved = Milliseconds{moved.load()};
  return history;
}

/// The calls in the journal's order. Requests are found by their id, typed calls by their thread's
/// own order. Nothing when the journal and the threads do not tell of the same calls.
std::vector<Recorded*> in_journal_order(History& history, const Journal& journal) {
  std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> by_request_id;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    for (std::size_t i = 0; i < history.threads[thread].size(); ++i) {
      const Recorded& call = history.threads[thread][i];
      if (!call.request) continue;
      const bool is_new = by_request_id.try_emplace(request_id_of(call.response), thread, i).second;
      EXPECT_TRUE(is_new) << "two answers have the request id " << request_id_of(call.response);
    }
  }
  // Which of our threads a number in the journal means: every thread sends some request.
  std::map<std::uint32_t, std::size_t> numbers;
  for (const JournalEntry& entry : journal) {
    if (entry.kind != EntryKind::request) continue;
    const auto found = by_request_id.find(header_in(entry.response_headers(), "Request-Id"));
    if (found != by_request_id.end()) numbers.try_emplace(entry.thread, found->second.first);
  }
  std::vector<Recorded*> order;
  std::vector<std::size_t> next(kThreads);
  for (const JournalEntry& entry : journal) {
    if (entry.kind != EntryKind::request && entry.kind != EntryKind::call) continue;
    const auto number = numbers.find(entry.thread);
    if (number == numbers.end() || next[number->second] >= history.threads[number->second].size()) {
      ADD_FAILURE() << "nobody made the call of " << to_string(entry);
      return {};
    }
    Recorded& call = history.threads[number->second][next[number->second]++];
    EXPECT_EQ(call.request.has_value(), entry.kind == EntryKind::request);
    if (call.request) {
      EXPECT_EQ(call.request->target, entry.target());
      EXPECT_EQ(request_id_of(call.response), header_in(entry.response_headers(), "Request-Id"));
      EXPECT_EQ(call.response.body, entry.response_body());
    }
    order.push_back(&call);
  }
  std::size_t made = 0;
  for (const std::vector<Recorded>& calls : history.threads)
    made += calls.size();
  EXPECT_EQ(order.size(), made) << "the journal left a call out";
  return order;
}

/// A call that ended before another began comes before it.
void expect_real_time_order(const std::vector<Recorded*>& order) {
  std::uint64_t latest_begin = 0;
  for (const Recorded* call : order) {
    EXPECT_GT(call->after, latest_begin)
        << "a call comes after one that began only when it had ended";
    latest_begin = std::max(latest_begin, call->before);
  }
}

std::string print_without_thread(const JournalEntry& entry) {
  std::string text = to_string(entry);
  const std::string thread = " thread " + std::to_string(entry.thread);
  const std::size_t at = text.find(thread);
  if (at != std::string::npos) text.erase(at, thread.size());
  return text;
}

/// One thread makes the same calls in the journal's order, each at its instant: the same answers,
/// byte for byte.
void expect_replay_answers(const World& world, World& fresh, const Journal& journal,
                           const std::vector<Recorded*>& order) {
  std::size_t next = 0;
  for (const JournalEntry& entry : journal) {
    ASSERT_GE(entry.at, fresh.clock().now()) << "the journal's time goes back";
    fresh.clock().advance_to(entry.at);
    if (entry.kind != EntryKind::request && entry.kind != EntryKind::call) continue;
    ASSERT_LT(next, order.size());
    Recorded again = *order[next];
    perform(fresh, again);
    ASSERT_EQ(again.response, order[next]->response) << again.response.body << "\n"
                                                     << order[next]->response.body;
    ASSERT_EQ(again.typed, order[next]->typed);
    ++next;
  }
  fresh.clock().advance_to(world.clock().now());
  EXPECT_EQ(fresh.digest(), world.digest());
  const Journal replayed = fresh.journal();
  ASSERT_EQ(replayed.size(), journal.size());
  for (std::size_t i = 0; i < journal.size(); ++i) {
    ASSERT_EQ(journal[i].number, i + 1);
    ASSERT_EQ(print_without_thread(replayed[i]), print_without_thread(journal[i]));
  }
}

/// All of it: `history` is what the threads did to `world`, which was made from the scenario of
/// `seed`.
void expect_linearizable(const World& world, History& history, std::uint64_t seed) {
  const Journal journal = world.journal();
  const std::vector<Recorded*> order = in_journal_order(history, journal);
  if (order.empty()) return;
  expect_real_time_order(order);
  World fresh{scenario(seed), whole_journal()};
  expect_replay_answers(world, fresh, journal, order);
}

TEST(Linearizable, TheJournalsOrderExplainsEveryAnswer) {
  for (int round = 1; round <= kRounds; ++round) {
    const auto seed = static_cast<std::uint64_t>(round);
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world{scenario(seed), whole_journal()};
    const Instant start = world.clock().now();
    History history = call_from_all_threads(world, seed);
    for (const std::vector<Recorded>& calls : history.threads)
      EXPECT_EQ(calls.size(), kCalls);
    EXPECT_EQ(world.clock().now(), start + history.moved) << "a movement of the clock is lost";
    expect_linearizable(world, history, seed);
    if (HasFailure()) return;
  }
}

// A world without its lock mostly crashes before anything can be checked. So that the checks are
// not taken on trust, here are histories that are wrong in one place each.
class WrongHistory : public ::testing::Test {
 protected:
  /// What the checks say of a history.
  std::string faults_in(History changed) const {
    ::testing::TestPartResultArray found;
    {
      const ::testing::ScopedFakeTestPartResultReporter reporter(
          ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &found);
      expect_linearizable(world, changed, kSeed);
    }
    std::string text;
    for (int i = 0; i < found.size(); ++i)
      text.append(found.GetTestPartResult(i).message()).append("\n");
    return text;
  }

  static constexpr std::uint64_t kSeed = 1;
  World world{scenario(kSeed), whole_journal()};
  const History history = call_from_all_threads(world, kSeed);
};

TEST_F(WrongHistory, OneThatIsRightIsNot) { EXPECT_EQ(faults_in(history), ""); }

TEST_F(WrongHistory, ACallThatEndedBeforeTheOneBeforeItBegan) {
  for (const std::size_t at : {std::size_t{1}, kThreads * kCalls / 2, kThreads * kCalls - 1}) {
    History changed = history;
    const std::vector<Recorded*> order = in_journal_order(changed, world.journal());
    ASSERT_EQ(order.size(), kThreads * kCalls);
    order[at]->after = order[at - 1]->before;
    EXPECT_THAT(faults_in(changed), ::testing::HasSubstr("one that began only when it had ended"))
        << at;
  }
}

TEST_F(WrongHistory, ATypedReadOfWhatWasThereBefore) {
  // The first look at an account, given again at a later one that saw something else.
  History changed = history;
  std::map<std::string, Recorded*> first;
  Recorded* stale = nullptr;
  for (Recorded* call : in_journal_order(changed, world.journal())) {
    if (call->request || call->operation != Operation::retrieve) continue;
    const Recorded* earlier = first.emplace(call->account, call).first->second;
    if (call->typed != earlier->typed) {
      call->typed = earlier->typed;
      stale = call;
      break;
    }
  }
  ASSERT_NE(stale, nullptr);
  EXPECT_THAT(faults_in(changed), ::testing::HasSubstr(stale->typed));
}

TEST_F(WrongHistory, AnAnswerThatIsNotTheOneOfTheJournal) {
  History changed = history;
  auto& calls = changed.threads[3];
  const auto call = std::find_if(calls.rbegin(), calls.rend(),
                                 [](const Recorded& made) { return made.request.has_value(); });
  ASSERT_NE(call, calls.rend());
  call->response.body += ' ';
  EXPECT_THAT(faults_in(changed), ::testing::HasSubstr("entry.response_body()"));
}

TEST_F(WrongHistory, AnAnswerGivenTwice) {
  History changed = history;
  std::vector<Recorded*> requests;
  for (Recorded& call : changed.threads[5]) {
    if (call.request) requests.push_back(&call);
  }
  ASSERT_GE(requests.size(), 2u);
  requests[1]->response = requests[0]->response;
  EXPECT_THAT(faults_in(changed), ::testing::HasSubstr("two answers have the request id"));
}

TEST_F(WrongHistory, ACallThatOneSideDoesNotKnowOf) {
  History missing = history;
  missing.threads[0].pop_back();
  EXPECT_THAT(faults_in(missing), ::testing::HasSubstr("nobody made the call of"));

  History more = history;
  Recorded lost;
  lost.account = account_id(0);
  more.threads[7].push_back(lost);
  EXPECT_THAT(faults_in(more), ::testing::HasSubstr("the journal left a call out"));
}

TEST(Linearizable, EveryAnswerIsThatOfItsRequest) {
  World world{scenario(1), whole_journal()};
  std::vector<std::vector<std::pair<std::string, Response>>> answers(kThreads);
  run_together(kThreads, [&](std::size_t thread) {
    for (std::size_t i = 0; i < 2 * kCalls; ++i) {
      const std::string path = account_path(account_id((thread + i) % kAccountCount));
      answers[thread].emplace_back(path, world.send(Request::get(path)));
    }
  });
  std::map<std::string, std::string, std::less<>> target_of;
  for (const JournalEntry& entry : world.journal()) {
    target_of.emplace(header_in(entry.response_headers(), "Request-Id"), entry.target());
  }
  std::set<std::string> ids;
  for (const auto& of_thread : answers) {
    for (const auto& [path, response] : of_thread) {
      ASSERT_EQ(response.status, 200);
      const std::string id = request_id_of(response);
      EXPECT_TRUE(ids.insert(id).second) << id << " stands on two answers";
      EXPECT_EQ(target_of[id], path) << "the journal has another request under " << id;
      EXPECT_EQ(account_path(std::string(json_of(response).at("id").as_string())), path);
    }
  }
}

TEST(Linearizable, OfAllThatStartARefreshOneDoes) {
  Scenario rejecting = scenario(2);
  ASSERT_EQ(rejecting.rules.early_refresh, EarlyRefresh::reject);
  World world{rejecting};
  for (std::size_t i = 0; i < kAccountCount; ++i) {
    std::atomic<int> started{0};
    run_together(kThreads, [&](std::size_t) {
      const Response answer =
          world.send(Request::post(account_path(account_id(i), "refresh"), "features[]=ownership"));
      if (answer.status == 200) ++started;
    });
    EXPECT_EQ(started.load(), 1);
  }
}

}  // namespace
}  // namespace fauxbank::testing
