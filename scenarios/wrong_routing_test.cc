// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What can be wrong with address translation, packet filters and routing by rules, one thing at a
// time, and what is said about it: golden text.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/golden_file.h"
#include "scenarios/loader_testing.h"

namespace scenario {
namespace {

// Of far, which is linked to node0 by "up0".
const char* const kHosts[] = {
    "nat { }",
    "nat { inside: \"10\" }",
    "nat { inside: \"198.51.100.0/24\" }",
    "nat { inside: \"192.168.0.0/16\" outside: \"eth7\" }",
    "nat { inside: \"192.168.0.0/16\" addresses: \"192.0.2.1\" }",
    "nat { inside: \"fd00::/8\" }",
    "nat { inside: \"192.168.0.0/16\" udp_timeout: \"0s\" udp_stream_timeout: \"long\" }",
    "nat { inside: \"192.168.0.0/16\" max_flows: 0 }",
    "nat { inside: \"192.168.0.0/16\" forwards { } }",
    "nat { inside: \"192.168.0.0/16\" forwards { at: \"192.0.2.1:1\" to: \"192.168.0.1:0\" } }",
    "nat { inside: \"192.168.0.0/16\" forwards { at: \"192.0.2.1:1\" to: \"192.168.0.1:1\" } }",
    "nat { inside: \"192.168.0.0/16\" forwards { at: \"198.51.100.1:1\" to: \"[fd00::1]:1\" } }",
    "filters { }",
    "filters { hook: INPUT verdict: MARK }",
    "filters { hook: INPUT verdict: DROP set_mark: 1 }",
    "filters { hook: INPUT verdict: DROP out: \"up0\" }",
    "filters { hook: OUTPUT verdict: DROP in: \"up0\" }",
    "filters { hook: FORWARD verdict: DROP in: \"up1\" out: \"wg1\" }",
    "filters { hook: FORWARD verdict: DROP protocol: \"tcp\" source: \"x\" }",
    "filters { hook: FORWARD verdict: DROP protocol: \"icmp\" source_ports: \"7\" }",
    "filters { hook: FORWARD verdict: DROP destination_ports: \"9-1\" bytes: \"many\" }",
    "filters { hook: FORWARD verdict: DROP bytes: \"70000\" }",
    "filters { hook: FORWARD verdict: REJECT }",
    "namespaces: [\"a b\", \"x\", \"x\"]",
    "rules { }",
    "rules { priority: 0 table: 0 }",
    "rules { priority: 1 table: 255 invert: true }",
    "rules { priority: 1 table: 7 suppress_prefixlength: 129 }",
    "routes { prefix: \"192.168.0.0/16\" via: \"192.0.2.1\" table: 255 }",
};

const char* const kActions[] = {
    "nat_rebind { }",
    "nat_rebind { host: \"far\" }",
    "nat_rebind { host: \"node1\" address: \"192.0.2.1\" }",
};

TEST(WrongRouting, IsRefusedWithPlaceFieldReasonAndRemedy) {
  std::string all;
  const auto refuse = [&](const char* what, const std::string& text) {
    std::string errors;
    EXPECT_FALSE(Load(text, &errors).has_value()) << what;
    absl::StrAppend(&all, "+ ", what, "\n", errors, "\n");
  };
  for (const char* const what : kHosts) {
    refuse(what, absl::StrReplaceAll(kRight, {{"cores: 4", absl::StrCat("cores: 4 ", what)}}));
  }
  for (const char* const what : kActions) {
    refuse(what,
           absl::StrReplaceAll(
               kRight, {{"count: 3", "count: 3 nat { inside: \"192.168.0.0/16\" }"},
                        {"reconfigure { host: \"node0\" peer: \"node1\" remove: \"10.1.1.5\" add: "
                         "\"10.9.0.0/16\" }",
                         what}}));
  }
  refuse("netns: \"x\"",
         absl::StrReplaceAll(kRight, {{"name: \"wg1\"", "name: \"wg1\" netns: \"x\""}}));
  refuse("netns: \"x\" with pods",
         absl::StrReplaceAll(kRight, {{"count: 3", "count: 3 namespaces: \"x\""},
                                      {"mesh: true", "mesh: true netns: \"x\""}}));
  refuse("table: 0", absl::StrReplaceAll(kRight, {{"name: \"wg1\"", "name: \"wg1\" table: 0"}}));
  EXPECT_EQ(all, ReadGolden("wrong_routing.txt", all));
}

}  // namespace
}  // namespace scenario
