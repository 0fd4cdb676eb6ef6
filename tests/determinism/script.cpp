#include "script.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fauxbank/detail/hash.hpp>
#include <fauxbank/fauxbank.hpp>

namespace fauxbank::determinism {
namespace {

constexpr std::uint64_t kSeed = 20'230'413;
constexpr std::size_t kAccounts = 300;
constexpr std::int64_t kNow = 1'681'412'208;  // 2023-04-13T18:56:48Z
const std::string kPath = "/v1/financial_connections/accounts";

/// Names that print differently where a locale, a case table or an encoding gets a say.
constexpr std::array<std::string_view, 10> kNames = {"Sample Checking Account",
                                                     "İstanbul Işık Hesabı",
                                                     "Straße & Söhne <KG>",
                                                     "日本の口座",
                                                     "Счёт №1",
                                                     "حساب التوفير",
                                                     "तनख़्वाह खाता",
                                                     "emoji 🏦\u200d👩 \"quoted\"",
                                                     "tab\tnew\nline\\",
                                                     "1.234,56"};

class Story {
 public:
  Story() : random_(kSeed, RandomStream::test), world_(scenario(), options()) {}

  std::string journal() const { return to_string(world_.journal()); }

  Digests tell() {
    for (int day = 0; day < 8; ++day) {
      morning();
      if (day == 2) link_some();
      if (day == 4) other_thread();
      family(day);
      events();
      world_.clock().advance(std::chrono::hours{9});
      evening();
      world_.clock().advance(std::chrono::hours{15} - Milliseconds{day == 3 ? 250 : 0});
    }
    World fork = world_.fork();
    Story other(std::move(fork), random_);
    other.morning();
    other.world_.clock().advance(std::chrono::hours{30});
    morning();
    while (world_.clock().pending() != 0 &&
           world_.clock().now() < Instant{Seconds{kNow + 10 * 86'400}}) {
      world_.clock().advance_to_next();
    }
    expect_every_rule();
    return {world_.digest(),       world_.journal().digest(),       answers_.value(),
            other.world_.digest(), other.world_.journal().digest(), world_.journal().size()};
  }

 private:
  Story(World world, const Random& random) : random_(random), world_(std::move(world)) {}

  /// A story that leaves a rule out proves nothing about it.
  void expect_every_rule() const {
    const RuleCounts counts = world_.rule_counts();
    RuleSet outside;  // what a client alone cannot bring about
    outside.insert(Rule::idem_concurrent);
    outside.insert(Rule::event_signature);
    for (const RuleInfo& row : all_rules()) {
      if (outside.contains(row.rule)) continue;
      if (row.stage == Stage::implemented && counts[row.rule] == 0) {
        throw std::runtime_error("the story never applies " + std::string(row.id));
      }
    }
  }

  // ---- the beginning ----

  static WorldOptions options() {
    WorldOptions options;
    options.journal_entries = 1'000'000;
    options.journal_bytes = std::size_t{1} << 30;
    return options;
  }

  Scenario scenario() {
    Scenario scenario;
    scenario.name = "a week";
    scenario.seed = kSeed;
    scenario.now = Instant{Milliseconds{kNow * 1000 + 789}};
    scenario.tenants = {"acct_one", "acct_two"};
    scenario.defaults.cool_down = Milliseconds{1'500};
    for (std::size_t i = 0; i < kAccounts; ++i)
      scenario.accounts.push_back(account(i));
    return scenario;
  }

  AccountSpec account(std::size_t i) {
    AccountSpec spec;
    if (i % 3 != 0) spec.id = "fca_story_" + std::to_string(i);
    if (i % 7 == 3) spec.tenant = i % 2 == 0 ? "acct_one" : "acct_two";
    spec.created = UnixTime{Seconds{kNow - static_cast<std::int64_t>(i / 4) * 3600}};
    if (i % 4 == 1) spec.account_holder = AccountHolder::customer("cus_" + std::to_string(i % 5));
    if (i % 4 == 2)
      spec.account_holder = AccountHolder::account("acct_holder_" + std::to_string(i % 3));
    if (i % 8 == 1) spec.account_holder->customer_account = "cuacct_" + std::to_string(i % 2);
    if (i % 5 == 0) spec.session = "fcsess_" + std::to_string(i % 4);
    if (i % 2 == 0) spec.display_name = kNames[i % kNames.size()];
    if (i % 6 == 0) spec.institution_name = kNames[(i / 6) % kNames.size()];
    if (i % 10 == 9) spec.last4 = "";
    spec.category = static_cast<Category>(i % 4);
    if (i % 9 == 0) spec.permissions = {Permission::transactions};
    if (i % 9 == 1) spec.supported_payment_method_types = {};
    spec.subscribed = i % 6 == 2;
    if (i % 13 == 0)
      spec.account_numbers = {
          {AccountNumber{},
           AccountNumber{UnixTime{Seconds{kNow}}, IdentifierType::tokenized_account_number,
                         NumberStatus::pending, false}}};
    if (i % 17 == 0)
      spec.status_details =
          StatusDetails{DetailAction::relink_required, DetailCause::access_expired,
                        UnixTime{Seconds{kNow + 86'400}}};
    data(i, spec);
    plans(i, spec.refresh);
    return spec;
  }

  static Balance balance_of(std::size_t i) {
    Balance balance;
    const auto value = static_cast<std::int64_t>(i) * 12'345 - 500'000;
    balance.current = {{"usd", value}, {"eur", -value}};
    if (i % 3 != 0) balance.part = Amounts{{"usd", 1'234'567}};
    return balance;
  }

  static void data(std::size_t i, AccountSpec& spec) {
    if (i % 5 == 1) {
      spec.balance = balance_of(i);
      spec.balance_refresh = Refresh{};
      spec.balance_refresh->last_attempted_at = Instant{Seconds{kNow - 3600}};
      spec.balance_refresh->next_refresh_available_at = UnixTime{Seconds{kNow + 60}};
    }
    if (i % 6 == 5) {
      spec.ownership = Ownership{"fcaowns_" + std::to_string(i),
                                 UnixTime{Seconds{kNow}},
                                 {{"fcaown_" + std::to_string(i),
                                   std::string(kNames[i % kNames.size()]),
                                   "a@example.com",
                                   {},
                                   {},
                                   {}}}};
    }
    if (i % 8 == 4) {
      spec.transaction_refresh = Refresh{};
      spec.transaction_refresh->status = RefreshStatus::pending;
      spec.transaction_refresh->last_attempted_at = Instant{Seconds{kNow - 60}};
    }
  }

  static void plans(std::size_t i, RefreshPlans& plans) {
    switch (i % 7) {
      case 0:
        return;
      case 1:
        plans.balance = {{.completes = Completion::after_reads(2), .balance = balance_of(i + 1)}};
        return;
      case 2:
        plans.transactions = {
            {.completes = Completion::after(std::chrono::hours{24})},
            {.completes = Completion::manually(), .cool_down = std::chrono::hours{30}}};
        return;
      case 3:
        plans.ownership = {{.outcome = RefreshOutcome::failed},
                           {.id = "fcaowns_planned_" + std::to_string(i)}};
        return;
      case 4:
        plans.balance = {{.completes = Completion::never()}};
        return;
      case 5:
        plans.transactions = {{.completes = Completion::after({}),
                               .rows = {{{},
                                         -1299,
                                         "usd",
                                         "Café Zoë",
                                         TransactionStatus::posted,
                                         UnixTime{Seconds{kNow}}}}}};
        return;
      default:
        plans.transactions = {
            {.completes = Completion::after(Milliseconds{777}), .outcome = RefreshOutcome::failed},
            {}};
    }
  }

  // ---- the days ----

  void morning() {
    for (int i = 0; i < 60; ++i) {
      call();
      if (i % 6 == 0) read_pages();
      if (i % 9 == 0) refused();
      if (i % 4 == 0) world_.clock().advance(Milliseconds{random_.between(0, 4000)});
    }
  }

  /// The rest of the family, and calls that are made twice under one key.
  void family(int day) {
    const std::string path = kPath + "/fca_story_";
    const std::string rows = "/v1/financial_connections/transactions";
    for (int i : {5, 11, 17, 23}) {
      const std::string account = path + std::to_string(i);
      answer(Request::get(account + "?expand[]=ownership"));
      answer(Request::get(account + "/owners?ownership=fcaowns_" + std::to_string(i)));
      answer(Request::get(rows + "?limit=2&account=fca_story_" + std::to_string(i * 7 + 5)));
      const std::string key = "story-" + std::to_string(i) + "-" + std::to_string(day / 3);
      const auto keyed = [&](const std::string& form) {
        answer(Request::post(account + "/refresh", form).header("Idempotency-Key", key));
      };
      keyed("features[]=balance");
      keyed("features[0]=balance");
      keyed("features[]=ownership");
    }
    answer(Request::get(rows + "/fctxn_none"));
    const std::string sessions = "/v1/financial_connections/sessions";
    answer(Request::post(sessions,
                         "account_holder[type]=customer&account_holder[customer]=cus_1&"
                         "permissions[]=balances&permissions[]=ownership&prefetch[]=balances"));
    const std::string session = world_.state().sessions().back().id;
    world_.link(session, {.display_name = "prefetched"});
    answer(Request::get(sessions + "/" + session + "?expand[]=accounts.data.ownership"));
  }

  void events() {
    Outbox& outbox = world_.outbox();
    outbox.shuffle(kSeed);
    outbox.deliver_all([&](const EventDelivery& delivery) { answers_.add(delivery.body); });
  }

  void evening() {
    for (int i = 0; i < 20; ++i)
      bank();
    for (int i = 0; i < 10; ++i)
      typed();
    world_.clock().sleep_for(Milliseconds{1});
    world_.clock().advance_to_next();
  }

  Account any() {
    const auto all = world_.all();
    return all[random_.below(all.size())];
  }

  void answer(const Request& request) {
    const Response response = world_.send(request);
    answers_.add(static_cast<std::uint64_t>(response.status));
    for (const Headers::Field& field : response.headers) {
      answers_.add(field.name);
      answers_.add(field.value);
    }
    answers_.add(response.body);
  }

  void send(Request request, const Account& account) {
    if (!account.tenant().empty() && random_.chance(0.9))
      request.header("Stripe-Account", account.tenant());
    if (random_.chance(0.3)) request.header("Stripe-Version", "2026-09-30.endive");
    if (random_.chance(0.2)) request.header("Authorization", "Basic c2tfdGVzdF8xMjM6");
    answer(request);
  }

  void call() {
    static constexpr std::array<std::string_view, 4> kRefreshes = {
        "features[]=balance", "features[0]=transactions&features[1]=balance",
        "features%5B%5D=ownership&features[]=ownership",
        "features[]=balance&features[]=ownership&features[]=transactions"};
    const Account account = any();
    const std::string path = kPath + "/" + std::string(account.id());
    const std::string transactions = "features[]=transactions";
    switch (random_.below(12)) {
      case 0:
      case 1:
        send(Request::get(path), account);
        return;
      case 2:
        send(Request::post(path + "/subscribe", transactions), account);
        return;
      case 3:
        send(Request::post(path + "/unsubscribe", transactions), account);
        return;
      case 4:
        if (random_.chance(0.4)) send(Request::post(path + "/disconnect"), account);
        return;
      default:
        send(Request::post(path + "/refresh",
                           std::string(kRefreshes[random_.below(kRefreshes.size())])),
             account);
    }
  }

  void read_pages() {
    static constexpr std::array<std::string_view, 6> kQueries = {
        "",
        "&account_holder[customer]=cus_1",
        "&account_holder[account]=acct_holder_2",
        "&session=fcsess_0",
        "&account_holder%5Bcustomer%5D=cus_nobody",
        "&limit=40"};
    const Account cursor = any();
    const std::string query =
        std::string("?limit=7").append(kQueries[random_.below(kQueries.size())]);
    send(Request::get(kPath + query), cursor);
    send(Request::get(kPath + query + "&starting_after=" + std::string(cursor.id())), cursor);
    send(Request::get(kPath + query + "&ending_before=" + std::string(cursor.id())), cursor);
  }

  void refused() {
    static constexpr std::array<std::string_view, 14> kTargets = {
        "?limit=0",
        "?limit=1.5",
        "?color=rouge",
        "?session=a&account_holder[customer]=b",
        "?starting_after=fca_nobody",
        "/fca_nobody",
        "/%C4%B0",
        "?limit=%zz",
        "?session=",
        "?limit[]=1",
        "?account_holder=x",
        "?session[a]=b",
        "?starting_after=fca_story_1&ending_before=fca_story_2",
        "/fca_story_1?verbose=1"};
    static constexpr std::array<std::string_view, 5> kForms = {
        "", "features=balance", "features[]=Balance&features[]=bilanço", "features[0][a]=b",
        "colour=red"};
    static constexpr std::array<std::string_view, 4> kKeys = {
        "sk_live_0123456789abcdef", "sk_wrong_0123456789abcdef", "pk_test_0123456789abcdef",
        "sk_test_123"};
    const std::string account = kPath + "/fca_story_1";
    answer(Request::get(kPath + std::string(kTargets[random_.below(kTargets.size())])));
    answer(Request::post(account + "/refresh", std::string(kForms[random_.below(kForms.size())])));
    answer(Request::get(kPath).bearer(kKeys[random_.below(kKeys.size())]));
    answer(Request::get("/v2/nothing"));
    answer(Request{});
    answer(Request::get(kPath).header("Stripe-Account", "acct_three"));
    answer(Request::post(account + "/refresh", "{\"features\":[]}")
               .header("Content-Type", "application/json"));
    answer(Request::post(account + "/disconnect", "now=true"));
    answer(Request::get(kPath + "?session=" + std::string(5001, 'x')));
  }

  void bank() {
    const Account account = any();
    switch (random_.below(5)) {
      case 0:
      case 1:
        if (account.status() == Status::active) world_.deactivate(account.id());
        return;
      case 2:
        for (const Account& other : world_.all()) {
          if (other.status() == Status::inactive)
            return static_cast<void>(world_.reactivate(other.id()));
        }
        return;
      case 3:
        if (account.status() != Status::disconnected)
          world_.set_balance(account.id(), balance_of(random_.below(100)));
        return;
      default:
        try {
          world_.complete_refresh(account.id(), Feature::transactions);
        } catch (const Misuse&) {
          // It had none in flight; that stands in the journal too.
        }
    }
  }

  void typed() {
    const Account account = any();
    Accounts& accounts = world_.accounts();
    static_cast<void>(accounts.refresh(account.id(), {FeatureSet::all()}));
    static_cast<void>(accounts.subscribe(account.id()));
    static_cast<void>(accounts.unsubscribe(account.id()));
    static_cast<void>(accounts.list({.limit = 3, .starting_after = std::string(account.id())}));
    static_cast<void>(accounts.list({.limit = 101}));
    static_cast<void>(accounts.retrieve(account.id()));
    if (random_.chance(0.8)) return;
    static_cast<void>(accounts.disconnect(account.id()));
    static_cast<void>(accounts.disconnect(account.id()));
  }

  void link_some() {
    for (std::size_t i = 0; i < 20; ++i) {
      AccountSpec spec = account(kAccounts + i);
      world_.link(spec);
    }
  }

  /// One after the other: which threads there are counts, not which runs first.
  void other_thread() {
    std::thread second([this] { call(); });
    second.join();
  }

  Random random_;
  World world_;
  detail::Digest answers_;
};

}  // namespace

Digests play(std::string* journal) {
  Story story;
  const Digests digests = story.tell();
  if (journal != nullptr) *journal = story.journal();
  return digests;
}

}  // namespace fauxbank::determinism
