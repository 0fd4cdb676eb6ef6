// cpp-httplib through its adapter.

#include <memory>

#include <fauxbank/client/httplib.hpp>
#include <fauxbank/world.hpp>

#include "client/httplib_client.hpp"

namespace fauxbank::testing {

namespace {

/// A client, and the adapter that it must not outlive.
class Adapted final : public Client {
 public:
  Adapted(World& world, const ClientOptions& options)
      : adapter_(world.transport(), {.clock = &world.clock()}), client_(adapter_.path(), options) {
    adapter_.attach(client_.client());
  }
  Outcome perform(const Request& request) override {
    Outcome outcome = client_.perform(request);
    adapter_.rethrow();
    return outcome;
  }
  void limit(std::chrono::milliseconds time) override { client_.limit(time); }

 private:
  HttplibAdapter adapter_;
  HttplibClient client_;
};

}  // namespace

std::vector<Driver> drivers() {
  return {{.name = "unix",
           .library = &library(),
           .make = [](World& world, const ClientOptions& options) -> std::unique_ptr<Client> {
             return std::make_unique<Adapted>(world, options);
           },
           .time_outs = TimeOuts::real_time,
           .refuses = false}};
}

}  // namespace fauxbank::testing
