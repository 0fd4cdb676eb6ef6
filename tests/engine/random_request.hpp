#pragma once

// Seeded random HTTP requests: sound ones for every operation, and ones that are broken somewhere.

#include <string>
#include <vector>

#include "engine/random_world.hpp"
#include "support/http.hpp"

namespace fauxbank::testing {

inline void use_tenant(Request& request, std::string_view tenant) {
  if (!tenant.empty()) request.header("Stripe-Account", tenant);
}

inline std::string features_form(FeatureSet features) {
  std::string form;
  for (Feature feature : features)
    form.append(form.empty() ? "" : "&").append("features[]=").append(to_string(feature));
  return form;
}

inline FeatureSet random_features(Random& random) {
  FeatureSet features;
  do
    features.insert(static_cast<Feature>(random.below(3)));
  while (random.chance(0.4));
  return features;
}

/// A call of one account that the service understands; the account may still refuse it.
inline Request sound_request(Operation operation, std::string_view id, FeatureSet features) {
  switch (operation) {
    case Operation::list:
      return Request::get(kAccounts);
    case Operation::retrieve:
      return Request::get(account_path(id));
    case Operation::disconnect:
      return Request::post(account_path(id, "disconnect"));
    case Operation::refresh:
      return Request::post(account_path(id, "refresh"), features_form(features));
    default:
      break;
  }
  return Request::post(account_path(id, to_string(operation)), "features[]=transactions");
}

/// Overwrite, insert or remove a few bytes anywhere in a text.
inline void scratch(Random& random, std::string& text) {
  const std::uint64_t scratches = random.between(1, 3) > 2 ? 2 : 1;
  for (std::uint64_t i = 0; i < scratches; ++i) {
    const std::size_t at = random.below(text.size() + 1);
    const char byte = random.chance(0.7) ? "%&=[]/?+0aZ-\x7f_. "[random.below(16)]
                                         : static_cast<char>(random.below(256));
    switch (random.below(3)) {
      case 0:
        text.insert(at, 1, byte);
        break;
      case 1:
        text.erase(at, 1 + random.below(4));
        break;
      default:
        if (at < text.size()) text[at] = byte;
    }
  }
}

/// One thing wrong, or perhaps only odd.
inline void spoil(Random& random, Request& request) {
  constexpr std::array<const char*, 22> kParams = {
      "limit=0",           "limit=101",        "limit=1.5",
      "limit=ten",         "limit=",           "limit=99999999999999999999",
      "limit[]=1",         "color=red",        "session=",
      "session[a]=1",      "account_holder=1", "account_holder[customer]=a&session=b",
      "starting_after=no", "ending_before=no", "features=balance",
      "features[]=nope",   "features[0][a]=b", "features[]=",
      "features[x]=y",     "expand[]=nope",    "%zz=1",
      "a=%ff%00"};
  constexpr std::array<const char*, 8> kKeys = {
      "",         "Bearer",           "Bearer nokey",          "Bearer pk_test_1",
      "Basic !!", "Digest sk_test_1", "Bearer sk_live_abcdef", "sk_test_1"};
  switch (random.below(9)) {
    case 0:
      request.method = static_cast<Method>(random.below(8));
      break;
    case 1:
      scratch(random, request.target);
      break;
    case 2:
      scratch(random, request.body);
      break;
    case 3:
      request.header("Authorization", pick(random, kKeys));
      break;
    case 4:
      request.header("Content-Type", "application/json");
      break;
    case 5:
      request.header("Stripe-Account", "acct_not_listed");
      break;
    case 6:
      request.target.append(random.chance(0.5) ? "/more" : "x");
      break;
    default: {
      const bool in_query = request.method == Method::get || random.chance(0.3);
      std::string& form = in_query ? request.target : request.body;
      const char* join = in_query && form.find('?') == std::string::npos ? "?" : "&";
      form.append(form.empty() ? "" : join).append(pick(random, kParams));
      if (request.method == Method::post && random.chance(0.9)) {
        request.header("Content-Type", "application/x-www-form-urlencoded");
      }
    }
  }
}

}  // namespace fauxbank::testing
