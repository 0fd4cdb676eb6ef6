#pragma once

#include <string>
#include <utility>

#include <fauxbank/accounts.hpp>

namespace fauxbank {

FAUXBANK_DECL AccountRange::AccountRange(Accounts& accounts, ListParams params)
    : accounts_(&accounts), params_(std::move(params)), current_(Account()) {}

FAUXBANK_DECL bool AccountRange::advance() {
  if (next_ == page_.data.size() && !fetch()) return false;
  if (next_ < page_.data.size()) current_ = page_.data[next_++];
  return true;
}

/// False at the end; an error becomes the current element and is the last.
FAUXBANK_DECL bool AccountRange::fetch() {
  if (done_) return false;
  auto answer = accounts_->list(params_);
  done_ = !answer || !answer->has_more || answer->data.empty();
  next_ = 0;
  page_.data.clear();
  if (!answer) {
    current_ = Failure(answer.error());
    return true;
  }
  page_ = std::move(*answer);
  if (page_.data.empty()) return false;
  if (params_.ending_before) {
    params_.ending_before = std::string(page_.data.front().id());
    for (std::size_t i = 0, j = page_.data.size() - 1; i < j; ++i, --j)
      std::swap(page_.data[i], page_.data[j]);
  } else {
    params_.starting_after = std::string(page_.data.back().id());
  }
  return true;
}

FAUXBANK_DECL AccountRange all_accounts(Accounts& accounts, ListParams params) {
  return {accounts, std::move(params)};
}

}  // namespace fauxbank
