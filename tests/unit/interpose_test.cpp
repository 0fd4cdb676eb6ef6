#include <fauxbank/interpose.hpp>

#include <fcntl.h>
#include <sys/epoll.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

#include <fauxbank/error.hpp>
#include <fauxbank/world.hpp>

#include "interpose/plain_client.hpp"

namespace fauxbank::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Interpose : ::testing::Test {
  World world{{.accounts = {{.id = "fca_1"}}}};
};

// ---- where connections lead ---------------------------------------------------------------------

TEST_F(Interpose, LeadsAHostIntoAWorld) {
  const interpose::Guard guard{{kHost, 80, world}};
  const int fd = connect_to(kHost, "80");
  ASSERT_GE(fd, 0);
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200 OK\r\n"));
  ::close(fd);
  EXPECT_EQ(world.journal().size(), 3u);
  EXPECT_THAT(guard.failures(), IsEmpty());
}

TEST_F(Interpose, KnowsANameInAnyCaseAndAnAddress) {
  const interpose::Guard guard{{{"API.Example.com", 80, world}, {"10.1.2.3", 0, world}}};
  for (const char* name : {"api.EXAMPLE.com", "api.example.com", "10.1.2.3"}) {
    const int fd = connect_to(name, "80");
    EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200")) << name;
    ::close(fd);
  }
  const int any_port = connect_to("10.1.2.3", "8443");
  EXPECT_THAT(ask(any_port, kGet), StartsWith("HTTP/1.1 200"));
  ::close(any_port);
}

TEST_F(Interpose, RefusesWhatNobodyRegistered) {
  interpose::Guard guard{{kHost, 80, world}};
  EXPECT_EQ(connect_to("192.0.2.1", "80"), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  EXPECT_EQ(connect_to("127.0.0.1", "1"), -1);
  EXPECT_EQ(connect_to(kHost, "81"), -1);
  EXPECT_EQ(connect_to("2001:db8::1", "80"), -1);
  EXPECT_EQ(connect_to("192.0.2.1", "53", SOCK_DGRAM), -1);
  EXPECT_EQ(connect_to("other.example.com", "80"), -2);
  EXPECT_EQ(::gethostbyname("other.example.org"), nullptr);
  EXPECT_EQ(::gethostbyname2("other.example.net", AF_INET), nullptr);
  const std::string why =
      ", which no guard leads anywhere (registered: api.example.com:80) and none allows";
  EXPECT_THAT(
      guard.take_failures(),
      ElementsAre(
          "tried to reach 192.0.2.1:80" + why, "tried to reach 127.0.0.1:1" + why,
          "tried to reach api.example.com:81" + why, "tried to reach [2001:db8::1]:80" + why,
          "tried to reach 192.0.2.1:53" + why, "tried to look up other.example.com" + why,
          "tried to look up other.example.org" + why, "tried to look up other.example.net" + why));
  EXPECT_THAT(guard.failures(), IsEmpty());
}

TEST_F(Interpose, RefusesADatagram) {
  interpose::Guard guard{std::vector<interpose::Host>{}};
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(53);
  ::inet_pton(AF_INET, "192.0.2.1", &to.sin_addr);
  EXPECT_EQ(::sendto(fd, "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof to), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  to.sin_port = htons(54);
  mmsghdr two[2] = {};
  two[0].msg_hdr.msg_name = &to;
  two[0].msg_hdr.msg_namelen = sizeof to;
  two[1] = two[0];
  EXPECT_EQ(::sendmmsg(fd, two, 2, 0), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  ::close(fd);
  EXPECT_THAT(guard.take_failures(),
              ElementsAre(StartsWith("tried to reach 192.0.2.1:53, which no guard leads anywhere "
                                     "(registered: nothing)"),
                          StartsWith("tried to reach 192.0.2.1:54")));
}

TEST_F(Interpose, RefusesASocketOfWhateverType) {
  interpose::Guard guard{{kHost, 80, world}};
  const int fd = ::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  if (fd < 0) {
    EXPECT_EQ(errno, EPERM) << "this takes privileges";
    return;
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  ::close(fd);
  EXPECT_THAT(guard.take_failures(), ElementsAre(StartsWith("tried to reach 127.0.0.1:")));
}

/// A listener on loopback, which nobody accepts from.
struct Listening {
  Listening() : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(fd, 5);
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = std::to_string(ntohs(address.sin_port));
  }
  ~Listening() { ::close(fd); }
  int fd;
  std::string port;
};

TEST_F(Interpose, LetsThroughWhatIsAllowed) {
  const Listening listening;
  {
    const interpose::Guard guard{{kHost, 80, world}, {.allow = {"127.0.0.1"}}};
    ::close(connect_to("127.0.0.1", listening.port.c_str()));
  }
  {
    const interpose::Guard guard{{kHost, 80, world}, {.allow = {"LocalHost:" + listening.port}}};
    const int fd = connect_to("localhost", listening.port.c_str());
    EXPECT_GE(fd, 0);
    ::close(fd);
  }
  interpose::Guard guard{{kHost, 80, world}, {.allow = {"127.0.0.1:1"}}};
  EXPECT_EQ(connect_to("127.0.0.1", listening.port.c_str()), -1);
  EXPECT_THAT(guard.take_failures(), ElementsAre(StartsWith("tried to reach 127.0.0.1:")));
}

TEST_F(Interpose, RemembersEveryNameOfAnAllowedAddress) {
  const Listening listening;
  const interpose::Guard guard{{kHost, 80, world},
                               {.allow = {"localhost:" + listening.port, "127.1:1"}}};
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  addrinfo* other = nullptr;
  ASSERT_EQ(::getaddrinfo("localhost", listening.port.c_str(), &hints, &found), 0);
  ASSERT_EQ(::getaddrinfo("127.1", "1", &hints, &other), 0);  // the same address
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(::connect(fd, found->ai_addr, found->ai_addrlen), 0);
  ::freeaddrinfo(found);
  ::freeaddrinfo(other);
  ::close(fd);
}

TEST_F(Interpose, LeavesAloneWhatWasConnectedBefore) {
  const Listening listening;
  const int before = connect_to("127.0.0.1", listening.port.c_str());
  ASSERT_GE(before, 0);
  const int accepted = ::accept(listening.fd, nullptr, nullptr);
  {
    const interpose::Guard guard{{kHost, 80, world}};
    EXPECT_EQ(::send(before, "abc", 3, 0), 3);
    EXPECT_EQ(receive(accepted), "abc");
    sockaddr_in address{};
    socklen_t size = sizeof address;
    EXPECT_EQ(::getpeername(before, reinterpret_cast<sockaddr*>(&address), &size), 0);
    EXPECT_EQ(std::to_string(ntohs(address.sin_port)), listening.port);
  }
  ::close(before);
  ::close(accepted);
  const int after = connect_to("127.0.0.1", listening.port.c_str());
  EXPECT_GE(after, 0);
  ::close(after);
}

TEST_F(Interpose, LeavesUnixSocketsAlone) {
  const interpose::Guard guard{{kHost, 80, world}};
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EXPECT_EQ(::write(ends[0], "ab", 2), 2);
  EXPECT_EQ(receive(ends[1]), "ab");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(Interpose, NestsAndTheInnermostAnswers) {
  World inner{{.accounts = {{.id = "fca_2"}}}};
  const interpose::Guard outer_guard{{{kHost, 80, world}, {"other.example.com", 80, world}}};
  {
    const interpose::Guard guard{{kHost, 80, inner}};
    const int fd = connect_to(kHost, "80");
    EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 404"));
    const int other = connect_to("other.example.com", "80");
    EXPECT_THAT(ask(other, kGet), StartsWith("HTTP/1.1 200"));
    ::close(fd);
    ::close(other);
  }
  const int fd = connect_to(kHost, "80");
  EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200"));
  ::close(fd);
}

TEST_F(Interpose, EndsItsConnectionsWithTheGuard) {
  int fd = -1;
  {
    const interpose::Guard guard{{kHost, 80, world}};
    fd = connect_to(kHost, "80");
    EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200"));
  }
  EXPECT_EQ(receive(fd), "");
  ::close(fd);
}

TEST_F(Interpose, IsNothingWithoutAGuard) {
  const Listening listening;
  const int fd = connect_to("127.0.0.1", listening.port.c_str());
  EXPECT_GE(fd, 0);
  ::close(fd);
}

// ---- what a socket of ours looks like -----------------------------------------------------------

TEST_F(Interpose, LooksLikeTheInternet) {
  const interpose::Guard guard{{kHost, 80, world}};
  const int fd = connect_to(kHost, "80");
  sockaddr_in peer{};
  sockaddr_in local{};
  socklen_t size = sizeof peer;
  EXPECT_EQ(::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size), 0);
  EXPECT_EQ(peer.sin_family, AF_INET);
  EXPECT_EQ(ntohs(peer.sin_port), 80);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size), 0);
  EXPECT_EQ(local.sin_family, AF_INET);
  const int one = 1;
  EXPECT_EQ(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), 0);
  int value = 0;
  socklen_t value_size = sizeof value;
  EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &value_size), 0);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &value_size), 0);
  EXPECT_EQ(value, AF_INET);
  ::close(fd);
}

TEST_F(Interpose, ConnectsWithoutBlockingAsTheInternetDoes) {
  const interpose::Guard guard{{kHost, 80, world}};
  addrinfo* found = nullptr;
  ASSERT_EQ(::getaddrinfo(kHost, "80", nullptr, &found), 0);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::connect(fd, found->ai_addr, found->ai_addrlen), -1);
  EXPECT_EQ(errno, EINPROGRESS);
  pollfd one{.fd = fd, .events = POLLOUT, .revents = 0};
  EXPECT_EQ(::poll(&one, 1, 1000), 1);
  EXPECT_EQ(::connect(fd, found->ai_addr, found->ai_addrlen), 0);
  EXPECT_EQ(::connect(fd, found->ai_addr, found->ai_addrlen), -1);
  EXPECT_EQ(errno, EISCONN);
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(receive(fd), "EAGAIN");
  ::freeaddrinfo(found);
  ::close(fd);
}

TEST_F(Interpose, KeepsTheRegistrationWithEpoll) {
  const interpose::Guard guard{{kHost, 80, world}};
  addrinfo* found = nullptr;
  ASSERT_EQ(::getaddrinfo(kHost, "80", nullptr, &found), 0);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const int epoll = ::epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = 42;
  ASSERT_EQ(::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
  ASSERT_EQ(::connect(fd, found->ai_addr, found->ai_addrlen), 0);
  ::send(fd, kGet.data(), kGet.size(), 0);
  epoll_event ready{};
  EXPECT_EQ(::epoll_wait(epoll, &ready, 1, 1000), 1);
  EXPECT_EQ(std::uint64_t{ready.data.u64}, 42u) << "the structure is packed: no reference to it";
  ::freeaddrinfo(found);
  ::close(fd);
  ::close(epoll);
}

TEST_F(Interpose, TakesNoEpollForAnotherOfItsNumber) {
  const interpose::Guard guard{{kHost, 80, world}};
  addrinfo* found = nullptr;
  ASSERT_EQ(::getaddrinfo(kHost, "80", nullptr, &found), 0);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const int first = ::epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLOUT;
  ASSERT_EQ(::epoll_ctl(first, EPOLL_CTL_ADD, fd, &event), 0);
  ::close(first);
  const int second = ::epoll_create1(0);
  ASSERT_EQ(second, first);
  ASSERT_EQ(::connect(fd, found->ai_addr, found->ai_addrlen), 0);
  EXPECT_EQ(::epoll_wait(second, &event, 1, 0), 0) << "it watches nothing";
  ::freeaddrinfo(found);
  ::close(fd);
  ::close(second);
}

TEST_F(Interpose, FollowsCopiesOfADescriptor) {
  const interpose::Guard guard{{kHost, 80, world}};
  const int fd = connect_to(kHost, "80");
  const int copy = ::dup(fd);
  const int other = ::fcntl(fd, F_DUPFD_CLOEXEC, 50);
  ::close(fd);
  EXPECT_THAT(ask(copy, kGet), StartsWith("HTTP/1.1 200"));
  ::close(copy);
  EXPECT_THAT(ask(other, kGet), StartsWith("HTTP/1.1 200"));
  ::close(other);
}

TEST_F(Interpose, CarriesMoreThanASocketHolds) {
  const auto size_of = [](const Request& request) -> Result<Response, transport_errc> {
    return Response{.status = 200,
                    .headers = {},
                    .body = request.body.empty() ? std::string(3'000'000, 'x')
                                                 : std::to_string(request.body.size())};
  };
  FunctionTransport transport(size_of);
  const interpose::Guard guard{{kHost, 80, transport}};
  const int fd = connect_to(kHost, "80");
  EXPECT_THAT(ask(fd, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" +
                          std::string(500'000, 'y')),
              EndsWith("500000"));
  std::string answer = ask(fd, get_request("/"));
  std::string piece(2'000'000, ' ');
  EXPECT_EQ(::recv(fd, piece.data(), piece.size(), MSG_WAITALL), 2'000'000);
  answer += piece;
  while (answer.size() < 3'000'000)
    answer += receive(fd);
  EXPECT_THAT(answer, EndsWith("xxxx"));
  ::close(fd);
}

// ---- faults -------------------------------------------------------------------------------------

TEST_F(Interpose, RefusesAsPlanned) {
  const interpose::Guard guard{{kHost, 80, world}};
  world.faults().on(Operation::retrieve).nth(1).connection_refused();
  EXPECT_EQ(connect_to(kHost, "80"), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  const int fd = connect_to(kHost, "80");
  EXPECT_THAT(ask(fd, kGet), StartsWith("HTTP/1.1 200"));
  ::close(fd);
  EXPECT_THAT(guard.failures(), IsEmpty());
}

TEST_F(Interpose, ResetsCutsAndGarblesAtTheByte) {
  const interpose::Guard guard{{kHost, 80, world}};
  const auto answer = [&] {
    const int fd = connect_to(kHost, "80");
    std::string text = ask(fd, kGet);
    text += "|" + receive(fd);
    ::close(fd);
    world.faults().clear();
    return text;
  };
  world.faults().on_any().connection_reset();
  EXPECT_THAT(answer(), StartsWith("ECONNRESET|"));
  world.faults().on_any().at_byte(12).connection_reset();
  EXPECT_EQ(answer(), "HTTP/1.1 200|ECONNRESET");
  world.faults().on_any().empty_answer();
  EXPECT_EQ(answer(), "|");
  world.faults().on_any().garbage();
  EXPECT_THAT(answer(), ::testing::Not(StartsWith("HTTP")));
  world.faults().on_any().truncated_body();
  EXPECT_THAT(answer(), EndsWith("|"));
}

// ---- failures -----------------------------------------------------------------------------------

TEST_F(Interpose, TellsWhoWantsToKnowWhenItEnds) {
  std::vector<std::string> told;
  {
    const interpose::Guard guard{
        {kHost, 80, world},
        {.on_failure = [&](const std::string& failure) { told.push_back(failure); }}};
    connect_to("192.0.2.1", "80");
    connect_to("192.0.2.1", "80");
    EXPECT_THAT(told, IsEmpty());
  }
  EXPECT_THAT(told, ElementsAre(StartsWith("fauxbank: interpose: tried to reach 192.0.2.1:80")));
}

TEST_F(Interpose, EndsTheProgramWhenNobodyListens) {
  EXPECT_DEATH(
      {
        const interpose::Guard guard({kHost, 80, world});
        connect_to("192.0.2.1", "80");
      },
      "tried to reach 192.0.2.1:80");
}

TEST_F(Interpose, ReportsWhatATransportThrows) {
  const auto throws = [](const Request&) -> Result<Response, transport_errc> {
    throw std::runtime_error("no");
  };
  FunctionTransport transport(throws);
  interpose::Guard guard{{kHost, 80, transport}};
  const int fd = connect_to(kHost, "80");
  EXPECT_THAT(ask(fd, kGet), ::testing::AnyOf("ECONNRESET", ""));
  ::close(fd);
  EXPECT_THAT(guard.take_failures(), ElementsAre("the transport of api.example.com:80 threw: no"));
}

TEST_F(Interpose, ReportsWhatATransportThrowsWhenAClientConnects) {
  struct Throwing final : Transport {
    Result<Response, transport_errc> send(const Request&) override { return Response{}; }
    bool accepts(Method, std::string_view) override {
      if (when_asked) throw 42;
      return true;
    }
    std::uint64_t open_connection() override { throw std::runtime_error("full"); }
    bool when_asked = true;
  };
  Throwing transport;
  interpose::Guard guard{{kHost, 80, transport}};
  EXPECT_EQ(connect_to(kHost, "80"), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  EXPECT_THAT(guard.take_failures(),
              ElementsAre("the transport of api.example.com:80 threw something"));
  transport.when_asked = false;
  const int next = ::dup(0);
  ::close(next);
  EXPECT_EQ(connect_to(kHost, "80"), -1);
  EXPECT_THAT(guard.take_failures(),
              ElementsAre("the transport of api.example.com:80 threw: full"));
  const int still_next = ::dup(0);
  ::close(still_next);
  EXPECT_EQ(still_next, next) << "both ends are closed";
}

TEST_F(Interpose, RefusesMisuse) {
  const auto text_of = [](auto make) -> std::string {
    try {
      make();
    } catch (const Misuse& misuse) {
      return misuse.what();
    }
    return "none";
  };
  EXPECT_THAT(text_of([&] {
                interpose::Guard guard({"https://api.example.com", 443, world});
              }),
              HasSubstr("'https://api.example.com' is no host name"));
  EXPECT_THAT(text_of([&] {
                interpose::Guard guard({"", 443, world});
              }),
              HasSubstr("no host name"));
  EXPECT_THAT(text_of([&] {
                interpose::Guard guard({kHost, 443, world}, {.allow = {"http://db"}});
              }),
              HasSubstr("Options::allow: 'http://db'"));
  const Listening listening;
  const int fd = connect_to("127.0.0.1", listening.port.c_str());
  EXPECT_GE(fd, 0) << "and no guard stands";
  ::close(fd);
}

}  // namespace
}  // namespace fauxbank::testing
