#pragma once

#include <utility>

#include <fauxbank/detail/exchange.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

FAUXBANK_DECL bool Exchange::read_page(PageParams& page) {
  return integer("limit", page.limit) && scalar("starting_after", page.starting_after) &&
         scalar("ending_before", page.ending_before);
}

FAUXBANK_DECL bool Exchange::read_owners_params() {
  owners_.emplace();
  return scalar("ownership", owners_->ownership) && read_page(owners_->page);
}

FAUXBANK_DECL bool Exchange::read_transactions_params() {
  transactions_.emplace();
  if (!scalar("account", transactions_->account)) return false;
  if (!read_time_filter(transactions_->transacted_at)) return false;
  for (const FormField& field : fields_) {
    const FormName name(field.name);
    if (name.root != "transaction_refresh" || (name.depth > 0 && !name.steps[0].empty())) continue;
    if (name.depth == 0 && !usable("transaction_refresh", field.value)) return false;
    if (!log_.apply(Rule::param_object)) continue;
    return reject(
        Rule::param_object, 400, {}, "transaction_refresh",
        "'transaction_refresh' is a hash, as transaction_refresh[after]: " + quoted(field.name));
  }
  return scalar("transaction_refresh[after]", transactions_->refresh_after) &&
         read_page(transactions_->page);
}

/// A number, or a hash of bounds.
FAUXBANK_DECL bool Exchange::read_time_filter(TimeFilter& filter) {
  for (const FormField& field : fields_) {
    const FormName name(field.name);
    if (name.root != "transacted_at") continue;
    if (name.depth == 0) {
      if (!usable("transacted_at", field.value) ||
          !read_integer("transacted_at", field.value, filter.exactly))
        return false;
    } else if (name.steps[0].empty() && log_.apply(Rule::param_array)) {
      return reject(Rule::param_array, 400, {}, "transacted_at",
                    "'transacted_at' is a number or a hash, not a list: " + quoted(field.name));
    }
  }
  return integer("transacted_at[gt]", filter.gt) && integer("transacted_at[gte]", filter.gte) &&
         integer("transacted_at[lt]", filter.lt) && integer("transacted_at[lte]", filter.lte);
}

FAUXBANK_DECL bool Exchange::read_expand() {
  if (!is_given("expand")) return true;
  std::vector<ListElement> elements;
  if (!elements_of("expand", elements)) return false;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!usable(element_name("expand", elements[i].index.value_or(i)), elements[i].value))
      return false;
    expand_.emplace_back(elements[i].value);
  }
  return true;
}

}  // namespace fauxbank::detail
