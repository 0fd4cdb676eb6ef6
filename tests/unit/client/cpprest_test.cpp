// What the stage in cpprestsdk's pipeline adds to what tests/client shows of every adapter.

#include <fauxbank/client/cpprest.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <fauxbank/fauxbank.hpp>

// Last, because it defines a macro U.
#include <cpprest/http_client.h>
#include <cpprest/producerconsumerstream.h>

namespace fauxbank {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace http = web::http;

const std::string kAccount = "/v1/financial_connections/accounts/fca_1";

/// Answers with what it was asked.
class Echo final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    if (throws) throw std::runtime_error("the transport's own");
    Response response;
    response.headers.add("Content-Type", "text/plain");
    for (const Headers::Field& field : request.headers)
      response.body.append(field.name).append("=").append(field.value).append("\n");
    response.body.append(to_string(request.method)).append(" ").append(request.target);
    response.body.append("\n").append(request.body);
    return response;
  }
  bool throws = false;
};

std::string ask(http::client::http_client& client, const http::http_request& request) {
  return client.request(request).get().extract_string().get();
}

TEST(Cpprest, SendsTargetHostHeadersAndBody) {
  Echo transport;
  http::client::http_client client("https://api.example.com:8443/base");
  cpprest::attach(client, transport);
  http::http_request request(http::methods::PUT);
  request.set_request_uri("/a%20b?c=%5B1%5D");
  request.headers().add("X-Mark", "1");
  request.set_body("hello");
  const std::string said = ask(client, request);
  EXPECT_THAT(said, HasSubstr("PUT /base/a%20b?c=%5B1%5D\nhello"));
  EXPECT_THAT(said, HasSubstr("Host=api.example.com:8443\n"));
  EXPECT_THAT(said, HasSubstr("X-Mark=1\n"));
  EXPECT_THAT(said, HasSubstr("Content-Length=5\n"));
  EXPECT_THAT(said, HasSubstr("Content-Type=text/plain"));
}

TEST(Cpprest, WaitsForABodyThatIsStillBeingWritten) {
  Echo transport;
  http::client::http_client client("http://h");
  cpprest::attach(client, transport);
  Concurrency::streams::producer_consumer_buffer<unsigned char> pipe;
  http::http_request request(http::methods::POST);
  request.set_body(pipe.create_istream());
  auto answer = client.request(request);
  pipe.putn_nocopy(reinterpret_cast<const unsigned char*>("late"), 4).get();
  pipe.close(std::ios_base::out).get();
  EXPECT_THAT(answer.get().extract_string().get(), HasSubstr("\nlate"));
}

TEST(Cpprest, StandsBehindTheStagesOfTheCodeUnderTest) {
  Echo transport;
  http::client::http_client client("http://h");
  client.add_handler(
      [](http::http_request request, std::shared_ptr<http::http_pipeline_stage> next) {
        request.headers().add("X-Stage", "own");
        return next->propagate(request);
      });
  cpprest::attach(client, transport);
  EXPECT_THAT(ask(client, http::http_request(http::methods::GET)), HasSubstr("X-Stage=own"));
}

TEST(Cpprest, ShowsTheStatusOfAnAnswerWhoseBodyFails) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  http::client::http_client client("http://h");
  cpprest::attach(client, world.transport());
  world.faults().on(Operation::retrieve).phase(FaultPhase::during).connection_reset();
  http::http_request request(http::methods::GET);
  request.set_request_uri(kAccount);
  request.headers().add("Authorization", "Bearer sk_test_123");
  http::http_response response = client.request(request).get();
  EXPECT_EQ(response.status_code(), 200);
  EXPECT_EQ(response.headers().content_type(), "application/json");
  EXPECT_THROW(response.extract_string().get(), http::http_exception);
  // The library looks at the failure once more, in a thread of its own, and leaks that task where
  // the program ends before it is taken up. It was queued before this one.
  pplx::create_task([] {}).wait();
}

TEST(Cpprest, LetsPassWhatTheTransportThrows) {
  Echo transport;
  transport.throws = true;
  http::client::http_client client("http://h");
  cpprest::attach(client, transport);
  EXPECT_THROW(client.request(http::methods::GET).get(), std::runtime_error);
  transport.throws = false;
  EXPECT_EQ(client.request(http::methods::GET).get().status_code(), 200);
}

TEST(Cpprest, AnswersSeveralThreads) {
  World world{{.accounts = {{.id = "fca_1"}}}};
  http::client::http_client client("http://h");
  cpprest::attach(client, world.transport());
  std::vector<pplx::task<http::http_response>> answers;
  for (int i = 0; i < 8; ++i)
    answers.push_back(pplx::create_task([&client] { return client.request(http::methods::GET); }));
  for (auto& answer : answers)
    EXPECT_EQ(answer.get().status_code(), 401);
}

}  // namespace
}  // namespace fauxbank
