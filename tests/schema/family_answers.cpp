// Prints answers of every operation in every state, in the current form: a line of the name of
// the schema, what was asked, and the body. First of a world of its own, then of each scenario.
//
// usage: family_answers SCENARIO…

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <fauxbank/fauxbank.hpp>

namespace {

using namespace fauxbank;

const std::string kRoot = "/v1/financial_connections/";
const std::string kNoTenant;
const std::string kAccounts = kRoot + "accounts";

Scenario scenario() {
  Scenario scenario;
  scenario.form = Form::current;
  scenario.sessions = {{.id = "fcsess_1",
                        .account_holder = AccountHolder::account("acct_holder"),
                        .prefetch = {Feature::balance, Feature::ownership},
                        .countries = {"US"},
                        .account_subcategories = {Subcategory::checking},
                        .require_payment_method_support = PaymentMethodSupport::all,
                        .accounts_limit = 5,
                        .manual_entry = ManualEntry::automatic,
                        .return_url = "https://example.com/back"},
                       {.id = "fcsess_2"}};
  const auto add = [&](std::string id, Category category, Status status) -> AccountSpec& {
    AccountSpec spec;
    spec.id = std::move(id);
    spec.category = category;
    spec.status = status;
    scenario.accounts.push_back(spec);
    return scenario.accounts.back();
  };
  for (Status status : {Status::active, Status::inactive, Status::disconnected}) {
    for (Category category :
         {Category::cash, Category::credit, Category::investment, Category::other})
      add("fca_" + std::string(to_string(status)) + "_" + std::string(to_string(category)),
          category, status);
  }
  AccountSpec& rich = add("fca_rich", Category::cash, Status::active);
  rich.account_holder = AccountHolder::customer("cus_1");
  rich.account_holder->customer_account = "cuacct_1";
  rich.session = "fcsess_named";
  rich.account_numbers = {{AccountNumber{}, AccountNumber{UnixTime{Seconds{1'700'000'000}},
                                                          IdentifierType::tokenized_account_number,
                                                          NumberStatus::expired, false}}};
  rich.status_details = StatusDetails{DetailAction::relink_required, DetailCause::access_expired,
                                      UnixTime{Seconds{1'800'000'000}}};
  rich.balance = Balance{.current = {{"usd", 5}, {"eur", -5}}, .part = Amounts{{"usd", 4}}};
  rich.ownership = Ownership{.id = "fcaowns_rich",
                             .owners = {{.name = "Jane",
                                         .email = "jane@example.com",
                                         .phone = "+1 555 0100",
                                         .raw_address = "1 Main Street",
                                         .refreshed_at = UnixTime{Seconds{1'700'000'000}}},
                                        {.name = "John"}}};
  rich.transactions = {{.amount = -1, .status = TransactionStatus::pending},
                       {.amount = 2, .status = TransactionStatus::posted},
                       {.amount = 3, .status = TransactionStatus::void_}};
  add("fca_fails", Category::cash, Status::active).refresh = {
      .balance = {{.outcome = RefreshOutcome::failed}},
      .ownership = {{.outcome = RefreshOutcome::failed}},
      .transactions = {{.outcome = RefreshOutcome::failed}}};
  add("fca_theirs", Category::cash, Status::active).tenant = "acct_1";
  return scenario;
}

/// A scenario as the API shows it in the current form.
Scenario of_file(const char* path) {
  Scenario scenario = read_scenario(path).value();
  scenario.form = Form::current;
  return scenario;
}

class Tour {
 public:
  Tour(std::string name, const Scenario& scenario)
      : name_(std::move(name)), world_(scenario, {.compact_json = true}) {}

  /// Everything that can be asked of a world, before, while and after its timeline plays.
  void run() {
    everything();
    play();
    for (const Account& account : some()) {
      post("account", account, "/refresh", "features[]=balance");
      post("account", account, "/refresh", "features[]=ownership");
      post("account", account, "/refresh", "features[]=transactions");
      post("account", account, "/subscribe", "features[]=transactions");
    }
    everything();
    world_.clock().advance(Seconds{5});
    everything();
    post("session", kNoTenant, kRoot + "sessions",
         "account_holder[type]=customer&account_holder[customer]=cus_1&permissions[]=balances&"
         "prefetch[]=balances&filters[country]=US");
    for (const SessionSpec& session : world_.state().sessions())
      world_.link(session.id, {});
    everything();
    for (const Account& account : some()) {
      if (account.status() == Status::active) world_.deactivate(account.id());
    }
    everything();
    for (const Account& account : some()) {
      if (account.status() == Status::inactive) world_.reactivate(account.id());
      const std::string key = "key-" + std::string(account.id());
      post("account", account, "/unsubscribe", "features[]=transactions");
      post("account", account, "/disconnect", "");
      post("account", account, "/disconnect", "", key);
      post("account", account, "/refresh", "features[]=balance", key);
    }
    everything();
    injected();
    world_.outbox().deliver_all([this](const EventDelivery& delivery) {
      print("event", "event " + delivery.type, delivery.body);
    });
  }

 private:
  /// The timeline and what refreshes do by themselves, as far as a few steps go.
  void play() {
    for (int i = 0; i < 12 && world_.clock().advance_to_next(); ++i) {
      get("account_list", kNoTenant, kAccounts + "?limit=100");
      for (const Account& account : some())
        get("account", account, path_of(account));
    }
  }

  /// The answers of the faults that answer in the service's own form.
  void injected() {
    world_.faults().clear();
    world_.faults().on(Operation::list).nth(1).rate_limit();
    world_.faults().on(Operation::list).nth(2).server_error();
    world_.faults().on(Operation::list).nth(3).http(402, "card_declined");
    world_.faults().on(Operation::list).nth(4).lock_timeout();
    for (int i = 0; i < 4; ++i)
      print("error", "a fault", world_.transport().send(Request::get(kAccounts)).value().body);
  }

  void everything() {
    get("account_list", kNoTenant, kAccounts + "?limit=100");
    get("account_list", kNoTenant, kAccounts + "?limit=100&expand[]=data.ownership");
    get("account_list", kNoTenant, kAccounts + "?limit=1");
    get("account_list", kNoTenant, kAccounts + "?limit=0");
    get("session", kNoTenant, kRoot + "sessions/fcsess_none");
    get("nothing", kNoTenant, kRoot + "nowhere");
    for (const SessionSpec& session : world_.state().sessions()) {
      get("session", session.tenant, kRoot + "sessions/" + session.id);
      get("session", session.tenant,
          kRoot + "sessions/" + session.id + "?expand[]=accounts.data.ownership");
      get("account_list", session.tenant, kAccounts + "?session=" + session.id);
    }
    for (const Account& account : some()) {
      get("account", account, path_of(account));
      get("account", account, path_of(account) + "?expand[]=ownership");
      const std::string owned = account.ownership() != nullptr ? account.ownership()->id : "none";
      get("owner_list", account, path_of(account) + "/owners?ownership=" + owned);
      get("transaction_list", account, kRoot + "transactions?account=" + std::string(account.id()));
      for (const Transaction& row : account.transactions())
        get("transaction", account, kRoot + "transactions/" + row.id);
    }
  }

  /// Of hundreds of accounts, which the lists show, some forty are asked for one by one.
  std::vector<Account> some() const {
    const std::vector<Account> all = world_.all();
    std::vector<Account> chosen;
    for (std::size_t i = 0; i < all.size(); i += all.size() / 40 + 1)
      chosen.push_back(all[i]);
    return chosen;
  }

  static std::string path_of(const Account& account) {
    return kAccounts + "/" + std::string(account.id());
  }

  void get(const std::string& schema, const Account& account, const std::string& target) {
    get(schema, std::string(account.tenant()), target);
  }
  void get(const std::string& schema, const std::string& tenant, const std::string& target) {
    send(schema, tenant, Request::get(target));
  }
  void post(const std::string& schema, const Account& account, const std::string& verb,
            const std::string& form, const std::string& key = {}) {
    post(schema, std::string(account.tenant()), path_of(account) + verb, form, key);
  }
  void post(const std::string& schema, const std::string& tenant, const std::string& target,
            const std::string& form, const std::string& key = {}) {
    Request request = Request::post(target, form);
    if (!key.empty()) request.header("Idempotency-Key", key);
    send(schema, tenant, request);
  }
  void send(const std::string& schema, const std::string& tenant, Request request) {
    if (!tenant.empty()) request.header("Stripe-Account", tenant);
    const Response response = world_.send(request);
    print(response.status == 200 ? schema : "error",
          std::string(to_string(request.method)) + " " + request.target, response.body);
  }
  void print(const std::string& schema, const std::string& asked, std::string body) const {
    // A fault answers as the service does, which is on several lines.
    std::replace(body.begin(), body.end(), '\n', ' ');
    std::printf("%s\t%s\t%s\t%s\n", name_.c_str(), schema.c_str(), asked.c_str(), body.c_str());
  }

  std::string name_;
  World world_;
};

}  // namespace

int main(int argc, char** argv) {
  Tour("built", scenario()).run();
  for (int i = 1; i < argc; ++i)
    Tour(argv[i], of_file(argv[i])).run();
  return 0;
}
