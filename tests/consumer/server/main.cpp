// A world on a port.
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/server.hpp>

int main() {
  fauxbank::World world;
  fauxbank::Server server(world);
  server.start();
  server.stop();
  return server.port() != 0 ? 0 : 1;
}
