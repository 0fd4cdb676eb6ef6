#include "courier.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <system_error>
#include <utility>

#include "json.hpp"

namespace fauxbank::detail {

namespace {

void signal(int descriptor) {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(descriptor, &one, sizeof one));
}

}  // namespace

Courier::Courier(World& world, int wake)
    : world_(world), wake_(wake), cancel_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!cancel_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Courier::~Courier() {
  signal(cancel_.get());
  if (thread_.joinable()) thread_.join();
}

void Courier::start(WebhookEndpoint endpoint, std::size_t most) {
  endpoint.cancel_on(cancel_.get());
  thread_ = std::thread([this, endpoint = std::move(endpoint), most]() mutable {
    go(endpoint, most);
    done_ = true;
    signal(wake_);
  });
}

void Courier::go(WebhookEndpoint& endpoint, std::size_t most) {
  Outbox& outbox = world_.outbox();
  std::size_t delivered = 0;
  std::string problem;
  try {
    // Events that come up meanwhile wait for the next round. Tried also when none waits: those that
    // are lost may have been all.
    const std::size_t waiting = std::max<std::size_t>(outbox.size(), 1);
    for (std::size_t left = std::min(most, waiting); left > 0 && outbox.deliver(endpoint); --left)
      ++delivered;
    problem = endpoint.problem();
  } catch (const std::exception& error) {
    problem = error.what();
  }
  result_ = delivery_report(delivered, outbox.size(), problem);
}

std::optional<Response> Courier::take_result() {
  if (!done_.exchange(false)) return std::nullopt;
  thread_.join();
  return std::move(result_);
}

}  // namespace fauxbank::detail
