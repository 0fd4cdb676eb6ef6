// Qt's access manager that answers from a world.

#include <fauxbank/client/qt.hpp>
#include <fauxbank/world.hpp>

#include "client/qt_client.hpp"

namespace fauxbank::testing {

std::vector<Driver> drivers() {
  return {{.name = "manager",
           .library = &library(),
           .make = [](World& world, const ClientOptions& options) -> std::unique_ptr<Client> {
             return std::make_unique<QtClient>(
                 qt::access_manager(world.transport(), {.clock = &world.clock()}), options);
           },
           .most_beside_tcp = 0.5}};
}

}  // namespace fauxbank::testing
