// ssl::stream on sockets that a world answers, with verification on.

#include <fauxbank/client/beast.hpp>

#include <string>

#include <gmock/gmock.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <fauxbank/fauxbank.hpp>

namespace fauxbank {
namespace {

using boost::asio::buffer;
using boost::asio::ip::tcp;
using boost::system::error_code;
using ::testing::EndsWith;
using ::testing::StartsWith;
namespace error = boost::asio::error;
namespace ssl = boost::asio::ssl;

const std::string kGet =
    "GET /v1/financial_connections/accounts/fca_1 HTTP/1.1\r\nHost: api.example.com\r\n"
    "Authorization: Bearer sk_test_1\r\n\r\n";

class TlsPeer : public ::testing::Test {
 protected:
  using Stream = ssl::stream<tcp::socket>;

  TlsPeer() {
    context.set_verify_mode(ssl::verify_peer);
    context.add_certificate_authority(buffer(peer.authority()));
  }

  error_code shake_hands(Stream& stream, const std::string& host = "api.example.com") {
    peer.connect(stream.next_layer());
    stream.set_verify_callback(ssl::host_name_verification(host));
    error_code ec;
    stream.handshake(ssl::stream_base::client, ec);
    return ec;
  }
  /// One request, and all that comes up to an error or the end of an object.
  std::string ask(Stream& stream, error_code& ec) {
    boost::asio::write(stream, buffer(kGet));
    std::string text;
    std::string piece(100'000, ' ');
    while (!ec && !text.ends_with("\n}"))
      text.append(piece, 0, stream.read_some(buffer(piece), ec));
    return text;
  }

  World world{{.accounts = {{.id = "fca_1"}}}};
  TlsWirePeer peer{world.transport(), {"api.example.com", "127.0.0.1"}};
  boost::asio::io_context io;
  ssl::context context{ssl::context::tls_client};
};

TEST_F(TlsPeer, IsVerifiedAndKeepsTheConnection) {
  Stream stream(io, context);
  ASSERT_EQ(shake_hands(stream), error_code());
  error_code ec;
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(ask(stream, ec), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_FALSE(ec);
  }
  Stream other(io, context);
  EXPECT_EQ(shake_hands(other, "127.0.0.1"), error_code());
}

TEST_F(TlsPeer, IsNotTrustedByOthersNorUnderAnotherName) {
  Stream wrong(io, context);
  EXPECT_EQ(shake_hands(wrong, "api.example.org").category(), error::get_ssl_category());
  ssl::context stranger{ssl::context::tls_client};
  stranger.set_verify_mode(ssl::verify_peer);
  Stream untrusting(io, stranger);
  EXPECT_EQ(shake_hands(untrusting).category(), error::get_ssl_category());
  EXPECT_TRUE(world.journal().empty());
}

TEST_F(TlsPeer, CarriesLargeAnswers) {
  const std::string body = std::string(3'000'000, 'x') + "\n}";
  world.faults().on(Operation::retrieve).body(body).http(200);
  Stream stream(io, context);
  ASSERT_EQ(shake_hands(stream), error_code());
  error_code ec;
  EXPECT_TRUE(ask(stream, ec).ends_with(body));
}

TEST_F(TlsPeer, SuffersFaultsAtTheByte) {
  const auto end = [this] {
    Stream stream(io, context);
    EXPECT_EQ(shake_hands(stream), error_code());
    error_code ec;
    ask(stream, ec);
    return ec;
  };
  world.faults().on(Operation::retrieve).nth(1).connection_reset();
  EXPECT_EQ(end(), error::connection_reset);
  world.faults().clear();
  world.faults().on(Operation::retrieve).phase(FaultPhase::during).connection_reset();
  EXPECT_EQ(end(), error::connection_reset);
  world.faults().clear();
  world.faults().on(Operation::retrieve).empty_answer();
  EXPECT_EQ(end(), error::eof);
  world.faults().clear();
  EXPECT_EQ(end(), error_code());
}

}  // namespace
}  // namespace fauxbank
