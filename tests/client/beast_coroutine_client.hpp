#pragma once

// A client of Boost.Beast made of coroutines, with Beast's own time limits.

#include <exception>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "client/beast_client.hpp"

namespace fauxbank::testing::beast {

/// `Connect` is called as `connect(io, host, port, ec)`, is a coroutine, and gives a stream.
template <class Stream, class Connect>
class CoroutineClient final : public Client {
 public:
  CoroutineClient(const ClientOptions& options, Connect connect)
      : options_(options), connect_(std::move(connect)) {}

  Outcome perform(const Request& request) override {
    const HttpRequest outgoing = http_request(request, address_of(options_.origin).first);
    HttpResponse response;
    error_code ec;
    asio::co_spawn(io_, exchange(outgoing, response, ec), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    io_.run();
    io_.restart();
    if (ec || !response.keep_alive()) stream_.reset();
    Outcome outcome;
    outcome.error = name_of(ec);
    outcome.status = ec ? 0 : static_cast<int>(response.result_int());
    outcome.body = std::move(response.body());
    return outcome;
  }
  void limit(std::chrono::milliseconds time) override { options_.timeout = time; }

 private:
  asio::awaitable<void> exchange(const HttpRequest& request, HttpResponse& response,
                                 error_code& ec) {
    if (!stream_) {
      buffer_.clear();
      stream_.emplace(co_await connect_(io_, ec));
      if (ec) co_return;
    }
    boost::beast::get_lowest_layer(*stream_).expires_after(options_.timeout);
    co_await http::async_write(*stream_, request, asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return;
    co_await http::async_read(*stream_, buffer_, response,
                              asio::redirect_error(asio::use_awaitable, ec));
  }

  ClientOptions options_;
  Connect connect_;
  asio::io_context io_;
  std::optional<Stream> stream_;
  boost::beast::flat_buffer buffer_;
};

template <class Stream, class Connect>
std::unique_ptr<Client> coroutine_client(const ClientOptions& options, Connect connect) {
  return std::make_unique<CoroutineClient<Stream, Connect>>(options, std::move(connect));
}

}  // namespace fauxbank::testing::beast
