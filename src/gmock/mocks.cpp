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

/// No key ends up in a log, and no line is broken by what a stranger sent.
std::string one_line(std::string_view text, std::size_t longest) {
  std::string line;
  for (char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    const bool control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    if (space && !line.empty() && line.back() == ' ') continue;
    line.push_back(space ? ' ' : control ? '?' : c);
  }
  detail::scrub_live_keys(line);
  if (line.size() <= longest) return line;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0u) == 0x80u)
    --end;  // not inside a character
  return line.substr(0, end) + "…";
}

std::string describe(const Request& request) {
  std::string text(to_string(request.method));
  text.append(" ").append(one_line(request.target, 300));
  if (!request.body.empty()) text.append(" ").append(one_line(request.body, 200));
  return text;
}

std::string describe(const ListParams& params) {
  std::string text;
  const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value)
      text.append(text.empty() ? "" : " ").append(name).append("=").append(one_line(*value, 200));
  };
  add("account_holder[account]", params.account_holder.account);
  add("account_holder[customer]", params.account_holder.customer);
  add("account_holder[customer_account]", params.account_holder.customer_account);
  add("session", params.session);
  if (params.limit) add("limit", std::to_string(*params.limit));
  add("starting_after", params.starting_after);
  add("ending_before", params.ending_before);
  return text.empty() ? "no parameters" : text;
}

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
  return std::string(operation) + "(" + one_line(id, 200) + ")";
}

}  // namespace

// ---- MockTransport ------------------------------------------------------------------------------

MockTransport::MockTransport() {
  ON_CALL(*this, send)
      .WillByDefault([](const Request& request) -> Result<Response, transport_errc> {
        no_answer("MockTransport", describe(request));
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
        return Failure(unanswered("list(" + describe(params) + ")"));
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

// ---- printers -----------------------------------------------------------------------------------

void PrintTo(const Request& request, std::ostream* out) { *out << describe(request); }

void PrintTo(const Response& response, std::ostream* out) {
  constexpr std::size_t kLongest = 100;
  *out << response.status;
  if (response.body.empty()) return;
  *out << " " << one_line(response.body, kLongest);
  if (response.body.size() > kLongest) *out << " (" << response.body.size() << " bytes)";
}

void PrintTo(const Account& account, std::ostream* out) {
  if (!account) {
    *out << "no account";
    return;
  }
  *out << account.id() << " " << to_string(account.status());
  if (const Balance* balance = account.balance()) {
    *out << ", balance";
    for (const Amount& amount : balance->current)
      *out << " " << amount.value << " " << amount.currency;
  }
  for (Feature feature : FeatureSet::all()) {
    const Refresh* refresh = account.refresh(feature);
    if (refresh != nullptr)
      *out << ", " << to_string(feature) << " refresh " << to_string(refresh->status);
  }
  if (account.subscribed()) *out << ", subscribed";
}

void PrintTo(const Page<Account>& page, std::ostream* out) {
  constexpr std::size_t kMost = 10;
  *out << page.data.size() << (page.data.size() == 1 ? " account" : " accounts");
  *out << (page.has_more ? " and more" : "");
  const char* separator = ": ";
  for (std::size_t i = 0; i < page.data.size() && i < kMost; ++i) {
    *out << separator << (page.data[i] ? page.data[i].id() : std::string_view("no account"));
    separator = " ";
  }
  if (page.data.size() > kMost) *out << " …";
}

void PrintTo(const ApiError& error, std::ostream* out) {
  *out << error.status;
  for (const std::string* text : {&error.type, &error.code}) {
    if (!text->empty()) *out << " " << one_line(*text, 100);
  }
  if (!error.param.empty()) *out << ", param " << one_line(error.param, 100);
  if (!error.message.empty()) *out << ": " << one_line(error.message, 200);
}

void PrintTo(transport_errc error, std::ostream* out) { *out << to_string(error); }
void PrintTo(Method method, std::ostream* out) { *out << to_string(method); }
void PrintTo(Rule rule, std::ostream* out) { *out << info(rule).id; }

void PrintTo(const ListParams& params, std::ostream* out) { *out << describe(params); }

}  // namespace fauxbank
