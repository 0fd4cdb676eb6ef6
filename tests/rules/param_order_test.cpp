#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

// Each test breaks two rules at once; the one that is checked first answers.

constexpr const char* kPlain = "400 invalid_request_error - -";

RULE_TEST(ParamOrder, ContentTypeBeforeDecoding, "param.order", "route.content_type") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  Request request = Request::post(account_path("fca_a", "refresh"), "features[]=%zz");
  const Response answer = world.send(request.header("Content-Type", "text/plain"));
  EXPECT_EQ(summary(answer), kPlain);
  EXPECT_THAT(error_member(answer, "message"), HasSubstr("text/plain"));
}

RULE_TEST(ParamOrder, RouteBeforeContentType, "param.order", "route.unknown") {
  World world;
  EXPECT_EQ(
      world.send(Request::post("/v1/nope", "{}").header("Content-Type", "application/json")).status,
      404);
}

RULE_TEST(ParamOrder, DecodingBeforeUnknown, "param.order", "form.decode") {
  World world;
  EXPECT_EQ(summary(list(world, "nope=1&session=%zz")), kPlain);
}

RULE_TEST(ParamOrder, UnknownBeforeRequired, "param.order", "param.unknown") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "nope=1")),
            "400 invalid_request_error parameter_unknown nope");
}

RULE_TEST(ParamOrder, UnknownBeforeType, "param.order") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(summary(list(world, "limit=x&nope=1")),
            "400 invalid_request_error parameter_unknown nope");
  EXPECT_EQ(summary(list(world, "session=&nope=1")),
            "400 invalid_request_error parameter_unknown nope");
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=nope&x=1")),
            "400 invalid_request_error parameter_unknown x");
}

RULE_TEST(ParamOrder, RequiredAndTypeBeforeLookUps, "param.order", "param.missing", "param.enum") {
  World world;
  EXPECT_EQ(summary(act(world, "fca_none", "refresh")),
            "400 invalid_request_error parameter_missing features");
  EXPECT_EQ(summary(act(world, "fca_none", "refresh", "features[]=nope")),
            "400 invalid_request_error - features[0]");
  EXPECT_EQ(summary(list(world, "starting_after=fca_none&limit=x")),
            "400 invalid_request_error parameter_invalid_integer limit");
  EXPECT_EQ(summary(list(world, "starting_after=fca_none&limit=0")),
            "400 invalid_request_error parameter_invalid_integer limit");
}

RULE_TEST(ParamOrder, ExclusivityOfFiltersBeforeLookUps, "param.order", "list.exclusive") {
  World world;
  EXPECT_EQ(summary(list(
                world, "account_holder[customer]=cus_1&session=fcsess_1&starting_after=fca_none")),
            "400 invalid_request_error parameters_exclusive account_holder[customer]");
}

RULE_TEST(ParamOrder, LookUpsBeforeExclusivityOfCursors, "param.order", "list.cursor_unknown") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(summary(list(world, "starting_after=fca_a&ending_before=fca_none")),
            "400 invalid_request_error resource_missing ending_before");
  EXPECT_EQ(summary(list(world, "starting_after=fca_none&ending_before=fca_a")),
            "400 invalid_request_error resource_missing starting_after");
  EXPECT_EQ(summary(list(world, "starting_after=fca_a&ending_before=fca_a")), kPlain);
}

RULE_TEST(ParamOrder, LookUpsBeforeState, "param.order", "account.missing") {
  World world{{.rules = {.early_refresh = EarlyRefresh::reject},
               .accounts = {{.id = "fca_a", .tenant = "acct_1", .status = Status::disconnected}}}};
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", "features[]=balance")),
            "404 invalid_request_error resource_missing account");
}

RULE_TEST(ParamOrder, DisconnectedThenInactiveThenPermissionThenTooEarly, "param.order",
          "refresh.disconnected", "refresh.inactive", "refresh.permission") {
  Scenario scenario;
  scenario.rules.early_refresh = EarlyRefresh::reject;
  const Refresh just = ended(kStart, kStart + 60);
  scenario.accounts = {{.id = "fca_gone", .permissions = {}, .status = Status::disconnected},
                       {.id = "fca_out", .permissions = {}, .status = Status::inactive},
                       {.id = "fca_bare", .permissions = {}, .balance_refresh = just},
                       {.id = "fca_soon", .balance_refresh = just}};
  World world{scenario};
  const auto refresh = [&](const char* id) {
    return act(world, id, "refresh", "features[]=balance");
  };
  const Response gone = refresh("fca_gone");
  EXPECT_EQ(summary(gone), kPlain);
  EXPECT_THAT(error_member(gone, "message"), HasSubstr("disconnected"));
  EXPECT_EQ(summary(refresh("fca_out")),
            "400 invalid_request_error financial_connections_account_inactive -");
  const Response bare = refresh("fca_bare");
  EXPECT_EQ(summary(bare), "400 invalid_request_error - features");
  EXPECT_THAT(error_member(bare, "message"), HasSubstr("balances"));
  const Response soon = refresh("fca_soon");
  EXPECT_EQ(summary(soon), "400 invalid_request_error - features");
  EXPECT_THAT(error_member(soon, "message"), Not(HasSubstr("balances")));
}

}  // namespace
}  // namespace fauxbank::testing
