#pragma once

// What a scenario may hold: faults with JSON pointers, for specs made in C++ and for files alike.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/record.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/fault.hpp>
#include <fauxbank/fwd.hpp>

namespace fauxbank::detail {

/// What is wrong with one value, in words.
std::optional<std::string> id_fault(std::string_view id);
std::optional<std::string> text_fault(std::string_view text);
/// Pointers below the account: `/refresh/NAME/0/…`.
std::optional<SpecFault> plan_fault(const std::vector<RefreshPlan>& plans, std::string_view name);

/// Check one plan of faults by itself. Pointers are relative to it.
std::optional<SpecFault> check(const FaultPlan& plan);

/// `'lst' is not …; nearest is 'list'`, for a name out of a few.
template <class Names>
std::string no_such_name(std::string_view wanted, const Names& names) {
  Nearest nearest(wanted);
  for (const auto& name : names)
    nearest.offer(name);
  const std::string best = nearest.best();
  return best.empty() ? std::string() : "; nearest is " + quoted(best);
}

/// Throw `Misuse` with everything that is wrong with a scenario beside its accounts, which `load`
/// checks one by one.
void require_sound(const Scenario& scenario);

/// Plans without times that count from a start which nobody remembers later.
std::vector<FaultPlan> resolved(std::vector<FaultPlan> plans, Instant start);

/// A state's digest together with the plans; without any it is the state's.
std::uint64_t digest_with(std::uint64_t state, const std::vector<FaultPlan>& plans);

/// Whether a text can name a header field (RFC 9110, token).
bool is_field_name(std::string_view name) noexcept;

}  // namespace fauxbank::detail
