// A client that is templated on its stream, and its test.
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <fauxbank/client/beast.hpp>
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>
#include <fauxbank/gtest.hpp>

namespace http = boost::beast::http;

/// The code under test: in production its stream is a tcp::socket. Tries twice, under one key.
template <class Stream>
class Refresher {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;
  Refresher(Stream stream, Endpoint api) : stream_(std::move(stream)), api_(api) {}

  bool refresh(const std::string& account) {
    http::request<http::string_body> request(
        http::verb::post, "/v1/financial_connections/accounts/" + account + "/refresh", 11);
    request.set(http::field::host, "api.example.com");
    request.set(http::field::authorization, "Bearer sk_test_123");
    request.set(http::field::content_type, "application/x-www-form-urlencoded");
    request.set("Idempotency-Key", "refresh-" + account);
    request.body() = "features[]=balance";
    request.prepare_payload();
    for (int attempt = 0; attempt < 2; ++attempt) {
      boost::system::error_code ec;
      boost::beast::flat_buffer buffer;
      http::response<http::string_body> response;
      http::write(stream_, request, ec);
      if (!ec) http::read(stream_, buffer, response, ec);
      if (!ec) return response.result() == http::status::ok;
      stream_.connect(api_);
    }
    return false;
  }

 private:
  Stream stream_;
  Endpoint api_;
};

using BeastExample = fauxbank::WorldTest;

TEST_F(BeastExample, SurvivesALostAnswer) {
  world.load({.accounts = {{.id = "fca_1"}}});
  world.faults().on(fauxbank::Operation::refresh).nth(1).answer_lost();

  boost::asio::io_context io;
  Refresher refresher(fauxbank::WireStream(io.get_executor(), world.transport()), {});
  EXPECT_TRUE(refresher.refresh("fca_1"));
  EXPECT_THAT(world.journal(), fauxbank::Received(fauxbank::Operation::refresh).Times(2));
}
