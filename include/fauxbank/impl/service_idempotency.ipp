#pragma once

#include <algorithm>
#include <utility>

#include <fauxbank/detail/exchange.hpp>
#include <fauxbank/detail/idempotency.hpp>
#include <fauxbank/detail/utf8.hpp>

namespace fauxbank::detail {

/// All checks before the engine's, in order (rules param.order, idem.order).
FAUXBANK_DECL bool Exchange::accept() {
  if (!authenticate() || !route() || !check_content_type() || !select_tenant()) return false;
  const auto& key = headers_.idempotency_key;
  if (request_.method != Method::post || !key) return take_form();
  if (!decode()) return false;
  if (log_.apply(Rule::idem_order)) return look_up_key(*key) && read_params();
  return read_params() && look_up_key(*key);
}

/// The look-up of a key; false when the answer is decided: a replay or a refusal.
FAUXBANK_DECL bool Exchange::look_up_key(std::string_view header) {
  constexpr std::size_t kLongest = 255;
  if (header.empty() || header.size() > kLongest) {
    if (!log_.apply(Rule::idem_replay)) return true;
    return reject(Rule::idem_replay, 400, {}, {},
                  header.empty() ? "Idempotency-Key is empty"
                                 : "Idempotency-Key has more than 255 characters");
  }
  key_ = header;
  scrub_live_keys(key_);
  params_ = canonical_params(fields_.all());
  const IdempotencyStore& store = state_.data().idempotency;
  if (store.is_held(tenant_, key_, state_.now()) && log_.apply(Rule::idem_concurrent)) {
    reject(Rule::idem_concurrent, 409, "idempotency_key_in_use", {},
           "Another request with the Idempotency-Key " + shown_key() + " is in progress");
    refusal_->type = "idempotency_error";
    return false;
  }
  Ref<const StoredAnswer> first = store.find(tenant_, key_);
  if (!first || !log_.apply(Rule::idem_replay)) return true;
  if (first->at + kKeyLifetime <= state_.now() && log_.apply(Rule::idem_expiry)) return true;
  const bool same_endpoint = first->operation == *answer_.operation && first->id == account_;
  if ((!same_endpoint || first->params != params_) && log_.apply(Rule::idem_mismatch)) {
    reject(Rule::idem_mismatch, 400, {}, {},
           "The Idempotency-Key " + shown_key() + " was first used with " +
               (same_endpoint ? "other parameters" : "another endpoint"));
    refusal_->type = "idempotency_error";
    return false;
  }
  replay_ = std::move(first);
  return false;
}

FAUXBANK_DECL std::string Exchange::shown_key() const {
  return quoted(is_utf8(key_) ? key_ : "(not UTF-8)");
}

/// The first answer again, byte for byte; nothing executes.
FAUXBANK_DECL void Exchange::respond_replay() {
  make_request_id();
  answer_.response.status = replay_->status;
  answer_.response.body = replay_->body;
  add_headers(false);
  Headers& headers = answer_.response.headers;
  headers.add("Idempotent-Replayed", "true");
  headers.add("Original-Request", replay_->request_id);
  if (replay_->executed) add_executed();
}

/// An executed answer to POST tells clients that the same again would not help.
FAUXBANK_DECL void Exchange::add_executed() {
  if (!log_.apply(Rule::retry_headers)) return;
  answer_.response.headers.add("Stripe-Should-Retry", "false");
}

FAUXBANK_DECL void Exchange::store_answer(bool executed) {
  if (!executed && log_.apply(Rule::idem_stored)) return;
  StoredAnswer first;
  first.tenant = tenant_;
  first.key = std::move(key_);
  first.operation = *answer_.operation;
  first.id = account_;
  first.params = std::move(params_);
  first.at = state_.now();
  first.status = answer_.response.status;
  first.body = answer_.response.body;
  first.request_id = request_id_.view();
  first.executed = executed;
  state_.edit().idempotency.put(std::move(first), options_.idempotency_bytes);
}

}  // namespace fauxbank::detail
