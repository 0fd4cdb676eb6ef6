#pragma once

#include <algorithm>

#include <fauxbank/detail/record.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/impl/check_spec.ipp>

namespace fauxbank::detail {

FAUXBANK_DECL std::optional<SpecFault> check(const SessionSpec& session) {
  if (!session.id.empty()) {
    if (auto fault = id_fault(session.id)) return SpecFault{"/id", *fault};
  }
  if (!session.tenant.empty()) {
    if (auto fault = id_fault(session.tenant)) return SpecFault{"/tenant", *fault};
  }
  if (session.account_holder) {
    const AccountHolder& holder = *session.account_holder;
    if (auto fault = id_fault(holder.id))
      return SpecFault{"/account_holder/" + std::string(to_string(holder.type)), *fault};
  }
  if (session.permissions.empty())
    return SpecFault{"/permissions", "a session asks for one permission at least"};
  constexpr Permission kNeeded[] = {Permission::balances, Permission::ownership,
                                    Permission::transactions};
  for (Feature feature : session.prefetch) {
    const Permission needed = kNeeded[static_cast<std::size_t>(feature)];
    if (!session.permissions.contains(needed)) {
      return SpecFault{"/prefetch", "prefetch needs the permission " + quoted(to_string(needed))};
    }
  }
  for (const std::string& country : session.countries) {
    if (country.size() != 2 ||
        !std::all_of(country.begin(), country.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
      return SpecFault{"/filters/countries",
                       "a country is two upper-case letters, not " + quoted(country)};
    }
  }
  for (Subcategory subcategory : session.account_subcategories) {
    if (subcategory == Subcategory::other)
      return SpecFault{"/filters/account_subcategories", "'other' is no subcategory to filter by"};
  }
  if (session.accounts_limit && *session.accounts_limit < 1)
    return SpecFault{"/limits/accounts", "a session takes one account at least"};
  if (auto fault = text_fault(session.return_url)) return SpecFault{"/return_url", *fault};
  return std::nullopt;
}

FAUXBANK_DECL std::optional<Subcategory> subcategory_through(const AccountSpec& spec,
                                                             const SessionSpec& session) {
  const auto& wanted = session.account_subcategories;
  const auto first = spec.subcategory.value_or(default_subcategory(spec.category));
  if (wanted.empty() || std::find(wanted.begin(), wanted.end(), first) != wanted.end())
    return first;
  if (spec.subcategory) return std::nullopt;
  const auto other = std::find_if(wanted.begin(), wanted.end(), [&](Subcategory subcategory) {
    return fits(spec.category, subcategory);
  });
  return other != wanted.end() ? std::optional(*other) : std::nullopt;
}

FAUXBANK_DECL std::optional<SpecFault> check(const AccountSpec& spec, const SessionSpec& session) {
  const std::string name = "the session " + quoted(session.id);
  if (session.tenant != spec.tenant)
    return SpecFault{"/session", name + " belongs to another tenant"};
  if (spec.account_holder && session.account_holder &&
      *spec.account_holder != *session.account_holder) {
    return SpecFault{"/account_holder", name + " has another account_holder"};
  }
  if (!subcategory_through(spec, session)) {
    return SpecFault{spec.subcategory ? "/subcategory" : "/category",
                     name + " takes no " +
                         std::string(spec.subcategory ? to_string(*spec.subcategory)
                                                      : to_string(spec.category)) +
                         " account"};
  }
  if (spec.permissions == PermissionSet::all()) return std::nullopt;  // what the session asked for
  for (Permission permission : spec.permissions) {
    if (!session.permissions.contains(permission)) {
      return SpecFault{"/permissions",
                       name + " did not ask for the permission " + quoted(to_string(permission))};
    }
  }
  return std::nullopt;
}

FAUXBANK_DECL std::string session_is_full(const SessionSpec& session) {
  return "the session " + quoted(session.id) + " is full: its limit of accounts is " +
         std::to_string(*session.accounts_limit);
}

}  // namespace fauxbank::detail
