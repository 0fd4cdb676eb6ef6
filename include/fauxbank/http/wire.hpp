#pragma once

/// \file
/// HTTP/1.1 without I/O: the bytes of one connection in, the bytes to send and the fate of the
/// connection out. A server or an adapter for a client library is a thin pump over it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/clock.hpp>
#include <fauxbank/detail/request_parser.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank {

/// How much of a request is accepted. What is larger is refused before it is stored.
struct WireLimits {
  std::size_t line_bytes = std::size_t{16} << 10;     ///< request line (414), header line (431)
  std::size_t head_bytes = std::size_t{64} << 10;     ///< all header lines together (431)
  std::size_t fields = 128;                           ///< header lines (431)
  std::size_t body_bytes = std::size_t{16} << 20;     ///< body (413)
  std::size_t chunk_extra_bytes = 16u << 10;          ///< chunk extensions of one body (400)
  std::size_t output_bytes = std::size_t{256} << 10;  ///< unsent answers that stop the reading
};

/// What is to be done with a connection once all of `Wire::output` has left.
enum class WireState : unsigned char {
  open,      ///< go on reading
  finished,  ///< close it in order
  reset,     ///< reset it
  stalled,   ///< keep it, and neither read nor write, until the peer gives up
};

/// Name the state as its enumerator is spelled.
std::string_view to_string(WireState state) noexcept;

namespace detail {

/// An answer whose bytes wait for their time.
struct HeldAnswer {
  std::string bytes;
  std::size_t left = 0;   // bytes that have gone to the output
  std::size_t paced = 0;  // how many of them, at the end, keep the pace
  Instant from{};
  Instant until{};  // nothing more happens before
  Ref<InTransit> in_transit;
  std::uint32_t bytes_per_second = 0;
  WireState then = WireState::open;
  bool head_only = false;  // the request was a HEAD
  std::size_t allowed(Instant now) const noexcept;
  Instant due() const noexcept;
};

}  // namespace detail

/// One connection, from the service's side.
///
/// ```cpp
/// Wire wire(world.transport());
/// wire.receive(bytes_from_the_client);
/// send(wire.output());
/// wire.sent(how_many_that_were);
/// ```
///
/// Understands keep-alive, pipelining, bodies by length and in chunks, and `Expect: 100-continue`;
/// answers in the order of the requests, always with a `Content-Length`. What is not HTTP/1.1 to
/// the letter is refused and ends the connection, because two readings of one message are how
/// requests are smuggled; `docs/server.md` lists the refusals. A request that is not complete is
/// never answered by the transport. How the bytes arrive, at once or one by one, changes nothing.
///
/// Determinism: draws nothing and reads no clock.
/// Complexity: linear in the bytes, however they arrive.
/// Exception safety: what the transport throws goes to the caller of `receive`, `sent` or
/// `advance_to`; the connection is then to be reset.
/// Thread safety: none.
class Wire {
 public:
  /// \param transport answers the requests; must outlive the wire
  explicit Wire(Transport& transport, const WireLimits& limits = {});
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // ---- what comes in ----

  /// Take bytes from the peer; after the end of the connection they are dropped.
  void receive(std::string_view bytes);
  /// Note that the peer will send nothing more. What it asked is still answered.
  void receive_end();
  /// Whether the pump should read on. A peer that does not take its answers is not read from, so
  /// that neither side of a connection grows without bounds.
  bool wants_input() const noexcept;

  // ---- what goes out ----

  /// What is to be sent now; valid until the wire is used again.
  std::string_view output() const noexcept;
  /// Note that the first `bytes` of `output` have left.
  void sent(std::size_t bytes);
  WireState state() const noexcept { return state_; }

  // ---- time, which the pump knows ----

  /// Tell the world time: answers that were held back until then, or are paced, go to `output`.
  void advance_to(Instant now);
  /// Put another answer in the place of the one that is held back, and let it leave now, whole; a
  /// request that is still in transit gets it in the transport's stead. Does nothing when no answer
  /// is held back, or when the first of its bytes have left.
  void answer_held(const Response& response);
  /// When `advance_to` would bring more output or another state, if anything is held back. A client
  /// whose deadline passes without a whole answer is due then: the state becomes `stalled`.
  std::optional<Instant> due() const noexcept;
  /// Say how long the client waits for a whole answer, from now on (`Request::deadline`).
  void set_deadline(std::optional<Milliseconds> deadline) noexcept { deadline_ = deadline; }
  /// Whether the pump need not limit the time until the peer's next byte: no request has begun.
  bool idle() const noexcept;
  /// Give up on the request that has begun: 408, and the end. Without one just the end.
  void time_out();
  /// Take no further request; what has been answered still leaves.
  void shut_down();

  /// The number of this connection (`Transport::open_connection`).
  std::uint64_t connection() const noexcept { return connection_; }
  /// Let `Host` be the path of a Unix socket, as clients of one may put it; else it is malformed.
  void allow_path_as_host() noexcept { parser_.allow_path_as_host(); }

  /// How many complete requests have been answered, in whatever way.
  std::uint64_t requests() const noexcept { return requests_; }
  /// How many bytes of the last answer were cut off.
  std::size_t withheld() const noexcept { return withheld_; }

 private:
  void process();
  void answer();
  void take(Delivery delivery);
  void refuse(int status, std::string_view message);
  void write(const Response& response, bool head_only, std::string& to) const;
  void write_cut(Delivery& delivery, bool head_only);
  void end(WireState state);
  void release();

  Transport* transport_;
  WireLimits limits_;
  detail::RequestParser parser_;
  std::string in_;
  std::size_t in_begin_ = 0;
  std::string out_;
  std::size_t out_begin_ = 0;
  std::optional<detail::HeldAnswer> held_;
  Instant now_{};
  std::optional<Milliseconds> deadline_;
  std::uint64_t connection_;
  std::uint64_t requests_ = 0;
  std::size_t withheld_ = 0;
  WireState state_ = WireState::open;
  bool ended_ = false;  // the peer sends nothing more
  bool shut_ = false;   // no further request is taken
};

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/request_parser.ipp>
#include <fauxbank/impl/wire.ipp>
#endif
