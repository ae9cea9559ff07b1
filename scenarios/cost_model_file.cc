// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/cost_model_file.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/cost_model.pb.h"
#include "scenarios/document.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

std::vector<std::string> CostNames() {
  std::vector<std::string> names;
  for (int i = 0; i < wgnode::kCosts; ++i) {
    names.push_back(std::string(wgnode::CostName(static_cast<wgnode::Cost>(i))));
  }
  return names;
}

void CheckRange(const Node& node, absl::string_view field, int64_t value,
                Diagnostics* diagnostics) {
  if (value >= 0 && value <= kHighestPrice) return;
  diagnostics->Add(node.WhereIs(field), node.PathOf(field),
                   absl::StrCat(value, value < 0 ? " is negative" : " is too much", "; write 0 to ",
                                kHighestPrice));
}

wgnode::Price CheckPrice(const Node& node, const file::Price& price, wgnode::Cost cost,
                         Diagnostics* diagnostics) {
  const absl::string_view unit = wgnode::CostUnit(cost);
  const auto wrong = [&](absl::string_view field, absl::string_view message) {
    diagnostics->Add(node.WhereIs(field), node.PathOf(field), message);
  };
  if (!price.has_fixed_ns()) {
    wrong("fixed_ns", absl::StrCat(price.name(), " has no price; write fixed_ns: NANOSECONDS"));
  }
  CheckRange(node, "fixed_ns", price.fixed_ns(), diagnostics);
  if (unit.empty()) {
    if (price.has_per_unit_ps()) {
      wrong("per_unit_ps", absl::StrCat(price.name(), " has no units; leave per_unit_ps out"));
    }
    if (price.has_unit())
      wrong("unit", absl::StrCat(price.name(), " has no units; leave unit out"));
  } else {
    if (!price.has_per_unit_ps()) {
      wrong("per_unit_ps", absl::StrCat(price.name(), " has no price for a ", unit,
                                        "; write per_unit_ps: PICOSECONDS"));
    }
    CheckRange(node, "per_unit_ps", price.per_unit_ps(), diagnostics);
    if (absl::string_view(price.unit()) != unit) {
      wrong("unit", absl::StrCat("the units of ", price.name(), " are not \"", price.unit(),
                                 "\"; write unit: \"", unit, "\""));
    }
  }
  if (price.source().empty()) {
    wrong("source",
          absl::StrCat(price.name(),
                       " has no source; say where the number is from, or that it is assumed"));
  }
  return {price.fixed_ns() * 1000, price.per_unit_ps()};
}

}  // namespace

wgnode::CostModel ParseCostModel(absl::string_view text, absl::string_view file,
                                 Diagnostics* diagnostics) {
  wgnode::CostModel model;
  file::CostModelFile message;
  Diagnostics found;
  const Document document(text, file, &message, &found);
  if (!found.empty()) {
    for (const Diagnostic& d : found.Sorted()) diagnostics->Add(d.where, d.field, d.message);
    return model;
  }
  const Node root(&document, &message);
  if (!IsName(message.name())) {
    diagnostics->Add(
        root.WhereIs("name"), "name",
        absl::StrCat("\"", message.name(), "\" is no name; write letters, digits, _ and -"));
  }
  model.set_name(message.name());
  std::array<int, wgnode::kCosts> lines{};
  for (int i = 0; i < message.prices_size(); ++i) {
    const file::Price& price = message.prices(i);
    const Node node = root.Child("prices", i);
    const std::optional<wgnode::Cost> cost = wgnode::FindCost(price.name());
    if (!cost.has_value()) {
      const std::string near = Nearest(price.name(), CostNames());
      diagnostics->Add(node.WhereIs("name"), node.PathOf("name"),
                       absl::StrCat("there is no work called \"", price.name(), "\"; ",
                                    near.empty() ? "" : absl::StrCat("did you mean ", near, "? "),
                                    "there are ", absl::StrJoin(CostNames(), ", ")));
      continue;
    }
    int& line = lines[static_cast<int>(*cost)];
    if (line != 0) {
      diagnostics->Add(
          node.WhereIs("name"), node.PathOf("name"),
          absl::StrCat(price.name(), " has a price in line ", line, " already; keep one"));
    }
    line = node.where().line;
    model.set_price(*cost, CheckPrice(node, price, *cost, diagnostics));
  }
  for (int i = 0; i < wgnode::kCosts; ++i) {
    if (lines[i] != 0) continue;
    diagnostics->Add(
        {std::string(file), 1, 1}, absl::StrCat("prices.", CostNames()[i]),
        absl::StrCat("is missing; write prices { name: \"", CostNames()[i], "\" ... }"));
  }
  return model;
}

std::string CostModelDescription(absl::string_view text) {
  file::CostModelFile message;
  Diagnostics ignored;
  const Document document(text, "", &message, &ignored);
  return message.description();
}

}  // namespace scenario
