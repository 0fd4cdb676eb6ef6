#pragma once

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fauxbank/detail/explain.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/retry.hpp>

namespace fauxbank {
namespace detail {

/// What an attempt left its client with.
class Attempt {
 public:
  /// \param next the attempt that came after it, if any
  Attempt(const JournalEntry& entry, const JournalEntry* next) : entry_(entry) {
    if (next == nullptr || !entry.answered) return;
    // A call goes on after its own answer only where that was a key in use, or came too late.
    unheard_ = entry.status != 409 || next->at < entry.at + entry.took;
    if (unheard_) ended_ = std::min(ended_, next->at);
  }

  /// The answer is the service's own, but the client did not wait for it.
  bool is_unheard() const { return unheard_; }
  /// When the client knew; of an answer not waited for, the latest that it can have been.
  Instant ended() const { return ended_; }
  std::string_view body() const { return entry_.request_body(); }
  std::optional<std::string_view> key() const {
    return field_in(entry_.request_headers(), "Idempotency-Key");
  }
  /// An answer's header, where an answer came.
  std::optional<std::string_view> answered(std::string_view name) const {
    if (entry_.error || unheard_) return std::nullopt;
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
    return !entry_.error && !unheard_ && entry_.status >= 400 && entry_.status < 500 &&
           entry_.status != 409 && entry_.status != 429;
  }
  bool asks_for_more() const { return answered("Stripe-Should-Retry") == "true"; }
  /// Whether the client must reckon with its request having been applied.
  bool may_be_applied() const {
    if (entry_.error) return *entry_.error != transport_errc::connection_refused;
    return unheard_ || (entry_.status != 429 && entry_.status != 409);
  }
  std::string text() const {
    std::string text = entry_.error      ? std::string(to_string(*entry_.error))
                       : entry_.answered ? std::to_string(entry_.status)
                                         : std::to_string(entry_.status) + " of a fault";
    if (entry_.error && entry_.applied) text += ", applied";
    if (unheard_) text += ", not waited for";
    for (const char* name : {"Retry-After", "Stripe-Should-Retry"}) {
      if (const auto value = answered(name))
        text.append(", ").append(name).append(" ").append(one_line(*value, 40));
    }
    return text;
  }

 private:
  const JournalEntry& entry_;
  bool unheard_ = false;
  Instant ended_ = entry_.at + entry_.took;
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
      const JournalEntry* const next = i + 1 < entries.size() ? entries[i + 1] : nullptr;
      RetryAttempt attempt;
      attempt.entry = entry.number;
      attempt.connection = entry.connection;
      attempt.at = entry.at;
      attempt.text = Attempt(entry, next).text();
      if (i != 0) judge_retry(first, *entries[i - 1], entry, attempt, last_delay);
      if (i + 1 > contract_.most_attempts) attempt.faults.insert(RetryFault::too_long);
      if (contract_.longest && entry.at - first.at > *contract_.longest)
        attempt.faults.insert(RetryFault::too_long);
      call.attempts.push_back(std::move(attempt));
    }
    if (is_one_missing(entries)) call.attempts.back().faults.insert(RetryFault::missing);
    return call;
  }

 private:
  /// Whether the service asks for one more, and the contract still allows it.
  bool is_one_missing(const std::vector<const JournalEntry*>& entries) const {
    const Attempt last(*entries.back(), nullptr);
    if (!last.asks_for_more() || entries.size() >= contract_.most_attempts) return false;
    const Instant soonest = last.ended() + last.retry_after().value_or(Milliseconds::zero());
    return !contract_.longest || soonest - entries.front()->at < *contract_.longest;
  }

  void judge_retry(const JournalEntry& first, const JournalEntry& before, const JournalEntry& entry,
                   RetryAttempt& attempt, std::optional<Milliseconds>& last_delay) const {
    const Attempt origin(first, nullptr);
    const Attempt failed(before, &entry);
    const Attempt retry(entry, nullptr);
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
    if (failed.is_unheard()) return;  // nobody saw when the delay began
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
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  // Places in `calls` of those that were retried, also where the client just did not wait.
  std::unordered_map<std::uint64_t, std::size_t> retried;
  for (const JournalEntry& entry : journal) {
    if (entry.attempt > 1) retried.emplace(entry.attempt_of, kNone);
  }
  std::vector<std::vector<const JournalEntry*>> calls;
  for (const JournalEntry& entry : journal) {
    if (entry.kind != EntryKind::request) continue;
    const auto call = retried.find(entry.attempt > 1 ? entry.attempt_of : entry.number);
    const bool is_known = call != retried.end();
    if (is_known && call->second != kNone) {
      calls[call->second].push_back(&entry);
    } else if (!entry.answered || entry.status == 409 || is_known) {
      if (is_known) call->second = calls.size();
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
