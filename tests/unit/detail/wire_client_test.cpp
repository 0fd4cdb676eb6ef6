#include <fauxbank/detail/wire_client.hpp>

#include <chrono>
#include <string>

#include <gmock/gmock.h>

#include <fauxbank/world.hpp>

#include "support/raced_clock.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using detail::Heard;
using detail::HeardEnd;
using detail::WireClient;

/// Gives what the test says.
class Given final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request&) override { return delivery.response; }
  Delivery deliver(const Request& request) override {
    last = request;
    return delivery;
  }
  bool accepts(Method, std::string_view) override { return !refuses; }

  Delivery delivery;
  Request last;
  bool refuses = false;
};

class WireClientTest : public ::testing::Test {
 protected:
  Heard ask(Method method = Method::get, Milliseconds patience = 30s) {
    Request request{method, "/a", {{"Host", "h"}}, {}};
    return client.ask(request, patience, &world.clock());
  }

  Given transport;
  World world;
  WireClient client{transport};
};

TEST_F(WireClientTest, HearsAWholeAnswerAndKeepsTheConnection) {
  transport.delivery.response = {404, {{"X-Mark", "1"}}, "hello"};
  const Heard heard = ask();
  EXPECT_EQ(heard.end, HeardEnd::complete);
  EXPECT_TRUE(heard.any && heard.head);
  EXPECT_EQ(heard.response.status, 404);
  EXPECT_EQ(heard.reason, "Not Found");
  EXPECT_EQ(heard.response.headers.find("X-Mark"), "1");
  EXPECT_EQ(heard.response.body, "hello");
  EXPECT_EQ(heard.size, 5u);
  EXPECT_TRUE(client.is_kept());
  transport.refuses = true;
  EXPECT_EQ(ask().end, HeardEnd::complete) << "there is a connection";
  client.close();
  EXPECT_EQ(ask().end, HeardEnd::refused);
  EXPECT_FALSE(client.is_kept());
}

TEST_F(WireClientTest, HearsAnswersWithoutABody) {
  transport.delivery.response = {200, {}, "hello"};
  EXPECT_EQ(ask(Method::head).response.body, "");
  transport.delivery.response = {204, {}, ""};
  EXPECT_EQ(ask().end, HeardEnd::complete);
  transport.delivery.response = {200, {{"Transfer-Encoding", "identity"}}, "to the end"};
  transport.delivery.after = AfterAnswer::close;
  const Heard heard = ask();
  EXPECT_EQ(heard.end, HeardEnd::complete);
  EXPECT_EQ(heard.response.body, "to the end");
  EXPECT_FALSE(client.is_kept());
}

TEST_F(WireClientTest, SaysWhatALengthIsNotToldTwice) {
  Request request{Method::post, "/a", {{"Host", "h"}, {"Content-Length", "2"}}, "ab"};
  client.ask(request, 30s, nullptr);
  EXPECT_EQ(transport.last.body, "ab");
  request.headers.erase("Content-Length");
  client.ask(request, 30s, nullptr);
  EXPECT_EQ(transport.last.body, "ab");
}

TEST_F(WireClientTest, HearsHowItEnds) {
  const auto end = [this](transport_errc error) {
    transport.delivery = to_delivery(error);
    return ask();
  };
  EXPECT_EQ(end(transport_errc::connection_reset).end, HeardEnd::reset);
  EXPECT_EQ(end(transport_errc::empty_answer).end, HeardEnd::closed);
  const Heard garbage = end(transport_errc::malformed_answer);
  EXPECT_EQ(garbage.end, HeardEnd::garbage);
  EXPECT_TRUE(garbage.any);
  EXPECT_FALSE(garbage.head);
  const Heard cut = end(transport_errc::truncated_answer);
  EXPECT_EQ(cut.end, HeardEnd::closed);
  EXPECT_TRUE(cut.head);
  EXPECT_EQ(cut.response.body.size(), 11u);
  EXPECT_GT(cut.size.value(), 11u);
  transport.delivery = {};
  transport.delivery.raw = "HTTP/1.1 abc OK\r\n\r\n";
  transport.delivery.after = AfterAnswer::close;
  EXPECT_EQ(ask().end, HeardEnd::garbage);
  transport.delivery.raw = "HTTP/1.1 200 OK\r\nX: 1";
  EXPECT_EQ(ask().end, HeardEnd::closed);
}

TEST_F(WireClientTest, IsPatientOnVirtualTime) {
  const Instant start = world.clock().now();
  transport.delivery.response.body = "hello";
  transport.delivery.not_before = start + 10s;
  EXPECT_EQ(ask().end, HeardEnd::complete);
  EXPECT_EQ(world.clock().now() - start, 10s);
  transport.delivery.not_before = start + 50s;
  EXPECT_EQ(ask().end, HeardEnd::silent);
  EXPECT_EQ(world.clock().now() - start, 40s);
  transport.delivery = {};
  transport.delivery.response.body = std::string(100, 'x');
  transport.delivery.bytes_per_second = 1;
  EXPECT_EQ(ask().end, HeardEnd::complete) << "every byte comes in time";
  EXPECT_EQ(world.clock().now() - start, 140s);
  transport.delivery = to_delivery(transport_errc::timed_out);
  EXPECT_EQ(ask().end, HeardEnd::silent);
  EXPECT_EQ(world.clock().now() - start, 170s);
  EXPECT_EQ(ask(Method::get, 0s).end, HeardEnd::silent) << "for ever, which takes no time";
  EXPECT_EQ(world.clock().now() - start, 170s);
}

TEST_F(WireClientTest, SharesItsClock) {
  testing::RacedClock clock(world.clock());
  const Request request{Method::get, "/a", {{"Host", "h"}}, {}};
  for (const Milliseconds delay : testing::RacedClock::kDelays) {
    transport.delivery.not_before = world.clock().now() + delay;
    EXPECT_EQ(client.ask(request, 30s, &clock).end, HeardEnd::complete) << delay.count();
  }
  transport.delivery = to_delivery(transport_errc::timed_out);
  EXPECT_EQ(client.ask(request, 2s, &clock).end, HeardEnd::silent);
}

TEST_F(WireClientTest, IsPatientUntilTheEndOfTime) {
  transport.delivery.not_before = world.clock().now() + 10s;
  EXPECT_EQ(ask(Method::get, Milliseconds::max()).end, HeardEnd::complete);
}

}  // namespace
}  // namespace fauxbank
