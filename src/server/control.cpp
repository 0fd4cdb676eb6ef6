#include "control.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fauxbank/detail/duration.hpp>
#include <fauxbank/detail/form.hpp>
#include <fauxbank/detail/json_writer.hpp>
#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/print.hpp>

#include "json.hpp"
#include "page.hpp"

namespace fauxbank::detail {

namespace {

constexpr std::string_view kRoot = "/_fauxbank";

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::string_view without_port(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const std::size_t end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(0, end + 1);
  }
  return host.substr(0, host.find(':'));
}

/// A name that only this machine can mean: whoever got here by another was led here (DNS
/// rebinding).
bool is_loopback(std::string_view host) {
  const std::string_view name = without_port(host);
  return name == "127.0.0.1" || name == "[::1]" || Headers::same_name(name, "localhost");
}

std::optional<Response> refuse_stranger(const Request& request) {
  const auto host = request.headers.find("Host");
  if (!host || !is_loopback(*host))
    return control_error(403, "Control paths answer only to a loopback Host.");
  const auto origin = request.headers.find("Origin");
  if (origin && *origin != "http://" + std::string(*host))
    return control_error(403, "Control paths refuse a foreign Origin.");
  // Browsers say where a request comes from even where there is no Origin.
  const auto site = request.headers.find("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none")
    return control_error(403, "Control paths refuse requests from another site.");
  return std::nullopt;
}

/// What a printer of the current form, without white space, prints.
template <class Print>
std::string printed(Print print) {
  Buffer buffer;
  RuleLog log;
  AccountPrinter printer(buffer, false, Form::current, log);
  print(printer);
  return std::string(buffer.view());
}

std::string lines_of(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics)
    text.append(text.empty() ? "" : "\n").append(to_string(diagnostic));
  return text;
}

std::string list_of(const std::vector<std::string>& rows) {
  std::string body = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < rows.size(); ++i)
    body.append(i == 0 ? "" : ",\n").append(rows[i]);
  return body += "]}";
}

std::vector<std::string> rows_of(const std::vector<Event>& events) {
  std::vector<std::string> rows;
  for (const Event& event : events)
    rows.push_back(printed([&](AccountPrinter& printer) { printer.event(event); }));
  return rows;
}

constexpr std::string_view kAway = "Events are being delivered; wait until that has ended.";

}  // namespace

/// A request whose parameters have been read.
struct Control::Call {
  FormFields fields;
  std::string_view body;

  std::optional<std::string_view> find(std::string_view name) const {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const FormField& field) { return field.name == name; });
    return found == fields.end() ? std::nullopt : std::optional(found->value);
  }
  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> values;
    for (const FormField& field : fields) {
      if (field.name == name) values.emplace_back(field.value);
    }
    return values;
  }
  std::string_view at(std::string_view name) const {
    const auto value = find(name);
    if (!value) throw Misuse("The parameter '" + std::string(name) + "' is missing.");
    return *value;
  }
  std::uint64_t number(std::string_view name, std::uint64_t otherwise) const {
    const auto text = find(name);
    if (!text) return otherwise;
    const auto value = parse_index(*text);
    if (!value)
      throw Misuse("The parameter '" + std::string(name) + "' is '" + std::string(*text) +
                   "', no number.");
    return *value;
  }
  template <NamedEnum E>
  E enumerator(std::string_view name) const {
    const std::string_view text = at(name);
    if (const auto value = from_string<E>(text)) return *value;
    std::string choices;
    for (const std::string_view choice : EnumNames<E>::values)
      choices.append(choices.empty() ? "" : ", ").append(choice);
    throw Misuse("The parameter '" + std::string(name) + "' is '" + std::string(text) + "'; it is one of " +
                 choices + ".");
  }
};

bool Control::is_control(std::string_view target) noexcept {
  const std::string_view path = path_of(target);
  return path == kRoot || path.substr(0, kRoot.size() + 1) == "/_fauxbank/";
}

Response Control::handle(const Request& request) {
  struct Route {
    Method method;
    std::string_view path;
    Response (Control::*answer)(const Call&);
    std::array<std::string_view, 3> parameters;
  };
  static constexpr Route kRoutes[] = {
      {Method::get, "/_fauxbank/", &Control::page, {}},
      {Method::get, "/_fauxbank/accounts", &Control::accounts, {}},
      {Method::get, "/_fauxbank/clock", &Control::clock, {}},
      {Method::get, "/_fauxbank/events", &Control::events, {}},
      {Method::get, "/_fauxbank/faults", &Control::faults, {}},
      {Method::post, "/_fauxbank/faults", &Control::inject, {}},
      {Method::get, "/_fauxbank/journal", &Control::journal, {"after"}},
      {Method::post, "/_fauxbank/advance", &Control::advance, {"by"}},
      {Method::post, "/_fauxbank/complete", &Control::complete, {"account", "feature", "outcome"}},
      {Method::post, "/_fauxbank/deliver", &Control::deliver, {"to", "secret", "count"}},
      {Method::post, "/_fauxbank/do", &Control::act, {}},
      {Method::post, "/_fauxbank/drop", &Control::drop, {"place"}},
      {Method::post, "/_fauxbank/duplicate", &Control::duplicate, {"place"}},
      {Method::get, "/_fauxbank/outbox", &Control::outbox, {}},
      {Method::post, "/_fauxbank/reset", &Control::reset, {}},
      {Method::post, "/_fauxbank/shuffle", &Control::shuffle, {"seed"}},
  };
  if (auto refusal = refuse_stranger(request)) return *refusal;
  const std::string_view target = request.target;
  const std::string_view path = path_of(target);
  const Route* other = nullptr;
  for (const Route& route : kRoutes) {
    if (route.path != path) continue;
    other = &route;
    if (route.method != request.method) continue;
    Call call;
    call.body = request.body;
    if (path.size() < target.size()) {
      const auto query = target.substr(path.size() + 1);
      if (auto fault = call.fields.decode(query, "query"))
        return control_error(400, *fault);
    }
    for (const FormField& field : call.fields) {
      const auto& known = route.parameters;
      if (std::find(known.begin(), known.end(), field.name) == known.end() || field.name.empty())
        return control_error(400, "Unknown parameter '" + std::string(field.name) + "'.");
    }
    try {
      return (this->*route.answer)(call);
    } catch (const Misuse& misuse) {
      return control_error(400, misuse.what());
    }
  }
  if (other != nullptr) {
    return control_error(
        405, std::string(other->path) + " is for " + std::string(to_string(other->method)) + ".");
  }
  std::string text = "There is no control path '" + std::string(path) + "'. There are: ";
  for (const Route& route : kRoutes)
    text.append(&route == kRoutes ? "" : ", ").append(route.path);
  return control_error(404, text);
}

Response Control::page(const Call&) {
  Response response{200,
                    {{"Content-Type", "text/html; charset=utf-8"},
                     {"Cache-Control", "no-store"},
                     // Nothing is loaded from anywhere, nor shown inside another page.
                     {"Content-Security-Policy",
                      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                      "connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"},
                     {"X-Content-Type-Options", "nosniff"}},
                    std::string(kPage)};
  return response;
}

Response Control::clock(const Call&) {
  const VirtualClock& clock = world_.clock();
  Buffer buffer;
  JsonWriter json(buffer, false);
  json.begin_object();
  json.key("object");
  json.string("clock");
  json.key("now");
  json.string(to_string(clock.now()));
  json.key("now_ms");
  json.integer(to_ms(clock.now()));
  json.key("mode");
  json.string(clock_.mode() == ServerClock::wall ? "wall" : "manual");
  json.key("next_due");
  const auto due = clock.next_due();
  due ? json.string(to_string(*due)) : json.null();
  json.key("pending");
  json.integer(static_cast<std::int64_t>(clock.pending()));
  json.end_object();
  return json_response(std::string(buffer.view()));
}

Response Control::advance(const Call& call) {
  const std::string_view text = call.at("by");
  const auto by = parse_duration(text);
  if (!by)
    throw Misuse("'" + std::string(text) + "' is no duration, such as 250ms, 5s, 2m, 24h or 7d.");
  world_.clock().advance(*by);
  clock_.anchor();
  return clock(call);
}

Response Control::reset(const Call& call) {
  if (courier_.is_away()) return control_error(409, kAway);
  world_.load(start_.to_scenario());
  was_reset_ = true;
  clock_.anchor();
  return clock(call);
}

Response Control::complete(const Call& call) {
  const std::string_view id = call.at("account");
  const Feature feature = call.enumerator<Feature>("feature");
  const Account account =
      call.find("outcome")
          ? world_.complete_refresh(id, feature, call.enumerator<RefreshOutcome>("outcome"))
          : world_.complete_refresh(id, feature);
  return json_response(
      printed([&](AccountPrinter& printer) { printer.account(*account.record()); }));
}

Response Control::act(const Call& call) {
  const Instant now = world_.clock().now();
  const auto entry = parse_timeline_entry(call.body, now);
  if (!entry) throw Misuse(lines_of(entry.error()));
  if (entry->at.from(now) != now) throw Misuse("An entry is done now: leave 'at' out.");
  switch (entry->event) {
    case WorldEventKind::link:
      world_.link(*entry->spec);
      break;
    case WorldEventKind::deactivate:
      world_.deactivate(entry->account);
      break;
    case WorldEventKind::reactivate:
      world_.reactivate(entry->account);
      break;
    case WorldEventKind::disconnect:
      world_.disconnect(entry->account);
      break;
    case WorldEventKind::complete_refresh:
      entry->outcome ? world_.complete_refresh(entry->account, entry->feature, *entry->outcome)
                     : world_.complete_refresh(entry->account, entry->feature);
      break;
    case WorldEventKind::set_balance:
      world_.set_balance(entry->account, *entry->balance);
      break;
    case WorldEventKind::expire_idempotency_keys:
      world_.expire_idempotency_keys();
      break;
  }
  return clock(call);
}

Response Control::journal(const Call& call) {
  std::vector<std::string> rows;
  for (const JournalEntry& entry : world_.journal(call.number("after", 0)))
    rows.push_back(journal_json(entry));
  return json_response(list_of(rows));
}

Response Control::events(const Call&) { return json_response(list_of(rows_of(world_.events()))); }

// ---- the outbox ---------------------------------------------------------------------------------

Response Control::outbox(const Call&) {
  return json_response(list_of(rows_of(world_.outbox().waiting())));
}

Response Control::deliver(const Call& call) {
  if (courier_.is_away()) return control_error(409, kAway);
  const auto to = call.find("to");
  if (!to && options_.webhook.empty())
    throw Misuse("The parameter 'to' is missing, and the server has no webhook of its own.");
  WebhookOptions options = options_.webhooks;
  if (const auto secrets = call.all("secret"); !secrets.empty()) options.secrets = secrets;
  WebhookEndpoint endpoint(to ? std::string(*to) : options_.webhook, options);
  courier_.start(std::move(endpoint), call.number("count", SIZE_MAX));
  is_deferred_ = true;
  return {};
}

Response Control::drop(const Call& call) {
  world_.outbox().drop(call.number("place", 0));
  return outbox(call);
}

Response Control::duplicate(const Call& call) {
  world_.outbox().duplicate(call.number("place", 0));
  return outbox(call);
}

Response Control::shuffle(const Call& call) {
  call.at("seed");
  world_.outbox().shuffle(call.number("seed", 0));
  return outbox(call);
}

Response Control::faults(const Call&) {
  std::vector<std::string> rows;
  for (const FaultReport& report : world_.faults().report()) {
    Buffer buffer;
    JsonWriter json(buffer, false);
    json.begin_object();
    json.key("kind");
    json.string(to_string(report.plan.kind.value));
    json.key("text");
    json.string(to_string(report.plan));
    json.key("place");
    json.string(report.place);
    json.key("seen");
    json.integer(static_cast<std::int64_t>(report.plan.seen));
    json.key("fired");
    json.integer(static_cast<std::int64_t>(report.plan.fired));
    json.end_object();
    rows.emplace_back(buffer.view());
  }
  return json_response(list_of(rows));
}

Response Control::inject(const Call& call) {
  const auto plans = parse_faults(call.body, world_.clock().now());
  if (!plans) throw Misuse(lines_of(plans.error()));
  for (const FaultPlan& plan : *plans)
    world_.faults().add(plan, std::string("POST /_fauxbank/faults"));
  return faults(call);
}

Response Control::accounts(const Call&) {
  std::vector<std::string> rows;
  for (const Account& account : world_.all())
    rows.push_back(printed([&](AccountPrinter& printer) { printer.account(*account.record()); }));
  return json_response(list_of(rows));
}

}  // namespace fauxbank::detail
