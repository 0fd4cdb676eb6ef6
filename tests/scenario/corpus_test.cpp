// Every broken file is refused, and says what is wrong, where, and what was meant.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = fs::path(FAUXBANK_FIXTURES_DIR) / "corpus" / "scenario";

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> broken_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kCorpus)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string diagnostics_of(const fs::path& file) {
  const auto scenario = parse_scenario(contents(file), file.filename().string());
  std::string lines;
  if (!scenario) {
    for (const Diagnostic& found : scenario.error())
      lines += to_string(found) + "\n";
  }
  return lines;
}

// The expected diagnostics of all files, one line each, in one file beside them.
TEST(BrokenScenarios, SayWhatIsWrongAndWhere) {
  std::string found;
  for (const fs::path& file : broken_files())
    found += diagnostics_of(file);
  EXPECT_EQ(found, contents(kCorpus / "expected.txt"));
}

TEST(BrokenScenarios, AreAllRefused) {
  const auto files = broken_files();
  EXPECT_GE(files.size(), 60u);
  for (const fs::path& file : files)
    EXPECT_NE(diagnostics_of(file), "") << file.filename();
}

TEST(BrokenScenarios, LeaveTheWorldAsItWas) {
  World world{{.accounts = {{.id = "fca_kept"}}}};
  (void)world.accounts().refresh("fca_kept", {.features = {Feature::balance}});
  const std::uint64_t digest = world.digest();
  const std::uint64_t journal = world.journal().digest();
  for (const fs::path& file : broken_files()) {
    EXPECT_THROW(world.load(file.string()), Misuse) << file.filename();
    ASSERT_EQ(world.digest(), digest) << file.filename();
    ASSERT_EQ(world.journal().digest(), journal) << file.filename();
  }
}

TEST(BrokenScenarios, NeverShowALiveKey) {
  // In two parts, so that no scanner takes it for a key.
  const std::string key = std::string("sk_live") + "_abc123";
  const auto scenario = parse_scenario("{ \"fauxbank\": 1,\n  \"" + key + "\": 1 }");
  ASSERT_FALSE(scenario);
  ASSERT_EQ(scenario.error().size(), 1u);
  EXPECT_EQ(to_string(scenario.error()[0]),
            "scenario:2:4: a live key stands here; it has no place in a file ()");
}

TEST(BrokenScenarios, ThatAreNoFilesSaySo) {
  const auto scenario = read_scenario("/nonexistent/scenario.json");
  ASSERT_FALSE(scenario);
  EXPECT_EQ(to_string(scenario.error()[0]),
            "/nonexistent/scenario.json: the file cannot be opened ()");
  EXPECT_FALSE(read_scenario(std::string(FAUXBANK_FIXTURES_DIR)));
  EXPECT_THROW(World().load("nonexistent.json"), Misuse);
}

TEST(BrokenScenarios, LargerThan64MiBAreRefused) {
  const std::string text = "{ \"fauxbank\": 1, \"name\": \"" + std::string(64u << 20, 'x') + "\" }";
  const auto scenario = parse_scenario(text);
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error()[0].text, "the text is larger than 64 MiB");
}

TEST(Scenarios, MayBeNestedAsDeepAsTheLimit) {
  const auto nested = [](std::size_t depth) {
    return "{ \"fauxbank\": 1, \"//\": " + std::string(depth - 1, '[') +
           std::string(depth - 1, ']') + " }";
  };
  EXPECT_TRUE(parse_scenario(nested(32)));
  EXPECT_FALSE(parse_scenario(nested(33)));
}

}  // namespace
}  // namespace fauxbank
