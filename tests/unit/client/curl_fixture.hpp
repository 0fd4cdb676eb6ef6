#pragma once

// Handles of libcurl as code under test would keep them, and a transport whose answers the test
// decides.

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <fauxbank/client/curl.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank::testing {

inline const std::string kUrl = "http://api.example.com";
inline const std::string kAccounts = "/v1/financial_connections/accounts";

/// An easy handle as code under test would keep one.
class Client {
 public:
  explicit Client(curl::Adapter& adapter) : handle_(curl_easy_init()) {
    adapter.attach(handle_);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &Client::write);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle_, CURLOPT_XOAUTH2_BEARER, "sk_test_123");
    curl_easy_setopt(handle_, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { curl_easy_cleanup(handle_); }

  CURLcode get(const std::string& target) {
    curl_easy_setopt(handle_, CURLOPT_HTTPGET, 1L);
    return perform(target);
  }
  CURLcode post(const std::string& target, const std::string& form) {
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form.size()));
    curl_easy_setopt(handle_, CURLOPT_COPYPOSTFIELDS, form.c_str());
    return perform(target);
  }

  CURL* handle() { return handle_; }
  long status() { return info<long>(CURLINFO_RESPONSE_CODE); }
  long connects() { return info<long>(CURLINFO_NUM_CONNECTS); }
  template <class T>
  T info(CURLINFO which) {
    T value{};
    curl_easy_getinfo(handle_, which, &value);
    return value;
  }
  std::string body;

 private:
  CURLcode perform(const std::string& target) {
    body.clear();
    curl_easy_setopt(handle_, CURLOPT_URL, (kUrl + target).c_str());
    return curl_easy_perform(handle_);
  }
  static std::size_t write(char* data, std::size_t, std::size_t size, void* self) {
    static_cast<Client*>(self)->body.append(data, size);
    return size;
  }
  CURL* handle_;
};

/// Several of them at once.
class Multi {
 public:
  Multi() = default;
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;
  ~Multi() { curl_multi_cleanup(multi_); }

  std::vector<CURLcode> get(const std::vector<Client*>& clients,
                            const std::vector<std::string>& targets) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      clients[i]->body.clear();
      curl_easy_setopt(clients[i]->handle(), CURLOPT_URL, (kUrl + targets[i]).c_str());
      curl_multi_add_handle(multi_, clients[i]->handle());
    }
    for (int running = 1; running > 0;) {
      EXPECT_EQ(curl_multi_perform(multi_, &running), CURLM_OK);
      if (running > 0) curl_multi_poll(multi_, nullptr, 0, 100, nullptr);
    }
    std::vector<CURLcode> codes(clients.size(), CURLE_FAILED_INIT);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      for (std::size_t i = 0; i < clients.size(); ++i) {
        if (clients[i]->handle() == message->easy_handle) codes[i] = message->data.result;
      }
    }
    for (Client* client : clients)
      curl_multi_remove_handle(multi_, client->handle());
    return codes;
  }

 private:
  CURLM* multi_ = curl_multi_init();
};

/// A transport whose next answers the test decides.
class Fickle final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    ++requests;
    last = request;
    return response;
  }
  Delivery deliver(const Request& request) override {
    if (throws) throw std::runtime_error("the transport's own");
    Delivery delivery = Transport::deliver(request);
    if (times == 0) return delivery;
    --times;
    if (error) return to_delivery(*error);
    delivery.raw = fate.raw;
    delivery.cut_at = fate.cut_at;
    delivery.cut_in_body = fate.cut_in_body;
    delivery.after = fate.after;
    delivery.not_before = fate.not_before;
    delivery.bytes_per_second = fate.bytes_per_second;
    return delivery;
  }
  bool accepts(Method method, std::string_view target) override {
    asked = std::string(to_string(method)).append(" ").append(target);
    return !refuses;
  }

  Response response{200, {}, "hello"};
  Request last;
  std::string asked;
  int requests = 0;
  int times = 0;  ///< how many answers suffer
  std::optional<transport_errc> error;
  Delivery fate;
  bool refuses = false;
  bool throws = false;
};

class Curl : public ::testing::Test {
 protected:
  Fickle transport;
};

}  // namespace fauxbank::testing
