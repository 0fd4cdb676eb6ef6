// Sweeps in tests: what the environment asks for, and expectations as invariants.

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include <gtest/gtest-spi.h>

#include <fauxbank/gtest.hpp>

namespace fauxbank {

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

SweepOptions sweep_options(SweepShard shard) {
  SweepOptions options;
  options.shard = shard;
  options.replay = variable("FAUXBANK_REPLAY");
  return options;
}

std::vector<SweepShard> sweep_shards() {
  const std::string_view text = variable("GTEST_TOTAL_SHARDS");
  std::size_t total = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), total);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || total == 0)
    total = 1;
  std::vector<SweepShard> shards;
  for (std::size_t i = 0; i < total; ++i)
    shards.push_back({i, total});
  return shards;
}

std::string ShardName::operator()(const ::testing::TestParamInfo<SweepShard>& info) const {
  return std::to_string(info.param.index + 1) + "of" + std::to_string(info.param.total);
}

std::string detail::failures_in(const SweepPart& check, World& world) {
  ::testing::TestPartResultArray results;
  std::string said;
  {
    const ::testing::ScopedFakeTestPartResultReporter reporter(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
    said = check(world);
  }
  for (int i = 0; i < results.size(); ++i) {
    const ::testing::TestPartResult& result = results.GetTestPartResult(i);
    if (!result.failed()) continue;
    std::string text(result.message());
    for (char& c : text) {
      if (c == '\n') c = ' ';
    }
    return text;
  }
  return said;
}

}  // namespace fauxbank
