// Compiled in the user's own test program (see CMakeLists.txt): constructors and destructors of
// mocks are dear, and here they are compiled once.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/gmock.hpp>
#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::Mock;

/// The test forgot to say what a mock without a world answers.
void no_answer(const char* mock, const std::string& call) {
  ADD_FAILURE() << mock << " has no answer to " << call << "\nGive it a World (" << mock
                << " mock{world};) or say what it answers: EXPECT_CALL(...).WillOnce(Return(...));";
}

ApiError unanswered(const std::string& call) {
  no_answer("MockAccounts", call);
  return {.message = "no answer given to " + call};
}

std::string call_text(std::string_view operation, std::string_view id) {
  return std::string(operation) + "(" + detail::one_line(id, 200) + ")";
}

}  // namespace

// ---- MockTransport ------------------------------------------------------------------------------

MockTransport::MockTransport() {
  ON_CALL(*this, send)
      .WillByDefault([](const Request& request) -> Result<Response, transport_errc> {
        no_answer("MockTransport", to_string(request));
        return Failure(transport_errc::connection_refused);
      });
}

MockTransport::MockTransport(World& world) : MockTransport(world.transport()) {}

MockTransport::MockTransport(Transport& transport) { delegate_to(transport); }

MockTransport::~MockTransport() = default;

void MockTransport::delegate_to(Transport& transport) {
  ON_CALL(*this, send).WillByDefault([&transport](const Request& request) {
    return transport.send(request);
  });
  // The first expectation of a method makes all calls that it does not match unexpected. This one,
  // older than any of the test's, matches those. A strict mock wants them unexpected.
  if (!Mock::IsStrict(this)) EXPECT_CALL(*this, send).Times(AnyNumber());
}

// ---- MockAccounts -------------------------------------------------------------------------------

MockAccounts::MockAccounts() {
  ON_CALL(*this, list)
      .WillByDefault([](const ListParams& params) -> Result<Page<Account>, ApiError> {
        return Failure(unanswered("list(" + to_string(params) + ")"));
      });
  ON_CALL(*this, retrieve).WillByDefault([](std::string_view id) -> Result<Account, ApiError> {
    return Failure(unanswered(call_text("retrieve", id)));
  });
  ON_CALL(*this, disconnect).WillByDefault([](std::string_view id) -> Result<Account, ApiError> {
    return Failure(unanswered(call_text("disconnect", id)));
  });
  ON_CALL(*this, refresh)
      .WillByDefault([](std::string_view id, const RefreshParams&) -> Result<Account, ApiError> {
        return Failure(unanswered(call_text("refresh", id)));
      });
  ON_CALL(*this, subscribe(_, _))
      .WillByDefault([](std::string_view id, const SubscribeParams&) -> Result<Account, ApiError> {
        return Failure(unanswered(call_text("subscribe", id)));
      });
  ON_CALL(*this, unsubscribe(_, _))
      .WillByDefault(
          [](std::string_view id, const UnsubscribeParams&) -> Result<Account, ApiError> {
            return Failure(unanswered(call_text("unsubscribe", id)));
          });
}

MockAccounts::MockAccounts(World& world) : MockAccounts(world.accounts()) {}

MockAccounts::MockAccounts(Accounts& accounts) { delegate_to(accounts); }

MockAccounts::~MockAccounts() = default;

void MockAccounts::delegate_to(Accounts& accounts) {
  ON_CALL(*this, list(_)).WillByDefault([&accounts](const ListParams& params) {
    return accounts.list(params);
  });
  ON_CALL(*this, retrieve).WillByDefault([&accounts](std::string_view id) {
    return accounts.retrieve(id);
  });
  ON_CALL(*this, disconnect).WillByDefault([&accounts](std::string_view id) {
    return accounts.disconnect(id);
  });
  ON_CALL(*this, refresh)
      .WillByDefault([&accounts](std::string_view id, const RefreshParams& params) {
        return accounts.refresh(id, params);
      });
  ON_CALL(*this, subscribe(_, _))
      .WillByDefault([&accounts](std::string_view id, const SubscribeParams& params) {
        return accounts.subscribe(id, params);
      });
  ON_CALL(*this, unsubscribe(_, _))
      .WillByDefault([&accounts](std::string_view id, const UnsubscribeParams& params) {
        return accounts.unsubscribe(id, params);
      });
  if (Mock::IsStrict(this)) return;
  EXPECT_CALL(*this, list(_)).Times(AnyNumber());
  EXPECT_CALL(*this, retrieve).Times(AnyNumber());
  EXPECT_CALL(*this, disconnect).Times(AnyNumber());
  EXPECT_CALL(*this, refresh).Times(AnyNumber());
  EXPECT_CALL(*this, subscribe(_, _)).Times(AnyNumber());
  EXPECT_CALL(*this, unsubscribe(_, _)).Times(AnyNumber());
}

}  // namespace fauxbank
