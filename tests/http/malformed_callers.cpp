#include "malformed.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::string_literals;

// Base64, written out so that the tests share no code with the service.
constexpr const char* kBasicNoColon = "Basic c2tfdGVzdF8xMjM=";           // sk_test_123
constexpr const char* kBasicPassword = "Basic c2tfdGVzdF8xMjM6c2VjcmV0";  // sk_test_123:secret
constexpr const char* kBasicColon = "Basic Og==";                         // :
constexpr const char* kBasicLive =
    "Basic c2tfbGl2ZV81MUh4U0VDUkVUejlRNzo=";  // the live key and a colon
constexpr const char* kBasicLivePassword =
    "Basic c2tfbGl2ZV81MUh4U0VDUkVUejlRNzpwdw==";  // and a password
constexpr const char* kBasicLiveNoColon =
    "Basic c2tfbGl2ZV81MUh4U0VDUkVUejlRNw==";  // without a colon

Row refused(std::string name, std::string_view authorization) {
  return {.name = std::move(name), .request = with_authorization(authorization), .status = 401};
}

Row live_key(std::string name, std::string_view authorization,
             const std::string& target = kAccounts) {
  return {.name = std::move(name),
          .request = with_authorization(authorization, target),
          .status = 401,
          .live_key = true};
}

Row publishable(std::string name, const std::string& target) {
  return {.name = std::move(name),
          .request = with_authorization("Bearer pk_test_123", target),
          .status = 401,
          .code = "secret_key_required"};
}

Row no_access(std::string name, std::string_view tenant, Request request = get()) {
  return {.name = std::move(name),
          .request = request.header("Stripe-Account", tenant),
          .status = 403,
          .code = "account_invalid",
          .in = In::listed};
}

}  // namespace

std::vector<Row> key_rows() {
  Request nobody = get();
  nobody.headers = {};
  Request nobody_head = nobody;
  nobody_head.method = Method::head;
  Request nobody_lost = nobody;
  nobody_lost.target = "/v1/nothing";
  Request nobody_json{
      Method::post, account_path("fca_1", "refresh"), {{"Content-Type", "application/json"}}, "{}"};
  return {
      {.name = "no key", .request = nobody, .status = 401},
      {.name = "no key, HEAD", .request = nobody_head, .status = 401},
      {.name = "no key, no such path: the key comes first", .request = nobody_lost, .status = 401},
      {.name = "no key, JSON: the key comes first", .request = nobody_json, .status = 401},
      refused("empty header", ""),
      refused("scheme without key", "Bearer"),
      refused("scheme and a space", "Bearer "),
      refused("key without scheme", "sk_test_123"),
      refused("unknown scheme", "Token sk_test_123"),
      refused("digest", "Digest username=\"sk_test_123\""),
      refused("prefix alone", "Bearer sk_test_"),
      refused("other prefix", "Bearer sk_prod_123"),
      refused("upper case", "Bearer SK_TEST_123"),
      refused("space inside", "Bearer sk_test_12 3"),
      refused("control character", "Bearer sk_test_1\x01"),
      refused("line feed", "Bearer sk_test_1\nX-Injected: yes"),
      refused("NUL", "Bearer sk_test_1\0"s),
      refused("quotes and backslashes", "Bearer \"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\"),
      refused("multi-byte character at the eighth byte", "Bearer sk_test\xc3\xa9_0123456789"),
      refused("multi-byte character at the fourth byte from the end",
              "Bearer sk_test_0123456\xe2\x82\xac_9"),
      refused("invalid UTF-8", "Bearer sk_test_\xff\xfe\x80zzzzzzzz"),
      refused("Basic without a key", "Basic"),
      refused("Basic that is no base64", "Basic !!!"),
      refused("Basic with a bare key", "Basic sk_test_123:"),
      refused("Basic without colon", kBasicNoColon),
      refused("Basic with a password", kBasicPassword),
      refused("Basic with an empty user", kBasicColon),
      {.name = "key that is not on the list",
       .request = with_authorization("Bearer sk_test_456"),
       .status = 401,
       .in = In::listed},
      {.name = "prefix of a listed key",
       .request = with_authorization("Bearer sk_test_12"),
       .status = 401,
       .in = In::listed},

      live_key("live secret key", "Bearer " + live("sk")),
      live_key("live restricted key", "Bearer " + live("rk")),
      live_key("live publishable key: live comes first", "Bearer " + live("pk")),
      live_key("live key after two spaces", "Bearer  " + live("sk")),
      live_key("live key without scheme", live("sk")),
      live_key("live key with an unknown scheme", "Token " + live("sk")),
      live_key("live key after a tab", "Bearer\t" + live("sk")),
      live_key("live key inside another text", "Bearer x" + live("sk")),
      live_key("live key in quotes", "Bearer \"" + live("sk") + "\""),
      live_key("live key, Basic", kBasicLive),
      live_key("live key, Basic with a password", kBasicLivePassword),
      live_key("live key, Basic without colon", kBasicLiveNoColon),
      live_key("live key as Basic without base64", "Basic " + live("sk") + ":"),
      live_key("live key, no such path", "Bearer " + live("sk"), "/v1/nothing"),

      publishable("publishable key", kAccounts),
      publishable("publishable key, no such path", "/v1/nothing"),

      no_access("tenant that is not listed", "acct_2"),
      no_access("tenant with a control character", "acct_\x01"),
      no_access("tenant that is no UTF-8", "acct_\xff"),
      no_access("tenant of another case", "ACCT_1"),
      no_access("tenant that looks like a live key", live("sk")),
      no_access("tenant before decoding", "acct_2", get("?limit=%ZZ")),
      no_access("tenant before parameters", "acct_2", get("?nope=1")),
      no_access("tenant before the account", "acct_2", get("/fca_nope")),
  };
}

namespace {

Row lost(std::string name, Request request) {
  return {.name = std::move(name), .request = std::move(request), .status = 404};
}
Row lost(std::string name, std::string target) {
  return lost(std::move(name), Request::get(std::move(target)));
}

Row missing(std::string name, Request request) {
  return {.name = std::move(name),
          .request = std::move(request),
          .status = 404,
          .code = "resource_missing",
          .param = "account"};
}

void add_missing_accounts(std::vector<Row>& rows) {
  rows.push_back(missing("unknown account", get("/fca_nope")));
  rows.push_back(missing("unknown account, disconnect",
                         Request::post(account_path("fca_nope", "disconnect"))));
  for (const char* verb : {"refresh", "subscribe", "unsubscribe"}) {
    rows.push_back(
        missing("unknown account, "s + verb,
                Request::post(account_path("fca_nope", verb), "features[]=transactions")));
  }
  rows.push_back(missing("account of another case", get("/FCA_1")));
  rows.push_back(missing("account with a slash", get("/fca_1%2Frefresh")));
  rows.push_back(missing("account with a space", get("/%20fca_1")));
  rows.push_back(missing("account with a plus, which is no space in a path", get("/fca+1")));
  rows.push_back(missing("account that is text", get("/fca_\xc3\xa9")));
  rows.push_back(missing("account with quotes", get("/%22%5C%0A%1F")));
  rows.push_back(missing("account with a DEL", get("/%7F")));
  rows.push_back(missing("account of a tenant, without tenant", get("/fca_t")));
  rows.push_back(missing("account without tenant, with tenant",
                         get("/fca_1").header("Stripe-Account", "acct_1")));
  rows.push_back(
      missing("account of another tenant", get("/fca_t").header("Stripe-Account", "acct_2")));
  rows.push_back(missing("account that looks like a live key", get("/" + live("sk"))));
  rows.push_back(missing("account of 64 KiB", get("/" + times("a", 65536))));
}

}  // namespace

std::vector<Row> route_rows() {
  std::vector<Row> rows = {
      lost("empty target", ""),
      lost("root", "/"),
      lost("query alone", "?limit=3"),
      lost("version alone", "/v1"),
      lost("another version", "/v2/financial_connections/accounts"),
      lost("family alone", "/v1/financial_connections"),
      lost("singular", "/v1/financial_connections/account"),
      lost("longer name", "/v1/financial_connections/accountsx"),
      lost("slash behind the list", kAccounts + "/"),
      lost("slash behind the list, query", kAccounts + "/?limit=3"),
      lost("another case", "/v1/Financial_Connections/Accounts"),
      lost("two slashes in front", "/" + kAccounts),
      lost("known path behind another", "/prefixed" + kAccounts),
      lost("two slashes inside", "/v1//financial_connections/accounts"),
      lost("no slash in front", kAccounts.substr(1)),
      lost("asterisk", to(Method::options, "*")),
      lost("control characters", "/v1/\x01\x02\x1f\x7f"),
      lost("NUL in the path", "/v1/nothing\0more"s),
      lost("invalid UTF-8 in the path", "/v1/\xff\xfe"),
      lost("malformed escape on no route", "/v1/%ZZ"),
      lost("quotes and backslashes in the path", "/v1/\"\\\""),
      lost("live key in the path", "/v1/" + live("sk")),
      lost("live key in the query of an unknown path", "/v1/nothing?key=" + live("rk")),
      lost("path of 64 KiB", "/v1/" + times("a", 65536)),
      lost("no account between the slashes",
           Request::post(kAccounts + "//refresh", "features[]=balance")),
      lost("unknown verb", post("repair")),
      lost("verb of another case", post("Refresh", "features[]=balance")),
      lost("slash behind the verb", post("refresh/", "features[]=balance")),
      lost("more behind the verb", post("refresh/now", "features[]=balance")),
      lost("unknown verb by GET", get("/fca_1/nothing")),
      lost("JSON to an unknown path: the path comes first",
           Request::post("/v1/nothing", "{}").header("Content-Type", "application/json")),
      {.name = "unlisted tenant on an unknown path: the path comes first",
       .request = Request::get("/v1/nothing").header("Stripe-Account", "acct_2"),
       .status = 404,
       .in = In::listed},
      lost("GET of an action", get("/fca_1/refresh")),
      lost("GET of disconnect", get("/fca_1/disconnect")),
      lost("PUT of an action", to(Method::put, account_path("fca_1", "refresh"))),
      lost("DELETE of an action", to(Method::delete_, account_path("fca_1", "subscribe"))),
      lost("HEAD of an unknown path", to(Method::head, "/v1/nothing")),
      lost("HEAD of an action", to(Method::head, account_path("fca_1", "refresh"))),
  };
  for (Method method : {Method::post, Method::put, Method::patch, Method::delete_, Method::options,
                        Method::head, Method::other}) {
    const std::string name(to_string(method));
    rows.push_back(lost(name + " of the list", to(method, kAccounts)));
    rows.push_back(lost(name + " of an account", to(method, account_path("fca_1"))));
  }
  add_missing_accounts(rows);
  return rows;
}

}  // namespace fauxbank::testing
