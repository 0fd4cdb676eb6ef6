#pragma once

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>

#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/state.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/detail/watch.hpp>
#include <fauxbank/sweep.hpp>

namespace fauxbank {

FAUXBANK_DECL std::vector<FaultPlan> sweep_faults() {
  std::vector<FaultPlan> faults;
  for (std::size_t i = 0; i < EnumNames<FaultKind>::values.size(); ++i) {
    const auto kind = static_cast<FaultKind>(i);
    for (const FaultPhase phase : phases_of(kind)) {
      FaultPlan plan{.phase = phase, .kind = kind};
      if (kind == FaultKind::http) plan.status = 503;
      if (kind == FaultKind::rate_limit) plan.headers.add("Retry-After", "2");
      if (kind == FaultKind::delay) plan.delay = std::chrono::minutes{1};
      if (kind == FaultKind::slow_body) plan.bytes_per_second = 10;
      faults.push_back(std::move(plan));
    }
  }
  return faults;
}

// ---- why a body hangs ---------------------------------------------------------------------------

namespace detail {

/// What a body waits for that will never come, if one of the account's refreshes is that.
FAUXBANK_DECL std::string hopeless_refresh(const AccountRecord& record) {
  for (Feature feature : FeatureSet::all()) {
    const RefreshRecord* refresh = record.of(feature);
    if (refresh == nullptr || !refresh->pending()) continue;
    const bool manual = refresh->kind == Completion::Kind::manually;
    if (!manual && refresh->kind != Completion::Kind::never) continue;
    std::string text("waits for ");
    text.append(feature == Feature::transactions ? "transaction" : to_string(feature));
    text.append("_refresh of ").append(one_line(record.id(), 300)).append(", whose plan is ");
    return text.append(manual ? "manual" : "never").append(": nothing will ever complete it");
  }
  return {};
}

/// The same of the accounts that an entry names or lists.
FAUXBANK_DECL std::string hopeless_refresh(const State& state, const JournalEntry& entry) {
  const auto look = [&](std::string_view id) {
    const AccountRecord* record = id.empty() ? nullptr : state.data().find(id);
    return record == nullptr ? std::string() : hopeless_refresh(*record);
  };
  std::string text = look(account_of(entry));
  for (const Account& account : entry.page.data) {
    if (!text.empty()) break;
    text = look(account.id());
  }
  return text;
}

FAUXBANK_DECL std::string why_hung(const World& world, std::uint64_t steps) {
  const State state = world.state();
  const Journal journal = world.journal();
  // What it looked at last is what it waits for.
  for (std::size_t i = journal.size(), looks = 0; i > 0 && looks < 64; --i, ++looks) {
    if (std::string text = hopeless_refresh(state, journal[i - 1]); !text.empty()) return text;
  }
  std::string text = "no end after " + std::to_string(steps) + " steps; ";
  const auto due = state.next_due();
  text += due ? "it is " + to_string(state.now()) + " and " + to_string(*due) + " is due next"
              : std::string("nothing is due any more");
  if (!journal.empty()) {
    const JournalEntry& last = journal[journal.size() - 1];
    text.append("; the last entry is #").append(std::to_string(last.number));
    text.append(" ").append(one_line(last.target(), 200));
  }
  // It may look in a way that leaves no entry.
  constexpr std::size_t kLook = 10'000;
  const auto& accounts = state.data().accounts;
  for (std::size_t i = 0; i < accounts.size() && i < kLook; ++i) {
    const std::string maybe = hopeless_refresh(*accounts[i]);
    if (!maybe.empty()) return text.append("; it may be that it ").append(maybe);
  }
  return text;
}

// ---- one run ------------------------------------------------------------------------------------

/// Ask a part, and say what is wrong, in one line.
FAUXBANK_DECL std::string asked(const SweepPart& part, World& world) {
#if defined(__cpp_exceptions)
  try {
    return part(world);
  } catch (const OutOfSteps&) {
    return "out of steps";
  } catch (const std::exception& thrown) {
    return std::string("threw: ") + thrown.what();
  } catch (...) {
    return "threw something";
  }
#else
  return part(world);
#endif
}

class Sweeper {
 public:
  Sweeper(const World& world, const SweepPart& body, const SweepPart& invariants,
          const SweepOptions& options)
      : world_(world), body_(body), invariants_(invariants), options_(options) {
    grid_.faults = options.faults.empty() ? sweep_faults() : options.faults;
    grid_.may_give_up = options.may_give_up;
    grid_.shard = options.shard;
    if (options.shard.index >= options.shard.total) {
      throw_misuse("sweep: there is no shard " + std::to_string(options.shard.index) + " of " +
                   std::to_string(options.shard.total) + "; they are counted from 0");
    }
  }

  SweepGrid run() {
    run_clean();
    if (!grid_.clean.empty()) return std::move(grid_);
    if (!options_.replay.empty()) {
      replay();
      return std::move(grid_);
    }
    std::size_t number = 0;
    for (std::size_t call = 0; call < grid_.calls.size(); ++call) {
      for (std::size_t fault = 0; fault < grid_.faults.size(); ++fault) {
        if (!applies(call, fault) || number++ % options_.shard.total != options_.shard.index)
          continue;
        run_cell(call, fault);
      }
    }
    return std::move(grid_);
  }

 private:
  static constexpr std::uint64_t kCleanSteps = 100'000;
  static constexpr const char* kPlace = "sweep";

  bool applies(std::size_t call, std::size_t fault) const {
    if (struck_[call]) return false;
    return grid_.faults[fault].kind.value != FaultKind::lock_timeout ||
           grid_.calls[call].method == Method::post;
  }

  void run_clean() {
    World fork = world_.fork();
    std::uint64_t steps = 0;
    {
      Watch watch(fork, options_.steps != 0 ? options_.steps : kCleanSteps);
      watch.keeps_calls = true;
      const std::string reason = asked(body_, fork);
      steps = watch.steps;
      if (watch.is_over) {
        grid_.clean = "hung: ";
      } else if (!reason.empty()) {
        grid_.clean = "gave_up: " + one_line(reason, 300);
      }
      for (const Watch::Call& call : watch.calls) {
        grid_.calls.push_back({call.target.operation, call.target.account, call.method});
        struck_.push_back(call.struck);
      }
    }
    if (grid_.clean == "hung: ") grid_.clean += why_hung(fork, steps);
    if (grid_.clean.empty()) {
      const std::string reason = asked(invariants_, fork);
      if (!reason.empty()) grid_.clean = "broken: " + one_line(reason, 300);
    }
    cell_steps_ = options_.steps != 0 ? options_.steps : 10 * steps + 1000;
  }

  /// Why the fault of a cell did not strike; empty if it did.
  static std::string why_missed(const World& fork, std::size_t call) {
    for (const FaultReport& report : fork.faults().report()) {
      if (report.place != kPlace) continue;
      if (report.used()) return {};
      const std::uint64_t made = report.plan.seen;
      if (made > call) return "another fault plan struck call " + std::to_string(call + 1);
      return "the body made " + std::to_string(made) + (made == 1 ? " call" : " calls") +
             " this time, so that the fault did not strike: it has to do the same every time";
    }
    for (const JournalEntry& entry : fork.journal()) {
      if (!entry.fault_text().empty()) return {};
    }
    return "the body cleared the fault before it struck";
  }

  SweepCell& run_cell(std::size_t call, std::size_t fault) {
    SweepCell cell;
    cell.call = call;
    cell.fault = fault;
    cell.token = "FAUXBANK_REPLAY=" + token(call, fault);
    World fork = world_.fork();
    FaultPlan plan = grid_.faults[fault];
    plan.operation.reset();
    plan.account.clear();
    plan.trigger = FaultTrigger::nth({call + 1});
    plan.times = 1;
    plan.window.reset();
    plan.seen = plan.fired = 0;
    fork.faults().add(std::move(plan), std::string(kPlace));
    std::string gave_up;
    bool hung = false;
    {
      Watch watch(fork, cell_steps_);
      gave_up = asked(body_, fork);
      hung = watch.is_over;
    }
    const std::string broken = asked(invariants_, fork);
    if (hung) {
      cell.verdict = SweepVerdict::hung;
      cell.reason = why_hung(fork, cell_steps_);
    } else if (std::string missed = why_missed(fork, call); !missed.empty()) {
      cell.verdict = SweepVerdict::missed;
      cell.reason = std::move(missed);
    } else if (!broken.empty()) {
      cell.verdict = SweepVerdict::broken;
      cell.reason = one_line(broken, 300);
    } else if (!gave_up.empty()) {
      cell.verdict = SweepVerdict::gave_up;
      cell.reason = one_line(gave_up, 300);
    }
    if (!options_.replay.empty()) cell.journal = to_string(fork.journal());
    grid_.cells.push_back(std::move(cell));
    return grid_.cells.back();
  }

  // ---- tokens: CALL.OPERATION.KIND.PHASE, with -N where several faults are of one kind and phase

  std::string label(std::size_t fault) const {
    const auto name = [&](const FaultPlan& plan) {
      return std::string(to_string(plan.kind.value))
          .append(".")
          .append(to_string(plan.effective_phase()));
    };
    std::string text = name(grid_.faults[fault]);
    const auto begin = grid_.faults.begin();
    const auto alike = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(fault),
                                     [&](const FaultPlan& plan) { return name(plan) == text; });
    if (alike != 0) text.append("-").append(std::to_string(alike + 1));
    return text;
  }

  std::string token(std::size_t call, std::size_t fault) const {
    return std::to_string(call + 1)
        .append(".")
        .append(to_string(grid_.calls[call].operation))
        .append(".")
        .append(label(fault));
  }

  void replay() {
    std::string_view wanted = options_.replay;
    constexpr std::string_view kName = "FAUXBANK_REPLAY=";
    if (wanted.substr(0, kName.size()) == kName) wanted.remove_prefix(kName.size());
    Nearest nearest(wanted);
    for (std::size_t call = 0; call < grid_.calls.size(); ++call) {
      for (std::size_t fault = 0; fault < grid_.faults.size(); ++fault) {
        if (!applies(call, fault)) continue;
        const std::string known = token(call, fault);
        if (known == wanted) {
          run_cell(call, fault);
          return;
        }
        nearest.offer(known);
      }
    }
    const std::string best = nearest.best();
    throw_misuse("sweep: no cell has the token " + quoted(one_line(wanted, 300)) + " among " +
                 std::to_string(grid_.calls.size()) + " calls" +
                 (best.empty() ? "" : "; nearest is " + quoted(best)));
  }

  const World& world_;
  const SweepPart& body_;
  const SweepPart& invariants_;
  const SweepOptions& options_;
  SweepGrid grid_;
  std::vector<bool> struck_;  // of the calls, by plans of the world's own
  std::uint64_t cell_steps_ = 0;
};

FAUXBANK_DECL SweepGrid run_sweep(const World& world, const SweepPart& body,
                                  const SweepPart& invariants, const SweepOptions& options) {
  return Sweeper(world, body, invariants, options).run();
}

}  // namespace detail

// ---- the grid -----------------------------------------------------------------------------------

FAUXBANK_DECL bool SweepGrid::ok() const noexcept {
  return clean.empty() && std::none_of(cells.begin(), cells.end(),
                                       [&](const SweepCell& cell) { return is_bad(cell); });
}

FAUXBANK_DECL std::vector<SweepCell> SweepGrid::bad() const {
  std::vector<SweepCell> found;
  for (const SweepCell& cell : cells) {
    if (is_bad(cell)) found.push_back(cell);
  }
  return found;
}

FAUXBANK_DECL std::string to_string(const SweepCell& cell) {
  std::string text = cell.token;
  text.append("  ").append(to_string(cell.verdict));
  if (!cell.reason.empty()) text.append(": ").append(cell.reason);
  return text;
}

FAUXBANK_DECL std::string to_string(const SweepCall& call) {
  std::string text(to_string(call.operation));
  if (!call.account.empty()) text.append(" of ").append(detail::one_line(call.account, 100));
  return text;
}

FAUXBANK_DECL std::string to_string(const SweepShard& shard) {
  return "shard " + std::to_string(shard.index) + " of " + std::to_string(shard.total);
}

FAUXBANK_DECL std::string to_string(const SweepOptions& options) {
  std::string text = options.faults.empty() ? std::string("all faults")
                                            : std::to_string(options.faults.size()) + " faults";
  text.append(", ").append(to_string(options.shard));
  if (options.may_give_up) text += ", may give up";
  if (!options.replay.empty())
    text.append(", replay of ").append(detail::one_line(options.replay, 100));
  return text;
}

namespace detail {

FAUXBANK_DECL char letter_of(SweepVerdict verdict) noexcept {
  switch (verdict) {
    case SweepVerdict::broken:
      return 'B';
    case SweepVerdict::gave_up:
      return 'G';
    case SweepVerdict::hung:
      return 'H';
    case SweepVerdict::missed:
      return 'M';
    case SweepVerdict::ok:
      break;
  }
  return '.';
}

/// The rows of the calls from `first` on, below their numbers.
FAUXBANK_DECL void add_block(const SweepGrid& grid, const std::vector<std::string>& rows,
                             std::size_t first, std::size_t width, std::string& text) {
  constexpr std::size_t kName = 26;
  const std::size_t last = std::min(first + width, grid.calls.size());
  std::string line("call");
  line.resize(kName, ' ');
  for (std::size_t call = first; call < last; ++call) {
    // A number takes several columns: every fifth is named.
    const std::string number = std::to_string(call + 1);
    const bool named = call == first || (call + 1) % 5 == 0;
    const std::size_t at = kName + (call - first);
    if (!named || line.size() > at) continue;
    line.resize(at, ' ');
    line += number;
  }
  text.append(line).append("\n");
  for (std::size_t fault = 0; fault < grid.faults.size(); ++fault) {
    const FaultPlan& plan = grid.faults[fault];
    line = std::string(to_string(plan.kind.value))
               .append(" ")
               .append(to_string(plan.effective_phase()));
    line.resize(std::max(line.size() + 1, kName), ' ');
    line.append(rows[fault], first, last - first);
    line.erase(line.find_last_not_of(' ') + 1);
    text.append(line).append("\n");
  }
}

}  // namespace detail

FAUXBANK_DECL std::string to_string(const SweepGrid& grid) {
  const std::vector<SweepCell> bad = grid.bad();
  std::string text = "sweep: " + std::to_string(grid.calls.size()) + " calls, " +
                     std::to_string(grid.cells.size()) + " cells";
  if (grid.shard.total > 1) text.append(" (").append(to_string(grid.shard)).append(")");
  text.append(", ").append(std::to_string(bad.size())).append(" bad\n");
  if (!grid.clean.empty()) return text.append("without faults: ").append(grid.clean).append("\n");
  text += "  . ok   B broken invariant   G gave up   H hung   M missed   (blank) not tried\n";

  std::vector<std::string> rows(grid.faults.size(), std::string(grid.calls.size(), ' '));
  for (const SweepCell& cell : grid.cells)
    rows[cell.fault][cell.call] = detail::letter_of(cell.verdict);
  constexpr std::size_t kWidth = 70;
  for (std::size_t first = 0; first < grid.calls.size(); first += kWidth)
    detail::add_block(grid, rows, first, kWidth, text);

  for (std::size_t i = 0; i < grid.calls.size(); ++i) {
    text.append(std::to_string(i + 1)).append(" ").append(to_string(grid.calls[i]));
    text.append(i + 1 < grid.calls.size() ? ", " : "\n");
  }
  for (const SweepCell& cell : bad)
    text.append(to_string(cell)).append("\n").append(cell.journal);
  return text;
}

}  // namespace fauxbank
