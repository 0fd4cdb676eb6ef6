#include <fauxbank/client/beast.hpp>
#include <fauxbank/detail/peer_loop.hpp>
#include <fauxbank/detail/tls.hpp>

namespace fauxbank {

namespace {

using TlsSocket = detail::BasicWireSocket<detail::TlsWire>;

struct MakeTlsSocket {
  std::unique_ptr<TlsSocket> operator()(int fd, Transport& transport) const {
    return std::make_unique<TlsSocket>(fd, TlsSocket::Family::local, transport, &identity, limits);
  }
  const detail::TlsIdentity& identity;
  WireLimits limits;
};

}  // namespace

struct TlsWirePeer::Impl {
  Impl(Transport& transport, std::vector<std::string> hosts, const WirePeerOptions& options)
      : identity(authority, std::move(hosts)),
        loop(transport, options.clock, MakeTlsSocket{identity, options.limits}) {}

  detail::TlsAuthority authority;
  detail::TlsIdentity identity;
  detail::PeerLoop<detail::TlsWire, MakeTlsSocket> loop;
};

TlsWirePeer::TlsWirePeer(Transport& transport, std::vector<std::string> hosts,
                         const WirePeerOptions& options)
    : impl_(std::make_unique<Impl>(transport, std::move(hosts), options)) {}
TlsWirePeer::~TlsWirePeer() = default;

std::string TlsWirePeer::authority() const { return impl_->authority.pem(); }
int TlsWirePeer::open() { return impl_->loop.open(); }
void TlsWirePeer::rethrow() { impl_->loop.rethrow(); }

}  // namespace fauxbank
