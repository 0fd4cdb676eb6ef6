#pragma once

// A receiver of plain blocking sockets: it gives each connection the answer it was told to give.

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace fauxbank::testing {

class Listening {
 public:
  enum class Manner { answers, silent };

  /// On a free port of 127.0.0.1.
  /// \param answers one for each connection, after which nobody is let in any more
  /// \param meanwhile what to do before the first answer is given
  explicit Listening(std::vector<std::string> answers, Manner manner = Manner::answers,
                     std::function<void()> meanwhile = {})
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        answers_(std::move(answers)),
        meanwhile_(std::move(meanwhile)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listen(address);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (manner == Manner::answers) start();
  }
  /// On a Unix socket.
  Listening(const std::string& path, std::vector<std::string> answers)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        answers_(std::move(answers)),
        path_(path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    listen(address);
    start();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening() {
    join();
    ::close(fd_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port_) + target;
  }
  /// What was received, once all answers have been given.
  std::vector<std::string> requests() {
    if (thread_.joinable()) thread_.join();
    return requests_;
  }

 private:
  template <class Address>
  void listen(const Address& address) {
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd_, 8) != 0)
      throw std::runtime_error(std::string("listen: ") + std::strerror(errno));
  }
  void start() {
    thread_ = std::thread([this] {
      for (std::size_t i = 0; i < answers_.size(); ++i) {
        const int peer = ::accept(fd_, nullptr, nullptr);
        if (peer < 0) return;
        requests_.push_back(whole_request(peer));
        if (i == 0 && meanwhile_) meanwhile_();
        for (std::string_view rest = answers_[i]; !rest.empty();) {
          const ssize_t count = ::send(peer, rest.data(), rest.size(), MSG_NOSIGNAL);
          if (count <= 0) break;
          rest.remove_prefix(static_cast<std::size_t>(count));
        }
        ::close(peer);
      }
    });
  }
  /// An end also where a test has failed and some answers were not fetched.
  void join() {
    ::shutdown(fd_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  static std::string whole_request(int peer) {
    std::string in;
    char piece[4096];
    while (true) {
      const std::size_t head = in.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t length = in.find("Content-Length: ");
        if (in.size() >= head + 4 + std::stoul(in.substr(length + 16))) return in;
      }
      const ssize_t count = ::recv(peer, piece, sizeof piece, 0);
      if (count <= 0) return in;
      in.append(piece, static_cast<std::size_t>(count));
    }
  }

  int fd_;
  std::uint16_t port_ = 0;
  std::vector<std::string> answers_;
  std::function<void()> meanwhile_;
  std::string path_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace fauxbank::testing
