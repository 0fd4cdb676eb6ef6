#pragma once

// What stands between a connection and its transport: the refusal of the connection itself, which
// can only be decided when its first request has come.

#include <fauxbank/transport.hpp>

namespace fauxbank::detail {

class Front : public Transport {
 public:
  explicit Front(Transport& transport) noexcept : transport_(transport) {}

  Result<Response, transport_errc> send(const Request& request) override {
    return transport_.send(request);
  }
  Delivery deliver(const Request& request) override {
    if (is_new_ && !transport_.accepts(request.method, request.target)) {
      refused_ = true;
      return to_delivery(transport_errc::connection_refused);
    }
    is_new_ = false;
    return transport_.deliver(request);
  }
  bool accepts(Method method, std::string_view target) override {
    return transport_.accepts(method, target);
  }
  std::uint64_t open_connection() override { return transport_.open_connection(); }

  bool refused() const noexcept { return refused_; }
  /// There is a new connection.
  void restart() noexcept {
    is_new_ = true;
    refused_ = false;
  }

 private:
  Transport& transport_;
  bool is_new_ = true;
  bool refused_ = false;
};

}  // namespace fauxbank::detail
