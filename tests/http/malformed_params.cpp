#include "malformed.hpp"

namespace fauxbank::testing {
namespace {

using namespace std::string_literals;

/// Each byte as a percent escape.
std::string escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string all;
  for (char c : text) {
    const auto code = static_cast<unsigned char>(c);
    all.append({'%', kHex[code >> 4], kHex[code & 15]});
  }
  return all;
}

Row query(std::string name, const std::string& query, std::string code, std::string param) {
  return {.name = std::move(name),
          .request = get("?" + query),
          .code = std::move(code),
          .param = std::move(param)};
}

Row form(std::string name, std::string_view verb, std::string body, std::string code,
         std::string param) {
  return {.name = std::move(name),
          .request = post(verb, std::move(body)),
          .code = std::move(code),
          .param = std::move(param)};
}

Row unknown(std::string name, const std::string& text, std::string param) {
  return query(std::move(name), text, "parameter_unknown", std::move(param));
}
Row empty(std::string name, const std::string& text, std::string param) {
  return query(std::move(name), text, "parameter_invalid_empty", std::move(param));
}
Row integer(const std::string& limit, In in = In::plain) {
  Row row = query("limit " + limit + (in == In::clamp ? ", clamped" : ""), "limit=" + limit,
                  "parameter_invalid_integer", "limit");
  row.in = in;
  return row;
}
Row exclusive(const std::string& text, std::string param, bool current_form = false) {
  Row row = query((current_form ? "current form, exclusive: " : "exclusive: ") + text, text,
                  "parameters_exclusive", std::move(param));
  if (current_form) row.request = current(row.request);
  return row;
}
Row feature(const std::string& body, std::string param, std::string_view verb = "refresh") {
  return form(std::string(verb) + " " + body, verb, body, "", std::move(param));
}

}  // namespace

std::vector<Row> name_rows() {
  std::vector<Row> rows = {
      unknown("unknown", "nope=1", "nope"),
      unknown("unknown without value", "nope", "nope"),
      unknown("unknown with brackets", "nope[a][b]=1", "nope[a][b]"),
      unknown("unknown list", "nope[]=1", "nope[]"),
      unknown("unknown with escaped brackets", "nope%5Ba%5D=1", "nope[a]"),
      unknown("unknown and deep", "a[b][c][d][e][f][g][h][i]=1", "a[b][c][d][e][f][g][h][i]"),
      unknown("name of another case", "Limit=3", "Limit"),
      unknown("hyphen for underscore", "starting-after=fca_1", "starting-after"),
      unknown("plus behind a name", "limit+=3", "limit "),
      unknown("escaped equals sign", "limit%3D3", "limit=3"),
      unknown("unclosed bracket", "account_holder[customer=cus_1", "account_holder[customer"),
      unknown("unopened bracket", "limit]=3", "limit]"),
      unknown("bracket in front", "[limit]=3", "[limit]"),
      unknown("brackets alone", "[]=3", "[]"),
      unknown("letters behind the brackets", "account_holder[customer]x=cus_1",
              "account_holder[customer]x"),
      unknown("letters between brackets", "account_holder[customer]x[y]=1",
              "account_holder[customer]x[y]"),
      unknown("unknown holder", "account_holder[user]=1", "account_holder[user]"),
      unknown("holder of the current form", "account_holder[customer_account]=1",
              "account_holder[customer_account]"),
      unknown("another operation's parameter", "features[]=balance", "features[]"),
      unknown("first of two unknown", "one=1&two=2", "one"),
      unknown("unknown before type", "limit=abc&nope=1", "nope"),
      unknown("unknown before empty", "limit=&nope=1", "nope"),
      unknown("unknown before exclusive", "session=1&account_holder[customer]=1&nope=1", "nope"),
      unknown("unknown before look-ups", "starting_after=fca_nope&nope=1", "nope"),
      unknown("controls, quotes and backslashes", "%01%22%5C%0A=1", "\x01\"\\\n"),
      unknown("name beyond ASCII", "\xf0\x9f\x8f\xa6=1", "\xf0\x9f\x8f\xa6"),
      form("unknown, refresh", "refresh", "feature[]=balance", "parameter_unknown", "feature[]"),
      form("unknown before missing", "refresh", "nope=1", "parameter_unknown", "nope"),
      form("unknown before enumeration", "refresh", "features[]=nope&nope=1", "parameter_unknown",
           "nope"),
      form("unknown before list", "subscribe", "features=x&nope=1", "parameter_unknown", "nope"),
      form("unclosed list", "refresh", "features[=balance", "parameter_unknown", "features["),
      form("double bracket", "refresh", "features[[]]=balance", "parameter_unknown",
           "features[[]]"),
      form("unknown, unsubscribe", "unsubscribe", "limit=3", "parameter_unknown", "limit"),
      form("disconnect takes nothing", "disconnect", "reason=bored", "parameter_unknown", "reason"),
      form("disconnect takes no features", "disconnect", "features[]=balance", "parameter_unknown",
           "features[]"),
      form("missing", "refresh", "", "parameter_missing", "features"),
      form("missing, subscribe", "subscribe", "", "parameter_missing", "features"),
      form("missing, unsubscribe", "unsubscribe", "", "parameter_missing", "features"),
      form("ampersands alone", "refresh", "&&&", "parameter_missing", "features"),
  };
  rows.push_back({.name = "retrieve takes nothing",
                  .request = get("/fca_1?limit=3"),
                  .code = "parameter_unknown",
                  .param = "limit"});
  rows.push_back({.name = "unknown before the account",
                  .request = get("/fca_nope?limit=3"),
                  .code = "parameter_unknown",
                  .param = "limit"});
  rows.push_back({.name = "missing before the account",
                  .request = Request::post(account_path("fca_nope", "refresh")),
                  .code = "parameter_missing",
                  .param = "features"});
  rows.push_back(
      {.name = "unknown in the query of a POST",
       .request = Request::post(account_path("fca_1", "refresh") + "?nope=1", "features[]=balance"),
       .code = "parameter_unknown",
       .param = "nope"});
  rows.push_back({.name = "live key as a name",
                  .request = get("?" + live("sk") + "=1"),
                  .code = "parameter_unknown",
                  .any_param = true});
  rows.push_back({.name = "live key as an escaped name",
                  .request = get("?" + escaped(live("sk")) + "=1"),
                  .code = "parameter_unknown",
                  .any_param = true});
  return rows;
}

namespace {

void add_strings(std::vector<Row>& rows) {
  rows.push_back(empty("empty limit", "limit=", "limit"));
  rows.push_back(empty("limit without value", "limit", "limit"));
  rows.push_back(empty("empty session", "session=", "session"));
  rows.push_back(empty("empty customer", "account_holder[customer]=", "account_holder[customer]"));
  rows.push_back(empty("empty account", "account_holder[account]=", "account_holder[account]"));
  rows.push_back(empty("empty starting_after", "starting_after=", "starting_after"));
  rows.push_back(empty("empty ending_before", "ending_before=", "ending_before"));
  rows.push_back(empty("empty holder", "account_holder=", "account_holder"));
  rows.push_back(empty("last of two is empty", "limit=3&limit=", "limit"));
  rows.push_back(
      form("empty feature", "refresh", "features[]=", "parameter_invalid_empty", "features[0]"));
  rows.push_back(form("second feature empty", "refresh",
                      "features[]=balance&features[]=", "parameter_invalid_empty", "features[1]"));
  rows.push_back(
      form("empty features", "subscribe", "features=", "parameter_invalid_empty", "features"));

  const std::string longer = times("a", 5001);
  const std::string longer_text = times("%C3%A9", 5001);  // characters count, not bytes
  rows.push_back(query("long session", "session=" + longer, "", "session"));
  rows.push_back(query("long text", "session=" + longer_text, "", "session"));
  rows.push_back(
      query("long customer", "account_holder[customer]=" + longer, "", "account_holder[customer]"));
  rows.push_back(query("long starting_after", "starting_after=" + longer, "", "starting_after"));
  rows.push_back(query("long ending_before", "ending_before=" + longer, "", "ending_before"));
}

void add_integers(std::vector<Row>& rows) {
  for (const char* limit : {"abc",
                            "1.5",
                            "1.0",
                            "1e3",
                            "%2B1",
                            "+1",
                            "1+",
                            "%091",
                            "0x10",
                            "1,000",
                            "1_000",
                            "--1",
                            "-",
                            "-%201",
                            "NaN",
                            "true",
                            "null",
                            "%D9%A3",
                            "%EF%BC%91",
                            "9223372036854775808",
                            "-9223372036854775809",
                            "18446744073709551616",
                            "99999999999999999999999999999999999999999999",
                            "1%0A",
                            "1;2",
                            "3%23x"}) {
    rows.push_back(integer(limit));
  }
  for (const char* limit :
       {"0", "-1", "101", "1000", "9223372036854775807", "-9223372036854775808"}) {
    rows.push_back(integer(limit));
  }
  for (const char* limit : {"abc", "1e3", "9223372036854775808"})
    rows.push_back(integer(limit, In::clamp));
  rows.push_back(
      query("last of two is no integer", "limit=3&limit=x", "parameter_invalid_integer", "limit"));
  rows.push_back(query("limit before look-ups", "limit=0&starting_after=fca_nope",
                       "parameter_invalid_integer", "limit"));
}

void add_shapes(std::vector<Row>& rows) {
  for (const char* text :
       {"limit[]=3", "limit[0]=3", "limit[a]=3", "limit=3&limit[]=3", "limit[]=3&limit=3"}) {
    rows.push_back(query("no scalar: "s + text, text, "", "limit"));
  }
  rows.push_back(query("session as a list", "session[]=x", "", "session"));
  rows.push_back(query("session as a hash", "session[id]=x", "", "session"));
  rows.push_back(
      query("starting_after as a list", "starting_after[0]=fca_1", "", "starting_after"));
  rows.push_back(query("ending_before as a hash", "ending_before[id]=fca_1", "", "ending_before"));
  rows.push_back(query("holder as a scalar", "account_holder=cus_1", "", "account_holder"));
  rows.push_back(query("holder as a list", "account_holder[]=cus_1", "", "account_holder"));
  rows.push_back(query("holder as both", "account_holder[customer]=cus_1&account_holder=cus_1", "",
                       "account_holder"));
  rows.push_back(query("customer as a list", "account_holder[customer][]=cus_1", "",
                       "account_holder[customer]"));
  rows.push_back(query("customer as a hash", "account_holder[customer][id]=cus_1", "",
                       "account_holder[customer]"));
  rows.push_back(query("account as a deep hash", "account_holder[account][a][b][c][d][e][f]=1", "",
                       "account_holder[account]"));
  for (const char* body :
       {"features=balance", "features=balance&features[]=balance",
        "features[]=balance&features=balance", "features[foo]=balance", "features[-1]=balance",
        "features[0x0]=balance", "features[+0]=balance", "features[18446744073709551616]=balance",
        "features[99999999999999999999999]=nope"}) {
    rows.push_back(feature(body, "features"));
  }
  rows.push_back(feature("features=transactions", "features", "subscribe"));
  for (const char* body : {"features[0][name]=balance", "features[0][]=balance",
                           "features[][0]=balance", "features[][]=balance"}) {
    rows.push_back(feature(body, "features[0]"));
  }
  rows.push_back(feature("features[]=balance&features[1][x]=balance", "features[1]"));
}

void add_features(std::vector<Row>& rows) {
  for (const char* body :
       {"features[]=nope", "features[]=Balance", "features[]=balances", "features[]=+balance",
        "features[]=balance+", "features[]=balance%0A", "features[]=balance,ownership",
        "features[0]=nope", "features%5B%5D=nope", "features[0]=balance&features[0]=nope",
        "features[]=%F0%9F%8F%A6", "features[]=0", "features[]=null"}) {
    rows.push_back(feature(body, "features[0]"));
  }
  rows.push_back(feature("features[]=balance&features[]=nope", "features[1]"));
  rows.push_back(feature("features[]=balance&features[]=balance&features[]=nope", "features[2]"));
  rows.push_back(feature("features[7]=nope", "features[7]"));
  rows.push_back(feature("features[1]=nope&features[0]=balance", "features[1]"));
  rows.push_back(feature("features[4294967296]=nope", "features[4294967296]"));
  rows.push_back(feature("features[18446744073709551615]=nope", "features[18446744073709551615]"));
  for (const char* verb : {"subscribe", "unsubscribe"}) {
    rows.push_back(feature("features[]=balance", "features[0]", verb));
    rows.push_back(feature("features[]=transactions&features[]=ownership", "features[1]", verb));
  }
  rows.push_back(feature("features[]=" + live("sk"), "features[0]"));
  rows.push_back({.name = "enumeration before the account",
                  .request = Request::post(account_path("fca_nope", "refresh"), "features[]=nope"),
                  .param = "features[0]"});
}

void add_filters_and_cursors(std::vector<Row>& rows) {
  const std::string account = "account_holder[account]=acct_9";
  const std::string customer = "account_holder[customer]=cus_1";
  const std::string both = "account_holder[customer_account]=ca_1";
  const std::string session = "session=fcsess_1";
  rows.push_back(exclusive(account + "&" + customer, "account_holder[account]"));
  rows.push_back(exclusive(customer + "&" + account, "account_holder[account]"));
  rows.push_back(exclusive(session + "&" + account, "account_holder[account]"));
  rows.push_back(exclusive(session + "&" + customer, "account_holder[customer]"));
  rows.push_back(exclusive(session + "&" + customer + "&" + account, "account_holder[account]"));
  rows.push_back(exclusive(both + "&" + session, "session", true));
  rows.push_back(exclusive(both + "&" + customer, "account_holder[customer]", true));
  rows.push_back(exclusive(both + "&" + account, "account_holder[account]", true));
  rows.push_back(
      exclusive(session + "&" + customer + "&starting_after=fca_nope", "account_holder[customer]"));

  const auto lost = [&](const std::string& text, const std::string& param) {
    rows.push_back(query("cursor: " + text, text, "resource_missing", param));
  };
  lost("starting_after=fca_nope", "starting_after");
  lost("ending_before=fca_nope", "ending_before");
  lost("starting_after=FCA_1", "starting_after");
  lost("starting_after=+fca_1", "starting_after");
  lost("starting_after=fca_t", "starting_after");  // another tenant's
  lost("starting_after=fca_1&ending_before=fca_nope", "ending_before");
  lost("ending_before=fca_1&starting_after=fca_nope", "starting_after");
  lost("starting_after=fca_1&starting_after=fca_nope", "starting_after");
  lost("starting_after=" + live("sk"), "starting_after");
  rows.push_back(query("both cursors", "starting_after=fca_1&ending_before=fca_2", "", ""));
  rows.push_back(query("both cursors alike", "starting_after=fca_1&ending_before=fca_1", "", ""));
}

}  // namespace

std::vector<Row> value_rows() {
  std::vector<Row> rows;
  add_strings(rows);
  add_integers(rows);
  add_shapes(rows);
  add_features(rows);
  add_filters_and_cursors(rows);
  return rows;
}

}  // namespace fauxbank::testing
