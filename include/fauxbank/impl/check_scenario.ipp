#pragma once

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fauxbank/detail/check_scenario.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/impl/check_fault.ipp>
#include <fauxbank/scenario.hpp>

namespace fauxbank {
namespace detail {

/// Goes once over a scenario, from what other parts refer to on to what refers to it.
class ScenarioCheck {
 public:
  explicit ScenarioCheck(const Scenario& scenario) : scenario_(scenario) {}

  std::vector<Diagnostic> run() {
    defaults();
    tenants();
    sessions();
    accounts();
    in_flight();
    timeline();
    faults();
    return std::move(found_);
  }

 private:
  using Ids = std::unordered_set<std::string_view>;

  void add(std::string pointer, std::string text) {
    scrub_live_keys(text);
    found_.push_back({{}, 0, 0, std::move(text), std::move(pointer)});
  }
  void add(const std::string& base, const SpecFault& fault) {
    add(base + fault.pointer, fault.text);
  }
  static std::string place(const char* part, std::size_t i) {
    return "/" + std::string(part) + "/" + std::to_string(i);
  }

  void defaults() {
    const std::int64_t now = to_ms(scenario_.now);
    if (now < 0 || now > kLastInstantMs) add("/now", "now lies outside the years 1970 to 9999");
    const RefreshPlan& plan = scenario_.defaults;
    if (const auto fault = check(plan)) add("/defaults/refresh", *fault);
    if (!plan.id.empty() || plan.balance || !plan.owners.empty() || !plan.rows.empty())
      add("/defaults/refresh", "the defaults of the world hold no data and no id");
  }

  void tenants() {
    Ids seen;
    for (std::size_t i = 0; i < scenario_.tenants.size(); ++i) {
      const std::string& tenant = scenario_.tenants[i];
      if (const auto fault = id_fault(tenant)) {
        add(place("tenants", i), *fault);
      } else if (!seen.insert(tenant).second) {
        add(place("tenants", i), "the tenant " + quoted(tenant) + " is listed twice");
      }
    }
  }

  void tenant(const std::string& base, const std::string& tenant) {
    const auto& listed = scenario_.tenants;
    if (tenant.empty() || listed.empty()) return;
    if (std::find(listed.begin(), listed.end(), tenant) != listed.end()) return;
    add(base + "/tenant",
        "the tenant " + quoted(tenant) + " is not listed" + no_such_name(tenant, listed));
  }

  void sessions() {
    for (std::size_t i = 0; i < scenario_.sessions.size(); ++i) {
      const SessionSpec& session = scenario_.sessions[i];
      const std::string base = place("sessions", i);
      if (const auto fault = check(session)) add(base, *fault);
      tenant(base, session.tenant);
      if (!session.id.empty() && !sessions_.emplace(session.id, &session).second)
        add(base + "/id", "the id " + quoted(session.id) + " is taken");
    }
  }

  void account(const std::string& base, const AccountSpec& spec) {
    if (const auto fault = check(spec)) add(base, *fault);
    tenant(base, spec.tenant);
    if (spec.session) {
      const auto session = sessions_.find(*spec.session);
      if (session != sessions_.end()) {
        if (const auto fault = check(spec, *session->second)) add(base, *fault);
        const auto& limit = session->second->accounts_limit;
        if (limit && ++linked_[*spec.session] > *limit)
          add(base + "/session", session_is_full(*session->second));
      }
    }
    if (!spec.id.empty() && !ids_.insert(spec.id).second)
      add(base + "/id", "the id " + quoted(spec.id) + " is taken");
  }

  void accounts() {
    ids_.reserve(scenario_.accounts.size());
    for (std::size_t i = 0; i < scenario_.accounts.size(); ++i) {
      account(place("accounts", i), scenario_.accounts[i]);
    }
  }

  void known_account(const std::string& pointer, std::string_view id) {
    if (ids_.count(id) != 0) return;
    if (id.empty()) return add(pointer, "an account is needed");
    for (const TimelineEntry& entry : scenario_.timeline) {
      if (entry.spec && entry.spec->id == id)
        return add(pointer, "the account " + quoted(id) + " is linked later than that");
    }
    add(pointer, "no such account: " + quoted(id) + nearest_account(id));
  }

  std::string nearest_account(std::string_view id) const {
    constexpr std::size_t kLook = 10'000;
    Nearest nearest(id);
    const auto& accounts = scenario_.accounts;
    for (std::size_t i = 0; i < accounts.size() && i < kLook; ++i)
      nearest.offer(accounts[i].id);
    for (const TimelineEntry& entry : scenario_.timeline) {
      if (entry.spec) nearest.offer(entry.spec->id);
    }
    const std::string best = nearest.best();
    return best.empty() ? "" : "; nearest is " + quoted(best);
  }

  const Refresh* pending(const InFlight& entry) const {
    for (const AccountSpec& spec : scenario_.accounts) {
      if (spec.id != entry.account) continue;
      const auto& hash = entry.feature == Feature::balance     ? spec.balance_refresh
                         : entry.feature == Feature::ownership ? spec.ownership_refresh
                                                               : spec.transaction_refresh;
      return hash && hash->status == RefreshStatus::pending ? &*hash : nullptr;
    }
    return nullptr;
  }

  void in_flight() {
    for (std::size_t i = 0; i < scenario_.in_flight.size(); ++i) {
      const InFlight& entry = scenario_.in_flight[i];
      const std::string base = place("in_flight", i);
      if (const auto fault = check(entry.plan)) add(base, *fault);
      if (ids_.count(entry.account) == 0) {
        known_account(base + "/account", entry.account);
      } else if (pending(entry) == nullptr) {
        add(base, "the account " + quoted(entry.account) + " has no pending refresh of " +
                      std::string(to_string(entry.feature)));
      }
      if (entry.feature != Feature::transactions && entry.origin == RefreshOrigin::subscription)
        add(base + "/origin", "only transactions are refreshed by a subscription");
      for (std::size_t k = 0; k < i; ++k) {
        const InFlight& other = scenario_.in_flight[k];
        if (other.account == entry.account && other.feature == entry.feature)
          add(base, "this refresh is listed twice");
      }
    }
  }

  /// Entries in the order in which they will be applied.
  std::vector<std::size_t> applied_order() const {
    std::vector<std::size_t> order(scenario_.timeline.size());
    for (std::size_t i = 0; i < order.size(); ++i)
      order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return scenario_.timeline[a].at.from(scenario_.now) <
             scenario_.timeline[b].at.from(scenario_.now);
    });
    return order;
  }

  void moment(const std::string& pointer, const When& when) {
    if (!when.at && when.after < Milliseconds::zero())
      return add(pointer, "a time after the start is not negative");
    if (!when.at && when.after.count() > kLastInstantMs)
      return add(pointer, "the time lies beyond the year 9999");
    const std::int64_t at = to_ms(when.from(scenario_.now));
    if (at < to_ms(scenario_.now)) {
      add(pointer, to_string(*when.at) + " lies before now, " + to_string(scenario_.now));
    } else if (at > kLastInstantMs) {
      add(pointer, "the time lies beyond the year 9999");
    }
  }

  void timeline() {
    for (std::size_t i : applied_order()) {
      const TimelineEntry& entry = scenario_.timeline[i];
      const std::string base = place("timeline", i);
      moment(base + "/at", entry.at);
      switch (entry.event) {
        case WorldEventKind::link:
          if (entry.spec) {
            account(base + "/account", *entry.spec);
          } else {
            add(base, "link needs an account");
          }
          continue;
        case WorldEventKind::expire_idempotency_keys:
          continue;
        case WorldEventKind::set_balance:
          if (!entry.balance) {
            add(base, "set_balance needs a balance");
          } else if (const auto fault = balance_fault(*entry.balance)) {
            add(base + "/balance", *fault);
          }
          break;
        case WorldEventKind::deactivate:
        case WorldEventKind::reactivate:
        case WorldEventKind::disconnect:
        case WorldEventKind::complete_refresh:
          break;
      }
      known_account(base + "/account", entry.account);
    }
  }

  void faults() {
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
      const FaultPlan& plan = scenario_.faults[i];
      const std::string base = place("faults", i);
      if (const auto fault = check(plan)) {
        add(base, *fault);
        continue;
      }
      if (!plan.account.empty()) known_account(base + "/account", plan.account);
      if (!plan.window) continue;
      if (plan.window->from && plan.window->to &&
          plan.window->to->from(scenario_.now) <= plan.window->from->from(scenario_.now)) {
        add(base + "/while", "the window is empty: the plan can never fire");
      }
    }
  }

  const Scenario& scenario_;
  std::vector<Diagnostic> found_;
  Ids ids_;
  std::unordered_map<std::string_view, const SessionSpec*> sessions_;
  std::unordered_map<std::string_view, std::int64_t> linked_;  // through sessions with a limit
};

FAUXBANK_DECL void require_sound(const Scenario& scenario) {
  if (scenario.sessions.empty() && scenario.timeline.empty() && scenario.faults.empty() &&
      scenario.in_flight.empty() && scenario.tenants.empty()) {
    return;
  }
  std::string text;
  for (const Diagnostic& diagnostic : ScenarioCheck(scenario).run())
    text.append(text.empty() ? "" : "\n").append(to_string(diagnostic));
  if (!text.empty()) throw_misuse(text);
}

}  // namespace detail

FAUXBANK_DECL std::vector<Diagnostic> check(const Scenario& scenario) {
  return detail::ScenarioCheck(scenario).run();
}

FAUXBANK_DECL std::string to_string(const Diagnostic& diagnostic) {
  std::string text;
  if (!diagnostic.file.empty()) text += diagnostic.file + ":";
  if (diagnostic.line != 0)
    text += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ":";
  if (!text.empty()) text += " ";
  return text + diagnostic.text + " (" + diagnostic.pointer + ")";
}

}  // namespace fauxbank
