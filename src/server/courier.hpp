#pragma once

// Takes events to a webhook endpoint on a thread of its own, so that the endpoint may call the
// server meanwhile.

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fauxbank/server.hpp>
#include <fauxbank/world.hpp>

#include "listener.hpp"

namespace fauxbank::detail {

class Courier {
 public:
  /// \param wake an eventfd that is written when a round has ended
  Courier(World& world, int wake);
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  /// Breaks off the round that is on its way.
  ~Courier();

  bool is_away() const noexcept { return thread_.joinable(); }
  /// Go round. \pre not `is_away`
  /// \param most how many events to deliver
  void start(WebhookEndpoint endpoint, std::size_t most);
  /// What to tell who asked for the round, once it has ended.
  std::optional<Response> take_result();

 private:
  void go(WebhookEndpoint& endpoint, std::size_t most);

  World& world_;
  int wake_;
  Descriptor cancel_;
  std::thread thread_;
  std::atomic<bool> done_{false};
  Response result_;
};

}  // namespace fauxbank::detail
