#pragma once

#include <fauxbank/detail/duration.hpp>
#include <fauxbank/detail/scenario_reader.hpp>

// Single values of a scenario file.

namespace fauxbank::detail {

FAUXBANK_DECL void ScenarioReader::note(Node node, bool at_key, std::string text) {
  if (found_.size() < kMost) found_.push_back({node, at_key, std::move(text)});
}

FAUXBANK_DECL std::string_view kind_name(JsonKind kind) noexcept {
  switch (kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
      return "a truth value";
    case JsonKind::integer:
    case JsonKind::natural:
    case JsonKind::real:
      return "a number";
    case JsonKind::string:
      return "a string";
    case JsonKind::array:
      return "a list";
    case JsonKind::object:
      break;
  }
  return "an object";
}

FAUXBANK_DECL void ScenarioReader::wanted(Node node, std::string_view what) {
  complain(node, std::string(what).append(" is needed, not ").append(kind_name(at(node).kind)));
}

/// Comments hold anything, but a key twice is not JSON that other programs keep.
FAUXBANK_DECL void ScenarioReader::comment(Node node, std::vector<std::string_view>& comments) {
  for (std::string_view known : comments) {
    if (known == at(node).key)
      return complain_key(node, "the key " + quoted(known) + " stands twice");
  }
  comments.push_back(at(node).key);
}

FAUXBANK_DECL bool ScenarioReader::text(Node node, std::string& into) {
  if (!is(node, JsonKind::string)) {
    wanted(node, "a string");
    return false;
  }
  into = at(node).text;
  return true;
}

FAUXBANK_DECL void ScenarioReader::optional_text(Node node, std::optional<std::string>& into) {
  into.reset();
  std::string value;
  if (!is_null(node) && text(node, value)) into = std::move(value);
}

FAUXBANK_DECL void ScenarioReader::integer_fault(Node node) {
  const JsonNode& value = at(node);
  if (value.kind == JsonKind::natural)
    return complain(node, quoted(std::to_string(value.natural)) + " does not fit into 64 bits");
  if (value.kind != JsonKind::real) return wanted(node, "an integer");
  const bool whole = value.text.find_first_of(".eE") == std::string_view::npos;
  complain(node, whole ? quoted(value.text) + " does not fit into 64 bits"
                       : "an integer is needed, not " + quoted(value.text));
}

FAUXBANK_DECL bool ScenarioReader::integer(Node node, std::int64_t& into) {
  if (!is(node, JsonKind::integer)) {
    integer_fault(node);
    return false;
  }
  into = at(node).integer;
  return true;
}

FAUXBANK_DECL bool ScenarioReader::natural(Node node, std::uint64_t& into) {
  const JsonNode& value = at(node);
  if (value.kind == JsonKind::natural) {
    into = value.natural;
    return true;
  }
  if (value.kind != JsonKind::integer) {
    integer_fault(node);
    return false;
  }
  if (value.integer < 0) {
    complain(node, quoted(std::to_string(value.integer)) + " is negative");
    return false;
  }
  into = static_cast<std::uint64_t>(value.integer);
  return true;
}

FAUXBANK_DECL bool ScenarioReader::boolean(Node node, bool& into) {
  if (!is(node, JsonKind::boolean)) {
    wanted(node, "true or false");
    return false;
  }
  into = at(node).integer != 0;
  return true;
}

FAUXBANK_DECL bool ScenarioReader::time(Node node, Instant& into) {
  if (is(node, JsonKind::string)) {
    if (const auto instant = parse_instant(at(node).text)) {
      into = *instant;
      return true;
    }
    complain(node,
             quoted(at(node).text) +
                 " is no instant such as 2023-04-13T19:00:00Z (1970 to 9999), nor unix seconds");
    return false;
  }
  std::int64_t seconds = 0;
  if (!integer(node, seconds)) return false;
  if (seconds < 0 || seconds > kLastInstantMs / 1000) {
    complain(node, quoted(std::to_string(seconds)) + " lies outside the years 1970 to 9999");
    return false;
  }
  into = from_ms(seconds * 1000);
  return true;
}

FAUXBANK_DECL bool ScenarioReader::time(Node node, UnixTime& into) {
  Instant instant;
  if (!time(node, instant)) return false;
  if (to_ms(instant) % 1000 != 0) {
    complain(node, "a time in whole seconds is needed, not " + quoted(at(node).text));
    return false;
  }
  into = UnixTime{Seconds{to_ms(instant) / 1000}};
  return true;
}

FAUXBANK_DECL bool ScenarioReader::duration(Node node, Milliseconds& into) {
  if (!is(node, JsonKind::string)) {
    wanted(node, "a duration such as \"5s\"");
    return false;
  }
  const auto value = parse_duration(at(node).text);
  if (!value) {
    complain(node, quoted(at(node).text) + " is no duration: a number and ms, s, m, h or d");
    return false;
  }
  into = *value;
  return true;
}

FAUXBANK_DECL bool ScenarioReader::when(Node node, When& into) {
  const std::string_view given = is(node, JsonKind::string) ? at(node).text : std::string_view();
  if (given.empty() || given.front() != '+') {
    Instant instant;
    if (!given.empty() && parse_duration(given)) {
      complain(node, "a time after the start has a sign: '+" + std::string(given) + "'");
      return false;
    }
    if (!time(node, instant)) return false;
    into = instant;
    return true;
  }
  const auto after = parse_duration(given.substr(1));
  if (!after) {
    complain(node, quoted(given) + " is no time after the start, such as +30s");
    return false;
  }
  into = *after;
  return true;
}

FAUXBANK_DECL void ScenarioReader::constant(Node node,
                                            std::initializer_list<std::string_view> values) {
  std::string given;
  if (!text(node, given)) return;
  std::string all;
  for (std::string_view value : values) {
    if (value == given) return;
    all.append(all.empty() ? "" : " or ").append(quoted(value));
  }
  complain(node, quoted(given) + " is not " + all + no_such_name(given, values));
}

FAUXBANK_DECL void ScenarioReader::livemode(Node node) {
  bool live = false;
  if (boolean(node, live) && live)
    complain(node, "livemode is always false: there is no live money");
}

}  // namespace fauxbank::detail
