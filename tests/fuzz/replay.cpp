// Runs a fuzz target over the files of a corpus, without libFuzzer.
//
//   replay CORPUS...              each file, in order of their names
//   replay --mutate=N CORPUS...   and then N inputs made from them, the same in every run

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fauxbank/random.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> corpus(const std::vector<std::filesystem::path>& folders) {
  std::vector<std::filesystem::path> files;
  for (const auto& folder : folders) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const auto& file : files)
    inputs.push_back(read(file));
  return inputs;
}

/// One small change: a byte, a piece repeated, a piece of another input, or a cut.
void mutate(std::string& input, const std::vector<std::string>& all, fauxbank::Random& random) {
  const auto place = [&](const std::string& text) {
    return static_cast<std::size_t>(random.below(text.size() + 1));
  };
  const std::size_t at = place(input);
  const std::string& other = all[static_cast<std::size_t>(random.below(all.size()))];
  const std::size_t length = static_cast<std::size_t>(random.between(1, 24));
  switch (random.below(5)) {
    case 0:
      if (at < input.size()) input[at] = static_cast<char>(random.below(256));
      return;
    case 1:
      input.insert(at, length, static_cast<char>(random.below(128)));
      return;
    case 2:
      input.insert(at, std::string(input, place(input), length));
      return;
    case 3:
      input.insert(at, other, place(other), length);
      return;
    default:
      input.erase(at, length);
      return;
  }
}

void run(const std::string& input) {
  // A copy of just this size, so that a sanitizer sees the first byte too far.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t mutations = 0;
  std::vector<std::filesystem::path> folders;
  for (int i = 1; i < argc; ++i) {
    constexpr char kMutate[] = "--mutate=";
    if (std::strncmp(argv[i], kMutate, sizeof kMutate - 1) == 0) {
      mutations = std::strtoull(argv[i] + sizeof kMutate - 1, nullptr, 10);
    } else {
      folders.emplace_back(argv[i]);
    }
  }
  const std::vector<std::string> inputs = corpus(folders);
  if (inputs.empty()) {
    std::fprintf(stderr, "replay: no corpus\n");
    return 2;
  }
  for (const std::string& input : inputs)
    run(input);
  fauxbank::Random random(1, fauxbank::RandomStream::test);
  for (std::uint64_t i = 0; i < mutations; ++i) {
    std::string input = inputs[static_cast<std::size_t>(random.below(inputs.size()))];
    for (std::uint64_t n = random.below(4) + 1; n > 0; --n)
      mutate(input, inputs, random);
    run(input);
  }
  std::printf("replayed %zu inputs and %llu made from them\n", inputs.size(),
              static_cast<unsigned long long>(mutations));
}
