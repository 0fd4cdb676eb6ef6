#pragma once

// Lists as one would write them without an index: filter everything, sort everything, cut.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/random_world.hpp"

namespace fauxbank::testing {

/// What a page says.
struct Rows {
  std::vector<std::string> ids;
  bool has_more = false;
  friend bool operator==(const Rows&, const Rows&) = default;
};

inline Rows rows_of(const Page<Account>& page) {
  Rows rows;
  for (const Account& account : page.data)
    rows.ids.emplace_back(account.id());
  rows.has_more = page.has_more;
  return rows;
}

class NaiveList {
 public:
  void add(const AccountSpec& spec) {
    entries_.push_back({spec.created->time_since_epoch().count(), entries_.size(), spec});
  }

  /// All ids that a filter lets through, newest first.
  std::vector<std::string> all(const Filter& filter) const {
    std::vector<std::string> ids;
    for (const Entry* entry : sorted(filter))
      ids.push_back(entry->spec.id);
    return ids;
  }

  Rows page(const Filter& filter) const {
    const ListParams& params = filter.params;
    std::vector<const Entry*> rest;
    for (const Entry* entry : sorted(filter)) {
      if (params.starting_after && !newer(find(*params.starting_after), *entry)) continue;
      if (params.ending_before && !newer(*entry, find(*params.ending_before))) continue;
      rest.push_back(entry);
    }
    const auto limit = static_cast<std::size_t>(params.limit.value_or(10));
    Rows rows;
    rows.has_more = rest.size() > limit;
    if (rows.has_more && params.ending_before)
      rest.erase(rest.begin(), rest.end() - static_cast<std::ptrdiff_t>(limit));
    if (rest.size() > limit) rest.resize(limit);
    for (const Entry* entry : rest)
      rows.ids.push_back(entry->spec.id);
    return rows;
  }

 private:
  struct Entry {
    std::int64_t created;
    std::size_t linked;
    AccountSpec spec;
  };

  static bool newer(const Entry& a, const Entry& b) {
    return a.created != b.created ? a.created > b.created : a.linked > b.linked;
  }

  static bool passes(const AccountSpec& spec, const Filter& filter) {
    const auto holds = [&](HolderType type, const std::optional<std::string>& id) {
      return !id || (spec.account_holder && spec.account_holder->type == type &&
                     spec.account_holder->id == *id);
    };
    const HolderFilter& holder = filter.params.account_holder;
    return spec.tenant == filter.tenant && holds(HolderType::customer, holder.customer) &&
           holds(HolderType::account, holder.account) &&
           (!holder.customer_account ||
            (spec.account_holder &&
             spec.account_holder->customer_account == *holder.customer_account)) &&
           (!filter.params.session || spec.session == filter.params.session);
  }

  const Entry& find(const std::string& id) const {
    return *std::find_if(entries_.begin(), entries_.end(),
                         [&](const Entry& entry) { return entry.spec.id == id; });
  }

  std::vector<const Entry*> sorted(const Filter& filter) const {
    std::vector<const Entry*> found;
    for (const Entry& entry : entries_) {
      if (passes(entry.spec, filter)) found.push_back(&entry);
    }
    std::sort(found.begin(), found.end(),
              [](const Entry* a, const Entry* b) { return newer(*a, *b); });
    return found;
  }

  std::vector<Entry> entries_;
};

}  // namespace fauxbank::testing
