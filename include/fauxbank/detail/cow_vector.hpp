#pragma once

/// \file
/// A vector whose copies share their elements until one of them writes.

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include <fauxbank/detail/ref.hpp>

namespace fauxbank::detail {

/// A persistent vector: a radix tree of counted nodes. A writer copies the nodes that it shares, on
/// one path from the root, and works in place on the others.
///
/// Complexity: copy is constant; everything else is logarithmic, seven steps for 2^32 elements.
/// Exception safety: strong; std::bad_alloc and what copying a T throws.
/// Thread safety: copies may be used from different threads, one copy from one thread at a time.
template <class T>
class CowVector {
 public:
  CowVector() noexcept = default;
  CowVector(const CowVector& other) noexcept
      : root_(other.root_), size_(other.size_), height_(other.height_) {
    if (root_ != nullptr) root_->owners.add();
  }
  CowVector(CowVector&& other) noexcept
      : root_(std::exchange(other.root_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        height_(std::exchange(other.height_, 0)) {}
  CowVector& operator=(CowVector other) noexcept {
    std::swap(root_, other.root_);
    std::swap(size_, other.size_);
    std::swap(height_, other.height_);
    return *this;
  }
  ~CowVector() {
    if (root_ != nullptr) release(root_, height_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Preconditions: index < size(). The reference lives until this vector is changed.
  [[nodiscard]] const T& operator[](std::size_t index) const noexcept {
    const Node* node = root_;
    for (unsigned level = height_; level > 0; --level) {
      node = static_cast<const Inner*>(node)->children[slot(index, level)];
    }
    return items(node)[index & kLeafMask];
  }

  /// An element to write to, which no copy shares. Preconditions and lifetime: as operator[].
  [[nodiscard]] T& mut(std::size_t index) {
    return items(own_leaf(*own_path(index), 0))[index & kLeafMask];
  }

  void push_back(T value) {
    if (root_ != nullptr && size_ == kLeafCapacity << kInnerBits * height_) {
      auto* root = new Inner;
      root->children[0] = std::exchange(root_, root);
      ++height_;
    }
    const std::size_t place = size_ & kLeafMask;
    Node* leaf = own_leaf(*own_path(size_), place + 1);
    ::new (static_cast<void*>(items(leaf) + place)) T(std::move(value));
    ++leaf->size;
    ++size_;
  }

  void clear() noexcept { *this = CowVector(); }

  /// Call `visit(const T&)` for every element in order.
  template <class F>
  void for_each(const F& visit) const {
    if (root_ != nullptr) for_each_below(root_, height_, visit);
  }

 private:
  // Measured: wider nodes make the first write after a copy dearer, narrower ones the look-up.
  static constexpr unsigned kLeafBits = 5;
  static constexpr unsigned kInnerBits = 5;
  static constexpr std::size_t kLeafCapacity = std::size_t{1} << kLeafBits;
  static constexpr std::size_t kLeafMask = kLeafCapacity - 1;
  static constexpr std::size_t kInnerCapacity = std::size_t{1} << kInnerBits;

  struct Node {
    RefCount owners;
    std::uint16_t size = 0;      // leaves only: elements that are alive
    std::uint16_t capacity = 0;  // leaves only: short vectors have short leaves
  };

  struct Inner : Node {
    Node* children[kInnerCapacity] = {};  // filled from the left
  };

  // The elements of a leaf follow its header in the same allocation.
  static constexpr std::size_t kItemsOffset = sizeof(Node) < alignof(T) ? alignof(T) : sizeof(Node);
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>);

  static T* items(Node* leaf) noexcept {
    return static_cast<T*>(static_cast<void*>(reinterpret_cast<char*>(leaf) + kItemsOffset));
  }
  static const T* items(const Node* leaf) noexcept { return items(const_cast<Node*>(leaf)); }

  static std::size_t slot(std::size_t index, unsigned level) noexcept {
    return index >> (kLeafBits + kInnerBits * (level - 1)) & (kInnerCapacity - 1);
  }

  static Node* make_leaf(std::size_t capacity) {
    Node* leaf = ::new (::operator new(kItemsOffset + capacity * sizeof(T))) Node;
    leaf->capacity = static_cast<std::uint16_t>(capacity);
    return leaf;
  }

  static void release(Node* node, unsigned level) noexcept {
    if (!node->owners.drop()) return;
    if (level == 0) {
      for (std::size_t i = 0; i < node->size; ++i)
        items(node)[i].~T();
      ::operator delete(node);
      return;
    }
    auto* inner = static_cast<Inner*>(node);
    for (Node* child : inner->children) {
      if (child == nullptr) break;
      release(child, level - 1);
    }
    delete inner;
  }

  /// Make the inner nodes above an element our own; missing ones are added.
  /// Returns where the leaf is linked, which may be null.
  Node** own_path(std::size_t index) {
    Node** link = &root_;
    for (unsigned level = height_; level > 0; --level) {
      link = &own_inner(*link, level)->children[slot(index, level)];
    }
    return link;
  }

  static Inner* own_inner(Node*& link, unsigned level) {
    auto* const old = static_cast<Inner*>(link);
    if (old != nullptr && old->owners.unique()) [[likely]]
      return old;
    auto* const fresh = new Inner;
    if (old != nullptr) {
      for (std::size_t i = 0; i < kInnerCapacity && old->children[i] != nullptr; ++i) {
        old->children[i]->owners.add();
        fresh->children[i] = old->children[i];
      }
      release(old, level);
    }
    link = fresh;
    return fresh;
  }

  /// Make a leaf our own and give it room for `needed` elements.
  static Node* own_leaf(Node*& link, std::size_t needed) {
    Node* const old = link;
    const bool sole = old != nullptr && old->owners.unique();
    if (sole && old->capacity >= needed) [[likely]]
      return old;
    std::size_t capacity = old != nullptr ? old->capacity : 4;
    while (capacity < needed)
      capacity *= 2;
    Node* const fresh = make_leaf(capacity);
    if (old != nullptr) {
      fill_leaf(fresh, old, sole);
      release(old, 0);
    }
    link = fresh;
    return fresh;
  }

  /// Take the elements of another leaf: by moving when it has no other owner, else by copying.
  static void fill_leaf(Node* fresh, Node* old, bool sole) {
    T* const from = items(old);
    void* const to = items(fresh);
    if (sole) {
      for (; fresh->size < old->size; ++fresh->size) {
        ::new (static_cast<T*>(to) + fresh->size) T(std::move(from[fresh->size]));
      }
      return;
    }
    try {
      for (; fresh->size < old->size; ++fresh->size) {
        ::new (static_cast<T*>(to) + fresh->size) T(std::as_const(from[fresh->size]));
      }
    } catch (...) {
      release(fresh, 0);
      throw;
    }
  }

  template <class F>
  static void for_each_below(const Node* node, unsigned level, const F& visit) {
    if (level == 0) {
      for (std::size_t i = 0; i < node->size; ++i)
        visit(items(node)[i]);
      return;
    }
    for (const Node* child : static_cast<const Inner*>(node)->children) {
      if (child == nullptr) break;
      for_each_below(child, level - 1, visit);
    }
  }

  Node* root_ = nullptr;
  std::size_t size_ = 0;
  unsigned height_ = 0;
};

}  // namespace fauxbank::detail
