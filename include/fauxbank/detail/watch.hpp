#pragma once

// Looks over the shoulder of code that talks to a world: which requests plans could strike, and
// whether it ever comes to an end.

#include <cstdint>
#include <vector>

#include <fauxbank/http/service.hpp>

namespace fauxbank {

class World;

namespace detail {

/// Thrown at code that has used up its steps. No std::exception, so that nobody takes it for an
/// error of theirs; who swallows it gets it again at the next step.
struct OutOfSteps {};

/// Watches a world as long as it lives, which the world must outlive. A step is a request, a call,
/// a look at the clock or a movement of it.
///
/// Thread safety: as the world; look at the results when nobody uses the world.
class Watch {
 public:
  struct Call {
    RequestTarget target;
    Method method;
    bool struck;  // by a plan of the world's own
  };

  Watch(World& world, std::uint64_t most_steps);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

  void step();
  void note(const RequestTarget& target, Method method, bool struck) {
    if (keeps_calls) calls.push_back({target, method, struck});
  }

  bool keeps_calls = false;
  std::vector<Call> calls;  // that plans could strike, in order
  std::uint64_t steps = 0;
  bool is_over = false;  // no step was left

 private:
  World& world_;
  std::uint64_t most_;
};

}  // namespace detail
}  // namespace fauxbank
