// Any text as a scenario: it is refused with a place in the text, or makes a world that its own
// export makes again.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fauxbank/error.hpp>
#include <fauxbank/world.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fauxbank::fuzz {
namespace {

void expect(bool held, const char* what, const std::string& text) {
  if (held) return;
  std::fprintf(stderr, "scenario_fuzz: %s\n%.*s\n", what, 4000, text.c_str());
  std::abort();
}

/// The planted fault of a build of its own, which shows that an overflow is found: a name goes into
/// a buffer that holds the usual ones.
void planted_fault([[maybe_unused]] std::string_view text) {
#ifdef FAUXBANK_PLANTED_OVERFLOW
  const std::size_t name = text.find("\"name\"");
  if (name == std::string_view::npos) return;
  std::array<char, 24> kept{};
  volatile char* out = kept.data();
  for (std::size_t i = name; i < text.size() && text[i] != '\n'; ++i)
    *out++ = text[i];
#endif
}

void check_refusal(const std::vector<Diagnostic>& found, std::string_view text) {
  expect(!found.empty(), "refused without a word", std::string(text));
  unsigned line = 0;
  for (const Diagnostic& diagnostic : found) {
    const std::string printed = to_string(diagnostic);
    expect(diagnostic.line >= 1 && diagnostic.column >= 1, "no place", printed);
    expect(diagnostic.line + 2 > line, "diagnostics out of order", printed);
    expect(!diagnostic.text.empty(), "no text", printed);
    expect(diagnostic.text.find('\n') == std::string::npos, "more than one line", printed);
    expect(printed.find("sk_live_") == std::string::npos, "a live key is shown", printed);
    line = diagnostic.line;
  }
}

void check_world(const Scenario& scenario, std::string_view text) {
  expect(check(scenario).empty(), "read, but not sound", std::string(text));
  const std::string written = to_json(scenario);
  const auto again = parse_scenario(written);
  expect(again.has_value(), "its own text is refused", written);
  expect(to_json(*again) == written, "written differently", written);
  World world{scenario};
  expect(World{*again}.digest() == world.digest(), "another world", written);
  for (int i = 0; i < 5 && world.clock().advance_to_next(); ++i) {
    const std::string exported = world.to_json();
    World other;
    other.load(exported);
    expect(other.digest() == world.digest(), "the export is another world", exported);
  }
}

}  // namespace
}  // namespace fauxbank::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fauxbank;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::planted_fault(text);
  const auto scenario = parse_scenario(text);
  scenario ? fuzz::check_world(*scenario, text) : fuzz::check_refusal(scenario.error(), text);
  return 0;
}
