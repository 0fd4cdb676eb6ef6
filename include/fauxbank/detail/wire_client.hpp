#pragma once

// A client's end of a wire, for libraries whose own connections are out of play: an adapter that
// answers at the level of requests still has connections, on which the bytes of an answer suffer.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/clock.hpp>
#include <fauxbank/detail/front.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank::detail {

/// How an exchange ended.
enum class HeardEnd : unsigned char {
  complete,  ///< a whole answer
  refused,   ///< there was no connection
  reset,     ///< by the peer
  closed,    ///< in order, too early
  garbage,   ///< what came is not HTTP
  silent     ///< the client's patience ended, or, if it has no end, nothing will ever come
};

/// What a client heard of one request.
struct Heard {
  HeardEnd end = HeardEnd::complete;
  bool any = false;   ///< at least one byte came
  bool head = false;  ///< status and headers came whole
  Response response{};
  std::string reason{};               ///< the phrase after the status
  std::optional<std::size_t> size{};  ///< of the whole body, as the head says
};

/// A request as its bytes. `Content-Length` is added where it is missing and there is, or may be, a
/// body.
std::string request_text(const Request& request);

class WireClient {
 public:
  /// \param transport must outlive this
  explicit WireClient(Transport& transport, const WireLimits& limits = {}) noexcept
      : front_(transport), limits_(limits) {}
  WireClient(const WireClient&) = delete;
  WireClient& operator=(const WireClient&) = delete;

  /// Whether there is a connection that has served a request.
  bool is_kept() const noexcept { return wire_ && wire_->state() == WireState::open; }
  void close() { wire_.reset(); }

  /// Ask, on the connection that there is or else on a new one, and hear all of it.
  /// \param request `Host` must be among its headers; `Content-Length` is added
  /// \param patience how long the client waits for the next byte; 0: for ever
  /// \param clock moves on as the answer takes its time; may be null
  Heard ask(const Request& request, Milliseconds patience, VirtualClock* clock);

 private:
  bool hear(Heard& heard, bool head_only);
  HeardEnd end_of(const Heard& heard) const;

  Front front_;
  WireLimits limits_;
  std::optional<Wire> wire_;
  std::string head_;  // what came before the body
};

}  // namespace fauxbank::detail

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/wire_client.ipp>
#endif
