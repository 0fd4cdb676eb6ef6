#include <fauxbank/http/wire.hpp>

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fauxbank {
namespace {

using namespace std::chrono_literals;

/// Delivers what the test says, and remembers the last request.
class Scripted final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    last = request;
    ++calls;
    if (error) return Failure(*error);
    return response;
  }
  Delivery deliver(const Request& request) override {
    if (throws) throw std::runtime_error("the transport's own");
    if (!delivery) return Transport::deliver(request);
    last = request;
    ++calls;
    return *delivery;
  }

  Request last;
  int calls = 0;
  bool throws = false;
  Response response{200, {{"Content-Type", "text/plain"}}, "hello"};
  std::optional<transport_errc> error;
  std::optional<Delivery> delivery;
};

const std::string kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string kHello =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

std::string take(Wire& wire) {
  std::string out(wire.output());
  wire.sent(out.size());
  return out;
}

std::string ask(Wire& wire, const std::string& bytes) {
  wire.receive(bytes);
  return take(wire);
}

TEST(Wire, HandsOverTheRequestAndWritesTheAnswer) {
  Scripted transport;
  Wire wire(transport);
  EXPECT_EQ(
      ask(wire, "POST /a?b=1 HTTP/1.1\r\nHost: h\r\nX-Y:  z \r\nContent-Length: 3\r\n\r\nx=1"),
      kHello);
  EXPECT_EQ(
      transport.last,
      (Request{
          Method::post, "/a?b=1", {{"Host", "h"}, {"X-Y", "z"}, {"Content-Length", "3"}}, "x=1"}));
  EXPECT_EQ(wire.requests(), 1u);
  EXPECT_EQ(wire.state(), WireState::open);
  EXPECT_TRUE(wire.idle());
}

TEST(Wire, AnswersHeadWithoutABody) {
  Scripted transport;
  Wire wire(transport);
  const std::string head = "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(ask(wire, head),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n");
  transport.response = {404, {}, {}};
  EXPECT_EQ(ask(wire, head), "HTTP/1.1 404 Not Found\r\n\r\n");
}

TEST(Wire, SaysWhatBecomesOfTheConnection) {
  Scripted transport;
  transport.response = {204, {}, {}};
  Wire closing(transport);
  EXPECT_EQ(ask(closing, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(closing.state(), WireState::finished);
  EXPECT_FALSE(closing.wants_input());
  Wire keeping(transport);
  EXPECT_EQ(ask(keeping, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(keeping.state(), WireState::open);
}

TEST(Wire, LeavesALengthThatTheResponseBringsAlone) {
  Scripted transport;
  transport.response = {299, {{"content-length", "2"}}, "hello"};
  Wire wire(transport);
  EXPECT_EQ(ask(wire, kGet), "HTTP/1.1 299 Other\r\ncontent-length: 2\r\n\r\nhello");
}

TEST(Wire, TakesAPathForHostWhereToldTo) {
  Scripted transport;
  const std::string request = "GET /a HTTP/1.1\r\nHost: /run/a.socket:80\r\n\r\n";
  Wire strict(transport);
  EXPECT_THAT(ask(strict, request), ::testing::HasSubstr("400 Bad Request"));
  Wire wire(transport);
  wire.allow_path_as_host();
  EXPECT_THAT(ask(wire, request), ::testing::HasSubstr("200 OK"));
  EXPECT_THAT(ask(wire, "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n"),
              ::testing::HasSubstr("400 Bad Request"));
}

TEST(Wire, TakesTheHostOfAnAbsoluteTarget) {
  Scripted transport;
  Wire wire(transport);
  ask(wire, "GET http://other:8080/a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(transport.last.target, "/a");
  EXPECT_EQ(transport.last.headers.find("Host"), "other:8080");
}

// ---- what an answer may suffer ----

struct Fate {
  transport_errc error;
  std::string output;
  WireState state;
};

TEST(Wire, LetsATransportsErrorsBeSeenOnTheConnection) {
  const Fate fates[] = {
      {transport_errc::connection_refused, "", WireState::reset},
      {transport_errc::connection_reset, "", WireState::reset},
      {transport_errc::empty_answer, "", WireState::finished},
      {transport_errc::malformed_answer, "\x15\x03\x01 this is no HTTP\r\n\r\n",
       WireState::finished},
      {transport_errc::truncated_answer,
       "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n"
       "{\n  \"object",
       WireState::finished},
      {transport_errc::timed_out, "", WireState::stalled},
  };
  for (const Fate& fate : fates) {
    SCOPED_TRACE(to_string(fate.error));
    Scripted transport;
    transport.error = fate.error;
    Wire wire(transport);
    EXPECT_EQ(ask(wire, kGet + kGet), fate.output);
    EXPECT_EQ(wire.state(), fate.state);
    EXPECT_EQ(transport.calls, 1) << "nothing is read behind the end";
    EXPECT_FALSE(wire.wants_input());
  }
}

TEST(Wire, CutsAnAnswerAtTheByte) {
  for (std::size_t cut = 0; cut <= kHello.size() + 1; ++cut) {
    Scripted transport;
    transport.delivery = Delivery{};
    transport.delivery->response = transport.response;
    transport.delivery->cut_at = cut;
    transport.delivery->after = AfterAnswer::reset;
    Wire wire(transport);
    EXPECT_EQ(ask(wire, kGet), kHello.substr(0, cut));
    EXPECT_EQ(wire.withheld(), kHello.size() - std::min(cut, kHello.size()));
    EXPECT_EQ(wire.state(), WireState::reset);
  }
}

TEST(Wire, CutsTheBodyAtTheByte) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->response = transport.response;
  transport.delivery->cut_at = 2;
  transport.delivery->cut_in_body = true;
  transport.delivery->after = AfterAnswer::close;
  Wire wire(transport);
  EXPECT_EQ(ask(wire, kGet), kHello.substr(0, kHello.size() - 3));
  EXPECT_EQ(wire.state(), WireState::finished);
}

TEST(Wire, SendsGarbageAsItIs) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->raw = "220 smtp ready\r\n";
  Wire wire(transport);
  EXPECT_EQ(ask(wire, kGet), "220 smtp ready\r\n");
  EXPECT_EQ(wire.state(), WireState::open);
}

TEST(Wire, HoldsAnAnswerUntilItsTime) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->response = transport.response;
  transport.delivery->not_before = Instant{5s};
  Wire wire(transport);
  wire.advance_to(Instant{1s});
  EXPECT_EQ(ask(wire, kGet + kGet), "");
  EXPECT_FALSE(wire.idle());
  EXPECT_FALSE(wire.wants_input());
  EXPECT_EQ(wire.due(), Instant{5s});
  wire.time_out();  // it is the answer that takes long, not the request
  EXPECT_EQ(wire.state(), WireState::open);
  wire.advance_to(Instant{4'999ms});
  EXPECT_EQ(take(wire), "");
  EXPECT_EQ(transport.calls, 1);
  transport.delivery->not_before = Instant{6s};
  wire.advance_to(Instant{5s});
  EXPECT_EQ(take(wire), kHello);
  EXPECT_EQ(transport.calls, 2) << "the next one waits its turn";
  EXPECT_EQ(wire.due(), Instant{6s});
  wire.advance_to(Instant{4s});  // never goes back
  wire.advance_to(Instant{7s});
  EXPECT_EQ(take(wire), kHello);
  EXPECT_EQ(wire.due(), std::nullopt);
}

TEST(Wire, GivesAnotherAnswerInPlaceOfTheHeldOne) {
  Scripted transport;
  Wire wire(transport);
  wire.answer_held(transport.response);
  EXPECT_EQ(wire.output(), "") << "nothing is held";
  transport.delivery = Delivery{};
  transport.delivery->response = {500, {}, "not this one"};
  transport.delivery->not_before = Instant{5s};
  EXPECT_EQ(ask(wire, kGet + kGet), "");
  wire.answer_held(transport.response);
  EXPECT_EQ(take(wire), kHello);
  EXPECT_EQ(transport.calls, 2) << "the next one is held in turn";
  EXPECT_EQ(wire.due(), Instant{5s});
  wire.shut_down();
  wire.answer_held(transport.response);
  EXPECT_EQ(take(wire), kHello);
  EXPECT_EQ(wire.state(), WireState::finished);
}

TEST(Wire, PacesABody) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->response = transport.response;
  transport.delivery->bytes_per_second = 2;
  Wire wire(transport);
  wire.advance_to(Instant{10s});
  EXPECT_EQ(ask(wire, kGet), kHello.substr(0, kHello.size() - 5)) << "the head goes at once";
  EXPECT_EQ(wire.due(), Instant{10'500ms});
  wire.advance_to(Instant{10'499ms});
  EXPECT_EQ(take(wire), "");
  wire.advance_to(Instant{10'500ms});
  EXPECT_EQ(take(wire), "h");
  wire.advance_to(Instant{12s});
  EXPECT_EQ(take(wire), "ell");
  EXPECT_FALSE(wire.idle());
  wire.advance_to(Instant{12'500ms});
  EXPECT_EQ(take(wire), "o");
  EXPECT_TRUE(wire.idle());
}

TEST(Wire, PacesABodyFromTheByteOnThatTheDeliveryNames) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->response = transport.response;
  transport.delivery->bytes_per_second = 2;
  transport.delivery->unpaced = 3;
  Wire wire(transport);
  EXPECT_EQ(ask(wire, kGet), kHello.substr(0, kHello.size() - 2));
  wire.advance_to(Instant{1s});
  EXPECT_EQ(take(wire), "lo");
}

TEST(Wire, StallsAtTheInstantAtWhichTheClientGivesUp) {
  Scripted transport;
  transport.error = transport_errc::timed_out;
  Wire wire(transport);
  wire.set_deadline(3s);
  wire.advance_to(Instant{10s});
  EXPECT_EQ(ask(wire, kGet), "");
  EXPECT_EQ(transport.last.deadline, 3s);
  EXPECT_EQ(wire.state(), WireState::open);
  EXPECT_EQ(wire.due(), Instant{13s});
  wire.advance_to(Instant{12'999ms});
  EXPECT_EQ(wire.state(), WireState::open);
  wire.advance_to(Instant{13s});
  EXPECT_EQ(wire.state(), WireState::stalled);
  EXPECT_EQ(wire.due(), std::nullopt);
}

TEST(Wire, WaitsUntilTheEndOfTimeAndNotBeyond) {
  Scripted transport;
  transport.error = transport_errc::timed_out;
  Wire wire(transport);
  wire.set_deadline(Milliseconds::max());
  wire.advance_to(Instant{10s});
  EXPECT_EQ(ask(wire, kGet), "");
  EXPECT_EQ(wire.due(), detail::from_ms(detail::kLastInstantMs));
}

TEST(Wire, LeavesBytesBeforeTheClientGivesUp) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->response = transport.response;
  transport.delivery->bytes_per_second = 2;
  transport.delivery->cut_at = 1;
  transport.delivery->cut_in_body = true;
  transport.delivery->after = AfterAnswer::stall;
  transport.delivery->gives_up = Instant{900ms};
  Wire wire(transport);
  ask(wire, kGet);
  EXPECT_EQ(wire.due(), Instant{500ms});
  wire.advance_to(Instant{500ms});
  EXPECT_EQ(take(wire), "h");
  EXPECT_EQ(wire.state(), WireState::open);
  EXPECT_EQ(wire.due(), Instant{900ms});
  wire.advance_to(Instant{900ms});
  EXPECT_EQ(wire.state(), WireState::stalled);
}

/// Arrives, or throws.
struct Letter final : InTransit {
  explicit Letter(bool with_throw) : throws(with_throw) {}
  Delivery arrive() override {
    if (throws) throw std::runtime_error("the transport's own");
    Delivery delivery;
    delivery.response.body = "late";
    return delivery;
  }
  bool throws;
};

TEST(Wire, LetsARequestThatIsInTransitArrive) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->not_before = Instant{5s};
  transport.delivery->in_transit = detail::make_ref<Letter>(false);
  Wire wire(transport);
  EXPECT_EQ(ask(wire, kGet), "");
  EXPECT_EQ(wire.due(), Instant{5s});
  EXPECT_FALSE(wire.wants_input());
  wire.advance_to(Instant{5s});
  EXPECT_EQ(take(wire), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
  EXPECT_EQ(wire.state(), WireState::open);
  transport.delivery->in_transit = detail::make_ref<Letter>(true);
  EXPECT_THROW(wire.receive(kGet), std::runtime_error);
  EXPECT_EQ(wire.state(), WireState::reset);
}

TEST(Wire, GivesAnotherAnswerToARequestThatIsInTransit) {
  struct Row {
    std::string request, answer;
    WireState then;
  };
  const std::string head = kHello.substr(0, kHello.size() - 5);
  const Row rows[] = {
      {kGet, kHello, WireState::open},
      {"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", head, WireState::open},
      {"GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
       head.substr(0, head.size() - 2) + "Connection: close\r\n\r\nhello", WireState::finished},
  };
  for (const Row& row : rows) {
    Scripted transport;
    transport.delivery = Delivery{};
    transport.delivery->not_before = Instant{5s};
    transport.delivery->in_transit = detail::make_ref<Letter>(true);
    Wire wire(transport);
    EXPECT_EQ(ask(wire, row.request), "");
    transport.delivery.reset();
    wire.answer_held(transport.response);
    EXPECT_EQ(take(wire), row.answer);
    EXPECT_EQ(wire.state(), row.then);
    EXPECT_EQ(wire.due(), std::nullopt);
    if (row.then == WireState::open) {
      EXPECT_EQ(ask(wire, kGet), kHello) << "the connection goes on";
    }
  }
}

TEST(Wire, GivesNoOtherAnswerWhereTheHeldOneHasBegunToLeave) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->response = transport.response;
  transport.delivery->bytes_per_second = 5;
  Wire wire(transport);
  std::string out = ask(wire, kGet);
  wire.answer_held({500, {}, "another"});
  out += take(wire);
  wire.advance_to(Instant{1s});
  EXPECT_EQ(out + take(wire), kHello);
}

TEST(Wire, GivesAHeadNoOtherBodyEither) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->not_before = Instant{5s};
  Wire wire(transport);
  EXPECT_EQ(ask(wire, "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"), "");
  wire.answer_held(transport.response);
  EXPECT_EQ(take(wire), kHello.substr(0, kHello.size() - 5));
}

TEST(Wire, StopsAfterTheAnswerThatIsHeld) {
  Scripted transport;
  transport.delivery = Delivery{};
  transport.delivery->response = transport.response;
  transport.delivery->not_before = Instant{5s};
  Wire wire(transport);
  EXPECT_EQ(ask(wire, kGet + kGet), "");
  wire.shut_down();
  EXPECT_EQ(wire.state(), WireState::open);
  wire.advance_to(Instant{5s});
  EXPECT_EQ(take(wire), kHello);
  EXPECT_EQ(wire.state(), WireState::finished);
  EXPECT_EQ(transport.calls, 1);
}

TEST(Wire, IsToBeResetWhenTheTransportThrows) {
  Scripted transport;
  transport.throws = true;
  Wire wire(transport);
  EXPECT_THROW(wire.receive(kGet), std::runtime_error);
  EXPECT_EQ(wire.state(), WireState::reset);
  EXPECT_EQ(wire.output(), "");
  transport.throws = false;
  EXPECT_EQ(ask(wire, kGet), "");
}

// ---- bounds ----

TEST(Wire, DoesNotReadFromAPeerThatTakesNoAnswers) {
  Scripted transport;
  WireLimits limits;
  limits.output_bytes = 200;  // two answers and a bit
  Wire wire(transport, limits);
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += kGet;
  wire.receive(many);
  EXPECT_EQ(transport.calls, 3);
  EXPECT_FALSE(wire.wants_input());
  std::string out;
  while (!wire.output().empty()) {
    EXPECT_LT(wire.output().size(), limits.output_bytes + kHello.size());
    out += take(wire);
  }
  EXPECT_EQ(transport.calls, 100);
  EXPECT_EQ(out.size(), 100 * kHello.size());
  EXPECT_TRUE(wire.wants_input());
}

TEST(Wire, StillAnswersWhatWasAskedBeforeThePeerStoppedSending) {
  Scripted transport;
  WireLimits limits;
  limits.output_bytes = 1;
  Wire wire(transport, limits);
  wire.receive(kGet + kGet + "GET /half");
  wire.receive_end();
  EXPECT_EQ(take(wire), kHello);
  EXPECT_EQ(wire.state(), WireState::open);
  EXPECT_EQ(take(wire), kHello);
  EXPECT_EQ(wire.state(), WireState::finished);
  EXPECT_EQ(transport.calls, 2);
}

TEST(Wire, NamesItsStates) {
  EXPECT_EQ(to_string(WireState::open), "open");
  EXPECT_EQ(to_string(WireState::finished), "finished");
  EXPECT_EQ(to_string(WireState::reset), "reset");
  EXPECT_EQ(to_string(WireState::stalled), "stalled");
}

}  // namespace
}  // namespace fauxbank
