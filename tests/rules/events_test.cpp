#include <stdexcept>

#include <fauxbank/webhook.hpp>

#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

std::vector<std::string> waiting(const World& world) {
  std::vector<std::string> lines;
  for (const Event& event : world.outbox().waiting())
    lines.push_back(std::string(to_string(event.kind)) + " " + std::string(event.account.id()));
  return lines;
}
std::vector<std::string> delivered(World& world) {
  std::vector<std::string> lines;
  world.outbox().deliver_all([&](const EventDelivery& delivery) {
    lines.push_back(std::string(to_string(delivery.event.kind)) + " " +
                    std::string(delivery.event.account.id()));
  });
  return lines;
}
EventDelivery only(World& world) {
  std::vector<EventDelivery> all;
  world.outbox().deliver_all([&](const EventDelivery& delivery) { all.push_back(delivery); });
  EXPECT_EQ(all.size(), 1u);
  return all.empty() ? EventDelivery{} : all.front();
}
Response body_of(const EventDelivery& delivery) { return {200, {}, delivery.body}; }
/// A world in which fca_1, fca_2 and fca_3 have been disconnected, in that order.
World three_gone() {
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}, {.id = "fca_3"}}}};
  for (const char* id : {"fca_1", "fca_2", "fca_3"})
    act(world, id, "disconnect");
  return world;
}

// ---- kinds --------------------------------------------------------------------------------------

RULE_TEST(EventKinds, OneForEachThingThatHappens, "event.kinds") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  world.link({.id = "fca_b"});
  act(world, "fca_a", "refresh", "features[]=balance&features[]=ownership&features[]=transactions");
  world.clock().advance(seconds{5});
  world.deactivate("fca_a");
  world.reactivate("fca_a");
  act(world, "fca_a", "disconnect");
  EXPECT_THAT(delivered(world),
              ElementsAre("created fca_b", "refreshed_balance fca_a", "refreshed_ownership fca_a",
                          "refreshed_transactions fca_a", "deactivated fca_a", "reactivated fca_a",
                          "disconnected fca_a"));
}

RULE_TEST(EventKinds, FireOnFailureToo, "event.kinds") {
  World world{{.accounts = {{.id = "fca_a",
                             .refresh = {.balance = {{.outcome = RefreshOutcome::failed}}}}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(seconds{5});
  EXPECT_THAT(delivered(world), ElementsAre("refreshed_balance fca_a"));
}

TEST(EventKinds, NoneForARefusedCall) {
  World world{{.accounts = {{.id = "fca_a", .status = Status::inactive}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  act(world, "fca_a", "disconnect", "nope=1");
  act(world, "fca_none", "disconnect");
  EXPECT_TRUE(world.outbox().empty());
}

// ---- objects ------------------------------------------------------------------------------------

RULE_TEST(EventObject, ShowsTheAccountAsOfThatMoment, "event.object") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  act(world, "fca_a", "refresh", "features[]=balance");
  world.clock().advance(seconds{7});
  act(world, "fca_a", "disconnect");
  std::vector<Response> bodies;
  world.outbox().deliver_all(
      [&](const EventDelivery& delivery) { bodies.push_back(body_of(delivery)); });
  ASSERT_EQ(bodies.size(), 2u);
  EXPECT_THAT(keys_at(bodies[0]), ElementsAre("id", "object", "api_version", "created", "data",
                                              "livemode", "pending_webhooks", "request", "type"));
  EXPECT_EQ(shown(bodies[0], "/object"), "event");
  EXPECT_EQ(shown(bodies[0], "/type"), "financial_connections.account.refreshed_balance");
  EXPECT_EQ(shown(bodies[0], "/created"), std::to_string(kStart + 5));
  EXPECT_EQ(shown(bodies[0], "/livemode"), "false");
  EXPECT_EQ(shown(bodies[0], "/request"), "null");
  EXPECT_EQ(shown(bodies[0], "/data/object/status"), "active");
  EXPECT_EQ(shown(bodies[0], "/data/object/object"), "financial_connections.account")
      << "the current form, in a world of the documented one";
  EXPECT_EQ(shown(bodies[1], "/data/object/status"), "disconnected");
  EXPECT_EQ(shown(bodies[1], "/data/object/balance"), "null");
}

RULE_TEST(EventObject, NamesTheCallThatDidIt, "event.object") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}, {.id = "fca_c"}}}};
  const Response answer =
      world.send(Request::post(account_path("fca_a", "disconnect")).header("Idempotency-Key", "k"));
  const Response body{200, {}, only(world).body};
  EXPECT_EQ(shown(body, "/request/id"), header(answer, "Request-Id"));
  EXPECT_EQ(shown(body, "/request/idempotency_key"), "k");
  act(world, "fca_b", "disconnect");
  EXPECT_EQ(shown(body_of(only(world)), "/request/idempotency_key"), "null");
  world.disconnect("fca_c");
  EXPECT_EQ(shown(body_of(only(world)), "/request"), "null");
}

RULE_TEST(EventObject, HasAnIdOfItsOwn, "event.object") {
  World world = three_gone();
  World fork = world.fork();
  std::vector<std::string> ids;
  world.outbox().deliver_all([&](const EventDelivery& delivery) {
    EXPECT_EQ(shown(body_of(delivery), "/id"), delivery.id);
    EXPECT_EQ(delivery.id.substr(0, 4), "evt_");
    ids.push_back(delivery.id);
  });
  EXPECT_NE(ids.at(0), ids.at(1));
  fork.outbox().deliver_all([&](const EventDelivery& delivery) {
    EXPECT_EQ(delivery.id, ids[0]) << "a fork makes the same";
    ids.erase(ids.begin());
  });
  EXPECT_THAT(ids, IsEmpty());
}

RULE_TEST(EventObject, NamesTheTenant, "event.object") {
  World world{{.accounts = {{.id = "fca_a", .tenant = "acct_1"}}}};
  world.disconnect("fca_a");
  EXPECT_EQ(shown(body_of(only(world)), "/account"), "acct_1");
}

// ---- the outbox ---------------------------------------------------------------------------------

RULE_TEST(EventOutbox, DeliversInOrderAndOnce, "event.outbox") {
  World world = three_gone();
  EXPECT_THAT(waiting(world),
              ElementsAre("disconnected fca_1", "disconnected fca_2", "disconnected fca_3"));
  std::string first;
  EXPECT_TRUE(
      world.outbox().deliver([&](const EventDelivery& delivery) { first = delivery.type; }));
  EXPECT_EQ(first, "financial_connections.account.disconnected");
  EXPECT_THAT(delivered(world), ElementsAre("disconnected fca_2", "disconnected fca_3"));
  EXPECT_FALSE(world.outbox().deliver([](const EventDelivery&) {}));
  EXPECT_TRUE(world.outbox().empty());
  EXPECT_EQ(world.events().size(), 3u) << "what happened stays";
}

TEST(EventOutbox, DropsAndDuplicates) {
  World world = three_gone();
  world.outbox().duplicate(1);
  world.outbox().drop();
  EXPECT_THAT(delivered(world),
              ElementsAre("disconnected fca_2", "disconnected fca_2", "disconnected fca_3"));
  EXPECT_THROW(world.outbox().drop(), Misuse);
  EXPECT_THROW(world.outbox().duplicate(0), Misuse);
}

TEST(EventOutbox, ShufflesBySeed) {
  World world;
  for (int i = 0; i < 20; ++i)
    world.link({.id = "fca_" + std::to_string(i)});
  const auto order = waiting(world);
  World same = world.fork();
  World other = world.fork();
  world.outbox().shuffle(7);
  same.outbox().shuffle(7);
  other.outbox().shuffle(8);
  EXPECT_NE(waiting(world), order);
  EXPECT_EQ(waiting(world), waiting(same));
  EXPECT_NE(waiting(world), waiting(other));
  EXPECT_THAT(waiting(world), ::testing::UnorderedElementsAreArray(order));
}

TEST(EventOutbox, KeepsWhatIsNotAccepted) {
  World world = three_gone();
  EXPECT_FALSE(world.outbox().deliver([](const EventDelivery&) { return false; }));
  EXPECT_FALSE(world.outbox().deliver([](const EventDelivery&) { return 500; }));
  EXPECT_THROW(
      world.outbox().deliver([](const EventDelivery&) { throw std::runtime_error("down"); }),
      std::runtime_error);
  EXPECT_EQ(world.outbox().size(), 3u);
  EXPECT_TRUE(world.outbox().deliver([](const EventDelivery&) { return 204; }));
  std::size_t seen = 0;
  EXPECT_EQ(world.outbox().deliver_all([&](const EventDelivery&) { return ++seen == 1; }), 1u);
  EXPECT_THAT(waiting(world), ElementsAre("disconnected fca_3"));
}

TEST(EventOutbox, LetsAReceiverCallTheWorld) {
  World world = three_gone();
  world.link({.id = "fca_4"});
  EXPECT_EQ(world.outbox().deliver_all([&](const EventDelivery& delivery) {
    retrieve(world, delivery.event.account.id());
    if (delivery.event.kind == EventKind::created) world.disconnect("fca_4");
  }),
            4u);
  EXPECT_THAT(waiting(world), ElementsAre("disconnected fca_4")) << "waits for the next time";
}

TEST(EventOutbox, OfAForkIsItsOwn) {
  World world = three_gone();
  world.outbox().drop();
  World fork = world.fork();
  delivered(fork);
  EXPECT_EQ(world.outbox().size(), 2u);
  EXPECT_TRUE(fork.outbox().empty());
}

TEST(EventOutbox, TellsWhatWasLeft) {
  World world = three_gone();
  EXPECT_EQ(world.leftovers().size(), 3u);
  delivered(world);
  EXPECT_EQ(world.leftovers().size(), 0u);
}

TEST(EventOutbox, GoesOnWhereAnExportedWorldStopped) {
  World first = three_gone();
  World world(first.to_scenario());
  world.link({.id = "fca_4"});
  EXPECT_FALSE(world.outbox().deliver([](const EventDelivery&) { return false; }));
  EXPECT_THAT(delivered(world), ElementsAre("created fca_4"));
}

TEST(EventOutbox, TakesNothingBackOfWhatWasBeforeALoad) {
  const auto refuse_and_load = [](const Scenario& scenario, int linked) {
    World world = three_gone();
    world.outbox().drop();
    EXPECT_FALSE(world.outbox().deliver([&](const EventDelivery&) {
      world.load(scenario);
      for (int i = 1; i <= linked; ++i)
        world.link({.id = "fca_new_" + std::to_string(i)});
      return false;
    }));
    return delivered(world);
  };
  EXPECT_THAT(refuse_and_load({}, 0), IsEmpty());
  EXPECT_THAT(refuse_and_load({}, 2), ElementsAre("created fca_new_1", "created fca_new_2"));
  EXPECT_THAT(refuse_and_load({.ids_made = {{IdKind::event, 10}}}, 1),
              ElementsAre("created fca_new_1"));
}

// ---- its room -----------------------------------------------------------------------------------

/// Let an account be created, which is one event.
void link(World& world, int from, int to) {
  for (int i = from; i <= to; ++i)
    world.link({.id = "fca_" + std::to_string(i)});
}
std::string misuse_of_delivery(World& world) {
  try {
    world.outbox().deliver([](const EventDelivery&) { FAIL() << "delivered"; });
  } catch (const Misuse& misuse) {
    return misuse.what();
  }
  return "none";
}

RULE_TEST(EventOutboxRoom, IsTheNewests, "event.outbox") {
  World world({}, {.outbox_events = 3});
  link(world, 1, 8);
  EXPECT_THAT(waiting(world), ElementsAre("created fca_6", "created fca_7", "created fca_8"));
  EXPECT_EQ(world.outbox().size(), 3u);
  const std::vector<Event> events = world.events();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].number, 6u);
  EXPECT_EQ(events[2].account.id(), "fca_8");
}

TEST(EventOutboxRoom, IsFourThousandUnlessTold) {
  World world;
  link(world, 1, 4'100);
  EXPECT_EQ(world.events().size(), 4'096u);
  EXPECT_EQ(world.outbox().size(), 4'096u);
}

TEST(EventOutboxRoom, TellsOnceOfWhatIsLost) {
  World world({}, {.outbox_events = 3});
  link(world, 1, 5);
  const std::string lost =
      "outbox: the oldest 2 of the events that waited are lost; it keeps the newest 3 "
      "(WorldOptions::outbox_events)";
  const auto leftovers = world.leftovers();
  ASSERT_EQ(leftovers.size(), 4u);
  EXPECT_EQ(leftovers[0], (Leftover{LeftoverKind::undelivered_event, lost}));
  EXPECT_EQ(misuse_of_delivery(world), lost);
  EXPECT_THAT(delivered(world), ElementsAre("created fca_3", "created fca_4", "created fca_5"));
}

TEST(EventOutboxRoom, IsEnoughForWhatIsDeliveredInTime) {
  World world({}, {.outbox_events = 3});
  for (int i = 1; i <= 10; ++i) {
    link(world, i, i);
    const std::string created = "created fca_" + std::to_string(i);
    EXPECT_THAT(delivered(world), ElementsAre(created));
  }
  EXPECT_EQ(world.events().size(), 3u);
  EXPECT_THAT(world.leftovers(), IsEmpty());
}

TEST(EventOutboxRoom, LosesWhatWasQueuedOrComesBackTooLate) {
  World world({}, {.outbox_events = 3});
  link(world, 1, 3);
  world.outbox().duplicate(0);  // 1 1 2 3
  EXPECT_FALSE(world.outbox().deliver([&](const EventDelivery&) {
    link(world, 4, 4);
    return false;
  }));
  EXPECT_THAT(misuse_of_delivery(world), ::testing::HasSubstr("the oldest 2 of"));
  EXPECT_THAT(delivered(world), ElementsAre("created fca_2", "created fca_3", "created fca_4"));
}

TEST(EventOutboxRoom, CanBeNone) {
  World world({}, {.outbox_events = 0});
  link(world, 1, 2);
  EXPECT_THAT(world.events(), IsEmpty());
  EXPECT_TRUE(world.outbox().empty());
  EXPECT_THAT(misuse_of_delivery(world), ::testing::HasSubstr("the oldest 2 of"));
  EXPECT_FALSE(world.outbox().deliver([](const EventDelivery&) {}));
  link(world, 3, 3);
  EXPECT_THROW(delivered(world), Misuse) << "also where none is left that waits";
  EXPECT_THAT(delivered(world), IsEmpty());
}

TEST(EventOutboxRoom, OfAForkIsItsOwn) {
  World world({}, {.outbox_events = 3});
  link(world, 1, 4);
  World fork = world.fork();
  link(fork, 5, 6);
  EXPECT_THAT(waiting(world), ElementsAre("created fca_2", "created fca_3", "created fca_4"));
  EXPECT_THAT(waiting(fork), ElementsAre("created fca_4", "created fca_5", "created fca_6"));
}

TEST(EventOutboxRoom, StaysWhenAScenarioIsLoaded) {
  World world({}, {.outbox_events = 3});
  link(world, 1, 4);
  world.load(Scenario{});
  link(world, 1, 4);
  EXPECT_EQ(world.outbox().size(), 3u);
}

// ---- signatures ---------------------------------------------------------------------------------

const std::string kBody =
    R"({"id":"evt_1","object":"event","type":"financial_connections.account.disconnected","data":{"object":{}}})";

RULE_TEST(EventSignature, IsThatOfTheRulebook, "event.signature") {
  EXPECT_EQ(webhook::signature("whsec_test", at(1'700'000'000), kBody),
            "ac8c9daaa8dfe2b02840dc1adfae3f1d9e621625cf72c472c3e79b4a8f53d359");
  EXPECT_EQ(webhook::signature_header({"whsec_test"}, at(1'700'000'000), kBody),
            "t=1700000000,v1=ac8c9daaa8dfe2b02840dc1adfae3f1d9e621625cf72c472c3e79b4a8f53d359");
}

RULE_TEST(EventSignature, CoversTheBody, "event.signature") {
  const std::string header = webhook::signature_header({"whsec_test"}, at(kStart), kBody);
  EXPECT_EQ(webhook::verify(header, kBody, "whsec_test", at(kStart)), webhook::Verdict::valid);
  EXPECT_EQ(webhook::verify(header, kBody + " ", "whsec_test", at(kStart)),
            webhook::Verdict::mismatch);
}

TEST(EventSignature, OfADeliveryIsVerified) {
  World world = three_gone();
  world.outbox().deliver([&](const EventDelivery& delivery) {
    const Request post = webhook::signed_request("/hook", delivery.body, {"whsec_1"}, at(kStart));
    EXPECT_EQ(webhook::verify(*post.headers.find("Stripe-Signature"), post.body, "whsec_1",
                              at(kStart + 300)),
              webhook::Verdict::valid);
  });
}

}  // namespace
}  // namespace fauxbank::testing
