// Refers to none of the functions that it looks for: see `check_linked`.

#include <arpa/inet.h>
#include <dlfcn.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fauxbank/detail/fail_test.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/world.hpp>

#include "registry.hpp"

namespace fauxbank::interpose {

namespace {

/// Out of an archive the linker takes this file, which the program refers to, and leaves others,
/// whose functions the C library has as well: the program would silently use the network.
void check_linked() {
  Dl_info here{};
  ::dladdr(reinterpret_cast<const void*>(&check_linked), &here);
  for (const char* name : {"connect", "send", "recv", "read", "poll", "epoll_wait", "getaddrinfo",
                           "clock_gettime", "SSL_new"}) {
    Dl_info found{};
    void* const function = ::dlsym(RTLD_DEFAULT, name);
    if (function != nullptr && ::dladdr(function, &found) != 0 && found.dli_fbase == here.dli_fbase)
      continue;
    fauxbank::detail::throw_misuse(
        std::string("fauxbank::interpose is not linked into this program: ") + name +
        "() is that of " + (found.dli_fname == nullptr ? "nobody" : found.dli_fname) +
        ". Link the object library itself to the executable (target_link_libraries(test PRIVATE "
        "fauxbank::interpose)), or an archive of it with -Wl,--whole-archive");
  }
}

std::shared_ptr<GuardState> state_of(std::vector<Host> hosts, Options options) {
  check_linked();
  auto state = std::make_shared<GuardState>();
  for (std::string& entry : options.allow) {
    if (entry.empty() || entry.front() == ':' || entry.find('/') != std::string::npos)
      fauxbank::detail::throw_misuse("interpose::Options::allow: '" + entry +
                                     "' is neither a host nor a host and port, such as "
                                     "'db.example.com' or '127.0.0.1:5432'");
    entry = lower(std::move(entry));
  }
  state->options = std::move(options);
  for (Host& host : hosts) {
    std::array<unsigned char, 16> v6{};
    if (host.name.empty() || (host.name.find_first_of(":/ ") != std::string::npos &&
                              ::inet_pton(AF_INET6, host.name.c_str(), v6.data()) != 1))
      fauxbank::detail::throw_misuse("interpose::Guard: '" + host.name +
                                     "' is no host name; the port is given apart, and no scheme");
    host.name = lower(std::move(host.name));
    state->leads.push_back(std::make_unique<Lead>(std::move(host), Registry::get().authority));
  }
  Registry::get().enter(state);
  return state;
}

}  // namespace

Host::Host(std::string name_, std::uint16_t port_, World& world)
    : Host(std::move(name_), port_, world.transport(), &world.clock()) {}
Host::Host(std::string name_, std::uint16_t port_, Transport& transport_, VirtualClock* clock_)
    : name(std::move(name_)), port(port_), transport(&transport_), clock(clock_) {}

Guard::Guard(Host host, Options options)
    : Guard(std::vector<Host>{std::move(host)}, std::move(options)) {}
Guard::Guard(std::vector<Host> hosts, Options options)
    : state_(state_of(std::move(hosts), std::move(options))) {}

Guard::~Guard() {
  Registry::get().leave(state_);
  bool is_heard = true;
  for (const std::string& failure : take_failures()) {
    const std::string text = "fauxbank: interpose: " + failure;
    if (state_->options.on_failure) {
      state_->options.on_failure(text);
    } else if (fauxbank::detail::fail_test != nullptr) {
      fauxbank::detail::fail_test(text);
    } else {
      std::fprintf(stderr, "%s\n", text.c_str());
      is_heard = false;
    }
  }
  if (is_heard) return;
  std::fprintf(stderr,
               "fauxbank: interpose: nobody to tell: set interpose::Options::on_failure, or link "
               "fauxbank::gtest\n");
  std::abort();
}

std::vector<std::string> Guard::failures() const {
  const std::lock_guard lock(state_->mutex);
  return state_->failures;
}

std::vector<std::string> Guard::take_failures() {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->failures, {});
}

std::string Guard::authority() { return Registry::get().authority.pem(); }

Milliseconds Guard::passed_over() {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::nanoseconds(passed_ns()));
}

}  // namespace fauxbank::interpose
