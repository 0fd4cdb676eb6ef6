// Clients that connect by themselves, to the host that is written in their URL: whatever the
// library.

#include <utility>

#include <fauxbank/detail/tls.hpp>
#include <fauxbank/interpose.hpp>
#include <fauxbank/world.hpp>

#include "client/driver.hpp"

namespace fauxbank::testing {

namespace {

/// Somebody else's certificate, for clients that would read all of the system's for each
/// connection, which takes 20 ms and more. It does not make them trust ours.
ClientOptions with_few_to_trust(ClientOptions options) {
  if (options.origin.starts_with("https")) options.trusted = detail::TlsAuthority().pem();
  return options;
}

class Interposed final : public Client {
 public:
  Interposed(World& world, const ClientOptions& options)
      : guard_(interpose::Host("api.example.com", 0, world)),
        client_(library().make(with_few_to_trust(options))) {}

  Outcome perform(const Request& request) override {
    Outcome outcome = client_->perform(request);
    if (guard_.failures().empty()) return outcome;
    for (const std::string& failure : guard_.take_failures()) {
      const bool hangs = failure.find("would hang for ever") != std::string::npos;
      outcome.error = hangs ? std::string(kHangs) : failure;
    }
    return outcome;
  }

 private:
  interpose::Guard guard_;
  std::unique_ptr<Client> client_;
};

Driver driver(std::string name, std::string origin) {
  const bool hangs = library().seen.back().error == kHangs;
  return {.name = std::move(name),
          .library = &library(),
          .make = [](World& world, const ClientOptions& options) -> std::unique_ptr<Client> {
            return std::make_unique<Interposed>(world, options);
          },
          .time_outs = hangs ? TimeOuts::none : TimeOuts::nearly,
          .origin = std::move(origin)};
}

}  // namespace

std::vector<Driver> interposed_drivers() {
  std::vector<Driver> all{driver("interposed", "http://api.example.com")};
  if (library().speaks_tls) all.push_back(driver("interposed_https", "https://api.example.com"));
  return all;
}

}  // namespace fauxbank::testing
