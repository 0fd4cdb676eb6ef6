#pragma once

// POCO, as code under test would use it: a session that it was given, or made.

#include <memory>

#include <Poco/Net/HTTPClientSession.h>

#include "client/driver.hpp"

namespace fauxbank::testing {

class PocoClient final : public Client {
 public:
  PocoClient(std::unique_ptr<Poco::Net::HTTPClientSession> session, const ClientOptions& options);
  Outcome perform(const Request& request) override;

 private:
  std::unique_ptr<Poco::Net::HTTPClientSession> session_;
};

}  // namespace fauxbank::testing
