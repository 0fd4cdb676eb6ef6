// cpprestsdk's client through its pipeline.

#include <fauxbank/client/cpprest.hpp>
#include <fauxbank/world.hpp>

#include "client/cpprest_client.hpp"

namespace fauxbank::testing {

std::vector<Driver> drivers() {
  return {{.name = "handler",
           .library = &library(),
           .make = [](World& world, const ClientOptions& options) -> std::unique_ptr<Client> {
             auto client = std::make_unique<CpprestClient>(options);
             cpprest::attach(client->client(), world.transport(),
                             {.timeout = options.timeout, .clock = &world.clock()});
             return client;
           },
           .most_beside_tcp = 0.5}};
}

}  // namespace fauxbank::testing
