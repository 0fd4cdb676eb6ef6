#pragma once

/// \file
/// The seam between code under test and a world: one virtual function to implement, one object per
/// client, no global.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fauxbank/clock.hpp>
#include <fauxbank/detail/ref.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/result.hpp>

namespace fauxbank {

/// What happens to a connection once the bytes of an answer have left.
enum class AfterAnswer : unsigned char {
  keep,   ///< the connection lives on, if the client wants it to
  close,  ///< orderly end
  reset,  ///< the peer sees a reset
  stall,  ///< silence: nothing more is sent and nothing more is read
};

struct Delivery;

/// A request that is still on its way to the service, or its answer on the way back.
class InTransit : public detail::RefCounted {
 public:
  InTransit() = default;
  InTransit(const InTransit&) = delete;
  InTransit& operator=(const InTransit&) = delete;
  /// What is destroyed before it arrived never will: its client gave up.
  virtual ~InTransit() = default;
  /// Let it arrive, now and once.
  virtual Delivery arrive() = 0;
};

/// An answer, and how its bytes leave: whole and at once, unless told otherwise.
struct Delivery {
  static constexpr std::size_t kWhole = static_cast<std::size_t>(-1);

  Response response{};
  std::optional<std::string> raw{};  ///< bytes to send in place of the response: not HTTP
  std::size_t cut_at = kWhole;       ///< send only that many bytes; 0 sends none
  bool cut_in_body = false;          ///< `cut_at` counts from the first byte of the body
  AfterAnswer after = AfterAnswer::keep;
  std::optional<Instant> not_before{};  ///< world time at which the first byte may leave
  std::uint32_t bytes_per_second = 0;   ///< pace of the body in world time; 0: all at once
  std::size_t unpaced = 0;              ///< bytes of the body before the pace sets in
  /// World time at which the client's time is over (`Request::deadline`): `after` waits for it.
  std::optional<Instant> gives_up{};
  /// Nothing to deliver yet: at `not_before` the request, or its answer, arrives, and what that
  /// gives is the delivery.
  detail::Ref<InTransit> in_transit{};
};

/// Say how a transport's error looks on a connection: a reset, an orderly close without a byte,
/// bytes that are not HTTP, a body that ends early, silence. A refusal can only be made before
/// there is a connection (`Transport::accepts`); here it is a reset.
Delivery to_delivery(transport_errc error);

/// Sends one request and returns what came back.
///
/// A response of any status, 404 and 500 included, is a value: the service answered. Only when no
/// whole answer arrived is the result an error.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  virtual Result<Response, transport_errc> send(const Request& request) = 0;

  /// As `send`, for who owns a connection and can let single bytes suffer: `Wire` calls this.
  virtual Delivery deliver(const Request& request);

  /// Whether a new connection is accepted. Adapters that know for which request it is made say so.
  /// `*` stands for a request that is not known yet, where a refusal still shows: any plan of a
  /// world's that would refuse its next request does. An empty target means that it does not show,
  /// as with a server.
  virtual bool accepts(Method method, std::string_view target);

  /// Number a new connection, for `Request::connection`: `Wire` asks once for each. A world counts
  /// from 1; 0, as here, means that nobody counts.
  virtual std::uint64_t open_connection();
};

/// A transport as a callable value, for code whose own seam is a function:
/// `std::function<Result<Response, transport_errc>(const Request&)> send = world.sender();`
/// Holds a reference: the transport must outlive it.
class Sender {
 public:
  explicit Sender(Transport& transport) noexcept : transport_(&transport) {}
  Result<Response, transport_errc> operator()(const Request& request) const {
    return transport_->send(request);
  }

 private:
  Transport* transport_;
};

/// A callable as a transport, for a seam that is a `Transport` and a double that is a function.
/// `F` is called as `f(request)` and returns a `Result<Response, transport_errc>`.
template <class F>
class FunctionTransport final : public Transport {
 public:
  explicit FunctionTransport(F f) : f_(std::move(f)) {}
  Result<Response, transport_errc> send(const Request& request) override { return f_(request); }

 private:
  F f_;
};

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/transport.ipp>
#endif
