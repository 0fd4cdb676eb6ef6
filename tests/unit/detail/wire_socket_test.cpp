#include <fauxbank/detail/wire_socket.hpp>

#include <fcntl.h>
#include <sys/socket.h>

#include <string>

#include <gmock/gmock.h>

#include <fauxbank/world.hpp>

#include "support/raced_clock.hpp"

namespace fauxbank {
namespace {

using ::testing::EndsWith;

/// Answers later than it is asked.
class Slow final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request&) override { return Response{}; }
  Delivery deliver(const Request&) override {
    Delivery delivery;
    delivery.response.body = "hello";
    delivery.not_before = due;
    return delivery;
  }
  Instant due{};
};

TEST(WireSocket, SharesItsClock) {
  World world;
  testing::RacedClock clock(world.clock());
  Slow transport;
  for (const Milliseconds delay : testing::RacedClock::kDelays) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    ASSERT_EQ(::fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    detail::WireSocket socket(ends[1], detail::WireSocket::Family::local, transport);
    const std::string request = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    ASSERT_EQ(::send(ends[0], request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    transport.due = world.clock().now() + delay;
    detail::pump_all(socket, &clock);
    char piece[256];
    const ssize_t count = ::recv(ends[0], piece, sizeof piece, 0);
    ASSERT_GT(count, 0);
    EXPECT_THAT(std::string(piece, static_cast<std::size_t>(count)), EndsWith("hello"));
    EXPECT_GE(world.clock().now(), transport.due);
    ::close(ends[0]);
  }
}

}  // namespace
}  // namespace fauxbank
