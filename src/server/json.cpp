#include "json.hpp"

#include <utility>

#include <fauxbank/detail/json_writer.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

namespace {

/// A text that a client may have sent: what is not UTF-8 is replaced byte by byte.
std::string readable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t good = utf8_prefix(text);
    out.append(text.substr(0, good));
    text.remove_prefix(good);
    if (text.empty()) break;
    out += "\xef\xbf\xbd";
    text.remove_prefix(1);
  }
  return out;
}

template <std::size_t N>
void member(JsonWriter& json, const char (&name)[N], std::string_view text) {
  json.key(name);
  json.string(readable(text));
}

template <std::size_t N>
void number(JsonWriter& json, const char (&name)[N], std::uint64_t value) {
  json.key(name);
  json.integer(static_cast<std::int64_t>(value));
}

}  // namespace

std::string journal_json(const JournalEntry& entry) {
  Buffer buffer;
  JsonWriter json(buffer, false);
  json.begin_object();
  number(json, "number", entry.number);
  member(json, "at", to_string(entry.at));
  member(json, "kind", to_string(entry.kind));
  if (entry.kind == EntryKind::request) member(json, "method", to_string(entry.method));
  if (entry.operation) member(json, "operation", to_string(*entry.operation));
  member(json, "target", entry.target());
  member(json, "request_headers", entry.request_headers());
  member(json, "request_body", entry.request_body());
  if (entry.connection != 0) number(json, "connection", entry.connection);
  if (entry.attempt > 1) {
    number(json, "attempt", entry.attempt);
    number(json, "attempt_of", entry.attempt_of);
  }
  json.key("status");
  json.integer(entry.status);
  if (entry.refused_by) member(json, "refused_by", info(*entry.refused_by).id);
  if (!entry.fault_text().empty()) {
    member(json, "fault", entry.fault_text());
    json.key("applied");
    json.boolean(entry.applied);
    json.key("answered");
    json.boolean(entry.answered);
    if (entry.error) member(json, "error", to_string(*entry.error));
  }
  member(json, "response_headers", entry.response_headers());
  member(json, "response_body", entry.response_body());
  json.key("rules");
  json.begin_array();
  entry.rules.for_each([&](Rule rule) {
    json.item();
    json.string(info(rule).id);
  });
  json.end_array();
  json.key("changes");
  json.begin_array();
  for (const Change& change : entry.changes) {
    json.item();
    json.string(to_string(change));
  }
  json.end_array();
  json.key("events");
  json.begin_array();
  for (const Event& event : entry.events) {
    json.item();
    json.string(to_string(event.kind));
  }
  json.end_array();
  member(json, "text", to_string(entry));
  json.end_object();
  return std::string(buffer.view());
}

Response json_response(std::string body) {
  return {
      200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, std::move(body)};
}

namespace {

void error_member(JsonWriter& json, std::string_view message) {
  json.key("error");
  json.begin_object();
  member(json, "message", message);
  member(json, "type", "control_error");
  json.end_object();
}

}  // namespace

Response control_error(int status, std::string_view message) {
  Buffer buffer;
  JsonWriter json(buffer, false);
  json.begin_object();
  error_member(json, message);
  json.end_object();
  Response response = json_response(std::string(buffer.view()));
  response.status = status;
  return response;
}

Response delivery_report(std::size_t delivered, std::size_t waiting, std::string_view problem) {
  Buffer buffer;
  JsonWriter json(buffer, false);
  json.begin_object();
  member(json, "object", "delivery");
  number(json, "delivered", delivered);
  number(json, "waiting", waiting);
  if (!problem.empty()) error_member(json, problem);
  json.end_object();
  Response response = json_response(std::string(buffer.view()));
  if (!problem.empty()) response.status = 502;
  return response;
}

}  // namespace fauxbank::detail
