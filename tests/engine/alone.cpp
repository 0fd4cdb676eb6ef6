// The engine by itself, with its bodies: what it needed of an upper layer would be missing here.

#include <fauxbank/engine.hpp>

int main() {
  using namespace fauxbank;
  AccountSpec spec{.id = "fca_a"};
  spec.balance_refresh = Refresh{.status = RefreshStatus::pending};
  State state{Settings{}};
  load(state, spec);
  load_in_flight(state, {.account = "fca_a", .plan = {.outcome = RefreshOutcome::failed}});
  load_session(state, {.id = "fcsess_1", .account_holder = AccountHolder::customer("cus_1")});
  plan(state, TimelineEntry::deactivate(Seconds{60}, "fca_a"));
  while (run_due(state, state.now() + Seconds{10})) {
  }
  const Outcome outcome =
      step(state, Command{.operation = Operation::retrieve, .account = "fca_a"});
  return outcome.ok() && outcome.account.refresh(Feature::balance)->status == RefreshStatus::failed
             ? 0
             : 1;
}
