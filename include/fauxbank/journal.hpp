#pragma once

/// \file
/// The memory of a test: every request, call, timer and world event, with what it changed and which
/// rules decided it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/engine.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/http/message.hpp>

namespace fauxbank {

enum class EntryKind : std::uint8_t {
  request,  ///< an HTTP request
  call,     ///< a call of the typed face
  timer,    ///< something fell due
  event,    ///< a world event
};
FAUXBANK_ENUM_NAMES(EntryKind, "request", "call", "timer", "event");

/// One step of a world, as it was. Authorization and live keys never get here.
struct JournalEntry : detail::RefCounted {
  std::uint64_t number = 0;  ///< counts from 1, without gaps
  Instant at{};
  std::uint32_t thread = 0;  ///< numbered from 1 by first use of the world
  EntryKind kind = EntryKind::request;
  Method method = Method::get;
  std::optional<Operation> operation;
  int status = 0;  ///< HTTP status; of calls, the one the HTTP form would have
  std::optional<Rule> refused_by;
  RuleSet rules;
  /// The fault that struck a request, whether it was applied, and what the client saw of it; empty
  /// for none. `status` and the answer are then what the client would have seen without it, or,
  /// where the request was not applied, 0 for no answer.
  std::string_view fault_text() const noexcept { return fault.view(); }
  std::uint64_t connection = 0;  ///< of a request, numbered from 1; 0: none, or unknown
  /// Which attempt of one call a request is: those before it had the same idempotency key, or the
  /// same method, target, body and tenant, and their clients did not get the service's answer.
  std::uint32_t attempt = 1;
  std::uint64_t attempt_of = 0;  ///< the number of the first attempt's entry; 0 for that one itself
  bool applied = true;           ///< whether the service has seen the request
  bool answered = true;          ///< whether the client gets the service's own answer, whole
  /// What the client gets in place of any answer. With `applied` it is a lost answer.
  std::optional<transport_errc> error;
  Milliseconds took{};  ///< world time that a fault let pass until the client knew
  Changes changes;
  std::vector<Event> events;

  std::string_view target() const noexcept {
    return part(0);
  }  ///< of calls and events: what was asked, without parameters
  std::string_view request_headers() const noexcept {
    return part(1);
  }  ///< one `Name: value` a line
  /// Of calls: the parameters, form encoded as a client would send them.
  std::string_view request_body() const noexcept { return part(2); }
  std::string_view response_headers() const noexcept { return part(3); }
  /// The answer's body. Accepted answers are kept as accounts and printed again here, byte for
  /// byte.
  std::string response_body() const;

  // ---- private use ----

  Account account;     // the answer, or
  Page<Account> page;  // the answer of a list; of other answers the body is kept
  Form form = Form::documented;
  bool pretty = true;
  detail::Text fault;
  // Of a refusal about an id or a time: the world as it was, for `explain` to look around in. One
  // reference, and nothing is searched before somebody reads it.
  std::optional<State> seen;

  // The texts stand behind the entry, in one block of memory with it; the last is the body of a
  // refusal. Only `make_entry` makes entries.
  static constexpr std::size_t kParts = 5;
  std::array<std::uint32_t, kParts> ends{};
  struct TextRoom {
    std::size_t bytes;
  };
  explicit JournalEntry(TextRoom) noexcept;
  ~JournalEntry();
  JournalEntry(const JournalEntry&) = delete;
  JournalEntry& operator=(const JournalEntry&) = delete;
  char* texts() noexcept { return reinterpret_cast<char*>(this + 1); }
  void end_part(std::size_t i, const char* end) noexcept {
    ends[i] = static_cast<std::uint32_t>(end - texts());
  }
  std::string_view part(std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return {reinterpret_cast<const char*>(this + 1) + begin, ends[i] - begin};
  }
  static void* operator new(std::size_t size, TextRoom room) {
    return ::operator new(size + room.bytes);
  }
  static void operator delete(void* entry, TextRoom) noexcept { ::operator delete(entry); }
  static void operator delete(void* entry) noexcept { ::operator delete(entry); }
  std::size_t weight() const noexcept;
};

/// Say which rule answered and why, with its origin, in one line. Of a refusal also what the caller
/// may have meant: the nearest account, route or tenant, or the tenant that has the account.
///
/// `404 refused by account.missing (observed): "No such account: 'fca_chekcing'"; nearest is
/// 'fca_checking'`
std::string explain(const JournalEntry& entry);

/// What an entry asked, as a request: of a call the one that the HTTP form would be. Keys are not
/// there.
Request request_of(const JournalEntry& entry);

/// The id that an entry's path or call names, decoded; empty where there is none.
std::string account_of(const JournalEntry& entry);

/// Print one entry: a line for what was asked, one for the answer, one for each account that
/// changed.
std::string to_string(const JournalEntry& entry);

/// The entries of a world up to one moment; a cheap snapshot that shares its entries with the
/// world.
class Journal {
 public:
  Journal() = default;
  Journal(std::vector<detail::Ref<const JournalEntry>> entries, std::uint64_t dropped);

  std::size_t size() const noexcept { return entries_.size(); }
  bool empty() const noexcept { return entries_.empty(); }
  const JournalEntry& operator[](std::size_t i) const noexcept { return *entries_[i]; }

  /// How many older entries were dropped to stay within bounds. After a drop nothing can be claimed
  /// absent.
  std::uint64_t dropped() const noexcept { return dropped_; }

  /// A digest of everything that is printed.
  std::uint64_t digest() const;

  class iterator {
   public:
    using value_type = JournalEntry;
    using difference_type = std::ptrdiff_t;
    explicit iterator(const detail::Ref<const JournalEntry>* at) noexcept : at_(at) {}
    const JournalEntry& operator*() const noexcept { return **at_; }
    const JournalEntry* operator->() const noexcept { return at_->get(); }
    iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    const detail::Ref<const JournalEntry>* at_;
  };
  iterator begin() const noexcept { return iterator(entries_.data()); }
  iterator end() const noexcept { return iterator(entries_.data() + entries_.size()); }

 private:
  std::vector<detail::Ref<const JournalEntry>> entries_;
  std::uint64_t dropped_ = 0;
};

/// Print a journal, entry by entry.
std::string to_string(const Journal& journal);

// In a failure of GoogleTest a journal is its size, and an entry its first line and its answer.
void PrintTo(const JournalEntry& entry, std::ostream* out);
void PrintTo(const Journal& journal, std::ostream* out);

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/explain.ipp>
#include <fauxbank/impl/journal.ipp>
#endif
