#pragma once

/// \file
/// gMock doubles of the two seams, `Transport` and `Accounts`, which answer like a world unless
/// told otherwise; and matchers for accounts, results, pages, requests, responses and journals that
/// say which field differs. Link `fauxbank::gmock`. Needs GoogleTest 1.11 or later. `JsonBody`
/// needs Boost.JSON and stands in gmock_json.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <fauxbank/accounts.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/fwd.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/journal.hpp>
#include <fauxbank/model.hpp>
#include <fauxbank/result.hpp>
#include <fauxbank/rules.hpp>
#include <fauxbank/transport.hpp>

// gMock shows an argument that is a reference with its address in front, which says nothing and
// differs from run to run. For our own parameter types it shall not.
#define FAUXBANK_PRINT_WITHOUT_ADDRESS(T)                    \
  template <>                                                \
  class testing::internal::UniversalPrinter<const T&> {      \
   public:                                                   \
    static void Print(const T& value, ::std::ostream* out) { \
      ::testing::internal::UniversalPrint(value, out);       \
    }                                                        \
  }
FAUXBANK_PRINT_WITHOUT_ADDRESS(fauxbank::Request);
FAUXBANK_PRINT_WITHOUT_ADDRESS(fauxbank::ListParams);
FAUXBANK_PRINT_WITHOUT_ADDRESS(fauxbank::RefreshParams);
FAUXBANK_PRINT_WITHOUT_ADDRESS(fauxbank::SubscribeParams);
FAUXBANK_PRINT_WITHOUT_ADDRESS(fauxbank::UnsubscribeParams);
#undef FAUXBANK_PRINT_WITHOUT_ADDRESS

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

// ---- accounts -----------------------------------------------------------------------------------
// Give each a value or a matcher. They match an `Account`; wrap them for a result: `IsOkAnd(…)`.

/// The engine's own status (`Account::status`).
::testing::Matcher<const Account&> HasStatus(::testing::Matcher<Status> status);
/// The current balance in one currency, in its smallest unit.
::testing::Matcher<const Account&> HasBalance(::testing::Matcher<std::int64_t> amount,
                                              std::string currency = "usd");
/// How the latest refresh of a feature stands. Never refreshed matches nothing.
::testing::Matcher<const Account&> RefreshIs(Feature feature,
                                             ::testing::Matcher<RefreshStatus> status);
/// Whether daily refreshes of the feature are on; only transactions ever are.
::testing::Matcher<const Account&> IsSubscribedTo(Feature feature);

// ---- pages --------------------------------------------------------------------------------------

/// The ids of a page in its order: `PageIds(ElementsAre("fca_2", "fca_1"))`.
::testing::Matcher<const Page<Account>&> PageIds(
    ::testing::Matcher<const std::vector<std::string>&> ids);
/// Whether more pages follow.
::testing::Matcher<const Page<Account>&> HasMore(bool more = true);

// ---- requests -----------------------------------------------------------------------------------

/// A GET of this path, whatever its query.
::testing::Matcher<const Request&> IsGet(::testing::Matcher<const std::string&> path);
/// A POST to this path, whatever its parameters.
::testing::Matcher<const Request&> IsPost(::testing::Matcher<const std::string&> path);
/// A parameter of the query or the form body, by its decoded name. Of a list, one of its elements:
/// `HasParam("features[]", "balance")` also matches `features[0]=balance`.
::testing::Matcher<const Request&> HasParam(std::string name,
                                            ::testing::Matcher<const std::string&> value);
/// An `Idempotency-Key`, any or this.
::testing::Matcher<const Request&> HasIdempotencyKey(
    ::testing::Matcher<const std::string&> key = ::testing::_);

// ---- responses ----------------------------------------------------------------------------------

::testing::Matcher<const Response&> HasHttpStatus(::testing::Matcher<int> status);
/// The `code` of the error in the body; the empty string where the body has an error without one.
::testing::Matcher<const Response&> HasErrorCode(::testing::Matcher<const std::string&> code);

// ---- results ------------------------------------------------------------------------------------
// There is no "is not ok": say which error.

namespace detail {

template <class M>
class IsOkAndMatcher {
 public:
  explicit IsOkAndMatcher(M inner) : inner_(std::move(inner)) {}

  template <class R>
  operator ::testing::Matcher<R>() const {  // NOLINT: implicit, as gMock's own
    return ::testing::Matcher<R>(
        new Impl<R>(::testing::SafeMatcherCast<const ValueOf<R>&>(inner_)));
  }

 private:
  template <class R>
  using ValueOf = typename std::remove_cv_t<std::remove_reference_t<R>>::value_type;

  template <class R>
  class Impl final : public ::testing::MatcherInterface<R> {
   public:
    explicit Impl(::testing::Matcher<const ValueOf<R>&> inner) : inner_(std::move(inner)) {}
    bool MatchAndExplain(R result, ::testing::MatchResultListener* listener) const override {
      if (!result) {
        *listener << "which is an error";
        return false;
      }
      ::testing::StringMatchResultListener why;
      const bool matches = inner_.MatchAndExplain(*result, &why);
      if (!why.str().empty()) *listener << "with a value " << why.str();
      return matches;
    }
    void DescribeTo(std::ostream* out) const override {
      *out << "is ok, with a value (";
      inner_.DescribeTo(out);
      *out << ")";
    }
    void DescribeNegationTo(std::ostream* out) const override {
      *out << "is an error, or has a value (";
      inner_.DescribeNegationTo(out);
      *out << ")";
    }

   private:
    ::testing::Matcher<const ValueOf<R>&> inner_;
  };

  M inner_;
};

/// What `FailsWith` compares.
class FailsWithMatcher {
 public:
  explicit FailsWithMatcher(::testing::Matcher<const ApiError&> error) : error_(std::move(error)) {}

  using is_gtest_matcher = void;
  template <class T>
  bool MatchAndExplain(const Result<T, ApiError>& result,
                       ::testing::MatchResultListener* listener) const {
    if (result) {
      *listener << "which is ok";
      return false;
    }
    return error_.MatchAndExplain(result.error(), listener);
  }
  void DescribeTo(std::ostream* out) const { error_.DescribeTo(out); }
  void DescribeNegationTo(std::ostream* out) const { error_.DescribeNegationTo(out); }

 private:
  ::testing::Matcher<const ApiError&> error_;
};

}  // namespace detail

/// A result that holds a value that matches: `IsOkAnd(HasStatus(Status::active))`.
template <class M>
auto IsOkAnd(M inner) {
  return detail::IsOkAndMatcher<M>(std::move(inner));
}

/// A result of the typed face that holds the service's refusal with this `code`, and this `param`
/// where one is given. Refusals without a code have the empty string.
detail::FailsWithMatcher FailsWith(::testing::Matcher<const std::string&> code,
                                   ::testing::Matcher<const std::string&> param = ::testing::_);

/// A result of a transport that holds this error.
::testing::Matcher<const Result<Response, transport_errc>&> FailsWith(transport_errc error);

// ---- the journal --------------------------------------------------------------------------------

/// Matches a journal that has calls like this, over HTTP or typed, as often as said:
///
/// ```cpp
/// EXPECT_THAT(world.journal(), Received(Operation::refresh)
///                                  .On("fca_1")
///                                  .With(HasParam("features[]", "balance"))
///                                  .Answered(200)
///                                  .Times(2));
/// ```
///
/// A mismatch names the closest call and the field that differs, and explains it if it was refused.
/// Once entries were dropped from the journal nothing can be claimed absent: then an upper bound
/// does not match.
class Received {
 public:
  /// Calls of any operation, or of none (unknown routes).
  Received();
  explicit Received(Operation operation);
  /// The account that the path or the call names.
  Received On(::testing::Matcher<const std::string&> account) const;
  /// The request; of a typed call, the one that its HTTP form would be. May be given repeatedly.
  Received With(::testing::Matcher<const Request&> request) const;
  /// The HTTP status of the answer.
  Received Answered(::testing::Matcher<int> status) const;
  /// How often; at least once if not told.
  Received Times(int n) const;
  Received Times(const ::testing::Cardinality& times) const;

  using is_gtest_matcher = void;
  bool MatchAndExplain(const Journal& journal, ::testing::MatchResultListener* listener) const;
  void DescribeTo(std::ostream* out) const;
  void DescribeNegationTo(std::ostream* out) const;

 private:
  friend class ReceivedInOrder;
  struct Check {
    std::size_t met = 0;  // weighed
    std::string differs;  // of the first condition that is not met
  };
  Check check(const JournalEntry& entry) const;
  bool concerns(const JournalEntry& entry) const;
  std::string closest(const Journal& journal, std::size_t from) const;
  void describe_call(std::ostream* out) const;

  std::optional<Operation> operation_;
  std::optional<::testing::Matcher<const std::string&>> account_;
  std::vector<::testing::Matcher<const Request&>> requests_;
  std::optional<::testing::Matcher<int>> status_;
  ::testing::Cardinality times_;
};

/// Matches a journal in which such calls follow one another, others between them or not. How often
/// each may come is not looked at.
class ReceivedInOrder {
 public:
  template <class... Calls>
  explicit ReceivedInOrder(Received first, Calls... rest)
      : calls_{std::move(first), std::move(rest)...} {}

  using is_gtest_matcher = void;
  bool MatchAndExplain(const Journal& journal, ::testing::MatchResultListener* listener) const;
  void DescribeTo(std::ostream* out) const;
  void DescribeNegationTo(std::ostream* out) const;

 private:
  std::vector<Received> calls_;
};

/// Matches a journal in which an event of this kind happened, and after it nobody called the API
/// for that account: `NoCallsAfter(EventKind::disconnected)`. Lists name no account and do not
/// count.
class NoCallsAfter {
 public:
  explicit NoCallsAfter(EventKind event);
  /// Only events of, and calls for, this account.
  NoCallsAfter On(std::string account) const;

  using is_gtest_matcher = void;
  bool MatchAndExplain(const Journal& journal, ::testing::MatchResultListener* listener) const;
  void DescribeTo(std::ostream* out) const;
  void DescribeNegationTo(std::ostream* out) const;

 private:
  EventKind event_;
  std::optional<std::string> account_;
};

}  // namespace fauxbank
