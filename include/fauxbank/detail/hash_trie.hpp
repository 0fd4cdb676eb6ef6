#pragma once

/// \file
/// A hash index whose copies share their nodes until one of them writes.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include <fauxbank/detail/ref.hpp>

namespace fauxbank::detail {

/// A persistent multimap from a hash to small values, usually positions in a CowVector; the caller
/// tells values of one hash apart. It never rehashes as a whole: its leaves are hash tables of
/// bounded size, and a full one splits in two by one more bit of the hash. Erasing does not merge.
///
/// A writer copies the nodes that it shares, on one path from the root, and works in place on the
/// others. Only the upper half of a hash is looked at; beyond some 2^30 values look-ups degrade.
///
/// In a large index a look-up waits for memory once: inner nodes are few enough to stay in a cache,
/// and of a table it reads only the entries from the one that the hash says.
///
/// Complexity: copy is constant; everything else is logarithmic on base 32, for hashes that differ.
/// Exception safety: strong; only std::bad_alloc and what a predicate throws.
/// Thread safety: copies may be used from different threads, one copy from one thread at a time.
template <class Value, Value kNone>
class BasicHashTrie {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  /// The answer of find() for "none"; not a value.
  static constexpr Value npos = kNone;

  BasicHashTrie() noexcept = default;
  BasicHashTrie(const BasicHashTrie& other) noexcept : root_(other.root_), size_(other.size_) {
    if (root_) root_.node()->owners.add();
  }
  BasicHashTrie(BasicHashTrie&& other) noexcept
      : root_(std::exchange(other.root_, Link())), size_(std::exchange(other.size_, 0)) {}
  BasicHashTrie& operator=(BasicHashTrie other) noexcept {
    std::swap(root_, other.root_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~BasicHashTrie() {
    if (root_) release(root_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// A value of this hash for which `is_wanted(value)` holds, or npos. Rarely, the predicate is
  /// asked about a value of another hash.
  template <class Pred>
  [[nodiscard]] Value find(std::uint64_t hash, const Pred& is_wanted) const {
    if (!root_) return npos;
    const std::uint32_t tag = tag_of(hash);
    Link link = root_;
    for (unsigned used = 0; link.is_inner(); used += kInnerBits)
      link = link.inner()->children[slot(tag, used)];
    const std::size_t mask = link.mask();
    const Entry* const all = entries(link.table());
    for (std::size_t at = tag & mask; all[at].value != npos; at = (at + 1) & mask) {
      if (all[at].tag == tag && is_wanted(all[at].value)) return all[at].value;
    }
    return npos;
  }

  /// Make room for so many values at once, so that few insertions need to. Preconditions: empty.
  void reserve(std::size_t count) {
    unsigned depth = 0;
    while (count >> depth > kFullCapacity / 8 * 5 && depth < kTagBits)
      ++depth;
    std::uint32_t capacity = kFirstCapacity;
    while (capacity < kFullCapacity && (depth > 0 || count > capacity / 4 * 3))
      capacity *= 2;
    clear();
    root_ = make_tree(0, depth, capacity);
  }

  /// Add a value. Preconditions: value != npos.
  void insert(std::uint64_t hash, Value value) {
    const std::uint32_t tag = tag_of(hash);
    if (!root_) root_ = make_table(0, kFirstCapacity);
    Place place = own_path(tag);
    while (is_full(*place.table()))
      place = split(place, tag);
    put(own_table(place), {tag, value});
    ++size_;
  }

  /// Put another value of the same hash in the place of one; false when that was not there.
  /// Preconditions: new_value != npos.
  bool replace(std::uint64_t hash, Value old_value, Value new_value) {
    Entry* const entry = own_entry(hash, old_value).entry;
    if (entry != nullptr) entry->value = new_value;
    return entry != nullptr;
  }

  /// Remove a value once; false when it was not there.
  bool erase(std::uint64_t hash, Value value) {
    const Found found = own_entry(hash, value);
    if (found.entry == nullptr) return false;
    take_out(found.table, found.entry);
    --size_;
    if (empty()) clear();
    return true;
  }

  void clear() noexcept { *this = BasicHashTrie(); }

 private:
  // Measured: smaller tables need more inner nodes, which fall out of the cache; larger ones make
  // the first write after a copy dearer.
  static constexpr std::uint32_t kFirstCapacity = 8;
  static constexpr std::uint32_t kFullCapacity = 128;
  static constexpr unsigned kInnerBits = 5;
  static constexpr std::size_t kInnerCapacity = std::size_t{1} << kInnerBits;
  static constexpr unsigned kTagBits = 32;

  struct Node {
    RefCount owners;
  };

  struct Entry {
    std::uint32_t tag;
    Value value;  // npos: free
  };

  // Open addressing by the lower bits of the tag; its entries follow in the same allocation. Many
  // of one tag are too much for any split: their table grows.
  struct Table : Node {
    std::uint32_t capacity;
    std::uint32_t size;
    std::uint32_t depth;  // so many upper bits of the tag are common to the entries
  };
  static_assert(sizeof(Table) == 16);

  struct Inner;

  /// A pointer to a node that also says what the node is: a look-up does not touch a header.
  class Link {
   public:
    Link() noexcept = default;
    Link(Inner* inner) noexcept : bits_(reinterpret_cast<std::uintptr_t>(inner) | kIsInner) {}
    Link(Table* table) noexcept
        : bits_(reinterpret_cast<std::uintptr_t>(table) |
                (table->capacity == kFullCapacity ? kHasFullCapacity : 0)) {}

    explicit operator bool() const noexcept { return bits_ != 0; }
    [[nodiscard]] bool is_inner() const noexcept { return (bits_ & kIsInner) != 0; }
    [[nodiscard]] Node* node() const noexcept {
      return reinterpret_cast<Node*>(bits_ & ~(kIsInner | kHasFullCapacity));
    }
    [[nodiscard]] Inner* inner() const noexcept { return static_cast<Inner*>(node()); }
    [[nodiscard]] Table* table() const noexcept { return static_cast<Table*>(node()); }
    /// Of a table: which bits of a tag say where its search begins.
    [[nodiscard]] std::size_t mask() const noexcept {
      return ((bits_ & kHasFullCapacity) != 0 ? kFullCapacity : table()->capacity) - 1;
    }
    friend bool operator==(Link a, Link b) noexcept { return a.bits_ == b.bits_; }

   private:
    static constexpr std::uintptr_t kIsInner = 1;
    static constexpr std::uintptr_t kHasFullCapacity = 2;

    std::uintptr_t bits_ = 0;
  };

  // Every slot leads somewhere. A table that has not split down to single slots spans a run of
  // them, as their order is that of the tags; a run counts as one owner.
  struct Inner : Node {
    Link children[kInnerCapacity];
  };

  /// The slots that lead to one table.
  struct Place {
    Link* slots;
    std::size_t count;

    [[nodiscard]] Table* table() const noexcept { return slots->table(); }
    void lead_to(Link node) const noexcept {
      for (std::size_t i = 0; i < count; ++i)
        slots[i] = node;
    }
  };

  struct Found {
    Table* table = nullptr;
    Entry* entry = nullptr;
  };

  static Entry* entries(Table* table) noexcept {
    return static_cast<Entry*>(static_cast<void*>(table + 1));
  }
  static_assert(sizeof(Table) % alignof(Entry) == 0);

  static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 32);
  }
  static std::size_t slot(std::uint32_t tag, unsigned used_bits) noexcept {
    // As if zeros followed: there are fewer bits left for the last level.
    return std::uint64_t{tag} << kInnerBits >> (kTagBits - used_bits) & (kInnerCapacity - 1);
  }

  static Table* make_table(std::uint32_t depth, std::uint32_t capacity) {
    void* memory = ::operator new(sizeof(Table) + capacity * sizeof(Entry));
    Table* const table = ::new (memory) Table{{}, capacity, 0, depth};
    for (std::uint32_t i = 0; i < capacity; ++i)
      entries(table)[i] = {0, npos};
    return table;
  }

  /// Empty tables that have `depth` bits each in common, below nodes that use up the bits.
  static Link make_tree(unsigned used, unsigned depth, std::uint32_t capacity) {
    if (used >= depth) return make_table(depth, capacity);
    BasicHashTrie tree;  // owns what there is
    auto* const inner = new Inner;
    tree.root_ = inner;
    const unsigned spare = used + kInnerBits > depth ? used + kInnerBits - depth : 0;
    for (std::size_t at = 0; at < kInnerCapacity; at += std::size_t{1} << spare)
      Place{inner->children + at, std::size_t{1} << spare}.lead_to(
          make_tree(used + kInnerBits, depth, capacity));
    return std::exchange(tree.root_, Link());
  }

  static void release(Link link) noexcept {
    if (!link.node()->owners.drop()) return;
    if (!link.is_inner()) {
      ::operator delete(link.table());
      return;
    }
    for_each_child(link.inner(), [](Link child) { release(child); });
    delete link.inner();
  }

  template <class F>
  static void for_each_child(const Inner* inner, const F& visit) {
    Link previous;
    for (const Link child : inner->children) {
      if (child && !(child == previous)) visit(child);
      previous = child;
    }
  }

  // ---- tables -----------------------------------------------------------------------------------

  static bool is_full(const Table& table) noexcept { return table.size >= table.capacity / 4 * 3; }

  /// Add an entry to a table that has room.
  static void put(Table* table, const Entry& entry) noexcept {
    const std::size_t mask = table->capacity - 1;
    // Entries of one tag stand in a row: do not walk along thousands of them.
    std::size_t at = (entry.tag + (table->depth == kTagBits ? table->size : 0)) & mask;
    while (entries(table)[at].value != npos)
      at = (at + 1) & mask;
    entries(table)[at] = entry;
    ++table->size;
  }

  /// Remove an entry, and close the gap: a search ends at a free one.
  static void take_out(Table* table, Entry* entry) noexcept {
    const std::size_t mask = table->capacity - 1;
    Entry* const all = entries(table);
    auto gap = static_cast<std::size_t>(entry - all);
    for (std::size_t at = (gap + 1) & mask; all[at].value != npos; at = (at + 1) & mask) {
      const std::size_t from_home = (at - all[at].tag) & mask;
      if (from_home < ((at - gap) & mask)) continue;
      all[gap] = all[at];
      gap = at;
    }
    all[gap].value = npos;
    --table->size;
  }

  // ---- paths ------------------------------------------------------------------------------------

  /// Make the inner nodes above a tag's table our own.
  Place own_path(std::uint32_t tag) {
    Place place{&root_, 1};
    for (unsigned used = 0; place.slots->is_inner();) {
      Inner* inner = own_inner(*place.slots);
      const std::size_t at = slot(tag, used);
      used += kInnerBits;
      place = {inner->children + at, 1};
      if (place.slots->is_inner()) continue;
      place.count = std::size_t{1} << (used - place.table()->depth);
      place.slots = inner->children + (at & ~(place.count - 1));
    }
    return place;
  }

  static Inner* own_inner(Link& link) {
    Inner* const old = link.inner();
    if (old->owners.unique()) [[likely]]
      return old;
    auto* const fresh = new Inner;
    for_each_child(old, [](Link child) { child.node()->owners.add(); });
    for (std::size_t i = 0; i < kInnerCapacity; ++i)
      fresh->children[i] = old->children[i];
    release(link);
    link = fresh;
    return fresh;
  }

  static Table* own_table(const Place& place) {
    Table* const old = place.table();
    if (old->owners.unique()) [[likely]]
      return old;
    Table* const fresh = make_table(old->depth, old->capacity);
    std::memcpy(entries(fresh), entries(old), old->capacity * sizeof(Entry));
    fresh->size = old->size;
    release(old);
    place.lead_to(fresh);
    return fresh;
  }

  /// Make the table that an entry belongs into our own, and find the entry; null when there is
  /// none.
  Found own_entry(std::uint64_t hash, Value value) {
    if (!root_) return {};
    const std::uint32_t tag = tag_of(hash);
    Table* const table = own_table(own_path(tag));
    Entry* const all = entries(table);
    const std::size_t mask = table->capacity - 1;
    for (std::size_t at = tag & mask; all[at].value != npos; at = (at + 1) & mask) {
      if (all[at].tag == tag && all[at].value == value) return {table, all + at};
    }
    return {};
  }

  /// Make room where a full table is: twice as much in one, or divided by the next bit of the tags.
  /// Returns the place of the part that `tag` is in.
  static Place split(Place place, std::uint32_t tag) {
    Table* const old = place.table();
    const std::uint32_t depth = old->depth;
    if (old->capacity < kFullCapacity || depth == kTagBits) {
      Table* const fresh = make_table(depth, old->capacity * 2);
      for_each_entry(old, [&](const Entry& entry) { put(fresh, entry); });
      release(old);
      place.lead_to(fresh);
      return place;
    }
    if (place.count == 1) {
      auto* const inner = new Inner;
      *place.slots = inner;
      place = {inner->children, kInnerCapacity};
      place.lead_to(old);
    }
    BasicHashTrie lower;  // owns its table until there are both
    lower.root_ = make_table(depth + 1, kFullCapacity);
    Table* const zeros = lower.root_.table();
    Table* const ones = make_table(depth + 1, kFullCapacity);
    lower.root_ = Link();
    const std::uint32_t bit = std::uint32_t{1} << (kTagBits - 1 - depth);
    for_each_entry(old,
                   [&](const Entry& entry) { put((entry.tag & bit) != 0 ? ones : zeros, entry); });
    release(old);
    const Place halves[] = {{place.slots, place.count / 2},
                            {place.slots + place.count / 2, place.count / 2}};
    halves[0].lead_to(zeros);
    halves[1].lead_to(ones);
    return halves[(tag & bit) != 0];
  }

  template <class F>
  static void for_each_entry(Table* table, const F& visit) {
    for (std::uint32_t i = 0; i < table->capacity; ++i) {
      if (entries(table)[i].value != npos) visit(entries(table)[i]);
    }
  }

  Link root_;
  std::size_t size_ = 0;
};

/// An index of positions.
using HashTrie = BasicHashTrie<std::uint32_t, 0xFFFFFFFF>;

}  // namespace fauxbank::detail
