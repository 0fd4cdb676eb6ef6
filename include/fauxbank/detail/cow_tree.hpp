#pragma once

/// \file
/// A sorted set whose copies share their nodes until one of them writes.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include <fauxbank/detail/ref.hpp>

namespace fauxbank::detail {

/// A persistent B+-tree of small keys. A writer copies the nodes that it shares, on one path from
/// the root, and works in place on the others. Nodes do not merge: after many erasures they may be
/// sparse, but never empty.
///
/// Complexity: copy is constant; everything else is logarithmic; a walk by cursor takes amortized
///   constant steps.
/// Exception safety: strong; only std::bad_alloc.
/// Thread safety: copies may be used from different threads, one copy from one thread at a time.
template <class Key>
class CowTree {
  static_assert(std::is_trivially_copyable_v<Key> && std::is_default_constructible_v<Key>);
  static_assert(alignof(Key) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

 public:
  class Cursor;

  CowTree() noexcept = default;
  CowTree(const CowTree& other) noexcept
      : root_(other.root_), size_(other.size_), height_(other.height_) {
    if (root_ != nullptr) root_->owners.add();
  }
  CowTree(CowTree&& other) noexcept
      : root_(std::exchange(other.root_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        height_(std::exchange(other.height_, 0)) {}
  CowTree& operator=(CowTree other) noexcept {
    std::swap(root_, other.root_);
    std::swap(size_, other.size_);
    std::swap(height_, other.height_);
    return *this;
  }
  ~CowTree() {
    if (root_ != nullptr) release(root_, height_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// The least key, or null; until the tree is changed or destroyed.
  [[nodiscard]] const Key* first() const noexcept {
    if (root_ == nullptr) return nullptr;
    const Node* node = root_;
    for (unsigned level = height_; level > 0; --level)
      node = static_cast<const Inner*>(node)->children[0];
    return keys(node);
  }

  [[nodiscard]] Cursor begin() const noexcept;
  [[nodiscard]] Cursor end() const noexcept;

  /// The first key that is not less, or end().
  [[nodiscard]] Cursor lower_bound(const Key& key) const noexcept;

  [[nodiscard]] bool contains(const Key& key) const noexcept {
    if (root_ == nullptr) return false;
    const Node* leaf = root_;
    for (unsigned level = height_; level > 0; --level) {
      const auto* inner = static_cast<const Inner*>(leaf);
      leaf = inner->children[child_of(inner, key)];
    }
    const std::size_t at = place_of(leaf, key);
    return at < leaf->size && !(key < keys(leaf)[at]);
  }

  /// Add a key; false when it was there already.
  bool insert(Key key) {
    if (Node* last = open_end(); last != nullptr && keys(last)[last->size - 1] < key) {
      keys(last)[last->size++] = key;
      ++size_;
      return true;
    }
    if (root_ == nullptr) {
      root_ = make_leaf(1);
    } else if (full(root_, height_)) {
      auto* root = new Inner;
      root->children[root->size++] = std::exchange(root_, root);
      ++height_;
    }
    // Full nodes are split on the way down, so every split finds room in its parent.
    Node** link = &root_;
    bool at_end = true;
    for (unsigned level = height_; level > 0; --level) {
      Inner* inner = own_inner(*link, level);
      std::size_t at = child_of(inner, key);
      at_end = at_end && at + 1 == inner->size;
      if (full(inner->children[at], level - 1)) {
        split_child(inner, at, level - 1, key, at_end);
        at = child_of(inner, key);
      }
      link = &inner->children[at];
    }
    const std::size_t place = place_of(*link, key);
    if (place < (*link)->size && !(key < keys(*link)[place])) return false;
    insert_key(own_leaf(*link, (*link)->size + std::size_t{1}), place, key);
    ++size_;
    return true;
  }

  /// Add keys, many at a time. Preconditions: they ascend, from behind the last key that is here.
  void append(const Key* from, const Key* to) {
    while (from != to) {
      insert(*from++);
      Node* const last = open_end();
      if (last == nullptr) continue;
      const std::size_t room = last->capacity - std::size_t{last->size};
      const std::size_t count = std::min(room, static_cast<std::size_t>(to - from));
      copy(from, count, keys(last) + last->size);
      last->size = static_cast<std::uint16_t>(last->size + count);
      size_ += count;
      from += count;
    }
  }

  /// Remove a key; false when it was not there.
  bool erase(Key key) {
    if (!contains(key)) return false;
    erase_below(root_, height_, key);
    --size_;
    if (empty()) {
      clear();
    } else {
      while (height_ > 0 && root_->size == 1) {
        // Only the first of these is surely our own: those below may be shared with other trees.
        Node* const top = std::exchange(root_, static_cast<Inner*>(root_)->children[0]);
        root_->owners.add();
        release(top, height_--);
      }
    }
    return true;
  }

  void clear() noexcept { *this = CowTree(); }

 private:
  struct Node {
    RefCount owners;
    std::uint16_t size = 0;
    std::uint16_t capacity = 0;  // leaves only: small trees have short leaves
  };

  // The keys of a leaf follow its header in the same allocation.
  static constexpr std::size_t kKeysOffset =
      sizeof(Node) < alignof(Key) ? alignof(Key) : sizeof(Node);

  // Measured: wider nodes make the first write after a copy dearer, narrower ones take more memory.
  // A node stays below 1 kB, for at each request for more glibc tidies up all small blocks that
  // have become free.
  static constexpr std::size_t kNodeBytes = 1000;
  static constexpr std::size_t kLeafCapacity =
      std::min<std::size_t>(64, (kNodeBytes - kKeysOffset) / sizeof(Key));
  static constexpr std::size_t kInnerCapacity =
      std::min<std::size_t>(32, (kNodeBytes - kKeysOffset) / (sizeof(Node*) + sizeof(Key)));

  // A level takes at least ten times the insertions of the one below: no process gets this far.
  static constexpr unsigned kMaxLevels = 12;
  static_assert(kInnerCapacity / 2 >= 10 && kLeafCapacity >= kInnerCapacity);

  // Child i holds the keys from floors[i] up to, but not including, floors[i + 1]. The first child
  // also holds what is below its floor, so floors[0] does not count.
  struct Inner : Node {
    Node* children[kInnerCapacity] = {};
    Key floors[kInnerCapacity] = {};
  };

  static Key* keys(Node* leaf) noexcept {
    return static_cast<Key*>(static_cast<void*>(reinterpret_cast<char*>(leaf) + kKeysOffset));
  }
  static const Key* keys(const Node* leaf) noexcept { return keys(const_cast<Node*>(leaf)); }

  /// The last leaf, when a key could follow its last one as it stands: keys often come in order.
  Node* open_end() const noexcept {
    Node* node = root_;
    for (unsigned level = height_; level > 0 && node->owners.unique(); --level)
      node = static_cast<Inner*>(node)->children[node->size - 1];
    const bool ours = node != nullptr && node->owners.unique();
    return ours && node->size < node->capacity ? node : nullptr;
  }

  static bool full(const Node* node, unsigned level) noexcept {
    return node->size == (level == 0 ? kLeafCapacity : kInnerCapacity);
  }

  /// How many keys at the front of a sorted array satisfy `in_front`. Halves by a conditional move.
  template <class F>
  static std::size_t count_front(const Key* sorted, std::size_t size, const F& in_front) noexcept {
    if (size == 0) return 0;
    const Key* from = sorted;
    while (size > 1) {
      const std::size_t half = size / 2;
      from += in_front(from[half - 1]) ? half : 0;
      size -= half;
    }
    return static_cast<std::size_t>(from - sorted) + (in_front(*from) ? 1 : 0);
  }
  static std::size_t place_of(const Node* leaf, const Key& key) noexcept {
    return count_front(keys(leaf), leaf->size, [&](const Key& other) { return other < key; });
  }
  static std::size_t child_of(const Inner* inner, const Key& key) noexcept {
    return count_front(inner->floors + 1, inner->size - std::size_t{1},
                       [&](const Key& floor) { return !(key < floor); });
  }

  template <class Value>
  static void copy(const Value* from, std::size_t count, Value* to) noexcept {
    std::memmove(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(Value));
  }

  static Node* make_leaf(std::size_t needed) {
    const std::size_t rounded = needed <= 4 ? 4 : needed <= 8 ? 8 : (needed + 15) / 16 * 16;
    const std::size_t capacity = std::min(rounded, kLeafCapacity);
    Node* leaf = ::new (::operator new(kKeysOffset + capacity * sizeof(Key))) Node;
    leaf->capacity = static_cast<std::uint16_t>(capacity);
    return leaf;
  }

  static void release(Node* node, unsigned level) noexcept {
    if (!node->owners.drop()) return;
    if (level == 0) {
      ::operator delete(node);
      return;
    }
    auto* inner = static_cast<Inner*>(node);
    for (std::size_t i = 0; i < inner->size; ++i)
      release(inner->children[i], level - 1);
    delete inner;
  }

  static Inner* own_inner(Node*& link, unsigned level) {
    auto* const old = static_cast<Inner*>(link);
    if (old->owners.unique()) [[likely]]
      return old;
    auto* const fresh = new Inner;
    for (std::size_t i = 0; i < old->size; ++i)
      old->children[i]->owners.add();
    fresh->size = old->size;
    copy(old->children, old->size, fresh->children);
    copy(old->floors, old->size, fresh->floors);
    release(old, level);
    link = fresh;
    return fresh;
  }

  /// Make a leaf our own and give it room for `needed` keys, at least as many as it has.
  static Node* own_leaf(Node*& link, std::size_t needed) {
    Node* const old = link;
    if (old->owners.unique() && old->capacity >= needed) [[likely]]
      return old;
    Node* const fresh = make_leaf(needed);
    fresh->size = old->size;
    copy(keys(old), old->size, keys(fresh));
    release(old, 0);
    link = fresh;
    return fresh;
  }

  static void insert_key(Node* leaf, std::size_t place, const Key& key) noexcept {
    Key* const at = keys(leaf) + place;
    copy(at, leaf->size - place, at + 1);
    *at = key;
    ++leaf->size;
  }

  static void insert_child(Inner* parent, std::size_t at, Node* child, const Key& floor) noexcept {
    copy(parent->children + at, parent->size - at, parent->children + at + 1);
    copy(parent->floors + at, parent->size - at, parent->floors + at + 1);
    parent->children[at] = child;
    parent->floors[at] = floor;
    ++parent->size;
  }

  /// Divide a full child to make room for `key`. At the end of the tree the left part stays full:
  /// keys that come in ascending order would never fill it again.
  static void split_child(Inner* parent, std::size_t at, unsigned level, const Key& key,
                          bool at_end) {
    if (level > 0) {
      Inner* left = own_inner(parent->children[at], level);
      const bool appends = at_end && !(key < left->floors[kInnerCapacity - 1]);
      const std::size_t kept = appends ? kInnerCapacity - 1 : kInnerCapacity / 2;
      auto* right = new Inner;
      copy(left->children + kept, kInnerCapacity - kept, right->children);
      copy(left->floors + kept, kInnerCapacity - kept, right->floors);
      divide(left, kept, right);
      insert_child(parent, at + 1, right, right->floors[0]);
    } else {
      Node* left = own_leaf(parent->children[at], kLeafCapacity);
      const bool appends = at_end && keys(left)[kLeafCapacity - 1] < key;
      const std::size_t kept = appends ? kLeafCapacity : kLeafCapacity / 2;
      Node* right = make_leaf(appends ? kLeafCapacity : kLeafCapacity - kept + 1);
      copy(keys(left) + kept, kLeafCapacity - kept, keys(right));
      divide(left, kept, right);
      insert_child(parent, at + 1, right, appends ? key : keys(right)[0]);
    }
  }
  static void divide(Node* left, std::size_t kept, Node* right) noexcept {
    right->size = static_cast<std::uint16_t>(left->size - kept);
    left->size = static_cast<std::uint16_t>(kept);
  }

  /// Remove a key that is there, and the nodes that this empties.
  static void erase_below(Node*& link, unsigned level, const Key& key) {
    if (level == 0) {
      Node* leaf = own_leaf(link, link->size);
      Key* place = keys(leaf) + place_of(leaf, key);
      --leaf->size;
      copy(place + 1, static_cast<std::size_t>(keys(leaf) + leaf->size - place), place);
      return;
    }
    Inner* inner = own_inner(link, level);
    const std::size_t at = child_of(inner, key);
    erase_below(inner->children[at], level - 1, key);
    if (inner->children[at]->size > 0) return;
    release(inner->children[at], level - 1);
    --inner->size;
    copy(inner->children + at + 1, inner->size - at, inner->children + at);
    copy(inner->floors + at + 1, inner->size - at, inner->floors + at);
  }

  Node* root_ = nullptr;
  std::size_t size_ = 0;
  unsigned height_ = 0;  // the level of the root; leaves are on level 0
};

/// A place in a CowTree: at a key, at the end, or (after a step back from the first key) nowhere.
/// Valid until the tree is changed or destroyed.
template <class Key>
class CowTree<Key>::Cursor {
 public:
  /// True at a key.
  explicit operator bool() const noexcept {
    return leaf() != nullptr && steps_[0].at < leaf()->size;
  }

  /// Preconditions: at a key.
  const Key& operator*() const noexcept { return keys(leaf())[steps_[0].at]; }

  /// Step forward. Preconditions: at a key.
  void next() noexcept {
    ++steps_[0].at;
    leave_finished_leaf();
  }

  /// Step back: from the end to the last key, from the first key to nowhere, where it stays.
  void prev() noexcept {
    if (leaf() == nullptr) return;
    unsigned level = 0;
    while (level <= height_ && steps_[level].at == 0)
      ++level;
    if (level > height_) {
      steps_[0].node = nullptr;
      return;
    }
    --steps_[level].at;
    if (level > 0) enter(child(level), level - 1, Side::last);
  }

 private:
  friend class CowTree;

  enum class Side { first, last };

  // Which child the path takes on this level, or which key on level 0 (the end is past the last).
  struct Step {
    const Node* node = nullptr;
    std::size_t at = 0;
  };

  explicit Cursor(unsigned height) noexcept : height_(height) {}

  [[nodiscard]] const Node* leaf() const noexcept { return steps_[0].node; }
  [[nodiscard]] const Node* child(unsigned level) const noexcept {
    return static_cast<const Inner*>(steps_[level].node)->children[steps_[level].at];
  }

  /// Go down to the first or last key below a node.
  void enter(const Node* node, unsigned level, Side side) noexcept {
    for (;; node = child(level--)) {
      steps_[level] = {node, side == Side::first ? 0 : node->size - std::size_t{1}};
      if (level == 0) return;
    }
  }

  /// After the last key of a leaf, go on to the first key of the next leaf, if there is one.
  void leave_finished_leaf() noexcept {
    if (steps_[0].at < leaf()->size) return;
    unsigned level = 1;
    while (level <= height_ && steps_[level].at + 1 == steps_[level].node->size)
      ++level;
    if (level > height_) return;
    ++steps_[level].at;
    enter(child(level), level - 1, Side::first);
  }

  unsigned height_;
  Step steps_[kMaxLevels];  // from the leaf up to the root, at height_
};

template <class Key>
auto CowTree<Key>::begin() const noexcept -> Cursor {
  Cursor cursor(height_);
  if (root_ != nullptr) cursor.enter(root_, height_, Cursor::Side::first);
  return cursor;
}

template <class Key>
auto CowTree<Key>::end() const noexcept -> Cursor {
  Cursor cursor(height_);
  if (root_ != nullptr) {
    cursor.enter(root_, height_, Cursor::Side::last);
    ++cursor.steps_[0].at;
  }
  return cursor;
}

template <class Key>
auto CowTree<Key>::lower_bound(const Key& key) const noexcept -> Cursor {
  Cursor cursor(height_);
  if (root_ == nullptr) return cursor;
  const Node* node = root_;
  for (unsigned level = height_; level > 0; --level) {
    cursor.steps_[level] = {node, child_of(static_cast<const Inner*>(node), key)};
    node = cursor.child(level);
  }
  cursor.steps_[0] = {node, place_of(node, key)};
  cursor.leave_finished_leaf();
  return cursor;
}

}  // namespace fauxbank::detail
