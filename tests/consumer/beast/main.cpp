// A stream of Asio's, answered by a world.
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>

#include <fauxbank/client/beast.hpp>
#include <fauxbank/fauxbank.hpp>

int main() {
  fauxbank::World world;
#ifdef WITH_TLS
  const fauxbank::TlsWirePeer peer(world.transport(), {"api.example.com"});
  if (!peer.authority().starts_with("-----BEGIN CERTIFICATE-----")) return 2;
#endif
  boost::asio::io_context io;
  fauxbank::WireStream stream(io.get_executor(), world.transport());
  boost::asio::write(stream, boost::asio::buffer("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27));
  std::string answer(12, ' ');
  stream.read_some(boost::asio::buffer(answer));
  return answer == "HTTP/1.1 401" ? 0 : 1;
}
