#pragma once

/// \file
/// Memory for records, of which a world makes and drops some at every change.

#include <cstddef>
#include <new>
#include <utility>

#include <fauxbank/detail/ref.hpp>

// AddressSanitizer must see each object by itself.
#if defined(__SANITIZE_ADDRESS__)
#define FAUXBANK_POOLS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FAUXBANK_POOLS false
#endif
#endif
#ifndef FAUXBANK_POOLS
#define FAUXBANK_POOLS true
#endif

namespace fauxbank::detail {

/// Memory for objects of two cache lines at most, kept until the pool and all its objects have
/// ended.
///
/// A journal lets go of records long after they were written. To find such memory again the heap
/// walks along a list that leads through it, and waits at each step. Here the next cell is asked
/// for one step ahead (docs/adr/0017-pools.md).
///
/// Complexity: constant. Cells that were given back are used again before there are new ones.
/// Exception safety: strong; std::bad_alloc, and what a constructor throws.
/// Thread safety: one thread at a time makes objects; any thread ends them.
class Pool : public RefCounted {
 public:
  /// False where every object is made on the heap.
  static constexpr bool kInUse = FAUXBANK_POOLS;

  Pool() noexcept = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    while (slabs_ != nullptr)
      delete std::exchange(slabs_, slabs_->next);
  }

  /// Make an object of a class that has a member `Home home`, which its constructor leaves alone,
  /// and `end` as its `operator delete`.
  template <class T, class... Args>
  [[nodiscard]] Ref<T> make(Args&&... args) {
    static_assert(requires(T * object) {
      T::operator delete (object, std::destroying_delete_t{});
      object->home;
    });
    if constexpr (!kInUse) {
      return make_ref<T>(std::forward<Args>(args)...);
    } else {
      static_assert(sizeof(T) <= sizeof(Cell) && alignof(T) <= alignof(Cell));
      Spare memory{*this, take()};
      T* const object = ::new (memory.cell) T(std::forward<Args>(args)...);
      memory.cell = nullptr;
      object->home.pool_ = Ref<Pool>::of(*this);
      return Ref<T>::adopt(object);
    }
  }

  /// Destroy an object, whether it was made here or on the heap.
  template <class T>
  static void end(T* object) noexcept {
    const Ref<Pool> pool = std::move(object->home.pool_);  // it may end with its last object
    object->~T();
    if (pool) {
      pool->give_back(object);
    } else {
      ::operator delete(object);
    }
  }

 private:
  struct alignas(64) Cell {
    Cell* next;
    char rest[120];
  };
  static_assert(sizeof(Cell) == 128);

  struct Slab {
    // For less than 1 kB, see CowTree, together with what the heap adds to align it.
    static constexpr std::size_t kCells = 6;
    Cell cells[kCells];
    Slab* next;
  };
  static_assert(sizeof(Slab) + alignof(Slab) + 64 < 1024);

  /// A cell on the way to becoming an object.
  struct Spare {
    Pool& pool;
    Cell* cell;
    ~Spare() {
      if (cell != nullptr) pool.give_back(cell);
    }
  };

  Cell* take() {
    if (free_ == nullptr) [[unlikely]]
      refill();
    Cell* const cell = std::exchange(free_, free_->next);
    __builtin_prefetch(free_, 1);  // its first line; asking for both was slower
    return cell;
  }

  [[gnu::noinline]] void refill() {
    free_ = __atomic_exchange_n(&returned_, nullptr, __ATOMIC_ACQUIRE);
    if (free_ != nullptr) return;
    auto* const slab = new Slab;
    slab->next = std::exchange(slabs_, slab);
    for (Cell& cell : slab->cells)
      cell.next = std::exchange(free_, &cell);
  }

  void give_back(void* memory) noexcept {
    auto* const cell = ::new (memory) Cell;
    if (is_only_thread()) {
      cell->next = std::exchange(free_, cell);
      return;
    }
    cell->next = __atomic_load_n(&returned_, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&returned_, &cell->next, cell, true, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED)) {
    }
  }

  Cell* free_ = nullptr;      // for the thread that makes objects
  Cell* returned_ = nullptr;  // by others
  Slab* slabs_ = nullptr;
};

/// Where an object came from, as a member of it. A copy of it is another object, with its own.
class Home {
 public:
  Home() noexcept = default;
  Home(const Home&) noexcept {}
  Home& operator=(const Home&) noexcept { return *this; }

 private:
  friend class Pool;
  Ref<Pool> pool_;  // null: the heap
};

/// The pool of the one state that makes objects, from its first on. A copy of the state takes it
/// over, with all memory that is free: a state is copied to be changed, and the other one, which
/// stays as it is, gets another when it needs one.
///
/// Thread safety: copies may be taken by several threads at once; one of them gets the pool.
class OwnPool {
 public:
  OwnPool() noexcept = default;
  OwnPool(const OwnPool& other) noexcept
      : pool_(__atomic_exchange_n(&other.pool_, nullptr, __ATOMIC_ACQ_REL)) {}
  OwnPool& operator=(const OwnPool&) = delete;
  ~OwnPool() {
    if (pool_ != nullptr) static_cast<void>(Ref<Pool>::adopt(pool_));
  }

  Pool& operator*() {
    if (pool_ == nullptr) [[unlikely]]
      pool_ = make_ref<Pool>().release();
    return *pool_;
  }

 private:
  mutable Pool* pool_ = nullptr;
};

}  // namespace fauxbank::detail

#undef FAUXBANK_POOLS
