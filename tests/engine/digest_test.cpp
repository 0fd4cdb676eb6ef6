// Two states of one digest must have one future: what decides the future is in the digest.

#include <gtest/gtest.h>

#include "engine/random_world.hpp"

namespace fauxbank::testing {
namespace {

constexpr std::chrono::hours kHour{1};

State state_at(Instant now) {
  Settings settings;
  settings.now = now;
  return State(settings);
}

void advance(State& state, Instant to) {
  while (run_due(state, to)) {
  }
}

/// When the next daily refresh of a reactivated account starts.
Instant next_daily(State state) {
  WorldEvent event;
  event.kind = WorldEventKind::reactivate;
  event.account = "fca_1";
  EXPECT_TRUE(step(state, event).ok());
  return state.next_due().value();
}

TEST(Digest, TellsFromWhenTheDailiesOfANeverRefreshedAccountCount) {
  AccountSpec spec;
  spec.id = "fca_1";
  spec.created = UnixTime{Seconds{kStart}};
  spec.status = Status::inactive;
  spec.subscribed = true;

  State early = state_at(kStartInstant);
  load(early, spec);
  advance(early, kStartInstant + kHour);
  State late = state_at(kStartInstant);
  advance(late, kStartInstant + kHour);
  load(late, spec);

  EXPECT_EQ(next_daily(early), kStartInstant + 24 * kHour);
  EXPECT_EQ(next_daily(late), kStartInstant + 25 * kHour);
  EXPECT_NE(early.digest(), late.digest());
}

TEST(Digest, IgnoresHowAStateWasReached) {
  AccountSpec spec;
  spec.id = "fca_1";
  spec.transaction_refresh = Refresh{};
  spec.transaction_refresh->id = "fctxnref_1";
  spec.transaction_refresh->last_attempted_at = kStartInstant;

  State straight = state_at(kStartInstant);
  load(straight, spec);
  State roundabout = state_at(kStartInstant);
  spec.subscribed = true;
  load(roundabout, spec);
  EXPECT_NE(roundabout.digest(), straight.digest());
  Command command;
  command.operation = Operation::unsubscribe;
  command.account = "fca_1";
  command.features = {Feature::transactions};
  ASSERT_TRUE(step(roundabout, command).ok());
  for (State* state : {&straight, &roundabout})
    advance(*state, kStartInstant + kHour);
  static_cast<void>(next_request_id(roundabout));
  EXPECT_EQ(roundabout.digest(), straight.digest());
}

}  // namespace
}  // namespace fauxbank::testing
