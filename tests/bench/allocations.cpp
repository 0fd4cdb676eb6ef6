#include "allocations.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> count{0};
std::atomic<std::size_t> bytes{0};
constexpr std::size_t kBlockHeader = sizeof(std::size_t);  // glibc's own, before each block

}  // namespace

fauxbank::bench::Allocations fauxbank::bench::allocations() noexcept { return {count, bytes}; }

void* operator new(std::size_t size) {
  void* block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  count.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(malloc_usable_size(block) + kBlockHeader, std::memory_order_relaxed);
  return block;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  bytes.fetch_sub(malloc_usable_size(block) + kBlockHeader, std::memory_order_relaxed);
  std::free(block);
}

void operator delete(void* block, std::size_t) noexcept { ::operator delete(block); }
