#include "client/curlpp_client.hpp"

#include <list>
#include <sstream>
#include <string>

#include <curlpp/Exception.hpp>
#include <curlpp/Infos.hpp>
#include <curlpp/Options.hpp>

#include "client/curl_client.hpp"

namespace fauxbank::testing {

Outcome CurlppClient::perform(const Request& request) {
  namespace options = curlpp::options;
  Outcome outcome;
  std::ostringstream body;
  std::list<std::string> headers;
  for (const Headers::Field& field : request.headers)
    headers.push_back(std::string(field.name).append(": ").append(field.value));
  easy_.setOpt(options::Url(options_.origin + request.target));
  easy_.setOpt(options::HttpHeader(headers));
  easy_.setOpt(options::WriteStream(&body));
  easy_.setOpt(new curlpp::OptionTrait<long, CURLOPT_TIMEOUT_MS>(
      static_cast<long>(options_.timeout.count())));
  if (request.method == Method::post) {
    easy_.setOpt(options::PostFields(request.body));
    easy_.setOpt(options::PostFieldSize(static_cast<long>(request.body.size())));
  } else {
    easy_.setOpt(options::HttpGet(true));
  }
  try {
    easy_.perform();
  } catch (const curlpp::LibcurlRuntimeError& error) {
    outcome.error = name_of(error.whatCode());
  }
  outcome.status = static_cast<int>(curlpp::infos::ResponseCode::get(easy_));
  outcome.body = body.str();
  return outcome;
}

}  // namespace fauxbank::testing
