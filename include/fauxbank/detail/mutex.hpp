#pragma once

#include <mutex>

namespace fauxbank::detail {

// The suite proves that its check for linearizability can fail by a build of its own without the
// lock.
#ifdef FAUXBANK_WITHOUT_LOCK
struct Mutex {
  void lock() {}
  void unlock() {}
};
#else
using Mutex = std::mutex;
#endif

}  // namespace fauxbank::detail
