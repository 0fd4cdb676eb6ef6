#pragma once

// One step of the engine: the state it works on, what it has applied and changed so far.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/detail/state.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/engine.hpp>

namespace fauxbank::detail {

inline constexpr std::int64_t kDayMs = 24 * 60 * 60 * std::int64_t{1000};

inline constexpr std::int64_t kDefaultLimit = 10;
inline constexpr std::int64_t kMaxLimit = 100;

struct RowWindow;

/// What loading many accounts at once remembers.
struct BulkLoad {
  struct Found {
    std::uint32_t number = HashTrie::npos;
    Scope scope{};
  };
  std::vector<Place> places;  // that are not entered yet
  bool ids_given = false;     // if none is, all come from the mint and differ
  // Accounts of one holder often come one after the other, and names recur: those found last.
  std::array<Found, kScopeKinds> scopes;
  std::array<Text, 8> texts;
};

class Stepper {
 public:
  Stepper(State& state, Outcome& outcome) : out(outcome), state_(state) {}

  void call(const Command& command);
  void event(const WorldEvent& event);
  void timer(const Timer& timer);
  void finish() { out.rules = log.applied(); }

  /// Add an account; the spec is checked, the id free.
  const Ref<const AccountRecord>& link(const AccountSpec& spec);
  /// The same for a spec that has yet to be checked. \throws Misuse
  const Ref<const AccountRecord>& load(const AccountSpec& spec);
  void load(const std::vector<AccountSpec>& specs);
  /// How a loaded refresh ends, instead of as planned.
  void replan(const AccountRecord& record, const InFlight& refresh);
  /// Add a session; the id is free, or empty to be made.
  const SessionSpec& add_session(SessionSpec session);

  Outcome& out;
  RuleLog log;

 private:
  const StateData& data() const { return state_.data(); }
  StateData& edit() { return state_.edit(); }
  std::int64_t now_ms() const { return to_ms(data().now); }
  /// A record of this state.
  template <class T, class... Args>
  Ref<T> make(Args&&... args) {
    return (*edit().pool).make<T>(std::forward<Args>(args)...);
  }

  // ---- calls ----
  void list(const Command& command);
  void retrieve(const AccountRecord& record);
  void disconnect(const AccountRecord& record);
  void refresh(const AccountRecord& record, FeatureSet features);
  void subscribe(const AccountRecord& record);
  void unsubscribe(const AccountRecord& record);

  // ---- the rest of the family (engine_family.ipp) ----
  void call_family(const Command& command);
  void owners(const Command& command);
  void transactions(const Command& command);
  void transaction(const Command& command);

  // ---- sessions (engine_session.ipp) ----
  void create_session(const Command& command);
  void session(const Command& command);
  void answer_session(const SessionSpec& session);
  void prefetch(const SessionSpec& session);
  std::int64_t linked_through(const SessionSpec& session) const;
  const Transaction* visible_row(const Command& command, std::string_view id,
                                 const AccountRecord*& holder);
  bool refuse_no_transactions(const AccountRecord& record);
  template <class Row, class Matches>
  Page<Row> pick(const std::vector<const Row*>& rows, const RowWindow& window,
                 const Matches& matches);
  [[gnu::cold]] bool refuse_missing(std::string_view param);
  [[gnu::cold]] void refuse_lookup(Rule rule, std::string_view param, std::string_view noun,
                                   std::string_view id);
  bool refuse_expand(const Command& command);

  // ---- lists ----
  struct Window {
    std::uint32_t scope;
    std::int64_t limit;
    const AccountRecord* after = nullptr;
    const AccountRecord* before = nullptr;
  };
  bool take_limit(const std::optional<std::int64_t>& given, std::int64_t& limit);
  bool refuse_exclusive_filters(const ListParams& params);
  std::uint32_t scope_of(const ListParams& params, std::string_view tenant);
  bool take_cursor(const Command& command, const std::optional<std::string>& id,
                   std::string_view name, const AccountRecord*& cursor);
  bool refuse_cursor(std::string_view name, std::string_view noun, std::string_view id);
  bool refuse_both_cursors(bool both);
  void older_rows(const Window& window);
  void newer_rows(const Window& window);
  template <class Move>
  [[gnu::always_inline]] void fetch_rows(CowTree<Place>::Cursor at, const Window& window,
                                         const Move& move) const;
  bool add_row(std::uint32_t slot, std::int64_t limit);
  void count_page_read();

  // ---- checks; true when refused ----
  const AccountRecord* find(const Command& command);
  const AccountRecord* in_tenant(const AccountRecord* record, const Command& command);
  bool refuse_features(const Command& command);
  bool refuse_disconnected(const AccountRecord& record, Rule rule);
  bool refuse_inactive(const AccountRecord& record, Rule rule);
  bool refuse_permission(const AccountRecord& record, FeatureSet features);
  bool too_early(const AccountRecord& record, Feature feature) const;
  [[gnu::cold]] Refusal& refuse(Rule rule, std::string message);
  [[gnu::cold]] void misfit(std::string message);

  // ---- life of a refresh ----
  void start(AccountRecord& record, Feature feature, RefreshOrigin origin);
  Ref<const RefreshRecord> planned(AccountRecord& record, Feature feature, Ref<RefreshRecord> made);
  SharedRef<RefreshPlan> next_plan(AccountRecord& record, Feature feature);
  Ref<const RefreshRecord> started(const AccountRecord& record, Feature feature,
                                   Ref<RefreshRecord> made);
  void complete(AccountRecord& record, Feature feature, RefreshOutcome outcome);
  void bring_data(AccountRecord& record, Feature feature, const RefreshRecord& refresh);
  void bring_balance(const AccountRecord& record, AccountDetails& details, const RefreshPlan* plan);
  void bring_ownership(const AccountRecord& record, AccountDetails& details,
                       const RefreshPlan* plan);
  void bring_transactions(const AccountRecord& record, AccountDetails& details,
                          const RefreshRecord& refresh);
  void add_rows(const AccountRecord& record, const std::vector<Transaction>& more,
                std::vector<Transaction>& rows);
  void take_in(AccountRecord& record);
  bool count_read(const AccountRecord& record);
  void drop(const RefreshRecord* refresh, std::uint32_t slot, Feature feature);
  Timer timer_of(const RefreshRecord& refresh, std::uint32_t slot, Feature feature);
  void arm_daily(AccountRecord& record);
  std::int64_t next_daily(std::int64_t anchor) const;

  // ---- world events ----
  void deactivate(const AccountRecord& record);
  void reactivate(const AccountRecord& record);
  void complete_by_hand(const AccountRecord& record, const WorldEvent& event);
  void set_balance(const AccountRecord& record, const Balance& balance);

  // ---- writing ----
  Account put(Ref<AccountRecord> next);
  void emit(EventKind kind, const Account& account);
  Text shared_text(std::string_view text);
  std::uint32_t text_number(std::string_view text);
  std::uint32_t make_scope(ScopeKind kind, std::string_view tenant, std::string_view value);
  const Text& enter(const AccountRecord& record, ScopeKind kind, std::string_view value);
  void enter(const std::vector<Place>& places);
  void place(const std::optional<AccountHolder>& held_by, const std::optional<std::string>& session,
             AccountRecord& record);
  void fill_from_seed(const AccountSpec& spec, AccountRecord& record);
  void fill_ownership(AccountRecord& record);
  void inherit(const AccountSpec& spec, const SessionSpec& session, AccountRecord& record);

  State& state_;
  BulkLoad* bulk_ = nullptr;
  // A completion at t still comes before the dailies of t (rule time.ties); a call at t comes after
  // them.
  bool before_dailies_ = false;
};

/// The event that a refresh of this feature fires when it ends, either way.
EventKind refreshed_event(Feature feature) noexcept;

/// The first of a spec's transactions whose id is taken, or that stands twice; empty for none.
std::string_view taken_row(const StateData& data, const AccountSpec& spec) noexcept;

/// `no such account: ...; nearest is ...`
std::string no_such_account(const StateData& data, std::string_view id);

/// The nearest of the ids of a state to one that is not there, or an empty string.
std::string nearest_id(const StateData& data, std::string_view id);

}  // namespace fauxbank::detail
