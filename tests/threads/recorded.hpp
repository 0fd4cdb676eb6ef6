#pragma once

// Calls of one world by many threads, recorded with what they answered and when they began and
// ended.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fauxbank/fauxbank.hpp>

#include "support/http.hpp"

namespace fauxbank::testing {

/// Run one function on several threads that all begin at the same moment; it gets its thread's
/// number.
inline void run_together(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> ready{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      ++ready;
      while (ready.load() < count)
        std::this_thread::yield();
      work(i);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
}

/// One call and its answer. `before` and `after` are drawn from one counter that all threads share.
struct Recorded {
  // What was asked: an HTTP request, or a call of the typed face.
  std::optional<Request> request{};
  Operation operation = Operation::retrieve;
  std::string account{};
  ListParams list{};
  // What came back.
  Response response{};
  std::string typed{};
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

/// A typed answer as text: what the account or the page looks like, or why it was refused.
inline std::string print(const ApiError& error) {
  return std::to_string(error.status) + " " + error.code + " " + error.param + " " + error.message;
}
inline std::string print(const Account& account) {
  std::string text(account.id());
  text.append(" ")
      .append(to_string(account.status()))
      .append(account.subscribed() ? " subscribed" : "");
  for (Feature feature : FeatureSet::all()) {
    const Refresh* refresh = account.refresh(feature);
    text.append(" ");
    if (refresh == nullptr) {
      text.append("null");
      continue;
    }
    text.append(to_string(refresh->status)).append(" ").append(refresh->id).append(" ");
    text.append(to_string(refresh->last_attempted_at))
        .append(" ")
        .append(to_string(refresh->origin));
  }
  return text;
}
inline std::string print(const Page<Account>& page) {
  std::string text = page.has_more ? "more" : "end";
  for (const Account& account : page.data)
    text.append("\n").append(print(account));
  return text;
}
template <class T>
std::string print(const Result<T, ApiError>& answer) {
  return answer ? print(*answer) : print(answer.error());
}

/// Make the call; the answer goes into it.
inline void perform(World& world, Recorded& call) {
  if (call.request) {
    call.response = world.send(*call.request);
    return;
  }
  Accounts& accounts = world.accounts();
  switch (call.operation) {
    case Operation::list:
      call.typed = print(accounts.list(call.list));
      break;
    case Operation::retrieve:
      call.typed = print(accounts.retrieve(call.account));
      break;
    case Operation::disconnect:
      call.typed = print(accounts.disconnect(call.account));
      break;
    case Operation::refresh:
      call.typed = print(accounts.refresh(call.account, {FeatureSet::all()}));
      break;
    case Operation::subscribe:
      call.typed = print(accounts.subscribe(call.account));
      break;
    default:
      call.typed = print(accounts.unsubscribe(call.account));
      break;
  }
}

/// The value of a header line in a journal entry, or nothing.
inline std::string_view header_in(std::string_view lines, std::string_view name) {
  const std::size_t at = lines.find(std::string(name) + ": ");
  if (at == std::string_view::npos) return {};
  lines.remove_prefix(at + name.size() + 2);
  return lines.substr(0, lines.find('\n'));
}

inline std::string request_id_of(const Response& response) {
  return std::string(response.headers.find("Request-Id").value_or(""));
}

}  // namespace fauxbank::testing
