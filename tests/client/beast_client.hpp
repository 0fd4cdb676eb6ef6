#pragma once

// Clients of Boost.Beast as code under test would keep them: blocking ones, and coroutines.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "client/driver.hpp"

namespace fauxbank::testing::beast {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using HttpRequest = http::request<http::string_body>;
using HttpResponse = http::response<http::string_body>;

/// The enumerator's own name, of those that a test meets.
inline std::string name_of(const error_code& ec) {
  const struct {
    error_code code;
    const char* name;
  } names[] = {{asio::error::connection_refused, "asio::error::connection_refused"},
               {asio::error::connection_reset, "asio::error::connection_reset"},
               {asio::error::broken_pipe, "asio::error::broken_pipe"},
               {asio::error::eof, "asio::error::eof"},
               {http::error::end_of_stream, "http::error::end_of_stream"},
               {http::error::partial_message, "http::error::partial_message"},
               {http::error::bad_version, "http::error::bad_version"},
               {boost::beast::error::timeout, "beast::error::timeout"}};
  for (const auto& known : names) {
    if (ec == known.code) return known.name;
  }
  if (ec.category().name() == std::string("fauxbank.wire_stream")) return std::string(kHangs);
  return ec ? ec.category().name() + (" " + ec.message()) : "";
}

inline HttpRequest http_request(const Request& from, const std::string& host) {
  HttpRequest request(from.method == Method::post ? http::verb::post : http::verb::get, from.target,
                      11);
  request.set(http::field::host, host);
  for (const Headers::Field& field : from.headers)
    request.set(std::string(field.name), std::string(field.value));
  request.body() = from.body;
  request.prepare_payload();
  return request;
}

/// Host and port of an origin.
inline std::pair<std::string, std::string> address_of(const std::string& origin) {
  const std::string authority = origin.substr(origin.find("://") + 3);
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string::npos) return {authority, origin.starts_with("https") ? "443" : "80"};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

/// Waits for each step. `Connect` is called as `connect(io, ec)` and gives a stream.
template <class Stream, class Connect>
class BlockingClient final : public Client {
 public:
  BlockingClient(std::string host, Connect connect)
      : host_(std::move(host)), connect_(std::move(connect)) {}

  Outcome perform(const Request& request) override {
    Outcome outcome;
    error_code ec;
    HttpResponse response;
    exchange(http_request(request, host_), response, ec);
    if (ec || !response.keep_alive()) stream_.reset();
    outcome.error = name_of(ec);
    outcome.status = ec ? 0 : static_cast<int>(response.result_int());
    outcome.body = std::move(response.body());
    return outcome;
  }

 private:
  void exchange(const HttpRequest& request, HttpResponse& response, error_code& ec) {
    if (!stream_) {
      buffer_.clear();
      stream_.emplace(connect_(io_, ec));
      if (ec) return;
    }
    http::write(*stream_, request, ec);
    if (!ec) http::read(*stream_, buffer_, response, ec);
  }

  std::string host_;
  Connect connect_;
  asio::io_context io_;
  std::optional<Stream> stream_;
  boost::beast::flat_buffer buffer_;
};

template <class Stream, class Connect>
std::unique_ptr<Client> blocking_client(const ClientOptions& options, Connect connect) {
  return std::make_unique<BlockingClient<Stream, Connect>>(address_of(options.origin).first,
                                                           std::move(connect));
}

/// What every client of Beast sees; they differ in an answer that never comes.
inline Library library_of(std::string_view name, decltype(Library::make) make,
                          std::string_view silence) {
  return {.name = name,
          .make = make,
          .seen = {{Trouble::refused, "asio::error::connection_refused", 1, 1,
                    "asio::error::connection_reset"},
                   {Trouble::reset, "asio::error::connection_reset"},
                   {Trouble::cut, "asio::error::connection_reset"},
                   {Trouble::closed, "http::error::end_of_stream"},
                   {Trouble::garbage, "http::error::bad_version"},
                   {Trouble::truncated, "http::error::partial_message"},
                   {Trouble::silence, silence}},
          .speaks_tls = true};
}

}  // namespace fauxbank::testing::beast
