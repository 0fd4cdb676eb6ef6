#pragma once

#include <memory>

#include <QtNetwork/qnetworkaccessmanager.h>

#include "client/driver.hpp"

namespace fauxbank::testing {

class QtClient final : public Client {
 public:
  QtClient(std::unique_ptr<QNetworkAccessManager> manager, const ClientOptions& options);
  Outcome perform(const Request& request) override;

 private:
  ClientOptions options_;
  std::unique_ptr<QNetworkAccessManager> manager_;
};

}  // namespace fauxbank::testing
