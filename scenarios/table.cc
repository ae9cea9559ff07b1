// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/table.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "scenarios/checks_text.h"
#include "scenarios/expectation.h"
#include "scenarios/replay.h"
#include "scenarios/text_layout.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr size_t kLabelWidth = 26;
constexpr size_t kLeastColumn = 14;

using Variants = std::vector<const VariantResult*>;
using Cell = std::function<std::string(const VariantResult&)>;
using Group = const FlowGroup& (VariantResult::*)() const;

std::string Percent(double ratio) {
  if (ratio == 0) return "0";
  const double percent = 100 * ratio;
  const int decimals = percent >= 10 ? 1 : percent >= 0.1 ? 2 : 4;
  return absl::StrFormat("%.*f %%", decimals, percent);
}

// Of the busiest core.
double BusyShare(const VariantResult& v) {
  if (v.busiest_cores_size() == 0) return 0;
  const CoreLoad& core = v.busiest_cores(0);
  return core.hardirq() + core.softirq() + core.threads();
}

class Block {
 public:
  Block(const Variants& variants, size_t column, std::string* out)
      : variants_(variants), column_(column), out_(*out) {}

  void Row(absl::string_view label, const Cell& cell) {
    out_ += Padded(label, kLabelWidth);
    for (const VariantResult* variant : variants_) {
      const std::string text = cell(*variant);
      out_.append(column_ - std::min(column_ - 1, text.size()), ' ');
      out_ += text;
    }
    out_ += "\n";
  }

  void Numbers(absl::string_view label,
               const std::function<uint64_t(const VariantResult&)>& value) {
    Row(label, [&](const VariantResult& v) { return WithCommas(value(v)); });
  }
  void Times(absl::string_view label, const std::function<double(const VariantResult&)>& value) {
    Row(label, [&](const VariantResult& v) { return MicrosecondsText(value(v)); });
  }
  void Line(absl::string_view text) { absl::StrAppend(&out_, text, "\n"); }

  void Head() {
    Row("", [](const VariantResult& v) { return v.name(); });
    const auto shown = [&](absl::string_view label, const Cell& cell) {
      if (std::any_of(variants_.begin(), variants_.end(),
                      [&](const VariantResult* v) { return cell(*v) != cell(*variants_[0]); })) {
        Row(label, cell);
      }
    };
    shown("method", [](const VariantResult& v) { return v.method(); });
    shown("implementation", [](const VariantResult& v) { return v.implementation(); });
    Numbers("reconfigurations", [](const VariantResult& v) { return v.reconfigurations(); });
    if (Any([](const VariantResult& v) { return v.unfinished() > 0; })) {
      Numbers("  unfinished", [](const VariantResult& v) { return v.unfinished(); });
    }
    Numbers("  requests", [](const VariantResult& v) { return v.messages(); });
    if (Any([](const VariantResult& v) { return v.failed_messages() > 0; })) {
      Numbers("  failed requests", [](const VariantResult& v) { return v.failed_messages(); });
    }
    Numbers("  steps", [](const VariantResult& v) { return v.steps(); });
    Times("  latency p50", [](const VariantResult& v) { return v.config_latency_us().p50(); });
    Times("  latency p99", [](const VariantResult& v) { return v.config_latency_us().p99(); });
    Numbers("handshakes", [](const VariantResult& v) { return v.handshakes(); });
    if (Any([](const VariantResult& v) { return v.sessions_lost() > 0; })) {
      Numbers("peers removed", [](const VariantResult& v) { return v.peers_removed(); });
      Numbers("  with a session", [](const VariantResult& v) { return v.sessions_lost(); });
    }
    if (Any([](const VariantResult& v) { return v.floods_size() > 0; })) {
      Numbers("  cookies", [](const VariantResult& v) { return v.cookies_sent(); });
      Numbers("  initiations of floods", [](const VariantResult& v) {
        uint64_t sent = 0;
        for (const FloodResult& flood : v.floods()) sent += flood.sent();
        return sent;
      });
    }
    Cores();
  }

  // Only where cores may be what limits.
  void Cores() {
    if (!Any([](const VariantResult& v) { return BusyShare(v) > 0.5; })) return;
    Row("busiest core", [](const VariantResult& v) {
      if (v.busiest_cores_size() == 0) return std::string("-");
      return absl::StrCat(v.busiest_cores(0).host(), " cpu", v.busiest_cores(0).core());
    });
    Row("  busy", [](const VariantResult& v) { return Percent(BusyShare(v)); });
    Row("  in softirq", [](const VariantResult& v) {
      return Percent(v.busiest_cores_size() == 0 ? 0 : v.busiest_cores(0).softirq());
    });
  }

  void Flows(absl::string_view title, Group group) {
    if (!Any([&](const VariantResult& v) { return (v.*group)().flows() > 0; })) return;
    Line("");
    const auto number = [&](absl::string_view label, uint64_t (FlowGroup::*value)() const) {
      Numbers(label, [&](const VariantResult& v) { return ((v.*group)().*value)(); });
    };
    number(absl::StrCat(title, ": flows"), &FlowGroup::flows);
    number("  offered", &FlowGroup::offered);
    number("  delivered", &FlowGroup::delivered);
    number("  refused", &FlowGroup::refused);
    Parts(group, [](const FlowGroup& g, auto* parts) {
      for (const ErrnoCount& e : g.errnos()) (*parts)[e.name()] += e.count();
    });
    number("  misdirected", &FlowGroup::misdirected);
    number("  dropped", &FlowGroup::dropped);
    Parts(group, [](const FlowGroup& g, auto* parts) {
      for (const DropCount& d : g.drops()) {
        const std::string fault = d.fault().empty() ? "" : absl::StrCat(" (", d.fault(), ")");
        (*parts)[absl::StrCat(d.reason(), fault)] += d.count();
      }
    });
    const auto optional = [&](absl::string_view label, uint64_t (FlowGroup::*value)() const) {
      if (Any([&](const VariantResult& v) { return ((v.*group)().*value)() > 0; }))
        number(label, value);
    };
    optional("  in flight at the end", &FlowGroup::in_flight);
    optional("  late", &FlowGroup::late);
    optional("  requests timed out", &FlowGroup::timeouts);
    optional("  transactions", &FlowGroup::transactions);
    optional("  retransmissions", &FlowGroup::retransmissions);
    if (Any([&](const VariantResult& v) { return (v.*group)().longest_stall_us() > 0; })) {
      Times("  longest stall",
            [&](const VariantResult& v) { return (v.*group)().longest_stall_us(); });
    }
    Row("  loss", [&](const VariantResult& v) { return Percent((v.*group)().loss_ratio()); });
    number("  outages", &FlowGroup::outages);
    Times("  longest outage",
          [&](const VariantResult& v) { return (v.*group)().longest_outage_us(); });
    const auto exposure = [&](absl::string_view label, double (Distribution::*value)() const) {
      Times(label, [&](const VariantResult& v) { return ((v.*group)().exposure_us().*value)(); });
    };
    exposure("  exposure p50", &Distribution::p50);
    exposure("           p99", &Distribution::p99);
    exposure("           max", &Distribution::max);
    exposure("           total", &Distribution::total);
  }

 private:
  static std::string Padded(absl::string_view text, size_t width) {
    return absl::StrCat(text, std::string(width - std::min(width, text.size()), ' '));
  }
  bool Any(const std::function<bool(const VariantResult&)>& test) const {
    return std::any_of(variants_.begin(), variants_.end(),
                       [&](const VariantResult* v) { return test(*v); });
  }

  // One row for each part that occurs in any variant.
  template <typename Collect>
  void Parts(Group group, const Collect& collect) {
    absl::btree_map<std::string, uint64_t> all;
    for (const VariantResult* v : variants_) collect((v->*group)(), &all);
    for (const auto& [name, unused] : all) {
      Numbers(absl::StrCat("    ", name), [&, part = name](const VariantResult& v) {
        absl::btree_map<std::string, uint64_t> own;
        collect((v.*group)(), &own);
        return own[part];
      });
    }
  }

  const Variants& variants_;
  const size_t column_;
  std::string& out_;
};

std::string ExpectationLines(const Result& result) {
  std::string out;
  size_t width = 0;
  for (const ExpectationResult& e : result.expectations()) width = std::max(width, e.text().size());
  width = std::min<size_t>(width, 68);
  for (const ExpectationResult& e : result.expectations()) {
    absl::StrAppend(&out, e.held() ? "  held      " : "  NOT HELD  ", e.text(),
                    std::string(width - std::min(width, e.text().size()), ' '), "  ", e.seen(),
                    "\n");
  }
  return out;
}

std::string Ending(const Result& result) {
  std::string speed;
  if (result.wall_seconds() > 0) {
    speed = absl::StrFormat(" in %.1f s, %.1f M events/s", result.wall_seconds(),
                            static_cast<double>(result.events()) / result.wall_seconds() / 1e6);
  }
  const size_t variants = result.variants_size();
  return absl::StrFormat("trace %s  %s%g s of virtual time%s\n", result.trace_hash(),
                         variants > 1 ? absl::StrCat(variants, " x ") : "",
                         result.virtual_seconds(), speed);
}

// When something first went wrong in the variants that `text` speaks of, as far as outages tell.
std::string Moment(const Result& result, absl::string_view text) {
  const std::vector<std::string> names = VariantsOf(text);
  const OutageRecord* longest = nullptr;
  const VariantResult* where = nullptr;
  for (const VariantResult& variant : result.variants()) {
    if (std::find(names.begin(), names.end(), variant.name()) == names.end()) continue;
    for (const OutageRecord& outage : variant.outage_records()) {
      if (longest == nullptr || outage.length_us() > longest->length_us()) {
        longest = &outage;
        where = &variant;
      }
    }
  }
  std::string moment = absl::StrFormat("judged at %g s of virtual time", result.virtual_seconds());
  if (longest != nullptr) {
    absl::StrAppend(&moment, absl::StrFormat("; longest outage in %s: %s of %s at %.6f s",
                                             where->name(), MicrosecondsText(longest->length_us()),
                                             longest->flow(), longest->at_seconds()));
  }
  return moment;
}

}  // namespace

std::string ResultTable(const Result& result) {
  std::string out = absl::StrFormat("%s, seed %d, %s cryptography\n", result.scenario(),
                                    result.seed(), result.crypto());
  size_t column = kLeastColumn;
  for (const VariantResult& v : result.variants()) {
    column = std::max({column, v.name().size() + 2, v.implementation().size() + 2});
  }
  const size_t beside = std::max<size_t>(1, (kTextWidth - kLabelWidth) / column);
  for (size_t first = 0; first < static_cast<size_t>(result.variants_size()); first += beside) {
    Variants variants;
    for (size_t i = first; i < std::min<size_t>(first + beside, result.variants_size()); ++i)
      variants.push_back(&result.variants(i));
    Block block(variants, column, &out);
    block.Line("");
    block.Head();
    block.Flows("bystanders", &VariantResult::bystanders);
    block.Flows("touched", &VariantResult::touched);
  }
  if (result.expectations_size() > 0)
    absl::StrAppend(&out, "\nexpectations\n", ExpectationLines(result));
  return absl::StrCat(out, CheckLines(result), "\n", Ending(result));
}

std::string Failures(const Result& result, absl::string_view program) {
  std::string out;
  for (const ExpectationResult& e : result.expectations()) {
    if (e.held()) continue;
    absl::StrAppend(&out, result.file(), e.line() > 0 ? absl::StrCat(":", e.line()) : "",
                    ": expectation did not hold\n", "  wanted  ", e.text(), "\n",        //
                    "  seen    ", e.seen(), "\n",                                        //
                    "  when    ", Moment(result, e.text()), "\n",                        //
                    "  seed    ", result.seed(), ", trace ", result.trace_hash(), "\n",  //
                    "  replay  ", ReplayCommand(result, program, VariantsOf(e.text())), "\n");
  }
  return out;
}

}  // namespace scenario
