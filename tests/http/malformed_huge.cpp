#include "malformed.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::string_literals;

Row body(std::string name, std::string text, std::string code, std::string param) {
  return {.name = std::move(name),
          .request = post("refresh", std::move(text)),
          .code = std::move(code),
          .param = std::move(param)};
}

/// A piece, so often that the whole comes to a mebibyte.
std::string fill(std::string_view piece) { return times(piece, kMebibyte / piece.size()); }

/// `features[N]=balance` for each N below `count`, the highest first.
std::string falling_indexes(std::size_t count) {
  std::string text;
  while (count-- > 0)
    text += "features[" + std::to_string(count) + "]=balance&";
  return text;
}

std::string numbered(std::string_view name, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += std::string(name) + std::to_string(i) + "=1&";
  return text;
}

void add_single_parameters(std::vector<Row>& rows) {
  const std::string letters = fill("a");
  rows.push_back(body("1 MiB value", "features[]=" + letters, "", "features[0]"));
  rows.push_back(body("1 MiB name", letters + "=1", "parameter_unknown", letters));
  rows.push_back(
      body("1 MiB name that is all quotes", fill("\"") + "=1", "parameter_unknown", fill("\"")));
  rows.push_back(body("1 MiB name of escapes", fill("%01") + "=1", "parameter_unknown",
                      std::string(kMebibyte / 3, '\x01')));
  rows.push_back(body("1 MiB name of characters", fill("%F0%9F%8F%A6"), "parameter_unknown",
                      times("\xf0\x9f\x8f\xa6", kMebibyte / 12)));
  rows.push_back(body("1 MiB index", "features[" + letters + "]=balance", "", "features"));
  rows.push_back(
      body("1 MiB index of digits", "features[" + fill("9") + "]=balance", "", "features"));
  rows.push_back(body("1 MiB index of zeros and a letter", "features[" + fill("0") + "x]=balance",
                      "", "features"));
  rows.push_back(body("1 MiB of depth", "features" + fill("[]") + "=balance", "", "features[0]"));
  rows.push_back(
      body("1 MiB of depth, unknown", "x" + fill("[a]"), "parameter_unknown", "x" + fill("[a]")));
  rows.push_back(body("1 MiB of opening brackets", fill("["), "parameter_unknown", fill("[")));
  rows.push_back(body("1 MiB of closing brackets", fill("]"), "parameter_unknown", fill("]")));
  rows.push_back(body("1 MiB of brackets within brackets", "features" + fill("[") + fill("]"),
                      "parameter_unknown", "features" + fill("[") + fill("]")));
  rows.push_back(
      {.name = "1 MiB session", .request = get("?session=" + letters), .param = "session"});
  rows.push_back({.name = "1 MiB limit of zeros",
                  .request = get("?limit=" + fill("0") + "x"),
                  .code = "",
                  .param = "limit"});
}

void add_many_parameters(std::vector<Row>& rows) {
  const std::string many = fill("features[]=balance&");
  const std::string last = std::to_string(kMebibyte / 19);
  rows.push_back(body("1 MiB of ampersands", fill("&"), "parameter_missing", "features"));
  rows.push_back(body("very many features, the last is none", many + "features[]=nope", "",
                      "features[" + last + "]"));
  rows.push_back(
      body("very many features, then a scalar", many + "features=balance", "", "features"));
  rows.push_back(body("very many features, then an unknown parameter", many + "nope=1",
                      "parameter_unknown", "nope"));
  rows.push_back(body("very many indexes, falling",
                      falling_indexes(40'000) + "features[40000]=nope", "", "features[40000]"));
  rows.push_back(body("one index very often", fill("features[3]=balance&") + "features[3]=nope", "",
                      "features[3]"));
  rows.push_back(body("very many unknown", numbered("nope", 90'000), "parameter_unknown", "nope0"));
  rows.push_back(body("very many empty names", fill("=&"), "parameter_unknown", ""));
  rows.push_back({.name = "limit very often",
                  .request = get("?" + fill("limit=1&") + "limit=x"),
                  .code = "parameter_invalid_integer",
                  .param = "limit"});
  rows.push_back({.name = "filters very often",
                  .request = get("?" + fill("account_holder[customer]=c&") + "session=s"),
                  .code = "parameters_exclusive",
                  .param = "account_holder[customer]"});
}

void add_huge_bytes(std::vector<Row>& rows) {
  rows.push_back(body("1 MiB of percents", fill("%"), "", ""));
  rows.push_back(body("1 MiB of NULs", std::string(kMebibyte, '\0'), "", ""));
  rows.push_back(body("1 MiB of no UTF-8", fill("\xff"), "", ""));
  rows.push_back(body("malformed escape behind 1 MiB", fill("features[]=balance&") + "%", "", ""));
  rows.push_back(
      {.name = "1 MiB of JSON",
       .request =
           post("refresh", "[" + fill("1,") + "1]").header("Content-Type", "application/json")});
  rows.push_back({.name = "1 MiB content type",
                  .request = post("refresh", "x").header("Content-Type", fill("a"))});
  rows.push_back({.name = "1 MiB key",
                  .request = with_authorization("Bearer sk_test_-" + fill("a")),
                  .status = 401});
  rows.push_back({.name = "1 MiB tenant",
                  .request = get().header("Stripe-Account", fill("a")),
                  .status = 403,
                  .code = "account_invalid",
                  .in = In::listed});
  rows.push_back({.name = "1 MiB path", .request = Request::get("/" + fill("a")), .status = 404});
  rows.push_back({.name = "1 MiB account",
                  .request = get("/" + fill("a")),
                  .status = 404,
                  .code = "resource_missing",
                  .param = "account"});
  // What hides keys must not be slower for many.
  rows.push_back({.name = "1 MiB of live keys",
                  .request = post("refresh", fill(live("sk") + "!") + "=1"),
                  .code = "parameter_unknown",
                  .any_param = true});
  rows.push_back({.name = "1 MiB of short live keys",
                  .request = post("refresh", fill("sk_live_!") + "=1"),
                  .code = "parameter_unknown",
                  .any_param = true});
  rows.push_back({.name = "1 MiB of what is nearly a live key",
                  .request = post("refresh", fill("x_live_")),
                  .code = "parameter_unknown",
                  .param = fill("x_live_")});
}

}  // namespace

std::vector<Row> huge_rows() {
  std::vector<Row> rows;
  add_single_parameters(rows);
  add_many_parameters(rows);
  add_huge_bytes(rows);
  return rows;
}

}  // namespace fauxbank::testing
