#pragma once

// Counts what the program allocates, through the replaceable operator new.

#include <cstddef>

namespace fauxbank::bench {

/// How many there were so far.
std::size_t allocation_count() noexcept;

/// Bytes in use now, as the allocator rounds them; it counts some blocks that it keeps for their
/// next use. Walks the heap.
std::size_t live_bytes() noexcept;

}  // namespace fauxbank::bench
