#pragma once

/// \file
/// cpprestsdk's client answered by a transport, in its own pipeline.

#include <fauxbank/clock.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/transport.hpp>

namespace web::http::client {
class http_client;
}

namespace fauxbank::cpprest {

struct Options {
  WireLimits limits{};
  /// What `http_client_config::timeout` of the code under test says, which a handler is not told.
  Milliseconds timeout{30'000};
  /// When an answer is late or the client's time runs out, this clock, if there is one, moves on.
  VirtualClock* clock = nullptr;
};

/// Answer what a client sends, whatever host and port its base URI names, also `https://`.
///
/// ```cpp
/// web::http::client::http_client client(U("https://api.example.com"));
/// cpprest::attach(client, world.transport(), {.clock = &world.clock()});
/// ```
///
/// The last stage of the client's pipeline, so that handlers of the code under test, added before,
/// stay in play. Nothing is looked up and nothing connected: the answer is made on the thread that
/// sends the request, when its body can be read at once.
///
/// cpprest's own connections are out of play, so what they do is imitated, as measured with 2.10:
/// a request that finds its kept-alive connection closed or reset before the first byte is sent
/// once more, **also a POST**. Errors are `http_exception` with the codes that the real stack
/// gives: refused `host_unreachable`, reset `connection_reset`, closed `connection_aborted`,
/// silence `timed_out`, at once instead of after the timeout. What happens inside a body is thrown
/// when the body is read, after the status was seen.
///
/// Thread safety: as the client, whose requests may come from any thread; they share one
/// connection, and wait for each other.
/// \param transport must outlive the client
void attach(web::http::client::http_client& client, Transport& transport,
            const Options& options = {});

}  // namespace fauxbank::cpprest
