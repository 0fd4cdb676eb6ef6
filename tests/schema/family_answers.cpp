// Prints one answer of every operation in every state, in the current form: a line of the name of
// its schema, what was asked, and the body.

#include <cstdio>
#include <string>

#include <fauxbank/fauxbank.hpp>

namespace {

using namespace fauxbank;

const std::string kRoot = "/v1/financial_connections/";

Scenario scenario() {
  Scenario scenario;
  scenario.form = Form::current;
  scenario.sessions = {{.id = "fcsess_1",
                        .account_holder = AccountHolder::account("acct_holder"),
                        .prefetch = {Feature::balance, Feature::ownership},
                        .countries = {"US"},
                        .account_subcategories = {Subcategory::checking},
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

class Tour {
 public:
  void run() {
    everything();
    for (const Account& account : world_.all()) {
      const std::string id(account.id());
      post("account", "accounts/" + id + "/refresh",
           "features[]=balance&features[]=ownership&features[]=transactions");
      post("account", "accounts/" + id + "/subscribe", "features[]=transactions");
    }
    everything();
    world_.clock().advance(Seconds{5});
    everything();
    world_.link("fcsess_1", {.id = "fca_prefetched"});
    post("session", "sessions",
         "account_holder[type]=customer&account_holder[customer]=cus_1&permissions[]=balances&"
         "prefetch[]=balances&filters[country]=US");
    everything();
    world_.deactivate("fca_rich");
    everything();
    world_.reactivate("fca_rich");
    for (const Account& account : world_.all()) {
      const std::string id(account.id());
      post("account", "accounts/" + id + "/unsubscribe", "features[]=transactions");
      post("account", "accounts/" + id + "/disconnect", "");
      post("account", "accounts/" + id + "/disconnect", "", "key-" + id);
      post("account", "accounts/" + id + "/refresh", "features[]=balance", "key-" + id);
    }
    everything();
    world_.outbox().deliver_all([](const EventDelivery& delivery) {
      print("event", "event " + delivery.type, delivery.body);
    });
  }

 private:
  void everything() {
    get("account_list", "accounts?limit=100");
    get("account_list", "accounts?limit=100&expand[]=data.ownership");
    get("account_list", "accounts?limit=0");
    get("session", "sessions/fcsess_1");
    get("session", "sessions/fcsess_2?expand[]=accounts.data.ownership");
    get("session", "sessions/fcsess_none");
    get("nothing", "nowhere");
    for (const Account& account : world_.all()) {
      const std::string id(account.id());
      get("account", "accounts/" + id);
      get("account", "accounts/" + id + "?expand[]=ownership");
      const std::string owned = account.ownership() != nullptr ? account.ownership()->id : "none";
      get("owner_list", "accounts/" + id + "/owners?ownership=" + owned);
      get("transaction_list", "transactions?account=" + id);
      for (const Transaction& row : account.transactions())
        get("transaction", "transactions/" + row.id);
    }
  }

  void get(const std::string& schema, const std::string& target) {
    send(schema, Request::get(kRoot + target));
  }
  void post(const std::string& schema, const std::string& target, const std::string& form,
            const std::string& key = {}) {
    Request request = Request::post(kRoot + target, form);
    if (!key.empty()) request.header("Idempotency-Key", key);
    send(schema, request);
  }
  void send(const std::string& schema, const Request& request) {
    const Response response = world_.send(request);
    print(response.status == 200 ? schema : "error",
          std::string(to_string(request.method)) + " " + request.target, response.body);
  }
  static void print(const std::string& schema, const std::string& asked, std::string body) {
    if (!body.empty() && body.back() == '\n') body.pop_back();
    std::printf("%s\t%s\t%s\n", schema.c_str(), asked.c_str(), body.c_str());
  }

  World world_{scenario(), {.compact_json = true}};
};

}  // namespace

int main() {
  Tour().run();
  return 0;
}
