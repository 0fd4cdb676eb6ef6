#pragma once

// Two threads, each with its own copy of a container whose parts the copies share.

#include <thread>
#include <utility>

namespace fauxbank::testing {

/// Call `write(copy, first)` and `write(copy, second)` at the same time, each with a copy of
/// `original`; the second is the original itself, moved. Says whether both returned true.
template <class Container, class Write, class Argument>
bool both_right(Container original, const Write& write, Argument first, Argument second) {
  bool right[2] = {};
  std::thread one([&, copy = original]() mutable { right[0] = write(std::move(copy), first); });
  std::thread other(
      [&, copy = std::move(original)]() mutable { right[1] = write(std::move(copy), second); });
  one.join();
  other.join();
  return right[0] && right[1];
}

}  // namespace fauxbank::testing
