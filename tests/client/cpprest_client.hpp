#pragma once

#include "client/driver.hpp"

// Last, because it defines a macro U.
#include <cpprest/http_client.h>

namespace fauxbank::testing {

class CpprestClient final : public Client {
 public:
  explicit CpprestClient(const ClientOptions& options);
  Outcome perform(const Request& request) override;
  web::http::client::http_client& client() { return client_; }

 private:
  web::http::client::http_client client_;
};

}  // namespace fauxbank::testing
