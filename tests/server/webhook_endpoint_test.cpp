// Events on their way to a webhook endpoint, by HTTP POST on this machine.

#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/server.hpp>
#include <fauxbank/webhook.hpp>

#include "listening.hpp"
#include "socket_client.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kGood = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

WebhookOptions signed_options() {
  return {.secrets = {"whsec_test"}, .sign = webhook::signature_header};
}

/// A world with two events that wait.
World disconnected_twice() {
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}};
  world.disconnect("fca_1");
  world.disconnect("fca_2");
  return world;
}

TEST(WebhookEndpoints, ReceiveSignedEventsInOrder) {
  Listening receiver({std::string(kGood), std::string(kGood)});
  World world = disconnected_twice();
  WebhookEndpoint endpoint(receiver.url("/hooks?a=1"), signed_options());
  EXPECT_EQ(world.outbox().deliver_all(endpoint), 2u) << endpoint.problem();
  EXPECT_EQ(endpoint.problem(), "");
  EXPECT_TRUE(world.outbox().empty());
  const std::vector<std::string> requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_THAT(requests[0], StartsWith("POST /hooks?a=1 HTTP/1.1\r\nHost: 127.0.0.1:" +
                                      std::to_string(receiver.port()) + "\r\n"));
  EXPECT_THAT(requests[0], HasSubstr("\"id\": \"fca_1\""));
  EXPECT_THAT(requests[1], HasSubstr("\"id\": \"fca_2\""));
  for (const std::string& request : requests) {
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    const std::size_t at = request.find("Stripe-Signature: ") + 18;
    const std::string header = request.substr(at, request.find("\r\n", at) - at);
    const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    EXPECT_EQ(webhook::verify(header, body, "whsec_test", now), webhook::Verdict::valid);
    EXPECT_EQ(webhook::verify(header, body, "whsec_other", now), webhook::Verdict::mismatch);
  }
}

TEST(WebhookEndpoints, SignOnlyWhereThereIsASecret) {
  Listening receiver({std::string(kGood)});
  World world = disconnected_twice();
  EXPECT_TRUE(world.outbox().deliver(WebhookEndpoint(receiver.url("/"))));
  EXPECT_THAT(receiver.requests()[0], Not(HasSubstr("Stripe-Signature")));
  EXPECT_THROW(WebhookEndpoint(receiver.url("/"), {.secrets = {"whsec_test"}}), Misuse);
}

TEST(WebhookEndpoints, SayWhatTheReceiverSaidAndKeepTheEvent) {
  Listening receiver(
      {"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nlate\r\n2;x\r\nr \r\n0\r\n\r\n",
       "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"});
  World world = disconnected_twice();
  const Event first = world.outbox().waiting().front();
  WebhookEndpoint endpoint(receiver.url("/hooks"));
  EXPECT_EQ(world.outbox().deliver_all(endpoint), 0u);
  EXPECT_EQ(endpoint.problem(), receiver.url("/hooks") + " answered 503 to " +
                                    std::string(first.id().view()) +
                                    " (financial_connections.account.disconnected): later ");
  EXPECT_EQ(world.outbox().size(), 2u);
  EXPECT_FALSE(world.outbox().deliver(endpoint));
  EXPECT_THAT(endpoint.problem(), HasSubstr("answered 302"));
  EXPECT_EQ(world.outbox().waiting().front().number, first.number);
}

struct Said {
  std::string answer;
  std::string problem;
};

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += text;
  return all;
}

TEST(WebhookEndpoints, SayWhatBecameOfTheConnection) {
  const Said table[] = {
      {"", "empty_answer"},
      {"SSH-2.0-server\r\n", "malformed_answer"},
      {"HTTP/1.1 20 OK\r\n\r\n", "malformed_answer"},
      {"HTTP/2.0 200 OK\r\n\r\n", "malformed_answer"},
      {"HTTP/1.1 2000 OK\r\n\r\n", "malformed_answer"},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "malformed_answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "malformed_answer"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "malformed_answer"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "malformed_answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour", "truncated_answer"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfour", "truncated_answer"},
      {"HTTP/1.1 200 OK\r\nContent-Le", "truncated_answer"},
      {"HTTP/1.1 200 OK\r\n" + repeated("X: 1\r\n", 12'000), "malformed_answer"},
      {repeated("HTTP/1.1 100 Continue\r\n\r\n", 3'000), "malformed_answer"},
      {"HTTP/1.1 200 OK\r\n\r\nto the end", ""},
      {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", ""},
      {"HTTP/1.0 204 No Content\nX: 1\n\n", ""},
      {"HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
       ""},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\nX: trailer\r\n\r\n", ""},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + std::string(2u << 20, 'x'), ""},
  };
  for (const Said& row : table) {
    Listening receiver({row.answer});
    World world = disconnected_twice();
    WebhookEndpoint endpoint(receiver.url("/"));
    EXPECT_EQ(world.outbox().deliver(endpoint), row.problem.empty()) << row.answer.substr(0, 80);
    EXPECT_THAT(endpoint.problem(), EndsWith(row.problem)) << row.answer.substr(0, 80);
    EXPECT_EQ(world.outbox().size(), row.problem.empty() ? 1u : 2u);
  }
}

TEST(WebhookEndpoints, GiveUpOnWhoIsNotThereOrNeverAnswers) {
  World world = disconnected_twice();
  std::string url;
  {
    Listening gone({});
    url = gone.url("/");
  }
  WebhookEndpoint nobody(url);
  EXPECT_FALSE(world.outbox().deliver(nobody));
  EXPECT_EQ(nobody.problem(), url + ": connection_refused");
  WebhookEndpoint no_socket("http://unix:/nonexistent/socket:/hooks");
  EXPECT_FALSE(world.outbox().deliver(no_socket));
  EXPECT_THAT(no_socket.problem(), EndsWith("connection_refused"));

  const Listening silent({}, Listening::Manner::silent);
  WebhookEndpoint waits(silent.url("/"), {.time = 50ms});
  EXPECT_FALSE(world.outbox().deliver(waits));
  EXPECT_THAT(waits.problem(), EndsWith("timed_out"));
  EXPECT_EQ(world.outbox().size(), 2u);
}

TEST(WebhookEndpoints, AreOnThisMachineAlone) {
  for (const char* url : {"",
                          "127.0.0.1:80/hooks",
                          "https://127.0.0.1/hooks",
                          "ftp://127.0.0.1/",
                          "HTTP://127.0.0.1/",
                          "http://",
                          "http:///hooks",
                          "http://example.com/hooks",
                          "http://10.0.0.1/",
                          "http://0.0.0.0/",
                          "http://128.0.0.1/",
                          "http://[::]/",
                          "http://[::ffff:10.0.0.1]/",
                          "http://[::1",
                          "http://::1/",
                          "http://127.0.0.1.example.com/",
                          "http://localhost.example.com/",
                          "http://127.1/",
                          "http://2130706433/",
                          "http://user@127.0.0.1/",
                          "http://127.0.0.1@example.com/",
                          "http://127.0.0.1:0/",
                          "http://127.0.0.1:65536/",
                          "http://127.0.0.1:/",
                          "http://127.0.0.1:x/",
                          "http://127.0.0.1/a b",
                          "http://127.0.0.1/\r\nX: 1",
                          "http://127.0.0.1/#a",
                          "http://unix:hooks.socket:/",
                          "http://unix:/a.socket:hooks",
                          "http://unix::/"}) {
    EXPECT_THROW(WebhookEndpoint{url}, Misuse) << url;
  }
  EXPECT_THROW(WebhookEndpoint("http://unix:/" + std::string(120, 'x')), Misuse);
  try {
    WebhookEndpoint("http://example.com/hooks");
  } catch (const Misuse& misuse) {
    EXPECT_THAT(misuse.what(), HasSubstr("'http://example.com/hooks' is not on this machine"));
  }
  for (const char* url : {"http://127.0.0.1", "http://127.9.9.9:1/", "http://LocalHost:1?x=1",
                          "http://[::1]:1/", "http://unix:/a.socket"})
    EXPECT_EQ(WebhookEndpoint(url).target().substr(0, 1), "/") << url;
  EXPECT_EQ(WebhookEndpoint("http://localhost?x=1").target(), "/?x=1");
}

TEST(WebhookEndpoints, MayBeAUnixSocketOrLocalhost) {
  const std::string path = ::testing::TempDir() + "fauxbank-hook-" + std::to_string(::getpid());
  World world = disconnected_twice();
  {
    Listening receiver(path, {std::string(kGood)});
    EXPECT_TRUE(world.outbox().deliver(WebhookEndpoint("http://unix:" + path + ":/hooks")));
    EXPECT_THAT(receiver.requests()[0], StartsWith("POST /hooks HTTP/1.1\r\nHost: localhost\r\n"));
  }
  Listening receiver({std::string(kGood)});
  const std::string url = "http://localhost:" + std::to_string(receiver.port());
  EXPECT_TRUE(world.outbox().deliver(WebhookEndpoint(url)));
}

TEST(WebhookEndpoints, SendWhatATestHasMadeItself) {
  Listening receiver({"HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nold"});
  const WebhookEndpoint endpoint(receiver.url("/hooks"));
  const auto answer = endpoint.post(
      webhook::signed_request(endpoint.target(), "{}", {"whsec_test"}, webhook::Timestamp{1'000s}));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(answer->body, "old");
  EXPECT_THAT(receiver.requests()[0], HasSubstr("\r\nStripe-Signature: t=1000,v1="));
}

// ---- from outside, through a server ----

std::string post(const std::string& target) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
}

std::string ask(std::uint16_t port, const std::string& request) {
  SocketClient client(port);
  client.send(request);
  return client.answer();
}

TEST(ServedOutboxes, AreDeliveredToAnEndpointThatCallsTheServerMeanwhile) {
  World world = disconnected_twice();
  Server server(world);
  server.start();
  std::string seen;
  Listening receiver({std::string(kGood), std::string(kGood)}, Listening::Manner::answers, [&] {
    seen = ask(server.port(), post("/_fauxbank/advance?by=1s"));
    EXPECT_THAT(ask(server.port(), post("/_fauxbank/deliver?to=http://127.0.0.1:1/")),
                StartsWith("HTTP/1.1 409 "));
    EXPECT_THAT(ask(server.port(), post("/_fauxbank/reset")), StartsWith("HTTP/1.1 409 "));
  });
  SocketClient client(server.port());
  const std::string deliver = "/_fauxbank/deliver?to=" + receiver.url("/hooks");
  // The second has to wait for the first, and finds nothing left.
  client.send(post(deliver) + post(deliver));
  const std::string first = client.answer();
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(first, EndsWith(R"({"object":"delivery","delivered":2,"waiting":0})"));
  EXPECT_THAT(client.answer(), EndsWith(R"({"object":"delivery","delivered":0,"waiting":0})"));
  EXPECT_THAT(seen, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(ServedOutboxes, SayWhatWentWrong) {
  World world = disconnected_twice();
  Listening receiver({std::string(kGood), "HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\noops"});
  ServerOptions options;
  options.webhook = receiver.url("/hooks");
  options.webhooks = signed_options();
  Server server(world, options);
  server.start();
  const std::string answer = ask(server.port(), post("/_fauxbank/deliver"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_THAT(answer, HasSubstr(R"("delivered":1,"waiting":1,"error":{"message":")"));
  EXPECT_THAT(answer, HasSubstr("answered 500 to evt_"));
  EXPECT_THAT(receiver.requests()[0], HasSubstr("Stripe-Signature: t="));
  for (const char* target : {"http://example.com/", "https://127.0.0.1/"}) {
    EXPECT_THAT(ask(server.port(), post("/_fauxbank/deliver?to=" + std::string(target))),
                StartsWith("HTTP/1.1 400 "));
  }
  options.webhook = "http://example.com/";
  EXPECT_THROW(Server(world, options), Misuse);
}

TEST(ServedOutboxes, NeedAnEndpointAndSomethingThatSigns) {
  World world = disconnected_twice();
  Server server(world);
  server.start();
  EXPECT_THAT(ask(server.port(), post("/_fauxbank/deliver")), HasSubstr("'to' is missing"));
  EXPECT_THAT(ask(server.port(), post("/_fauxbank/deliver?to=http://localhost/&secret=whsec_1")),
              HasSubstr("nothing that signs"));
  EXPECT_EQ(world.outbox().size(), 2u);
}

TEST(ServedOutboxes, LoseRepeatAndMixEvents) {
  World world = disconnected_twice();
  Server server(world);
  server.start();
  EXPECT_THAT(ask(server.port(), post("/_fauxbank/duplicate?place=1")), HasSubstr("fca_2"));
  EXPECT_EQ(world.outbox().size(), 3u);
  EXPECT_THAT(ask(server.port(), post("/_fauxbank/drop")), Not(HasSubstr("fca_1")));
  EXPECT_EQ(world.outbox().size(), 2u);
  EXPECT_THAT(ask(server.port(), post("/_fauxbank/drop?place=2")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(server.port(), post("/_fauxbank/shuffle")), HasSubstr("'seed' is missing"));
  EXPECT_THAT(ask(server.port(), post("/_fauxbank/shuffle?seed=7")), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(server.port(), "GET /_fauxbank/outbox HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              HasSubstr("fca_2"));
}

TEST(ServedOutboxes, DeliverAsManyAsTold) {
  World world = disconnected_twice();
  Listening receiver({std::string(kGood)});
  Server server(world);
  server.start();
  EXPECT_THAT(ask(server.port(), post("/_fauxbank/deliver?count=1&to=" + receiver.url("/"))),
              EndsWith(R"({"object":"delivery","delivered":1,"waiting":1})"));
}

TEST(ServedOutboxes, SayThatEventsAreLost) {
  World world({.accounts = {{.id = "fca_1"}}}, {.outbox_events = 0});
  world.disconnect("fca_1");
  Listening receiver({});
  Server server(world);
  server.start();
  const std::string deliver = post("/_fauxbank/deliver?to=" + receiver.url("/"));
  const std::string answer = ask(server.port(), deliver);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_THAT(answer, HasSubstr("the oldest 1 of the events that waited are lost"));
  EXPECT_THAT(ask(server.port(), deliver), StartsWith("HTTP/1.1 200 OK\r\n")) << "once";
}

TEST(ServedOutboxes, DoNotHoldUpTheEnd) {
  World world = disconnected_twice();
  const Listening silent({}, Listening::Manner::silent);
  const auto begin = std::chrono::steady_clock::now();
  {
    Server server(world);
    server.start();
    SocketClient client(server.port());
    client.send(post("/_fauxbank/deliver?to=" + silent.url("/")));
    std::string another;  // refused, once the first is on its way
    while (another.compare(0, 13, "HTTP/1.1 409 ") != 0)
      another = ask(server.port(), post("/_fauxbank/deliver?count=0&to=" + silent.url("/")));
    server.stop();
    EXPECT_EQ(client.rest(), "");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s);
  EXPECT_EQ(world.outbox().size(), 2u) << "what was not accepted stays";
}

}  // namespace
}  // namespace fauxbank::testing
