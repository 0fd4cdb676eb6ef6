#include "balance_sync.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace example {
namespace json = boost::json;
namespace {

constexpr std::string_view kAccounts = "/v1/financial_connections/accounts";

std::string path_of(std::string_view account, std::string_view verb = {}) {
  std::string path(kAccounts);
  path.append("/").append(account);
  if (!verb.empty()) path.append("/").append(verb);
  return path;
}

// A member that is missing or of another type reads as empty: an answer is a stranger's text.
std::string string_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool bool_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

const json::object& object_in(const json::object& object, std::string_view name) {
  static const json::object kNone;
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

std::string refusal_of(int status, const json::object& body) {
  const json::object& error = object_in(body, "error");
  std::string text = "HTTP " + std::to_string(status);
  for (const char* member : {"type", "code", "param"}) {
    const std::string value = string_in(error, member);
    if (!value.empty()) text.append(" ").append(value);
  }
  return text;
}

}  // namespace

BalanceSync::BalanceSync(fauxbank::Transport& transport, fauxbank::VirtualClock& clock,
                         SyncOptions options)
    : transport_(transport), clock_(clock), options_(std::move(options)) {}

SyncReport BalanceSync::run(const std::string& customer) {
  SyncReport report;
  const std::vector<std::string> accounts = list_accounts(customer, report);
  wait_for_refreshes(start_refreshes(accounts, report), report);
  return report;
}

// ---- one request --------------------------------------------------------------------------------

BalanceSync::Answer BalanceSync::call(fauxbank::Request request) {
  request.bearer(options_.key);
  std::string error;
  for (int attempt = 1; attempt <= options_.attempts; ++attempt) {
    if (attempt > 1) clock_.sleep_for(options_.first_delay);
    const auto response = transport_.send(request);
    if (!response) {
      error = fauxbank::to_string(response.error());
      continue;
    }
    std::error_code fault;
    const json::value body = json::parse(response->body, fault);
    if (fault || !body.is_object()) {
      error = "HTTP " + std::to_string(response->status) + " with a body that is no JSON object";
    } else if (response->status == 200) {
      return {body.get_object(), {}};
    } else {
      error = refusal_of(response->status, body.get_object());
    }
    const bool temporary = response->status == 429 || response->status >= 500;
    if (!temporary) break;
  }
  return {{}, error};
}

BalanceSync::Answer BalanceSync::get(const std::string& target) {
  return call(fauxbank::Request::get(target));
}

BalanceSync::Answer BalanceSync::post(const std::string& target, const std::string& form) {
  return call(fauxbank::Request::post(target, form));
}

// ---- the steps of a sync ------------------------------------------------------------------------

std::vector<std::string> BalanceSync::list_accounts(const std::string& customer,
                                                    SyncReport& report) {
  const std::string query =
      "?account_holder[customer]=" + customer + "&limit=" + std::to_string(options_.page_size);
  std::vector<std::string> accounts;
  for (bool more = true; more;) {
    const std::string cursor = accounts.empty() ? "" : "&starting_after=" + accounts.back();
    const Answer page = get(std::string(kAccounts) + query + cursor);
    report.error = page.error;
    more = bool_in(page.body, "has_more");
    const json::value* data = page.body.if_contains("data");
    if (data == nullptr || !data->is_array() || data->get_array().empty()) break;
    for (const json::value& row : data->get_array()) {
      if (row.is_object()) accounts.push_back(string_in(row.get_object(), "id"));
    }
  }
  return accounts;
}

std::vector<std::string> BalanceSync::start_refreshes(const std::vector<std::string>& accounts,
                                                      SyncReport& report) {
  std::vector<std::string> pending;
  for (const std::string& account : accounts) {
    const Answer answer = post(path_of(account, "refresh"), "features[]=balance");
    if (answer.error.empty()) {
      pending.push_back(account);
    } else {
      report.failures.push_back({account, answer.error, false});
    }
  }
  return pending;
}

void BalanceSync::wait_for_refreshes(std::vector<std::string> pending, SyncReport& report) {
  const fauxbank::Instant deadline = clock_.now() + options_.patience;
  Milliseconds delay = options_.first_delay;
  while (!pending.empty() && clock_.now() < deadline) {
    clock_.sleep_for(delay);
    delay = std::min(2 * delay, options_.longest_delay);
    std::vector<std::string> still_pending;
    for (const std::string& account : pending) {
      if (!poll(account, report)) still_pending.push_back(account);
    }
    pending = std::move(still_pending);
  }
  for (const std::string& account : pending)
    report.failures.push_back({account, "still pending", false});
}

/// Look at one refresh; true when it has ended.
bool BalanceSync::poll(const std::string& account, SyncReport& report) {
  const Answer answer = get(path_of(account));
  if (!answer.error.empty()) {
    report.failures.push_back({account, answer.error, false});
    return true;
  }
  const std::string status = string_in(object_in(answer.body, "balance_refresh"), "status");
  if (status == "pending") return false;
  if (status != "succeeded") {
    give_up(account, status.empty() ? "no longer connected" : "refresh " + status, report);
    return true;
  }
  for (const auto& amount : object_in(object_in(answer.body, "balance"), "current")) {
    if (!amount.value().is_int64()) continue;
    report.balances.push_back({account, std::string(amount.key()), amount.value().get_int64()});
  }
  return true;
}

void BalanceSync::give_up(const std::string& account, std::string reason, SyncReport& report) {
  const Answer answer = post(path_of(account, "disconnect"), "");
  report.failures.push_back({account, std::move(reason), answer.error.empty()});
}

}  // namespace example
