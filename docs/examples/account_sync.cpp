#include "account_sync.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace example {
namespace json = boost::json;
using namespace std::chrono_literals;
namespace {

constexpr int kAttempts = 8;
const std::string kAccounts = "/v1/financial_connections/accounts/";

std::string refresh_status(const json::object& account) {
  const json::value* refresh = account.if_contains("balance_refresh");
  if (refresh == nullptr || !refresh->is_object()) return "none";
  const json::value* status = refresh->get_object().if_contains("status");
  return status != nullptr && status->is_string() ? std::string(status->get_string()) : "none";
}

}  // namespace

std::string AccountSync::run(const std::string& account) {
  const fauxbank::Instant start = clock_.now();
  // Whether the refresh has started, only the account can tell: of a server error nobody knows if
  // it came before or after.
  const Answer started = post(kAccounts + account + "/refresh", "features[]=balance");
  for (Milliseconds pause = 6s; clock_.now() - start < 10min; pause *= 2) {
    const Milliseconds usual = std::max<Milliseconds>(start + 6s - clock_.now(), 0ms);
    clock_.sleep_for(bug_ == Bug::pending_is_failed ? usual : pause);
    std::string status = poll(account);
    if (status == "succeeded") return {};
    if (status == "pending" && bug_ == Bug::pending_is_failed) status = "failed";
    if (status == "failed") {
      const Answer gone = post(kAccounts + account + "/disconnect", "");
      return "the refresh failed" + (gone.error.empty() ? "" : "; " + gone.error);
    }
    if (status != "pending") return started.error.empty() ? status : started.error;
  }
  return "still pending";
}

std::string AccountSync::poll(const std::string& account) {
  const Answer answer = call(fauxbank::Request::get(kAccounts + account));
  return answer.error.empty() ? refresh_status(answer.body) : answer.error;
}

AccountSync::Answer AccountSync::post(const std::string& target, const std::string& form) {
  fauxbank::Request request = fauxbank::Request::post(target, form);
  if (bug_ != Bug::no_key)
    request.header("Idempotency-Key", "sync-" + std::to_string(++keys_made_));
  return call(std::move(request));
}

/// One call, in as many attempts as it takes.
AccountSync::Answer AccountSync::call(fauxbank::Request request) {
  request.deadline = 30s;
  Answer answer;
  Milliseconds delay = 1s;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    const auto response = transport_.send(request);
    if (response) {
      std::error_code fault;
      const json::value body = json::parse(response->body, fault);
      const bool is_whole = !fault && body.is_object();
      if (is_whole && response->status == 200) return {body.get_object(), {}};
      answer.error = "HTTP " + std::to_string(response->status);
      const bool may_change = !is_whole || response->status == 409 || response->status == 429 ||
                              response->status >= 500;
      // The same key gets the same error again.
      const bool is_replay = response->headers.find("Idempotent-Replayed").has_value();
      if (!may_change || is_replay || response->headers.find("Stripe-Should-Retry") == "false")
        return answer;
    } else {
      answer.error = fauxbank::to_string(response.error());
    }
    if (attempt < kAttempts) clock_.sleep_for(pause_after(response ? &*response : nullptr, delay));
    delay = std::min<Milliseconds>(2 * delay, 30s);
  }
  return answer;
}

AccountSync::Milliseconds AccountSync::pause_after(const fauxbank::Response* response,
                                                   Milliseconds delay) const {
  if (response == nullptr || bug_ == Bug::ignores_retry_after) return delay;
  const std::string_view wanted = response->headers.find("Retry-After").value_or("");
  int seconds = 0;
  std::from_chars(wanted.data(), wanted.data() + wanted.size(), seconds);
  return std::max<Milliseconds>(delay, std::chrono::seconds{seconds});
}

}  // namespace example
