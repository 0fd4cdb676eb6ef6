#pragma once

/// \file
/// Every fault at every call of a body of code, each in a world of its own.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fauxbank/detail/enums.hpp>
#include <fauxbank/fault.hpp>
#include <fauxbank/world.hpp>

namespace fauxbank {

/// How the body took one fault.
enum class SweepVerdict : std::uint8_t {
  ok,       ///< it got through, and the invariants hold
  broken,   ///< an invariant does not hold
  gave_up,  ///< it says so, or threw; the invariants hold
  hung,     ///< it would never have ended on virtual time
  missed    ///< the fault never struck: the body did not make that call this time
};
FAUXBANK_ENUM_NAMES(SweepVerdict, "ok", "broken", "gave_up", "hung", "missed");

/// Share `index` of `total`, for machines that split a sweep.
struct SweepShard {
  std::size_t index = 0;  ///< below `total`
  std::size_t total = 1;
  friend bool operator==(const SweepShard&, const SweepShard&) = default;
};

/// What to sweep, and how.
struct SweepOptions {
  /// The faults to try at every call; the sweep says which call and when, so triggers, windows,
  /// counts, operations and accounts of the plans play no part. Empty: `sweep_faults()`.
  std::vector<FaultPlan> faults{};
  SweepShard shard{};
  /// The token of one cell, as a grid prints it, with or without the `FAUXBANK_REPLAY=` in front:
  /// nothing else runs.
  std::string replay{};
  /// Whether giving up is as good as getting through.
  bool may_give_up = false;
  /// Requests, calls, looks at the clock and movements of it after which a run counts as hung; 0:
  /// 100,000 for the run without faults, and for the others ten times what that took, and 1,000.
  std::uint64_t steps = 0;
};

/// Every kind of fault in every phase that it has, with usual values: 503 for `http`, a minute's
/// delay, `Retry-After: 2` with a 429, a slow body of 10 bytes a second.
std::vector<FaultPlan> sweep_faults();

/// A call that the body made in the run without faults.
struct SweepCall {
  Operation operation = Operation::list;
  std::string account{};  ///< the id in the path; empty where there is none
  Method method = Method::get;
};

/// What one fault at one call came to.
struct SweepCell {
  std::size_t call = 0;   ///< in `SweepGrid::calls`
  std::size_t fault = 0;  ///< in `SweepGrid::faults`
  SweepVerdict verdict = SweepVerdict::ok;
  std::string reason{};   ///< of any verdict but ok
  std::string token{};    ///< `FAUXBANK_REPLAY=2.refresh.answer_lost.after`: runs it again, alone
  std::string journal{};  ///< of a cell that was replayed: what happened
};

/// Calls by faults.
struct SweepGrid {
  std::vector<SweepCall> calls{};
  std::vector<FaultPlan> faults{};
  std::vector<SweepCell> cells{};  ///< those that ran, call by call
  std::string clean{};             ///< what is wrong without any fault; then no cell ran
  bool may_give_up = false;
  SweepShard shard{};

  bool is_bad(const SweepCell& cell) const noexcept {
    return cell.verdict != SweepVerdict::ok &&
           !(may_give_up && cell.verdict == SweepVerdict::gave_up);
  }
  /// Whether the run without faults and every cell are as they should be.
  bool ok() const noexcept;
  /// The cells that are not.
  std::vector<SweepCell> bad() const;
};

/// `FAUXBANK_REPLAY=2.refresh.answer_lost.after  broken: 2 refreshes started`
std::string to_string(const SweepCell& cell);
std::string to_string(const SweepCall& call);
std::string to_string(const SweepShard& shard);
std::string to_string(const SweepOptions& options);
/// A table, a letter for each cell, then the calls, then a line with its token for every bad cell.
std::string to_string(const SweepGrid& grid);

namespace detail {

/// A callable that lives elsewhere, asked for what is wrong: nothing, if the text is empty.
class SweepPart {
 public:
  template <class F>
  explicit SweepPart(F& f) noexcept
      : object_(const_cast<void*>(static_cast<const void*>(&f))),
        ask_([](void* object, World& world) -> std::string {
          F& self = *static_cast<F*>(object);
          using Said = std::invoke_result_t<F&, World&>;
          if constexpr (std::is_void_v<Said>) {
            self(world);
            return {};
          } else if constexpr (std::is_same_v<Said, bool>) {
            return self(world) ? std::string() : std::string("returned false");
          } else {
            return std::string(self(world));
          }
        }) {}
  std::string operator()(World& world) const { return ask_(object_, world); }

 private:
  void* object_;
  std::string (*ask_)(void*, World&);
};

SweepGrid run_sweep(const World& world, const SweepPart& body, const SweepPart& invariants,
                    const SweepOptions& options);

}  // namespace detail

/// Run `body` without faults and count its calls; then again for each call and each fault that it
/// can meet there, every time in a fresh fork; and check the invariants after each.
///
/// ```cpp
/// const SweepGrid grid = sweep(
///     [] { return World{{.accounts = {{.id = "fca_1"}}}}; },
///     [](World& world) { return Sync(world.transport(), world.clock()).run("fca_1"); },
///     [](World& world) { return refreshes_of(world) == 1; });
/// EXPECT_TRUE(grid.ok()) << to_string(grid);
/// ```
///
/// A call is a request that a fault plan can strike: one through the world's transport, routed and
/// authenticated. `lock_timeout` is not tried on reads. A call that a plan of the world's own
/// strikes is left alone. The body has to make the same calls every time: a fault that never struck
/// makes its cell `missed`, which is bad.
///
/// A body that never ends on virtual time is cut off when its steps are used up: from then on every
/// request, call and use of the clock throws something that is no `std::exception`. Code that
/// swallows that and goes on for ever cannot be cut off, and neither can code that waits without
/// asking the world for anything.
///
/// The body may have threads, which must be over when it returns; where they are cut off, the
/// exception leaves the thread's function unless it is caught there.
///
/// Determinism: as the world's; the cells do not depend on one another.
/// Complexity: a clean run for each cell; a fork takes constant time.
/// \param make_world called without arguments once; returns the `World` that is forked
/// \param body called with a `World&`; what it returns: nothing, whether it got through, or why it
///   did not (a text; empty when it did). What it throws counts as giving up
/// \param invariants the same, for what must hold afterwards
/// \throws Misuse for a replay token that is none, or whose call the body does not make
/// \see gtest.hpp for shards and tokens that come from the environment
template <class MakeWorld, class Body, class Invariants>
[[nodiscard]] SweepGrid sweep(MakeWorld&& make_world, Body&& body, Invariants&& invariants,
                              const SweepOptions& options = {}) {
  const World world = std::forward<MakeWorld>(make_world)();
  const auto run = [&](World& fork) -> decltype(auto) { return body(fork); };
  const auto check = [&](World& fork) -> decltype(auto) { return invariants(fork); };
  return detail::run_sweep(world, detail::SweepPart(run), detail::SweepPart(check), options);
}

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/sweep.ipp>
#endif
