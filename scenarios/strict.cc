// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/strict.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scenarios/plan.h"

namespace scenario {
namespace {

const Plan* PlanOf(const LoadedScenario& scenario, const std::string& variant) {
  for (const LoadedVariant& candidate : scenario.variants) {
    if (candidate.plan.variant == variant) return &candidate.plan;
  }
  return nullptr;
}

}  // namespace

void JudgeStrictly(const LoadedScenario& scenario, Result* result) {
  result->set_strict(true);
  const auto found = [result](const std::string& text) { result->add_strict_findings(text); };
  const bool looked = std::any_of(result->variants().begin(), result->variants().end(),
                                  [](const VariantResult& v) { return v.checks_size() > 0; });
  if (result->expectations_size() == 0 && !looked) {
    found("nothing is expected: write expectations that can fail");
  }
  for (const VariantResult& variant : result->variants()) {
    const uint64_t offered = variant.bystanders().offered() + variant.touched().offered();
    const uint64_t delivered = variant.bystanders().delivered() + variant.touched().delivered();
    if (offered > 0 && delivered == 0) {
      found(absl::StrCat(variant.name(), ": none of ", offered, " packets arrived"));
    }
    const Plan* plan = PlanOf(scenario, variant.name());
    const bool reconfigures = plan != nullptr && !(plan->churn.empty() && plan->reconfigures.empty());
    if (reconfigures && variant.reconfigurations() == 0) {
      found(absl::StrCat(variant.name(), ": nothing was reconfigured, although there is churn or an action that should"));
    }
    if (variant.failed_messages() > 0) {
      found(absl::StrCat(variant.name(), ": ", variant.failed_messages(), " configuration requests were answered with an error"));
    }
  }
}

}  // namespace scenario
