// Prints what must be the same in every build and environment; ctest compares it with a committed
// file.
//
//   digest_probe            the digests of a fixed story
//   digest_probe random     the first draws of the generator and the first ids of each kind
//   digest_probe scenarios  the digests of every scenario file: as loaded, played, and exported
//   digest_probe journal    what happened in the story, to compare where digests differ
//   --decimal-comma         fail unless the locale in force writes 1,5

#include <algorithm>
#include <cinttypes>
#include <clocale>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <locale>
#include <stdexcept>
#include <string>
#include <vector>

#include <fauxbank/random.hpp>
#include <fauxbank/world.hpp>

#include "script.hpp"

namespace {

using fauxbank::IdKind;
using fauxbank::IdMint;
using fauxbank::Random;
using fauxbank::RandomStream;

void print_digests() {
  const auto digests = fauxbank::determinism::play();
  // A second world in the same process must not notice the first.
  if (fauxbank::determinism::play() != digests)
    throw std::runtime_error("a second run differs from the first");
  std::printf("world %016" PRIx64 "\n", digests.world);
  std::printf("journal %016" PRIx64 "\n", digests.journal);
  std::printf("answers %016" PRIx64 "\n", digests.answers);
  std::printf("fork world %016" PRIx64 "\n", digests.fork_world);
  std::printf("fork journal %016" PRIx64 "\n", digests.fork_journal);
  std::printf("journal entries %" PRIu64 "\n", digests.requests);
}

void print_journal() {
  std::string journal;
  static_cast<void>(fauxbank::determinism::play(&journal));
  std::printf("%s", journal.c_str());
}

void print_random() {
  std::printf("# Random(42, test).next(), a hundred times\n");
  Random random(42, RandomStream::test);
  for (int i = 0; i < 100; ++i)
    std::printf("%016" PRIx64 "\n", random.next());

  std::printf("# the first draw of each stream of seed 7\n");
  for (RandomStream stream : {RandomStream::defaults, RandomStream::faults, RandomStream::latency,
                              RandomStream::delivery, RandomStream::test}) {
    std::printf("%016" PRIx64 "\n", Random(7, stream).next());
  }

  std::printf("# below(1000), between(-50, 50), chance(0.25), ten times\n");
  for (int i = 0; i < 10; ++i) {
    const std::uint64_t below = random.below(1000);
    const std::int64_t between = random.between(-50, 50);
    std::printf("%" PRIu64 " %" PRId64 " %d\n", below, between, random.chance(0.25) ? 1 : 0);
  }

  std::printf("# IdMint(42): the first three of each kind\n");
  IdMint mint(42);
  for (int kind = 0; kind < static_cast<int>(IdKind::count_); ++kind) {
    for (int i = 0; i < 3; ++i) {
      const auto id = mint.next(static_cast<IdKind>(kind));
      std::printf("%s\n", std::string(id.view()).c_str());
    }
  }
}

void print_scenarios() {
  using namespace fauxbank;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(FAUXBANK_FIXTURES_DIR "/scenarios"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    if (file.extension() != ".json") continue;
    World world;
    world.load(file.string());
    const std::uint64_t loaded = world.digest();
    world.clock().advance(std::chrono::hours{24 * 8});
    World exported;
    exported.load(world.to_json());
    std::printf("%s %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", file.stem().c_str(), loaded,
                world.digest(), exported.digest());
  }
}

/// The user's locale, for the C library and for streams, as some test programs set it.
void use_environment_locale(bool decimal_comma) {
  if (std::setlocale(LC_ALL, "") == nullptr) throw std::runtime_error("there is no such locale");
  std::locale::global(std::locale(""));
  std::cout.imbue(std::locale());
  if (!decimal_comma) return;
  const bool in_c = std::strcmp(std::localeconv()->decimal_point, ",") == 0;
  const bool in_streams = std::use_facet<std::numpunct<char>>(std::locale()).decimal_point() == ',';
  if (!in_c || !in_streams) throw std::runtime_error("the locale in force has no decimal comma");
}

}  // namespace

int main(int argc, char** argv) {
  bool decimal_comma = false;
  void (*print)() = print_digests;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--decimal-comma") decimal_comma = true;
    if (argument == "random") print = print_random;
    if (argument == "scenarios") print = print_scenarios;
    if (argument == "journal") print = print_journal;
  }
  try {
    use_environment_locale(decimal_comma);
    print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "digest_probe: %s\n", error.what());
    return 1;
  }
  return 0;
}
