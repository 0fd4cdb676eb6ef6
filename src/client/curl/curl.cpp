#include <fauxbank/client/curl.hpp>

#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fauxbank/detail/local_listener.hpp>
#include <fauxbank/detail/wire_socket.hpp>

namespace fauxbank::curl {

namespace {

using detail::WireSocket;

/// What a handle asks for, as its request line will say it.
struct Wanted {
  Method method = Method::get;
  std::string target;
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

Wanted wanted_by(CURL* handle) {
  const char* method = nullptr;
  const char* url = nullptr;
  curl_easy_getinfo(handle, CURLINFO_EFFECTIVE_METHOD, &method);
  curl_easy_getinfo(handle, CURLINFO_EFFECTIVE_URL, &url);
  const std::string_view text = url == nullptr ? "" : url;
  const std::size_t host = text.find("://");
  const std::size_t begin = text.find_first_of("/?", host == std::string_view::npos ? 0 : host + 3);
  std::string target("/");
  if (begin != std::string_view::npos) {
    if (text[begin] == '/') target.clear();
    target += text.substr(begin, text.find('#', begin) - begin);
  }
  return {parse_method(method == nullptr ? "" : method), std::move(target)};
}

/// One connection, which remembers the last request on it.
class Connection final : public Transport {
 public:
  /// \param sender the handle that has sent what is being looked at
  Connection(int fd, Transport& transport, const Options& options, CURL* const& sender)
      : transport_(transport),
        sender_(sender),
        socket(fd, WireSocket::Family::local, *this, options.limits) {
    if (options.timeout > Milliseconds::zero()) socket.wire().set_deadline(options.timeout);
  }

  Result<Response, transport_errc> send(const Request& request) override {
    return transport_.send(request);
  }
  Delivery deliver(const Request& request) override {
    last = {request.method, request.target};
    owner = sender_ != nullptr && last == wanted_by(sender_) ? sender_ : nullptr;
    return transport_.deliver(request);
  }
  std::uint64_t open_connection() override { return transport_.open_connection(); }

 private:
  Transport& transport_;
  CURL* const& sender_;

 public:
  WireSocket socket;
  Wanted last;
  CURL* owner = nullptr;  // whose request that was, if it was seen to send it
  bool is_old = false;    // the transfer that waits for its answer, of a timeout
};

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  if (code != CURLE_OK)
    throw std::runtime_error(std::string("curl_easy_setopt: ") + curl_easy_strerror(code));
}

}  // namespace

struct Adapter::Impl {
  static constexpr int kMostSkipped = 8;

  /// What callbacks of one handle get.
  struct Attached {
    Impl* adapter;
    CURL* handle;
    curl_off_t seen_sent = 0;  // what it had sent when its bytes were last looked for
    int skipped = 0;           // calls since then
    bool is_pulled = false;    // its timeout is over
  };

  Impl(Transport& to, const Options& with) : transport(to), options(with) {}

  static curl_socket_t open_socket(void* data, curlsocktype, curl_sockaddr* address);
  static int progress(void* data, curl_off_t to_load, curl_off_t loaded, curl_off_t to_send,
                      curl_off_t sent);

  bool may_have_sent(Attached& client, curl_off_t sent_of_body) const;
  void pump(CURL* handle);
  Connection* stalled_for(CURL* handle) const;
  static void pull_timeout(Attached& client, Connection& stalled);
  void restore_timeout(Attached& client) const;

  Transport& transport;
  Options options;
  detail::LocalListener listener;
  std::vector<std::unique_ptr<Connection>> connections;
  int opened = 0;  // sockets that may be connecting
  std::unordered_map<CURL*, Attached> attached;
  CURL* sender = nullptr;  // whose turn it is
  std::exception_ptr thrown;
};

// ---- callbacks ----------------------------------------------------------------------------------

curl_socket_t Adapter::Impl::open_socket(void* data, curlsocktype, curl_sockaddr* address) {
  Attached& self = *static_cast<Attached*>(data);
  Impl& adapter = *self.adapter;
  adapter.restore_timeout(self);
  try {
    const Wanted wanted = wanted_by(self.handle);
    if (!adapter.transport.accepts(wanted.method, wanted.target)) {
      // A real refusal, by the kernel: nobody listens there.
      auto* local = reinterpret_cast<sockaddr_un*>(&address->addr);
      const std::string path = adapter.listener.refusing_path();
      std::memcpy(local->sun_path, path.c_str(), path.size() + 1);
    }
  } catch (...) {
    adapter.thrown = std::current_exception();
    return CURL_SOCKET_BAD;
  }
  ++adapter.opened;
  return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/// libcurl calls this between sending and waiting, in the same turn of its loop.
int Adapter::Impl::progress(void* data, curl_off_t to_load, curl_off_t loaded, curl_off_t to_send,
                            curl_off_t sent) {
  Attached& self = *static_cast<Attached*>(data);
  Impl& adapter = *self.adapter;
  try {
    if (adapter.may_have_sent(self, sent)) adapter.pump(self.handle);
    if (Connection* stalled = adapter.stalled_for(self.handle)) {
      pull_timeout(self, *stalled);
    } else {
      adapter.restore_timeout(self);
    }
  } catch (...) {
    adapter.thrown = std::current_exception();
    return 1;
  }
  const Options& options = adapter.options;
  if (options.progress == nullptr) return 0;
  return options.progress(options.progress_data, to_load, loaded, to_send, sent);
}

// ---- the other end ------------------------------------------------------------------------------

/// Whether it is worth the while to look for bytes: libcurl calls several times for each that it
/// sends. It counts what it has sent; lest a version counts too late, not too many calls are
/// skipped.
bool Adapter::Impl::may_have_sent(Attached& client, curl_off_t sent_of_body) const {
  long sent_of_head = 0;
  curl_easy_getinfo(client.handle, CURLINFO_REQUEST_SIZE, &sent_of_head);
  const curl_off_t sent = sent_of_head + sent_of_body;
  const bool is_same = std::exchange(client.seen_sent, sent) == sent || sent == 0;
  const bool is_full = std::any_of(connections.begin(), connections.end(),
                                   [](const auto& one) { return one->socket.wants_to_write(); });
  if (is_same && !is_full && ++client.skipped < kMostSkipped) return false;
  client.skipped = 0;
  return true;
}

/// What comes now was sent by this handle: each gets its call after it has sent, before another
/// has its turn.
void Adapter::Impl::pump(CURL* handle) {
  sender = handle;
  for (int fd = -1; opened > 0 && (fd = listener.accept()) >= 0;) {
    --opened;
    connections.push_back(std::make_unique<Connection>(fd, transport, options, sender));
  }
  for (const auto& connection : connections)
    detail::pump_all(connection->socket, options.clock);
  connections.erase(std::remove_if(connections.begin(), connections.end(),
                                   [](const auto& one) { return one->socket.is_closed(); }),
                    connections.end());
}

/// The connection on which a handle waits for an answer that never comes; not one that it has given
/// up already.
Connection* Adapter::Impl::stalled_for(CURL* handle) const {
  for (const auto& connection : connections) {
    if (!connection->socket.is_stalled() || connection->socket.is_peer_gone()) continue;
    if (connection->owner == handle ||
        (connection->owner == nullptr && connection->last == wanted_by(handle)))
      return connection.get();
  }
  return nullptr;
}

/// Let the client's timeout pass now. The first call makes the transfer old enough and wakes
/// libcurl for another turn by one more byte of the answer, if that does not complete it; else it
/// looks by itself, later. The second call shortens the timeout, which libcurl sees next.
void Adapter::Impl::pull_timeout(Attached& client, Connection& stalled) {
  using Steady = std::chrono::steady_clock;
  if (!std::exchange(stalled.is_old, true)) {
    for (const auto begin = Steady::now(); Steady::now() - begin < std::chrono::milliseconds{2};) {
    }
    if (stalled.socket.wire().withheld() > 1)
      static_cast<void>(::send(stalled.socket.fd(), "H", 1, MSG_NOSIGNAL));
    return;
  }
  client.is_pulled = true;
  curl_easy_setopt(client.handle, CURLOPT_TIMEOUT_MS, 1L);
}

/// Another transfer begins, which must not be as short. A new connection is made before libcurl
/// looks at the time at all.
void Adapter::Impl::restore_timeout(Attached& client) const {
  if (!std::exchange(client.is_pulled, false)) return;
  curl_easy_setopt(client.handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
}

// ---- the face -----------------------------------------------------------------------------------

Adapter::Adapter(Transport& transport, const Options& options)
    : impl_(std::make_unique<Impl>(transport, options)) {}
Adapter::~Adapter() = default;

void Adapter::attach(CURL* handle) {
  void* const data = &impl_->attached.insert({handle, {impl_.get(), handle}}).first->second;
  set(handle, CURLOPT_UNIX_SOCKET_PATH, impl_->listener.path().c_str());
  set(handle, CURLOPT_OPENSOCKETFUNCTION, &Impl::open_socket);
  set(handle, CURLOPT_OPENSOCKETDATA, data);
  set(handle, CURLOPT_XFERINFOFUNCTION, &Impl::progress);
  set(handle, CURLOPT_XFERINFODATA, data);
  set(handle, CURLOPT_NOPROGRESS, 0L);
  set(handle, CURLOPT_NOPROXY, "*");
}

void Adapter::close_idle_connections() {
  auto& connections = impl_->connections;
  connections.erase(
      std::remove_if(connections.begin(), connections.end(),
                     [](const auto& connection) { return connection->socket.wire().idle(); }),
      connections.end());
}

void Adapter::rethrow() {
  if (impl_->thrown) std::rethrow_exception(std::exchange(impl_->thrown, nullptr));
}

}  // namespace fauxbank::curl
