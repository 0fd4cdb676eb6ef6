// fauxbank coverage: merges the coverage files of test programs and shards.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include <fauxbank/coverage.hpp>
#include <fauxbank/detail/nearest.hpp>

#include "commands.hpp"

namespace fauxbank::cli {
namespace {

namespace json = boost::json;

int complain(const std::string& text) {
  std::fprintf(stderr, "fauxbank coverage: %s\n", text.c_str());
  return kUsage;
}

/// The rule of this id, or an exit code's worth of text.
std::optional<Rule> known_rule(std::string_view id, std::string& fault) {
  if (const auto rule = find_rule(id)) return rule;
  detail::Nearest nearest(id);
  for (const RuleInfo& row : all_rules())
    nearest.offer(row.id);
  fault = "no such rule: " + std::string(id);
  if (const std::string best = nearest.best(); !best.empty()) fault += "; nearest is " + best;
  return std::nullopt;
}

/// Reads one file. Every fault names the member; nothing of a faulty file is added.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  /// \returns an empty text, or what is wrong
  std::string read(Coverage& into) {
    std::ifstream file(path_, std::ios::binary);
    if (!file) return path_ + ": cannot be read";
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    json::error_code error;
    const json::value body = json::parse(text, error);
    if (error || !body.is_object()) return path_ + ": is not a JSON object";
    const json::object& object = body.as_object();
    if (number(object, "fauxbank_coverage", "") != 1u && fault_.empty())
      fault("/fauxbank_coverage: this program reads version 1");
    coverage_.add_worlds(number(object, "worlds", ""), number(object, "entries_dropped", ""));
    for_each(object, "rules", [&](std::string_view name, Coverage::Count count) {
      std::string unknown;
      const auto rule = known_rule(name, unknown);
      rule ? coverage_.add(*rule, count) : fault("/rules: " + unknown);
    });
    for_each(object, "behaviours", [&](std::string_view name, Coverage::Count count) {
      const auto behaviour = from_string<Behaviour>(name);
      behaviour ? coverage_.add(*behaviour, count)
                : fault("/behaviours: no such behaviour: " + std::string(name));
    });
    if (fault_.empty()) into.add(coverage_);
    return fault_;
  }

 private:
  void fault(const std::string& text) {
    if (fault_.empty()) fault_ = path_ + ": " + text;
  }

  std::uint64_t number(const json::object& object, std::string_view name,
                       const std::string& place) {
    const json::value* value = object.if_contains(name);
    std::uint64_t result = 0;
    if (value == nullptr) {
      fault(place + "/" + std::string(name) + ": is missing");
    } else if (value->is_uint64()) {
      result = value->get_uint64();
    } else if (value->is_int64() && value->get_int64() >= 0) {
      result = static_cast<std::uint64_t>(value->get_int64());
    } else {
      fault(place + "/" + std::string(name) + ": is not a count");
    }
    return result;
  }

  template <class F>
  void for_each(const json::object& object, std::string_view name, F&& f) {
    const std::string place = "/" + std::string(name);
    const json::value* members = object.if_contains(name);
    if (members == nullptr || !members->is_object()) return fault(place + ": is not an object");
    for (const auto& member : members->as_object()) {
      const std::string key(member.key());
      if (!member.value().is_object()) return fault(place + "/" + key + ": is not an object");
      const json::object& count = member.value().as_object();
      f(key, Coverage::Count{number(count, "hits", place + "/" + key),
                             number(count, "worlds", place + "/" + key)});
    }
  }

  std::string path_;
  std::string fault_;
  Coverage coverage_;
};

}  // namespace

int coverage(std::span<const std::string_view> arguments) {
  bool as_json = false;
  std::vector<Rule> required;
  std::vector<std::string> files;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--json") {
      as_json = true;
    } else if (argument == "--require") {
      if (++i == arguments.size()) return complain("--require needs a rule, as list.has_more");
      std::string fault;
      const auto rule = known_rule(arguments[i], fault);
      if (!rule) return complain(fault);
      required.push_back(*rule);
    } else if (argument.size() > 1 && argument.front() == '-') {
      return complain("no such option: " + std::string(argument) +
                      "; there are --json and --require RULE");
    } else {
      files.emplace_back(argument);
    }
  }
  if (files.empty())
    return complain("needs a file: usage: fauxbank coverage [--json] [--require RULE]… FILE…");

  Coverage sum;
  for (const std::string& file : files) {
    if (const std::string fault = Reader(file).read(sum); !fault.empty()) return complain(fault);
  }
  const std::string text = as_json ? sum.to_json() : to_string(sum);
  std::fwrite(text.data(), 1, text.size(), stdout);
  int outcome = kGood;
  for (Rule rule : required) {
    if (sum[rule].hits != 0) continue;
    std::fprintf(stderr, "fauxbank coverage: required, but no test applied %s\n",
                 to_string(info(rule)).c_str());
    outcome = kBadNews;
  }
  return outcome;
}

}  // namespace fauxbank::cli
