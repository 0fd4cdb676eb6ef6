#pragma once

// One fixed, rich story of a world, and what came of it. Every build must tell it alike, to the
// last byte.

#include <cstdint>
#include <string>

namespace fauxbank::determinism {

struct Digests {
  std::uint64_t world = 0;
  std::uint64_t journal = 0;
  std::uint64_t answers = 0;  // every byte of every response
  std::uint64_t fork_world = 0;
  std::uint64_t fork_journal = 0;
  std::uint64_t requests = 0;  // how much happened
  friend bool operator==(const Digests&, const Digests&) = default;
};

/// Play the story from its beginning. `journal` gets its journal as text.
Digests play(std::string* journal = nullptr);

}  // namespace fauxbank::determinism
