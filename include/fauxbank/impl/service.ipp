#pragma once

#include <algorithm>
#include <new>
#include <utility>

#include <fauxbank/detail/exchange.hpp>
#include <fauxbank/detail/expand.hpp>
#include <fauxbank/detail/print.hpp>
#include <fauxbank/http/service.hpp>

namespace fauxbank {

FAUXBANK_DECL std::string to_string(const ServiceOptions& options) {
  return std::to_string(options.keys.size()) + (options.keys.size() == 1 ? " key" : " keys") +
         (options.compact ? ", compact" : "");
}

FAUXBANK_DECL std::string to_string(const Answer& answer) {
  return to_string(answer.response) + "; " + to_string(answer.outcome);
}

struct Service::Scratch : detail::RefCounted, detail::ExchangeScratch {};

FAUXBANK_DECL Service::Service(ServiceOptions options)
    : options_(std::move(options)), scratch_(detail::make_ref<Scratch>()) {}
FAUXBANK_DECL Service::Service(Service&&) noexcept = default;
FAUXBANK_DECL Service& Service::operator=(Service&&) noexcept = default;
FAUXBANK_DECL Service::~Service() = default;

FAUXBANK_DECL Answer Service::handle(State& state, const Request& request,
                                     const InjectedAnswer* instead) {
  Answer answer;
  exchange(state, request, answer).run(instead);
  return answer;
}

FAUXBANK_DECL Answer Service::inject(State& state, const Request& request,
                                     const InjectedAnswer& injected) {
  Answer answer;
  exchange(state, request, answer).inject(injected);
  return answer;
}

FAUXBANK_DECL std::optional<RequestTarget> Service::target(State& state, const Request& request) {
  Answer answer;
  return exchange(state, request, answer).identify();
}

FAUXBANK_DECL detail::Exchange Service::exchange(State& state, const Request& request,
                                                 Answer& answer) {
  scratch_->clear();
  return detail::Exchange(options_, state, request, *scratch_, answer);
}

namespace detail {

FAUXBANK_DECL KnownHeaders::KnownHeaders(const Headers& headers) noexcept {
  const auto take = [](const Headers::Field& field, std::string_view name, auto& value) {
    if (!Headers::same_name(field.name, name)) return false;
    if (value.data() == nullptr) value = field.value;
    return true;
  };
  std::string_view key;
  for (const Headers::Field& field : headers) {
    if (take(field, "Authorization", authorization) || take(field, "Content-Type", content_type) ||
        take(field, "Idempotency-Key", key) || take(field, "Stripe-Version", version)) {
      continue;
    }
    take(field, "Stripe-Account", account);
  }
  if (key.data() != nullptr) idempotency_key = key;
}

/// A refusal by one of these leaves nothing executed (rules idem.stored, retry.headers).
inline bool is_parameter_check(Rule rule) noexcept {
  switch (rule) {
    case Rule::param_missing:
    case Rule::param_enum:
    case Rule::param_empty:
    case Rule::param_object:
    case Rule::param_array:
    case Rule::expand:
      return true;
    default:
      return false;
  }
}

FAUXBANK_DECL void Exchange::split_target() {
  const std::size_t question = request_.target.find('?');
  path_ = std::string_view(request_.target).substr(0, question);
  if (question != std::string::npos)
    query_ = std::string_view(request_.target).substr(question + 1);
}

FAUXBANK_DECL void Exchange::run(const InjectedAnswer* instead) {
  split_target();
  form_ = state_.settings().form;
  if (!headers_.version.empty() && log_.apply(Rule::form_choice)) form_ = Form::current;

  const bool accepted = accept();
  if (accepted) {
    Stepper stepper(state_, answer_.outcome);
    stepper.call(command());
    stepper.finish();
  }
  if (instead != nullptr) {
    respond_injected(*instead);
  } else if (replay_) {
    respond_replay();
  } else {
    refusal_ ? respond_refusal(*refusal_) : respond();
  }
  if (answer_.operation == Operation::disconnect) sign_events();
  if (request_.method == Method::post && !replay_) {
    constexpr int kTooManyRequests = 429;
    const bool executed = accepted && !(refusal_ && is_parameter_check(refusal_->rule));
    if (executed && instead == nullptr) add_executed();
    const bool counts = instead == nullptr || instead->status != kTooManyRequests;
    if (!key_.empty()) store_answer(executed && counts);
  }
  answer_.outcome.rules |= log_.applied();
  answer_.account = account_;
  answer_.form = form_;
}

/// Say in events what call they came of.
[[gnu::noinline]] FAUXBANK_DECL void Exchange::sign_events() {
  for (Event& event : answer_.outcome.events) {
    event.request = state_.data().mint.made(IdKind::request);
    if (!key_.empty()) event.idempotency_key = Text(key_);
  }
}

FAUXBANK_DECL std::optional<RequestTarget> Exchange::identify() {
  split_target();
  if (!authenticate() || !route()) return std::nullopt;
  return RequestTarget{*answer_.operation, account_};
}

FAUXBANK_DECL void Exchange::inject(const InjectedAnswer& injected) {
  split_target();
  if (authenticate() && route()) respond_injected(injected);
  answer_.outcome.rules |= log_.applied();
  answer_.account = account_;
}

/// In place: what has just been written in small pieces cannot be read in large ones for a while.
FAUXBANK_DECL void Exchange::make_request_id() {
  ::new (static_cast<void*>(&request_id_)) MintedId(next_request_id(state_));
}

FAUXBANK_DECL void Exchange::respond_injected(const InjectedAnswer& injected) {
  make_request_id();
  Response& response = answer_.response;
  response.status = injected.status;
  add_headers(false);
  if (injected.should_retry && log_.apply(Rule::retry_headers))
    response.headers.add("Stripe-Should-Retry", "true");
  for (const Headers::Field& field : injected.headers)
    response.headers.set(field.name, field.value);
  if (!injected.headers.empty()) log_.apply(Rule::retry_headers);
  if (injected.body) {
    response.body = *injected.body;
    return;
  }
  Refusal refusal{Rule::retry_headers, injected.status, injected.type, injected.code, {},
                  injected.message};
  print_error(refusal);
  response.body = buffer_.view();
}

FAUXBANK_DECL Command Exchange::command() const {
  return {*answer_.operation,
          tenant_,
          account_,
          features_,
          list_ ? &*list_ : nullptr,
          owners_ ? &*owners_ : nullptr,
          transactions_ ? &*transactions_ : nullptr,
          expand_.empty() ? nullptr : &expand_,
          session_ ? &*session_ : nullptr};
}

FAUXBANK_DECL bool Exchange::reject(Rule rule, int status, std::string_view code,
                                    std::string_view param, std::string message) {
  refusal_ =
      Refusal{rule, status, "invalid_request_error", code, std::string(param), std::move(message)};
  return false;
}

FAUXBANK_DECL void Exchange::add_headers(bool anonymous) {
  Headers& headers = answer_.response.headers;
  constexpr Headers::Field kType = {"Content-Type", "application/json"};
  constexpr std::string_view kId = "Request-Id";
  headers.reserve(160);
  if (!anonymous && log_.apply(Rule::form_request_id)) {
    headers.add_all(kType, Headers::Field{kId, request_id_.view()});
  } else {
    headers.add_all(kType);
  }
  if (!headers_.version.empty() || !headers_.account.empty() || !key_.empty()) [[unlikely]]
    add_echoes();
}

[[gnu::noinline]] FAUXBANK_DECL void Exchange::add_echoes() {
  if (!headers_.version.empty() && log_.apply(Rule::form_version_echo))
    echo("Stripe-Version", headers_.version);
  if (!headers_.account.empty() && log_.apply(Rule::form_version_echo))
    echo("Stripe-Account", headers_.account);
  if (!key_.empty()) echo("Idempotency-Key", key_);
}

/// An echo must not let a caller write header lines of its own, nor repeat a live key.
FAUXBANK_DECL void Exchange::echo(std::string_view name, std::string_view sent) {
  const bool printable =
      std::all_of(sent.begin(), sent.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (printable && !holds_live_key(sent)) answer_.response.headers.add(name, sent);
}

FAUXBANK_DECL void Exchange::respond() {
  make_request_id();
  print_answer();
  answer_.response.status = 200;
  answer_.printable = *answer_.operation < Operation::owners && expand_.empty();
  add_headers(false);  // first: what has just been written takes its time until it can be read
  answer_.response.body = std::string(buffer_.view());  // cheaper than to assign characters
}

FAUXBANK_DECL void Exchange::print_answer() {
  const bool pretty = log_.apply(Rule::form_json) ? !options_.compact : false;
  AccountPrinter printer(buffer_, pretty, form_, log_);
  if (!expand_.empty() && expands_any() && log_.apply(Rule::expand)) printer.expand_ownership();
  const Operation operation = *answer_.operation;
  if (operation != Operation::list && operation < Operation::owners) [[likely]] {
    printer.account(*answer_.outcome.account.record());
  } else {
    print_other(printer);
  }
}

[[gnu::noinline]] FAUXBANK_DECL bool Exchange::expands_any() const {
  return std::any_of(expand_.begin(), expand_.end(), [&](const std::string& path) {
    return expands_ownership(*answer_.operation, path);
  });
}

/// What is not one account.
[[gnu::noinline]] FAUXBANK_DECL void Exchange::print_other(AccountPrinter& printer) {
  const auto url = [&] {
    return log_.apply(Rule::list_url) ? path_ : std::string_view(request_.target);
  };
  const Outcome& outcome = answer_.outcome;
  switch (*answer_.operation) {
    case Operation::list:
      return printer.list(outcome.page, url());
    case Operation::owners:
      return printer.owners(outcome.family->owners, outcome.family->ownership, url());
    case Operation::sessions_create:
    case Operation::sessions_retrieve:
      return printer.session(outcome.family->session, outcome.family->accounts);
    case Operation::transactions_list:
      return printer.transactions(outcome.family->transactions, outcome.account.id(), url());
    case Operation::transactions_retrieve:
      return printer.transaction(outcome.family->transactions.data.front(), outcome.account.id());
    default:
      break;
  }
}

FAUXBANK_DECL void Exchange::respond_refusal(const Refusal& refusal) {
  const bool anonymous = refusal.status == 401 || refusal.status == 403;
  if (!anonymous) make_request_id();
  answer_.response.status = refusal.status;
  add_headers(anonymous);
  if (refusal.status == 401)
    answer_.response.headers.add("WWW-Authenticate", "Bearer realm=\"Stripe\"");
  if (request_.method == Method::head) return;
  print_error(refusal);
  answer_.response.body = buffer_.view();
  scrub_live_keys(answer_.response.body);
}

FAUXBANK_DECL void Exchange::print_error(const Refusal& refusal) {
  JsonWriter json(buffer_, log_.apply(Rule::form_json) ? !options_.compact : false);
  const bool enveloped = log_.apply(Rule::error_envelope);
  json.begin_object();
  if (enveloped) {
    json.key("error");
    json.begin_object();
  }
  if (!refusal.code.empty()) {
    std::string page = "https://stripe.com/docs/error-codes/" + std::string(refusal.code);
    std::replace(page.begin() + 36, page.end(), '_', '-');
    json.key("code");
    json.string(refusal.code);
    json.key("doc_url");
    json.string(page);
  }
  json.key("message");
  json.string(refusal.message);
  if (!refusal.param.empty()) {
    json.key("param");
    json.string(refusal.param);
  }
  if (!request_id_.view().empty()) {
    json.key("request_log_url");
    json.string("https://dashboard.stripe.com/test/logs/" + std::string(request_id_.view()) +
                "?t=" + std::to_string(floor_seconds(to_ms(state_.now()))));
  }
  json.key("type");
  json.string(refusal.type);
  if (enveloped) json.end_object();
  json.end_object();
  json.literal("\n");
}

}  // namespace detail
}  // namespace fauxbank
