// cpprestsdk's client, as code that uses it sees it.

#include "client/cpprest_client.hpp"

#include <string>
#include <system_error>

namespace fauxbank::testing {

namespace {

namespace http = web::http;

std::string name_of(const http::http_exception& error) {
  const int code = error.error_code().value();
  const struct {
    std::errc code;
    const char* name;
  } names[] = {{std::errc::host_unreachable, "host_unreachable"},
               {std::errc::connection_reset, "connection_reset"},
               {std::errc::connection_aborted, "connection_aborted"},
               {std::errc::timed_out, "timed_out"}};
  for (const auto& known : names) {
    if (code == static_cast<int>(known.code)) return std::string("http_exception ") + known.name;
  }
  return "http_exception " + std::to_string(code) + ", " + error.what();
}

}  // namespace

CpprestClient::CpprestClient(const ClientOptions& options)
    : client_(options.origin, [&] {
        http::client::http_client_config config;
        config.set_timeout(options.timeout);
        return config;
      }()) {}

Outcome CpprestClient::perform(const Request& request) {
  http::http_request outgoing(std::string(to_string(request.method)));
  outgoing.set_request_uri(request.target);
  std::string type = "text/plain";
  for (const Headers::Field& field : request.headers) {
    if (Headers::same_name(field.name, "Content-Type")) {
      type = field.value;
    } else {
      outgoing.headers().add(std::string(field.name), std::string(field.value));
    }
  }
  if (!request.body.empty()) outgoing.set_body(request.body, type);

  Outcome outcome;
  try {
    http::http_response response = client_.request(outgoing).get();
    outcome.status = response.status_code();
    outcome.body = response.extract_string(true).get();
  } catch (const http::http_exception& error) {
    outcome.error = name_of(error);
  }
  return outcome;
}

const Library& library() {
  static const Library kCpprest{
      .name = "cpprestsdk",
      .make = [](const ClientOptions& options) -> std::unique_ptr<Client> {
        return std::make_unique<CpprestClient>(options);
      },
      .seen = {
          {Trouble::refused, "http_exception host_unreachable", 1, 2},
          {Trouble::reset, "http_exception connection_reset", 1, 2},
          {Trouble::cut, "http_exception connection_reset"},
          {Trouble::closed, "http_exception connection_aborted", 1, 2},
          {Trouble::garbage, "http_exception 0, Invalid HTTP status line"},
          {Trouble::truncated, "http_exception 2, Failed to read response body"},
          {Trouble::silence, "http_exception timed_out"},
      }};
  return kCpprest;
}

}  // namespace fauxbank::testing
