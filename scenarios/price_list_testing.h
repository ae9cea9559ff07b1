// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests of price lists: one in which everything is free, and files that are only texts.
#ifndef WGSIM_SCENARIOS_PRICE_LIST_TESTING_H_
#define WGSIM_SCENARIOS_PRICE_LIST_TESTING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "scenarios/file_reader.h"
#include "sim/wg/cost_model.h"

namespace scenario {

inline std::string FreeCostModel() {
  std::string text = "name: \"free\"\n";
  for (int i = 0; i < wgnode::kCosts; ++i) {
    const auto cost = static_cast<wgnode::Cost>(i);
    absl::StrAppend(&text, "prices { name: \"", wgnode::CostName(cost),
                    "\" fixed_ns: 0 source: \"test\"");
    if (!wgnode::CostUnit(cost).empty()) {
      absl::StrAppend(&text, " per_unit_ps: 0 unit: \"", wgnode::CostUnit(cost), "\"");
    }
    absl::StrAppend(&text, " }\n");
  }
  return text;
}

// Path -> text. What begins with cost_models/ comes with wgsim.
class TextFiles : public FileReader {
 public:
  explicit TextFiles(absl::btree_map<std::string, std::string> texts) : texts_(std::move(texts)) {}

  absl::StatusOr<std::string> Read(const std::string& path) override {
    const auto it = texts_.find(path);
    if (it == texts_.end()) return absl::NotFoundError("no such file");
    return it->second;
  }
  absl::StatusOr<std::string> ReadShipped(const std::string& path) override { return Read(path); }
  std::vector<std::string> ShippedPaths() override {
    std::vector<std::string> paths;
    for (const auto& [path, text] : texts_) {
      if (path.rfind("cost_models/", 0) == 0) paths.push_back(path);
    }
    return paths;
  }

 private:
  absl::btree_map<std::string, std::string> texts_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_PRICE_LIST_TESTING_H_
