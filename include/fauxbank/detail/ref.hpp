#pragma once

/// \file
/// Intrusively counted objects and strings: what the states of forked worlds share.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace fauxbank::detail {

/// Users of the compiled library may do without exceptions.
[[noreturn]] inline void too_long() {
#ifdef __cpp_exceptions
  throw std::bad_array_new_length();
#else
  std::abort();
#endif
}

/// Whether no thread but this can see our objects. The C library knows it exactly while the process
/// has never had a second one.
inline bool is_only_thread() noexcept {
#if __has_include(<sys/single_threaded.h>)
  return __libc_single_threaded != 0;
#else
  return false;
#endif
}

/// The number of owners of one shared object; a new object has one.
///
/// Counts by the compilers' own atomic operations, which both have: <atomic> would cost
/// every user a twentieth of the time that our headers take.
/// Thread safety: owners in different threads may call every member.
class RefCount {
 public:
  RefCount() noexcept = default;
  RefCount(const RefCount&) = delete;
  RefCount& operator=(const RefCount&) = delete;

  // Relaxed: whoever adds an owner is one already, so the object is visible to it.
  void add() noexcept {
    // As std::shared_ptr does: a locked operation costs twenty plain ones, and most tests have one
    // thread.
    if (is_only_thread()) {
      ++count_;
    } else {
      __atomic_fetch_add(&count_, 1, __ATOMIC_RELAXED);
    }
  }

  /// Give up one ownership; true when it was the last and the object must be destroyed.
  [[nodiscard]] bool drop() noexcept {
    // A sole owner needs no read-modify-write: nobody is left who could add an owner.
    if (unique()) return true;
    if (!is_only_thread()) return __atomic_fetch_sub(&count_, 1, __ATOMIC_ACQ_REL) == 1;
    --count_;
    return false;
  }

  // Acquire: once we see that the others have left, we also see all they did, and may write.
  [[nodiscard]] bool unique() const noexcept {
    return __atomic_load_n(&count_, __ATOMIC_ACQUIRE) == 1;
  }

 private:
  std::uint32_t count_ = 1;
};

template <class T>
class Ref;

/// Base of objects that a Ref owns. A copy of the object is another object: its count is its own.
class RefCounted {
 public:
  RefCounted() noexcept = default;
  RefCounted(const RefCounted&) noexcept {}
  RefCounted& operator=(const RefCounted&) noexcept { return *this; }

 protected:
  ~RefCounted() = default;

 private:
  template <class T>
  friend class Ref;

  mutable RefCount owners_;
};

template <class T, class... Args>
[[nodiscard]] Ref<T> make_ref(Args&&... args);

/// Destroys an object that has lost its last owner. Overloaded for a base that stands for one class
/// where that is not complete; such a base cannot be destroyed otherwise. Never inlined: handles
/// are dropped everywhere, and most are not the last.
template <class T>
[[gnu::noinline]] void dispose(T* object) noexcept {
  delete object;
}

/// A counted pointer, or null. It converts to a base class only where that knows how to destroy the
/// object, so most objects need no virtual destructor.
///
/// Thread safety: like a plain pointer; Refs to one object may be used from different threads.
template <class T>
class Ref {
 public:
  Ref() noexcept = default;
  Ref(std::nullptr_t) noexcept {}
  Ref(const Ref& other) noexcept : object_(other.object_) { add(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}

  /// To a const object, or to a base.
  template <class U,
            class = std::enable_if_t<!std::is_same_v<U, T> && std::is_convertible_v<U*, T*>>>
  Ref(Ref<U> other) noexcept : object_(std::exchange(other.object_, nullptr)) {
    static_assert(std::is_same_v<const U, T> || std::has_virtual_destructor_v<T> ||
                  !std::is_destructible_v<T>);
  }

  /// One more owner of an object that has owners.
  [[nodiscard]] static Ref of(T& object) noexcept {
    Ref ref(&object);
    ref.add();
    return ref;
  }

  /// The first owner of a new object, or one whose ownership was let go of by `release`.
  [[nodiscard]] static Ref adopt(T* object) noexcept { return Ref(object); }
  /// Let go without giving up the ownership: somebody must adopt the object.
  [[nodiscard]] T* release() noexcept { return std::exchange(object_, nullptr); }

  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }

  ~Ref() {
    if (object_ != nullptr && owners().drop()) dispose(object_);
  }

  void reset() noexcept { *this = Ref(); }

  [[nodiscard]] T* get() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }

  /// True when this is the only owner, which may then change the object in place.
  [[nodiscard]] bool unique() const noexcept { return object_ != nullptr && owners().unique(); }

  friend bool operator==(const Ref& a, const Ref& b) noexcept { return a.object_ == b.object_; }

 private:
  template <class U>
  friend class Ref;
  template <class U, class... Args>
  friend Ref<U> make_ref(Args&&... args);
  template <class U, class Layout>
  friend Ref<U> make_ref_with_layout(const Layout& layout);

  explicit Ref(T* adopted) noexcept : object_(adopted) {}

  [[nodiscard]] RefCount& owners() const noexcept {
    return static_cast<const RefCounted*>(object_)->owners_;
  }
  void add() const noexcept {
    if (object_ != nullptr) owners().add();
  }

  T* object_ = nullptr;
};

template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

/// The same for an object that has bytes of its own behind it: `layout` says which, to the class's
/// `operator new` and to the constructor.
template <class T, class Layout>
[[nodiscard]] Ref<T> make_ref_with_layout(const Layout& layout) {
  return Ref<T>(new (layout) T(layout));
}

/// Eight characters at once, as one word of which a search asks whether any is of some kind.
namespace words {

inline constexpr std::uint64_t kOnes = 0x0101010101010101;

// A borrow only starts at a byte that is itself found, so "none" is exact.
constexpr std::uint64_t has_less(std::uint64_t word, std::uint64_t limit) noexcept {
  return (word - kOnes * limit) & ~word & kOnes * 0x80;
}
constexpr std::uint64_t has(std::uint64_t word, char c) noexcept {
  return has_less(word ^ kOnes * static_cast<unsigned char>(c), 1);
}

template <class Word>
[[nodiscard]] inline std::uint64_t load(const char* at) noexcept {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// One to seven characters; some of them may stand twice, and spaces fill up the word.
[[nodiscard]] inline std::uint64_t load_short(std::string_view text) noexcept {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() >= 4) return load<std::uint32_t>(begin) | load<std::uint32_t>(end - 4) << 32;
  constexpr std::uint64_t kSpaces = kOnes * ' ' << 32;
  if (text.size() == 1) return kSpaces | load<std::uint8_t>(begin) * (kOnes & 0xffffffff);
  return kSpaces | load<std::uint16_t>(begin) | load<std::uint16_t>(end - 2) << 16;
}

/// True when `found(word)` is zero for all words of a text. A last one that is not full is filled
/// up with what stands before it, or with spaces.
template <class F>
[[nodiscard]] bool none(std::string_view text, const F& found) noexcept {
  constexpr std::size_t kSize = sizeof(std::uint64_t);
  if (text.size() < kSize) return text.empty() || found(load_short(text)) == 0;
  const char* const last = text.data() + text.size() - kSize;
  for (const char* at = text.data(); at < last; at += kSize) {
    if (found(load<std::uint64_t>(at)) != 0) return false;
  }
  return found(load<std::uint64_t>(last)) == 0;
}

}  // namespace words

/// True when `text` can stand in a JSON string as it is: no control character, quote or backslash.
[[nodiscard]] inline bool is_plain_json(std::string_view text) noexcept {
  return words::none(text, [](std::uint64_t word) {
    return words::has_less(word, ' ') | words::has(word, '"') | words::has(word, '\\');
  });
}

/// An immutable counted string of less than 2 GiB, the size of one pointer. Null means absent,
/// which is not the same as empty.
///
/// Complexity: linear to make and compare, one allocation; constant to copy.
/// Exception safety: making one throws std::bad_alloc; nothing else throws.
/// Thread safety: as Ref.
class Text {
 public:
  Text() noexcept = default;

  [[gnu::noinline]] explicit Text(std::string_view text) {
    if (text.size() > kMaxSize) too_long();
    void* memory = ::operator new(sizeof(Header) + text.size());
    const auto size_and_plain = static_cast<std::uint32_t>(text.size() << 1 | is_plain_json(text));
    header_ = ::new (memory) Header{{}, size_and_plain};
    char* const characters = static_cast<char*>(memory) + sizeof(Header);
    if (!text.empty()) std::memcpy(characters, text.data(), text.size());
  }

  Text(const Text& other) noexcept : header_(other.header_) {
    if (header_ != nullptr) header_->owners.add();
  }
  Text(Text&& other) noexcept : header_(std::exchange(other.header_, nullptr)) {}

  Text& operator=(Text other) noexcept {
    std::swap(header_, other.header_);
    return *this;
  }

  ~Text() {
    if (header_ != nullptr && header_->owners.drop()) ::operator delete(header_);
  }

  explicit operator bool() const noexcept { return header_ != nullptr; }

  /// The characters; empty when absent.
  [[nodiscard]] std::string_view view() const noexcept {
    if (header_ == nullptr) return {};
    return {reinterpret_cast<const char*>(header_ + 1), header_->size_and_plain >> 1};
  }

  /// True when the characters need no escaping in JSON; known since construction.
  [[nodiscard]] bool plain() const noexcept {
    return header_ == nullptr || (header_->size_and_plain & 1) != 0;
  }

  friend bool operator==(const Text& a, const Text& b) noexcept {
    if (a.header_ == b.header_) return true;
    return a.header_ != nullptr && b.header_ != nullptr && a.view() == b.view();
  }

 private:
  static constexpr std::size_t kMaxSize = 0x7FFFFFFF;

  struct Header {
    RefCount owners;
    std::uint32_t size_and_plain;  // 31 bits and 1
  };
  static_assert(sizeof(Header) == 8);

  Header* header_ = nullptr;
};

}  // namespace fauxbank::detail
