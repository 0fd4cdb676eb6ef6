#include "client/httplib_client.hpp"

#include <csignal>
#include <memory>
#include <string>

namespace fauxbank::testing {

HttplibClient::HttplibClient(const std::string& host, const ClientOptions& options)
    : client_(host) {
  client_.set_keep_alive(true);
  limit(options.timeout);
  // Over TLS it writes to connections that were reset, and so would the program end over TCP as
  // well.
  std::signal(SIGPIPE, SIG_IGN);
}

Outcome HttplibClient::perform(const Request& request) {
  httplib::Headers headers;
  std::string type;  // which the library takes by itself
  for (const Headers::Field& field : request.headers) {
    if (Headers::same_name(field.name, "Content-Type")) {
      type = field.value;
    } else {
      headers.emplace(field.name, field.value);
    }
  }
  const httplib::Result result = request.method == Method::post
                                     ? client_.Post(request.target, headers, request.body, type)
                                     : client_.Get(request.target, headers);
  Outcome outcome;
  if (!result) {
    outcome.error = "httplib::Error::" + httplib::to_string(result.error());
  } else {
    outcome.status = result->status;
    outcome.body = result->body;
  }
  return outcome;
}

const Library& library() {
  static const Library kHttplib{
      .name = "cpp-httplib",
      .make = [](const ClientOptions& options) -> std::unique_ptr<Client> {
        return std::make_unique<HttplibClient>(options.origin, options);
      },
      .seen =
          {
              {Trouble::refused, "httplib::Error::Connection", 1, 1, "httplib::Error::Read"},
              {Trouble::reset, "httplib::Error::Read"},
              {Trouble::cut, "httplib::Error::Read"},
              {Trouble::closed, "httplib::Error::Read"},
              {Trouble::garbage, "httplib::Error::Read"},
              {Trouble::truncated, "httplib::Error::Read"},
              {Trouble::silence, "httplib::Error::Read"},
          },
      .speaks_tls = true};
  return kHttplib;
}

}  // namespace fauxbank::testing
