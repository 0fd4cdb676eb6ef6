// An event, signed and verified.
#include <fauxbank/fauxbank.hpp>
#include <fauxbank/webhook.hpp>

int main() {
  using namespace fauxbank;
  World world{{.accounts = {{.id = "fca_1"}}}};
  world.disconnect("fca_1");
  const webhook::Timestamp now{std::chrono::seconds{1'700'000'000}};
  const bool accepted = world.outbox().deliver([&](const EventDelivery& event) {
    const Request post = webhook::signed_request("/hooks", event.body, {"whsec_test"}, now);
    return webhook::verify(*post.headers.find("Stripe-Signature"), post.body, "whsec_test", now) ==
           webhook::Verdict::valid;
  });
  return accepted ? 0 : 1;
}
