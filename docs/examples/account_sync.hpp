#pragma once

// What a user might write to bring one account's balance up to date, with everything that a client
// needs when answers get lost: a deadline, idempotency keys, growing delays. Three bugs can be
// planted in it, for a test to find.

#include <chrono>
#include <cstdint>
#include <string>

#include <boost/json/object.hpp>

#include <fauxbank/clock.hpp>
#include <fauxbank/transport.hpp>

namespace example {

/// Mistakes that clients make. None: the class as it should be.
enum class Bug {
  none,
  no_key,               ///< a request whose answer got lost is sent again as a new one
  ignores_retry_after,  ///< `Retry-After` is for others
  pending_is_failed     ///< a refresh that takes longer than usual has failed
};

class AccountSync {
 public:
  AccountSync(fauxbank::Transport& transport, fauxbank::VirtualClock& clock, Bug bug = Bug::none)
      : transport_(transport), clock_(clock), bug_(bug) {}

  /// Refresh an account's balance and wait for it. An account whose refresh failed is disconnected.
  /// \returns why there is no new balance; empty when there is one
  std::string run(const std::string& account);

 private:
  using Milliseconds = std::chrono::milliseconds;

  struct Answer {
    boost::json::object body;
    std::string error;
  };

  Answer call(fauxbank::Request request);
  Answer post(const std::string& target, const std::string& form);
  std::string poll(const std::string& account);
  Milliseconds pause_after(const fauxbank::Response* response, Milliseconds delay) const;

  fauxbank::Transport& transport_;
  fauxbank::VirtualClock& clock_;
  Bug bug_;
  int keys_made_ = 0;
};

}  // namespace example
