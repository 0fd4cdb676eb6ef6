#pragma once

// Counts what the program allocates, through the replaceable operator new.

#include <cstddef>

namespace fauxbank::bench {

struct Allocations {
  std::size_t count;  // so far
  std::size_t bytes;  // now live, as the allocator rounds them
};

Allocations allocations() noexcept;

}  // namespace fauxbank::bench
