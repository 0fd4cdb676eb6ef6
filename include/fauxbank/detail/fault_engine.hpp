#pragma once

// Which plan strikes a request, and what then becomes of its answer.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/clock.hpp>
#include <fauxbank/fault.hpp>
#include <fauxbank/http/service.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank::detail {

/// Stands for a request that is not known yet, as with `Transport::accepts`.
inline constexpr std::string_view kUnknownTarget = "*";

/// Counts the request in every plan that looks at it and gives the first that fires, or null.
///
/// Determinism: chance depends on the seed, the plan's place and how many requests it has seen, so
/// no plan shifts another's draws.
FaultPlan* strike(std::vector<FaultPlan>& plans, const RequestTarget& target, Instant now,
                  std::uint64_t seed);

/// Whether a plan would strike the next request of this kind; nothing is counted.
const FaultPlan* next_strike(const std::vector<FaultPlan>& plans, const RequestTarget& target,
                             Instant now, std::uint64_t seed);

/// How long a delay lasts: drawn for one that is uniform.
Milliseconds delay_of(const FaultPlan& plan, std::size_t place, std::uint64_t seed);

/// The answer that stands in place of the service's own, for kinds that have one.
std::optional<InjectedAnswer> injected_answer(const FaultPlan& plan);

/// What a struck request came to: how its bytes leave, and what a caller of `Transport::send` sees.
struct Struck {
  Delivery delivery{};
  std::optional<transport_errc> error{};  // nothing: `delivery.response`
  Milliseconds late{};                    // world time that passes before the answer is whole
  bool own_answer = true;                 // the client gets what the service answered, whole

  /// A request that the service is yet to see, and its stories, by how it ends.
  struct Transit {
    Operation operation;
    std::string arrived;
    std::string lost;
  };
  std::optional<Transit> transit{};

  // In the journal, where the service has seen it.
  std::uint64_t first_entry = 0;  // of its call
  std::uint32_t attempt = 1;
};

/// Let a plan act on an answer; `response` is empty where the request was not applied.
Struck struck_answer(const FaultPlan& plan, Response response, Milliseconds late, Instant now);

/// End the client's patience: what would come later, or never, is silence and then `timed_out`.
void give_up(Struck& struck, Milliseconds deadline, Instant now);

/// Whether the request itself is late: the service sees it only when the delay is over.
inline bool delays_request(const FaultPlan& plan) noexcept {
  return plan.kind.value == FaultKind::delay && plan.effective_phase() == FaultPhase::before;
}

/// What became of a struck request, for the journal: `answer_lost after refresh of fca_1, request
/// 1: applied, connection_reset`.
std::string fault_story(const FaultPlan& plan, bool applied, const Struck& struck);

}  // namespace fauxbank::detail
