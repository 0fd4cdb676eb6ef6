// Boost.Beast's coroutines on a tcp_stream, as code that uses them sees them.

#include "client/beast_coroutine_client.hpp"

#include <memory>

#include "client/beast_tls.hpp"

namespace fauxbank::testing {

namespace {

namespace asio = beast::asio;
using beast::error_code;
using Stream = boost::beast::tcp_stream;

asio::awaitable<Stream> connected(const ClientOptions& options, asio::io_context& io,
                                  error_code& ec) {
  auto token = asio::redirect_error(asio::use_awaitable, ec);
  const auto [host, port] = beast::address_of(options.origin);
  Stream stream(io);
  stream.expires_after(options.timeout);
  beast::tcp::resolver resolver(io);
  const auto found = co_await resolver.async_resolve(host, port, token);
  if (!ec) co_await stream.async_connect(found, token);
  co_return stream;
}

std::unique_ptr<Client> client(const ClientOptions& options) {
  return beast::coroutine_client<Stream>(options, [options](asio::io_context& io, error_code& ec) {
    return connected(options, io, ec);
  });
}

std::unique_ptr<Client> client_of_tls(const ClientOptions& options) {
  using Secure = asio::ssl::stream<Stream>;
  const auto context = beast::verifying_context();
  return beast::coroutine_client<Secure>(
      options, [options, context](asio::io_context& io, error_code& ec) -> asio::awaitable<Secure> {
        Secure stream(co_await connected(options, io, ec), *context);
        beast::expect_host(stream, beast::address_of(options.origin).first);
        if (!ec) {
          co_await stream.async_handshake(Secure::client,
                                          asio::redirect_error(asio::use_awaitable, ec));
        }
        co_return stream;
      });
}

}  // namespace

const Library& library() {
  static const Library kBeast = beast::library_of(
      "Boost.Beast, coroutines",
      [](const ClientOptions& options) {
        return options.origin.starts_with("https") ? client_of_tls(options) : client(options);
      },
      "beast::error::timeout");
  return kBeast;
}

}  // namespace fauxbank::testing
