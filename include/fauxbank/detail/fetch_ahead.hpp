#pragma once

// Asking for memory before it is needed, where several misses can be waited for at once.

#include <cstddef>

namespace fauxbank::detail {

/// Ask for the cache lines of objects that will soon be read; null is nothing to ask for.
// Always inline, and whatever does nothing but call this as well: of a function that only
// prefetches, GCC takes a call for one without effect.
template <class T>
[[gnu::always_inline]] inline void fetch_ahead(const T* objects, std::size_t count = 1) noexcept {
  if (objects == nullptr || count == 0) return;
  constexpr std::size_t kLine = 64;
  const char* const at = reinterpret_cast<const char*>(objects);
  const std::size_t size = count * sizeof(T);
  for (std::size_t offset = 0; offset < size; offset += kLine)
    __builtin_prefetch(at + offset, 1);
  __builtin_prefetch(at + size - 1, 1);  // they need not begin where a line does
}

}  // namespace fauxbank::detail
