#include "malformed.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::string_literals;

Row typed(std::string name, std::string_view type, std::string body = "features[]=balance") {
  return {.name = std::move(name),
          .request = post("refresh", std::move(body)).header("Content-Type", type)};
}

Row in_query(std::string name, const std::string& query) {
  return {.name = std::move(name), .request = get("?" + query), .says = "query"};
}

Row in_body(std::string name, std::string body) {
  return {.name = std::move(name), .request = post("refresh", std::move(body)), .says = "body"};
}

void add_content_types(std::vector<Row>& rows) {
  Request untyped = post("refresh", "features[]=balance");
  untyped.headers.erase("Content-Type");
  rows.push_back({.name = "body without content type", .request = untyped});
  rows.push_back(typed("empty content type", ""));
  rows.push_back(typed("JSON", "application/json", "{\"features\":[\"balance\"]}"));
  rows.push_back(typed("JSON with charset", "application/json; charset=utf-8", "{}"));
  rows.push_back(typed("JSON type, form body", "application/json"));
  rows.push_back(typed("text", "text/plain"));
  rows.push_back(typed("multipart", "multipart/form-data; boundary=x", "--x--"));
  rows.push_back(typed("XML", "application/xml", "<features/>"));
  rows.push_back(typed("longer type", "application/x-www-form-urlencodedx"));
  rows.push_back(typed("shorter type", "application/x-www-form-urlencode"));
  rows.push_back(typed("subtype alone", "x-www-form-urlencoded"));
  rows.push_back(
      typed("form type as a parameter", "text/plain; application/x-www-form-urlencoded"));
  rows.push_back(typed("content type that is no UTF-8", "application/\xff"));
  rows.push_back(typed("content type with quotes", "application/\"\\\""));
  rows.push_back(typed("live key in the content type", live("sk")));
  rows.push_back(typed("content type before decoding", "application/json", "%ZZ"));
  rows.push_back(typed("content type before parameters", "application/json", "nope=1"));
  rows.push_back({.name = "content type before the tenant",
                  .request = post("refresh", "{}")
                                 .header("Content-Type", "application/json")
                                 .header("Stripe-Account", "acct_2"),
                  .in = In::listed});
  rows.push_back({.name = "content type before the account",
                  .request = Request::post(account_path("fca_nope", "disconnect"), "{}")
                                 .header("Content-Type", "application/json")});
}

void add_escapes(std::vector<Row>& rows) {
  rows.push_back(in_query("percent at the end", "limit=1%"));
  rows.push_back(in_query("percent alone", "%"));
  rows.push_back(in_query("one digit at the end", "limit=%3"));
  rows.push_back(in_query("no digits", "limit=%ZZ"));
  rows.push_back(in_query("second is no digit", "limit=%3G"));
  rows.push_back(in_query("first is no digit", "limit=%G3"));
  rows.push_back(in_query("two percents", "limit=%%33"));
  rows.push_back(in_query("sign for a digit", "limit=%+1"));
  rows.push_back(in_query("escape cut by the next field", "session=%4&limit=1"));
  rows.push_back(in_query("malformed escape in a name", "li%mit=1"));
  rows.push_back(in_query("malformed escape in a bracket", "account_holder%5=1"));
  rows.push_back(in_query("malformed escape before an unknown parameter", "nope=1&limit=%ZZ"));
  rows.push_back(in_body("malformed escape in the body", "features[]=%ZZ"));
  rows.push_back(in_body("malformed escape at the end of the body", "features[]=balance%"));
  rows.push_back(in_body("malformed escape in a name of the body", "features%5[]=balance"));
  rows.push_back(
      in_body("malformed escape behind good fields", "features[]=balance&features[]=owner%"));
  Request merged = Request::post(account_path("fca_1", "refresh") + "?x=%", "features[]=balance");
  rows.push_back(
      {.name = "malformed escape in the query of a POST", .request = merged, .says = "query"});
  rows.push_back({.name = "malformed escape for an unknown account",
                  .request = Request::post(account_path("fca_nope", "refresh"), "%"),
                  .says = "body"});
}

void add_bytes(std::vector<Row>& rows) {
  rows.push_back(in_query("NUL, escaped", "limit=%00"));
  rows.push_back(in_query("NUL behind an integer", "limit=1%00"));
  rows.push_back(in_query("NUL in a name", "lim%00it=1"));
  rows.push_back(in_query("NUL, raw", "limit=1\0"s));
  rows.push_back(in_body("NUL, escaped, in the body", "features[]=balance%00"));
  rows.push_back(in_body("NUL, raw, in the body", "features[]=bal\0ance"s));
  rows.push_back(in_body("NULs alone", std::string(16, '\0')));
  rows.push_back(in_query("byte that is no UTF-8", "session=%FF"));
  rows.push_back(in_query("byte that is no UTF-8, raw", "session=\xff"));
  rows.push_back(in_query("continuation byte alone", "session=%80"));
  rows.push_back(in_query("lead byte alone", "session=%C3"));
  rows.push_back(in_query("lead byte before a letter", "session=%C3%28"));
  rows.push_back(in_query("character cut by the end", "session=%E2%82"));
  rows.push_back(in_query("character cut by the next field", "session=%E2%82&limit=%AC"));
  rows.push_back(in_query("overlong slash", "session=%C0%AF"));
  rows.push_back(in_query("overlong of three bytes", "session=%E0%80%AF"));
  rows.push_back(in_query("overlong of four bytes", "session=%F0%80%80%AF"));
  rows.push_back(in_query("surrogate", "session=%ED%A0%80"));
  rows.push_back(in_query("beyond U+10FFFF", "session=%F4%90%80%80"));
  rows.push_back(in_query("lead byte of five", "session=%F8%88%80%80%80"));
  rows.push_back(in_query("invalid UTF-8 in a name", "%FF=1"));
  rows.push_back(in_body("invalid UTF-8 in the body", "features[]=%FE"));
  rows.push_back(in_body("invalid UTF-8, raw, in the body", "features[]=\xc3"));
  rows.push_back(in_body("half a UTF-16 text", "f\0e\0a\0"s));
  rows.push_back({.name = "NUL in the path's account", .request = get("/fca_1%00")});
  rows.push_back({.name = "NUL in the path's account, raw", .request = get("/fca_1\0"s)});
  rows.push_back({.name = "malformed escape in the path", .request = get("/fca_%ZZ")});
  rows.push_back({.name = "malformed escape at the end of the path", .request = get("/fca_1%")});
  rows.push_back({.name = "invalid UTF-8 in the path's account", .request = get("/fca_%FF")});
  rows.push_back({.name = "malformed escape in the path of an action",
                  .request = Request::post(account_path("%4", "refresh"), "features[]=balance")});
}

}  // namespace

std::vector<Row> decoding_rows() {
  std::vector<Row> rows;
  add_content_types(rows);
  add_escapes(rows);
  add_bytes(rows);
  return rows;
}

}  // namespace fauxbank::testing
