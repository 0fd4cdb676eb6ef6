#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

Response send(World& world, Method method, std::string target) {
  Request request = Request::get(std::move(target));
  request.method = method;
  return world.send(request);
}

constexpr const char* kUnknown = "404 invalid_request_error - -";

RULE_TEST(Route, UnknownPaths, "route.unknown", "error.envelope") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  for (const char* path :
       {"/", "/v1", "/v2/financial_connections/accounts", "/v1/financial_connections/account",
        "/v1/financial_connections/accountsx", "/v1/financial_connections/accountsXfca_a",
        "/v1/financial_connections/accounts/", "/v1/financial_connections/accounts//refresh",
        "/v1/financial_connections/accounts/fca_a/nope",
        "/v1/financial_connections/accounts/fca_a/refresh/now", ""}) {
    EXPECT_EQ(summary(send(world, Method::get, path)), kUnknown) << path;
    EXPECT_EQ(summary(send(world, Method::post, path)), kUnknown) << path;
  }
}

RULE_TEST(Route, KnownPathsWithAnotherMethod, "route.unknown") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  for (Method method :
       {Method::put, Method::patch, Method::delete_, Method::options, Method::other}) {
    for (const std::string& path :
         {kAccounts, account_path("fca_a"), account_path("fca_a", "disconnect")}) {
      EXPECT_EQ(summary(send(world, method, path)), kUnknown) << to_string(method) << " " << path;
    }
  }
  EXPECT_EQ(summary(send(world, Method::post, kAccounts)), kUnknown);
  EXPECT_EQ(summary(send(world, Method::post, account_path("fca_a"))), kUnknown);
  for (const char* verb : {"disconnect", "refresh", "subscribe", "unsubscribe"}) {
    EXPECT_EQ(summary(send(world, Method::get, account_path("fca_a", verb))), kUnknown) << verb;
  }
  EXPECT_EQ(world.account("fca_a").status(), Status::active);
}

RULE_TEST(Route, HeadIsAnsweredWithoutABody, "route.unknown") {
  World world;
  for (const std::string& path : {kAccounts, std::string("/v1/nope")}) {
    const Response answer = send(world, Method::head, path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body, "") << path;
  }
}

RULE_TEST(ErrorEnvelope, HoldsWhatApplies, "error.envelope") {
  World world;
  const Response answer = retrieve(world, "fca_none");
  EXPECT_THAT(keys_at(answer), ElementsAre("error"));
  EXPECT_EQ(error_member(answer, "type"), "invalid_request_error");
  EXPECT_EQ(error_member(answer, "code"), "resource_missing");
  EXPECT_EQ(error_member(answer, "doc_url"),
            "https://stripe.com/docs/error-codes/resource-missing");
  EXPECT_EQ(error_member(answer, "param"), "account");
  EXPECT_THAT(error_member(answer, "message"), HasSubstr("fca_none"));
  EXPECT_THAT(error_member(answer, "request_log_url"), HasSubstr(header(answer, "Request-Id")));
}

RULE_TEST(ErrorEnvelope, LeavesOutCodeDocUrlAndParamWhereThereAreNone, "error.envelope") {
  World world;
  EXPECT_THAT(keys_at(send(world, Method::get, "/v1/nope"), "/error"),
              ElementsAre("message", "request_log_url", "type"));
  EXPECT_THAT(keys_at(world.send(Request{Method::get, kAccounts, {}, {}}), "/error"),
              ElementsAre("message", "type"));
}

Response post_typed(World& world, std::string body, const char* type) {
  Request request = Request::post(account_path("fca_a", "refresh"), std::move(body));
  request.headers.erase("Content-Type");
  if (type != nullptr) request.header("Content-Type", type);
  return world.send(request);
}

RULE_TEST(ContentType, OnlyFormBodies, "route.content_type") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  for (const char* type : {"application/json", "text/plain", "application/x-www-form-urlencodedx",
                           "multipart/form-data; boundary=x", static_cast<const char*>(nullptr)}) {
    EXPECT_EQ(summary(post_typed(world, "features[]=balance", type)),
              "400 invalid_request_error - -")
        << (type != nullptr ? type : "(none)");
  }
  EXPECT_EQ(world.account("fca_a").refresh(Feature::balance), nullptr);
  EXPECT_EQ(summary(post_typed(world, "features[]=balance",
                               "Application/X-WWW-Form-Urlencoded; charset=utf-8")),
            "200");
}

RULE_TEST(ContentType, AnEmptyBodyNeedsNone, "route.content_type") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  Request request = Request::post(account_path("fca_a", "disconnect"));
  EXPECT_FALSE(request.headers.find("Content-Type"));
  EXPECT_EQ(world.send(request.header("Content-Type", "application/json")).status, 200);
  request.headers.erase("Content-Type");
  EXPECT_EQ(world.send(request).status, 200);
  EXPECT_EQ(world.account("fca_a").status(), Status::disconnected);
  EXPECT_EQ(summary(post_typed(world, "{}", "application/json")), "400 invalid_request_error - -");
}

// ---- tenants
// --------------------------------------------------------------------------------------

Scenario two_tenants() {
  return {.accounts = {{.id = "fca_none"},
                       {.id = "fca_one", .tenant = "acct_1"},
                       {.id = "fca_two", .tenant = "acct_2"}}};
}

Response as(World& world, std::string_view tenant, Request request) {
  return world.send(request.header("Stripe-Account", tenant));
}

RULE_TEST(Tenant, ListsShowTheTenantsOwn, "tenant") {
  World world{two_tenants()};
  EXPECT_THAT(ids_of(list(world)), ElementsAre("fca_none"));
  EXPECT_THAT(ids_of(as(world, "acct_1", Request::get(kAccounts))), ElementsAre("fca_one"));
  EXPECT_THAT(ids_of(as(world, "acct_2", Request::get(kAccounts))), ElementsAre("fca_two"));
  EXPECT_THAT(ids_of(as(world, "acct_3", Request::get(kAccounts))), IsEmpty());
}

RULE_TEST(Tenant, IdsAreInvisibleToOthers, "tenant", "account.missing") {
  World world{two_tenants()};
  const std::string missing = "404 invalid_request_error resource_missing account";
  EXPECT_EQ(summary(retrieve(world, "fca_one")), missing);
  EXPECT_EQ(summary(as(world, "acct_2", Request::get(account_path("fca_one")))), missing);
  EXPECT_EQ(summary(as(world, "acct_1", Request::get(account_path("fca_none")))), missing);
  EXPECT_EQ(summary(as(world, "acct_2", Request::post(account_path("fca_one", "disconnect")))),
            missing);
  EXPECT_EQ(summary(as(world, "acct_1", Request::get(account_path("fca_one")))), "200");
  EXPECT_EQ(world.account("fca_one").status(), Status::active);
  EXPECT_EQ(summary(world.accounts().retrieve("fca_one")), missing);
}

RULE_TEST(Tenant, FiltersAndCursorsStayInTheTenant, "tenant", "list.cursor_unknown") {
  World world{
      {.accounts = {
           {.id = "fca_1", .tenant = "acct_1", .account_holder = AccountHolder::customer("cus_x")},
           {.id = "fca_2",
            .tenant = "acct_2",
            .account_holder = AccountHolder::customer("cus_x")}}}};
  EXPECT_THAT(
      ids_of(as(world, "acct_1", Request::get(kAccounts + "?account_holder[customer]=cus_x"))),
      ElementsAre("fca_1"));
  EXPECT_EQ(summary(as(world, "acct_1", Request::get(kAccounts + "?starting_after=fca_2"))),
            "400 invalid_request_error resource_missing starting_after");
}

RULE_TEST(Tenant, AnUnlistedAccountIsForbiddenWhereTenantsAreListed, "tenant") {
  Scenario scenario = two_tenants();
  scenario.tenants = {"acct_1", "acct_2"};
  World world{scenario};
  EXPECT_EQ(summary(as(world, "acct_3", Request::get(kAccounts))),
            "403 invalid_request_error account_invalid -");
  EXPECT_THAT(ids_of(as(world, "acct_2", Request::get(kAccounts))), ElementsAre("fca_two"));
  EXPECT_THAT(ids_of(list(world)), ElementsAre("fca_none"));
}

RULE_TEST(Tenant, IdsAreUniqueAcrossTenants, "tenant", "world_event.misfit") {
  World world{two_tenants()};
  EXPECT_THROW(world.link({.id = "fca_one", .tenant = "acct_2"}), Misuse);
  EXPECT_THROW((World{{.accounts = {{.id = "fca_a"}, {.id = "fca_a", .tenant = "acct_1"}}}}),
               Misuse);
}

}  // namespace
}  // namespace fauxbank::testing
