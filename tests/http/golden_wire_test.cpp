// The API page's five exchanges: a world made for each answers as the page does.

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http.hpp"

namespace fauxbank::testing {
namespace {

/// One message of a golden file (fixtures/wire/README.md).
struct Message {
  std::string start;  ///< request or status line
  Headers headers;
  std::string body;
};

Message parse_message(const std::string& text) {
  Message message;
  std::istringstream lines(text);
  std::getline(lines, message.start);
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) throw std::runtime_error("no header: " + line);
    message.headers.add(line.substr(0, colon), line.substr(colon + 2));
  }
  const std::istream::pos_type body = lines.tellg();
  if (body != std::istream::pos_type(-1))
    message.body = text.substr(static_cast<std::size_t>(body));
  return message;
}

struct Exchange {
  Request request;
  std::string status_line;
  Response response;
};

Exchange exchange(const std::string& name) {
  std::ifstream file(FAUXBANK_FIXTURES_DIR "/wire/" + name + ".http", std::ios::binary);
  std::stringstream read;
  read << file.rdbuf();
  const std::string text = read.str();
  const std::size_t mark = text.find("\n---\n");
  if (mark == std::string::npos || text.back() != '\n')
    throw std::runtime_error("no exchange: " + name);
  const Message asked = parse_message(text.substr(0, mark));
  const Message answered = parse_message(text.substr(mark + 5, text.size() - mark - 6));
  std::istringstream line(asked.start);
  std::string method, target;
  line >> method >> target;
  return {{parse_method(method), target, asked.headers, asked.body},
          answered.start,
          {std::stoi(answered.start.substr(9, 3)), answered.headers, answered.body}};
}

/// The text without white space outside strings.
std::string squeezed(std::string_view json) {
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!quoted && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) continue;
    text.push_back(c);
    if (quoted && c == '\\') {
      text.push_back(json[++i]);
    } else if (c == '"') {
      quoted = !quoted;
    }
  }
  return text;
}

UnixTime at(std::int64_t seconds) { return UnixTime{Seconds{seconds}}; }

/// What all of the page's accounts have in common.
AccountSpec sample(std::string id, std::string customer, std::int64_t created) {
  return {.id = std::move(id),
          .created = at(created),
          .account_holder = AccountHolder::customer(std::move(customer)),
          .institution_name = "StripeBank",
          .display_name = "Sample Checking Account",
          .last4 = "6789",
          .permissions = {}};
}

Scenario scenario(std::int64_t now, std::vector<AccountSpec> accounts) {
  return {.now = at(now),
          .rules = {.permissions = PermissionCheck::ignore},
          .accounts = std::move(accounts)};
}

Scenario list_scenario() {
  AccountSpec savings = sample("fca_1MwVJ12eZvKYlo2CsAvInGs1", "cus_9s6XI9OFIdpjIg", 1681412207);
  savings.display_name = "Sample Savings Account";
  savings.last4 = "4321";
  savings.subcategory = Subcategory::savings;
  AccountSpec card = sample("fca_1MwVH52eZvKYlo2CcArDsXy7", "cus_9s6XI9OFIdpjIg", 1681412206);
  card.display_name = "Sample Credit Card";
  card.last4 = "0042";
  card.category = Category::credit;
  card.supported_payment_method_types = {};
  return scenario(
      1681422295,
      {card, sample("fca_1MwVK82eZvKYlo2Cjw8FMxXf", "cus_9s6XI9OFIdpjIg", 1681412208), savings});
}

Scenario disconnect_scenario() {
  AccountSpec account = sample("fca_1MwVK82eZvKYlo2Cjw8FMxXf", "cus_9s6XI9OFIdpjIg", 1681412208);
  // Something for the call to take away.
  account.balance = Balance{.as_of = at(1681412300), .current = {{"usd", 100}}};
  account.balance_refresh = Refresh{.last_attempted_at = at(1681412300)};
  account.subscribed = true;
  return scenario(1681422295, {account});
}

Scenario refresh_scenario() {
  return scenario(1681422295,
                  {sample("fca_1MwVK82eZvKYlo2Cjw8FMxXf", "cus_9s6XI9OFIdpjIg", 1681412208)});
}

Scenario subscribe_scenario() {
  AccountSpec account = sample("fca_1NQay62eZvKYlo2C8dflHjWB", "cus_9s6XKzkNRiz8i3", 1688583746);
  account.refresh.transactions = {RefreshPlan{.id = "fctxnref_OD10iHSd7eaheDkeabbQfnJ7"}};
  return scenario(1625337296, {account});
}

Scenario unsubscribe_scenario() {
  AccountSpec account = sample("fca_1NQayH2eZvKYlo2CMBkU6Y9s", "cus_9s6XKzkNRiz8i3", 1688583757);
  account.subscribed = true;
  account.transaction_refresh = Refresh{.status = RefreshStatus::succeeded,
                                        .last_attempted_at = at(1625337296),
                                        .id = "fctxnref_OD10EqMBikeOrWm7JW44fdpo"};
  return scenario(1625337296, {account});
}

void expect_golden(const std::string& name, const Scenario& scenario) {
  const Exchange golden = exchange(name);
  EXPECT_EQ(golden.status_line, "HTTP/1.1 200 OK");
  World world{scenario};
  const Response answer = world.send(golden.request);
  EXPECT_EQ(answer.status, golden.response.status);
  EXPECT_EQ(squeezed(answer.body), squeezed(golden.response.body));
  EXPECT_EQ(answer.body, golden.response.body);
  EXPECT_TRUE(answer.headers == golden.response.headers);
  for (const auto& field : golden.response.headers) {
    EXPECT_EQ(answer.headers.find(field.name), field.value) << field.name;
  }
  // Without white space it is the same text.
  World compact{scenario, {.compact_json = true}};
  EXPECT_EQ(compact.send(golden.request).body, squeezed(golden.response.body));
}

TEST(GoldenWire, List) { expect_golden("list", list_scenario()); }
TEST(GoldenWire, Disconnect) { expect_golden("disconnect", disconnect_scenario()); }
TEST(GoldenWire, Refresh) { expect_golden("refresh", refresh_scenario()); }
TEST(GoldenWire, Subscribe) { expect_golden("subscribe", subscribe_scenario()); }
TEST(GoldenWire, Unsubscribe) { expect_golden("unsubscribe", unsubscribe_scenario()); }

// The request lines and bodies are the page's own, too.
TEST(GoldenWire, RequestsAreThePages) {
  EXPECT_EQ(exchange("list").request.target, "/v1/financial_connections/accounts?limit=3");
  EXPECT_EQ(exchange("disconnect").request.body, "");
  EXPECT_EQ(exchange("refresh").request.body, "features[]=balance");
  EXPECT_EQ(exchange("subscribe").request.body, "features[]=transactions");
  EXPECT_EQ(exchange("unsubscribe").request.target,
            "/v1/financial_connections/accounts/fca_1NQayH2eZvKYlo2CMBkU6Y9s/unsubscribe");
}

}  // namespace
}  // namespace fauxbank::testing
