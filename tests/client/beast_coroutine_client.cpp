// Boost.Beast's coroutines on a tcp_stream, as code that uses them sees them.

#include "client/beast_coroutine_client.hpp"

namespace fauxbank::testing {

const Library& library() {
  using Stream = boost::beast::tcp_stream;
  static const Library kBeast{
      .name = "Boost.Beast, coroutines",
      .make =
          [](const ClientOptions& options) {
            return beast::coroutine_client<Stream>(
                options,
                [options](beast::asio::io_context& io,
                          beast::error_code& ec) -> beast::asio::awaitable<Stream> {
                  auto token = beast::asio::redirect_error(beast::asio::use_awaitable, ec);
                  const auto [host, port] = beast::address_of(options.origin);
                  Stream stream(io);
                  stream.expires_after(options.timeout);
                  beast::tcp::resolver resolver(io);
                  const auto found = co_await resolver.async_resolve(host, port, token);
                  if (!ec) co_await stream.async_connect(found, token);
                  co_return stream;
                });
          },
      .seen = {
          {Trouble::refused, "asio::error::connection_refused", 1, 1,
           "asio::error::connection_reset"},
          {Trouble::reset, "asio::error::connection_reset"},
          {Trouble::cut, "asio::error::connection_reset"},
          {Trouble::closed, "http::error::end_of_stream"},
          {Trouble::garbage, "http::error::bad_version"},
          {Trouble::truncated, "http::error::partial_message"},
          {Trouble::silence, "beast::error::timeout"},
      }};
  return kBeast;
}

}  // namespace fauxbank::testing
