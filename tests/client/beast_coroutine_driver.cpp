// Boost.Beast's coroutines on a stream that a world answers, and on sockets that it answers.

#include <fauxbank/client/beast.hpp>
#include <fauxbank/world.hpp>

#include "client/beast_coroutine_client.hpp"

namespace fauxbank::testing {

namespace {

namespace asio = beast::asio;
using beast::error_code;
using boost::beast::tcp_stream;

std::unique_ptr<Client> on_stream(World& world, const ClientOptions& options) {
  return beast::coroutine_client<WireStream>(
      options, [&world](asio::io_context& io, error_code&) -> asio::awaitable<WireStream> {
        co_return WireStream(io.get_executor(), world.transport(), {.clock = &world.clock()});
      });
}

std::unique_ptr<Client> on_socket(World& world, const ClientOptions& options) {
  auto peer =
      std::make_shared<WirePeer>(world.transport(), WirePeerOptions{.clock = &world.clock()});
  return beast::coroutine_client<tcp_stream>(
      options, [peer](asio::io_context& io, error_code&) -> asio::awaitable<tcp_stream> {
        tcp_stream stream(io);
        peer->connect(stream.socket());
        co_return stream;
      });
}

}  // namespace

std::vector<Driver> drivers() {
  return {{.name = "stream", .library = &library(), .make = on_stream, .most_beside_tcp = 0.5},
          {.name = "socket",
           .library = &library(),
           .make = on_socket,
           .time_outs = TimeOuts::real_time,
           .refuses = false}};
}

}  // namespace fauxbank::testing
