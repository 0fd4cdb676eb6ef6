// A mock that nobody has told anything answers like the world behind it.
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/gmock.hpp>

int main() {
  fauxbank::World world;
  world.link({.id = "fca_1"});
  testing::NiceMock<fauxbank::MockTransport> mock{world};

  const auto answer = mock.send(fauxbank::Request::get("/v1/financial_connections/accounts"));
  return answer && answer->status == 200 ? 0 : 1;
}
