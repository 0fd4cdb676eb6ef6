#pragma once

// cpp-httplib, as code under test would use it.

#include <string>

#include <httplib.h>

#include "client/driver.hpp"

namespace fauxbank::testing {

class HttplibClient final : public Client {
 public:
  /// \param host as the library takes it: an origin, or the path of a socket
  HttplibClient(const std::string& host, const ClientOptions& options);
  Outcome perform(const Request& request) override;
  void limit(std::chrono::milliseconds time) override { client_.set_read_timeout(time); }
  httplib::Client& client() { return client_; }

 private:
  httplib::Client client_;
};

}  // namespace fauxbank::testing
