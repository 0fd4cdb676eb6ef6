// The smallest use of the library: an account, a request, an answer. Exit status 0 when all is
// good.
#include <fauxbank/fauxbank.hpp>

int status_of_a_list_elsewhere();

int main() {
  fauxbank::World world;
  world.link({.id = "fca_1"});

  const auto request = fauxbank::Request::get("/v1/financial_connections/accounts");
  const auto answer = world.transport().send(request);

  const bool listed = answer && answer->body.find("fca_1") != answer->body.npos;
  return listed && answer->status == 200 && status_of_a_list_elsewhere() == 200 ? 0 : 1;
}
