#include <fauxbank/client/poco.hpp>

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include <Poco/Buffer.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPSessionInstantiator.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/URI.h>

#include <fauxbank/error.hpp>

namespace fauxbank {

namespace {

using Poco::Timespan;

/// An address, so that the base class asks no resolver.
const char* const kNoName = "127.0.0.1";

/// The server's side of one connection.
class Connection {
 public:
  Connection(Transport& transport, const PocoOptions& options)
      : wire_(transport, options.limits), clock_(options.clock) {}

  /// Whether the client may go on using it.
  bool is_alive() const { return !thrown_ && wire_.state() == WireState::open; }
  /// What the transport threw, once.
  std::exception_ptr take_thrown() { return std::exchange(thrown_, nullptr); }

  /// As a kernel does, take bytes also when nobody will read them.
  void send(std::string_view bytes) {
    guarded([&] {
      if (clock_ != nullptr) wire_.advance_to(clock_->now());
      wire_.receive(bytes);
    });
  }

  /// \returns how many bytes came; 0 at the end
  int receive(void* to, int size, Timespan patience) {
    while (wire_.output().empty()) {
      if (thrown_ || wire_.state() == WireState::reset)
        throw Poco::Net::ConnectionResetException("the world", ECONNRESET);
      if (wire_.state() == WireState::finished) return 0;
      wait(std::chrono::duration_cast<Milliseconds>(
          std::chrono::microseconds{patience.totalMicroseconds()}));
    }
    const std::string_view output = wire_.output();
    const std::size_t count = std::min(output.size(), static_cast<std::size_t>(size));
    std::memcpy(to, output.data(), count);
    guarded([&] { wire_.sent(count); });
    return static_cast<int>(count);
  }

  bool is_readable() const {
    return thrown_ || !wire_.output().empty() || wire_.state() == WireState::reset ||
           wire_.state() == WireState::finished;
  }
  int available() const { return static_cast<int>(wire_.output().size()); }

 private:
  /// Let time pass until more may have come, or the client's patience ends.
  void wait(Milliseconds patience) {
    const auto due = wire_.due();
    bool is_over = false;
    guarded([&] {
      const Instant until =
          clock_ == nullptr ? due.value_or(Instant{}) : detail::later(clock_->now(), patience);
      is_over = !due || until < *due;
      if (clock_ != nullptr) clock_->reach(is_over ? until : *due);
      if (!is_over) wire_.advance_to(*due);
    });
    if (is_over) throw Poco::TimeoutException();
  }

  /// No exception but POCO's own gets through its streams.
  template <class F>
  void guarded(F f) {
    try {
      f();
    } catch (...) {
      thrown_ = std::current_exception();
    }
  }

  Wire wire_;
  VirtualClock* clock_;
  std::exception_ptr thrown_;
};

/// What POCO takes for a connected socket. It looks at the descriptor to see that it is one.
class Socket final : public Poco::Net::StreamSocketImpl {
 public:
  explicit Socket(std::shared_ptr<Connection> connection)
      : StreamSocketImpl(descriptor()), connection_(std::move(connection)) {}

  using StreamSocketImpl::receiveBytes;
  using StreamSocketImpl::sendBytes;
  int sendBytes(const void* bytes, int size, int) override {
    connection_->send({static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    return size;
  }
  int receiveBytes(void* to, int size, int) override {
    return connection_->receive(to, size, patience_);
  }
  int available() override { return connection_->available(); }
  bool poll(const Timespan&, int mode) override {
    return (mode & SELECT_READ) == 0 || connection_->is_readable();
  }
  void shutdownReceive() override {}
  void shutdownSend() override {}
  void shutdown() override {}

  void setReceiveTimeout(const Timespan& timeout) override { patience_ = timeout; }
  Timespan getReceiveTimeout() override { return patience_; }
  void setSendTimeout(const Timespan&) override {}
  Timespan getSendTimeout() override { return {}; }
  void setRawOption(int, int, const void*, poco_socklen_t) override {}
  void setBlocking(bool) override {}
  Poco::Net::SocketAddress address() override { return {kNoName, 0}; }
  Poco::Net::SocketAddress peerAddress() override { return {kNoName, 80}; }

 protected:
  ~Socket() override = default;

 private:
  static int descriptor() {
    const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "/dev/null");
    return fd;
  }

  std::shared_ptr<Connection> connection_;
  Timespan patience_;
};

class Instantiator final : public Poco::Net::HTTPSessionInstantiator {
 public:
  Instantiator(Transport& transport, const PocoOptions& options)
      : transport_(transport), options_(options) {}
  Poco::Net::HTTPClientSession* createClientSession(const Poco::URI& uri) override {
    return new PocoSession(transport_, options_, uri.getHost(), uri.getPort());
  }

 private:
  Transport& transport_;
  PocoOptions options_;
};

}  // namespace

struct PocoSession::Impl {
  /// Do something of the base class; what the transport threw in it is thrown here.
  template <class F>
  auto& call(F f) {
    try {
      auto& stream = f();
      rethrow();
      return stream;
    } catch (...) {
      rethrow();
      throw;
    }
  }
  void rethrow() {
    if (!connection) return;
    if (auto thrown = connection->take_thrown()) std::rethrow_exception(thrown);
  }

  Transport& transport;
  PocoOptions options;
  std::string host;
  std::shared_ptr<Connection> connection{};
  Method method = Method::get;  // of the request that is being sent
  std::string target{};
};

PocoSession::PocoSession(Transport& transport, const PocoOptions& options, const std::string& host,
                         Poco::UInt16 port)
    : HTTPClientSession(kNoName, port, ProxyConfig()),
      impl_(new Impl{.transport = transport, .options = options, .host = host}) {}

PocoSession::~PocoSession() = default;

std::ostream& PocoSession::sendRequest(Poco::Net::HTTPRequest& request) {
  Impl& self = *impl_;
  // POCO finds out that a kept connection is dead when it writes, and connects anew.
  if (self.connection && !self.connection->is_alive()) reset();
  if (getHost() != kNoName) {
    self.host = getHost();
    reset();
    setHost(kNoName);
  }
  if (!request.has(Poco::Net::HTTPRequest::HOST)) request.setHost(self.host, getPort());
  self.method = parse_method(request.getMethod());
  self.target = request.getURI();
  return self.call([&]() -> std::ostream& { return HTTPClientSession::sendRequest(request); });
}

std::istream& PocoSession::receiveResponse(Poco::Net::HTTPResponse& response) {
  return impl_->call(
      [&]() -> std::istream& { return HTTPClientSession::receiveResponse(response); });
}

void PocoSession::connect(const Poco::Net::SocketAddress& address) {
  Impl& self = *impl_;
  if (!self.transport.accepts(self.method, self.target))
    throw Poco::Net::ConnectionRefusedException(address.toString(), ECONNREFUSED);
  self.connection = std::make_shared<Connection>(self.transport, self.options);
  Poco::Net::StreamSocket socket(new Socket(self.connection));
  socket.setReceiveTimeout(getTimeout());
  attachSocket(socket);
  // As the base class does: what the last connection left unread is not this one's.
  Poco::Buffer<char> left(0);
  drainBuffer(left);
}

PocoSessions::PocoSessions(Transport& transport, const PocoOptions& options,
                           Poco::Net::HTTPSessionFactory& factory)
    : factory_(factory) {
  for (const char* scheme : {"http", "https"}) {
    if (factory.supportsProtocol(scheme))
      detail::throw_misuse(std::string("POCO's session factory makes sessions for ") + scheme +
                           " already: make PocoSessions first, or unregister the protocol");
  }
  for (const char* scheme : {"http", "https"})
    factory.registerProtocol(scheme, new Instantiator(transport, options));
}

PocoSessions::~PocoSessions() {
  // As often as it was registered: the factory counts, and keeps the first.
  for (const char* scheme : {"http", "https"}) {
    while (factory_.supportsProtocol(scheme))
      factory_.unregisterProtocol(scheme);
  }
}

}  // namespace fauxbank
