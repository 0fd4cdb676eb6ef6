// The listener and what hands worlds over to it. Compiled once in the user's own test program.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#ifdef __unix__
#include <unistd.h>
#endif

#include "timeline.hpp"

namespace fauxbank {
namespace {

namespace fs = std::filesystem;

/// A world whose test is not over yet, as it was when it was let go. Cheap: shared entries, one
/// reference to the state.
struct Kept {
  std::string name;
  State state;
  Journal journal;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string program_name() {
#ifdef __GLIBC__
  return program_invocation_short_name;
#else
  return "test";
#endif
}

/// A name that any file system takes.
std::string file_name(std::string_view text) {
  std::string name;
  for (char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    name.push_back(plain ? c : '_');
  }
  return name;
}

/// Where the test's own output goes.
fs::path output_folder() {
  if (!report_options().folder.empty()) return report_options().folder;
  if (const std::string folder = environment("TEST_UNDECLARED_OUTPUTS_DIR"); !folder.empty())
    return folder;
  const std::string output = ::testing::GTEST_FLAG(output);  // xml:FILE or json:FILE
  const std::size_t colon = output.find(':');
  if (colon != std::string::npos) {
    const fs::path file = output.substr(colon + 1);
    return output.back() == '/'     ? file
           : file.has_parent_path() ? file.parent_path()
                                    : fs::path(".");
  }
  return "fauxbank-timelines";
}

/// \returns an empty text, or why it could not be written
std::string write_file(const fs::path& path, const std::string& text) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  return file ? "" : "cannot write " + path.string();
}

class Listener final : public ::testing::EmptyTestEventListener {
 public:
  void OnTestStart(const ::testing::TestInfo&) override {
    kept.clear();
    warnings.clear();
  }

  void OnTestEnd(const ::testing::TestInfo& test) override {
    for (const std::string& warning : warnings)
      std::printf("fauxbank: warning: %s\n", warning.c_str());
    if (test.result()->Failed()) {
      for (std::size_t i = 0; i < kept.size(); ++i)
        tell_story(test, i);
    }
    std::fflush(stdout);
    kept.clear();
    warnings.clear();
  }

  void OnTestProgramEnd(const ::testing::UnitTest&) override {
    fs::path file = report_options().coverage_file;
    if (const std::string folder = environment("TEST_UNDECLARED_OUTPUTS_DIR");
        file.empty() && !folder.empty() && seen.worlds() != 0) {
      file = fs::path(folder) /
             ("fauxbank-coverage-" + file_name(program_name()) + "-" + process() + ".json");
    }
    if (file.empty()) return;
    if (const std::string error = write_file(file, seen.to_json()); !error.empty())
      std::printf("fauxbank: coverage: %s\n", error.c_str());
  }

  std::vector<Kept> kept;
  std::vector<std::string> warnings;
  Coverage seen;
  ReportOptions options;

 private:
  /// Programs run test by test, and shards, must not overwrite one another's files.
  static std::string process() {
#ifdef __unix__
    return std::to_string(getpid());
#else
    return "0";
#endif
  }

  void tell_story(const ::testing::TestInfo& test, std::size_t index) {
    const Kept& world = kept[index];
    std::string title = std::string(test.test_suite_name()) + "." + test.name();
    if (kept.size() > 1) title += ", " + world.name;
    const Story story = tell(world.state, world.journal, title);
    std::printf("fauxbank: %s: %s\n", world.name.c_str(), story.summary.c_str());
    const std::size_t shown = std::min(options.entries, world.journal.size());
    if (shown != 0) {
      std::printf("fauxbank: the last %zu of %zu journal entries:\n", shown, world.journal.size());
      for (std::size_t i = world.journal.size() - shown; i < world.journal.size(); ++i)
        std::printf("%s\n", to_string(world.journal[i]).c_str());
    }
    if (!options.timeline) return;
    std::string name = program_name() + "." + test.test_suite_name() + "." + test.name();
    if (kept.size() > 1) name += "." + std::to_string(index + 1);
    const fs::path path = fs::absolute(output_folder()) / (file_name(name) + ".html");
    const std::string error = write_file(path, render_timeline(world.journal, story));
    if (!error.empty()) {
      std::printf("fauxbank: timeline: %s\n", error.c_str());
      return;
    }
    std::printf("fauxbank: timeline: %s\n", path.string().c_str());
    ::testing::Test::RecordProperty(
        "fauxbank_timeline" + (index == 0 ? "" : std::to_string(index + 1)), path.string());
  }
};

/// The program's one listener, which GoogleTest owns once it is there.
Listener& listener() {
  static Listener* const installed = [] {
    auto* made = new Listener;
    ::testing::UnitTest::GetInstance()->listeners().Append(made);
    return made;
  }();
  return *installed;
}

CheckLevel level_of(const TeardownChecks& checks, LeftoverKind kind) {
  switch (kind) {
    case LeftoverKind::misuse:
      return checks.misuse;
    case LeftoverKind::misfit:
      return checks.misfit;
    case LeftoverKind::unused_fault:
      return checks.unused_fault;
    case LeftoverKind::pending_refresh:
      return checks.pending_refresh;
    case LeftoverKind::undelivered_event:
      break;
  }
  return checks.undelivered_event;
}

/// Findings of one kind beyond this many are only counted.
constexpr std::size_t kMostFindings = 5;

}  // namespace

std::string to_string(const TeardownChecks& checks) {
  return std::string("misuse ")
      .append(to_string(checks.misuse))
      .append(", misfit ")
      .append(to_string(checks.misfit))
      .append(", unused_fault ")
      .append(to_string(checks.unused_fault))
      .append(", pending_refresh ")
      .append(to_string(checks.pending_refresh))
      .append(", undelivered_event ")
      .append(to_string(checks.undelivered_event));
}

std::string to_string(const ReportOptions& options) {
  return std::to_string(options.entries) + " entries, " + (options.timeline ? "" : "no ") +
         "timeline" + (options.folder.empty() ? "" : " in " + options.folder) +
         (options.coverage_file.empty() ? "" : ", coverage in " + options.coverage_file);
}

std::vector<std::string> scenario_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".json") files.push_back(at->path().string());
  }
  if (error) detail::throw_misuse("EachScenarioFile: cannot read the folder '" + folder + "'");
  if (files.empty())
    detail::throw_misuse("EachScenarioFile: no .json file in the folder '" + folder + "'");
  std::sort(files.begin(), files.end());
  return files;
}

std::string FileName::operator()(const ::testing::TestParamInfo<std::string>& info) const {
  // GoogleTest takes letters, digits and underscores.
  std::string name = fs::path(info.param).stem().string();
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) c = '_';
  }
  return name;
}

ReportOptions& report_options() { return listener().options; }

Coverage& coverage() { return listener().seen; }

WorldReport::WorldReport(World& world, std::string name) : world_(world), name_(std::move(name)) {
  listener();
}

WorldReport::~WorldReport() {
  Listener& to = listener();
  std::size_t counts[EnumNames<LeftoverKind>::values.size()] = {};
  std::string failures;
  for (const Leftover& leftover : world_.leftovers()) {
    const CheckLevel level = level_of(checks, leftover.kind);
    if (level == CheckLevel::ignore) continue;
    const std::size_t count = ++counts[static_cast<std::size_t>(leftover.kind)];
    if (count > kMostFindings + 1) continue;
    const std::string text =
        name_ + " leaves behind " +
        (count <= kMostFindings ? to_string(leftover)
                                : std::string(to_string(leftover.kind)) + ": more of them");
    if (level == CheckLevel::warn) {
      to.warnings.push_back(text);
    } else {
      failures.append(failures.empty() ? "" : "\n").append(text);
    }
  }
  if (const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
      !failures.empty() && test != nullptr) {
    ADD_FAILURE_AT(test->file(), test->line()) << failures;
  }
  to.seen.add(world_);
  to.kept.push_back({name_, world_.state(), world_.journal()});
}

}  // namespace fauxbank
