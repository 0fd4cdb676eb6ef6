#pragma once

/// \file
/// Boost.Beast and Asio answered by a transport: a stream for code that is templated on its stream,
/// and connected sockets for code that is not.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <fauxbank/clock.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank {

/// What no socket reports: a blocking read of Asio has no time limit, so silence would be for ever.
enum class wire_stream_errc {
  hangs_for_ever = 1,  ///< the answer never comes, and this client would wait for it for ever
};

boost::system::error_code make_error_code(wire_stream_errc error) noexcept;

struct WireStreamOptions {
  WireLimits limits{};
  /// When an answer is late or the client's time runs out, this clock, if there is one, moves on.
  VirtualClock* clock = nullptr;
  /// How long the code under test waits for a read if it limits that by other means than
  /// `expires_after`, such as a timer of its own; 0: it does not. For asynchronous reads.
  Milliseconds timeout{0};
};

/// A stream whose peer is a transport, in place of `tcp::socket` or `beast::tcp_stream`.
///
/// ```cpp
/// WireStream stream(io.get_executor(), world.transport(), {.clock = &world.clock()});
/// http::write(stream, request);
/// http::read(stream, buffer, response);
/// ```
///
/// Models SyncReadStream, SyncWriteStream, AsyncReadStream and AsyncWriteStream, and has the
/// members of `beast::tcp_stream` that clients use. It works on the caller's thread: the transport
/// is asked inside the write that completes a request. No descriptor, no name, no port. TLS is a
/// layer above it, which code under test has to leave out.
///
/// Errors are those of a tcp stream: the end of the connection `asio::error::eof`, a reset
/// `connection_reset`, a refusal (`Transport::accepts`) `connection_refused` of the write that
/// completes the first request, for only then is it known which request that is. An answer that
/// never comes keeps an asynchronous read waiting until it is cancelled; where a limit was set it
/// completes with `beast::error::timeout` and the stream is closed, at once instead of when the
/// time has passed. The limit in force when a request is written is also its `Request::deadline`.
/// A synchronous read, which has no limit with Asio either, fails with
/// `wire_stream_errc::hangs_for_ever`. A late answer comes at once, unless the limit lies before
/// it.
///
/// Completions are posted to the executor, never called from within an initiating function.
/// Per-operation cancellation of a read is supported.
///
/// Exception safety: what the transport throws comes out of the synchronous write, or, for an
/// asynchronous one, of the `run` that drives the executor; the connection is then reset.
/// Thread safety: none, as sockets; streams on one world may be used by several threads.
class WireStream {
 public:
  using executor_type = boost::asio::any_io_executor;
  using lowest_layer_type = WireStream;
  using error_code = boost::system::error_code;
  using shutdown_type = boost::asio::socket_base::shutdown_type;

  /// A connected stream.
  /// \param transport must outlive the stream
  WireStream(executor_type executor, Transport& transport, const WireStreamOptions& options = {});
  WireStream(WireStream&&) noexcept;
  WireStream& operator=(WireStream&&) noexcept;
  ~WireStream();

  executor_type get_executor() const noexcept;
  WireStream& lowest_layer() noexcept { return *this; }
  /// For `stream.socket().shutdown(…)`, as clients of `beast::tcp_stream` spell it.
  WireStream& socket() noexcept { return *this; }

  // ---- the connection ----

  bool is_open() const noexcept;
  /// Make a new connection, whatever the endpoint or the range of them says.
  template <class Endpoints>
  void connect(const Endpoints&) {
    reconnect();
  }
  template <class Endpoints>
  void connect(const Endpoints&, error_code& ec) {
    ec = {};
    reconnect();
  }
  /// As `beast::tcp_stream::async_connect`: of an endpoint, `void(error_code)`; of a range of
  /// endpoints `void(error_code, Endpoint)`, with the first of them.
  template <class Endpoints, class Token>
  auto async_connect(const Endpoints& endpoints, Token&& token);
  /// End one direction. After `shutdown_send` what was asked is still answered.
  void shutdown(shutdown_type what, error_code& ec);
  void shutdown(shutdown_type what);
  /// Complete a read that waits with `operation_aborted`.
  void cancel();
  /// As the destructor: cancels, and ends the connection.
  void close();
  void close(error_code& ec) {
    ec = {};
    close();
  }

  /// Limit the asynchronous operations that begin from now on, in virtual time.
  void expires_after(std::chrono::nanoseconds time);
  void expires_never();

  // ---- bytes ----

  template <class ConstBuffers>
  std::size_t write_some(const ConstBuffers& buffers, error_code& ec) {
    std::size_t size = 0;
    ec = {};
    each(buffers, [&](boost::asio::const_buffer piece) {
      if (!ec) size += write(piece, ec);
    });
    return size;
  }
  template <class ConstBuffers>
  std::size_t write_some(const ConstBuffers& buffers) {
    error_code ec;
    const std::size_t size = write_some(buffers, ec);
    if (ec) throw boost::system::system_error(ec, "write_some");
    return size;
  }
  template <class MutableBuffers>
  std::size_t read_some(const MutableBuffers& buffers, error_code& ec) {
    return read(first_of(buffers), ec);
  }
  template <class MutableBuffers>
  std::size_t read_some(const MutableBuffers& buffers) {
    error_code ec;
    const std::size_t size = read_some(buffers, ec);
    if (ec) throw boost::system::system_error(ec, "read_some");
    return size;
  }
  template <class ConstBuffers, class Token>
  auto async_write_some(const ConstBuffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [](auto handler, WireStream* self, const ConstBuffers& pieces) {
          self->start_write([&](error_code& ec) { return self->write_some(pieces, ec); },
                            std::move(handler));
        },
        token, this, buffers);
  }
  template <class MutableBuffers, class Token>
  auto async_read_some(const MutableBuffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [](auto handler, WireStream* self, boost::asio::mutable_buffer buffer) {
          self->start_read(buffer, std::move(handler));
        },
        token, this, first_of(buffers));
  }

  // What Beast asks of a stream to close it by force.
  friend void beast_close_socket(WireStream& stream) { stream.close(); }

 private:
  struct Impl;
  using Done = boost::asio::any_completion_handler<void(error_code, std::size_t)>;

  template <class Buffers, class F>
  static void each(const Buffers& buffers, F f) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it)
      f(*it);
  }
  /// A read fills one buffer, as it may; there is always a next.
  template <class Buffers>
  static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
    boost::asio::mutable_buffer first;
    each(buffers, [&](boost::asio::mutable_buffer piece) {
      if (first.size() == 0) first = piece;
    });
    return first;
  }

  template <class Write>
  void start_write(Write write, Done done) {
    error_code ec;
    std::size_t size = 0;
    limit_answers(true);
    try {
      size = write(ec);
    } catch (...) {
      return post_exception();
    }
    limit_answers(false);
    complete(std::move(done), ec, size);
  }
  void reconnect();
  void limit_answers(bool limited);
  std::size_t write(boost::asio::const_buffer bytes, error_code& ec);
  std::size_t read(boost::asio::mutable_buffer to, error_code& ec);
  void start_read(boost::asio::mutable_buffer to, Done done);
  void complete(Done done, error_code ec, std::size_t size);
  void post_exception();

  std::shared_ptr<Impl> impl_;
};

template <class Endpoints, class Token>
auto WireStream::async_connect(const Endpoints& endpoints, Token&& token) {
  if constexpr (requires { endpoints.begin()->endpoint(); }) {
    using Endpoint = std::decay_t<decltype(endpoints.begin()->endpoint())>;
    return boost::asio::async_initiate<Token, void(error_code, Endpoint)>(
        [](auto handler, WireStream* self, const Endpoint& to) {
          self->reconnect();
          boost::asio::post(self->get_executor(),
                            boost::asio::append(std::move(handler), error_code{}, to));
        },
        token, this,
        endpoints.begin() == endpoints.end() ? Endpoint{} : endpoints.begin()->endpoint());
  } else {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [](auto handler, WireStream* self) {
          self->reconnect();
          boost::asio::post(self->get_executor(),
                            boost::asio::append(std::move(handler), error_code{}));
        },
        token, this);
  }
}

struct WirePeerOptions {
  WireLimits limits{};
  /// A late or slow answer comes at once, and this clock, if there is one, moves on.
  VirtualClock* clock = nullptr;
};

/// The other end of sockets, for code that is hard-wired to `tcp::socket` and what stands on it.
///
/// ```cpp
/// WirePeer peer(world.transport());
/// tcp::socket socket(io);
/// peer.connect(socket);      // where the code under test would call socket.connect(endpoint)
/// ```
///
/// The socket is one end of a pair; a thread of the peer's own answers at the other. The kernel is
/// between them, so errors are its own: `connection_reset`, `eof`. A refusal (`Transport::accepts`)
/// is a reset when the first request has come. Time-outs are the client's and take real time.
/// Options of TCP cannot be set on the socket, and its endpoints are not of IPv4.
///
/// Thread safety: any thread may connect. The transport is called on the peer's thread.
class WirePeer {
 public:
  /// \param transport must outlive the peer
  /// \throws std::system_error when no thread or no descriptor can be had
  explicit WirePeer(Transport& transport, const WirePeerOptions& options = {});
  WirePeer(const WirePeer&) = delete;
  WirePeer& operator=(const WirePeer&) = delete;
  /// Ends all connections.
  ~WirePeer();

  /// Connect a socket that is not open: a `tcp::socket`, or the `socket()` of a `tcp_stream`.
  /// \throws std::system_error when no descriptor can be had
  template <class Socket>
  void connect(Socket& socket) {
    socket.assign(std::decay_t<Socket>::protocol_type::v4(), open());
  }

  /// Throw what the transport threw, if it did: its connection was then reset.
  void rethrow();

 private:
  struct Impl;
  int open();
  std::unique_ptr<Impl> impl_;
};

/// A `WirePeer` that speaks TLS, for code that is hard-wired to `ssl::stream` and verifies whom it
/// talks to. Link `fauxbank::client_beast_tls`.
///
/// ```cpp
/// TlsWirePeer peer(world.transport(), {"api.example.com"});
/// context.add_certificate_authority(asio::buffer(peer.authority()));
/// ssl::stream<tcp::socket> stream(io, context);
/// peer.connect(stream.next_layer());
/// stream.handshake(ssl::stream_base::client);
/// ```
///
/// The authority is made with the peer and known to nobody else; its key is never written. A client
/// that does not speak TLS is answered all the same. Else as `WirePeer`.
class TlsWirePeer {
 public:
  /// \param transport must outlive the peer
  /// \param hosts the names, or addresses, for which its certificate is
  /// \throws std::system_error when no thread or no descriptor can be had
  TlsWirePeer(Transport& transport, std::vector<std::string> hosts,
              const WirePeerOptions& options = {});
  TlsWirePeer(const TlsWirePeer&) = delete;
  TlsWirePeer& operator=(const TlsWirePeer&) = delete;
  /// Ends all connections.
  ~TlsWirePeer();

  /// The certificate, in PEM, that the client's context must trust.
  std::string authority() const;

  /// Connect a socket that is not open.
  /// \throws std::system_error when no descriptor can be had
  template <class Socket>
  void connect(Socket& socket) {
    socket.assign(std::decay_t<Socket>::protocol_type::v4(), open());
  }

  /// Throw what the transport threw, if it did: its connection was then reset.
  void rethrow();

 private:
  struct Impl;
  int open();
  std::unique_ptr<Impl> impl_;
};

}  // namespace fauxbank

namespace boost::system {
template <>
struct is_error_code_enum<fauxbank::wire_stream_errc> : std::true_type {};
}  // namespace boost::system
