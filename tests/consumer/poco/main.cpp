// POCO, answered by a world.
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>

#include <fauxbank/client/poco.hpp>
#include <fauxbank/fauxbank.hpp>

int main() {
  fauxbank::World world;
  fauxbank::PocoSession session(world.transport());
  Poco::Net::HTTPRequest request("GET", "/", "HTTP/1.1");
  session.sendRequest(request);
  Poco::Net::HTTPResponse response;
  session.receiveResponse(response);
  return response.getStatus() == 401 ? 0 : 1;
}
