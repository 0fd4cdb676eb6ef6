#pragma once

/// \file
/// Qt's QNetworkAccessManager answered by a transport.

#include <memory>

#include <fauxbank/clock.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/transport.hpp>

class QNetworkAccessManager;

namespace fauxbank::qt {

struct Options {
  WireLimits limits{};
  /// When an answer is late or the client's time runs out, this clock, if there is one, moves on.
  VirtualClock* clock = nullptr;
};

/// Make a manager whose requests a transport answers, whatever host and port their URL names, also
/// `https://`; URLs of other schemes go where Qt leads them.
///
/// ```cpp
/// const auto manager = qt::access_manager(world.transport(), {.clock = &world.clock()});
/// AccountSync sync(manager.get());  // the code under test, which is given its manager
/// ```
///
/// Nothing is looked up and nothing connected. Replies finish from the event loop, never inside
/// `get` or `post`, and emit what Qt's own emit, in the same order.
///
/// Qt's connections are out of play, so what they do is imitated, as measured with 6.4: a request
/// whose connection ends before the first byte is sent a second time, one whose answer does not
/// begin as HTTP up to four times, **also a POST**, on new connections as on kept ones; a
/// connection is tried twice. Errors are those of the real stack: `ConnectionRefusedError`;
/// `RemoteHostClosedError` for a reset, an early end and what is not HTTP; `OperationCanceledError`
/// when the transfer time-out passes, at once instead of after that time. Without a time-out a
/// reply that is never answered never finishes, until it is aborted. Statuses from 400 on are Qt's
/// content and server errors. Not imitated: redirections, caches, cookies, the authentication
/// signals.
///
/// What the transport throws cannot pass through Qt's event loop: the reply ends with
/// `UnknownNetworkError` and that text.
///
/// Thread safety: as the manager, one thread; several managers on one world may be used by several.
/// \param transport must outlive the manager and its replies
std::unique_ptr<QNetworkAccessManager> access_manager(Transport& transport,
                                                      const Options& options = {});

}  // namespace fauxbank::qt
