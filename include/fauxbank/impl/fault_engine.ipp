#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/fault_engine.hpp>
#include <fauxbank/random.hpp>

namespace fauxbank::detail {

// ---- which plan strikes -------------------------------------------------------------------------

/// A generator for one decision alone.
FAUXBANK_DECL Random decision(std::uint64_t seed, std::size_t place, std::uint64_t number,
                              RandomStream stream) noexcept {
  return Random(seed + (place + 1) * 0x9E3779B97F4A7C15u + number * 0xD1B54A32D192ED03u, stream);
}

inline bool looks_at(const FaultPlan& plan, const RequestTarget& target) noexcept {
  return (!plan.operation || *plan.operation == target.operation) &&
         (plan.account.empty() || plan.account == target.account);
}

FAUXBANK_DECL bool triggers(const FaultTrigger& trigger, std::uint64_t number, Random random) {
  switch (trigger.kind) {
    case FaultTrigger::Kind::always:
      break;
    case FaultTrigger::Kind::nth:
      return std::find(trigger.numbers.begin(), trigger.numbers.end(), number) !=
             trigger.numbers.end();
    case FaultTrigger::Kind::range:
      return number >= trigger.first && (!trigger.last || number <= *trigger.last);
    case FaultTrigger::Kind::every:
      return number % trigger.step == 0;
    case FaultTrigger::Kind::rate:
      return random.chance(trigger.probability);
  }
  return true;
}

/// Whether the plan strikes its request of this number.
FAUXBANK_DECL bool fires(const FaultPlan& plan, std::size_t place, std::uint64_t number,
                         Instant now, std::uint64_t seed) {
  if (plan.times && plan.fired >= *plan.times) return false;
  if (plan.window) {
    // Times were made absolute when the plan was taken in.
    if (plan.window->from && now < *plan.window->from->at) return false;
    if (plan.window->to && now >= *plan.window->to->at) return false;
  }
  return triggers(plan.trigger, number, decision(seed, place, number, RandomStream::faults));
}

FAUXBANK_DECL FaultPlan* strike(std::vector<FaultPlan>& plans, const RequestTarget& target,
                                Instant now, std::uint64_t seed) {
  FaultPlan* struck = nullptr;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    FaultPlan& plan = plans[i];
    if (!looks_at(plan, target)) continue;
    ++plan.seen;
    if (struck == nullptr && fires(plan, i, plan.seen, now, seed)) struck = &plan;
  }
  if (struck != nullptr) ++struck->fired;
  return struck;
}

FAUXBANK_DECL const FaultPlan* next_strike(const std::vector<FaultPlan>& plans,
                                           const RequestTarget& target, Instant now,
                                           std::uint64_t seed) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (looks_at(plans[i], target) && fires(plans[i], i, plans[i].seen + 1, now, seed))
      return &plans[i];
  }
  return nullptr;
}

// ---- what becomes of the answer -----------------------------------------------------------------

FAUXBANK_DECL Milliseconds delay_of(const FaultPlan& plan, std::size_t place, std::uint64_t seed) {
  if (plan.kind.value != FaultKind::delay) return {};
  if (!plan.delay_to) return plan.delay;
  Random random = decision(seed, place, plan.fired, RandomStream::latency);
  return Milliseconds{random.between(plan.delay.count(), plan.delay_to->count())};
}

FAUXBANK_DECL std::optional<InjectedAnswer> injected_answer(const FaultPlan& plan) {
  InjectedAnswer answer;
  answer.headers = plan.headers;
  switch (plan.kind.value) {
    case FaultKind::rate_limit:
      answer.status = 429;
      answer.code = "rate_limit";
      answer.message = "Too many requests (a fault plan says so)";
      return answer;
    case FaultKind::lock_timeout:
      answer.status = 429;
      answer.code = "lock_timeout";
      answer.message = "The account is in use by another request (a fault plan says so)";
      answer.should_retry = true;
      return answer;
    case FaultKind::server_error:
      answer.status = 500;
      answer.type = "api_error";
      answer.message = "Something went wrong (a fault plan says so)";
      return answer;
    case FaultKind::http:
      answer.status = plan.status;
      answer.type = plan.status >= 500 ? "api_error" : "invalid_request_error";
      answer.code = plan.code;
      answer.message = "A fault plan answers " + std::to_string(plan.status);
      answer.body = plan.body;
      return answer;
    default:
      return std::nullopt;
  }
}

FAUXBANK_DECL void cut(Struck& struck, const FaultPlan& plan) {
  const std::size_t body = struck.delivery.response.body.size();
  // A body that ends early ends before its last byte, whatever the plan says.
  const bool truncated = plan.kind.value == FaultKind::truncated_body;
  struck.delivery.cut_in_body = truncated || !plan.at_byte;
  struck.delivery.cut_at = plan.at_byte ? static_cast<std::size_t>(*plan.at_byte) : body / 2;
  if (truncated && body != 0) {
    struck.delivery.cut_at = std::min(struck.delivery.cut_at, body - 1);
  }
}

FAUXBANK_DECL void slow_down(Struck& struck, const FaultPlan& plan) {
  const std::uint64_t bytes = struck.delivery.response.body.size();
  const std::uint64_t quick = std::min<std::uint64_t>(plan.at_byte.value_or(0), bytes);
  const std::uint64_t ms =
      ((bytes - quick) * 1000 + plan.bytes_per_second - 1) / plan.bytes_per_second;
  struck.late = Milliseconds{static_cast<std::int64_t>(ms)};
  struck.delivery.unpaced = static_cast<std::size_t>(quick);
  struck.delivery.bytes_per_second =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(plan.bytes_per_second, UINT32_MAX));
}

FAUXBANK_DECL Struck struck_answer(const FaultPlan& plan, Response response, Milliseconds late,
                                   Instant now) {
  Struck struck;
  const auto fail = [&](transport_errc error) {
    struck.error = error;
    struck.delivery = to_delivery(error);
    struck.delivery.response = std::move(response);
  };
  switch (plan.kind.value) {
    case FaultKind::connection_refused:
      fail(transport_errc::connection_refused);
      break;
    case FaultKind::connection_reset:
      fail(transport_errc::connection_reset);
      if (plan.effective_phase() == FaultPhase::during) cut(struck, plan);
      break;
    case FaultKind::answer_lost:
      fail(transport_errc::connection_reset);
      break;
    case FaultKind::empty_answer:
      fail(transport_errc::empty_answer);
      break;
    case FaultKind::timeout:
      fail(transport_errc::timed_out);
      break;
    case FaultKind::garbage:
      fail(transport_errc::malformed_answer);
      break;
    case FaultKind::truncated_body:
      fail(transport_errc::truncated_answer);
      cut(struck, plan);
      break;
    case FaultKind::malformed_body:
      struck.own_answer = false;
      struck.delivery.response = std::move(response);
      struck.delivery.response.body = "{\"object\": \"list\", \"data\": [<html>";
      break;
    case FaultKind::slow_body:
      struck.delivery.response = std::move(response);
      slow_down(struck, plan);
      break;
    case FaultKind::delay:
      struck.delivery.response = std::move(response);
      struck.delivery.not_before = later(now, late);
      struck.late = late;
      break;
    case FaultKind::rate_limit:
    case FaultKind::lock_timeout:
    case FaultKind::http:
    case FaultKind::server_error:
      struck.own_answer = false;
      struck.delivery.response = std::move(response);
      break;
  }
  if (struck.error) struck.own_answer = false;
  return struck;
}

FAUXBANK_DECL void give_up(Struck& struck, Milliseconds deadline, Instant now) {
  const bool never = struck.error == transport_errc::timed_out;
  if (!never && struck.late <= deadline) return;
  Delivery& delivery = struck.delivery;
  if (delivery.bytes_per_second != 0) {
    // The bytes that make it in time do leave.
    const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(deadline.count(), 0));
    delivery.cut_at =
        delivery.unpaced + static_cast<std::size_t>(ms * delivery.bytes_per_second / 1000);
    delivery.cut_in_body = true;
  } else {
    delivery.cut_at = 0;
    delivery.not_before.reset();
  }
  delivery.after = AfterAnswer::stall;
  delivery.gives_up = later(now, deadline);
  struck.error = transport_errc::timed_out;
  struck.own_answer = false;
  struck.late = *delivery.gives_up - now;
}

FAUXBANK_DECL std::string fault_story(const FaultPlan& plan, bool applied, const Struck& struck) {
  std::string text = to_string(plan) + (applied ? ": applied, " : ": not applied, ");
  if (struck.error) {
    text.append(to_string(*struck.error));
    if (struck.late != Milliseconds::zero())
      text.append(" after " + std::to_string(struck.late.count()) + " ms");
  } else if (struck.late != Milliseconds::zero()) {
    text.append("answered after " + std::to_string(struck.late.count()) + " ms");
  } else if (injected_answer(plan)) {
    text.append(std::to_string(struck.delivery.response.status));
  } else {
    text.append("answered otherwise than meant");
  }
  return text;
}

}  // namespace fauxbank::detail
