#pragma once

/// \file
/// A world on a loopback port, for clients in other processes and languages.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/clock.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/result.hpp>

namespace fauxbank {

class World;
struct EventDelivery;

/// Makes the value of `Stripe-Signature`; `webhook::signature_header` is one, of the component
/// `webhook`.
using WebhookSigner = std::string (*)(const std::vector<std::string>& secrets,
                                      std::chrono::sys_seconds at, std::string_view body);

struct WebhookOptions {
  std::vector<std::string> secrets{};      ///< one signature for each; empty: unsigned
  WebhookSigner sign = nullptr;            ///< needed where there are secrets
  std::chrono::milliseconds time{10'000};  ///< for a delivery, from connecting to the whole answer
};

/// A webhook endpoint on this machine, which is given events by HTTP POST: what `Outbox::deliver`
/// takes.
///
/// ```cpp
/// WebhookEndpoint endpoint("http://127.0.0.1:4242/hooks",
///                          {.secrets = {"whsec_test"}, .sign = webhook::signature_header});
/// EXPECT_EQ(world.outbox().deliver_all(endpoint), 2u) << endpoint.problem();
/// ```
///
/// A delivery is signed at the machine's time, with which a receiver compares it, not at the
/// world's. Redirections are not followed.
///
/// Rules: event.signature, event.outbox. Thread safety: none; different ones share nothing.
class WebhookEndpoint {
 public:
  /// \param url `http://127.0.0.1:4242/hooks`, `http://localhost:4242/hooks`,
  ///   `http://[::1]:4242/hooks`, or `http://unix:/run/hooks.socket:/hooks` for a Unix socket
  /// \throws Misuse when it is not such a URL, so that nothing ever leaves this machine, and when
  ///   there are secrets and nothing that signs
  explicit WebhookEndpoint(std::string url, const WebhookOptions& options = {});

  /// Deliver an event and wait for the answer.
  /// \returns the answer's status; 0 when no whole answer came
  int operator()(const EventDelivery& delivery);
  /// Send any request, such as one of `webhook::signed_request`. `Host`, `Content-Length` and
  /// `Connection` are added.
  /// \returns the answer, or what happened to the connection
  Result<Response, transport_errc> post(const Request& request) const;

  const std::string& url() const noexcept { return url_; }
  /// Path and query of the URL.
  const std::string& target() const noexcept { return target_; }
  /// What was wrong with the last delivery: `http://127.0.0.1:4242/hooks: connection_refused` or
  /// `… answered 500 to evt_…: BODY`. Empty when it was accepted.
  const std::string& problem() const noexcept { return problem_; }
  /// Let a delivery end at once when this descriptor can be read.
  void cancel_on(int descriptor) noexcept { cancel_ = descriptor; }

 private:
  std::string url_;
  std::string host_;  // the value of Host
  std::string target_;
  std::string path_;  // of a Unix socket
  std::uint16_t port_ = 80;
  WebhookOptions options_;
  std::string problem_;
  int cancel_ = -1;
};

/// How the time of a served world moves.
enum class ServerClock : unsigned char {
  manual,  ///< only when the test moves it
  wall     ///< with the machine's clock, from the world's present on
};

struct ServerOptions {
  std::uint16_t port = 0;   ///< on 127.0.0.1; 0 takes a free one
  std::string unix_path{};  ///< also listen on a Unix socket there; empty: do not
  ServerClock clock = ServerClock::manual;
  std::string journal_file{};  ///< one JSON object a line, before its answer leaves
  WireLimits limits{};
  std::chrono::milliseconds request_time{10'000};  ///< for all bytes of a request, else 408
  std::chrono::milliseconds answer_time{10'000};   ///< for a client to take a piece of its answer
  std::chrono::milliseconds idle_time{75'000};     ///< for the next request on a connection
  std::chrono::milliseconds stop_time{1'000};      ///< for answers to leave after `stop`
  std::size_t connections = 1024;                  ///< at once; more wait
  std::string webhook{};      ///< where `POST /_fauxbank/deliver` sends events unless it is told
  WebhookOptions webhooks{};  ///< how it sends them
};

/// Serves one world over HTTP/1.1 on 127.0.0.1, and never on anything else but a Unix socket.
///
/// ```cpp
/// Server server(world);
/// server.start();
/// run_client(server.url());
/// ```
///
/// Beside the API there are the control paths below `/_fauxbank/`, which need no key, answer only
/// to a loopback `Host` and refuse a foreign `Origin`; `docs/server.md` lists them.
///
/// A client that sends or reads slowly, or stops, delays nobody else: one thread serves all
/// connections and never waits for one.
///
/// Thread safety: `stop` may be called from any thread and from a signal handler, `port` and `url`
/// from any thread. The world may be used meanwhile.
class Server {
 public:
  /// Listen; nothing is answered before `run` or `start`.
  /// \param world must outlive the server
  /// \throws std::system_error when the address or the journal file cannot be had
  explicit Server(World& world, const ServerOptions& options = {});
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Stops.
  ~Server();

  /// Serve on the calling thread until `stop`; then answers that were made still leave, within
  /// `stop_time`.
  /// \throws std::system_error when the journal file cannot be written
  void run();
  /// Serve on a thread of the server's own, until `stop` or destruction.
  void start();
  /// End `run`, or end the own thread and wait for it.
  void stop() noexcept;

  std::uint16_t port() const noexcept;
  /// `http://127.0.0.1:PORT`
  std::string url() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fauxbank
