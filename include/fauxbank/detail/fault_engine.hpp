#pragma once

// Which plan strikes a request, and what then becomes of its answer.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/fault.hpp>
#include <fauxbank/http/service.hpp>
#include <fauxbank/transport.hpp>

namespace fauxbank::detail {

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
  Delivery delivery;
  std::optional<transport_errc> error;  // nothing: `delivery.response`
  Milliseconds late{};                  // world time that passes before the answer is whole
};

/// Let a plan act on an answer; `response` is empty where the request was not applied.
Struck struck_answer(const FaultPlan& plan, Response response, Milliseconds late, Instant now);

}  // namespace fauxbank::detail
