#pragma once

// A stream that a transport answers, whose answers the test decides.

#include <atomic>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>

#include <fauxbank/client/beast.hpp>
#include <fauxbank/fauxbank.hpp>

namespace fauxbank::testing {

using boost::asio::buffer;
using boost::system::error_code;

inline const std::string kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

/// A transport whose answers the test decides.
class Fickle final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    ++requests;
    last = request;
    return Response{200, {}, "hello"};
  }
  Delivery deliver(const Request& request) override {
    if (throws) throw std::runtime_error("the transport's own");
    Delivery delivery = Transport::deliver(request);
    if (const auto apply = change.load()) apply(delivery);
    return delivery;
  }
  std::uint64_t open_connection() override {
    if (throws_at_once) throw std::runtime_error("the transport's own");
    return Transport::open_connection();
  }
  bool accepts(Method method, std::string_view target) override {
    asked = std::string(to_string(method)).append(" ").append(target);
    return !refuses;
  }

  std::atomic<void (*)(Delivery&)> change{nullptr};
  Request last;
  std::string asked;
  std::atomic<int> requests{0};
  std::atomic<bool> refuses{false};
  std::atomic<bool> throws{false};
  std::atomic<bool> throws_at_once{false};
};

template <transport_errc trouble>
void fail(Delivery& delivery) {
  delivery = to_delivery(trouble);
}

/// What an operation said.
struct Said {
  error_code ec;
  std::size_t size = 0;
};

class Stream : public ::testing::Test {
 protected:
  /// One read, as long as a piece or less.
  Said read(WireStream& from, std::size_t most = 1000) {
    Said said;
    std::string piece(most, ' ');
    said.size = from.read_some(buffer(piece), said.ec);
    text += piece.substr(0, said.size);
    return said;
  }
  error_code write(WireStream& to, const std::string& bytes = kGet) {
    error_code ec;
    to.write_some(buffer(bytes), ec);
    return ec;
  }
  /// All that comes, and the error at its end.
  error_code read_all(WireStream& from) {
    text.clear();
    for (;;) {
      const Said said = read(from, 7);
      if (said.ec) return said.ec;
    }
  }
  /// Begin a read; `done` says how it ends.
  void begin_read(WireStream& from) {
    done.reset();
    from.async_read_some(buffer(piece_), [this](error_code ec, std::size_t size) {
      text = piece_.substr(0, size);
      done = Said{ec, size};
    });
  }

  Fickle transport;
  World world;
  boost::asio::io_context io;
  WireStream stream{io.get_executor(), transport, {.clock = &world.clock()}};
  std::string text;
  std::optional<Said> done;

 private:
  std::string piece_ = std::string(1000, ' ');
};

}  // namespace fauxbank::testing
