#pragma once

// Printing for GoogleTest, without GoogleTest: every public value type has a `to_string` beside it,
// and one template leads GoogleTest there. It stands below everything, so that all files of a
// program print alike.

#include <iosfwd>
#include <string_view>
#include <type_traits>

namespace fauxbank {
namespace detail {

/// `S`, but only once `T` is known: a stream is complete where something is printed, not here.
template <class T, class S>
struct Late {
  using type = S;
};

}  // namespace detail

template <class T>
concept Printed = (std::is_class_v<T> || std::is_enum_v<T>)&&requires(const T& value) {
  std::string_view(to_string(value));
};

/// Print a value in one line where possible, without addresses; found by GoogleTest.
template <Printed T>
void PrintTo(const T& value, std::ostream* out) {
  const auto text = to_string(value);
  static_cast<typename detail::Late<T, std::ostream>::type*>(out)->write(
      text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace fauxbank
