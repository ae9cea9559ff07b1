// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/baseline.h"

#include <algorithm>
#include <cmath>

#include "absl/container/btree_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"
#include "scenarios/figures.h"
#include "scenarios/result_json.h"

namespace scenario {
namespace {

// Weights beside those of figures (figures.h).
constexpr int kShapeWeight = 100;
constexpr int kHashWeight = 0;

struct Weighed {
  BaselineFinding finding;
  int weight = 0;
};

class Comparison {
 public:
  Comparison(const Result& result, const Baseline& baseline) : result_(result), baseline_(baseline) {
    Differs("the seed is ", result.seed(), baseline.seed());
    Differs("the version of what is simulated is ", result.model_version(), baseline.model_version());
    if (result.scenario_digest() != baseline.scenario_digest()) {
      const std::string now = absl::StrJoin(result.set(), " "), was = absl::StrJoin(baseline.set(), " ");
      out_.add_differs(now == was ? "the scenario's text has changed"
                                  : absl::StrCat("the scenario is another: --set has ", now.empty() ? "nothing" : now,
                                                 ", the baseline's ", was.empty() ? "nothing" : was));
    }
    if (result.virtual_seconds() != baseline.virtual_seconds()) {
      counts_compare_ = false;
      out_.add_differs(absl::StrFormat("the run takes %g s, the baseline's %g s (so counts and sums are not compared, except "
                                       "with 0)", result.virtual_seconds(), baseline.virtual_seconds()));
    }
    out_.set_exact(out_.differs_size() == 0);
    out_.set_tolerance_percent(out_.exact() ? 0 : baseline.tolerance_percent());
  }

  BaselineComparison Run(bool all_variants) {
    bool same_variants = result_.variants_size() == baseline_.variants_size();
    for (const VariantResult& now : result_.variants()) {
      const auto was = std::find_if(baseline_.variants().begin(), baseline_.variants().end(),
                                    [&](const BaselineVariant& v) { return v.name() == now.name(); });
      if (was == baseline_.variants().end()) {
        same_variants = false;
        Shape(now.name(), "variant", "not in the baseline", "here", false, "nothing of it is compared");
        continue;
      }
      OneVariant(now, *was);
    }
    for (const BaselineVariant& was : baseline_.variants()) {
      const bool here = std::any_of(result_.variants().begin(), result_.variants().end(),
                                    [&](const VariantResult& v) { return v.name() == was.name(); });
      if (here) continue;
      same_variants = false;
      if (all_variants) Shape(was.name(), "variant", "here", "gone", true, "nothing of it is compared");
    }
    if (same_variants) Hash("", result_.trace_hash(), baseline_.trace_hash());
    return Sorted();
  }

 private:
  template <typename T>
  void Differs(absl::string_view what, const T& now, const T& was) {
    if (now != was) out_.add_differs(absl::StrCat(what, now, ", the baseline's ", was));
  }

  void Shape(const std::string& variant, const char* figure, const std::string& was, const std::string& now,
             bool fails, const char* meaning) {
    Weighed found;
    found.weight = kShapeWeight;
    found.finding.set_verdict("changed");
    found.finding.set_fails(fails);
    found.finding.set_variant(variant);
    found.finding.set_figure(figure);
    found.finding.set_was(was);
    found.finding.set_now(now);
    found.finding.set_meaning(meaning);
    found_.push_back(found);
  }

  void Hash(const std::string& variant, const std::string& now, const std::string& was) {
    if (!out_.exact() || now == was) return;
    Shape(variant, "trace_hash", was, now, true, "something happened otherwise or at another time");
    found_.back().weight = kHashWeight;
  }

  void OneVariant(const VariantResult& now, const BaselineVariant& was) {
    if (now.method() != was.method()) {
      Shape(now.name(), "method", was.method(), now.method(), true, "addresses are taken away in another way");
    }
    if (now.implementation() != was.implementation()) {
      Shape(now.name(), "implementation", was.implementation(), now.implementation(), true,
            "another WireGuard is simulated");
    }
    Hash(now.name(), now.trace_hash(), was.trace_hash());
    absl::btree_map<std::string, double> figures = FiguresOf(now);
    // What is counted by name is 0 where it is not written.
    for (const auto& [name, value] : was.figures()) {
      if (absl::StrContains(name, "[\"")) figures.try_emplace(name, 0);
    }
    for (const auto& [name, value] : figures) {
      const auto old = was.figures().find(name);
      // A figure that the baseline's version did not know.
      if (old == was.figures().end() && !absl::StrContains(name, "[\"")) continue;
      OneFigure(now.name(), name, old == was.figures().end() ? 0 : old->second, value);
    }
  }

  // Whether the figure does not grow with the length of the run.
  static bool IsIntensive(absl::string_view name) {
    return absl::EndsWith(name, "_ratio") ||
           (absl::StrContains(name, "_us") && !absl::EndsWith(name, ".count") && !absl::EndsWith(name, ".total"));
  }

  void OneFigure(const std::string& variant, const std::string& name, double was, double now) {
    if (!counts_compare_ && was != 0 && !IsIntensive(name)) return;
    if (std::abs(now - was) <= out_.tolerance_percent() / 100 * std::abs(was)) return;
    const FigureMeaning meaning = MeaningOf(name);
    const bool worse = meaning.better == Better::kLess ? now > was : now < was;
    Weighed found;
    found.weight = meaning.weight;
    BaselineFinding& finding = found.finding;
    finding.set_verdict(meaning.better == Better::kNeither ? "changed" : worse ? "worse" : "better");
    finding.set_fails(out_.exact() || finding.verdict() == "worse");
    finding.set_variant(variant);
    finding.set_figure(name);
    finding.set_was(FigureText(name, was));
    finding.set_now(FigureText(name, now));
    if (finding.was() == finding.now()) {
      finding.set_was(absl::StrFormat("%.15g", was));
      finding.set_now(absl::StrFormat("%.15g", now));
    }
    finding.set_change_percent(was == 0 ? 0 : 100 * (now - was) / std::abs(was));
    finding.set_meaning(meaning.words);
    found_.push_back(found);
  }

  // Worse before changed before better, what weighs most before the rest, then by how much.
  BaselineComparison Sorted() {
    const auto rank = [](const BaselineFinding& f) { return f.verdict() == "better" ? 0 : f.verdict() == "worse" ? 2 : 1; };
    std::stable_sort(found_.begin(), found_.end(), [&](const Weighed& a, const Weighed& b) {
      const bool shape_a = a.weight == kShapeWeight, shape_b = b.weight == kShapeWeight;
      if (shape_a != shape_b) return shape_a;
      if (rank(a.finding) != rank(b.finding)) return rank(a.finding) > rank(b.finding);
      if (a.weight != b.weight) return a.weight > b.weight;
      return std::abs(a.finding.change_percent()) > std::abs(b.finding.change_percent());
    });
    out_.set_held(true);
    for (Weighed& found : found_) {
      if (found.finding.fails()) out_.set_held(false);
      *out_.add_findings() = std::move(found.finding);
    }
    return std::move(out_);
  }

  const Result& result_;
  const Baseline& baseline_;
  BaselineComparison out_;
  bool counts_compare_ = true;
  std::vector<Weighed> found_;
};

}  // namespace

Baseline MakeBaseline(const Result& result, double tolerance_percent) {
  Baseline baseline;
  baseline.set_format(kBaselineForm);
  baseline.set_scenario(result.scenario());
  baseline.set_seed(result.seed());
  *baseline.mutable_set() = result.set();
  baseline.set_model_version(result.model_version());
  baseline.set_scenario_digest(result.scenario_digest());
  baseline.set_virtual_seconds(result.virtual_seconds());
  baseline.set_tolerance_percent(tolerance_percent);
  baseline.set_trace_hash(result.trace_hash());
  for (const VariantResult& variant : result.variants()) {
    BaselineVariant* out = baseline.add_variants();
    out->set_name(variant.name());
    out->set_method(variant.method());
    out->set_implementation(variant.implementation());
    out->set_trace_hash(variant.trace_hash());
    for (const auto& [name, value] : FiguresOf(variant)) (*out->mutable_figures())[name] = value;
  }
  return baseline;
}

std::string BaselineToJson(const Baseline& baseline) { return ToJson(baseline); }

absl::StatusOr<Baseline> BaselineFromJson(absl::string_view json) {
  Baseline baseline;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(std::string(json), &baseline, options);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("this is not a baseline of wgsim: ", status.message().data()));
  }
  if (baseline.format() > kBaselineForm) {
    return absl::InvalidArgumentError(absl::StrCat("this baseline is of form ", baseline.format(),
                                                   ", and this wgsim reads form ", kBaselineForm,
                                                   "; renew it with --write_baseline, or take a newer wgsim"));
  }
  if (baseline.format() == 0 || baseline.variants_size() == 0) {
    return absl::InvalidArgumentError("this is not a baseline of wgsim; --write_baseline writes one");
  }
  return baseline;
}

absl::Status CheckComparable(const Baseline& baseline, absl::string_view scenario,
                             const std::vector<std::string>& variants) {
  if (absl::string_view(baseline.scenario()) != scenario) {
    return absl::InvalidArgumentError(absl::StrCat("this is a baseline of the scenario ", baseline.scenario(), ", not of ",
                                                   scenario, "; write one with --write_baseline"));
  }
  std::vector<std::string> names;
  for (const BaselineVariant& variant : baseline.variants()) {
    names.push_back(variant.name());
    if (std::find(variants.begin(), variants.end(), variant.name()) != variants.end()) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("the baseline has none of the variants that would run; it has ",
                                                 absl::StrJoin(names, ", "), "; renew it with --write_baseline"));
}

BaselineComparison CompareWithBaseline(const Result& result, const Baseline& baseline, bool all_variants) {
  return Comparison(result, baseline).Run(all_variants);
}

}  // namespace scenario
