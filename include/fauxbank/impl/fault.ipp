#pragma once

#include <fauxbank/detail/check_scenario.hpp>
#include <fauxbank/detail/duration.hpp>
#include <fauxbank/detail/hash.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/fault.hpp>

namespace fauxbank {

FAUXBANK_DECL FaultPhases phases_of(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::connection_refused:
    case FaultKind::rate_limit:
    case FaultKind::lock_timeout:
      return {FaultPhase::before};
    case FaultKind::http:
    case FaultKind::server_error:
    case FaultKind::delay:
    case FaultKind::timeout:
    case FaultKind::garbage:
      return {FaultPhase::before, FaultPhase::after};
    case FaultKind::connection_reset:
      return FaultPhases::all();
    case FaultKind::answer_lost:
    case FaultKind::empty_answer:
    case FaultKind::malformed_body:
      return {FaultPhase::after};
    case FaultKind::truncated_body:
    case FaultKind::slow_body:
      break;
  }
  return {FaultPhase::during};
}

FAUXBANK_DECL FaultPhase default_phase(FaultKind kind) noexcept { return *phases_of(kind).begin(); }

FAUXBANK_DECL FaultPhase FaultPlan::effective_phase() const noexcept {
  if (phase) return *phase;
  return at_byte ? FaultPhase::during : default_phase(kind);
}

// ---- plans in the making ------------------------------------------------------------------------

FAUXBANK_DECL FaultTrigger FaultTrigger::always() { return {}; }

FAUXBANK_DECL FaultTrigger FaultTrigger::nth(std::vector<std::uint64_t> numbers) {
  FaultTrigger trigger;
  trigger.kind = Kind::nth;
  trigger.numbers = std::move(numbers);
  return trigger;
}

FAUXBANK_DECL FaultTrigger FaultTrigger::range(std::uint64_t first,
                                               std::optional<std::uint64_t> last) {
  FaultTrigger trigger;
  trigger.kind = Kind::range;
  trigger.first = first;
  trigger.last = last;
  return trigger;
}

FAUXBANK_DECL FaultTrigger FaultTrigger::every(std::uint64_t step) {
  FaultTrigger trigger;
  trigger.kind = Kind::every;
  trigger.step = step;
  return trigger;
}

FAUXBANK_DECL FaultTrigger FaultTrigger::rate(double probability) {
  FaultTrigger trigger;
  trigger.kind = Kind::rate;
  trigger.probability = probability;
  return trigger;
}

FAUXBANK_DECL FaultBuilder::FaultBuilder(Faults& faults, std::optional<Operation> operation)
    : faults_(&faults) {
  plan_.operation = operation;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::account(std::string id) {
  plan_.account = std::move(id);
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::from(std::uint64_t first,
                                               std::optional<std::uint64_t> to) {
  plan_.trigger = FaultTrigger::range(first, to);
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::every(std::uint64_t step) {
  plan_.trigger = FaultTrigger::every(step);
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::rate(double probability) {
  plan_.trigger = FaultTrigger::rate(probability);
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::during(FaultWindow window) {
  plan_.window = window;
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::times(std::uint64_t at_most) {
  plan_.times = at_most;
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::phase(FaultPhase phase) {
  plan_.phase = phase;
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::at_byte(std::uint64_t byte) {
  plan_.at_byte = byte;
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::header(std::string_view name, std::string_view value) {
  plan_.headers.add(name, value);
  return *this;
}

FAUXBANK_DECL FaultBuilder& FaultBuilder::body(std::string text) {
  plan_.body = std::move(text);
  return *this;
}

FAUXBANK_DECL void FaultBuilder::http(int status, std::string code, const char* file, int line) {
  plan_.status = status;
  plan_.code = std::move(code);
  add(FaultKind::http, file, line);
}

FAUXBANK_DECL void FaultBuilder::delay(Milliseconds by, const char* file, int line) {
  plan_.delay = by;
  add(FaultKind::delay, file, line);
}

FAUXBANK_DECL void FaultBuilder::delay_between(Milliseconds from, Milliseconds to, const char* file,
                                               int line) {
  plan_.delay_to = to;
  delay(from, file, line);
}

FAUXBANK_DECL void FaultBuilder::slow_body(std::uint64_t bytes_per_second, const char* file,
                                           int line) {
  plan_.bytes_per_second = bytes_per_second;
  add(FaultKind::slow_body, file, line);
}

FAUXBANK_DECL FaultBuilder Faults::on(Operation operation) {
  return FaultBuilder(*this, operation);
}

FAUXBANK_DECL FaultBuilder Faults::on_any() { return FaultBuilder(*this); }

FAUXBANK_DECL void Faults::add(FaultPlan plan, const char* file, int line) {
  add(std::move(plan), std::string(file) + ":" + std::to_string(line));
}

// ---- as text ------------------------------------------------------------------------------------

FAUXBANK_DECL std::string to_string(const FaultTrigger& trigger) {
  switch (trigger.kind) {
    case FaultTrigger::Kind::always:
      break;
    case FaultTrigger::Kind::nth: {
      std::string text = "request";
      for (std::uint64_t number : trigger.numbers)
        text.append(" ").append(std::to_string(number));
      return text;
    }
    case FaultTrigger::Kind::range:
      return "requests " + std::to_string(trigger.first) +
             (trigger.last ? " to " + std::to_string(*trigger.last) : " and later");
    case FaultTrigger::Kind::every:
      return "one request in " + std::to_string(trigger.step);
    case FaultTrigger::Kind::rate:
      return std::to_string(static_cast<std::int64_t>(trigger.probability * 1e6)) +
             " requests in a million";
  }
  return "every request";
}

FAUXBANK_DECL std::string to_string(const FaultWindow& window) {
  return (window.from ? "from " + to_string(*window.from) : std::string("from the beginning")) +
         (window.to ? " until " + to_string(*window.to) : std::string());
}

FAUXBANK_DECL std::string to_string(const FaultPlan& plan) {
  std::string text(to_string(plan.kind.value));
  text.append(" ").append(to_string(plan.effective_phase())).append(" ");
  text.append(plan.operation ? to_string(*plan.operation) : std::string_view("any operation"));
  if (!plan.account.empty()) text.append(" of ").append(detail::one_line(plan.account, 300));
  text.append(", ").append(to_string(plan.trigger));
  if (plan.window) text.append(", ").append(to_string(*plan.window));
  if (plan.times) text.append(", at most ").append(std::to_string(*plan.times)).append(" times");
  return text.append(", fired ").append(std::to_string(plan.fired));
}

FAUXBANK_DECL std::string to_string(const FaultReport& report) {
  return to_string(report.plan) + (report.place.empty() ? "" : " (" + report.place + ")");
}

FAUXBANK_DECL void FaultBuilder::add(FaultKind kind, const char* file, int line) {
  plan_.kind = kind;
  faults_->add(plan_, file, line);
}

namespace detail {

FAUXBANK_DECL void add_plan(Digest& digest, const FaultPlan& plan) {
  const auto number = [&](std::uint64_t value) { digest.add(value); };
  const auto maybe = [&](const std::optional<std::uint64_t>& value) {
    number(value ? 1 : 0);
    number(value.value_or(0));
  };
  const auto time = [&](const std::optional<When>& when) {
    number(when ? 1 : 0);
    if (when) number(static_cast<std::uint64_t>(to_ms(when->from(Instant{}))));
  };
  digest.add(plan.operation ? to_string(*plan.operation) : std::string_view("any"));
  digest.add(plan.account);
  digest.add(to_string(plan.trigger.kind));
  for (std::uint64_t value : plan.trigger.numbers)
    number(value);
  number(plan.trigger.first);
  maybe(plan.trigger.last);
  number(plan.trigger.step);
  number(static_cast<std::uint64_t>(plan.trigger.probability * 0x1p53));
  if (plan.window) {
    time(plan.window->from);
    time(plan.window->to);
  }
  maybe(plan.times);
  digest.add(to_string(plan.effective_phase()));
  digest.add(to_string(plan.kind.value));
  number(static_cast<std::uint64_t>(plan.status));
  digest.add(plan.code);
  for (const Headers::Field& field : plan.headers) {
    digest.add(field.name);
    digest.add(field.value);
  }
  digest.add(plan.body ? "body " + *plan.body : std::string());
  number(static_cast<std::uint64_t>(plan.delay.count()));
  number(static_cast<std::uint64_t>(plan.delay_to.value_or(Milliseconds{-1}).count()));
  maybe(plan.at_byte);
  number(plan.bytes_per_second);
  number(plan.seen);
  number(plan.fired);
}

FAUXBANK_DECL std::vector<FaultPlan> resolved(std::vector<FaultPlan> plans, Instant start) {
  for (FaultPlan& plan : plans) {
    if (!plan.window) continue;
    if (plan.window->from) plan.window->from = plan.window->from->from(start);
    if (plan.window->to) plan.window->to = plan.window->to->from(start);
  }
  return plans;
}

FAUXBANK_DECL std::uint64_t digest_with(std::uint64_t state, const std::vector<FaultPlan>& plans) {
  if (plans.empty()) return state;
  Digest digest;
  digest.add(state);
  for (const FaultPlan& plan : plans)
    add_plan(digest, plan);
  return digest.value();
}

}  // namespace detail
}  // namespace fauxbank
