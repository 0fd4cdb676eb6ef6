#include "client/curl_client.hpp"

#include <string>

namespace fauxbank::testing {

namespace {

/// The header lines of a transfer, for its time.
class HeaderLines {
 public:
  explicit HeaderLines(const Headers& headers) {
    for (const Headers::Field& field : headers)
      add(std::string(field.name).append(": ").append(field.value));
  }
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;
  ~HeaderLines() { curl_slist_free_all(lines_); }
  curl_slist* get() { return lines_; }

 private:
  void add(const std::string& line) { lines_ = curl_slist_append(lines_, line.c_str()); }
  curl_slist* lines_ = nullptr;
};

}  // namespace

std::string name_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return "";
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "CURLE_UNSUPPORTED_PROTOCOL";
    case CURLE_COULDNT_RESOLVE_HOST:
      return "CURLE_COULDNT_RESOLVE_HOST";
    case CURLE_COULDNT_CONNECT:
      return "CURLE_COULDNT_CONNECT";
    case CURLE_WEIRD_SERVER_REPLY:
      return "CURLE_WEIRD_SERVER_REPLY";
    case CURLE_PARTIAL_FILE:
      return "CURLE_PARTIAL_FILE";
    case CURLE_OPERATION_TIMEDOUT:
      return "CURLE_OPERATION_TIMEDOUT";
    case CURLE_SSL_CONNECT_ERROR:
      return "CURLE_SSL_CONNECT_ERROR";
    case CURLE_GOT_NOTHING:
      return "CURLE_GOT_NOTHING";
    case CURLE_SEND_ERROR:
      return "CURLE_SEND_ERROR";
    case CURLE_RECV_ERROR:
      return "CURLE_RECV_ERROR";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "CURLE_PEER_FAILED_VERIFICATION";
    default:
      return "CURLcode " + std::to_string(code);
  }
}

CurlClient::CurlClient(const ClientOptions& options)
    : options_(options), handle_(curl_easy_init()) {
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &CurlClient::write);
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  if (!options.trusted.empty()) {
    curl_blob blob{};
    blob.data = options_.trusted.data();
    blob.len = options_.trusted.size();
    blob.flags = CURL_BLOB_COPY;
    curl_easy_setopt(handle_, CURLOPT_CAINFO_BLOB, &blob);
  }
}

CurlClient::~CurlClient() { curl_easy_cleanup(handle_); }

Outcome CurlClient::perform(const Request& request) {
  Outcome outcome;
  HeaderLines lines(request.headers);
  curl_easy_setopt(handle_, CURLOPT_URL, (options_.origin + request.target).c_str());
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, lines.get());
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &outcome.body);
  if (request.method == Method::post) {
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(handle_, CURLOPT_POST, 1L);
  } else {
    curl_easy_setopt(handle_, CURLOPT_HTTPGET, 1L);
  }
  const CURLcode code = transfer();
  outcome.error = name_of(code);
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  outcome.status = static_cast<int>(status);
  return outcome;
}

std::size_t CurlClient::write(char* data, std::size_t, std::size_t size, void* body) {
  static_cast<std::string*>(body)->append(data, size);
  return size;
}

CurlMultiClient::CurlMultiClient(const ClientOptions& options)
    : CurlClient(options), multi_(curl_multi_init()) {}

CurlMultiClient::~CurlMultiClient() { curl_multi_cleanup(multi_); }

CURLcode CurlMultiClient::transfer() {
  curl_multi_add_handle(multi_, handle());
  for (int running = 1; running > 0;) {
    curl_multi_perform(multi_, &running);
    if (running > 0) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
  }
  CURLcode code = CURLE_FAILED_INIT;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  }
  curl_multi_remove_handle(multi_, handle());
  return code;
}

const Library& library() {
  static const Library kCurl{.name = "libcurl",
                             .make = [](const ClientOptions& options) -> std::unique_ptr<Client> {
                               return std::make_unique<CurlClient>(options);
                             },
                             .seen =
                                 {
                                     {Trouble::refused, "CURLE_COULDNT_CONNECT", 1, 2},
                                     {Trouble::reset, "CURLE_RECV_ERROR", 1, 2},
                                     {Trouble::cut, "CURLE_RECV_ERROR"},
                                     {Trouble::closed, "CURLE_GOT_NOTHING", 1, 2},
                                     {Trouble::garbage, "CURLE_UNSUPPORTED_PROTOCOL"},
                                     {Trouble::truncated, "CURLE_PARTIAL_FILE"},
                                     {Trouble::silence, "CURLE_OPERATION_TIMEDOUT"},
                                 },
                             .speaks_tls = true};
  return kCurl;
}

}  // namespace fauxbank::testing
