// POCO through its adapter: a session that code under test is given, and one that it makes itself
// from a URL.

#include <memory>
#include <utility>

#include <Poco/URI.h>

#include <fauxbank/client/poco.hpp>
#include <fauxbank/world.hpp>

#include "client/poco_client.hpp"

namespace fauxbank::testing {

namespace {

std::unique_ptr<Client> given(World& world, const ClientOptions& options) {
  return std::make_unique<PocoClient>(
      std::make_unique<PocoSession>(world.transport(), PocoOptions{.clock = &world.clock()}),
      options);
}

std::unique_ptr<Client> made(World& world, const ClientOptions& options) {
  Poco::Net::HTTPSessionFactory factory;
  const PocoSessions sessions(world.transport(), {.clock = &world.clock()}, factory);
  return std::make_unique<PocoClient>(std::unique_ptr<Poco::Net::HTTPClientSession>(
                                          factory.createClientSession(Poco::URI(options.origin))),
                                      options);
}

}  // namespace

std::vector<Driver> drivers() {
  return {{.name = "given", .library = &library(), .make = given, .most_beside_tcp = 0.5},
          {.name = "made",
           .library = &library(),
           .make = made,
           .origin = "https://api.example.com",
           .most_beside_tcp = 0.5}};
}

}  // namespace fauxbank::testing
