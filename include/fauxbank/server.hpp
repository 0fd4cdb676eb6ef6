#pragma once

/// \file
/// A world on a loopback port, for clients in other processes and languages.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <fauxbank/clock.hpp>
#include <fauxbank/http/wire.hpp>

namespace fauxbank {

class World;

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
