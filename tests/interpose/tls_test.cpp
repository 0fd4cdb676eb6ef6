// The server's side of TLS against OpenSSL's own client, all in memory.

#include <fauxbank/detail/tls.hpp>

#include <gmock/gmock.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <fauxbank/world.hpp>

namespace fauxbank::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kGet[] =
    "GET /v1/financial_connections/accounts/fca_1 HTTP/1.1\r\nHost: api.example.com\r\n"
    "Authorization: Bearer sk_test_1\r\n\r\n";

/// A client in memory, at a wire.
class Client {
 public:
  Client(detail::TlsWire& wire, const detail::TlsAuthority* trusted, const char* host)
      : wire_(wire), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    if (trusted != nullptr) trusted->make_trusted_by(context_);
    ssl_ = SSL_new(context_);
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host));
    SSL_set1_host(ssl_, host);
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in_, -1);
    SSL_set_bio(ssl_, in_, out_);
    SSL_set_connect_state(ssl_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }

  bool shake_hands() {
    for (int turn = 0; turn < 5; ++turn) {
      if (SSL_do_handshake(ssl_) == 1) {
        exchange();
        return true;
      }
      exchange();
    }
    return false;
  }
  void send(std::string_view text) {
    SSL_write(ssl_, text.data(), static_cast<int>(text.size()));
    exchange();
  }
  /// Everything that has come.
  std::string read() {
    std::string text;
    for (;;) {
      char piece[4096];
      const int count = SSL_read(ssl_, piece, sizeof piece);
      if (count > 0) {
        text.append(piece, static_cast<std::size_t>(count));
      } else if (!exchange()) {
        return text;
      }
    }
  }
  bool was_told_the_end() const { return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }
  long verdict() const { return SSL_get_verify_result(ssl_); }

  /// Carry bytes both ways. \returns whether there were any for the client
  bool exchange() {
    char* bytes = nullptr;
    long size = BIO_get_mem_data(out_, &bytes);
    for (long i = 0; i < size;) {  // in pieces that fit nothing
      const long count = std::min(size - i, 1000L);
      wire_.receive({bytes + i, static_cast<std::size_t>(count)});
      i += count;
    }
    static_cast<void>(BIO_reset(out_));
    bool any = false;
    while (!wire_.output().empty()) {
      const std::string_view output = wire_.output().substr(0, 700);
      BIO_write(in_, output.data(), static_cast<int>(output.size()));
      wire_.sent(output.size());
      any = true;
    }
    return any;
  }

 private:
  detail::TlsWire& wire_;
  SSL_CTX* context_;
  SSL* ssl_;
  BIO* in_;
  BIO* out_;
};

struct Tls : ::testing::Test {
  World world{{.accounts = {{.id = "fca_1"}}}};
  detail::TlsAuthority authority;
  detail::TlsIdentity identity{authority, {"api.example.com", "127.0.0.1"}};
  detail::TlsWire wire{world.transport(), &identity};
};

TEST_F(Tls, AnswersAVerifyingClientThatTrustsTheAuthority) {
  Client client(wire, &authority, "api.example.com");
  ASSERT_TRUE(client.shake_hands()) << wire.failure();
  EXPECT_TRUE(wire.is_tls());
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
  EXPECT_EQ(world.journal().size(), 3u);
  EXPECT_EQ(wire.requests(), 3u);
  EXPECT_EQ(wire.state(), WireState::open);
}

TEST_F(Tls, IsRefusedByAClientThatDoesNot) {
  Client client(wire, nullptr, "api.example.com");
  EXPECT_FALSE(client.shake_hands());
  EXPECT_EQ(client.verdict(), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  client.exchange();
  EXPECT_THAT(wire.failure(), HasSubstr("unknown ca"));
  EXPECT_EQ(wire.state(), WireState::finished);
  ERR_clear_error();
}

TEST_F(Tls, IsRefusedForAnotherHost) {
  Client client(wire, &authority, "api.example.org");
  EXPECT_FALSE(client.shake_hands());
  EXPECT_EQ(client.verdict(), X509_V_ERR_HOSTNAME_MISMATCH);
  ERR_clear_error();
}

TEST_F(Tls, CarriesMoreThanItsBuffersHold) {
  const std::string body(3'000'000, 'x');
  const auto answer_with = [&body](const Request& request) -> Result<Response, transport_errc> {
    return Response{
        .status = 200,
        .headers = {},
        .body = request.method == Method::get ? body : std::to_string(request.body.size())};
  };
  FunctionTransport transport(answer_with);
  detail::TlsWire large(transport, &identity);
  Client client(large, &authority, "api.example.com");
  ASSERT_TRUE(client.shake_hands());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = client.read();
  EXPECT_GT(answer.size(), body.size());
  EXPECT_THAT(answer, EndsWith("\r\n\r\n" + body));
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" +
              std::string(500'000, 'y'));
  EXPECT_THAT(client.read(), EndsWith("500000"));
}

TEST_F(Tls, EndsInOrderWithACloseNotify) {
  world.faults().on_any().empty_answer();
  Client client(wire, &authority, "api.example.com");
  ASSERT_TRUE(client.shake_hands());
  client.send(kGet);
  EXPECT_EQ(client.read(), "");
  EXPECT_TRUE(client.was_told_the_end());
  EXPECT_EQ(wire.state(), WireState::finished);
}

TEST_F(Tls, ResetsWithoutOne) {
  world.faults().on_any().connection_reset();
  Client client(wire, &authority, "api.example.com");
  ASSERT_TRUE(client.shake_hands());
  client.send(kGet);
  EXPECT_EQ(client.read(), "");
  EXPECT_FALSE(client.was_told_the_end());
  EXPECT_EQ(wire.state(), WireState::reset);
}

TEST_F(Tls, HoldsBackWhatIsNotDue) {
  world.faults().on_any().delay(std::chrono::seconds{2});
  Client client(wire, &authority, "api.example.com");
  wire.advance_to(world.clock().now());
  ASSERT_TRUE(client.shake_hands());
  client.send(kGet);
  EXPECT_EQ(client.read(), "");
  ASSERT_TRUE(wire.due());
  wire.advance_to(*wire.due());
  EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(Tls, SpeaksPlainlyWhenTheClientDoes) {
  wire.receive(kGet);
  EXPECT_FALSE(wire.is_tls());
  EXPECT_THAT(std::string(wire.output()), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(Tls, RefusesWhatIsNeither) {
  wire.receive("\x16 nothing of TLS at all");
  wire.receive("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(wire.is_tls());
  EXPECT_EQ(wire.state(), WireState::finished);
  EXPECT_NE(wire.failure(), "");
}

TEST_F(Tls, LeavesTheErrorsOfTheThreadAlone) {
  ERR_clear_error();
  ERR_raise_data(ERR_LIB_USER, 7, "the client's %s", "own");
  ERR_raise(ERR_LIB_USER, 8);
  wire.receive("\x16 nothing of TLS at all");
  EXPECT_NE(wire.failure(), "");

  const char* data = nullptr;
  int flags = 0;
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)), 7);
  EXPECT_STREQ(data, "the client's own");
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 8);
  EXPECT_EQ(ERR_get_error(), 0u);
}

TEST_F(Tls, KeepsItsKeyToItself) {
  EXPECT_THAT(authority.pem(), StartsWith("-----BEGIN CERTIFICATE-----"));
  EXPECT_THAT(authority.pem(), ::testing::Not(HasSubstr("PRIVATE")));
}

}  // namespace
}  // namespace fauxbank::testing
