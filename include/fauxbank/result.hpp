#pragma once

/// \file
/// `Result<T, E>`: a value or an error, with the member names of `std::expected`.

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

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
/// Thread safety: as a `std::variant`. A wrong access through `value()` or `error()` throws
/// `Misuse`; through `*` and `->` it is a precondition.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(const T& value)
      : state_(std::in_place_index<0>, value) {}  // NOLINT: implicit, as expected
  Result(T&& value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT
  Result(Failure<E> failure)                                               // NOLINT
      : state_(std::in_place_index<1>, std::move(failure.error())) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  /// The value. Throws `Misuse` when there is an error instead.
  T& value() & { return require_value(), **this; }
  const T& value() const& { return require_value(), **this; }
  T&& value() && { return require_value(), std::move(**this); }

  /// The error. Throws `Misuse` when there is a value instead.
  const E& error() const {
    if (has_value()) detail::throw_misuse("Result::error() on a result that holds a value");
    return *std::get_if<1>(&state_);
  }

  template <class U>
  T value_or(U&& other) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(other));
  }

  friend bool operator==(const Result&, const Result&) = default;

 private:
  void require_value() const {
    if (!has_value()) detail::throw_misuse("Result::value() on a result that holds an error");
  }

  std::variant<T, E> state_;
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
