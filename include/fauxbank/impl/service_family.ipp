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
  return only_hash("transaction_refresh", "transaction_refresh[after]") &&
         scalar("transaction_refresh[after]", transactions_->refresh_after) &&
         read_page(transactions_->page);
}

/// A number, or a hash of bounds.
FAUXBANK_DECL bool Exchange::read_time_filter(TimeFilter& filter) {
  for (const auto& [name, value] : given_) {
    if (name.root != "transacted_at") continue;
    if (name.depth == 0) {
      if (!usable("transacted_at", value) || !read_integer("transacted_at", value, filter.exactly))
        return false;
    } else if (name.step(0).empty() && log_.apply(Rule::param_array)) {
      return reject(Rule::param_array, 400, {}, "transacted_at",
                    "'transacted_at' is a number or a hash, not a list: " + quoted(name.text));
    }
  }
  return integer("transacted_at[gt]", filter.gt) && integer("transacted_at[gte]", filter.gte) &&
         integer("transacted_at[lt]", filter.lt) && integer("transacted_at[lte]", filter.lte);
}

FAUXBANK_DECL bool Exchange::read_expand() {
  if (!is_given("expand")) return true;
  if (!elements_of("expand")) return false;
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    if (!usable(element_name("expand", elements_[i].index.value_or(i)), elements_[i].value))
      return false;
    expand_.emplace_back(elements_[i].value);
  }
  return true;
}

}  // namespace fauxbank::detail
