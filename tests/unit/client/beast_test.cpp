// The stream and the sockets that a transport answers: what each operation gives, byte by byte.
// What Beast's own clients see is in tests/client.

#include <fauxbank/client/beast.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/stream_traits.hpp>

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>

#include "support/raced_clock.hpp"
#include "unit/client/beast_fixture.hpp"

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using boost::asio::buffer;
using boost::asio::ip::tcp;
using boost::system::error_code;
using ::testing::EndsWith;
using testing::fail;
using testing::Fickle;
using ::testing::HasSubstr;
using testing::kGet;
using testing::Said;
using ::testing::StartsWith;
using testing::Stream;
namespace error = boost::asio::error;

static_assert(boost::beast::is_sync_stream<WireStream>::value);
static_assert(boost::beast::is_async_stream<WireStream>::value);

// ---- synchronous ----

TEST_F(Stream, AnswersInsideTheWriteThatCompletesARequest) {
  EXPECT_FALSE(write(stream, kGet.substr(0, 10)));
  EXPECT_EQ(transport.requests, 0);
  const std::string rest = kGet.substr(10);
  const std::array<boost::asio::const_buffer, 3> pieces = {
      buffer(rest.data(), 3), buffer(rest.data(), 0), buffer(rest.data() + 3, rest.size() - 3)};
  EXPECT_EQ(stream.write_some(pieces), rest.size());
  EXPECT_EQ(transport.requests, 1);
  EXPECT_EQ(transport.last.target, "/a");
  std::string head(10, ' ');
  std::string more(3, ' ');
  const std::array<boost::asio::mutable_buffer, 3> places = {boost::asio::mutable_buffer{},
                                                             buffer(head), buffer(more)};
  EXPECT_EQ(boost::asio::read(stream, places), 13u);
  EXPECT_EQ(head + more, "HTTP/1.1 200 ");
  EXPECT_FALSE(read(stream).ec);
  EXPECT_THAT(text, EndsWith("hello"));
}

TEST_F(Stream, KeepsTheConnection) {
  World bank;
  WireStream other(io.get_executor(), bank.transport());
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(write(other));
    EXPECT_GT(read(other).size, 0u);
  }
}

TEST_F(Stream, TellsTheEndOfTheConnection) {
  ASSERT_FALSE(write(stream, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(read_all(stream), error::eof);
  EXPECT_THAT(text, EndsWith("hello"));
  EXPECT_FALSE(write(stream)) << "the peer takes it, and says nothing";
  EXPECT_EQ(read(stream).ec, error::eof);
  EXPECT_EQ(transport.requests, 1);
}

TEST_F(Stream, TellsAResetOnceAndThenIsAtItsEnd) {
  transport.change = [](Delivery& it) {
    it.cut_at = 2;
    it.cut_in_body = true;
    it.after = AfterAnswer::reset;
  };
  ASSERT_FALSE(write(stream));
  EXPECT_EQ(read_all(stream), error::connection_reset);
  EXPECT_THAT(text, EndsWith("\r\nhe"));
  EXPECT_EQ(read(stream).ec, error::eof);
  EXPECT_EQ(write(stream), error::broken_pipe);
  error_code ec;
  stream.shutdown(tcp::socket::shutdown_both, ec);
  EXPECT_EQ(ec, error::not_connected);
  stream.connect(tcp::endpoint{}, ec);
  EXPECT_FALSE(write(stream)) << "a new connection";
  transport.change = &fail<transport_errc::connection_reset>;
  stream.connect(tcp::endpoint{});
  EXPECT_FALSE(write(stream));
  EXPECT_EQ(write(stream), error::connection_reset) << "seen by whoever comes first";
  EXPECT_EQ(read(stream).ec, error::eof);
}

TEST_F(Stream, RefusesTheFirstRequestOfAConnection) {
  transport.refuses = true;
  EXPECT_FALSE(write(stream, kGet.substr(0, 5)));
  EXPECT_EQ(write(stream, kGet.substr(5)), error::connection_refused);
  EXPECT_EQ(transport.asked, "GET /a");
  EXPECT_EQ(transport.requests, 0);
  EXPECT_EQ(write(stream), error::broken_pipe);
  EXPECT_EQ(read(stream).ec, error::eof);
  transport.refuses = false;
  stream.connect(tcp::endpoint{});
  EXPECT_FALSE(write(stream));
  transport.refuses = true;
  EXPECT_FALSE(write(stream)) << "the connection is there already";
  EXPECT_EQ(transport.requests, 2);
}

TEST_F(Stream, SaysThatASynchronousReadWouldHangForEver) {
  EXPECT_EQ(read(stream).ec, wire_stream_errc::hangs_for_ever) << "nothing was asked";
  transport.change = &fail<transport_errc::timed_out>;
  stream.expires_after(30s);  // for asynchronous operations, as with Beast
  ASSERT_FALSE(write(stream));
  const Said said = read(stream);
  EXPECT_EQ(said.ec, wire_stream_errc::hangs_for_ever);
  EXPECT_THAT(said.ec.message(), HasSubstr("would hang for ever"));
  EXPECT_EQ(std::string(said.ec.category().name()), "fauxbank.wire_stream");
  char c = 0;
  EXPECT_THROW(stream.read_some(buffer(&c, 1)), boost::system::system_error);
}

TEST_F(Stream, LetsLateAndSlowAnswersComeAtOnceAndTheClockWithThem) {
  static Instant start;
  start = world.clock().now();
  transport.change = [](Delivery& it) { it.not_before = start + 5s; };
  ASSERT_FALSE(write(stream));
  EXPECT_FALSE(read(stream).ec);
  EXPECT_EQ(world.clock().now() - start, 5s);
  transport.change = [](Delivery& it) { it.bytes_per_second = 1; };
  ASSERT_FALSE(write(stream));
  text.clear();
  while (!text.ends_with("hello"))
    ASSERT_FALSE(read(stream).ec);
  EXPECT_EQ(world.clock().now() - start, 10s);
}

TEST_F(Stream, IsShutDownInOneDirection) {
  ASSERT_FALSE(write(stream));
  stream.shutdown(tcp::socket::shutdown_send);
  EXPECT_EQ(write(stream), error::broken_pipe);
  EXPECT_EQ(read_all(stream), error::eof);
  EXPECT_THAT(text, EndsWith("hello")) << "what was asked is answered";
  stream.connect(tcp::endpoint{});
  stream.socket().shutdown(tcp::socket::shutdown_receive);
  ASSERT_FALSE(write(stream));
  read_all(stream);
  EXPECT_EQ(read(stream).ec, error::eof);
}

TEST_F(Stream, IsClosed) {
  boost::beast::close_socket(boost::beast::get_lowest_layer(stream));
  EXPECT_FALSE(stream.is_open());
  EXPECT_EQ(write(stream), error::bad_descriptor);
  EXPECT_EQ(read(stream).ec, error::bad_descriptor);
  error_code ec;
  stream.shutdown(tcp::socket::shutdown_both, ec);
  EXPECT_EQ(ec, error::bad_descriptor);
  EXPECT_THROW(stream.shutdown(tcp::socket::shutdown_both), boost::system::system_error);
  EXPECT_THROW(stream.write_some(buffer(kGet)), boost::system::system_error);
  begin_read(stream);
  io.run();
  EXPECT_EQ(done.value().ec, error::bad_descriptor);
  stream.close(ec);
  EXPECT_FALSE(ec);
}

TEST_F(Stream, MovesWithItsConnection) {
  ASSERT_FALSE(write(stream));
  WireStream other(std::move(stream));
  EXPECT_GT(read(other).size, 0u);
  stream = WireStream(io.get_executor(), transport);
  EXPECT_FALSE(write(stream));
  EXPECT_GT(read(stream).size, 0u);
}

TEST_F(Stream, LetsPassWhatTheTransportThrows) {
  transport.throws = true;
  EXPECT_THROW(write(stream), std::runtime_error);
  EXPECT_EQ(read(stream).ec, error::connection_reset);
  stream.connect(tcp::endpoint{});
  boost::asio::async_write(stream, buffer(kGet), [](error_code, std::size_t) { FAIL(); });
  EXPECT_THROW(io.run(), std::runtime_error);
}

// ---- asynchronous ----

TEST_F(Stream, CompletesByPostAndNeverInside) {
  bool written = false;
  boost::asio::async_write(stream, buffer(kGet), [&](error_code ec, std::size_t size) {
    written = !ec && size == kGet.size();
  });
  EXPECT_FALSE(written);
  begin_read(stream);
  EXPECT_FALSE(done);
  io.run();
  EXPECT_TRUE(written);
  EXPECT_FALSE(done.value().ec);
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(Stream, IsFreedWithTheContextWhenItsReadOwnsIt) {
  transport.change = &fail<transport_errc::timed_out>;
  std::weak_ptr<WireStream> first;
  std::weak_ptr<WireStream> second;
  {
    boost::asio::io_context ends;
    std::string piece(1000, ' ');
    for (auto* seen : {&first, &second}) {
      auto owned = std::make_shared<WireStream>(ends.get_executor(), transport);
      *seen = owned;
      ASSERT_FALSE(write(*owned));
      WireStream& reads = *owned;
      reads.async_read_some(buffer(piece), [owned](error_code, std::size_t) { FAIL(); });
    }
    EXPECT_EQ(ends.poll(), 0u);
    second.lock()->expires_after(1s);
    EXPECT_FALSE(first.expired());
  }
  EXPECT_TRUE(first.expired());
  EXPECT_TRUE(second.expired());
}

TEST_F(Stream, LetsAReadWaitForAWrite) {
  begin_read(stream);
  EXPECT_EQ(io.poll(), 0u);
  EXPECT_FALSE(done);
  ASSERT_FALSE(write(stream));
  io.run();
  EXPECT_THAT(text, EndsWith("hello"));
}

TEST_F(Stream, KeepsAReadWaitingUntilItIsCancelled) {
  transport.change = &fail<transport_errc::timed_out>;
  ASSERT_FALSE(write(stream));
  begin_read(stream);
  EXPECT_EQ(io.poll(), 0u);
  EXPECT_FALSE(io.stopped()) << "a read that waits is work";
  stream.cancel();
  io.run();
  EXPECT_EQ(done.value().ec, error::operation_aborted);
  EXPECT_TRUE(stream.is_open());

  io.restart();
  boost::asio::cancellation_signal signal;
  error_code said;
  char c = 0;
  stream.async_read_some(buffer(&c, 1),
                         boost::asio::bind_cancellation_slot(
                             signal.slot(), [&](error_code ec, std::size_t) { said = ec; }));
  EXPECT_EQ(io.poll(), 0u);
  signal.emit(boost::asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(said, error::operation_aborted);
}

TEST_F(Stream, EndsAReadThatWaitsWithTheStream) {
  {
    WireStream other(io.get_executor(), transport);
    begin_read(other);
  }
  io.run();
  EXPECT_EQ(done.value().ec, error::operation_aborted);
}

TEST_F(Stream, TimesOutAtOnceOnVirtualTime) {
  transport.change = &fail<transport_errc::timed_out>;
  const Instant start = world.clock().now();
  stream.expires_after(30s);
  ASSERT_FALSE(write(stream));
  world.clock().advance(10s);  // the client's own work
  begin_read(stream);
  io.run();
  EXPECT_EQ(done.value().ec, boost::beast::error::timeout);
  EXPECT_EQ(world.clock().now() - start, 30s);
  EXPECT_FALSE(stream.is_open()) << "as a tcp_stream";
}

TEST_F(Stream, TimesOutBeforeAnAnswerThatIsTooLate) {
  static Instant start;
  start = world.clock().now();
  transport.change = [](Delivery& it) { it.not_before = start + 5s; };
  stream.expires_after(5s);
  ASSERT_FALSE(write(stream));
  begin_read(stream);
  io.run();
  EXPECT_FALSE(done.value().ec) << "just in time";
  transport.change = [](Delivery& it) { it.not_before = start + 60s; };
  stream.expires_after(5s);
  ASSERT_FALSE(write(stream));
  begin_read(stream);
  io.restart();
  io.run();
  EXPECT_EQ(done.value().ec, boost::beast::error::timeout);
  EXPECT_EQ(world.clock().now() - start, 10s);
}

TEST_F(Stream, SharesItsClock) {
  testing::RacedClock clock(world.clock());
  static Instant due;
  for (const Milliseconds delay : testing::RacedClock::kDelays) {
    WireStream shared(io.get_executor(), transport, {.clock = &clock});
    due = world.clock().now() + delay;
    transport.change = [](Delivery& it) { it.not_before = due; };
    ASSERT_FALSE(write(shared));
    EXPECT_FALSE(read(shared).ec) << delay.count();
    transport.change = &fail<transport_errc::timed_out>;
    shared.expires_after(delay);
    ASSERT_FALSE(write(shared));
    begin_read(shared);
    io.restart();
    io.run();
    EXPECT_EQ(done.value().ec, boost::beast::error::timeout) << delay.count();
  }
}

TEST_F(Stream, TimesOutForAClientThatLimitsItsReadsOtherwise) {
  WireStream limited(io.get_executor(), transport, {.clock = &world.clock(), .timeout = 20s});
  const Instant start = world.clock().now();
  begin_read(limited);
  io.run();
  EXPECT_EQ(done.value().ec, boost::beast::error::timeout);
  EXPECT_EQ(world.clock().now() - start, 20s);
  limited.connect(tcp::endpoint{});
  limited.expires_never();
  begin_read(limited);
  io.restart();
  EXPECT_EQ(io.poll(), 0u);
  EXPECT_FALSE(done);
}

TEST_F(Stream, ConnectsAsynchronously) {
  stream.close();
  int calls = 0;
  stream.async_connect(tcp::endpoint{}, [&](error_code ec) { calls += ec ? 100 : 1; });
  const auto range =
      tcp::resolver::results_type::create(tcp::endpoint(tcp::v4(), 80), "api.example.com", "http");
  stream.async_connect(
      range, [&](error_code ec, tcp::endpoint to) { calls += ec || to.port() != 80 ? 100 : 1; });
  EXPECT_EQ(calls, 0);
  io.run();
  EXPECT_EQ(calls, 2);
  EXPECT_FALSE(write(stream));
}

// ---- sockets ----

class Peer : public ::testing::Test {
 protected:
  tcp::socket connected(WirePeer& peer) {
    tcp::socket socket(io);
    peer.connect(socket);
    return socket;
  }
  /// One request, and all that comes of it.
  std::string ask(tcp::socket& socket, error_code& ec) {
    boost::asio::write(socket, buffer(kGet));
    std::string text;
    char c = 0;
    while (!text.ends_with("hello") && socket.read_some(buffer(&c, 1), ec) == 1)
      text += c;
    return text;
  }

  Fickle transport;
  World world;
  boost::asio::io_context io;
};

TEST_F(Peer, AnswersSockets) {
  WirePeer peer(transport);
  tcp::socket first = connected(peer);
  tcp::socket second = connected(peer);
  error_code ec;
  for (tcp::socket* socket : {&first, &second, &first}) {
    EXPECT_THAT(ask(*socket, ec), StartsWith("HTTP/1.1 200 OK"));
    EXPECT_FALSE(ec);
  }
  first.shutdown(tcp::socket::shutdown_both);
  first.close();
  EXPECT_THAT(ask(second, ec), EndsWith("hello"));
}

TEST_F(Peer, ResetsAndEndsConnections) {
  transport.change = &fail<transport_errc::connection_reset>;
  WirePeer peer(transport);
  error_code ec;
  tcp::socket socket = connected(peer);
  EXPECT_EQ(ask(socket, ec), "");
  EXPECT_EQ(ec, error::connection_reset);
  transport.change = &fail<transport_errc::empty_answer>;
  socket = connected(peer);
  EXPECT_EQ(ask(socket, ec), "");
  EXPECT_EQ(ec, error::eof);
  transport.refuses = true;
  socket = connected(peer);
  EXPECT_EQ(ask(socket, ec), "");
  EXPECT_EQ(ec, error::connection_reset);
}

TEST_F(Peer, LetsLateAnswersComeAtOnceAndTheClockWithThem) {
  static Instant start;
  start = world.clock().now();
  transport.change = [](Delivery& it) { it.not_before = start + 5s; };
  WirePeer peer(transport, {.clock = &world.clock()});
  tcp::socket socket = connected(peer);
  error_code ec;
  EXPECT_THAT(ask(socket, ec), EndsWith("hello"));
  EXPECT_EQ(world.clock().now() - start, 5s);
}

TEST_F(Peer, EndsWithConnectionsThatNobodyAnswers) {
  transport.change = &fail<transport_errc::timed_out>;
  auto peer = std::make_optional<WirePeer>(transport);
  tcp::socket socket = connected(*peer);
  tcp::socket gone = connected(*peer);
  boost::asio::write(socket, buffer(kGet));
  boost::asio::write(gone, buffer(kGet));
  gone.close();
  socket.non_blocking(true);
  char c = 0;
  error_code ec;
  socket.read_some(buffer(&c, 1), ec);
  EXPECT_EQ(ec, error::would_block);
  peer.reset();
  socket.non_blocking(false);
  socket.read_some(buffer(&c, 1), ec);
  EXPECT_TRUE(ec == error::eof || ec == error::connection_reset) << ec.message();
}

TEST_F(Peer, KeepsWhatTheTransportThrows) {
  WirePeer peer(transport);
  peer.rethrow();
  transport.throws = true;
  tcp::socket socket = connected(peer);
  error_code ec;
  EXPECT_EQ(ask(socket, ec), "");
  EXPECT_EQ(ec, error::connection_reset);
  EXPECT_THROW(peer.rethrow(), std::runtime_error);
  peer.rethrow();
  transport.throws = false;
  socket = connected(peer);
  EXPECT_THAT(ask(socket, ec), EndsWith("hello"));
}

TEST_F(Peer, KeepsWhatTheTransportThrowsAtAConnection) {
  WirePeer peer(transport);
  transport.throws_at_once = true;
  tcp::socket socket = connected(peer);
  char c = 0;
  error_code ec;
  socket.read_some(buffer(&c, 1), ec);
  EXPECT_EQ(ec, error::eof);
  EXPECT_THROW(peer.rethrow(), std::runtime_error);
  peer.rethrow();
  transport.throws_at_once = false;
  socket = connected(peer);
  EXPECT_THAT(ask(socket, ec), EndsWith("hello"));
}

}  // namespace
}  // namespace fauxbank
