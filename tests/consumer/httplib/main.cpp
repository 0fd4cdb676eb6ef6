// cpp-httplib, answered by a world.
#include <httplib.h>
#include <fauxbank/client/httplib.hpp>
#include <fauxbank/fauxbank.hpp>

int main() {
  fauxbank::World world;
  fauxbank::HttplibAdapter adapter(world.transport());
  httplib::Client client(adapter.path());
  adapter.attach(client);
  const auto result = client.Get("/");
  return result && result->status == 401 ? 0 : 1;
}
