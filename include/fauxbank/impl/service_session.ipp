#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/exchange.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

FAUXBANK_DECL bool Exchange::only_hash(std::string_view root, std::string_view example) {
  for (const auto& [name, value] : given_) {
    if (name.root != root || (name.depth > 0 && !name.step(0).empty())) continue;
    if (name.depth == 0 && !usable(root, value)) return false;
    if (!log_.apply(Rule::param_object)) continue;
    return reject(
        Rule::param_object, 400, {}, root,
        quoted(root) + " is a hash, as " + std::string(example) + ": " + quoted(name.text));
  }
  return true;
}

FAUXBANK_DECL bool Exchange::reject_missing(std::string_view param) {
  if (!log_.apply(Rule::param_missing)) return true;
  return reject(Rule::param_missing, 400, "parameter_missing", param,
                "Missing required parameter: " + std::string(param));
}

/// A value off its enumeration.
FAUXBANK_DECL bool Exchange::reject_choice(std::string_view param, std::string_view value,
                                           std::string_view choices) {
  if (!log_.apply(Rule::param_enum)) return true;
  return reject(Rule::param_enum, 400, {}, param,
                quoted(param) + " must be " + std::string(choices) + ", is " + quoted(value));
}

/// Each element of a list by its name; `take(param, value)` goes on while it returns true.
template <class Take>
bool Exchange::each_element(std::string_view param, const Take& take) {
  if (!elements_of(param)) return false;
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    const std::string name = element_name(param, elements_[i].index.value_or(i));
    if (!usable(name, elements_[i].value) || !take(name, elements_[i].value)) return false;
  }
  return true;
}

FAUXBANK_DECL bool Exchange::read_session_params() {
  session_.emplace();
  session_->permissions = {};
  if (!is_given("account_holder") && !reject_missing("account_holder")) return false;
  if (!is_given("permissions") && !reject_missing("permissions")) return false;
  std::optional<std::string> return_url;
  if (!read_session_holder() || !read_session_features() || !read_session_filters() ||
      !read_session_limits() || !scalar("return_url", return_url))
    return false;
  session_->return_url = return_url.value_or("");
  return true;
}

FAUXBANK_DECL bool Exchange::read_session_holder() {
  std::optional<std::string> type;
  std::optional<std::string> account;
  std::optional<std::string> customer;
  std::optional<std::string> customer_account;
  if (!only_hash("account_holder", "account_holder[type]") ||
      !scalar("account_holder[type]", type) || !scalar("account_holder[account]", account) ||
      !scalar("account_holder[customer]", customer) ||
      !scalar("account_holder[customer_account]", customer_account))
    return false;
  if (!type) return reject_missing("account_holder[type]");
  const auto kind = from_string<HolderType>(*type);
  if (!kind) return reject_choice("account_holder[type]", *type, "account or customer");
  const bool is_account = *kind == HolderType::account;
  const std::string own = is_account ? "account_holder[account]" : "account_holder[customer]";
  const auto& id = is_account ? account : customer;
  if (!id) return reject_missing(own);
  if (is_account ? customer.has_value() || customer_account.has_value() : account.has_value()) {
    const std::string other = !is_account ? "account_holder[account]"
                              : customer  ? "account_holder[customer]"
                                          : "account_holder[customer_account]";
    if (log_.apply(Rule::sessions))
      return reject(Rule::sessions, 400, {}, other,
                    quoted(other) + " does not go with a holder of type " + *type);
  }
  session_->account_holder = AccountHolder{*kind, *id, customer_account.value_or("")};
  return true;
}

FAUXBANK_DECL bool Exchange::read_session_features() {
  return each_element("permissions",
                      [&](const std::string& param, std::string_view value) {
                        const auto permission = from_string<Permission>(value);
                        if (!permission)
                          return reject_choice(
                              param, value, "balances, ownership, payment_method or transactions");
                        session_->permissions.insert(*permission);
                        return true;
                      }) &&
         each_element("prefetch", [&](const std::string& param, std::string_view value) {
           constexpr Feature kFeatures[] = {Feature::balance, Feature::ownership,
                                            Feature::ownership, Feature::transactions};
           const auto permission = from_string<Permission>(value);
           if (!permission || *permission == Permission::payment_method)
             return reject_choice(param, value, "balances, ownership or transactions");
           if (!session_->permissions.contains(*permission) && log_.apply(Rule::sessions)) {
             return reject(Rule::sessions, 400, {}, param,
                           quoted(param) + " needs the permission " + std::string(value));
           }
           session_->prefetch.insert(kFeatures[static_cast<std::size_t>(*permission)]);
           return true;
         });
}

FAUXBANK_DECL bool Exchange::read_session_filters() {
  const auto country = [&](const std::string& param, std::string_view value) {
    const bool is_code = value.size() == 2 && std::all_of(value.begin(), value.end(), [](char c) {
                           return c >= 'A' && c <= 'Z';
                         });
    if (!is_code) return reject_choice(param, value, "a country of two letters, as US");
    session_->countries.emplace_back(value);
    return true;
  };
  std::optional<std::string> one;
  std::optional<std::string> support;
  constexpr std::string_view kSupport = "filters[require_payment_method_support]";
  if (!only_hash("filters", "filters[country]") || !scalar("filters[country]", one) ||
      !scalar(kSupport, support))
    return false;
  if (one && !country("filters[country]", *one)) return false;
  if (support) {
    session_->require_payment_method_support = from_string<PaymentMethodSupport>(*support);
    if (!session_->require_payment_method_support &&
        !reject_choice(kSupport, *support, "all, at_least_one or none"))
      return false;
  }
  return each_element("filters[countries]", country) &&
         each_element("filters[account_subcategories]", [&](const std::string& param,
                                                            std::string_view value) {
           const auto subcategory = from_string<Subcategory>(value);
           if (!subcategory || *subcategory == Subcategory::other)
             return reject_choice(param, value,
                                  "checking, credit_card, line_of_credit, mortgage or savings");
           session_->account_subcategories.push_back(*subcategory);
           return true;
         });
}

FAUXBANK_DECL bool Exchange::read_session_limits() {
  constexpr std::string_view kAccounts = "limits[accounts]";
  constexpr std::string_view kMode = "manual_entry[mode]";
  if (!only_hash("limits", kAccounts) || !only_hash("manual_entry", kMode)) return false;
  const auto& fields = fields_.all();
  const auto last = std::find_if(fields.rbegin(), fields.rend(),
                                 [&](const FormField& field) { return field.name == kAccounts; });
  // An empty text is how a form says: no limit.
  const bool lifted = last != fields.rend() && last->value.empty();
  if (!lifted && !integer(kAccounts, session_->accounts_limit)) return false;
  if (session_->accounts_limit && *session_->accounts_limit < 1 && log_.apply(Rule::sessions)) {
    return reject(Rule::sessions, 400, "parameter_invalid_integer", kAccounts,
                  quoted(kAccounts) + " is at least 1");
  }
  std::optional<std::string> mode;
  if (!scalar(kMode, mode)) return false;
  if (!mode) return true;
  session_->manual_entry = from_string<ManualEntry>(*mode);
  return session_->manual_entry || reject_choice(kMode, *mode, "automatic or disabled");
}

}  // namespace fauxbank::detail
