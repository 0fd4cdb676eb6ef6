#pragma once

// curlpp, as code under test would use it.

#include <chrono>

#include <curlpp/Easy.hpp>

#include "client/driver.hpp"

namespace fauxbank::testing {

class CurlppClient final : public Client {
 public:
  explicit CurlppClient(const ClientOptions& options) : options_(options) {}
  Outcome perform(const Request& request) override;
  CURL* handle() { return easy_.getHandle(); }

 private:
  ClientOptions options_;
  curlpp::Easy easy_;
};

}  // namespace fauxbank::testing
