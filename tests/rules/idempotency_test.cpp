#include <fauxbank/detail/state.hpp>

#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

const char* const kMismatch = "400 idempotency_error - -";

Request keyed(std::string_view verb, std::string form, std::string_view key = "k",
              std::string_view id = "fca_a") {
  return Request::post(account_path(id, verb), std::move(form)).header("Idempotency-Key", key);
}
Request refresh(std::string_view key = "k") { return keyed("refresh", "features[]=balance", key); }
std::size_t applied(const World& world) {
  std::size_t times = 0;
  for (const JournalEntry& entry : world.journal())
    times += entry.changes.empty() ? 0u : 1u;
  return times;
}
/// Refreshes of balance that end at once, so that each call starts one.
Scenario eager() {
  return {.accounts = {{.id = "fca_a",
                        .refresh = {.balance = {{.completes = Completion::after(seconds{0}),
                                                 .cool_down = Milliseconds{0}}}}},
                       {.id = "fca_b"}}};
}

/// A client whose answers are lost on the way, `losses` times, and who then tries again.
class LossyClient {
 public:
  LossyClient(World& world, int losses) : world_(world), losses_(losses) {}
  Response send(const Request& request) {
    for (;; --losses_) {
      Response response = world_.send(request);
      if (losses_ == 0) return response;
    }
  }

 private:
  World& world_;
  int losses_;
};

// ---- lost answers -------------------------------------------------------------------------------

RULE_TEST(LostAnswers, WithAKeyAreAppliedOnce, "idem.replay") {
  World world{eager()};
  const Response answer = LossyClient(world, 1).send(refresh());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header(answer, "Idempotent-Replayed"), "true");
  const Journal journal = world.journal();
  EXPECT_EQ(journal[0].changes.size(), 1u);
  EXPECT_TRUE(journal[0].rules.contains(Rule::refresh));
  const JournalEntry& retry = journal[journal.size() - 1];
  EXPECT_TRUE(retry.changes.empty());
  EXPECT_TRUE(retry.rules.contains(Rule::idem_replay));
  EXPECT_FALSE(retry.rules.contains(Rule::refresh));
  EXPECT_THAT(to_string(retry), HasSubstr("idem.replay"));
  EXPECT_EQ(retry.response_body(), answer.body);
}

TEST(LostAnswers, WithoutAKeyAreAppliedTwiceAndTheJournalSaysSo) {
  World world{eager()};
  Request plain = Request::post(account_path("fca_a", "refresh"), "features[]=balance");
  LossyClient(world, 1).send(plain);
  std::size_t starts = 0;
  for (const JournalEntry& entry : world.journal())
    starts += entry.kind == EntryKind::request && !entry.changes.empty() ? 1u : 0u;
  EXPECT_EQ(starts, 2u);
}

// ---- replay -------------------------------------------------------------------------------------

RULE_TEST(IdemReplay, GivesTheFirstAnswerByteForByte, "idem.replay") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const Response first = world.send(refresh());
  world.clock().advance(seconds{10});
  const Response again = world.send(current(refresh()));
  EXPECT_EQ(again.body, first.body) << "the form too, whatever the second asks for";
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(header(first, "Idempotency-Key"), "k");
  EXPECT_EQ(header(again, "Idempotency-Key"), "k");
  EXPECT_EQ(header(first, "Idempotent-Replayed"), "(none)");
  EXPECT_EQ(header(again, "Original-Request"), header(first, "Request-Id"));
  EXPECT_NE(header(again, "Request-Id"), header(first, "Request-Id"));
}

RULE_TEST(IdemReplay, OutlivesADisconnect, "idem.replay") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const Response first = world.send(refresh());
  act(world, "fca_a", "disconnect");
  EXPECT_EQ(world.send(refresh()).body, first.body);
  EXPECT_EQ(shown(retrieve(world, "fca_a"), "/status"), "disconnected");
}

RULE_TEST(IdemReplay, IgnoresTheKeyOfGet, "idem.replay") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  Request read = Request::get(account_path("fca_a")).header("Idempotency-Key", "k");
  world.send(read);
  const Response again = world.send(read);
  EXPECT_EQ(header(again, "Idempotent-Replayed"), "(none)");
  EXPECT_EQ(header(world.send(refresh()), "Idempotent-Replayed"), "(none)");
  EXPECT_EQ(summary(world.send(read.header("Idempotency-Key", ""))), "200");
}

RULE_TEST(IdemReplay, RefusesKeysThatAreNone, "idem.replay") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(summary(world.send(refresh(""))), "400 invalid_request_error - -");
  EXPECT_EQ(summary(world.send(refresh(std::string(256, 'k')))), "400 invalid_request_error - -");
  EXPECT_EQ(summary(world.send(refresh(std::string(255, 'k')))), "200");
}

RULE_TEST(IdemReplay, HoldsPerTenant, "tenant") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_t", .tenant = "acct_1"}}}};
  world.send(refresh());
  Request theirs = keyed("refresh", "features[]=balance", "k", "fca_t");
  EXPECT_EQ(summary(world.send(theirs.header("Stripe-Account", "acct_1"))), "200");
}

RULE_TEST(IdemReplay, KeepsNoLiveKey, "auth.live_key") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const Response answer = world.send(refresh("sk_live_0123456789abcdefghij"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(header(answer, "Idempotency-Key"), Not(HasSubstr("0123456789")));
  EXPECT_THAT(to_string(world.journal()), Not(HasSubstr("0123456789")));
}

// ---- order and comparison -----------------------------------------------------------------------

RULE_TEST(IdemOrder, StandsBeforeParameterChecks, "idem.order") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  world.send(refresh());
  EXPECT_EQ(summary(world.send(keyed("refresh", "features[]=nope"))), kMismatch);
  EXPECT_EQ(summary(world.send(keyed("refresh", "nope=1"))), kMismatch);
  // Decoding and the content type come first.
  EXPECT_EQ(summary(world.send(keyed("refresh", "features[]=%zz"))),
            "400 invalid_request_error - -");
  EXPECT_EQ(summary(world.send(refresh().header("Content-Type", "application/json"))),
            "400 invalid_request_error - -");
}

RULE_TEST(IdemMismatch, ComparesTheDecodedTree, "idem.mismatch") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}}}};
  const auto again = [&](const std::string& form) {
    const Response answer = world.send(keyed("refresh", form));
    return answer.status == 200 ? header(answer, "Idempotent-Replayed") : summary(answer);
  };
  world.send(keyed("refresh", "features[]=balance&features[]=ownership&expand[]=ownership"));
  EXPECT_EQ(again("expand[0]=ownership&features[0]=balance&features[1]=ownership"), "true");
  EXPECT_EQ(again("features%5B1%5D=ownership&features%5B0%5D=bal%61nce&expand[]=ownership"),
            "true");
  EXPECT_EQ(again("features[]=ownership&features[]=balance&expand[]=ownership"), kMismatch);
  EXPECT_EQ(again("features[]=balance&features[]=ownership"), kMismatch);
  EXPECT_EQ(again("features[]=balance&features[]=ownership&expand[]=balance"), kMismatch);
  EXPECT_EQ(again(""), kMismatch);
}

RULE_TEST(IdemMismatch, OfAnotherEndpoint, "idem.mismatch") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}}}};
  world.send(keyed("subscribe", "features[]=transactions"));
  EXPECT_EQ(summary(world.send(keyed("unsubscribe", "features[]=transactions"))), kMismatch);
  EXPECT_EQ(summary(world.send(keyed("subscribe", "features[]=transactions", "k", "fca_b"))),
            kMismatch);
  EXPECT_EQ(world.account("fca_b").subscribed(), false);
}

// ---- what is stored -----------------------------------------------------------------------------

RULE_TEST(IdemStored, KeepsExecutedAnswers, "idem.replay", "idem.stored") {
  World world{{.accounts = {{.id = "fca_a", .status = Status::inactive},
                            {.id = "fca_p", .permissions = {}}}}};
  const auto replayed = [&](const Request& request) {
    const Response first = world.send(request);
    const Response again = world.send(request);
    return header(again, "Idempotent-Replayed") == "true" && again.body == first.body &&
           again.status == first.status;
  };
  EXPECT_TRUE(replayed(refresh("inactive")));
  EXPECT_TRUE(replayed(keyed("refresh", "features[]=balance", "permission", "fca_p")));
  EXPECT_TRUE(replayed(keyed("refresh", "features[]=balance", "unknown", "fca_none")));
  EXPECT_TRUE(replayed(keyed("disconnect", "", "gone")));
}

RULE_TEST(IdemStored, KeepsNoAnswerOfAnEarlierCheck, "idem.stored") {
  World world{{.tenants = {"acct_1"}, .accounts = {{.id = "fca_a"}}}};
  for (const char* form : {"features[]=nope", "nope=1", "", "features=balance",
                           "features[]=", "features[]=balance&expand[]=nope", "features[]=%zz"}) {
    EXPECT_EQ(world.send(keyed("refresh", form)).status, 400) << form;
  }
  EXPECT_EQ(world.send(refresh().bearer("sk_wrong")).status, 401);
  EXPECT_EQ(world.send(refresh().header("Stripe-Account", "acct_2")).status, 403);
  EXPECT_EQ(world.send(Request::post("/v1/nope").header("Idempotency-Key", "k")).status, 404);
  const Response first = world.send(refresh());
  EXPECT_EQ(summary(first), "200");
  EXPECT_EQ(header(first, "Idempotent-Replayed"), "(none)");
}

// ---- expiry -------------------------------------------------------------------------------------

RULE_TEST(IdemExpiry, AfterADayOfWorldTime, "idem.expiry") {
  World world{eager()};
  world.send(refresh());
  world.clock().advance(hours{24} - milliseconds{1});
  EXPECT_EQ(header(world.send(refresh()), "Idempotent-Replayed"), "true");
  world.clock().advance(milliseconds{1});
  const std::size_t before = applied(world);
  EXPECT_EQ(header(world.send(refresh()), "Idempotent-Replayed"), "(none)");
  EXPECT_GT(applied(world), before);
  EXPECT_EQ(header(world.send(refresh()), "Idempotent-Replayed"), "true");
  world.clock().advance(hours{24});
  EXPECT_EQ(summary(world.send(keyed("refresh", "features[]=ownership"))), "200");
}

RULE_TEST(IdemExpiry, WhenTheTestSaysSo, "idem.expiry") {
  World world{eager()};
  world.send(refresh());
  world.clock().advance(seconds{1});
  const auto digest = world.digest();
  world.expire_idempotency_keys();
  EXPECT_EQ(world.digest(), digest);
  EXPECT_EQ(header(world.send(refresh()), "Idempotent-Replayed"), "(none)");
}

// ---- in progress --------------------------------------------------------------------------------

RULE_TEST(IdemConcurrent, RefusesWhileTheFirstAnswerIsHeld, "idem.concurrent") {
  World world{eager()};
  world.faults().on(Operation::refresh).nth(1).phase(FaultPhase::after).delay(seconds{10});
  Request patient = refresh();
  patient.deadline = seconds{4};
  EXPECT_EQ(world.transport().send(patient).error(), transport_errc::timed_out);
  EXPECT_EQ(summary(world.send(refresh())), "409 idempotency_error idempotency_key_in_use -");
  EXPECT_EQ(world.send(refresh("other")).status, 200);
  world.clock().advance(Milliseconds{5999});
  EXPECT_EQ(summary(world.send(refresh())), "409 idempotency_error idempotency_key_in_use -");
  world.clock().advance(Milliseconds{1});
  EXPECT_EQ(header(world.send(refresh()), "Idempotent-Replayed"), "true");
}

TEST(IdemForks, ShareWhatWasStoredAndGoTheirOwnWay) {
  World world{eager()};
  world.send(refresh("both"));
  World fork = world.fork();
  EXPECT_EQ(header(fork.send(refresh("both")), "Idempotent-Replayed"), "true");
  fork.send(refresh("fork"));
  EXPECT_EQ(header(world.send(refresh("fork")), "Idempotent-Replayed"), "(none)");
}

// ---- Stripe-Should-Retry ------------------------------------------------------------------------

RULE_TEST(RetryHeaders, AreFalseOnExecutedPosts, "retry.headers") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const auto should_retry = [&](const Request& request) {
    return header(world.send(request), "Stripe-Should-Retry");
  };
  EXPECT_EQ(should_retry(refresh()), "false");
  EXPECT_EQ(should_retry(refresh()), "false") << "and on replays of them";
  EXPECT_EQ(should_retry(keyed("refresh", "features[]=balance", "u", "fca_none")), "false");
  EXPECT_EQ(should_retry(keyed("refresh", "features[]=nope", "v")), "(none)");
  EXPECT_EQ(should_retry(keyed("refresh", "", "m")), "(none)");
  EXPECT_EQ(should_retry(refresh().bearer("nope")), "(none)");
  EXPECT_EQ(should_retry(Request::get(account_path("fca_a"))), "(none)");
}

}  // namespace
}  // namespace fauxbank::testing
