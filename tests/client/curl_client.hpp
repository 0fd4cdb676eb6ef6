#pragma once

// libcurl's easy and multi interface, as code under test would use them.

#include <memory>
#include <string>

#include <curl/curl.h>

#include "client/driver.hpp"

namespace fauxbank::testing {

/// The enumerator's own name, of those that a test meets; empty for CURLE_OK.
std::string name_of(CURLcode code);

class CurlClient : public Client {
 public:
  explicit CurlClient(const ClientOptions& options);
  ~CurlClient() override;

  Outcome perform(const Request& request) override;
  CURL* handle() { return handle_; }

 protected:
  /// How a transfer that has been set up is made.
  virtual CURLcode transfer() { return curl_easy_perform(handle_); }

 private:
  static std::size_t write(char* data, std::size_t, std::size_t size, void* body);

  ClientOptions options_;
  CURL* handle_;
};

/// The same through a multi handle.
class CurlMultiClient final : public CurlClient {
 public:
  explicit CurlMultiClient(const ClientOptions& options);
  ~CurlMultiClient() override;

 protected:
  CURLcode transfer() override;

 private:
  CURLM* multi_;
};

}  // namespace fauxbank::testing
