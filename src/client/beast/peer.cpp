#include <fauxbank/client/beast.hpp>

#include <fauxbank/detail/peer_loop.hpp>

namespace fauxbank {

namespace {

struct MakeWireSocket {
  std::unique_ptr<detail::WireSocket> operator()(int fd, Transport& transport) const {
    return std::make_unique<detail::WireSocket>(fd, detail::WireSocket::Family::local, transport,
                                                limits);
  }
  WireLimits limits;
};

}  // namespace

struct WirePeer::Impl {
  detail::PeerLoop<Wire, MakeWireSocket> loop;
};

WirePeer::WirePeer(Transport& transport, const WirePeerOptions& options)
    : impl_(new Impl{{transport, options.clock, MakeWireSocket{options.limits}}}) {}
WirePeer::~WirePeer() = default;

int WirePeer::open() { return impl_->loop.open(); }
void WirePeer::rethrow() { impl_->loop.rethrow(); }

}  // namespace fauxbank
