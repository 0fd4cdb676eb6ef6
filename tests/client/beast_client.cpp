// Boost.Beast's blocking functions on a socket, as code that uses them sees them.

#include "client/beast_client.hpp"

namespace fauxbank::testing {

const Library& library() {
  static const Library kBeast{
      .name = "Boost.Beast, synchronous",
      .make =
          [](const ClientOptions& options) {
            return beast::blocking_client<beast::tcp::socket>(
                options, [address = beast::address_of(options.origin)](beast::asio::io_context& io,
                                                                       beast::error_code& ec) {
                  beast::tcp::socket socket(io);
                  const auto found =
                      beast::tcp::resolver(io).resolve(address.first, address.second, ec);
                  if (!ec) beast::asio::connect(socket, found, ec);
                  return socket;
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
          {Trouble::silence, kHangs},
      }};
  return kBeast;
}

}  // namespace fauxbank::testing
