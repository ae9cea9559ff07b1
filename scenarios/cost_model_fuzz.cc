// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever the text, and whatever it is based on (itself included): prices within their bounds, or
// complaints with a place and words in each.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "scenarios/cost_model_file.h"
#include "scenarios/diagnostics.h"
#include "scenarios/price_list_testing.h"
#include "sim/wg/cost_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string path = "cost_models/x.textproto";
  scenario::TextFiles files(
      {{path, text},
       {"cost_models/free.textproto", scenario::FreeCostModel()},
       {"cost_models/y.textproto", absl::StrCat("name: \"y\" base: \"x\"")}});
  scenario::Diagnostics diagnostics;
  const wgnode::CostModel model = scenario::ParseCostModel(text, path, &files, &diagnostics);
  for (const scenario::Diagnostic& d : diagnostics.Sorted()) {
    CHECK(!d.message.empty());
    CHECK(!d.where.file.empty());
  }
  if (!diagnostics.empty()) return 0;
  for (int i = 0; i < wgnode::kCosts; ++i) {
    const wgnode::Price& price = model.price(static_cast<wgnode::Cost>(i));
    CHECK(price.fixed_ps >= 0 && price.fixed_ps <= 1000 * scenario::kHighestPrice);
    CHECK(price.per_unit_ps >= 0 && price.per_unit_ps <= scenario::kHighestPrice);
  }
  return 0;
}
