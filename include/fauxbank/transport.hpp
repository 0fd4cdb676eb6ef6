#pragma once

/// \file
/// The seam between code under test and a world: one virtual function, one object per client, no
/// global.

#include <utility>

#include <fauxbank/error.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/result.hpp>

namespace fauxbank {

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
