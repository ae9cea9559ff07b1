// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/windows_text.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace scenario {
namespace {

using wg::StepKind;

// Rows of cells; every column as wide as its widest cell.
class Columns {
 public:
  void Row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  // A line of its own between rows.
  void Line(std::string text) { rows_.push_back({std::move(text)}); }

  // The first `right` columns are flush right.
  std::string Text(size_t right) const {
    std::vector<size_t> widths;
    for (const auto& row : rows_) {
      if (row.size() == 1) continue;
      widths.resize(std::max(widths.size(), row.size()));
      for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
    }
    std::string text;
    for (const auto& row : rows_) {
      std::string line;
      for (size_t c = 0; c < row.size(); ++c) {
        const size_t width = row.size() == 1 ? 0 : widths[c];
        const std::string pad(width - std::min(width, row[c].size()), ' ');
        absl::StrAppend(&line, c == 0 ? "" : "  ", c < right ? pad : "", row[c],
                        c < right ? "" : pad);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      absl::StrAppend(&text, line, "\n");
    }
    return text;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string Plural(size_t n, absl::string_view noun) {
  return absl::StrCat(n, " ", noun, n == 1 ? "" : "s");
}

std::string NameOf(const Windows& w, int peer) {
  return peer == Windows::kNobody ? "-" : w.peers[peer];
}

// "remove 10.0.0.1/32 from node1".
std::string StepText(const Windows& w, const Windows::Cut& cut) {
  const wg::ConfigStep& step = cut.step;
  const std::string kind(StepKindName(step.kind));
  const std::string peer = NameOf(w, cut.peer);
  if (step.kind == StepKind::kRemoveAllowedIp || step.kind == StepKind::kInsertAllowedIp) {
    const bool remove = step.kind == StepKind::kRemoveAllowedIp;
    return absl::StrCat(kind, " ",
                        step.prefix ? step.prefix->ToString() : absl::StrCat("all ", step.changes),
                        remove ? " from " : " for ", peer);
  }
  if (step.kind == StepKind::kApply)
    return absl::StrCat(kind, " (", Plural(step.changes, "change"), ")");
  return cut.peer == Windows::kNobody ? kind : absl::StrCat(kind, " ", peer);
}

std::string RunText(const Windows& w, const Windows::Range& run) {
  const Windows::Cut& first = w.cuts[run.first];
  if (run.first == run.last) return StepText(w, first);
  return absl::StrCat(StepText(w, first), " ... ", StepText(w, w.cuts[run.last]), " (",
                      Plural(run.last - run.first + 1, "step"), ")");
}

std::string CutText(const Windows::Range& run) {
  return run.first == run.last ? absl::StrCat(run.first) : absl::StrCat(run.first, "-", run.last);
}

// The rows of the table: steps that change no answer share one; with `by_kind`, so do those of one
// kind and peer.
std::vector<Windows::Range> Runs(const Windows& w, bool by_kind) {
  std::vector<bool> changes(w.cuts.size());
  for (const Windows::Change& change : w.changes) changes[change.cut] = true;
  std::vector<Windows::Range> runs;
  for (size_t k = 1; k < w.cuts.size(); ++k) {
    const Windows::Cut& cut = w.cuts[k];
    if (!runs.empty()) {
      const Windows::Cut& other = w.cuts[runs.back().first];
      const bool alike = cut.step.kind == other.step.kind && cut.peer == other.peer;
      const bool still = !changes[k] && !changes[runs.back().last];
      if (cut.message == other.message && (still || (by_kind && alike))) {
        runs.back().last = k;
        continue;
      }
    }
    runs.push_back({k, k});
  }
  return runs;
}

// Who answers, cut by cut, for the cells of the table.
class Replay {
 public:
  explicit Replay(const Windows& w) : w_(w) {
    for (const Windows::History& h : w.histories) owners_.push_back(h.before());
  }
  void To(size_t cut) {
    for (; next_ < w_.changes.size() && w_.changes[next_].cut <= cut; ++next_) {
      owners_[w_.changes[next_].address] = w_.changes[next_].owner;
    }
  }
  // One cell per address.
  void Names(std::vector<std::string>* cells) const {
    for (size_t i = 0; i < owners_.size(); ++i) {
      const Windows::History& h = w_.histories[i];
      const bool wrong = h.kept && owners_[i] != h.before() && owners_[i] != Windows::kNobody;
      cells->push_back(NameOf(w_, owners_[i]) + (wrong ? "!" : ""));
    }
  }
  // How many kept addresses answer rightly, not and wrongly, and how many of the others as they
  // will in the end.
  void Counts(std::vector<std::string>* cells) const {
    size_t right = 0, nobody = 0, wrong = 0, changed = 0;
    for (size_t i = 0; i < owners_.size(); ++i) {
      const Windows::History& h = w_.histories[i];
      if (!h.kept) {
        changed += owners_[i] == h.after();
      } else {
        ++(owners_[i] == h.before() ? right : owners_[i] == Windows::kNobody ? nobody : wrong);
      }
    }
    for (size_t n : {right, nobody, wrong, changed}) cells->push_back(absl::StrCat(n));
  }

 private:
  const Windows& w_;
  std::vector<int> owners_;
  size_t next_ = 0;
};

// --- Transitions of lists.

// The part that IPv4 hosts of one /24 have in common, "192.168.0.", or "".
std::string CommonStart(const Windows::List& list) {
  std::string start;
  for (const Windows::List::State& state : list.states) {
    for (const wg::Prefix& p : state.prefixes) {
      if (p.family() != wg::Family::kIpv4 || p.length() != 32) return "";
      const std::string text = p.address().ToString();
      const std::string own = text.substr(0, text.rfind('.') + 1);
      if (!start.empty() && own != start) return "";
      start = own;
    }
  }
  return start;
}

std::string ListText(const Windows::List::State& state, const std::string& start, bool lengths) {
  if (lengths) return absl::StrCat("[", state.length, "]");
  return absl::StrCat(
      "[",
      absl::StrJoin(state.prefixes, " ",
                    [&](std::string* out, const wg::Prefix& p) {
                      const std::string text =
                          start.empty() ? p.ToString() : p.address().ToString();
                      absl::StrAppend(out, start.empty() ? text : text.substr(start.size() - 1));
                    }),
      "]");
}

// "node1 (192.168.0.*): [.2 .3] -> [.3] -> [] -> [.3]"; a long list by its lengths, turning points
// only.
std::string Transition(const Windows& w, const Windows::List& list) {
  const bool lengths = std::any_of(list.states.begin(), list.states.end(), [](const auto& state) {
    return state.length > Windows::kShownPrefixes;
  });
  const std::string start = lengths ? "" : CommonStart(list);
  std::vector<std::string> states;
  for (size_t k = 0; k < list.states.size(); ++k) {
    const bool inside = lengths && k > 0 && k + 1 < list.states.size() &&
                        list.states[k].length - list.states[k - 1].length ==
                            list.states[k + 1].length - list.states[k].length;
    if (!inside) {
      states.push_back(ListText(list.states[k], start, lengths));
    } else if (states.back() != "...") {
      states.push_back("...");
    }
  }
  return absl::StrCat(w.peers[list.peer], start.empty() ? "" : absl::StrCat(" (", start, "*)"),
                      ": ", absl::StrJoin(states, " -> "), "\n");
}

// --- What became of the addresses.

std::string CutsText(const std::vector<Windows::Range>& ranges) {
  return absl::StrCat(
      Windows::Cuts(ranges) == 1 ? "cut " : "cuts ",
      absl::StrJoin(ranges, ", ", [](std::string* out, const Windows::Range& range) {
        absl::StrAppend(out, CutText(range));
      }));
}

// "exposed to nobody at cuts 1-3 and to a wrong peer at cut 4".
std::string ExposureInWords(const Windows::History& h) {
  if (h.exposed_cuts() == 0) return "never exposed";
  std::vector<std::string> to;
  if (!h.nobody.empty()) to.push_back("to nobody at " + CutsText(h.nobody));
  if (!h.wrong.empty()) to.push_back("to a wrong peer at " + CutsText(h.wrong));
  return "exposed " + absl::StrJoin(to, " and ");
}

// "3 cuts nobody, 1 cut wrong peer".
std::string ExposureInNumbers(const Windows::History& h) {
  if (h.exposed_cuts() == 0) return "never exposed";
  std::vector<std::string> to;
  if (!h.nobody.empty()) to.push_back(Plural(h.nobody_cuts(), "cut") + " nobody");
  if (!h.wrong.empty()) to.push_back(Plural(h.wrong_cuts(), "cut") + " wrong peer");
  return absl::StrJoin(to, ", ");
}

std::string OwnersText(const Windows& w, const Windows::History& h) {
  return absl::StrJoin(h.owners, " -> ", [&](std::string* out, int owner) {
    absl::StrAppend(out, NameOf(w, owner));
  });
}

struct Totals {
  size_t kept = 0, exposed = 0, fewest = 0, most = 0, nobody = 0, wrong = 0;
};
Totals TotalsOf(const Windows& w) {
  Totals t;
  for (const Windows::History& h : w.histories) {
    if (!h.kept) continue;
    const size_t cuts = h.exposed_cuts();
    t.fewest = t.kept++ == 0 ? cuts : std::min(t.fewest, cuts);
    t.most = std::max(t.most, cuts);
    t.exposed += cuts > 0;
    t.nobody += h.nobody_cuts();
    t.wrong += h.wrong_cuts();
  }
  return t;
}

std::string AddressLines(const Windows& w) {
  if (w.histories.size() > kMostAddressColumns) {
    const Totals t = TotalsOf(w);
    std::string text = absl::StrCat(w.histories.size(), " addresses, ", t.kept, " kept: ");
    if (t.exposed == 0) return text + "never exposed\n";
    absl::StrAppend(&text, t.exposed, " exposed, each at ", t.fewest, " to ", t.most, " of ",
                    w.steps(), " cuts; to nobody ", t.nobody, " times, to a wrong peer ", t.wrong,
                    " times\n");
    return text;
  }
  Columns lines;
  for (const Windows::History& h : w.histories) {
    lines.Row({h.address.ToString(),
               h.kept ? absl::StrCat("stays with ", NameOf(w, h.before()), ", ", ExposureInWords(h))
                      : absl::StrCat("changes: ", OwnersText(w, h))});
  }
  return lines.Text(0);
}

}  // namespace

std::string WindowsTable(const Windows& w) {
  const bool wide = w.histories.size() > kMostAddressColumns;
  Columns table;
  std::vector<std::string> head = {"cut", "after"};
  if (wide) {
    head.insert(head.end(), {"right", "nobody", "wrong", "changed"});
  } else {
    for (const Windows::History& h : w.histories) head.push_back(h.address.ToString());
  }
  table.Row(std::move(head));
  Replay replay(w);
  const auto add = [&](std::string cut, std::string after) {
    std::vector<std::string> cells = {std::move(cut), std::move(after)};
    wide ? replay.Counts(&cells) : replay.Names(&cells);
    table.Row(std::move(cells));
  };
  add("0", "-");
  int message = 0;
  for (const Windows::Range& run : Runs(w, wide)) {
    if (w.cuts[run.first].message != message) {
      message = w.cuts[run.first].message;
      table.Line(absl::StrCat("--- message ", message + 1));
    }
    replay.To(run.last);
    add(CutText(run), RunText(w, run));
  }
  std::string text = absl::StrCat(w.title, ": ", Plural(w.steps(), "step"), " in ",
                                  Plural(w.messages, "message"), "\n", table.Text(1));
  if (w.error != wg::Errno::kOk)
    absl::StrAppend(&text, "error: ", std::string(ErrnoName(w.error)), "\n");
  for (const Windows::List& list : w.lists) absl::StrAppend(&text, Transition(w, list));
  return text + AddressLines(w);
}

std::string WindowsSummary(const std::vector<Windows>& methods) {
  Columns table;
  const bool wide = !methods.empty() && methods[0].histories.size() > kMostAddressColumns;
  std::vector<std::string> head = {"method", "messages", "steps"};
  if (wide) {
    head.insert(head.end(), {"kept", "exposed", "most cuts", "to nobody", "to wrong peer"});
  } else if (!methods.empty()) {
    for (const Windows::History& h : methods[0].histories) head.push_back(h.address.ToString());
  }
  table.Row(std::move(head));
  for (const Windows& w : methods) {
    std::vector<std::string> cells = {w.title, absl::StrCat(w.messages), absl::StrCat(w.steps())};
    const Totals t = TotalsOf(w);
    if (wide) {
      for (size_t n : {t.kept, t.exposed, t.most, t.nobody, t.wrong})
        cells.push_back(absl::StrCat(n));
    } else {
      for (const Windows::History& h : w.histories) {
        cells.push_back(h.kept ? ExposureInNumbers(h) : OwnersText(w, h));
      }
    }
    table.Row(std::move(cells));
  }
  return table.Text(0);
}

}  // namespace scenario
