#include "client/faults.hpp"

namespace fauxbank::testing {

namespace {

Fault trouble(FaultKind kind, FaultPhase phase, Trouble what) {
  return {kind, phase, false, what, 0};
}
Fault answer(FaultKind kind, FaultPhase phase, int status) {
  return {kind, phase, true, Trouble::refused, status};
}

}  // namespace

std::vector<Fault> all_faults() {
  using Kind = FaultKind;
  using Phase = FaultPhase;
  return {
      trouble(Kind::connection_refused, Phase::before, Trouble::refused),
      trouble(Kind::connection_reset, Phase::before, Trouble::reset),
      trouble(Kind::connection_reset, Phase::after, Trouble::reset),
      trouble(Kind::answer_lost, Phase::after, Trouble::reset),
      trouble(Kind::connection_reset, Phase::during, Trouble::cut),
      trouble(Kind::empty_answer, Phase::after, Trouble::closed),
      trouble(Kind::garbage, Phase::before, Trouble::garbage),
      trouble(Kind::garbage, Phase::after, Trouble::garbage),
      trouble(Kind::truncated_body, Phase::during, Trouble::truncated),
      trouble(Kind::timeout, Phase::before, Trouble::silence),
      trouble(Kind::timeout, Phase::after, Trouble::silence),
      answer(Kind::rate_limit, Phase::before, 429),
      answer(Kind::lock_timeout, Phase::before, 429),
      answer(Kind::http, Phase::before, 503),
      answer(Kind::http, Phase::after, 503),
      answer(Kind::server_error, Phase::before, 500),
      answer(Kind::server_error, Phase::after, 500),
      answer(Kind::delay, Phase::before, 200),
      answer(Kind::delay, Phase::after, 200),
      answer(Kind::malformed_body, Phase::after, 200),
      answer(Kind::slow_body, Phase::during, 200),
  };
}

}  // namespace fauxbank::testing
