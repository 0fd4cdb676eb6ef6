// Client code that knows nothing of fauxbank, and a program that leads it into a world.
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fauxbank/fauxbank.hpp>
#include <fauxbank/interpose.hpp>
#include <string>

static std::string answer_of(const char* host) {
  addrinfo* found = nullptr;
  if (getaddrinfo(host, "80", nullptr, &found) != 0) return "not found";
  const int fd = socket(found->ai_family, SOCK_STREAM, 0);
  char answer[16] = "not connected";
  const std::string request = "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
  if (connect(fd, found->ai_addr, found->ai_addrlen) == 0 &&
      send(fd, request.data(), request.size(), 0) > 0)
    answer[recv(fd, answer, 12, 0)] = '\0';
  freeaddrinfo(found);
  close(fd);
  return answer;
}

int main() {
  fauxbank::World world;
  fauxbank::interpose::Guard guard{{"api.example.com", 80, world}};
  if (answer_of("api.example.com") != "HTTP/1.1 401") return 1;
  if (answer_of("example.org") != "not found") return 2;
  return guard.take_failures().size() == 1 ? 0 : 3;
}
