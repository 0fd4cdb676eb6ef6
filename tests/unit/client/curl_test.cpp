// The real libcurl on an adapter: what clients do, and what they see when something goes wrong.

#include <fauxbank/client/curl.hpp>

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>

#include "unit/client/curl_fixture.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using testing::Client;
using testing::Curl;
using ::testing::ElementsAre;
using testing::Fickle;
using ::testing::HasSubstr;
using testing::kAccounts;
using testing::kUrl;
using testing::Multi;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

// ---- what clients do ----

TEST_F(Curl, GetsWithAQueryAndPostsForms) {
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}};
  curl::Adapter adapter(world.transport());
  Client client(adapter);
  ASSERT_EQ(client.get(kAccounts + "?limit=1"), CURLE_OK);
  EXPECT_EQ(client.status(), 200);
  EXPECT_THAT(client.body, HasSubstr("\"has_more\": true"));
  ASSERT_EQ(client.post(kAccounts + "/fca_1/refresh", "features[]=balance"), CURLE_OK);
  EXPECT_EQ(client.status(), 200);
  EXPECT_THAT(client.body, HasSubstr("\"status\": \"pending\""));
  ASSERT_EQ(client.get(kAccounts + "/fca_9"), CURLE_OK);
  EXPECT_EQ(client.status(), 404);
  EXPECT_EQ(world.journal().size(), 3u);
}

TEST_F(Curl, KeepsOneConnectionForAHundredRequests) {
  curl::Adapter adapter(transport);
  Client client(adapter);
  long connects = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(client.get("/"), CURLE_OK);
    connects += client.connects();
  }
  EXPECT_EQ(connects, 1);
  EXPECT_EQ(transport.requests, 100);
}

TEST_F(Curl, CarriesLargeAnswersAndUploads) {
  transport.response.body.assign(3'000'000, 'x');
  curl::Adapter adapter(transport);
  Client client(adapter);
  ASSERT_EQ(client.get("/large"), CURLE_OK);
  EXPECT_EQ(client.body, transport.response.body);
  const std::string upload(500'000, 'u');
  ASSERT_EQ(client.post("/upload", upload), CURLE_OK);
  EXPECT_EQ(transport.last.body, upload);
  ASSERT_EQ(client.post("/upload", upload + upload + upload), CURLE_OK) << "expects 100";
  EXPECT_EQ(transport.last.body.size(), 1'500'000u);
}

TEST_F(Curl, NeedsNoNameNoPortAndNoProxy) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  curl::Adapter adapter(transport);
  Client client(adapter);
  for (const char* url :
       {"http://no.such.host.invalid/a?b=1#c", "http://h:81?b", "http://[::1]:9"}) {
    curl_easy_setopt(client.handle(), CURLOPT_URL, url);
    EXPECT_EQ(curl_easy_perform(client.handle()), CURLE_OK) << url;
  }
  ::unsetenv("http_proxy");
  EXPECT_EQ(transport.requests, 3);
}

TEST_F(Curl, ServesAMultiHandle) {
  curl::Adapter adapter(transport);
  Multi multi;
  Client first(adapter);
  Client second(adapter);
  EXPECT_THAT(multi.get({&first, &second}, {"/", "/"}), ElementsAre(CURLE_OK, CURLE_OK));
  for (Client* client : {&first, &second}) {
    EXPECT_EQ(client->status(), 200);
    EXPECT_EQ(client->body, "hello");
  }
}

TEST_F(Curl, CallsTheProgressCallbackWhosePlaceItTook) {
  int calls = 0;
  curl::Options options;
  options.progress = [](void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return ++*static_cast<int*>(data) > 1000 ? 1 : 0;
  };
  options.progress_data = &calls;
  curl::Adapter adapter(transport, options);
  Client client(adapter);
  EXPECT_EQ(client.get("/"), CURLE_OK);
  EXPECT_GT(calls, 0);
  calls = 1000;
  EXPECT_EQ(client.get("/"), CURLE_ABORTED_BY_CALLBACK);
}

TEST_F(Curl, IsAttachedAnewAfterAReset) {
  curl::Adapter adapter(transport);
  Client client(adapter);
  EXPECT_EQ(client.get("/"), CURLE_OK);
  curl_easy_reset(client.handle());
  adapter.attach(client.handle());
  EXPECT_EQ(client.get("/"), CURLE_OK);
  EXPECT_EQ(transport.requests, 2);
}

// ---- what they see when something goes wrong ----

struct Trouble {
  const char* name;
  void (*prepare)(Fickle&);
  CURLcode seen;
};

void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

class CurlTrouble : public ::testing::TestWithParam<Trouble> {};

INSTANTIATE_TEST_SUITE_P(
    All, CurlTrouble,
    ::testing::Values(
        Trouble{"refused", [](Fickle& it) { it.refuses = true; }, CURLE_COULDNT_CONNECT},
        Trouble{"reset", [](Fickle& it) { it.error = transport_errc::connection_reset; },
                CURLE_RECV_ERROR},
        Trouble{"empty", [](Fickle& it) { it.error = transport_errc::empty_answer; },
                CURLE_GOT_NOTHING},
        Trouble{"garbage", [](Fickle& it) { it.error = transport_errc::malformed_answer; },
                CURLE_UNSUPPORTED_PROTOCOL},
        Trouble{"truncated", [](Fickle& it) { it.error = transport_errc::truncated_answer; },
                CURLE_PARTIAL_FILE},
        Trouble{"timed_out", [](Fickle& it) { it.error = transport_errc::timed_out; },
                CURLE_OPERATION_TIMEDOUT},
        Trouble{"reset_in_body",
                [](Fickle& it) {
                  it.fate.cut_at = 3;
                  it.fate.cut_in_body = true;
                  it.fate.after = AfterAnswer::reset;
                },
                CURLE_RECV_ERROR},
        Trouble{"reset_in_head",
                [](Fickle& it) {
                  it.fate.cut_at = 5;
                  it.fate.after = AfterAnswer::reset;
                },
                CURLE_RECV_ERROR},
        Trouble{"stall_in_body",
                [](Fickle& it) {
                  it.fate.cut_at = 3;
                  it.fate.cut_in_body = true;
                  it.fate.after = AfterAnswer::stall;
                },
                CURLE_OPERATION_TIMEDOUT}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(CurlTrouble, IsSeenOnANewConnectionAndForgottenOnTheNext) {
  Fickle transport;
  GetParam().prepare(transport);
  transport.times = 1;
  curl::Adapter adapter(transport);
  Client client(adapter);
  curl_easy_setopt(client.handle(), CURLOPT_TIMEOUT_MS, 30'000L);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(client.get("/a"), GetParam().seen);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s) << "virtual time only";
  transport.refuses = false;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(client.get("/a"), CURLE_OK);
    EXPECT_EQ(client.body, "hello");
  }
}

TEST_F(Curl, IsRefusedByTheKernelWhenAsked) {
  transport.refuses = true;
  curl::Adapter adapter(transport);
  Client client(adapter);
  EXPECT_EQ(client.get("/a?b=1"), CURLE_COULDNT_CONNECT);
  EXPECT_EQ(client.info<long>(CURLINFO_OS_ERRNO), ECONNREFUSED);
  EXPECT_EQ(transport.asked, "GET /a?b=1");
  EXPECT_EQ(transport.requests, 0);
}

TEST_F(Curl, SendsARequestTwiceWhenAKeptConnectionIsReset) {
  curl::Adapter adapter(transport);
  Client client(adapter);
  ASSERT_EQ(client.get("/"), CURLE_OK);
  transport.error = transport_errc::connection_reset;
  transport.times = 1;
  // libcurl takes it for a connection that died while it was idle, also for a POST.
  ASSERT_EQ(client.post("/", "x=1"), CURLE_OK);
  EXPECT_EQ(transport.requests, 3);
  transport.times = 2;
  EXPECT_EQ(client.post("/", "x=1"), CURLE_RECV_ERROR);
}

TEST_F(Curl, ShowsInTheJournalWhatLibcurlSendsByItself) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  curl::Adapter adapter(world.transport());
  Client client(adapter);
  const std::string refresh = kAccounts + "/fca_1/refresh";
  ASSERT_EQ(client.get(kAccounts), CURLE_OK);
  world.faults().on(Operation::refresh).times(2).answer_lost();
  EXPECT_EQ(client.post(refresh, "features[]=balance"), CURLE_RECV_ERROR) << "both were lost";
  EXPECT_EQ(client.post(refresh, "features[]=balance"), CURLE_OK);

  const Journal journal = world.journal();
  ASSERT_EQ(journal.size(), 4u);
  const std::uint64_t connections[] = {1, 1, 2, 3};
  const std::uint32_t attempts[] = {1, 1, 2, 3};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(journal[i].connection, connections[i]) << i;
    EXPECT_EQ(journal[i].attempt, attempts[i]) << i;
    EXPECT_TRUE(journal[i].applied) << i;
    EXPECT_EQ(journal[i].answered, i == 0 || i == 3) << i;
  }
  EXPECT_EQ(journal[2].attempt_of, journal[1].number);
}

TEST_F(Curl, DoesAPostTwiceOrNotByItsKey) {
  for (const bool has_key : {false, true}) {
    World world;
    curl::Adapter adapter(world.transport());
    Client client(adapter);
    curl_slist* headers = has_key ? curl_slist_append(nullptr, "Idempotency-Key: k") : nullptr;
    curl_easy_setopt(client.handle(), CURLOPT_HTTPHEADER, headers);
    ASSERT_EQ(client.get(kAccounts), CURLE_OK);
    world.faults().on(Operation::sessions_create).nth(1).answer_lost();
    ASSERT_EQ(client.post("/v1/financial_connections/sessions",
                          "account_holder[type]=customer&account_holder[customer]=cus_1&"
                          "permissions[]=balances"),
              CURLE_OK);
    EXPECT_EQ(client.status(), 200);
    EXPECT_EQ(world.to_scenario().sessions.size(), has_key ? 1u : 2u);
    EXPECT_EQ(world.journal().size(), 3u);
    curl_slist_free_all(headers);
  }
}

TEST_F(Curl, ServesALoopOfTheUsersOwn) {
  // What CURLMOPT_SOCKETFUNCTION is for: libcurl says which sockets to watch, and is told.
  struct Loop {
    std::vector<pollfd> watched;
    long timeout = -1;
    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
      auto& list = static_cast<Loop*>(self)->watched;
      list.erase(std::remove_if(list.begin(), list.end(),
                                [&](const pollfd& one) { return one.fd == socket; }),
                 list.end());
      if (what == CURL_POLL_REMOVE) return 0;
      const int events =
          ((what & CURL_POLL_IN) != 0 ? POLLIN : 0) | ((what & CURL_POLL_OUT) != 0 ? POLLOUT : 0);
      list.push_back({socket, static_cast<short>(events), 0});
      return 0;
    }
    static int on_timer(CURLM*, long timeout, void* self) {
      static_cast<Loop*>(self)->timeout = timeout;
      return 0;
    }
  } loop;
  curl::Adapter adapter(transport);
  CURLM* multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, &loop);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, &loop);
  {
    Client client(adapter);
    curl_easy_setopt(client.handle(), CURLOPT_URL, kUrl.c_str());
    for (int i = 0; i < 3; ++i) {
      client.body.clear();
      curl_multi_add_handle(multi, client.handle());
      int running = 1;
      for (int turns = 0; running > 0 && turns < 1000; ++turns) {
        if (loop.timeout == 0 || loop.watched.empty()) {
          curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
          continue;
        }
        ASSERT_GT(::poll(loop.watched.data(), loop.watched.size(), 100), -1);
        const std::vector<pollfd> ready = loop.watched;
        for (const pollfd& one : ready) {
          const int events = ((one.revents & POLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                             ((one.revents & POLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
          if (events != 0) curl_multi_socket_action(multi, one.fd, events, &running);
        }
      }
      EXPECT_EQ(client.body, "hello");
      curl_multi_remove_handle(multi, client.handle());
    }
  }
  curl_multi_cleanup(multi);
  EXPECT_EQ(transport.requests, 3);
}

TEST_F(Curl, FindsItsConnectionsClosedAndOpensNewOnes) {
  curl::Adapter adapter(transport);
  Client client(adapter);
  ASSERT_EQ(client.get("/"), CURLE_OK);
  adapter.close_idle_connections();
  ASSERT_EQ(client.get("/"), CURLE_OK);
  EXPECT_EQ(client.connects(), 1);
  adapter.close_idle_connections();
  transport.refuses = true;
  EXPECT_EQ(client.get("/"), CURLE_COULDNT_CONNECT);
}

TEST_F(Curl, LetsTheTimeoutPassOnTheVirtualClock) {
  World world;
  curl::Options options;
  options.clock = &world.clock();
  options.timeout = 30s;
  curl::Adapter adapter(transport, options);
  Client client(adapter);
  curl_easy_setopt(client.handle(), CURLOPT_TIMEOUT_MS, 30'000L);
  transport.error = transport_errc::timed_out;
  transport.times = 1;
  const Instant start = world.clock().now();
  EXPECT_EQ(client.get("/"), CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(world.clock().now() - start, 30s);
}

/// A user's callback so slow that a transfer whose time-out is a millisecond is lost.
int slow_progress(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  for (const auto begin = std::chrono::steady_clock::now();
       std::chrono::steady_clock::now() - begin < 3ms;) {
  }
  return 0;
}

curl::Options slow_options() {
  curl::Options options;
  options.timeout = 30s;
  options.progress = slow_progress;
  return options;
}

/// Two handles of one multi handle.
struct Two {
  explicit Two(Transport& transport) : adapter(transport, slow_options()) {
    for (Client* client : {&first, &second})
      curl_easy_setopt(client->handle(), CURLOPT_TIMEOUT_MS, 30'000L);
  }
  std::vector<CURLcode> get(const std::vector<std::string>& targets) {
    return multi.get({&first, &second}, targets);
  }
  curl::Adapter adapter;
  Multi multi;
  Client first{adapter};
  Client second{adapter};
};

TEST_F(Curl, DoesNotTimeOutTheRetry) {
  curl::Adapter adapter(transport, slow_options());
  Client client(adapter);
  curl_easy_setopt(client.handle(), CURLOPT_TIMEOUT_MS, 30'000L);
  transport.error = transport_errc::timed_out;
  transport.times = 1;
  EXPECT_EQ(client.get("/"), CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(client.get("/"), CURLE_OK);
}

TEST_F(Curl, TimesOutSeveralHandlesOfAMultiHandleAndNoneAgain) {
  Two two(transport);
  transport.error = transport_errc::timed_out;
  transport.times = 2;
  EXPECT_THAT(two.get({"/a", "/b"}),
              ElementsAre(CURLE_OPERATION_TIMEDOUT, CURLE_OPERATION_TIMEDOUT));
  EXPECT_THAT(two.get({"/a", "/b"}), ElementsAre(CURLE_OK, CURLE_OK));
}

TEST_F(Curl, TimesOutTheHandleThatIsNotAnswered) {
  for (const bool kept : {false, true}) {
    SCOPED_TRACE(kept ? "on kept connections" : "on new connections");
    Two two(transport);
    if (kept) two.get({"/a", "/b"});
    transport.error = transport_errc::timed_out;
    transport.times = 1;
    EXPECT_THAT(two.get({"/", "/"}), UnorderedElementsAre(CURLE_OPERATION_TIMEDOUT, CURLE_OK));
    EXPECT_EQ(two.first.body + two.second.body, "hello");
  }
}

// UndefinedBehaviorSanitizer needs descriptors of its own to look at an object's type.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FAUXBANK_NO_DESCRIPTORS_TEST
#endif
#endif
#ifndef FAUXBANK_NO_DESCRIPTORS_TEST
TEST_F(Curl, SaysWhyItCannotListen) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  int error = 0;
  ::setrlimit(RLIMIT_NOFILE, &none);
  try {
    const curl::Adapter adapter(transport);
  } catch (const std::system_error& refused) {
    error = refused.code().value();
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(error, EMFILE);
}
#endif

TEST_F(Curl, GivesUpAtItsDeadlineAndNoLater) {
  for (const FaultPhase phase : {FaultPhase::before, FaultPhase::after}) {
    World world({.accounts = {{.id = "fca_1"}}});
    world.faults().on(Operation::disconnect).nth(1).phase(phase).delay(60s);
    curl::Options options;
    options.clock = &world.clock();
    options.timeout = 30s;
    curl::Adapter adapter(world.transport(), options);
    Client client(adapter);
    curl_easy_setopt(client.handle(), CURLOPT_TIMEOUT_MS, 30'000L);
    const Instant start = world.clock().now();
    EXPECT_EQ(client.post(kAccounts + "/fca_1/disconnect", ""), CURLE_OPERATION_TIMEDOUT);
    EXPECT_EQ(world.clock().now() - start, 30s);
    EXPECT_EQ(world.account("fca_1").status() == Status::disconnected, phase == FaultPhase::after);
    EXPECT_EQ(world.journal()[0].connection, 1u);
    EXPECT_EQ(client.get(kAccounts), CURLE_OK);
    EXPECT_EQ(world.clock().now() - start, 30s);
  }
}

TEST_F(Curl, LetsLateAndSlowAnswersComeAtOnceAndTheClockWithThem) {
  World world;
  curl::Options options;
  options.clock = &world.clock();
  curl::Adapter adapter(transport, options);
  Client client(adapter);
  const Instant start = world.clock().now();
  transport.fate.not_before = start + 5s;
  transport.times = 1;
  ASSERT_EQ(client.get("/"), CURLE_OK);
  EXPECT_EQ(client.body, "hello");
  EXPECT_EQ(world.clock().now() - start, 5s);
  transport.fate = {};
  transport.fate.bytes_per_second = 1;
  transport.times = 1;
  ASSERT_EQ(client.get("/"), CURLE_OK);
  EXPECT_EQ(client.body, "hello");
  EXPECT_EQ(world.clock().now() - start, 10s);
}

TEST_F(Curl, KeepsWhatTheTransportThrows) {
  curl::Adapter adapter(transport);
  Client client(adapter);
  adapter.rethrow();
  transport.throws = true;
  EXPECT_EQ(client.get("/"), CURLE_ABORTED_BY_CALLBACK);
  EXPECT_THROW(adapter.rethrow(), std::runtime_error);
  adapter.rethrow();
  transport.throws = false;
  EXPECT_EQ(client.get("/"), CURLE_OK);
}

TEST_F(Curl, MayBeGoneBeforeTheHandleIsCleanedUp) {
  auto adapter = std::make_unique<curl::Adapter>(transport);
  Client client(*adapter);
  EXPECT_EQ(client.get("/"), CURLE_OK);
  adapter.reset();
}

}  // namespace
}  // namespace fauxbank
