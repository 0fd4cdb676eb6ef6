#pragma once

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <fauxbank/detail/explain.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/retry.hpp>

namespace fauxbank {
namespace detail {

/// What an attempt left its client with.
class Attempt {
 public:
  explicit Attempt(const JournalEntry& entry) : entry_(entry) {}

  /// When the client knew.
  Instant ended() const { return entry_.at + entry_.took; }
  std::string_view body() const { return entry_.request_body(); }
  std::optional<std::string_view> key() const {
    return field_in(entry_.request_headers(), "Idempotency-Key");
  }
  /// An answer's header, where there was an answer.
  std::optional<std::string_view> answered(std::string_view name) const {
    if (entry_.error) return std::nullopt;
    return field_in(entry_.response_headers(), name);
  }
  std::optional<Milliseconds> retry_after() const {
    const auto text = answered("Retry-After");
    std::int64_t seconds = 0;
    if (!text) return std::nullopt;
    const char* const end = text->data() + text->size();
    const auto [at, error] = std::from_chars(text->data(), end, seconds);
    if (error != std::errc() || at != end || seconds < 0 || seconds > kLastInstantMs / 1000)
      return std::nullopt;
    return Milliseconds{seconds * 1000};
  }
  bool is_final() const {
    if (const auto advice = answered("Stripe-Should-Retry")) return *advice == "false";
    return !entry_.error && entry_.status >= 400 && entry_.status < 500 && entry_.status != 409 &&
           entry_.status != 429;
  }
  bool asks_for_more() const { return answered("Stripe-Should-Retry") == "true"; }
  /// Whether the client must reckon with its request having been applied.
  bool may_be_applied() const {
    if (entry_.error) return *entry_.error != transport_errc::connection_refused;
    return entry_.status != 429 && entry_.status != 409;
  }
  std::string text() const {
    std::string text = entry_.error      ? std::string(to_string(*entry_.error))
                       : entry_.answered ? std::to_string(entry_.status)
                                         : std::to_string(entry_.status) + " of a fault";
    if (entry_.error && entry_.applied) text += ", applied";
    for (const char* name : {"Retry-After", "Stripe-Should-Retry"}) {
      if (const auto value = answered(name))
        text.append(", ").append(name).append(" ").append(one_line(*value, 40));
    }
    return text;
  }

 private:
  const JournalEntry& entry_;
};

class RetryJudge {
 public:
  explicit RetryJudge(const RetryContract& contract) : contract_(contract) {}

  RetriedCall judge(const std::vector<const JournalEntry*>& entries) const {
    RetriedCall call;
    const JournalEntry& first = *entries.front();
    call.what =
        one_line(std::string(to_string(first.method)).append(" ").append(first.target()), 200);
    std::optional<Milliseconds> last_delay;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const JournalEntry& entry = *entries[i];
      RetryAttempt attempt;
      attempt.entry = entry.number;
      attempt.connection = entry.connection;
      attempt.at = entry.at;
      attempt.text = Attempt(entry).text();
      if (i != 0) judge_retry(first, *entries[i - 1], entry, attempt, last_delay);
      if (i + 1 > contract_.most_attempts) attempt.faults.insert(RetryFault::too_long);
      if (contract_.longest && entry.at - first.at > *contract_.longest)
        attempt.faults.insert(RetryFault::too_long);
      call.attempts.push_back(std::move(attempt));
    }
    if (entries.size() == 1 && Attempt(first).asks_for_more())
      call.attempts.back().faults.insert(RetryFault::missing);
    return call;
  }

 private:
  void judge_retry(const JournalEntry& first, const JournalEntry& before, const JournalEntry& entry,
                   RetryAttempt& attempt, std::optional<Milliseconds>& last_delay) const {
    const Attempt origin(first);
    const Attempt failed(before);
    const Attempt retry(entry);
    attempt.waited = std::max(entry.at - failed.ended(), Milliseconds::zero());
    if (failed.is_final()) attempt.faults.insert(RetryFault::unwanted);
    if (retry.body() != origin.body()) attempt.faults.insert(RetryFault::other_body);
    if (entry.method == Method::post) {
      const auto key = retry.key();
      if (key && origin.key() != key) attempt.faults.insert(RetryFault::other_key);
      if (!key && failed.may_be_applied()) attempt.faults.insert(RetryFault::without_key);
    }
    if (const auto least = failed.retry_after()) {
      if (attempt.waited < *least) attempt.faults.insert(RetryFault::too_soon);
      return;
    }
    if (contract_.growing_delays && last_delay && attempt.waited <= *last_delay &&
        attempt.waited < contract_.longest_delay)
      attempt.faults.insert(RetryFault::not_growing);
    last_delay = attempt.waited;
  }

  const RetryContract& contract_;
};

}  // namespace detail

FAUXBANK_DECL RetryReport check_retries(const Journal& journal, const RetryContract& contract) {
  if (journal.dropped() != 0) {
    detail::throw_misuse("check_retries: the journal has dropped " +
                         std::to_string(journal.dropped()) +
                         " entries (WorldOptions::journal_entries)");
  }
  std::vector<std::uint64_t> retried;  // first entries, also where the client just did not wait
  for (const JournalEntry& entry : journal) {
    if (entry.attempt > 1) retried.push_back(entry.attempt_of);
  }
  std::sort(retried.begin(), retried.end());
  std::vector<std::vector<const JournalEntry*>> calls;
  std::vector<std::pair<std::uint64_t, std::size_t>> open;  // first entry, place in `calls`
  for (const JournalEntry& entry : journal) {
    if (entry.kind != EntryKind::request) continue;
    const auto known = std::find_if(open.rbegin(), open.rend(), [&](const auto& call) {
      return entry.attempt > 1 && call.first == entry.attempt_of;
    });
    if (known != open.rend()) {
      calls[known->second].push_back(&entry);
    } else if (!entry.answered || entry.status == 409 ||
               std::binary_search(retried.begin(), retried.end(), entry.number)) {
      open.emplace_back(entry.number, calls.size());
      calls.push_back({&entry});
    }
  }
  RetryReport report;
  const detail::RetryJudge judge(contract);
  for (const auto& entries : calls)
    report.calls.push_back(judge.judge(entries));
  return report;
}

FAUXBANK_DECL bool RetryReport::ok() const noexcept {
  return std::all_of(calls.begin(), calls.end(), [](const RetriedCall& call) {
    return std::all_of(call.attempts.begin(), call.attempts.end(),
                       [](const RetryAttempt& attempt) { return attempt.faults.empty(); });
  });
}

FAUXBANK_DECL std::vector<std::string> RetryReport::violations() const {
  std::vector<std::string> found;
  for (const RetriedCall& call : calls) {
    for (const RetryAttempt& attempt : call.attempts) {
      if (!attempt.faults.empty()) found.push_back(call.what + ": " + to_string(attempt));
    }
  }
  return found;
}

FAUXBANK_DECL std::string to_string(const RetryContract& contract) {
  std::string text = "at most " + std::to_string(contract.most_attempts) + " attempts";
  if (contract.longest) text += " in " + std::to_string(contract.longest->count()) + " ms";
  if (contract.growing_delays) {
    text += ", delays grow up to " + std::to_string(contract.longest_delay.count()) + " ms";
  }
  return text;
}

FAUXBANK_DECL std::string to_string(const RetryAttempt& attempt) {
  std::string text = "#" + std::to_string(attempt.entry) + " " + to_string(attempt.at) + " after " +
                     std::to_string(attempt.waited.count()) + " ms";
  if (attempt.connection != 0) text += " on connection " + std::to_string(attempt.connection);
  text.append(": ").append(attempt.text);
  if (!attempt.faults.empty()) text.append(" ").append(to_string(attempt.faults));
  return text;
}

FAUXBANK_DECL std::string to_string(const RetriedCall& call) {
  std::string text = call.what + ", " + std::to_string(call.attempts.size()) +
                     (call.attempts.size() == 1 ? " attempt" : " attempts");
  for (const RetryAttempt& attempt : call.attempts)
    text.append("\n  ").append(to_string(attempt));
  return text;
}

FAUXBANK_DECL std::string to_string(const RetryReport& report) {
  std::string text;
  for (const RetriedCall& call : report.calls)
    text.append(text.empty() ? "" : "\n").append(to_string(call));
  return text;
}

}  // namespace fauxbank
