// Boost.Beast's blocking functions on a stream that a world answers.

#include <fauxbank/client/beast.hpp>
#include <fauxbank/world.hpp>

#include "client/beast_client.hpp"

namespace fauxbank::testing {

std::vector<Driver> drivers() {
  return {{.name = "stream",
           .library = &library(),
           .make =
               [](World& world, const ClientOptions& options) {
                 return beast::blocking_client<WireStream>(
                     options, [&world](beast::asio::io_context& io, beast::error_code&) {
                       return WireStream(io.get_executor(), world.transport(),
                                         {.clock = &world.clock()});
                     });
               },
           .time_outs = TimeOuts::none,
           .most_beside_tcp = 0.5}};
}

}  // namespace fauxbank::testing
