// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/kernel_reference/comparison.h"

#include <algorithm>
#include <cstdint>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace kernel_reference {
namespace {

using scenario::FlowGroup;
using scenario::VariantResult;
using Verdict = Point::Verdict;

class Comparer {
 public:
  Comparer(const VariantResult& a, const VariantResult& b, std::vector<Point>* points)
      : a_(a), b_(b), points_(*points) {}

  void Run() {
    Same("reconfigurations", a_.reconfigurations(), b_.reconfigurations());
    Same("messages", a_.messages(), b_.messages());
    Same("failed_messages", a_.failed_messages(), b_.failed_messages());
    if (a_.has_bystanders() && b_.has_bystanders()) Group("bystanders", a_.bystanders(), b_.bystanders());
    if (a_.has_touched() && b_.has_touched()) Group("touched", a_.touched(), b_.touched());
    Show("config_latency_us.p50", a_.config_latency_us().p50(), b_.config_latency_us().p50(),
         "an emulated instruction is no machine's");
  }

 private:
  void Add(absl::string_view figure, std::string a, std::string b, Verdict verdict, std::string why = "") {
    points_.push_back({a_.name(), std::string(figure), std::move(a), std::move(b), verdict, std::move(why)});
  }

  void Same(absl::string_view figure, uint64_t a, uint64_t b) {
    Add(figure, absl::StrCat(a), absl::StrCat(b), a == b ? Verdict::kAgrees : Verdict::kDiffers);
  }

  void Show(absl::string_view figure, double a, double b, std::string why) {
    Add(figure, absl::StrFormat("%.6g", a), absl::StrFormat("%.6g", b), Verdict::kShown, std::move(why));
  }

  // Whether it happens at all. None where some are seen on the other side may be chance: as many packets as were offered
  // here would have met so many.
  void Happens(absl::string_view figure, uint64_t a, const FlowGroup& of_a, uint64_t b, const FlowGroup& of_b) {
    Verdict verdict = (a == 0) == (b == 0) ? Verdict::kAgrees : Verdict::kDiffers;
    std::string why = verdict == Verdict::kAgrees ? a == 0 ? "never, in both" : "in both" : "";
    if (verdict == Verdict::kDiffers) {
      const double seen = static_cast<double>(std::max(a, b));
      const double offered = static_cast<double>(a == 0 ? of_b.offered() : of_a.offered());
      const double other = static_cast<double>(a == 0 ? of_a.offered() : of_b.offered());
      const double expected = offered == 0 ? 0 : seen / offered * other / Slowness(a == 0 ? a_ : b_);
      if (expected < kLeastExpected) verdict = Verdict::kUndecided;
      why = absl::StrFormat("%.1f were to be expected", expected);
    }
    Add(figure, absl::StrCat(a), absl::StrCat(b), verdict, std::move(why));
  }

  // A reconfiguration takes no more of a stretched run's time than of another's.
  static double Slowness(const VariantResult& result) {
    return result.has_measurement() ? std::max<uint32_t>(1, result.measurement().stretch()) : 1;
  }

  void Group(const std::string& name, const FlowGroup& a, const FlowGroup& b) {
    Happens(name + ".refused", a.refused(), a, b.refused(), b);
    if (a.refused() != 0 && b.refused() != 0) Errnos(name + ".errnos", a, b);
    // A kernel does not tell what went to a wrong peer from what was lost.
    Happens(name + ".lost_on_the_way", a.dropped() + a.misdirected(), a, b.dropped() + b.misdirected(), b);
    Show(name + ".loss_ratio", a.loss_ratio() * Slowness(a_), b.loss_ratio() * Slowness(b_),
         "times the stretch; it depends on prices");
  }

  void Errnos(absl::string_view figure, const FlowGroup& a, const FlowGroup& b) {
    const auto names = [](const FlowGroup& group) {
      absl::btree_set<std::string> all;
      for (const scenario::ErrnoCount& error : group.errnos()) {
        if (error.count() != 0) all.insert(error.name());
      }
      return absl::StrJoin(all, " ");
    };
    const std::string of_a = names(a), of_b = names(b);
    Add(figure, of_a, of_b, of_a == of_b ? Verdict::kAgrees : Verdict::kDiffers);
  }

  const VariantResult& a_;
  const VariantResult& b_;
  std::vector<Point>& points_;
};

absl::string_view Word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAgrees:
      return "agrees";
    case Verdict::kDiffers:
      return "DIFFERS";
    case Verdict::kUndecided:
      return "undecided";
    case Verdict::kShown:
      return "not compared";
  }
  return "";
}

}  // namespace

bool Comparison::agrees() const {
  return std::none_of(points.begin(), points.end(),
                      [](const Point& point) { return point.verdict == Verdict::kDiffers; });
}

absl::StatusOr<Comparison> Compare(const scenario::Result& a, const scenario::Result& b) {
  Comparison comparison;
  for (const VariantResult& of_a : a.variants()) {
    for (const VariantResult& of_b : b.variants()) {
      if (of_a.name() == of_b.name()) Comparer(of_a, of_b, &comparison.points).Run();
    }
  }
  if (comparison.points.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no variant is in both: results of ", a.scenario(), " and of ", b.scenario()));
  }
  return comparison;
}

std::string ComparisonText(const Comparison& comparison, const std::string& a, const std::string& b) {
  size_t width[4] = {7, 6, a.size(), b.size()};
  for (const Point& point : comparison.points) {
    const std::string* cells[] = {&point.variant, &point.figure, &point.a, &point.b};
    for (int i = 0; i < 4; ++i) width[i] = std::max(width[i], cells[i]->size());
  }
  const auto line = [&](const std::string& variant, const std::string& figure, const std::string& left,
                        const std::string& right, const std::string& rest) {
    return absl::StrFormat("%-*s  %-*s  %*s  %*s  %s\n", width[0], variant, width[1], figure, width[2], left, width[3],
                           right, rest);
  };
  std::string text = line("variant", "figure", a, b, "");
  text.erase(text.find_last_not_of(" \n") + 1);
  text += "\n";
  for (const Point& point : comparison.points) {
    text += line(point.variant, point.figure, point.a, point.b,
                 absl::StrCat(Word(point.verdict), point.why.empty() ? "" : ": ", point.why));
  }
  return text;
}

}  // namespace kernel_reference
