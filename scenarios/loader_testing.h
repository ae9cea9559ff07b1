// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests of the loader: a scenario in which everything is right, and the files it names.
#ifndef WGSIM_SCENARIOS_LOADER_TESTING_H_
#define WGSIM_SCENARIOS_LOADER_TESTING_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/loader.h"
#include "scenarios/price_list_testing.h"

namespace scenario {

// A right scenario; each test makes one thing of it wrong.
inline constexpr char kRight[] = R"(
duration: "10s"
cost_model: "free"
hosts { name: "node" count: 3 addresses: "192.0.2.{node+1}" }
hosts { name: "far" cores: 4 addresses: "198.51.100.1" }
links { mesh: "node" rate: "1Gbit/s" delay: "100us" }
links { a: "node0" b: "far:up0" }
wireguard { host: "node" mesh: true addresses: "10.0.0.{node+1}" }
wireguard {
  host: "far" name: "wg1"
  peers { host: "node0:wg0" allowed_ips: ["10.0.0.1", "10.1.0.0/24"] }
}
pods { name: "pod" host: "node" prefix: "10.1.{node}.0/24" count: 5 spare: 3 }
flows { name: "s" from: "node*/pod0" to: "node*/pod0" stream { rate: "1000/s" } }
flows { name: "r" from: "node0/pod1" to: "10.1.1.2" both_directions: true requests {} }
flows { name: "t" from: "node0" to: "node1/pod4" stream { rate: "1Mbit/s" } }
churn { host: "node" pods: "pod" events: 10 move_weight: 1 stop: "9s" }
actions { at: "1s" reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" } }
managers { host: "node" core: 0 splitting: WG_PAGE }
variants { name: "replace" method: REPLACE }
variants { name: "remove_me" method: REMOVE_ME set: "hosts.node.cores=8" }
expectations: "remove_me.refused == 0"
expectations: "replace.flows[\"r.back.response\"].refused >= 0"
watch: "10.1.2.5"
)";

// A price list where all is free, as shipped and as the user's own, and one with errors.
class Files : public FileReader {
 public:
  absl::StatusOr<std::string> Read(const std::string& path) override {
    if (path == "dir/mine.textproto") return FreeCostModel();
    return absl::NotFoundError("no such file");
  }
  absl::StatusOr<std::string> ReadShipped(const std::string& path) override {
    if (path == "cost_models/free.textproto") return FreeCostModel();
    if (path == "cost_models/bad.textproto") {
      return absl::StrReplaceAll(
          FreeCostModel(),
          {{"name: \"seal\" fixed_ns: 0", "name: \"seal\" fixed_ns: -1"},
           {"name: \"open\"", "name: \"opne\""},
           {"name: \"wipe\" fixed_ns: 0 source: \"test\"", "name: \"wipe\" per_unit_ps: 1"}});
    }
    return absl::NotFoundError("no such file");
  }
  std::vector<std::string> ShippedPaths() override {
    return {"cost_models/bad.textproto", "cost_models/free.textproto"};
  }
};

// As dir/x.textproto; what is wrong goes to `errors`.
inline std::optional<LoadedScenario> Load(const std::string& text, std::string* errors,
                                          const LoadOptions& options = {}) {
  Files files;
  Diagnostics diagnostics;
  auto loaded = LoadScenario(text, "dir/x.textproto", options, &files, &diagnostics);
  *errors = diagnostics.ToString();
  EXPECT_EQ(loaded.has_value(), errors->empty());
  return loaded;
}

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_LOADER_TESTING_H_
