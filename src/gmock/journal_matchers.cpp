// Matchers of a whole journal. Compiled once in the user's own test program, as the mocks are.

#include <algorithm>
#include <climits>
#include <map>
#include <ostream>
#include <string>

#include <fauxbank/detail/explain.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/gmock.hpp>

namespace fauxbank {
namespace {

using ::testing::AtLeast;
using ::testing::Cardinality;
using ::testing::Exactly;
using ::testing::Matcher;
using ::testing::MatchResultListener;
using ::testing::StringMatchResultListener;

bool is_call(const JournalEntry& entry) {
  return entry.kind == EntryKind::request || entry.kind == EntryKind::call;
}

/// `#3 POST /v1/… features[]=balance`
std::string asked(const JournalEntry& entry) {
  return "#" + std::to_string(entry.number) + " " +
         detail::one_line(detail::asked_line(entry), 300);
}

/// The same, and the answer.
std::string brief(const JournalEntry& entry) {
  return asked(entry) + " = " + detail::answer_line(entry);
}

std::string numbers(const std::vector<std::uint64_t>& found) {
  constexpr std::size_t kMost = 10;
  std::string text;
  for (std::size_t i = 0; i < found.size() && i < kMost; ++i)
    text.append(i == 0 ? "#" : " #").append(std::to_string(found[i]));
  return found.size() > kMost ? text + " …" : text;
}

/// `the calls were 2 list, 1 retrieve`
std::string what_there_was(const Journal& journal, std::size_t from) {
  std::map<std::string, int> counts;
  for (std::size_t i = from; i < journal.size(); ++i) {
    const JournalEntry& entry = journal[i];
    if (!is_call(entry)) continue;
    ++counts[entry.operation ? std::string(to_string(*entry.operation)) : "of no operation"];
  }
  const std::string after = from == 0 ? "" : " after that";
  std::string text;
  for (const auto& [name, count] : counts) {
    text.append(text.empty() ? "the calls" + after + " were " : ", ");
    text.append(std::to_string(count)).append(" ").append(name);
  }
  if (!text.empty()) return text;
  return from == 0 ? "there were no calls" : "there are no calls after that";
}

/// Entries that are gone could have been anything.
bool knows_all(const Journal& journal, MatchResultListener* listener) {
  if (journal.dropped() == 0) return true;
  *listener << "in which nothing can be claimed absent, because of older entries dropped: "
            << journal.dropped() << "; raise WorldOptions::journal_entries or journal_bytes";
  return false;
}

std::string counted_calls(std::size_t count) {
  return count == 1 ? "1 such call" : std::to_string(count) + " such calls";
}

}  // namespace

// ---- Received -----------------------------------------------------------------------------------

Received::Received() : times_(AtLeast(1)) {}
Received::Received(Operation operation) : operation_(operation), times_(AtLeast(1)) {}

Received Received::On(Matcher<const std::string&> account) const {
  Received copy = *this;
  copy.account_ = std::move(account);
  return copy;
}

Received Received::With(Matcher<const Request&> request) const {
  Received copy = *this;
  copy.requests_.push_back(std::move(request));
  return copy;
}

Received Received::Answered(Matcher<int> status) const {
  Received copy = *this;
  copy.status_ = std::move(status);
  return copy;
}

Received Received::Times(int n) const { return Times(Exactly(n)); }

Received Received::Times(const Cardinality& times) const {
  Received copy = *this;
  copy.times_ = times;
  return copy;
}

bool Received::concerns(const JournalEntry& entry) const {
  return is_call(entry) && (!operation_ || entry.operation == operation_);
}

Received::Check Received::check(const JournalEntry& entry) const {
  Check check;
  // The account tells calls apart better than their parameters do, and those better than the
  // answer.
  const auto note = [&](std::size_t weight, bool met, const std::string& why) {
    if (met) {
      check.met += weight;
    } else if (check.differs.empty()) {
      check.differs = why;
    }
  };
  if (account_) {
    const std::string account = account_of(entry);
    note(4, account_->Matches(account), "its account is " + detail::quoted(account));
  }
  for (const auto& matcher : requests_) {
    StringMatchResultListener why;
    const bool met = matcher.MatchAndExplain(request_of(entry), &why);
    note(2, met, why.str().empty() ? "its request differs" : "it is a request " + why.str());
  }
  if (status_)
    note(1, status_->Matches(entry.status), "its status is " + std::to_string(entry.status));
  return check;
}

/// The call that meets most conditions; of equals the latest.
std::string Received::closest(const Journal& journal, std::size_t from) const {
  const JournalEntry* best = nullptr;
  Check best_check;
  for (std::size_t i = from; i < journal.size(); ++i) {
    if (!concerns(journal[i])) continue;
    Check now = check(journal[i]);
    if (now.differs.empty() || (best != nullptr && now.met < best_check.met)) continue;
    best = &journal[i];
    best_check = std::move(now);
  }
  if (best == nullptr) {
    // Perhaps the call went astray: then the last refusal without a route says where to.
    for (std::size_t i = journal.size(); i-- > from;) {
      if (is_call(journal[i]) && !journal[i].operation)
        return what_there_was(journal, from) + "; astray is " + brief(journal[i]);
    }
    return what_there_was(journal, from);
  }
  std::string text = "closest is " + asked(*best) + ", but " + best_check.differs;
  if (best->refused_by) text.append("; it was answered ").append(explain(*best));
  return text;
}

bool Received::MatchAndExplain(const Journal& journal, MatchResultListener* listener) const {
  std::vector<std::uint64_t> found;
  for (const JournalEntry& entry : journal) {
    if (concerns(entry) && check(entry).differs.empty()) found.push_back(entry.number);
  }
  const int count = static_cast<int>(found.size());
  *listener << "which has " << counted_calls(found.size());
  if (count > 0) *listener << ", " << numbers(found);
  if (times_.IsOverSaturatedByCallCount(count)) return false;
  // More calls, forgotten ones, could break an upper bound.
  const bool bounded = times_.ConservativeUpperBound() < INT_MAX;
  if (!times_.IsSatisfiedByCallCount(count)) {
    *listener << "; " << closest(journal, 0);
    if (journal.dropped() != 0) *listener << "; older entries dropped: " << journal.dropped();
    return false;
  }
  if (!bounded || journal.dropped() == 0) return true;
  *listener << "; ";
  return knows_all(journal, listener);
}

void Received::describe_call(std::ostream* out) const {
  *out << (operation_ ? to_string(*operation_) : std::string_view("any call"));
  if (account_) {
    *out << " on an account that ";
    account_->DescribeTo(out);
  }
  for (const auto& matcher : requests_) {
    *out << " with a request (";
    matcher.DescribeTo(out);
    *out << ")";
  }
  if (status_) {
    *out << " answered with a status that ";
    status_->DescribeTo(out);
  }
}

void Received::DescribeTo(std::ostream* out) const {
  *out << "has ";
  describe_call(out);
  *out << ", ";
  times_.DescribeTo(out);
}

void Received::DescribeNegationTo(std::ostream* out) const {
  *out << "does not have ";
  describe_call(out);
  *out << ", ";
  times_.DescribeTo(out);
}

// ---- ReceivedInOrder ----------------------------------------------------------------------------

bool ReceivedInOrder::MatchAndExplain(const Journal& journal, MatchResultListener* listener) const {
  std::size_t at = 0;
  std::uint64_t last = 0;
  for (std::size_t step = 0; step < calls_.size(); ++step) {
    const std::size_t from = at;
    while (at < journal.size() &&
           !(calls_[step].concerns(journal[at]) && calls_[step].check(journal[at]).differs.empty()))
      ++at;
    if (at < journal.size()) {
      last = journal[at++].number;
      continue;
    }
    *listener << "which lacks call " << step + 1 << " of " << calls_.size() << ", ";
    if (listener->IsInterested()) calls_[step].describe_call(listener->stream());
    if (last != 0) *listener << ", after #" << last;
    *listener << "; " << calls_[step].closest(journal, from);
    return false;
  }
  *listener << "which ends them with #" << last;
  return true;
}

void ReceivedInOrder::DescribeTo(std::ostream* out) const {
  const char* separator = "has in this order ";
  for (const Received& call : calls_) {
    *out << separator;
    call.describe_call(out);
    separator = "; then ";
  }
}

void ReceivedInOrder::DescribeNegationTo(std::ostream* out) const {
  *out << "does not have it so: ";
  DescribeTo(out);
}

// ---- NoCallsAfter -------------------------------------------------------------------------------

NoCallsAfter::NoCallsAfter(EventKind event) : event_(event) {}

NoCallsAfter NoCallsAfter::On(std::string account) const {
  NoCallsAfter copy = *this;
  copy.account_ = std::move(account);
  return copy;
}

bool NoCallsAfter::MatchAndExplain(const Journal& journal, MatchResultListener* listener) const {
  std::map<std::string, std::uint64_t> since;  // account to the number of its first such event
  for (const JournalEntry& entry : journal) {
    if (is_call(entry)) {
      const auto event = since.find(account_of(entry));
      if (event != since.end()) {
        *listener << "which has, after #" << event->second << " " << to_string(event_) << " "
                  << event->first << ", " << brief(entry);
        return false;
      }
    }
    for (const Event& event : entry.events) {
      if (event.kind == event_ && (!account_ || event.account.id() == *account_))
        since.emplace(event.account.id(), entry.number);
    }
  }
  if (since.empty()) {
    *listener << "which has no such event";
    if (journal.dropped() != 0) *listener << "; older entries dropped: " << journal.dropped();
    return false;
  }
  return knows_all(journal, listener);
}

void NoCallsAfter::DescribeTo(std::ostream* out) const {
  *out << "has no call for an account after it was " << to_string(event_);
  if (account_) *out << ", which is '" << *account_ << "'";
}

void NoCallsAfter::DescribeNegationTo(std::ostream* out) const {
  *out << "has a call for an account after it was " << to_string(event_);
  if (account_) *out << ", which is '" << *account_ << "'";
}

}  // namespace fauxbank
