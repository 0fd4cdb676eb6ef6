#pragma once

// The bounded memory behind a world's journal.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <fauxbank/detail/fetch_ahead.hpp>
#include <fauxbank/detail/record.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank::detail {

/// Keeps the latest entries within a count and a weight; allocates nothing before the first.
class JournalRing {
 public:
  JournalRing(std::size_t max_entries, std::size_t max_bytes)
      : max_entries_(max_entries), max_bytes_(max_bytes) {}

  std::uint64_t next_number() noexcept { return ++numbered_; }

  void push(Ref<const JournalEntry> entry) {
    weight_ += entry->weight();
    entries_.push_back(std::move(entry));
    while (live() > max_entries_ || (weight_ > max_bytes_ && live() > 1))
      drop_oldest();
  }

  /// \param after leave out the entries up to that number
  Journal snapshot(std::uint64_t after = 0) const {
    const std::uint64_t dropped = numbered_ - live();
    const std::uint64_t skipped = std::clamp(after, dropped, numbered_) - dropped;
    return {{entries_.begin() + static_cast<std::ptrdiff_t>(first_ + skipped), entries_.end()},
            dropped};
  }

 private:
  std::size_t live() const noexcept { return entries_.size() - first_; }

  void drop_oldest() {
    weight_ -= entries_[first_]->weight();
    entries_[first_++].reset();
    fetch_next();
    // Moving the rest down once for every `first_` drops keeps a drop constant on average.
    if (first_ >= entries_.size() / 2) [[unlikely]]
      move_down();
  }

  [[gnu::noinline]] void move_down() {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }

  /// What is dropped next was written long ago and has left the caches since: ask for it step by
  /// step as it moves up, the entry first and then what it refers to.
  [[gnu::always_inline]] void fetch_next() const noexcept {
    if (live() == 0) return;
    constexpr std::size_t kStep = 4;
    const auto ahead = [&](std::size_t steps) {
      return entries_[std::min(first_ + steps * kStep, entries_.size() - 1)].get();
    };
    fetch_ahead<JournalEntry>(ahead(4));
    const JournalEntry& near = *ahead(3);
    // Several changes, which stand elsewhere, are too rare to be asked for.
    fetch_ahead<Event>(near.events.data());
    fetch_ahead<AccountRecord>(near.account.record());
    fetch_ahead<Account>(near.page.data.data(), near.page.data.size());
    for (const Account& row : ahead(2)->page.data)
      fetch_ahead<AccountRecord>(row.record());
    for (const Change& change : ahead(2)->changes) {
      fetch_ahead<AccountRecord>(change.before.record());
      fetch_ahead<AccountRecord>(change.after.record());
    }
    for (const Change& change : ahead(1)->changes) {
      const AccountRecord* const before = change.before.record();
      if (before == nullptr) continue;
      fetch_ahead<AccountDetails>(before->details.get());
      for (const auto& refresh : before->refresh)
        fetch_ahead<RefreshRecord>(refresh.get());
    }
  }

  std::size_t max_entries_;
  std::size_t max_bytes_;
  std::size_t weight_ = 0;
  std::size_t first_ = 0;
  std::uint64_t numbered_ = 0;
  std::vector<Ref<const JournalEntry>> entries_;
};

}  // namespace fauxbank::detail
