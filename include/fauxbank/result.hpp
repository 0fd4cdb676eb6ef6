#pragma once

/// \file
/// `Result<T, E>`: a value or an error, with the member names of `std::expected`.

#include <string>
#include <type_traits>
#include <utility>

#include <fauxbank/detail/either.hpp>
#include <fauxbank/error.hpp>

namespace fauxbank {

/// Wraps an error on its way into a `Result`, so that `T` and `E` may be the same type.
template <class E>
class Failure {
 public:
  explicit Failure(E error) : error_(std::move(error)) {}
  E& error() noexcept { return error_; }
  const E& error() const noexcept { return error_; }

 private:
  E error_;
};

/// A value of type `T`, or an error of type `E`. Never empty.
///
/// Copied, moved and assigned as what it holds; byte by byte where `T` and `E` both are. To be
/// assigned, one of the two must be movable without an exception, as with `std::expected`.
///
/// Exception safety: an assignment that throws while it would have put an error in the place of a
/// value, or a value in the place of an error, changes nothing.
/// Thread safety: as what it holds. A wrong access through `value()` or `error()` throws `Misuse`;
/// through `*` and `->` it is a precondition.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(const T& value) : state_(value, std::true_type()) {}  // NOLINT: implicit, as expected
  Result(T&& value) : state_(std::move(value), std::true_type()) {}  // NOLINT
  Result(Failure<E> failure)                                         // NOLINT
      : state_(std::move(failure.error()), std::false_type()) {}

  bool has_value() const noexcept { return state_.has_value; }
  explicit operator bool() const noexcept { return has_value(); }

  T& operator*() & noexcept { return state_.value; }
  const T& operator*() const& noexcept { return state_.value; }
  T&& operator*() && noexcept { return std::move(state_.value); }
  T* operator->() noexcept { return __builtin_addressof(state_.value); }
  const T* operator->() const noexcept { return __builtin_addressof(state_.value); }

  /// The value. Throws `Misuse` when there is an error instead.
  T& value() & { return require_value(), **this; }
  const T& value() const& { return require_value(), **this; }
  T&& value() && { return require_value(), std::move(**this); }

  /// The error. Throws `Misuse` when there is a value instead.
  const E& error() const {
    if (has_value()) detail::throw_misuse("Result::error() on a result that holds a value");
    return state_.error;
  }

  template <class U>
  T value_or(U&& other) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(other));
  }

  friend bool operator==(const Result& a, const Result& b) {
    if (a.has_value() != b.has_value()) return false;
    return a.has_value() ? *a == *b : a.state_.error == b.state_.error;
  }

 private:
  void require_value() const {
    if (!has_value()) detail::throw_misuse("Result::value() on a result that holds an error");
  }

  detail::Either<T, E> state_;
};

/// `error 404 …`
template <Printed E>
std::string to_string(const Failure<E>& failure) {
  return std::string("error ").append(to_string(failure.error()));
}

/// The value, or `error` and the error.
template <Printed T, Printed E>
std::string to_string(const Result<T, E>& result) {
  return result ? std::string(to_string(*result))
                : std::string("error ").append(to_string(result.error()));
}

}  // namespace fauxbank
