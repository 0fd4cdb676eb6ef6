#pragma once

// The calls whose clients have not got the service's answer yet, so that a retry can be told from a
// new call.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <fauxbank/detail/hash.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank::detail {

/// Bound: beyond `kMost` the oldest are forgotten. Empty as long as every client gets its answers.
class OpenCalls {
 public:
  static constexpr std::size_t kMost = 256;

  bool empty() const noexcept { return calls_.empty(); }

  /// Say which attempt an entry is, and remember it if its client will have to ask again.
  [[gnu::noinline]] void note(const Request& request, JournalEntry& entry) {
    const Call asked = identify(request);
    const auto call = find(asked);
    const bool is_known = call != calls_.end();
    if (is_known) {
      entry.attempt = ++call->attempts;
      entry.attempt_of = call->first;
    }
    // A key in use says: ask again.
    constexpr int kConflict = 409;
    const bool settled = entry.answered && entry.status != kConflict;
    if (settled && is_known) calls_.erase(call);
    if (settled || is_known) return;
    add({asked.key, asked.bytes, entry.number, 1});
  }

  /// Open the call of an entry again, whose client did not wait for the answer.
  void reopen(const Request& request, std::uint64_t first, std::uint32_t attempts) {
    Call call = identify(request);
    call.first = first;
    call.attempts = attempts;
    if (find(call) == calls_.end()) add(call);
  }

 private:
  struct Call {
    std::uint64_t key;    // of idempotency; 0: none
    std::uint64_t bytes;  // method, target, body and tenant
    std::uint64_t first;  // entry
    std::uint32_t attempts;
  };

  static Call identify(const Request& request) noexcept {
    const std::uint64_t tenant =
        hash_bytes(request.headers.find("Stripe-Account").value_or(std::string_view()));
    const auto key = request.headers.find("Idempotency-Key");
    const bool has_key = request.method == Method::post && key && !key->empty();
    const std::uint64_t bytes = hash_bytes(
        request.body, hash_bytes(request.target, hash_bytes(to_string(request.method), tenant)));
    return {has_key ? hash_bytes(*key, tenant) | 1u : 0, bytes, 0, 0};
  }

  /// The call of the same key, or else of the same bytes.
  std::vector<Call>::iterator find(const Call& asked) {
    const auto call = std::find_if(calls_.begin(), calls_.end(), [&](const Call& known) {
      return asked.key != 0 && known.key == asked.key;
    });
    if (call != calls_.end()) return call;
    return std::find_if(calls_.begin(), calls_.end(),
                        [&](const Call& known) { return known.bytes == asked.bytes; });
  }

  void add(const Call& call) {
    if (calls_.size() == kMost) calls_.erase(calls_.begin());
    calls_.push_back(call);
  }

  std::vector<Call> calls_;  // oldest first
};

}  // namespace fauxbank::detail
