// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What can be wrong with managers and events of the mesh, and what is said about it: golden text.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/golden_file.h"
#include "scenarios/loader_testing.h"

namespace scenario {
namespace {

struct Case {
  const char* from;
  const char* to;
};

const Case kCases[] = {
    {"method: REPLACE }", "method: REPLACE program: KILO }"},
    {"method: REPLACE }", "program: KILLO }"},
    {"method: REMOVE_ME", "program: WG_SET_DELTA implementation: LINUX_6_12"},
    {"core: 0 splitting", "program: TAILSCALE_CALLBACKS core: 2 splitting"},
    {"core: 0 splitting", R"(resync_every: "10s" splitting)"},
    {"core: 0 splitting", R"(program: KILO resync_every: "soon" splitting)"},
    {"core: 0 splitting", R"(program: KILO debounce: "1s" splitting)"},
    {"core: 0 splitting", R"(program: NETMAKER debounce: "4s" debounce_limit: "1s" splitting)"},
    {"core: 0 splitting", R"(program: CALICO idle_after: "1s" never_equal: true splitting)"},
    {"core: 0 splitting", "program: SYSTEMD_NETWORKD dns_failures: 8 splitting"},
    {"core: 0 splitting", "program: KILO dns_failures: 1 early_update_only: true splitting"},
    {"core: 0 splitting", R"(program: ROSENPASS resync_every: "5s" psk_skew: "5s" splitting)"},
    {R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })",
     R"(node_leaves { host: "node" })"},
    {R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })",
     R"(node_joins { host: "node0" device: "wg7" })"},
    {R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })",
     "change_key { }"},
    {R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })",
     R"(change_port { host: "node0" })"},
    {R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })",
     R"(change_port { host: "node0" listen_port: 70000 })"},
    {R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })",
     R"(restart_manager { host: "nobody" downtime: "-1s" })"},
    {R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })",
     R"(restart_manager { host: "node0" } every: "2s" times: 2)"},
    {R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })",
     R"(resync_manager { host: "" })"},
};

TEST(WrongManagers, AreRefusedWithPlaceFieldReasonAndRemedy) {
  std::string all;
  for (const Case& c : kCases) {
    ASSERT_TRUE(absl::StrContains(kRight, c.from)) << c.from;
    std::string errors;
    EXPECT_FALSE(Load(absl::StrReplaceAll(kRight, {{c.from, c.to}}), &errors).has_value()) << c.to;
    EXPECT_NE(errors, "") << c.to;
    absl::StrAppend(&all, "- ", c.from, "\n+ ", c.to, "\n", errors, "\n");
  }
  EXPECT_EQ(all, ReadGolden("wrong_managers.txt", all));
}

}  // namespace
}  // namespace scenario
