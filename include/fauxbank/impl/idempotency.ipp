#pragma once

#include <algorithm>
#include <map>

#include <fauxbank/detail/hash.hpp>
#include <fauxbank/detail/idempotency.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/rules.hpp>

namespace fauxbank::detail {

inline std::uint64_t key_hash(std::string_view tenant, std::string_view key) noexcept {
  return hash_bytes(key, hash_bytes(tenant));
}

FAUXBANK_DECL std::uint32_t IdempotencyStore::slot_of(std::string_view tenant,
                                                      std::string_view key) const {
  return by_key_.find(key_hash(tenant, key), [&](std::uint32_t slot) {
    const StoredAnswer& answer = *slots_[slot];
    return answer.key == key && answer.tenant == tenant;
  });
}

FAUXBANK_DECL Ref<const StoredAnswer> IdempotencyStore::find(std::string_view tenant,
                                                             std::string_view key) const {
  const std::uint32_t slot = slot_of(tenant, key);
  return slot == HashTrie::npos ? Ref<const StoredAnswer>() : slots_[slot];
}

FAUXBANK_DECL void IdempotencyStore::erase(std::uint32_t slot) {
  const Ref<const StoredAnswer> answer = slots_[slot];
  by_key_.erase(key_hash(answer->tenant, answer->key), slot);
  ages_.erase({answer->order, slot});
  bytes_ -= answer->weight();
  slots_.mut(slot).reset();
  spare_.insert(slot);
}

FAUXBANK_DECL void IdempotencyStore::put(StoredAnswer answer, std::size_t max_bytes) {
  if (const std::uint32_t known = slot_of(answer.tenant, answer.key); known != HashTrie::npos)
    erase(known);
  const Instant now = answer.at;
  const std::size_t weight = answer.weight();
  while (!ages_.empty()) {
    const std::uint32_t oldest = ages_.first()->slot;
    const bool expired =
        rule_enabled(Rule::idem_expiry) && slots_[oldest]->at + kKeyLifetime <= now;
    if (!expired && bytes_ + weight <= max_bytes) break;
    erase(oldest);
  }
  answer.order = ++stored_;
  std::uint32_t slot = static_cast<std::uint32_t>(slots_.size());
  if (spare_.empty()) {
    slots_.push_back({});
  } else {
    slot = *spare_.first();
    spare_.erase(slot);
  }
  by_key_.insert(key_hash(answer.tenant, answer.key), slot);
  ages_.insert({answer.order, slot});
  bytes_ += weight;
  slots_.mut(slot) = make_ref<StoredAnswer>(std::move(answer));
}

FAUXBANK_DECL void IdempotencyStore::clear() {
  while (!ages_.empty())
    erase(ages_.first()->slot);
}

FAUXBANK_DECL void IdempotencyStore::hold(std::string_view tenant, std::string_view key,
                                          Instant now, Instant until) {
  const auto over = [&](const Held& held) { return held.until <= now; };
  held_.erase(std::remove_if(held_.begin(), held_.end(), over), held_.end());
  held_.push_back({std::string(tenant), std::string(key), until});
}

FAUXBANK_DECL bool IdempotencyStore::is_held(std::string_view tenant, std::string_view key,
                                             Instant now) const noexcept {
  return std::any_of(held_.begin(), held_.end(), [&](const Held& held) {
    return now < held.until && held.tenant == tenant && held.key == key;
  });
}

// ---- the parameter tree -------------------------------------------------------------------------

/// A value, the members of a hash, the elements of a list: each where it was given.
struct ParamNode {
  const std::string_view* value = nullptr;
  std::map<std::string_view, ParamNode> members;
  std::map<std::pair<std::uint64_t, std::uint64_t>, ParamNode> elements;

  void print(std::string& out) const {
    const auto text = [&](std::string_view part) {
      out.append(std::to_string(part.size())).append(":").append(part);
    };
    if (value != nullptr) {
      out += "=";
      text(*value);
    }
    for (const auto& [name, member] : members) {
      out += ".";
      text(name);
      member.print(out);
    }
    for (const auto& [place, element] : elements) {
      out += "[";
      element.print(out);
    }
    out += ";";
  }
};

/// An element without an index follows those before it and never takes the place of another.
FAUXBANK_DECL ParamNode& step_into(ParamNode& node, std::string_view step) {
  const auto index = parse_index(step);
  if (!step.empty() && !index) return node.members[step];
  if (index) return node.elements[{*index, 0}];
  const std::uint64_t next = node.elements.empty() ? 0 : node.elements.rbegin()->first.first + 1;
  return node.elements[{next, 1}];
}

FAUXBANK_DECL std::string canonical_params(const std::vector<FormField>& fields) {
  constexpr std::size_t kDeepest = 6;  // the tree is walked by recursion
  ParamNode root;
  for (const FormField& field : fields) {
    const FormName name(field.name);
    const bool deep = name.depth > kDeepest;
    ParamNode* node = &root.members[deep ? name.text : name.root];
    for (std::size_t i = 0; !deep && i < name.depth; ++i)
      node = &step_into(*node, name.step(i));
    node->value = &field.value;
  }
  std::string text;
  root.print(text);
  scrub_live_keys(text);
  return text;
}

}  // namespace fauxbank::detail
