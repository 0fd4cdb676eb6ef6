// A sound scenario made from any bytes, lived in for a while: its export makes the same world.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fauxbank/detail/hash.hpp>

#include "../scenario/random_scenario.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void expect(bool held, const char* what, std::uint64_t seed) {
  if (held) return;
  std::fprintf(stderr, "round_trip_fuzz: %s, seed %llu\n", what,
               static_cast<unsigned long long>(seed));
  std::abort();
}

/// The planted fault of a build of its own, which shows that an overflow is found.
void planted_fault([[maybe_unused]] std::string_view text) {
#ifdef FAUXBANK_PLANTED_OVERFLOW
  std::array<char, 16> kept{};
  volatile char* out = kept.data();
  for (char c : text)
    *out++ = c;
#endif
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fauxbank;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  planted_fault(text);
  const std::uint64_t seed = detail::hash_bytes(text);
  const Scenario scenario = testing::random_scenario(seed);
  const auto read = parse_scenario(to_json(scenario));
  expect(read.has_value(), "refused", seed);
  World world{scenario};
  expect(World{*read}.digest() == world.digest(), "another world", seed);
  testing::act(world, seed);
  World other;
  other.load(world.to_json());
  expect(other.digest() == world.digest(), "the export is another world", seed);
  expect(other.to_json() == world.to_json(), "the export's export differs", seed);
  return 0;
}
