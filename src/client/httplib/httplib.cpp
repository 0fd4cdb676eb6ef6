#include <fauxbank/client/httplib.hpp>

#include <memory>

#include <httplib.h>

#include <fauxbank/detail/local_listener.hpp>
#include <fauxbank/detail/peer_loop.hpp>
#include <fauxbank/detail/wire_socket.hpp>

namespace fauxbank {

using detail::WireSocket;

namespace {

struct MakeLocalSocket {
  std::unique_ptr<WireSocket> operator()(int fd, Transport& transport) const {
    auto socket = std::make_unique<WireSocket>(fd, WireSocket::Family::local, transport, limits);
    socket->wire().allow_path_as_host();
    return socket;
  }
  WireLimits limits;
};

}  // namespace

struct HttplibAdapter::Impl {
  Impl(Transport& transport, const HttplibOptions& options)
      : loop(transport, options.clock, MakeLocalSocket{options.limits}, &listener) {}

  detail::LocalListener listener;
  detail::PeerLoop<Wire, MakeLocalSocket> loop;
};

HttplibAdapter::HttplibAdapter(Transport& transport, const HttplibOptions& options)
    : impl_(std::make_unique<Impl>(transport, options)) {}
HttplibAdapter::~HttplibAdapter() = default;

std::string HttplibAdapter::path() const { return impl_->listener.path(); }

void HttplibAdapter::attach(httplib::Client& client) const { client.set_address_family(AF_UNIX); }

void HttplibAdapter::close_idle_connections() { impl_->loop.close_idle_connections(); }
void HttplibAdapter::rethrow() { impl_->loop.rethrow(); }

}  // namespace fauxbank
