#pragma once

// The first answers under idempotency keys (rules idem.*): kept for 24 h of world time, within a
// number of bytes, and shared between forks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fauxbank/clock.hpp>
#include <fauxbank/command.hpp>
#include <fauxbank/detail/cow_tree.hpp>
#include <fauxbank/detail/cow_vector.hpp>
#include <fauxbank/detail/form.hpp>
#include <fauxbank/detail/hash_trie.hpp>
#include <fauxbank/detail/ref.hpp>
#include <fauxbank/http/message.hpp>

namespace fauxbank::detail {

inline constexpr Milliseconds kKeyLifetime = std::chrono::hours{24};

/// What a key answered at first, and to what.
struct StoredAnswer : RefCounted {
  std::string tenant;
  std::string key;
  Operation operation = Operation::list;
  std::string id;      // in the path
  std::string params;  // canonical, see canonical_params
  Instant at{};
  int status = 200;
  std::string body;
  std::string request_id;
  bool executed = true;  // by the engine; an injected 5xx is not
  std::uint64_t order = 0;

  std::size_t weight() const noexcept {
    return sizeof *this + tenant.size() + key.size() + id.size() + params.size() + body.size() +
           request_id.size();
  }
};

/// The stored answers of one state. A copy costs a few references.
///
/// Bound: past `max_bytes` the oldest answers are forgotten first, whether or not their time is
/// over; the latest is always kept. Complexity: look-ups and changes are logarithmic.
class IdempotencyStore {
 public:
  /// The answer under a key, expired or not; null for none.
  Ref<const StoredAnswer> find(std::string_view tenant, std::string_view key) const;
  /// Store an answer in place of what the key had, and forget what is too old or too much.
  void put(StoredAnswer answer, std::size_t max_bytes);
  /// Forget every answer: the keys are new again.
  void clear();

  /// Hold a key from `now` on while its first answer is on the way, until `until`: other requests
  /// with it are refused (rule idem.concurrent).
  void hold(std::string_view tenant, std::string_view key, Instant now, Instant until);
  bool is_held(std::string_view tenant, std::string_view key, Instant now) const noexcept;

  std::size_t size() const noexcept { return ages_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Age {
    std::uint64_t order;
    std::uint32_t slot;
    friend bool operator<(const Age& a, const Age& b) noexcept { return a.order < b.order; }
  };
  struct Held {
    std::string tenant;
    std::string key;
    Instant until;
  };
  std::uint32_t slot_of(std::string_view tenant, std::string_view key) const;
  void erase(std::uint32_t slot);

  CowVector<Ref<const StoredAnswer>> slots_;
  HashTrie by_key_;
  CowTree<Age> ages_;             // of the slots in use, oldest first
  CowTree<std::uint32_t> spare_;  // slots to use again
  std::vector<Held> held_;
  std::size_t bytes_ = 0;
  std::uint64_t stored_ = 0;
};

/// Decoded parameters as a text that is the same for the same tree: independent of spelling and of
/// the order of keys, not of the order of lists.
std::string canonical_params(const std::vector<FormField>& fields);

}  // namespace fauxbank::detail
