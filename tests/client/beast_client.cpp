// Boost.Beast's blocking functions on a socket, as code that uses them sees them.

#include "client/beast_client.hpp"

#include <memory>

#include "client/beast_tls.hpp"

namespace fauxbank::testing {

namespace {

using Connected = beast::tcp::socket;

Connected connected(const ClientOptions& options, beast::asio::io_context& io,
                    beast::error_code& ec) {
  const auto [host, port] = beast::address_of(options.origin);
  Connected socket(io);
  const auto found = beast::tcp::resolver(io).resolve(host, port, ec);
  if (!ec) beast::asio::connect(socket, found, ec);
  return socket;
}

std::unique_ptr<Client> client(const ClientOptions& options) {
  return beast::blocking_client<Connected>(
      options, [options](beast::asio::io_context& io, beast::error_code& ec) {
        return connected(options, io, ec);
      });
}

std::unique_ptr<Client> client_of_tls(const ClientOptions& options) {
  using Stream = beast::asio::ssl::stream<Connected>;
  const auto context = beast::verifying_context();
  return beast::blocking_client<Stream>(
      options, [options, context](beast::asio::io_context& io, beast::error_code& ec) {
        Stream stream(connected(options, io, ec), *context);
        beast::expect_host(stream, beast::address_of(options.origin).first);
        if (!ec) stream.handshake(Stream::client, ec);
        return stream;
      });
}

}  // namespace

const Library& library() {
  static const Library kBeast = beast::library_of(
      "Boost.Beast, synchronous",
      [](const ClientOptions& options) {
        return options.origin.starts_with("https") ? client_of_tls(options) : client(options);
      },
      kHangs);
  return kBeast;
}

}  // namespace fauxbank::testing
