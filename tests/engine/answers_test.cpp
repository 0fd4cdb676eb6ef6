// What holds for answers of every world: properties over seeded random worlds and requests.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/random_request.hpp"

namespace fauxbank::testing {
namespace {

constexpr Operation kCalls[] = {Operation::retrieve,   Operation::disconnect, Operation::refresh,
                                Operation::refresh,    Operation::refresh,    Operation::subscribe,
                                Operation::unsubscribe};

/// A world whose refreshes end later than they start and not by reading: then answers and looks
/// change nothing else.
Scenario random_scenario(Random& random, std::uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.now = Instant{Milliseconds{kStart * 1000 + random.between(0, 999)}};
  if (random.chance(0.5)) scenario.form = Form::current;
  if (random.chance(0.4)) scenario.rules.early_refresh = EarlyRefresh::reject;
  if (random.chance(0.4)) scenario.rules.permissions = PermissionCheck::ignore;
  if (random.chance(0.4)) scenario.rules.limit_out_of_range = LimitOutOfRange::clamp;
  if (random.chance(0.5)) scenario.tenants = {"acct_tenant0", "acct_tenant1"};
  const std::size_t count = 1 + random.below(8);
  for (std::size_t i = 0; i < count; ++i)
    scenario.accounts.push_back(random_living_account(random, i, false, false));
  return scenario;
}

/// Time passes, or something happens at the bank.
void pass_time(Random& random, World& world) {
  const std::vector<Account> all = world.all();
  const Account& account = all[random.below(all.size())];
  switch (random.below(8)) {
    case 0:
      if (account.status() == Status::active) world.deactivate(account.id());
      break;
    case 1:
    case 2:
      if (account.status() == Status::inactive) world.reactivate(account.id());
      break;
    case 3:
      world.clock().advance(std::chrono::hours{13});
      break;
    default:
      world.clock().advance(Milliseconds{random.between(0, 9000)});
  }
}

struct Drawn {
  Operation operation;
  std::string id;
  std::string tenant;
  FeatureSet features;
};

/// A call of some account, most often in its own tenant.
Drawn draw_call(Random& random, const World& world) {
  const std::vector<Account> all = world.all();
  const Account& account = all[random.below(all.size())];
  Drawn drawn{kCalls[random.below(std::size(kCalls))], std::string(account.id()),
              std::string(account.tenant()), random_features(random)};
  if (drawn.operation == Operation::disconnect && random.chance(0.6))
    drawn.operation = Operation::refresh;
  if (random.chance(0.05)) drawn.tenant = "acct_tenant1";
  if (random.chance(0.05)) drawn.id += "x";
  return drawn;
}

Request request_of(const Drawn& drawn) {
  Request request = sound_request(drawn.operation, drawn.id, drawn.features);
  use_tenant(request, drawn.tenant);
  return request;
}

bool is_refusal(const Response& response) { return response.status != 200; }

TEST(AnswerProperties, ARefusedRequestLeavesTheDigestUnchanged) {
  std::size_t refused = 0;
  std::size_t accepted = 0;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random = draws(seed);
    World world{random_scenario(random, seed)};
    for (int i = 0; i < 25; ++i) {
      pass_time(random, world);
      Request request = request_of(draw_call(random, world));
      if (random.chance(0.2)) request.target = kAccounts + "?limit=3";
      if (random.chance(0.7)) spoil(random, request);
      const std::uint64_t digest = world.digest();
      const std::size_t events = world.events().size();
      const Response response = world.send(request);
      if (!is_refusal(response)) {
        ++accepted;
        continue;
      }
      ++refused;
      ASSERT_EQ(world.digest(), digest) << to_string(world.journal());
      ASSERT_EQ(world.events().size(), events);
      const Journal journal = world.journal();
      const JournalEntry& entry = journal[journal.size() - 1];
      ASSERT_TRUE(entry.changes.empty());
      ASSERT_TRUE(entry.refused_by && entry.rules.contains(*entry.refused_by)) << to_string(entry);
    }
  }
  // Neither kind may be rare, or this proves little.
  EXPECT_GT(refused, 24'000u);
  EXPECT_GT(accepted, 12'000u);
}

TEST(AnswerProperties, RetrieveAfterAnAcceptedCallPrintsWhatTheCallAnswered) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random = draws(seed);
    World world{random_scenario(random, seed)};
    for (int i = 0; i < 15; ++i) {
      pass_time(random, world);
      const Drawn drawn = draw_call(random, world);
      Request call = request_of(drawn);
      Request look = request_of({Operation::retrieve, drawn.id, drawn.tenant, {}});
      if (random.chance(0.5)) {
        call = current(call);
        look = current(look);
      }
      const Response answer = world.send(call);
      if (is_refusal(answer)) continue;
      ++compared;
      ASSERT_EQ(world.send(look).body, answer.body) << to_string(drawn.operation);
    }
  }
  EXPECT_GT(compared, 21'000u);
}

/// The same call through the typed face, as `status code param`; empty when it is accepted.
std::string call_typed(World& world, const Drawn& drawn) {
  Accounts& accounts = world.accounts();
  const auto call = [&]() -> Result<Account, ApiError> {
    switch (drawn.operation) {
      case Operation::list:
      case Operation::retrieve:
        return accounts.retrieve(drawn.id);
      case Operation::disconnect:
        return accounts.disconnect(drawn.id);
      case Operation::refresh:
        return accounts.refresh(drawn.id, {drawn.features});
      case Operation::subscribe:
        return accounts.subscribe(drawn.id, {drawn.features});
      default:
        break;
    }
    return accounts.unsubscribe(drawn.id, {drawn.features});
  };
  const auto answer = call();
  if (answer) return {};
  const ApiError& error = answer.error();
  return std::to_string(error.status) + " " + error.type + " " + error.code + " " + error.param;
}

std::string refusal_of(const Response& response) {
  if (!is_refusal(response)) return {};
  return std::to_string(response.status) + " " + error_member(response, "type") + " " +
         error_member(response, "code") + " " + error_member(response, "param");
}

TEST(AnswerProperties, TypedFaceAndHttpFaceAgreeOnCalls) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random = draws(seed);
    World typed{random_scenario(random, seed)};
    World http = typed.fork();
    for (int i = 0; i < 15; ++i) {
      Random same = random;
      pass_time(random, typed);
      pass_time(same, http);
      Drawn drawn = draw_call(random, typed);
      drawn.tenant.clear();  // the typed face has no tenants
      if (random.chance(0.1)) drawn.features.clear();
      Request request = request_of(drawn);
      if (drawn.operation == Operation::subscribe || drawn.operation == Operation::unsubscribe) {
        // The typed face can name a feature that is not offered here; so must the body.
        request.body = features_form(drawn.features);
        request.header("Content-Type", "application/x-www-form-urlencoded");
      }
      ASSERT_EQ(call_typed(typed, drawn), refusal_of(http.send(request)))
          << to_string(drawn.operation);
      ASSERT_EQ(typed.digest(), http.digest());
    }
    ASSERT_EQ(typed.events().size(), http.events().size());
  }
}

/// A list's parameters, now and then wrong, for both faces.
ListParams random_list_params(Random& random, const World& world) {
  ListParams params;
  const std::vector<Account> all = world.all();
  const auto cursor = [&] {
    return random.chance(0.1) ? std::string("fca_nobody")
                              : std::string(all[random.below(all.size())].id());
  };
  if (random.chance(0.8)) params.limit = random.between(-1, random.chance(0.2) ? 102 : 5);
  if (random.chance(0.3)) params.starting_after = cursor();
  if (random.chance(0.3)) params.ending_before = cursor();
  if (random.chance(0.2)) params.account_holder.customer = "cus_1";
  if (random.chance(0.1)) params.account_holder.account = "acct_holder1";
  if (random.chance(0.2)) params.session = "fcsess_1";
  if (random.chance(0.1)) params.account_holder.customer_account = "cuacct_0";
  return params;
}

std::string query_of(const ListParams& params) {
  std::string query;
  for_each_param(params, [&](std::string_view name, std::string_view value) {
    query.append(query.empty() ? "?" : "&").append(name).append("=").append(value);
  });
  return query;
}

TEST(AnswerProperties, TypedFaceAndHttpFaceAgreeOnLists) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random = draws(seed);
    World world{random_scenario(random, seed)};
    for (int i = 0; i < 12; ++i) {
      const ListParams params = random_list_params(random, world);
      const auto typed = world.accounts().list(params);
      // The current form knows every parameter that the typed face has.
      const Response response = world.send(current(Request::get(kAccounts + query_of(params))));
      if (!typed) {
        const ApiError& error = typed.error();
        ASSERT_EQ(refusal_of(response), std::to_string(error.status) + " " + error.type + " " +
                                            error.code + " " + error.param);
        continue;
      }
      ASSERT_EQ(response.status, 200) << response.body;
      std::vector<std::string> ids;
      for (const Account& account : typed->data)
        ids.emplace_back(account.id());
      ASSERT_EQ(ids_of(response), ids);
      ASSERT_EQ(json_of(response).at("has_more").as_bool(), typed->has_more);
    }
  }
}

}  // namespace
}  // namespace fauxbank::testing
