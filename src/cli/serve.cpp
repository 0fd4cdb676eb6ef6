// fauxbank serve: a world on a loopback port, until it is told to end.

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>

#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/server.hpp>
#include <fauxbank/world.hpp>
#ifdef FAUXBANK_CLI_WEBHOOK
#include <fauxbank/webhook.hpp>
#endif

#include "commands.hpp"

namespace fauxbank::cli {
namespace {

struct Settings {
  std::string scenario;
  std::optional<Form> form;
  std::optional<std::uint64_t> seed;
  ServerOptions server;
};

/// The one server of the process, for the signal handler.
Server* serving = nullptr;

void on_signal(int) { serving->stop(); }

template <class T>
bool read_number(std::string_view text, T& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  return fault == std::errc() && stop == end;
}

/// Take over one option. \returns what is wrong with its value; empty for nothing
std::string take(Settings& settings, std::string_view name, std::string_view value) {
  const std::string given = "'" + std::string(value) + "'";
  if (name == "--scenario") {
    settings.scenario = value;
  } else if (name == "--port") {
    if (!read_number(value, settings.server.port)) return given + " is not a port, 0 to 65535";
  } else if (name == "--unix") {
    if (value.empty()) return "a path is needed";
    settings.server.unix_path = value;
  } else if (name == "--form") {
    settings.form = from_string<Form>(value);
    if (!settings.form) return given + " is neither documented nor current";
  } else if (name == "--clock") {
    if (value != "wall" && value != "manual") return given + " is neither wall nor manual";
    settings.server.clock = value == "wall" ? ServerClock::wall : ServerClock::manual;
  } else if (name == "--seed") {
    std::uint64_t seed = 0;
    if (!read_number(value, seed)) return given + " is not a number";
    settings.seed = seed;
  } else if (name == "--webhook") {
    settings.server.webhook = value;
  } else if (name == "--webhook-secret") {
    if (value.empty()) return "a secret is needed, as whsec_test";
    if (settings.server.webhooks.sign == nullptr)
      return "this program was built without OpenSSL, which signs";
    settings.server.webhooks.secrets.emplace_back(value);
  } else {
    settings.server.journal_file = value;
  }
  return {};
}

constexpr std::array<std::string_view, 9> kOptions = {
    "--scenario", "--port",    "--unix",    "--form",          "--clock",
    "--seed",     "--journal", "--webhook", "--webhook-secret"};

int complain(const std::string& text) {
  std::fprintf(stderr, "fauxbank serve: %s\n", text.c_str());
  return kUsage;
}

/// Read the arguments. \returns an exit code when they make no sense
std::optional<int> read(std::span<const std::string_view> arguments, Settings& settings) {
  settings.server.clock = ServerClock::wall;
#ifdef FAUXBANK_CLI_WEBHOOK
  settings.server.webhooks.sign = webhook::signature_header;
#endif
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::size_t equals = arguments[i].find('=');
    const std::string_view name = arguments[i].substr(0, equals);
    detail::Nearest nearest(name);
    bool known = false;
    for (const std::string_view option : kOptions) {
      known = known || option == name;
      nearest.offer(option);
    }
    if (!known) {
      const std::string best = nearest.best();
      return complain("no such option: " + std::string(name) +
                      (best.empty() ? "" : "; nearest is " + best));
    }
    if (equals == std::string_view::npos && i + 1 == arguments.size())
      return complain(std::string(name) + " needs a value");
    const std::string_view value =
        equals == std::string_view::npos ? arguments[++i] : arguments[i].substr(equals + 1);
    if (const std::string fault = take(settings, name, value); !fault.empty())
      return complain(std::string(name) + ": " + fault);
  }
  return std::nullopt;
}

int serve_world(World& world, const ServerOptions& options) {
  Server server(world, options);
  serving = &server;
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  std::printf("fauxbank: listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  server.run();
  return kGood;
}

}  // namespace

int serve(std::span<const std::string_view> arguments) {
  Settings settings;
  if (const auto code = read(arguments, settings)) return *code;
  Scenario scenario;
  if (!settings.scenario.empty()) {
    auto found = read_scenario(settings.scenario);
    if (!found) {
      for (const Diagnostic& diagnostic : found.error())
        std::fprintf(stderr, "%s\n", to_string(diagnostic).c_str());
      return kBadNews;
    }
    scenario = *std::move(found);
  }
  if (settings.form) scenario.form = *settings.form;
  if (settings.seed) scenario.seed = *settings.seed;
  try {
    World world{scenario};
    return serve_world(world, settings.server);
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "fauxbank serve: %s\n", error.what());
    return kBadNews;
  } catch (const Misuse& misuse) {
    return complain(misuse.what());  // the webhook; the scenario has been checked
  }
}

}  // namespace fauxbank::cli
