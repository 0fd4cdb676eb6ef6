#pragma once

/// \file
/// A hash index whose copies share their nodes until one of them writes.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include <fauxbank/detail/ref.hpp>

namespace fauxbank::detail {

/// A persistent multimap from a hash to numbers, usually positions in a CowVector; the caller tells
/// values of one hash apart. It never rehashes as a whole: a full bucket splits in two by one more
/// bit of the hash. Erasing does not merge buckets.
///
/// A writer copies the nodes that it shares, on one path from the root, and works in place on the
/// others. Only the upper half of a hash is looked at; beyond some 2^30 values look-ups degrade.
///
/// Complexity: copy is constant; everything else is logarithmic on base 16, for hashes that differ.
/// Exception safety: strong; only std::bad_alloc and what a predicate throws.
/// Thread safety: copies may be used from different threads, one copy from one thread at a time.
class HashTrie {
 public:
  /// The answer of find() for "none"; not a value.
  static constexpr std::uint32_t npos = 0xFFFFFFFF;

  HashTrie() noexcept = default;
  HashTrie(const HashTrie& other) noexcept : root_(other.root_), size_(other.size_) {
    if (root_ != nullptr) root_->owners.add();
  }
  HashTrie(HashTrie&& other) noexcept
      : root_(std::exchange(other.root_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  HashTrie& operator=(HashTrie other) noexcept {
    std::swap(root_, other.root_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~HashTrie() {
    if (root_ != nullptr) release(root_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// A value of this hash for which `is_wanted(value)` holds, or npos. Rarely, the predicate is
  /// asked about a value of another hash.
  template <class Pred>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, const Pred& is_wanted) const {
    if (root_ == nullptr) return npos;
    const std::uint32_t tag = tag_of(hash);
    const Node* node = root_;
    for (unsigned used = 0; node->is_inner; used += kInnerBits) {
      node = static_cast<const Inner*>(node)->children[slot(tag, used)];
    }
    const auto* bucket = static_cast<const Bucket*>(node);
    const Entry* const last = entries(bucket) + bucket->size;
    for (const Entry* entry = entries(bucket); entry != last; ++entry) {
      if (entry->tag == tag && is_wanted(entry->value)) return entry->value;
    }
    return npos;
  }

  /// Add a value. Preconditions: value != npos.
  void insert(std::uint64_t hash, std::uint32_t value) {
    const std::uint32_t tag = tag_of(hash);
    if (root_ == nullptr) root_ = make_bucket(0, 1);
    Place place = own_path(tag);
    while (place.bucket()->size >= kSplitSize && place.bucket()->depth < kTagBits)
      place = split(place, tag);
    Bucket* bucket = own_bucket(place, place.bucket()->size + 1);
    entries(bucket)[bucket->size++] = {tag, value};
    ++size_;
  }

  /// Remove a value once; false when it was not there.
  bool erase(std::uint64_t hash, std::uint32_t value) {
    const std::uint32_t tag = tag_of(hash);
    if (find(hash, [&](std::uint32_t other) { return other == value; }) == npos) return false;
    const Place place = own_path(tag);
    Bucket* bucket = own_bucket(place, place.bucket()->size);
    Entry* entry = entries(bucket);
    while (entry->tag != tag || entry->value != value)
      ++entry;
    *entry = entries(bucket)[--bucket->size];
    --size_;
    if (empty()) clear();
    return true;
  }

  void clear() noexcept { *this = HashTrie(); }

 private:
  // Measured: larger buckets slow look-ups, smaller ones take more memory.
  static constexpr std::uint32_t kSplitSize = 16;
  static constexpr unsigned kInnerBits = 4;
  static constexpr std::size_t kInnerCapacity = std::size_t{1} << kInnerBits;
  static constexpr unsigned kTagBits = 32;

  struct Node {
    RefCount owners;
    bool is_inner;
    std::uint8_t depth;  // buckets only: so many upper bits of the tag are common to the entries
  };

  // Every slot leads somewhere. A bucket that has not split down to single slots spans a run of
  // them, as their order is that of the tags; a run counts as one owner.
  struct Inner : Node {
    Node* children[kInnerCapacity];
  };

  struct Entry {
    std::uint32_t tag;
    std::uint32_t value;
  };

  // Its entries follow in the same allocation, in no order.
  struct Bucket : Node {
    std::uint32_t size;
    std::uint32_t capacity;
  };
  static_assert(sizeof(Bucket) == 16);

  /// The slots that lead to one bucket.
  struct Place {
    Node** slots;
    std::size_t count;

    [[nodiscard]] Bucket* bucket() const noexcept { return static_cast<Bucket*>(*slots); }
    void lead_to(Node* node) const noexcept {
      for (std::size_t i = 0; i < count; ++i)
        slots[i] = node;
    }
  };

  static Entry* entries(Bucket* bucket) noexcept {
    return static_cast<Entry*>(static_cast<void*>(bucket + 1));
  }
  static const Entry* entries(const Bucket* bucket) noexcept {
    return entries(const_cast<Bucket*>(bucket));
  }

  static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 32);
  }
  static std::size_t slot(std::uint32_t tag, unsigned used_bits) noexcept {
    return tag >> (kTagBits - kInnerBits - used_bits) & (kInnerCapacity - 1);
  }

  static Bucket* make_bucket(std::uint8_t depth, std::uint32_t needed) {
    std::uint32_t capacity = 4;
    while (capacity < needed)
      capacity *= 2;
    void* memory = ::operator new(sizeof(Bucket) + capacity * sizeof(Entry));
    return ::new (memory) Bucket{{{}, false, depth}, 0, capacity};
  }

  static void release(Node* node) noexcept {
    if (!node->owners.drop()) return;
    if (!node->is_inner) {
      ::operator delete(node);
      return;
    }
    auto* inner = static_cast<Inner*>(node);
    for_each_child(inner, [](Node* child) { release(child); });
    delete inner;
  }

  template <class F>
  static void for_each_child(const Inner* inner, const F& visit) {
    Node* previous = nullptr;
    for (Node* child : inner->children) {
      if (child != previous) visit(child);
      previous = child;
    }
  }

  /// Make the inner nodes above a tag's bucket our own.
  Place own_path(std::uint32_t tag) {
    Place place{&root_, 1};
    for (unsigned used = 0; (*place.slots)->is_inner;) {
      Inner* inner = own_inner(*place.slots);
      const std::size_t at = slot(tag, used);
      used += kInnerBits;
      place = {inner->children + at, 1};
      if (inner->children[at]->is_inner) continue;
      place.count = std::size_t{1} << (used - place.bucket()->depth);
      place.slots = inner->children + (at & ~(place.count - 1));
    }
    return place;
  }

  static Inner* own_inner(Node*& link) {
    auto* const old = static_cast<Inner*>(link);
    if (old->owners.unique()) return old;
    Inner* const fresh = make_inner();
    for_each_child(old, [](Node* child) { child->owners.add(); });
    std::memcpy(fresh->children, old->children, sizeof fresh->children);
    release(old);
    link = fresh;
    return fresh;
  }
  static Inner* make_inner() { return ::new Inner{{{}, true, 0}, {}}; }

  /// Make a bucket our own and give it room for `needed` entries, at least as many as it has.
  static Bucket* own_bucket(const Place& place, std::uint32_t needed) {
    Bucket* const old = place.bucket();
    if (old->owners.unique() && old->capacity >= needed) return old;
    Bucket* const fresh = make_bucket(old->depth, needed);
    fresh->size = old->size;
    std::memcpy(entries(fresh), entries(old), old->size * sizeof(Entry));
    release(old);
    place.lead_to(fresh);
    return fresh;
  }

  /// Divide a bucket by the next bit of the tags; returns the place of the part that `tag` is in.
  static Place split(Place place, std::uint32_t tag) {
    Bucket* const zeros = own_bucket(place, place.bucket()->size);
    if (place.count == 1) {
      Inner* inner = make_inner();
      *place.slots = inner;
      place = {inner->children, kInnerCapacity};
      place.lead_to(zeros);
    }
    const std::uint32_t bit = std::uint32_t{1} << (kTagBits - 1 - zeros->depth);
    Entry* const all = entries(zeros);
    std::uint32_t leaving = 0;
    for (std::uint32_t i = 0; i < zeros->size; ++i)
      leaving += (all[i].tag & bit) != 0;
    Bucket* const ones = make_bucket(static_cast<std::uint8_t>(zeros->depth + 1), leaving);
    std::uint32_t staying = 0;
    for (std::uint32_t i = 0; i < zeros->size; ++i) {
      const Entry entry = all[i];
      ((entry.tag & bit) != 0 ? entries(ones)[ones->size++] : all[staying++]) = entry;
    }
    zeros->size = staying;
    zeros->depth = ones->depth;
    const Place lower{place.slots, place.count / 2};
    const Place upper{place.slots + place.count / 2, place.count / 2};
    upper.lead_to(ones);
    return (tag & bit) != 0 ? upper : lower;
  }

  Node* root_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace fauxbank::detail
