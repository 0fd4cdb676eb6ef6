// libcurl through its adapter; and curlpp, where it is there, by its handle.

#include <utility>

#include <fauxbank/client/curl.hpp>
#include <fauxbank/world.hpp>

#include "client/curl_client.hpp"
#ifdef FAUXBANK_TESTS_CURLPP
#include "client/curlpp_client.hpp"
#endif

namespace fauxbank::testing {

namespace {

/// A client, and the adapter that it must not outlive.
template <class Base>
class Adapted final : public Client {
 public:
  Adapted(World& world, const ClientOptions& options)
      : adapter_(world.transport(), {.timeout = options.timeout, .clock = &world.clock()}),
        client_(options) {
    adapter_.attach(client_.handle());
  }
  Outcome perform(const Request& request) override {
    Outcome outcome = client_.perform(request);
    adapter_.rethrow();
    return outcome;
  }

 private:
  curl::Adapter adapter_;
  Base client_;
};

template <class Base>
Driver driver(std::string name) {
  return {.name = std::move(name),
          .library = &library(),
          .make = [](World& world, const ClientOptions& options) -> std::unique_ptr<Client> {
            return std::make_unique<Adapted<Base>>(world, options);
          },
          .most_beside_tcp = 0.8,
          .plain = [](const ClientOptions& options) -> std::unique_ptr<Client> {
            return std::make_unique<Base>(options);
          }};
}

}  // namespace

std::vector<Driver> drivers() {
  std::vector<Driver> all{driver<CurlClient>("easy"), driver<CurlMultiClient>("multi")};
#ifdef FAUXBANK_TESTS_CURLPP
  all.push_back(driver<CurlppClient>("curlpp"));
#endif
  return all;
}

}  // namespace fauxbank::testing
