#pragma once

// Enumerations by name, both ways, from one array each; and sets of them.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <fauxbank/detail/print_to.hpp>

namespace fauxbank {

namespace detail {

/// The names of one enumeration, of one type however many there are.
class NameList {
 public:
  constexpr NameList(const std::string_view* names, std::size_t size) noexcept
      : names_(names), size_(size) {}
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr std::string_view operator[](std::size_t i) const noexcept { return names_[i]; }
  constexpr const std::string_view* begin() const noexcept { return names_; }
  constexpr const std::string_view* end() const noexcept { return names_ + size_; }

 private:
  const std::string_view* names_;
  std::size_t size_;
};

}  // namespace detail

/// Specialised for every enumeration that has wire names: `values[i]` names the enumerator `i`.
template <class E>
struct EnumNames;

template <class E>
concept NamedEnum = requires {
  EnumNames<E>::values.size();
};

/// Name an enumerator as the wire does.
template <NamedEnum E>
constexpr std::string_view to_string(E value) noexcept {
  return EnumNames<E>::values[static_cast<std::size_t>(value)];
}

/// Find the enumerator of a wire name.
template <NamedEnum E>
constexpr std::optional<E> from_string(std::string_view name) noexcept {
  for (std::size_t i = 0; i < EnumNames<E>::values.size(); ++i) {
    if (EnumNames<E>::values[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

/// A set of enumerators, in one byte. Iterates in the order of declaration.
template <NamedEnum E>
class EnumSet {
 public:
  static constexpr std::size_t kUniverse = EnumNames<E>::values.size();
  static_assert(kUniverse <= 8);

  constexpr EnumSet() noexcept = default;
  constexpr EnumSet(std::initializer_list<E> values) noexcept {
    for (E value : values)
      insert(value);
  }

  static constexpr EnumSet all() noexcept {
    EnumSet set;
    set.bits_ = static_cast<std::uint8_t>((1u << kUniverse) - 1u);
    return set;
  }

  constexpr void insert(E value) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | bit(value)); }
  constexpr void erase(E value) noexcept { bits_ = static_cast<std::uint8_t>(bits_ & ~bit(value)); }
  constexpr void clear() noexcept { bits_ = 0; }
  constexpr bool contains(E value) const noexcept { return (bits_ & bit(value)) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  constexpr std::size_t size() const noexcept {
    return static_cast<std::size_t>(std::popcount(bits_));
  }

  class iterator {
   public:
    using value_type = E;
    using difference_type = std::ptrdiff_t;
    constexpr explicit iterator(std::uint8_t rest) noexcept : rest_(rest) {}
    constexpr E operator*() const noexcept { return static_cast<E>(std::countr_zero(rest_)); }
    constexpr iterator& operator++() noexcept {
      rest_ = static_cast<std::uint8_t>(rest_ & (rest_ - 1));
      return *this;
    }
    friend constexpr bool operator==(const iterator&, const iterator&) = default;

   private:
    std::uint8_t rest_;  // the members that are still to come
  };

  constexpr iterator begin() const noexcept { return iterator(bits_); }
  constexpr iterator end() const noexcept { return iterator(0); }

  friend constexpr bool operator==(const EnumSet&, const EnumSet&) = default;

 private:
  static constexpr std::uint8_t bit(E value) noexcept {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(value));
  }

  std::uint8_t bits_ = 0;
};

/// `{balance, transactions}`
template <NamedEnum E>
std::string to_string(const EnumSet<E>& set) {
  std::string text = "{";
  for (E value : set)
    text.append(text.size() > 1 ? ", " : "").append(to_string(value));
  return text + "}";
}

}  // namespace fauxbank

/// Gives an enumeration its wire names.
#define FAUXBANK_ENUM_NAMES(E, ...)                                                           \
  template <>                                                                                 \
  struct EnumNames<E> {                                                                       \
    static constexpr std::string_view list[] = {__VA_ARGS__};                                 \
    static constexpr ::fauxbank::detail::NameList values{list, sizeof list / sizeof list[0]}; \
  }
