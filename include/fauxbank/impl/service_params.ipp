#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include <fauxbank/detail/exchange.hpp>
#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

inline constexpr std::array<std::string_view, 5> kListParams = {
    "account_holder", "session", "limit", "starting_after", "ending_before"};
inline constexpr std::array<std::string_view, 3> kHolderParams = {"account", "customer",
                                                                  "customer_account"};

inline bool takes_features(Operation operation) noexcept {
  return operation == Operation::refresh || operation == Operation::subscribe ||
         operation == Operation::unsubscribe;
}

FAUXBANK_DECL bool Exchange::decode() {
  if (query_.empty() && request_.body.empty()) return true;
  const bool decoding = log_.apply(Rule::form_decode);
  auto fault = decode_form(query_, "query", decoding, fields_);
  if (!fault && request_.method == Method::post)
    fault = decode_form(request_.body, "body", decoding, fields_);
  if (!fault) return true;
  return reject(Rule::form_decode, 400, {}, {}, *fault);
}

/// Unknown before types; the engine checks what is required, look-ups and state (rule param.order).
FAUXBANK_DECL bool Exchange::read_params() {
  if (fields_.empty()) return true;
  const bool unknown_first = log_.apply(Rule::param_order);
  if (unknown_first && !refuse_unknown()) return false;
  if (*answer_.operation == Operation::list && !read_list_params()) return false;
  if (takes_features(*answer_.operation) && !read_features()) return false;
  return unknown_first || refuse_unknown();
}

/// Whether the operation has a parameter of this name. Mistakes in its structure are another
/// check's.
FAUXBANK_DECL bool Exchange::known(const FormName& name) const {
  if (takes_features(*answer_.operation)) return name.root == "features";
  if (*answer_.operation != Operation::list) return false;
  if (std::find(kListParams.begin(), kListParams.end(), name.root) == kListParams.end())
    return false;
  if (name.root != "account_holder" || name.depth == 0 || name.steps[0].empty()) return true;
  if (name.steps[0] == "customer_account") return form_ == Form::current;
  return std::find(kHolderParams.begin(), kHolderParams.end(), name.steps[0]) !=
         kHolderParams.end();
}

FAUXBANK_DECL bool Exchange::refuse_unknown() {
  for (const FormField& field : fields_) {
    if (known(FormName(field.name))) continue;
    if (*answer_.operation == Operation::disconnect && !log_.apply(Rule::disconnect_params))
      continue;
    if (!log_.apply(Rule::param_unknown)) continue;
    Nearest nearest(field.name);
    if (*answer_.operation == Operation::list) {
      for (std::string_view name : kListParams)
        nearest.offer(name);
    } else if (takes_features(*answer_.operation)) {
      nearest.offer("features[]");
    }
    const std::string best = nearest.best();
    return reject(Rule::param_unknown, 400, "parameter_unknown", field.name,
                  "Unknown parameter: " + quoted(field.name) +
                      (best.empty() ? std::string() : "; nearest is " + quoted(best)));
  }
  return true;
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

/// The value of a parameter that is a plain string; the last one counts.
FAUXBANK_DECL bool Exchange::scalar(std::string_view param, std::optional<std::string>& out) {
  const FormName wanted(param);
  FormField* last = nullptr;
  for (FormField& field : fields_) {
    const FormName name(field.name);
    if (name.root != wanted.root || name.depth < wanted.depth ||
        (wanted.depth == 1 && name.steps[0] != wanted.steps[0])) {
      continue;
    }
    if (name.depth > wanted.depth) {
      const std::string_view step = name.steps[wanted.depth];
      const bool list = step.empty() || parse_index(step).has_value();
      const Rule rule = list ? Rule::param_array : Rule::param_object;
      if (!log_.apply(rule)) continue;
      return reject(rule, 400, {}, param,
                    quoted(param) + " is a string, not a " + (list ? "list" : "hash") + ": " +
                        quoted(field.name));
    }
    last = &field;
  }
  if (last == nullptr) return true;
  if (!usable(param, last->value)) return false;
  out = std::move(last->value);
  return true;
}

FAUXBANK_DECL bool Exchange::read_list_params() {
  list_.emplace();
  return read_holder() && scalar("session", list_->session) && read_limit() &&
         scalar("starting_after", list_->starting_after) &&
         scalar("ending_before", list_->ending_before);
}

FAUXBANK_DECL bool Exchange::read_holder() {
  for (const FormField& field : fields_) {
    const FormName name(field.name);
    if (name.root != "account_holder" || (name.depth > 0 && !name.steps[0].empty())) continue;
    if (name.depth == 0 && !usable("account_holder", field.value)) return false;
    if (!log_.apply(Rule::param_object)) continue;
    return reject(Rule::param_object, 400, {}, "account_holder",
                  "'account_holder' is a hash, as account_holder[customer]: " + quoted(field.name));
  }
  HolderFilter& holder = list_->account_holder;
  return scalar("account_holder[account]", holder.account) &&
         scalar("account_holder[customer]", holder.customer) &&
         scalar("account_holder[customer_account]", holder.customer_account);
}

FAUXBANK_DECL bool Exchange::read_limit() {
  std::optional<std::string> text;
  if (!scalar("limit", text)) return false;
  if (!text) return true;
  list_->limit = parse_integer(*text);
  if (list_->limit || !log_.apply(Rule::param_integer)) return true;
  return reject(Rule::param_integer, 400, "parameter_invalid_integer", "limit",
                "'limit' must be an integer, is " + quoted(*text));
}

// ---- features
// -------------------------------------------------------------------------------------

FAUXBANK_DECL bool Exchange::read_feature(const std::string& param, std::string_view value) {
  if (!usable(param, value)) return false;
  const auto feature = from_string<Feature>(value);
  const bool offered =
      feature && (*answer_.operation == Operation::refresh || *feature == Feature::transactions);
  if (!offered) {
    if (!log_.apply(Rule::param_enum)) return true;
    const char* choices = *answer_.operation == Operation::refresh
                              ? "balance, ownership or transactions"
                              : "transactions";
    return reject(Rule::param_enum, 400, {}, param,
                  quoted(param) + " must be " + choices + ", is " + quoted(value));
  }
  if (features_.contains(*feature) && !log_.apply(Rule::param_duplicate_feature)) {
    return reject(Rule::param_duplicate_feature, 400, {}, param, "duplicates are switched off");
  }
  features_.insert(*feature);
  return true;
}

/// One element of a list: `features[]` has no index, `features[3]` has.
struct ListElement {
  std::optional<std::uint64_t> index;
  std::string_view value;
};

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

/// Elements count in the order in which they first appear. Of an index that is spelled twice the
/// last value counts; nothing else of a mixed spelling is lost.
FAUXBANK_DECL bool Exchange::read_features() {
  std::vector<ListElement> elements;
  for (const FormField& field : fields_) {
    const FormName name(field.name);
    if (name.depth == 0 && !usable("features", field.value)) return false;
    const bool appended = name.depth > 0 && name.steps[0].empty();
    const auto index = name.depth > 0 ? parse_index(name.steps[0]) : std::nullopt;
    if (!appended && !index) {
      if (!log_.apply(Rule::param_array)) continue;
      return reject(Rule::param_array, 400, {}, "features",
                    "'features' is a list, as features[]: " + quoted(field.name));
    }
    if (name.depth > 1) {
      if (!log_.apply(Rule::param_object)) continue;
      const std::string param = "features[" + std::to_string(index.value_or(elements.size())) + "]";
      return reject(Rule::param_object, 400, {}, param,
                    quoted(param) + " is a string: " + quoted(field.name));
    }
    elements.push_back({index, field.value});
  }
  keep_last_of_each_index(elements);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::string param = "features[" + std::to_string(elements[i].index.value_or(i)) + "]";
    if (!read_feature(param, elements[i].value)) return false;
  }
  return true;
}

}  // namespace fauxbank::detail
