#pragma once

// What a scenario leaves open: names, digits and balances from the seed and the account's link
// order.

#include <array>
#include <cstdint>
#include <string_view>

#include <fauxbank/model.hpp>
#include <fauxbank/random.hpp>

namespace fauxbank::detail {

/// Draws for one account depend on nothing but the seed and its slot.
inline Random seeded(std::uint64_t seed, std::uint32_t slot) noexcept {
  return Random(seed + std::uint64_t{slot} * 0x10001, RandomStream::defaults);
}

inline std::string_view seeded_institution(std::uint64_t draw) noexcept {
  constexpr std::array<std::string_view, 4> kNames = {"StripeBank", "Test Institution",
                                                      "Harbour Savings", "First Example Bank"};
  return kNames[draw % kNames.size()];
}

inline std::string_view seeded_display_name(Subcategory subcategory) noexcept {
  switch (subcategory) {
    case Subcategory::checking:
      return "Sample Checking Account";
    case Subcategory::credit_card:
      return "Sample Credit Card";
    case Subcategory::line_of_credit:
      return "Sample Line of Credit";
    case Subcategory::mortgage:
      return "Sample Mortgage";
    case Subcategory::savings:
      return "Sample Savings Account";
    case Subcategory::other:
      break;
  }
  return "Sample Account";
}

/// Credit is owed by the holder, so it is negative (API schema).
inline Balance seeded_balance(std::uint64_t seed, std::uint32_t slot, Category category) {
  Random random = seeded(seed, slot);
  random.next();  // the account's last4 took the first draw
  const std::int64_t value = random.between(1'00, 9'999'99);
  Balance balance;
  balance.type = category == Category::credit ? BalanceType::credit : BalanceType::cash;
  balance.current = {{"usd", balance.type == BalanceType::credit ? -value : value}};
  balance.part = Amounts{{"usd", value}};
  return balance;
}

inline Owner seeded_owner(std::uint64_t seed, std::uint32_t slot) {
  constexpr std::array<std::string_view, 6> kNames = {"Jane Smith", "Amal Haddad",  "Kofi Mensah",
                                                      "Mei Tanaka", "Lucía Romero", "Søren Dahl"};
  Random random = seeded(seed, slot);
  Owner owner;
  owner.name = kNames[random.below(kNames.size())];
  return owner;
}

}  // namespace fauxbank::detail
