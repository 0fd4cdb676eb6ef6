#pragma once

// Byte streams that a server meets, and what exactly comes of each.

#include <string>
#include <vector>

#include <fauxbank/http/wire.hpp>

namespace fauxbank::testing {

/// What happens once the stream has been sent.
enum class Then : unsigned char { wait, peer_closes, time_out, stop };

struct StreamRow {
  std::string name;
  std::string stream;
  std::string seen;      ///< the requests that reached the transport
  std::string statuses;  ///< the answers
  WireState state;
  Then then = Then::wait;
};

/// Small enough to be met by short streams.
inline WireLimits small_limits() {
  return {.line_bytes = 128,
          .head_bytes = 512,
          .fields = 8,
          .body_bytes = 64,
          .chunk_extra_bytes = 32,
          .output_bytes = 1024};
}

constexpr auto open = WireState::open;
constexpr auto finished = WireState::finished;

std::vector<StreamRow> good_streams();
std::vector<StreamRow> malformed_heads();
std::vector<StreamRow> malformed_bodies();

}  // namespace fauxbank::testing
