#pragma once

/// \file
/// libcurl's easy handles answered by a transport: no port, no name to look up, no thread.

#include <memory>

#include <curl/curl.h>

#include <fauxbank/clock.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank::curl {

struct Options {
  WireLimits limits{};
  /// The timeout that the code under test gives its handles, if it gives one: libcurl cannot be
  /// asked. It is the deadline of every request (`Request::deadline`): when the whole answer does
  /// not come in time, the clock, if there is one, moves on to that instant and no further.
  Milliseconds timeout{0};
  VirtualClock* clock = nullptr;
  /// The progress callback of the code under test, whose place is taken; called as before.
  curl_xferinfo_callback progress = nullptr;
  void* progress_data = nullptr;
};

/// Answers what libcurl handles send, whatever host and port their URL names.
///
/// ```cpp
/// curl::Adapter adapter(world.transport());
/// CURL* handle = curl_easy_init();
/// adapter.attach(handle);
/// curl_easy_setopt(handle, CURLOPT_URL,
/// "http://api.example.com/v1/financial_connections/accounts");
/// ```
///
/// The connection is a Unix socket to a listener in the same thread, which works while libcurl
/// waits. All of libcurl is in play: its connection pool, its re-sending of requests on connections
/// that died, its error codes. Errors of the transport show as in `to_delivery`; a transport that
/// does not accept (`Transport::accepts`) shows as CURLE_COULDNT_CONNECT; an answer that never
/// comes as CURLE_OPERATION_TIMEDOUT, at once instead of after the timeout. URLs must be http://.
///
/// The adapter sets CURLOPT_UNIX_SOCKET_PATH, OPENSOCKETFUNCTION and XFERINFOFUNCTION with their
/// data, NOPROGRESS, NOPROXY and, after an answer that never came, TIMEOUT_MS.
/// `curl_easy_reset` undoes that: attach again.
///
/// Handles of a multi handle are attached to one adapter, because they share connections.
/// Thread safety: one thread at a time; several adapters on one world may be used by several.
class Adapter {
 public:
  /// \param transport must outlive the adapter
  /// \throws std::system_error when no socket can be made
  explicit Adapter(Transport& transport, const Options& options = {});
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  /// Handles that are attached must not be used afterwards, other than to clean them up.
  ~Adapter();

  /// Lead a handle's requests to the transport. Attaching again is harmless.
  /// \throws std::runtime_error when libcurl refuses an option
  void attach(CURL* handle);

  /// Close the connections that no request uses, as a server that restarts would.
  void close_idle_connections();

  /// Throw what the transport threw, if it did: a transfer then ended with
  /// CURLE_ABORTED_BY_CALLBACK, since no exception may pass through libcurl.
  void rethrow();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fauxbank::curl
