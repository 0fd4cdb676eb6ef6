#pragma once

// Asking for memory before it is needed, where several misses can be waited for at once.

#include <cstddef>

namespace fauxbank::detail {

/// Ask for the cache lines of an object that will soon be read; null is nothing to ask for.
// Always inline: of a function that only prefetches, GCC takes a call for one without effect.
template <class T>
[[gnu::always_inline]] inline void fetch_ahead(const T* object) noexcept {
  if (object == nullptr) return;
  constexpr std::size_t kLine = 64;
  const char* const at = reinterpret_cast<const char*>(object);
  for (std::size_t offset = 0; offset < sizeof(T); offset += kLine)
    __builtin_prefetch(at + offset, 1);
}

}  // namespace fauxbank::detail
