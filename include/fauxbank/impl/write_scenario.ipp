#pragma once

#include <charconv>

#include <fauxbank/detail/duration.hpp>
#include <fauxbank/detail/json_writer.hpp>
#include <fauxbank/detail/state.hpp>
#include <fauxbank/scenario.hpp>

namespace fauxbank {
namespace detail {

/// Writes a scenario member by member; a member with its default is left out.
class ScenarioWriter {
 public:
  explicit ScenarioWriter(Buffer& buffer) : json_(buffer, true) {}

  void scenario(const Scenario& scenario);

 private:
  void text(std::string_view name, std::string_view value) {
    json_.key(name);
    json_.string(value);
  }
  void number(std::string_view name, std::int64_t value) {
    json_.key(name);
    json_.integer(value);
  }
  void unsigned_number(std::string_view name, std::uint64_t value) {
    json_.key(name);
    json_.literal(std::to_string(value));
  }
  void real(std::string_view name, double value) {
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    json_.key(name);
    json_.literal({digits, static_cast<std::size_t>(end - digits)});
  }
  void time(std::string_view name, UnixTime value) {
    number(name, value.time_since_epoch().count());
  }
  /// Whole seconds as the API prints them, anything finer as text.
  void time(std::string_view name, Instant value) {
    const std::int64_t ms = to_ms(value);
    ms % 1000 == 0 ? number(name, ms / 1000) : text(name, to_string(value));
  }
  void duration(std::string_view name, Milliseconds value) { text(name, duration_text(value)); }
  template <NamedEnum E>
  void name(std::string_view key, E value) {
    text(key, to_string(value));
  }
  template <class List, class Write>
  void list(std::string_view name, const List& values, const Write& write) {
    json_.key(name);
    json_.begin_array();
    for (const auto& value : values) {
      json_.item();
      write(value);
    }
    json_.end_array();
  }
  template <NamedEnum E>
  void names(std::string_view key, const EnumSet<E>& set) {
    list(key, set, [&](E value) { json_.string(to_string(value)); });
  }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    list(key, values, [&](const std::string& value) { json_.string(value); });
  }
  template <class Write>
  void object(std::string_view name, const Write& write) {
    json_.key(name);
    json_.begin_object();
    write();
    json_.end_object();
  }
  template <class Write>
  void object(const Write& write) {
    json_.begin_object();
    write();
    json_.end_object();
  }

  void account(const AccountSpec& spec);
  void account_state(const AccountSpec& spec);
  void account_rest(const AccountSpec& spec);
  void holder(const AccountHolder& holder);
  void amounts(std::string_view name, const Amounts& amounts);
  void balance(std::string_view name, const Balance& balance);
  void refresh_hash(std::string_view name, const std::optional<Refresh>& hash);
  void owner(const Owner& owner);
  void transaction(const Transaction& row);
  void account_number(const AccountNumber& number);
  void plan_members(const RefreshPlan& plan);
  void plans(std::string_view name, const std::vector<RefreshPlan>& plans);
  void completes(const Completion& completion);
  void session(const SessionSpec& session);
  void entry(const TimelineEntry& entry);
  void fault(const FaultPlan& plan);
  void trigger(const FaultTrigger& trigger);
  void fault_parameters(const FaultPlan& plan);
  void in_flight(const InFlight& refresh);

  JsonWriter json_;
};

FAUXBANK_DECL void ScenarioWriter::holder(const AccountHolder& holder) {
  object("account_holder", [&] {
    name("type", holder.type);
    text(to_string(holder.type), holder.id);
    if (!holder.customer_account.empty()) text("customer_account", holder.customer_account);
  });
}

FAUXBANK_DECL void ScenarioWriter::amounts(std::string_view name, const Amounts& amounts) {
  object(name, [&] {
    for (const Amount& amount : amounts)
      number(amount.currency, amount.value);
  });
}

FAUXBANK_DECL void ScenarioWriter::balance(std::string_view key, const Balance& balance) {
  object(key, [&] {
    name("type", balance.type);
    time("as_of", balance.as_of);
    amounts("current", balance.current);
    if (!balance.part) return;
    const bool cash = balance.type == BalanceType::cash;
    object(to_string(balance.type), [&] { amounts(cash ? "available" : "used", *balance.part); });
  });
}

FAUXBANK_DECL void ScenarioWriter::refresh_hash(std::string_view key,
                                                const std::optional<Refresh>& hash) {
  if (!hash) return;
  object(key, [&] {
    if (!hash->id.empty()) text("id", hash->id);
    name("status", hash->status);
    time("last_attempted_at", hash->last_attempted_at);
    if (hash->next_refresh_available_at)
      time("next_refresh_available_at", *hash->next_refresh_available_at);
    if (hash->status == RefreshStatus::pending || hash->origin != RefreshOrigin::on_demand)
      name("origin", hash->origin);
  });
}

FAUXBANK_DECL void ScenarioWriter::owner(const Owner& owner) {
  object([&] {
    if (!owner.id.empty()) text("id", owner.id);
    text("name", owner.name);
    if (owner.email) text("email", *owner.email);
    if (owner.phone) text("phone", *owner.phone);
    if (owner.raw_address) text("raw_address", *owner.raw_address);
    if (owner.refreshed_at) time("refreshed_at", *owner.refreshed_at);
  });
}

FAUXBANK_DECL void ScenarioWriter::transaction(const Transaction& row) {
  object([&] {
    if (!row.id.empty()) text("id", row.id);
    number("amount", row.amount);
    text("currency", row.currency);
    text("description", row.description);
    name("status", row.status);
    time("transacted_at", row.transacted_at);
    if (row.posted_at || row.void_at) {
      object("status_transitions", [&] {
        if (row.posted_at) time("posted_at", *row.posted_at);
        if (row.void_at) time("void_at", *row.void_at);
      });
    }
    if (row.updated) time("updated", *row.updated);
    if (!row.transaction_refresh.empty()) text("transaction_refresh", row.transaction_refresh);
  });
}

FAUXBANK_DECL void ScenarioWriter::account_number(const AccountNumber& number) {
  object([&] {
    if (number.expected_expiry_date) time("expected_expiry_date", *number.expected_expiry_date);
    name("identifier_type", number.identifier_type);
    name("status", number.status);
    texts("supported_networks",
          number.ach ? std::vector<std::string>{"ach"} : std::vector<std::string>());
  });
}

FAUXBANK_DECL void ScenarioWriter::completes(const Completion& completion) {
  switch (completion.kind) {
    case Completion::Kind::after:
      return object("completes", [&] { duration("after", completion.delay); });
    case Completion::Kind::after_reads:
      return object("completes", [&] { unsigned_number("after_reads", completion.reads); });
    case Completion::Kind::manually:
      return text("completes", "manually");
    case Completion::Kind::never:
      return text("completes", "never");
  }
}

FAUXBANK_DECL void ScenarioWriter::plan_members(const RefreshPlan& plan) {
  if (plan.completes) completes(*plan.completes);
  if (plan.outcome) name("outcome", *plan.outcome);
  if (plan.cool_down) duration("cool_down", *plan.cool_down);
  if (!plan.id.empty()) text("id", plan.id);
  if (plan.balance) balance("balance", *plan.balance);
  if (!plan.owners.empty()) list("owners", plan.owners, [&](const Owner& value) { owner(value); });
  if (!plan.rows.empty())
    list("rows", plan.rows, [&](const Transaction& row) { transaction(row); });
}

FAUXBANK_DECL void ScenarioWriter::plans(std::string_view key,
                                         const std::vector<RefreshPlan>& plans) {
  if (plans.empty()) return;
  list(key, plans, [&](const RefreshPlan& plan) { object([&] { plan_members(plan); }); });
}

FAUXBANK_DECL void ScenarioWriter::account(const AccountSpec& spec) {
  object([&] {
    if (!spec.id.empty()) text("id", spec.id);
    if (!spec.tenant.empty()) text("tenant", spec.tenant);
    if (spec.created) time("created", *spec.created);
    if (spec.account_holder) holder(*spec.account_holder);
    if (spec.session) text("session", *spec.session);
    if (spec.institution_name) text("institution_name", *spec.institution_name);
    const auto nullable = [&](std::string_view name, const std::optional<std::string>& value) {
      if (!value) return;
      json_.key(name);
      value->empty() ? json_.null() : json_.string(*value);
    };
    nullable("display_name", spec.display_name);
    nullable("last4", spec.last4);
    if (spec.category != Category::cash) name("category", spec.category);
    if (spec.subcategory) name("subcategory", *spec.subcategory);
    if (spec.permissions != PermissionSet::all()) names("permissions", spec.permissions);
    if (spec.supported_payment_method_types !=
        PaymentMethodTypeSet{PaymentMethodType::us_bank_account}) {
      names("supported_payment_method_types", spec.supported_payment_method_types);
    }
    if (spec.status != Status::active) name("status", spec.status);
    account_state(spec);
    account_rest(spec);
  });
}

FAUXBANK_DECL void ScenarioWriter::account_state(const AccountSpec& spec) {
  if (spec.subscribed) texts("subscriptions", {"transactions"});
  if (spec.daily_from) time("daily_from", *spec.daily_from);
  if (spec.balance) balance("balance", *spec.balance);
  if (spec.next_balance) balance("next_balance", *spec.next_balance);
  refresh_hash("balance_refresh", spec.balance_refresh);
  if (spec.ownership) {
    const Ownership& ownership = *spec.ownership;
    object("ownership", [&] {
      if (!ownership.id.empty()) text("id", ownership.id);
      if (ownership.created != UnixTime{}) time("created", ownership.created);
      if (!ownership.owners.empty())
        list("owners", ownership.owners, [&](const Owner& value) { owner(value); });
    });
  }
  refresh_hash("ownership_refresh", spec.ownership_refresh);
  refresh_hash("transaction_refresh", spec.transaction_refresh);
}

FAUXBANK_DECL void ScenarioWriter::account_rest(const AccountSpec& spec) {
  if (spec.account_numbers) {
    list("account_numbers", *spec.account_numbers,
         [&](const AccountNumber& number) { account_number(number); });
  }
  if (spec.status_details) {
    object("status_details", [&] {
      object("active", [&] {
        name("action", spec.status_details->action);
        name("cause", spec.status_details->cause);
        time("expected_deactivation_date", spec.status_details->expected_deactivation_date);
      });
    });
  }
  if (!spec.refresh.balance.empty() || !spec.refresh.ownership.empty() ||
      !spec.refresh.transactions.empty()) {
    object("refresh", [&] {
      plans("balance", spec.refresh.balance);
      plans("ownership", spec.refresh.ownership);
      plans("transactions", spec.refresh.transactions);
    });
  }
  if (!spec.transactions.empty())
    list("transactions", spec.transactions, [&](const Transaction& row) { transaction(row); });
}

FAUXBANK_DECL void ScenarioWriter::session(const SessionSpec& session) {
  constexpr Permission kPermission[] = {Permission::balances, Permission::ownership,
                                        Permission::transactions};
  object([&] {
    if (!session.id.empty()) text("id", session.id);
    if (!session.tenant.empty()) text("tenant", session.tenant);
    if (session.account_holder) holder(*session.account_holder);
    if (session.permissions != PermissionSet::all()) names("permissions", session.permissions);
    if (!session.prefetch.empty()) {
      list("prefetch", session.prefetch, [&](Feature feature) {
        json_.string(to_string(kPermission[static_cast<std::size_t>(feature)]));
      });
    }
    const auto& support = session.require_payment_method_support;
    if (!session.countries.empty() || !session.account_subcategories.empty() || support) {
      object("filters", [&] {
        if (!session.countries.empty()) texts("countries", session.countries);
        if (!session.account_subcategories.empty()) {
          list("account_subcategories", session.account_subcategories,
               [&](Subcategory value) { json_.string(to_string(value)); });
        }
        if (support) name("require_payment_method_support", *support);
      });
    }
    if (session.accounts_limit)
      object("limits", [&] { number("accounts", *session.accounts_limit); });
    if (session.manual_entry) object("manual_entry", [&] { name("mode", *session.manual_entry); });
    if (!session.return_url.empty()) text("return_url", session.return_url);
  });
}

FAUXBANK_DECL void ScenarioWriter::entry(const TimelineEntry& entry) {
  object([&] {
    text("at", to_string(entry.at));
    name("do", entry.event);
    if (entry.event == WorldEventKind::link) {
      json_.key("account");
      account(*entry.spec);
      return;
    }
    if (!entry.account.empty()) text("account", entry.account);
    if (entry.event == WorldEventKind::complete_refresh) {
      name("feature", entry.feature);
      if (entry.outcome) name("outcome", *entry.outcome);
    }
    if (entry.balance) balance("balance", *entry.balance);
  });
}

FAUXBANK_DECL void ScenarioWriter::trigger(const FaultTrigger& trigger) {
  switch (trigger.kind) {
    case FaultTrigger::Kind::always:
      return;
    case FaultTrigger::Kind::nth:
      if (trigger.numbers.size() == 1) return unsigned_number("nth", trigger.numbers[0]);
      return list("nth", trigger.numbers,
                  [&](std::uint64_t value) { json_.literal(std::to_string(value)); });
    case FaultTrigger::Kind::range:
      unsigned_number("from", trigger.first);
      if (trigger.last) unsigned_number("to", *trigger.last);
      return;
    case FaultTrigger::Kind::every:
      return unsigned_number("every", trigger.step);
    case FaultTrigger::Kind::rate:
      return real("rate", trigger.probability);
  }
}

FAUXBANK_DECL void ScenarioWriter::fault_parameters(const FaultPlan& plan) {
  if (plan.status != 0) number("status", plan.status);
  if (!plan.code.empty()) text("code", plan.code);
  if (!plan.headers.empty()) {
    object("headers", [&] {
      for (const Headers::Field& field : plan.headers)
        text(field.name, field.value);
    });
  }
  if (plan.body) text("body", *plan.body);
  if (plan.delay_to) {
    json_.key("uniform");
    json_.begin_array();
    for (Milliseconds bound : {plan.delay, *plan.delay_to}) {
      json_.item();
      json_.string(duration_text(bound));
    }
    json_.end_array();
  } else if (plan.delay != Milliseconds::zero()) {
    duration("fixed", plan.delay);
  }
  if (plan.at_byte) unsigned_number("at_byte", *plan.at_byte);
  if (plan.bytes_per_second != 0) unsigned_number("bytes_per_second", plan.bytes_per_second);
}

FAUXBANK_DECL void ScenarioWriter::fault(const FaultPlan& plan) {
  object([&] {
    text("operation", plan.operation ? to_string(*plan.operation) : std::string_view("any"));
    if (!plan.account.empty()) text("account", plan.account);
    trigger(plan.trigger);
    if (plan.window) {
      object("while", [&] {
        if (plan.window->from) text("from", to_string(*plan.window->from));
        if (plan.window->to) text("to", to_string(*plan.window->to));
      });
    }
    if (plan.times) unsigned_number("times", *plan.times);
    if (plan.phase) name("phase", *plan.phase);
    name("kind", plan.kind.value);
    fault_parameters(plan);
    if (plan.seen != 0) unsigned_number("seen", plan.seen);
    if (plan.fired != 0) unsigned_number("fired", plan.fired);
  });
}

FAUXBANK_DECL void ScenarioWriter::in_flight(const InFlight& refresh) {
  object([&] {
    text("account", refresh.account);
    name("feature", refresh.feature);
    name("origin", refresh.origin);
    plan_members(refresh.plan);
  });
}

FAUXBANK_DECL void ScenarioWriter::scenario(const Scenario& scenario) {
  object([&] {
    number("fauxbank", 1);
    if (!scenario.name.empty()) text("name", scenario.name);
    if (scenario.seed != Scenario{}.seed) unsigned_number("seed", scenario.seed);
    text("now", to_string(scenario.now));
    if (scenario.form != Form::documented) name("form", scenario.form);
    if (scenario.rules != RuleSwitches{}) {
      object("rules", [&] {
        name("limit_out_of_range", scenario.rules.limit_out_of_range);
        name("permissions", scenario.rules.permissions);
        name("early_refresh", scenario.rules.early_refresh);
      });
    }
    if (scenario.defaults != RefreshPlan{})
      object("defaults", [&] { object("refresh", [&] { plan_members(scenario.defaults); }); });
    if (!scenario.tenants.empty()) texts("tenants", scenario.tenants);
    if (!scenario.sessions.empty())
      list("sessions", scenario.sessions, [&](const SessionSpec& value) { session(value); });
    if (!scenario.accounts.empty())
      list("accounts", scenario.accounts, [&](const AccountSpec& value) { account(value); });
    if (!scenario.in_flight.empty())
      list("in_flight", scenario.in_flight, [&](const InFlight& value) { in_flight(value); });
    if (!scenario.ids_made.empty()) {
      object("ids_made", [&] {
        for (const MadeIds& made : scenario.ids_made)
          unsigned_number(id_kind_name(made.kind), made.count);
      });
    }
    if (!scenario.timeline.empty())
      list("timeline", scenario.timeline, [&](const TimelineEntry& value) { entry(value); });
    if (!scenario.faults.empty())
      list("faults", scenario.faults, [&](const FaultPlan& value) { fault(value); });
  });
}

}  // namespace detail

FAUXBANK_DECL std::string to_json(const Scenario& scenario) {
  detail::Buffer buffer;
  detail::ScenarioWriter(buffer).scenario(scenario);
  return std::string(buffer.view()) + "\n";
}

}  // namespace fauxbank
