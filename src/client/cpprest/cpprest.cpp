#include <fauxbank/client/cpprest.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <cpprest/containerstream.h>
#include <cpprest/http_client.h>

#include <fauxbank/detail/wire_client.hpp>

namespace fauxbank::cpprest {

namespace {

namespace http = web::http;
using detail::Heard;
using detail::HeardEnd;
using Bytes = std::vector<unsigned char>;  // whose streams are what cpprest takes them for

// The real stack's own texts, and its codes.
http::http_exception failure(std::errc code, const char* what) {
  return http::http_exception(static_cast<int>(code), what);
}

/// What the client learns before there is an answer.
http::http_exception failure(HeardEnd end) {
  constexpr const char* kStatusLine = "Failed to read HTTP status line";
  switch (end) {
    case HeardEnd::refused:
      return failure(std::errc::host_unreachable, "Failed to connect to any resolved endpoint");
    case HeardEnd::closed:
      return failure(std::errc::connection_aborted, kStatusLine);
    case HeardEnd::garbage:
      return http::http_exception(0, "Invalid HTTP status line");
    case HeardEnd::silent:
      return failure(std::errc::timed_out, kStatusLine);
    case HeardEnd::complete:
    case HeardEnd::reset:
      break;
  }
  return failure(std::errc::connection_reset, kStatusLine);
}

/// What it learns when it reads the body.
http::http_exception body_failure(HeardEnd end) {
  constexpr const char* kBody = "Failed to read response body";
  // The end of a connection is an error of Asio's, whose number the real stack takes for the
  // system's.
  constexpr int kEndOfFile = 2;
  if (end == HeardEnd::closed) return http::http_exception(kEndOfFile, kBody);
  return failure(end == HeardEnd::silent ? std::errc::timed_out : std::errc::connection_reset,
                 kBody);
}

std::string text_of(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

http::http_response response_of(const Heard& heard) {
  http::http_response response(static_cast<http::status_code>(heard.response.status));
  response.set_reason_phrase(heard.reason);
  for (const Headers::Field& field : heard.response.headers)
    response.headers().add(std::string(field.name), std::string(field.value));
  const std::string& body = heard.response.body;
  const auto& inside = response._get_impl();
  inside->set_instream(
      Concurrency::streams::bytestream::open_istream(Bytes(body.begin(), body.end())));
  // Not `set_body`, which would call the body complete and swallow the error.
  if (heard.end == HeardEnd::complete) {
    inside->_complete(body.size());
  } else {
    inside->_complete(0, std::make_exception_ptr(body_failure(heard.end)));
  }
  return response;
}

class Stage final : public http::http_pipeline_stage {
 public:
  Stage(http::uri base, Transport& transport, const Options& options)
      : base_(std::move(base)), wire_(transport, options.limits), options_(options) {}

  pplx::task<http::http_response> propagate(http::http_request request) override {
    const Concurrency::streams::istream body = request.body();
    if (!body.is_valid()) return answered(request, {});
    Concurrency::streams::container_buffer<Bytes> bytes;
    const pplx::task<std::size_t> read = body.read_to_end(bytes);
    const auto self = std::static_pointer_cast<Stage>(shared_from_this());
    if (read.is_done()) {
      read.get();
      return answered(request, text_of(bytes.collection()));
    }
    return read.then([self, request, bytes](std::size_t) {
      return self->answered(request, text_of(bytes.collection()));
    });
  }

 private:
  pplx::task<http::http_response> answered(const http::http_request& request, std::string body) {
    try {
      return pplx::task_from_result(answer(request, std::move(body)));
    } catch (...) {
      return pplx::task_from_exception<http::http_response>(std::current_exception());
    }
  }

  http::http_response answer(const http::http_request& from, std::string body) {
    Request request;
    request.method = parse_method(from.method());
    request.target = target_of(from);
    request.headers.add("Host", host());
    for (const auto& [name, value] : from.headers()) {
      if (!Headers::same_name(name, "Content-Length") &&
          !Headers::same_name(name, "Transfer-Encoding"))
        request.headers.add(name, value);
    }
    request.body = std::move(body);

    const std::lock_guard lock(mutex_);
    const bool was_kept = wire_.is_kept();
    Heard heard = wire_.ask(request, options_.timeout, options_.clock);
    const bool died = !heard.any && (heard.end == HeardEnd::reset || heard.end == HeardEnd::closed);
    if (was_kept && died) heard = wire_.ask(request, options_.timeout, options_.clock);
    if (!heard.head) throw failure(heard.end);
    return response_of(heard);
  }

  std::string target_of(const http::http_request& request) const {
    return http::uri_builder(base_).append(request.relative_uri()).to_uri().resource().to_string();
  }
  std::string host() const {
    return base_.host() + (base_.port() > 0 ? ":" + std::to_string(base_.port()) : "");
  }

  http::uri base_;
  std::mutex mutex_;  // of the connection
  detail::WireClient wire_;
  Options options_;
};

}  // namespace

void attach(http::client::http_client& client, Transport& transport, const Options& options) {
  client.add_handler(std::make_shared<Stage>(client.base_uri(), transport, options));
}

}  // namespace fauxbank::cpprest
