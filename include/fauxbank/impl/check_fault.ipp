#pragma once

#include <algorithm>

#include <fauxbank/detail/check_scenario.hpp>

namespace fauxbank::detail {

FAUXBANK_DECL bool is_field_name(std::string_view name) noexcept {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

FAUXBANK_DECL std::optional<SpecFault> trigger_fault(const FaultTrigger& trigger) {
  switch (trigger.kind) {
    case FaultTrigger::Kind::always:
      break;
    case FaultTrigger::Kind::nth:
      if (trigger.numbers.empty())
        return SpecFault{"/nth", "nth names no request: the plan can never fire"};
      for (std::uint64_t number : trigger.numbers) {
        if (number == 0) return SpecFault{"/nth", "requests are counted from 1"};
      }
      break;
    case FaultTrigger::Kind::range:
      if (trigger.first == 0) return SpecFault{"/from", "requests are counted from 1"};
      if (trigger.last && *trigger.last < trigger.first) {
        return SpecFault{"/to", "'to' lies before 'from': the plan can never fire"};
      }
      break;
    case FaultTrigger::Kind::every:
      if (trigger.step == 0) return SpecFault{"/every", "every is at least 1"};
      break;
    case FaultTrigger::Kind::rate:
      // Written so that a NaN is refused as well.
      if (!(trigger.probability >= 0 && trigger.probability <= 1))
        return SpecFault{"/rate", "a rate lies between 0 and 1"};
      break;
  }
  return std::nullopt;
}

/// What a kind needs, and what it has no use for.
FAUXBANK_DECL std::optional<SpecFault> parameter_fault(const FaultPlan& plan) {
  const FaultKind kind = plan.kind;
  const std::string name = quoted(to_string(kind));
  const auto useless = [&](const char* pointer, std::string_view owners) {
    return SpecFault{pointer, std::string(pointer).substr(1) + " belongs to " +
                                  std::string(owners) + ", not to " + name};
  };
  const bool http = kind == FaultKind::http;
  if (http && (plan.status < 200 || plan.status > 599)) {
    return SpecFault{"/status", plan.status == 0 ? "the kind 'http' needs a status, 200 to 599"
                                                 : "a status lies between 200 and 599"};
  }
  if (!http && plan.status != 0) return useless("/status", "'http'");
  if (!http && !plan.code.empty()) return useless("/code", "'http'");
  if (!http && plan.body) return useless("/body", "'http'");
  if (auto fault = text_fault(plan.code)) return SpecFault{"/code", *fault};
  if (!plan.headers.empty() && !http && kind != FaultKind::rate_limit &&
      kind != FaultKind::lock_timeout && kind != FaultKind::server_error) {
    return useless("/headers", "'http', 'rate_limit', 'lock_timeout' and 'server_error'");
  }
  for (const Headers::Field& field : plan.headers) {
    if (!is_field_name(field.name))
      return SpecFault{"/headers", "no header field has the name " + quoted(field.name)};
    if (field.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return SpecFault{"/headers", "the value of " + quoted(field.name) + " has a line break"};
    }
  }
  const bool delay = kind == FaultKind::delay;
  if (delay && plan.delay < Milliseconds::zero())
    return SpecFault{"/fixed", "a delay is not negative"};
  const auto is_endless = [](Milliseconds by) { return by.count() > kLastInstantMs; };
  if (delay && is_endless(plan.delay))
    return SpecFault{"/fixed", "a delay does not go beyond the year 9999"};
  if (delay && plan.delay_to && is_endless(*plan.delay_to))
    return SpecFault{"/uniform", "a delay does not go beyond the year 9999"};
  if (delay && plan.delay == Milliseconds::zero() && !plan.delay_to) {
    return SpecFault{"", "the kind 'delay' needs 'fixed' or 'uniform'"};
  }
  if (delay && plan.delay_to && *plan.delay_to < plan.delay) {
    return SpecFault{"/uniform", "the second delay is the longer one"};
  }
  if (!delay && plan.delay != Milliseconds::zero()) return useless("/fixed", "'delay'");
  if (!delay && plan.delay_to) return useless("/uniform", "'delay'");
  const bool slow = kind == FaultKind::slow_body;
  if (slow && plan.bytes_per_second == 0) {
    return SpecFault{"/bytes_per_second",
                     "the kind 'slow_body' needs bytes_per_second, at least 1"};
  }
  if (!slow && plan.bytes_per_second != 0) return useless("/bytes_per_second", "'slow_body'");
  return std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> phase_fault(const FaultPlan& plan) {
  const FaultPhases phases = phases_of(plan.kind);
  const std::string name = quoted(to_string(plan.kind.value));
  if (plan.phase && !phases.contains(*plan.phase)) {
    std::string allowed;
    for (FaultPhase phase : phases)
      allowed += (allowed.empty() ? "" : ", ") + quoted(to_string(phase));
    return SpecFault{"/phase", "the kind " + name + " has no phase " +
                                   quoted(to_string(*plan.phase)) + "; it has " + allowed};
  }
  if (!plan.at_byte) return std::nullopt;
  if (!phases.contains(FaultPhase::during)) {
    return SpecFault{"/at_byte",
                     "at_byte means the phase 'during', which the kind " + name + " does not have"};
  }
  if (plan.effective_phase() != FaultPhase::during) {
    return SpecFault{"/at_byte", "at_byte means the phase 'during', not " +
                                     quoted(to_string(plan.effective_phase()))};
  }
  return std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> check(const FaultPlan& plan) {
  if (!plan.account.empty()) {
    if (auto fault = id_fault(plan.account)) return SpecFault{"/account", *fault};
    if (plan.operation == Operation::list)
      return SpecFault{"/account",
                       "the operation 'list' names no account: the plan can never fire"};
  }
  if (auto fault = trigger_fault(plan.trigger)) return fault;
  if (plan.times && *plan.times == 0)
    return SpecFault{"/times", "times is at least 1: the plan can never fire"};
  if (plan.window) {
    const auto is_endless = [](const std::optional<When>& when) {
      return when && !when->at && when->after.count() > kLastInstantMs;
    };
    if (is_endless(plan.window->from))
      return SpecFault{"/while/from", "the time lies beyond the year 9999"};
    if (is_endless(plan.window->to))
      return SpecFault{"/while/to", "the time lies beyond the year 9999"};
  }
  if (auto fault = phase_fault(plan)) return fault;
  return parameter_fault(plan);
}

}  // namespace fauxbank::detail
