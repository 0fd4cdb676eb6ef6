// cpprestsdk's client, answered by a world.
#include <fauxbank/client/cpprest.hpp>
#include <fauxbank/fauxbank.hpp>

#include <cpprest/http_client.h>

int main() {
  fauxbank::World world;
  web::http::client::http_client client("https://api.example.com");
  fauxbank::cpprest::attach(client, world.transport());
  return client.request(web::http::methods::GET).get().status_code() == 401 ? 0 : 1;
}
