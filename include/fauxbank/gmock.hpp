#pragma once

/// \file
/// gMock doubles of the two seams, `Transport` and `Accounts`, which answer like a world unless
/// told otherwise; and printers, so that failed expectations show values and not bytes. Link
/// `fauxbank::gmock`. Needs GoogleTest 1.11 or later.

#include <ostream>
#include <string_view>
#include <type_traits>

#include <gmock/gmock.h>

#include <fauxbank/accounts.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/fwd.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/model.hpp>
#include <fauxbank/result.hpp>
#include <fauxbank/rules.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank {

/// A transport that a test can watch and steer.
///
/// Give it a world, and it is that world: every request is answered as `world.transport()` would.
/// Then say only what the test is about:
///
/// ```cpp
/// World world{{.accounts = {{.id = "fca_1"}}}};
/// MockTransport mock{world};
///
/// // A check: exactly one refresh. The world still answers it, and all other requests.
/// EXPECT_CALL(mock, send(Field(&Request::target, EndsWith("/fca_1/refresh"))));
///
/// // Another answer: the first list fails, later ones reach the world.
/// EXPECT_CALL(mock, send(Field(&Request::method, Method::get)))
///     .WillOnce(Return(Failure(transport_errc::timed_out)))
///     .WillRepeatedly(DoDefault());
///
/// CodeUnderTest code{mock, world.clock()};
/// ```
///
/// - An expectation without an action, and `DoDefault()`, ask the world.
/// - Requests that no expectation matches go to the world as well, without a warning, but not with
///   `StrictMock`, where they fail the test. To forbid single ones: `EXPECT_CALL(…).Times(0)`.
/// - Without a world the mock knows no answer: a request for which the test gave none fails the
/// test and
///   gets `transport_errc::connection_refused`.
/// - `Mock::VerifyAndClear` also clears the way to the world; `Mock::VerifyAndClearExpectations`
/// does not.
///
/// Thread safety: requests may come from any thread; set expectations before the first one.
class MockTransport : public Transport {
 public:
  /// Make a mock that has no answers.
  MockTransport();
  /// Make a mock that answers as the world does. The world must outlive it, and may move.
  explicit MockTransport(World& world);
  /// Make a mock in front of any transport, which must outlive it.
  explicit MockTransport(Transport& transport);
  ~MockTransport() override;

  MOCK_METHOD((Result<Response, transport_errc>), send, (const Request& request), (override));

 private:
  void delegate_to(Transport& transport);
};

/// The typed face, for tests of code that uses it. As `MockTransport`, call by call: with a world
/// it answers as `world.accounts()`; without one, a call for which the test gave no answer fails
/// the test and gets an `ApiError` with status 0.
///
/// ```cpp
/// MockAccounts mock{world};
/// EXPECT_CALL(mock, refresh("fca_1", _))
///     .WillOnce(Return(Failure(ApiError{.status = 500, .type = "api_error"})));
/// ```
///
/// Answers made by hand: `Account(AccountSpec{.id = "fca_1"})`.
class MockAccounts : public Accounts {
 public:
  MockAccounts();
  explicit MockAccounts(World& world);
  explicit MockAccounts(Accounts& accounts);
  ~MockAccounts() override;

  using Accounts::list;
  using Accounts::subscribe;
  using Accounts::unsubscribe;

  MOCK_METHOD((Result<Page<Account>, ApiError>), list, (const ListParams& params), (override));
  MOCK_METHOD((Result<Account, ApiError>), retrieve, (std::string_view id), (override));
  MOCK_METHOD((Result<Account, ApiError>), disconnect, (std::string_view id), (override));
  MOCK_METHOD((Result<Account, ApiError>), refresh,
              (std::string_view id, const RefreshParams& params), (override));
  MOCK_METHOD((Result<Account, ApiError>), subscribe,
              (std::string_view id, const SubscribeParams& params), (override));
  MOCK_METHOD((Result<Account, ApiError>), unsubscribe,
              (std::string_view id, const UnsubscribeParams& params), (override));

 private:
  void delegate_to(Accounts& accounts);
};

// ---- printers: one line each; no keys, no addresses
// ----------------------------------------------

/// `POST /v1/financial_connections/accounts/fca_1/refresh features[]=balance`
void PrintTo(const Request& request, std::ostream* out);
/// `200 {"object": "list", "url": … (718 bytes)`
void PrintTo(const Response& response, std::ostream* out);
/// `fca_1 active, balance 12345 usd, balance_refresh pending`
void PrintTo(const Account& account, std::ostream* out);
/// `2 accounts and more: fca_2 fca_1`
void PrintTo(const Page<Account>& page, std::ostream* out);
/// `404 invalid_request_error resource_missing, param account: No such …`
void PrintTo(const ApiError& error, std::ostream* out);
void PrintTo(transport_errc error, std::ostream* out);
void PrintTo(Method method, std::ostream* out);
void PrintTo(Rule rule, std::ostream* out);
void PrintTo(const ListParams& params, std::ostream* out);

/// Enumerators by their wire names.
template <NamedEnum E>
void PrintTo(const E& value, std::ostream* out) {
  *out << to_string(value);
}

/// `{balance, transactions}`
template <NamedEnum E>
void PrintTo(const EnumSet<E>& set, std::ostream* out) {
  const char* separator = "{";
  for (E value : set) {
    *out << separator << to_string(value);
    separator = ", ";
  }
  *out << (set.empty() ? "{}" : "}");
}

/// The parameters of refresh, subscribe and unsubscribe.
template <class P>
requires std::is_same_v<P, RefreshParams> || std::is_same_v<P, SubscribeParams> ||
    std::is_same_v<P, UnsubscribeParams>
void PrintTo(const P& params, std::ostream* out) {
  *out << "features ";
  PrintTo(params.features, out);
}

/// The value, or `error` and the error.
template <class T, class E>
void PrintTo(const Result<T, E>& result, std::ostream* out) {
  if (result) {
    *out << ::testing::PrintToString(*result);
  } else {
    *out << "error " << ::testing::PrintToString(result.error());
  }
}

}  // namespace fauxbank
