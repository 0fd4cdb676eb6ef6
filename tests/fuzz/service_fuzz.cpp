// Any request, to a small world: whatever comes, the answer is one that the rules allow.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include <fauxbank/engine.hpp>
#include <fauxbank/http/service.hpp>

#include "request_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fauxbank::fuzz {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;
constexpr const char* kReads = "fca_reads";  // every print of this one counts

[[noreturn]] void fail(const char* what, const Response& response) {
  std::fprintf(stderr, "service_fuzz: %s\n%d\n%.*s\n", what, response.status,
               static_cast<int>(std::min<std::size_t>(response.body.size(), 2000)),
               response.body.c_str());
  std::abort();
}

void expect(bool held, const char* what, const Response& response) {
  if (!held) fail(what, response);
}

UnixTime at(std::int64_t seconds) { return UnixTime{Seconds{seconds}}; }

Refresh pending(RefreshOrigin origin) {
  return {.status = RefreshStatus::pending, .last_attempted_at = at(kNow - 1), .origin = origin};
}

/// An account with every member that there is.
AccountSpec rich() {
  const Refresh done{.last_attempted_at = at(kNow - 100),
                     .next_refresh_available_at = at(kNow - 90)};
  return {.id = "fca_1",
          .account_holder = AccountHolder{HolderType::customer, "cus_1", "ca_1"},
          .session = "fcsess_1",
          .display_name = "Caf\xc3\xa9 \"Zwei\"\n",
          .subscribed = true,
          .balance = Balance{.as_of = at(kNow - 100),
                             .current = {{"usd", 12}, {"eur", -3}},
                             .part = Amounts{}},
          .balance_refresh = done,
          .ownership =
              Ownership{.id = "fcaowns_1",
                        .created = at(kNow - 100),
                        .owners = {{.id = "fcaown_1", .name = "Jane"},
                                   {.id = "fcaown_2", .name = "Joe", .email = "joe@example.com"}}},
          .ownership_refresh = done,
          .transaction_refresh = done,
          .account_numbers =
              std::vector<AccountNumber>{{.expected_expiry_date = at(kNow)}, {.ach = false}},
          .status_details = StatusDetails{},
          .transactions = {{.id = "fctxn_1", .amount = -300, .transacted_at = at(kNow - 50)},
                           {.id = "fctxn_2",
                            .amount = 5,
                            .description = "R\"K",
                            .status = TransactionStatus::pending,
                            .transacted_at = at(kNow - 40)}}};
}

State make_state(const Settings& settings) {
  State state(settings);
  load_session(state, {.id = "fcsess_1",
                       .account_holder = AccountHolder{HolderType::customer, "cus_1", "ca_1"},
                       .prefetch = {Feature::balance},
                       .countries = {"US"},
                       .account_subcategories = {Subcategory::savings},
                       .return_url = "https://example.com"});
  load(state, rich());
  load(state, {.id = "fca_2",
               .account_holder = AccountHolder::account("acct_9"),
               .category = Category::credit,
               .balance = Balance{.type = BalanceType::credit, .as_of = at(kNow)},
               .balance_refresh = pending(RefreshOrigin::on_demand)});
  load(state, {.id = "fca_off", .status = Status::inactive});
  load(state, {.id = "fca_gone", .status = Status::disconnected});
  load(state,
       {.id = "fca_bare", .last4 = "", .permissions = {}, .supported_payment_method_types = {}});
  load(state, {.id = kReads,
               .transaction_refresh = pending(RefreshOrigin::subscription),
               .refresh = {.transactions = {{.completes = Completion::after_reads(3)}}}});
  load(state, {.id = "fca_t", .tenant = "acct_1", .session = "fcsess_t"});
  return state;
}

const State& start(bool listed) {
  static const State plain = make_state({.now = at(kNow)});
  static const State strict = make_state({.now = at(kNow),
                                          .form = Form::current,
                                          .rules = {.limit_out_of_range = LimitOutOfRange::clamp,
                                                    .permissions = PermissionCheck::ignore,
                                                    .early_refresh = EarlyRefresh::reject},
                                          .tenants = {"acct_1"}});
  return listed ? strict : plain;
}

/// The planted fault of a build of its own, which shows that an overflow is found: a charset goes
/// into a buffer that holds the usual ones.
void planted_fault([[maybe_unused]] const Request& request) {
#ifdef FAUXBANK_PLANTED_OVERFLOW
  const std::string type(request.headers.find("Content-Type").value_or(std::string_view()));
  const std::size_t charset = type.find("charset=");
  if (charset == std::string::npos) return;
  std::array<char, 12> name{};
  volatile char* out = name.data();
  for (std::size_t i = charset + 8; i < type.size(); ++i)
    *out++ = type[i];
#endif
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> choices) {
  for (std::string_view choice : choices) {
    if (text == choice) return true;
  }
  return false;
}

void check_headers(const Response& response) {
  const bool anonymous = response.status == 401 || response.status == 403;
  expect(response.headers.find("Request-Id").has_value() != anonymous, "Request-Id", response);
  expect(response.headers.find("WWW-Authenticate").has_value() == (response.status == 401),
         "WWW-Authenticate", response);
  expect(response.headers.find("Content-Type") == "application/json", "Content-Type", response);
  for (const auto& field : response.headers) {
    for (char c : field.value)
      expect(c >= ' ' && c <= '~', "a header that is not printable", response);
  }
}

void check_secrets(const Response& response) {
  std::string all = response.body;
  for (const auto& field : response.headers)
    all.append(field.value).append("\n");
  for (const char* kind : {"sk_live_", "rk_live_", "pk_live_"}) {
    expect(all.find(kind) == std::string::npos, "a live key in the answer", response);
  }
}

void check_error(const boost::json::object& body, const Response& response) {
  const auto* error = body.if_contains("error");
  expect(body.size() == 1 && error != nullptr && error->is_object(), "no error envelope", response);
  std::string_view last;
  for (const auto& member : error->as_object()) {
    const std::string_view key(member.key().data(), member.key().size());
    expect(is_one_of(key, {"code", "doc_url", "message", "param", "request_log_url", "type"}),
           "a strange key", response);
    expect(last < key, "keys out of order", response);
    expect(member.value().is_string(), "a member that is no string", response);
    last = key;
  }
  const auto& members = error->as_object();
  expect(members.contains("type") && members.contains("message"), "no type or message", response);
  const auto& type = members.at("type").as_string();
  expect(is_one_of({type.data(), type.size()},
                   {"api_error", "idempotency_error", "invalid_request_error"}),
         "a strange type", response);
  expect(members.contains("code") == members.contains("doc_url"), "code without doc_url", response);
  expect(members.contains("request_log_url") == response.headers.find("Request-Id").has_value(),
         "request_log_url", response);
}

void check_body(const Request& request, const Response& response) {
  if (request.method == Method::head)
    return expect(response.body.empty(), "HEAD with a body", response);
  boost::json::error_code fault;
  const auto body = boost::json::parse(response.body, fault);
  expect(!fault && body.is_object(), "no JSON object", response);
  if (response.status != 200) {
    expect(response.body.back() == '\n', "an error without a final newline", response);
    return check_error(body.as_object(), response);
  }
  const auto* object = body.as_object().if_contains("object");
  expect(object != nullptr && object->is_string(), "no object", response);
  const auto& name = object->as_string();
  expect(is_one_of({name.data(), name.size()},
                   {"list", "linked_account", "financial_connections.account",
                    "financial_connections.session", "financial_connections.transaction"}),
         "a strange object", response);
}

/// What an action answered is what a retrieve prints.
void check_retrieve(Service& service, State& state, const Request& request, const Answer& answer) {
  const std::string id(answer.outcome.account.id());
  if (id == kReads) return;
  Request again{Method::get, "/v1/financial_connections/accounts/" + id, request.headers, {}};
  const Response retrieved = service.handle(state, again).response;
  expect(retrieved.status == 200 && retrieved.body == answer.response.body,
         "retrieve prints something else", retrieved);
}

bool is_idempotency_error(const Response& response) {
  return response.status == 400 && response.body.find("\"idempotency_error\"") != std::string::npos;
}

/// The same again under its key changes nothing; another call under it is refused.
void check_replay(Service& service, State& state, const Request& request, const Response& first) {
  const std::uint64_t before = state.digest();
  const Response second = service.handle(state, request).response;
  if (!second.headers.find("Idempotent-Replayed")) return;
  expect(second.status == first.status && second.body == first.body, "another replay", second);
  Request other = request;
  other.target += other.target.find('?') == std::string::npos ? "?nope=1" : "&nope=1";
  expect(is_idempotency_error(service.handle(state, other).response), "a key used twice", second);
  expect(state.digest() == before, "a replay that changed something", second);
}

/// What a fault puts in an answer's place: nothing is applied, or everything is.
void check_injected(Service& service, State state, const Request& request, const Answer& answer) {
  const auto target = service.target(state, request);
  expect(target.has_value() == answer.operation.has_value() || answer.response.status == 400 ||
             answer.response.status == 401,
         "a target of nothing", answer.response);
  if (!target) return;
  const std::uint64_t before = state.digest();
  InjectedAnswer injected{.status = 503, .type = "api_error", .code = "down"};
  injected.should_retry = true;
  injected.headers.add("Retry-After", "2");
  const Answer instead = service.inject(state, request, injected);
  expect(instead.response.status == 503 && state.digest() == before, "applied", instead.response);
  injected.body = "<html>";
  const Answer after = service.handle(state, request, &injected);
  expect(after.response.body == "<html>", "not injected", after.response);
  expect(after.outcome.changes.size() == answer.outcome.changes.size(), "not the same changes",
         after.response);
}

void run(std::string_view input) {
  const RequestText text = read_request(input);
  planted_fault(text.request);
  ServiceOptions options;
  if (text.listed) options = {{"sk_test_123", "rk_test_9"}, true};
  Service service(options);
  State state = start(text.listed);
  const std::uint64_t before = state.digest();
  const Answer answer = service.handle(state, text.request);
  const Response& response = answer.response;

  expect(response.status == 200 || response.status == 400 || response.status == 401 ||
             response.status == 403 || response.status == 404,
         "a strange status", response);
  check_headers(response);
  check_secrets(response);
  check_body(text.request, response);
  expect((response.status == 200) == answer.outcome.ok(), "status and outcome differ", response);
  if (response.status != 200)
    expect(answer.outcome.changes.empty(), "a refusal with changes", response);
  const bool made_session =
      answer.operation == Operation::sessions_create && response.status == 200;
  if (answer.outcome.changes.empty())
    expect((state.digest() == before) != made_session, "changed in secret", response);
  if (answer.printable && answer.outcome.account)
    check_retrieve(service, state, text.request, answer);
  if (text.request.method == Method::post && text.request.headers.find("Idempotency-Key"))
    check_replay(service, state, text.request, response);
  check_injected(service, start(text.listed), text.request, answer);

  // Buffers that were used before make no difference.
  State fresh = start(text.listed);
  expect(service.handle(fresh, text.request).response == response, "the second time is different",
         response);
}

}  // namespace
}  // namespace fauxbank::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // An empty input has no address.
  const std::string_view input =
      size == 0 ? std::string_view() : std::string_view(reinterpret_cast<const char*>(data), size);
  fauxbank::fuzz::run(input);
  return 0;
}
