#pragma once

// What the conformance suite knows of a client library. A test program is the suite, one library,
// and a way into a world:
//
//   <library>_client.cpp   defines `library()`: how a request is made, and what the client shows
//   <library>_driver.cpp   defines `drivers()`: such clients led into a world by an adapter
//
// Interposition takes the first file as it is, and adds `interposed_drivers()`, which are the same
// for every library (tests/interpose).

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/http/message.hpp>

namespace fauxbank {

class World;

namespace testing {

/// What code that uses the client library sees of one request.
struct Outcome {
  int status = 0;       ///< 0 when the client has no answer to show
  std::string body{};   ///< as far as the client shows it
  std::string error{};  ///< the client's own name of what went wrong; empty: nothing did
};

struct ClientOptions {
  std::string origin = "http://api.example.com";  ///< scheme, host and perhaps port
  std::chrono::milliseconds timeout{30'000};      ///< for one request, by the client's own means
  /// In PEM: whom to trust for https, where the client needs to be told. Empty: as installed.
  std::string trusted{};
};

/// A client as code under test would keep one, with its connections; for one thread.
class Client {
 public:
  Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  virtual ~Client() = default;

  /// Make one request, and wait for what comes of it. Of `request` all headers are sent, and what
  /// the library adds by itself.
  virtual Outcome perform(const Request& request) = 0;

  /// Wait so long from now on, instead of `ClientOptions::timeout`. Clients that really wait have
  /// this, and no test waits longer than it must.
  virtual void limit(std::chrono::milliseconds) {}
};

/// What can happen to a connection, as a client may tell it apart.
enum class Trouble : unsigned char {
  refused,    ///< no connection is made
  reset,      ///< before the first byte of the answer
  cut,        ///< reset inside the answer's body
  closed,     ///< in order, before the first byte
  garbage,    ///< what comes is not HTTP
  truncated,  ///< closed in order, inside the body
  silence     ///< until the client gives up
};

/// What a client shows of one trouble.
struct Seen {
  Trouble trouble;
  /// The client's name for it, or `kShortBody`.
  std::string_view error;
  /// How many attempts it makes before it says so, all of which fail. GET and POST alike.
  int attempts = 1;            ///< the first on a new connection
  int attempts_when_kept = 1;  ///< the first on a connection that has served a request
  /// The name when the connection had served a request; empty: the same.
  std::string_view error_when_kept = {};
};

/// The client reports success: the answer's status, and as much of the body as came.
inline constexpr std::string_view kShortBody = "none: the body is short";

/// The client has no limit of its own: it would wait for ever, and the way into the world says so.
inline constexpr std::string_view kHangs = "none: it would hang for ever";

/// A client library.
struct Library {
  std::string_view name;  ///< as the pages spell it
  /// A client that connects by itself, to the host that the origin names.
  std::unique_ptr<Client> (*make)(const ClientOptions& options);
  std::vector<Seen> seen;         ///< one for each trouble, in their order
  bool keeps_connections = true;  ///< there are connections, and they serve more than one request
  bool speaks_tls = false;        ///< `make` takes an origin of https://
};

enum class TimeOuts : unsigned char {
  virtual_time,  ///< at once, and the world's clock moves by the time-out, exactly
  at_least,      ///< at once, and the world's clock moves by the time-out or more
  nearly,        ///< at once, and the world's clock moves by what the client has not really waited
  real_time,     ///< the client really waits
  none           ///< the client would wait for ever: `kHangs`
};

/// Clients of one library, led into a world in one way.
struct Driver {
  std::string name;  ///< of tests: letters and digits
  const Library* library;
  std::function<std::unique_ptr<Client>(World& world, const ClientOptions& options)> make;
  TimeOuts time_outs = TimeOuts::virtual_time;
  std::string origin = "http://api.example.com";
  /// The goal of tests/bench: how much of the time of a request over loopback TCP one takes at
  /// most; 0: none, it is printed.
  double most_beside_tcp = 0;
  /// The same client without the way in, if that is another than the library's.
  std::unique_ptr<Client> (*plain)(const ClientOptions& options) = nullptr;
  /// Whether it can refuse a connection; if not, a refusal is a reset.
  bool refuses = true;
  /// Whether the way follows the client's connections, so that the journal knows them.
  bool shows_connections = true;
};

/// The library of this program.
const Library& library();

/// The ways into a world that this program tests.
std::vector<Driver> drivers();

/// `Library::make` led into a world by interposition; null where that is not linked in.
__attribute__((weak)) std::vector<Driver> interposed_drivers();

}  // namespace testing
}  // namespace fauxbank
