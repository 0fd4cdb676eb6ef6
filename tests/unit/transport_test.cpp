#include <fauxbank/transport.hpp>

#include <functional>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

using Answer = Result<Response, transport_errc>;

static_assert(!std::is_copy_constructible_v<Transport> && !std::is_copy_assignable_v<Transport>);

TEST(FunctionTransports, HandTheRequestToTheFunction) {
  std::string seen;
  FunctionTransport transport([&](const Request& request) -> Answer {
    seen = request.target;
    return Response{201, {}, "made"};
  });
  Transport& seam = transport;
  const Answer answer = seam.send(Request::get("/v1/x"));
  EXPECT_EQ(seen, "/v1/x");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "made");
}

TEST(FunctionTransports, MayFailAndKeepTheirState) {
  int calls = 0;
  FunctionTransport transport([calls](const Request&) mutable -> Answer {
    if (++calls == 1) return Failure(transport_errc::connection_reset);
    return Response{500, {}, {}};
  });
  const Answer first = transport.send({});
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error(), transport_errc::connection_reset);
  // A response of any status is a value.
  const Answer second = transport.send({});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 500);
}

TEST(Transports, DeliverWhatTheySendAndAcceptEveryConnection) {
  FunctionTransport transport([&](const Request& request) -> Answer {
    if (request.target == "/lost") return Failure(transport_errc::timed_out);
    return Response{201, {}, "made"};
  });
  const Delivery whole = transport.deliver(Request::get("/"));
  EXPECT_EQ(whole.response, (Response{201, {}, "made"}));
  EXPECT_EQ(whole.cut_at, Delivery::kWhole);
  EXPECT_EQ(whole.after, AfterAnswer::keep);
  const Delivery lost = transport.deliver(Request::get("/lost"));
  EXPECT_EQ(lost.cut_at, 0u);
  EXPECT_EQ(lost.after, AfterAnswer::stall);
  EXPECT_TRUE(transport.accepts(Method::get, "/"));
  EXPECT_EQ(transport.open_connection(), 0u);
}

TEST(Senders, AreCopyableFunctionsOnOneTransport) {
  int calls = 0;
  FunctionTransport transport([&](const Request&) -> Answer {
    ++calls;
    return Response{};
  });
  const Sender sender(transport);
  const std::function<Answer(const Request&)> send = sender;
  EXPECT_TRUE(send(Request::get("/")));
  EXPECT_TRUE(Sender(sender)(Request::get("/")));
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace fauxbank
