#pragma once

// What a Result holds: one of two things, and never neither. std::variant would do, but for the
// cost of its header, and for what it holds after an exception.

#include <new>
#include <type_traits>
#include <utility>

namespace fauxbank::detail {

/// Of types that are copied byte by byte; it is copied so, too.
template <class T, class E,
          bool kBytes = std::is_trivially_copyable_v<T>&& std::is_trivially_copyable_v<E>>
struct Either {
  union {
    T value;
    E error;
  };
  bool has_value;

  template <class U>
  Either(U&& from, std::true_type) : value(std::forward<U>(from)), has_value(true) {}
  template <class U>
  Either(U&& from, std::false_type) : error(std::forward<U>(from)), has_value(false) {}
};

/// Of types of which one does more than that.
///
/// Exception safety: an assignment that throws leaves what was there; where both hold a value, or
/// both an error, it is as safe as that type's.
template <class T, class E>
struct Either<T, E, false> {
 private:
  // Declared first, because a requires-clause sees only what stands above it.
  static constexpr bool kCopies =
      std::is_copy_constructible_v<T> && std::is_copy_constructible_v<E>;
  static constexpr bool kMovesQuietly =
      std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_constructible_v<E>;
  // One of the two can be moved out of the other's way and back.
  static constexpr bool kMakesRoom =
      std::is_nothrow_move_constructible_v<T> || std::is_nothrow_move_constructible_v<E>;
  static constexpr bool kCopyAssigns =
      kCopies && kMakesRoom && std::is_copy_assignable_v<T> && std::is_copy_assignable_v<E>;
  static constexpr bool kMoveAssigns =
      kMakesRoom && std::is_move_assignable_v<T> && std::is_move_assignable_v<E>;
  static constexpr bool kMoveAssignsQuietly =
      kMovesQuietly && std::is_nothrow_move_assignable_v<T> && std::is_nothrow_move_assignable_v<E>;

 public:
  union {
    T value;
    E error;
  };
  bool has_value;

  template <class U>
  Either(U&& from, std::true_type) : value(std::forward<U>(from)), has_value(true) {}
  template <class U>
  Either(U&& from, std::false_type) : error(std::forward<U>(from)), has_value(false) {}

  Either(const Either& other) requires kCopies : has_value(other.has_value) { construct(other); }
  Either(Either&& other) noexcept(kMovesQuietly) : has_value(other.has_value) {
    construct(std::move(other));
  }
  Either& operator=(const Either& other) requires kCopyAssigns {
    assign(other);
    return *this;
  }
  Either& operator=(Either&& other) noexcept(kMoveAssignsQuietly) requires kMoveAssigns {
    assign(std::move(other));
    return *this;
  }
  ~Either() {
    if (has_value) {
      value.~T();
    } else {
      error.~E();
    }
  }

 private:
  template <class U, class From>
  static void make(U& place, From&& from) {
    ::new (static_cast<void*>(__builtin_addressof(place))) U(std::forward<From>(from));
  }

  template <class Other>
  void construct(Other&& other) {
    if (has_value) {
      make(value, std::forward<Other>(other).value);
    } else {
      make(error, std::forward<Other>(other).error);
    }
  }

  template <class Other>
  void assign(Other&& other) {
    if (has_value && other.has_value) {
      value = std::forward<Other>(other).value;
    } else if (has_value) {
      replace(value, error, std::forward<Other>(other).error);
      has_value = false;
    } else if (other.has_value) {
      replace(error, value, std::forward<Other>(other).value);
      has_value = true;
    } else {
      error = std::forward<Other>(other).error;
    }
  }

  /// Puts back what had to make room, unless it is told that the other has moved in.
  template <class Old>
  struct Kept {
    Old& place;
    Old old;
    bool moved_in = false;
    explicit Kept(Old& from) : place(from), old(std::move(from)) { place.~Old(); }
    ~Kept() {
      if (!moved_in) make(place, std::move(old));
    }
  };

  template <class Old, class New, class From>
  static void replace(Old& old, New& place, From&& from) {
    if constexpr (std::is_nothrow_constructible_v<New, From>) {
      old.~Old();
      make(place, std::forward<From>(from));
    } else if constexpr (std::is_nothrow_move_constructible_v<New>) {
      New made(std::forward<From>(from));
      old.~Old();
      make(place, std::move(made));
    } else {
      Kept<Old> kept(old);
      make(place, std::forward<From>(from));
      kept.moved_in = true;
    }
  }
};

}  // namespace fauxbank::detail
