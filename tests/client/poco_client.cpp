#include "client/poco_client.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <istream>
#include <ostream>
#include <string>
#include <typeinfo>
#include <utility>

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

namespace fauxbank::testing {

namespace {

/// The class of an exception; POCO's own `className` is mangled.
std::string name_of(const Poco::Exception& error) {
  int status = 0;
  char* const name = abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status);
  const std::string text(status == 0 ? name : error.name());
  std::free(name);
  return text;
}

}  // namespace

PocoClient::PocoClient(std::unique_ptr<Poco::Net::HTTPClientSession> session,
                       const ClientOptions& options)
    : session_(std::move(session)) {
  session_->setKeepAlive(true);
  session_->setTimeout(Poco::Timespan(options.timeout.count() * 1000));
}

Outcome PocoClient::perform(const Request& request) {
  Outcome outcome;
  Poco::Net::HTTPRequest message(std::string(to_string(request.method)), request.target,
                                 Poco::Net::HTTPMessage::HTTP_1_1);
  for (const Headers::Field& field : request.headers)
    message.set(std::string(field.name), std::string(field.value));
  if (request.method == Method::post)
    message.setContentLength(static_cast<std::streamsize>(request.body.size()));
  try {
    session_->sendRequest(message) << request.body;
    Poco::Net::HTTPResponse response;
    std::istream& body = session_->receiveResponse(response);
    Poco::StreamCopier::copyToString(body, outcome.body);
    outcome.status = response.getStatus();
    // What happens inside the body the stream keeps to itself, and the session would be used again.
    const bool is_short =
        response.hasContentLength() &&
        static_cast<std::streamsize>(outcome.body.size()) < response.getContentLength();
    if (is_short) session_->reset();
  } catch (const Poco::Exception& error) {
    outcome.error = name_of(error);
  }
  return outcome;
}

const Library& library() {
  static const Library kPoco{
      .name = "POCO",
      .make = [](const ClientOptions& options) -> std::unique_ptr<Client> {
        const Poco::URI uri(options.origin);
        return std::make_unique<PocoClient>(
            std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort()), options);
      },
      .seen = {
          {Trouble::refused, "Poco::Net::ConnectionRefusedException", 1, 1,
           "Poco::Net::ConnectionResetException"},
          {Trouble::reset, "Poco::Net::ConnectionResetException"},
          {Trouble::cut, kShortBody},
          {Trouble::closed, "Poco::Net::NoMessageException"},
          {Trouble::garbage, "Poco::Net::MessageException"},
          {Trouble::truncated, kShortBody},
          {Trouble::silence, "Poco::TimeoutException"},
      }};
  return kPoco;
}

}  // namespace fauxbank::testing
