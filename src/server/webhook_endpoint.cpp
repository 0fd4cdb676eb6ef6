#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/detail/wire_client.hpp>
#include <fauxbank/outbox.hpp>
#include <fauxbank/server.hpp>

#include "answer.hpp"
#include "listener.hpp"

namespace fauxbank {

namespace {

using detail::Descriptor;
using Steady = std::chrono::steady_clock;

/// How much of an answer's body a problem shows.
constexpr std::size_t kShown = 300;

struct Place {
  std::string host;
  std::string path;  // of a Unix socket
  std::string target;
  std::uint16_t port = 80;
};

/// Whether this can only be a socket of this machine, without asking anybody.
bool is_loopback_name(std::string_view host) {
  in_addr four{};
  if (::inet_pton(AF_INET, std::string(host).c_str(), &four) == 1)
    return (ntohl(four.s_addr) >> 24) == 127;
  return host == "[::1]" || Headers::same_name(host, "localhost");
}

[[noreturn]] void refuse(std::string_view url, std::string_view why) {
  throw Misuse("The webhook " + detail::quoted(url) + " " + std::string(why));
}

/// What follows `http://`, read as a place on this machine.
Place read_place(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  constexpr std::string_view kUnix = "unix:";
  if (url.substr(0, kScheme.size()) != kScheme)
    refuse(url, "is no http URL, as http://127.0.0.1:4242/hooks.");
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '#')
      refuse(url, "has a blank, a control character or a fragment.");
  }
  std::string_view rest = url.substr(kScheme.size());
  Place place;
  if (rest.substr(0, kUnix.size()) == kUnix) {
    rest.remove_prefix(kUnix.size());
    const std::size_t end = rest.find(':');
    place.path = rest.substr(0, end);
    place.host = "localhost";
    place.target = end == std::string_view::npos ? "/" : rest.substr(end + 1);
    if (place.path.size() < 2 || place.path.front() != '/' || place.target.substr(0, 1) != "/")
      refuse(url, "is not of the form http://unix:/PATH/OF/SOCKET:/TARGET.");
    if (place.path.size() >= sizeof(sockaddr_un::sun_path))
      refuse(url, "has a path that is too long for a Unix socket.");
    return place;
  }
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  place.host = rest.substr(0, end);
  place.target = rest.substr(end);
  if (place.target.substr(0, 1) != "/") place.target.insert(0, "/");
  std::string_view name = place.host;
  const std::size_t colon = name.find_last_of(":]");
  if (colon != std::string_view::npos && name[colon] == ':') {
    const std::string_view port = name.substr(colon + 1);
    const auto [stop, fault] = std::from_chars(port.data(), port.data() + port.size(), place.port);
    if (fault != std::errc() || stop != port.data() + port.size() || place.port == 0)
      refuse(url, "has no valid port, 1 to 65535.");
    name = name.substr(0, colon);
  }
  if (!is_loopback_name(name)) {
    refuse(url,
           "is not on this machine: events go to 127.0.0.1, localhost, [::1] or a Unix socket, and "
           "to nothing else.");
  }
  return place;
}

/// A connection to one address, with a deadline for everything that happens on it.
class Connection {
 public:
  Connection(Steady::time_point deadline, int cancel) : deadline_(deadline), cancel_(cancel) {}

  template <class Address>
  std::optional<transport_errc> connect(const Address& address) {
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    socket_ =
        Descriptor(::socket(generic->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_) return transport_errc::connection_refused;
    if (::connect(socket_.get(), generic, sizeof address) == 0) return std::nullopt;
    if (errno != EINPROGRESS) return transport_errc::connection_refused;
    if (!wait(POLLOUT)) return transport_errc::timed_out;
    int fault = 0;
    socklen_t size = sizeof fault;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &fault, &size);
    if (fault != 0) return transport_errc::connection_refused;
    return std::nullopt;
  }

  /// Send a request and read its answer. A receiver that answers before it has read everything is
  /// listened to.
  Result<Response, transport_errc> exchange(std::string_view bytes) {
    std::string in;
    std::array<char, 16384> piece;
    while (wait(bytes.empty() ? POLLIN : POLLIN | POLLOUT)) {
      ssize_t count = ::recv(socket_.get(), piece.data(), piece.size(), 0);
      if (count >= 0) {
        in.append(piece.data(), static_cast<std::size_t>(count));
        if (auto answer = detail::read_answer(in, count == 0)) return *std::move(answer);
      } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        return Failure(transport_errc::connection_reset);
      }
      if (bytes.empty()) continue;
      count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
      // Who takes no more may have said why; that is still to be read.
      if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) bytes = {};
    }
    return Failure(transport_errc::timed_out);
  }

 private:
  bool wait(int events) {
    while (true) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Steady::now()).count();
      pollfd looks[] = {{socket_.get(), static_cast<short>(events), 0}, {cancel_, POLLIN, 0}};
      if (left <= 0 || ::poll(looks, 2, static_cast<int>(left + 1)) == 0) return false;
      if (looks[1].revents != 0) return false;
      if (looks[0].revents != 0) return true;
    }
  }

  Descriptor socket_;
  Steady::time_point deadline_;
  int cancel_;
};

}  // namespace

WebhookEndpoint::WebhookEndpoint(std::string url, const WebhookOptions& options)
    : url_(std::move(url)), options_(options) {
  Place place = read_place(url_);
  host_ = std::move(place.host);
  target_ = std::move(place.target);
  path_ = std::move(place.path);
  port_ = place.port;
  if (!options_.secrets.empty() && options_.sign == nullptr)
    refuse(url_, "has secrets and nothing that signs: set WebhookOptions::sign.");
}

Result<Response, transport_errc> WebhookEndpoint::post(const Request& request) const {
  Connection connection(Steady::now() + options_.time, cancel_);
  std::optional<transport_errc> fault;
  if (!path_.empty()) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    fault = connection.connect(address);
  } else {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port_);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port_);
    six.sin6_addr = in6addr_loopback;
    const std::string name = host_.substr(0, host_.find(':'));
    const bool is_four = ::inet_pton(AF_INET, name.c_str(), &four.sin_addr) == 1;
    if (!is_four) four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Who says localhost listens on either.
    fault = host_.front() == '[' ? connection.connect(six) : connection.connect(four);
    if (fault == transport_errc::connection_refused && host_.front() != '[' && !is_four)
      fault = connection.connect(six);
  }
  if (fault) return Failure(*fault);
  return connection.exchange(detail::request_text(request));
}

int WebhookEndpoint::operator()(const EventDelivery& delivery) {
  Request request{Method::post, target_, {}, delivery.body};
  request.headers.add("Host", host_);
  request.headers.add("Connection", "close");
  request.headers.add("Content-Type", "application/json; charset=utf-8");
  if (!options_.secrets.empty()) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    request.headers.add("Stripe-Signature", options_.sign(options_.secrets, now, request.body));
  }
  const auto answer = post(request);
  problem_.clear();
  if (!answer) {
    problem_ = url_ + ": " + std::string(to_string(answer.error()));
    return 0;
  }
  if (answer->status < 200 || answer->status > 299) {
    problem_ = url_ + " answered " + std::to_string(answer->status) + " to " + delivery.id + " (" +
               delivery.type + ")";
    if (!answer->body.empty()) problem_ += ": " + detail::one_line(answer->body, kShown);
  }
  return answer->status;
}

}  // namespace fauxbank
