#pragma once

// TLS as code that uses Asio sets it up: whom the system trusts, and the name of the host.

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "client/beast_client.hpp"

namespace fauxbank::testing::beast {

inline std::shared_ptr<asio::ssl::context> verifying_context() {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  context->set_default_verify_paths();
  context->set_verify_mode(asio::ssl::verify_peer);
  return context;
}

template <class Stream>
void expect_host(Stream& stream, const std::string& host) {
  stream.set_verify_callback(asio::ssl::host_name_verification(host));
}

}  // namespace fauxbank::testing::beast
