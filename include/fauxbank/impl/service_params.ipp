#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include <fauxbank/detail/exchange.hpp>
#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

/// A parameter of some operations, with the members that it has as a hash.
struct KnownParam {
  std::string_view root;
  std::array<std::string_view, 4> members{};  // none: another check minds its structure
};

inline constexpr std::array<KnownParam, 6> kListParams = {
    {{"account_holder", {"account", "customer", "customer_account"}},
     {"session"},
     {"limit"},
     {"starting_after"},
     {"ending_before"},
     {"expand"}}};
inline constexpr std::array<KnownParam, 5> kOwnersParams = {
    {{"ownership"}, {"limit"}, {"starting_after"}, {"ending_before"}, {"expand"}}};
inline constexpr std::array<KnownParam, 7> kTransactionsParams = {
    {{"account"},
     {"transacted_at", {"gt", "gte", "lt", "lte"}},
     {"transaction_refresh", {"after"}},
     {"limit"},
     {"starting_after"},
     {"ending_before"},
     {"expand"}}};
inline constexpr std::array<KnownParam, 8> kSessionParams = {
    {{"account_holder", {"type", "account", "customer", "customer_account"}},
     {"permissions"},
     {"prefetch"},
     {"filters",
      {"country", "countries", "account_subcategories", "require_payment_method_support"}},
     {"limits", {"accounts"}},
     {"manual_entry", {"mode"}},
     {"return_url"},
     {"expand"}}};
inline constexpr std::array<KnownParam, 2> kFeatureParams = {{{"features"}, {"expand"}}};
inline constexpr std::array<KnownParam, 1> kExpandParams = {{{"expand"}}};

struct KnownParams {
  const KnownParam* first;
  std::size_t size;
  template <std::size_t N>
  explicit KnownParams(const std::array<KnownParam, N>& params) noexcept
      : first(params.data()), size(N) {}
  const KnownParam* begin() const noexcept { return first; }
  const KnownParam* end() const noexcept { return first + size; }
};

inline bool takes_features(Operation operation) noexcept {
  return operation == Operation::refresh || operation == Operation::subscribe ||
         operation == Operation::unsubscribe;
}

inline KnownParams params_of(Operation operation) noexcept {
  switch (operation) {
    case Operation::list:
      return KnownParams(kListParams);
    case Operation::owners:
      return KnownParams(kOwnersParams);
    case Operation::sessions_create:
      return KnownParams(kSessionParams);
    case Operation::transactions_list:
      return KnownParams(kTransactionsParams);
    case Operation::refresh:
    case Operation::subscribe:
    case Operation::unsubscribe:
      return KnownParams(kFeatureParams);
    default:
      return KnownParams(kExpandParams);
  }
}

/// Decode the parameters and read them, or know already what they say.
FAUXBANK_DECL bool Exchange::take_form() {
  const std::string& body = request_.body;
  if (body.empty() || !query_.empty() || !takes_features(*answer_.operation))
    return decode() && read_params();
  if (taken_.operation == answer_.operation && taken_.body == body) {
    features_ = taken_.features;
    log_.add(taken_.rules);
    return true;
  }
  return read_form();
}

/// Decode and read a form of features, and remember what it says.
[[gnu::noinline]] FAUXBANK_DECL bool Exchange::read_form() {
  const std::string& body = request_.body;
  const RuleLog before = std::exchange(log_, RuleLog());
  const bool taken = decode() && read_params();
  if (taken && expand_.empty() && body.size() <= TakenForm::kLongest) {
    taken_.body = body;  // into the room of the last one
    taken_.operation = answer_.operation;
    taken_.features = features_;
    taken_.rules = log_.applied();
  }
  log_.add(before.applied());
  return taken;
}

FAUXBANK_DECL bool Exchange::decode() {
  if (query_.empty() && request_.body.empty()) return true;
  const bool decoding = log_.apply(Rule::form_decode);
  std::optional<std::string> fault;
  if (!query_.empty()) fault = fields_.decode(query_, "query", decoding);
  if (!fault && request_.method == Method::post)
    fault = fields_.decode(request_.body, "body", decoding);
  if (fault) return reject(Rule::form_decode, 400, {}, {}, *fault);
  for (const FormField& field : fields_)
    given_.push_back({FormName(field.name), field.value});
  return true;
}

/// Unknown, then required, then types; the engine checks look-ups and state (rule param.order).
FAUXBANK_DECL bool Exchange::read_params() {
  if (given_.empty() && *answer_.operation != Operation::sessions_create) return true;
  const bool unknown_first = log_.apply(Rule::param_order);
  if (unknown_first && !refuse_unknown()) return false;
  if (!read_required()) return false;
  switch (*answer_.operation) {
    case Operation::list:
      if (!read_list_params()) return false;
      break;
    case Operation::owners:
      if (!read_owners_params()) return false;
      break;
    case Operation::sessions_create:
      if (!read_session_params()) return false;
      break;
    case Operation::transactions_list:
      if (!read_transactions_params()) return false;
      break;
    default:
      if (takes_features(*answer_.operation) && !read_features()) return false;
  }
  return read_expand() && (unknown_first || refuse_unknown());
}

/// Whether the operation has a parameter of this name. Mistakes in its structure are another
/// check's.
FAUXBANK_DECL bool Exchange::known(const FormName& name) const {
  for (const KnownParam& param : params_of(*answer_.operation)) {
    if (param.root != name.root) continue;
    if (param.members[0].empty() || name.depth == 0) return true;
    const std::string_view member = name.step(0);
    if (member.empty()) return true;
    if (member == "customer_account" && *answer_.operation == Operation::list)
      return form_ == Form::current;
    return std::find(param.members.begin(), param.members.end(), member) != param.members.end();
  }
  return false;
}

FAUXBANK_DECL bool Exchange::refuse_unknown() {
  for (const GivenParam& given : given_) {
    if (known(given.name)) continue;
    const std::string_view name = given.name.text;
    if (*answer_.operation == Operation::disconnect && !log_.apply(Rule::disconnect_params))
      continue;
    if (!log_.apply(Rule::param_unknown)) continue;
    Nearest nearest(name);
    for (const KnownParam& param : params_of(*answer_.operation)) {
      const bool list = param.root == "features" || param.root == "expand";
      nearest.offer(std::string(param.root) + (list ? "[]" : ""));
    }
    const std::string best = nearest.best();
    return reject(Rule::param_unknown, 400, "parameter_unknown", name,
                  "Unknown parameter: " + quoted(name) +
                      (best.empty() ? std::string() : "; nearest is " + quoted(best)));
  }
  return true;
}

FAUXBANK_DECL bool Exchange::is_given(std::string_view param) const {
  for (const GivenParam& given : given_) {
    if (given.name.root == param) return true;
  }
  return false;
}

/// The engine asks again, for its other callers; here it comes before the types of the others.
FAUXBANK_DECL bool Exchange::read_required() {
  std::string_view param;
  if (takes_features(*answer_.operation)) param = "features";
  if (*answer_.operation == Operation::owners) param = "ownership";
  if (*answer_.operation == Operation::transactions_list) param = "account";
  if (param.empty() || is_given(param) || !log_.apply(Rule::param_missing)) return true;
  return reject(Rule::param_missing, 400, "parameter_missing", param,
                "Missing required parameter: " + std::string(param));
}

/// Not empty, and no longer than strings may be.
FAUXBANK_DECL bool Exchange::usable(std::string_view param, std::string_view value) {
  constexpr std::ptrdiff_t kLongest = 5000;
  if (value.empty()) {
    if (!log_.apply(Rule::param_empty)) return true;
    return reject(
        Rule::param_empty, 400, "parameter_invalid_empty", param,
        "An empty string was given for " + quoted(param) + ": leave it out or give a value");
  }
  if (value.size() <= static_cast<std::size_t>(kLongest)) return true;
  const auto characters = std::count_if(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0u) !=
           0x80u;  // continuation bytes are no characters
  });
  if (characters <= kLongest || !log_.apply(Rule::param_length)) return true;
  return reject(Rule::param_length, 400, {}, param,
                quoted(param) + " has more than 5000 characters: " + quoted(value));
}

/// The value of a parameter that is a plain string; the last one counts. What a session keeps of
/// it holds no live key.
FAUXBANK_DECL bool Exchange::scalar(std::string_view param, std::optional<std::string>& out) {
  const FormName wanted(param);
  const std::string_view* last = nullptr;
  for (const auto& [name, value] : given_) {
    if (!name.starts_with(wanted)) continue;
    if (name.depth > wanted.depth) {
      const std::string_view step = name.step(wanted.depth);
      const bool list = step.empty() || parse_index(step).has_value();
      const Rule rule = list ? Rule::param_array : Rule::param_object;
      if (!log_.apply(rule)) continue;
      return reject(rule, 400, {}, param,
                    quoted(param) + " is a string, not a " + (list ? "list" : "hash") + ": " +
                        quoted(name.text));
    }
    last = &value;
  }
  if (last == nullptr) return true;
  if (!usable(param, *last)) return false;
  out = *last;
  if (holds_live_key(*out)) [[unlikely]]
    scrub_live_keys(*out);
  return true;
}

FAUXBANK_DECL bool Exchange::read_list_params() {
  list_.emplace();
  return read_holder() && scalar("session", list_->session) && integer("limit", list_->limit) &&
         scalar("starting_after", list_->starting_after) &&
         scalar("ending_before", list_->ending_before);
}

FAUXBANK_DECL bool Exchange::read_holder() {
  if (!only_hash("account_holder", "account_holder[customer]")) return false;
  HolderFilter& holder = list_->account_holder;
  return scalar("account_holder[account]", holder.account) &&
         scalar("account_holder[customer]", holder.customer) &&
         scalar("account_holder[customer_account]", holder.customer_account);
}

FAUXBANK_DECL bool Exchange::integer(std::string_view param, std::optional<std::int64_t>& out) {
  std::optional<std::string> text;
  if (!scalar(param, text)) return false;
  return !text || read_integer(param, *text, out);
}

FAUXBANK_DECL bool Exchange::read_integer(std::string_view param, std::string_view text,
                                          std::optional<std::int64_t>& out) {
  out = parse_integer(text);
  if (out || !log_.apply(Rule::param_integer)) return true;
  return reject(Rule::param_integer, 400, "parameter_invalid_integer", param,
                quoted(param) + " must be an integer, is " + quoted(text));
}

// ---- features
// -------------------------------------------------------------------------------------

FAUXBANK_DECL bool Exchange::read_feature(std::uint64_t index, std::string_view value) {
  const auto feature = from_string<Feature>(value);
  const bool offered =
      feature && (*answer_.operation == Operation::refresh || *feature == Feature::transactions);
  if (offered && !features_.contains(*feature)) {
    features_.insert(*feature);
    return true;
  }
  const std::string param = element_name("features", index);
  if (!usable(param, value)) return false;
  if (!offered) {
    if (!log_.apply(Rule::param_enum)) return true;
    const char* choices = *answer_.operation == Operation::refresh
                              ? "balance, ownership or transactions"
                              : "transactions";
    return reject(Rule::param_enum, 400, {}, param,
                  quoted(param) + " must be " + choices + ", is " + quoted(value));
  }
  if (log_.apply(Rule::param_duplicate_feature)) return true;
  return reject(Rule::param_duplicate_feature, 400, {}, param, "duplicates are switched off");
}

/// Where an index is spelled twice, the first place gets the last value. Sorted, because a hostile
/// body can spell a hundred thousand.
FAUXBANK_DECL void keep_last_of_each_index(std::vector<ListElement>& elements) {
  std::vector<std::size_t> indexed;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].index) indexed.push_back(i);
  }
  if (indexed.size() < 2) return;
  std::stable_sort(indexed.begin(), indexed.end(), [&](std::size_t a, std::size_t b) {
    return *elements[a].index < *elements[b].index;
  });
  std::vector<bool> overridden(elements.size());
  for (std::size_t i = indexed.size(); i-- > 1;) {
    ListElement& earlier = elements[indexed[i - 1]];
    const ListElement& later = elements[indexed[i]];
    if (*earlier.index != *later.index) continue;
    earlier.value = later.value;
    overridden[indexed[i]] = true;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!overridden[i]) elements[kept++] = elements[i];
  }
  elements.resize(kept);
}

/// The elements of a list, in the order in which they first appear. Of an index that is spelled
/// twice the last value counts; nothing else of a mixed spelling is lost.
FAUXBANK_DECL bool Exchange::elements_of(std::string_view param) {
  elements_.clear();
  const FormName wanted(param);
  for (const auto& [name, value] : given_) {
    if (!name.starts_with(wanted)) continue;
    const bool scalar = name.depth == wanted.depth;
    if (scalar && !usable(param, value)) return false;
    const std::string_view step = scalar ? std::string_view() : name.step(wanted.depth);
    const bool appended = !scalar && step.empty();
    const auto index = scalar || appended ? std::nullopt : parse_index(step);
    if (!appended && !index) {
      if (!log_.apply(Rule::param_array)) continue;
      return reject(
          Rule::param_array, 400, {}, param,
          quoted(param) + " is a list, as " + std::string(param) + "[]: " + quoted(name.text));
    }
    if (name.depth > wanted.depth + 1) {
      if (!log_.apply(Rule::param_object)) continue;
      const std::string element = element_name(param, index.value_or(elements_.size()));
      return reject(Rule::param_object, 400, {}, element,
                    quoted(element) + " is a string: " + quoted(name.text));
    }
    elements_.push_back({index, value});
  }
  if (elements_.size() > 1) keep_last_of_each_index(elements_);
  return true;
}

FAUXBANK_DECL bool Exchange::read_features() {
  if (!elements_of("features")) return false;
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    if (!read_feature(elements_[i].index.value_or(i), elements_[i].value)) return false;
  }
  return true;
}

}  // namespace fauxbank::detail
