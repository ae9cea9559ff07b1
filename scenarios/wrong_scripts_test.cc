// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What can be wrong with actions of scripts, and what is said about it: golden text.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/golden_file.h"
#include "scenarios/loader_testing.h"

namespace scenario {
namespace {

constexpr char kAction[] = R"(reconfigure { host: "node0" peer: "node1" remove: "10.1.1.5" add: "10.9.0.0/16" })";

const char* const kWrong[] = {
    R"(wg { })",
    R"(wg { host: "nod0" commands: "set wg0 listen-port 1" })",
    R"(wg { host: "node0" commands: "set wg7 listen-port 1" })",
    R"(wg { host: "node0" commands: "set wg0" })",
    R"(wg { host: "node0" commands: "genkey" })",
    R"(wg { host: "node0" commands: "set" })",
    R"(wg { host: "node0" commands: "show wg0 peers" })",
    R"(wg { host: "node0" commands: ["set wg0 listen-port 1", "set wg0 listen-port 70000"] })",
    R"(wg { host: "node0" commands: "set wg0 peer nobody remove" })",
    R"(wg { host: "node0" commands: "set wg0 peer {public_key:node1/wg0} endpoint localhost" })",
    R"(wg { host: "node0" commands: "set wg0 peer {public_key:node7/wg0} remove" })",
    R"(wg { host: "node0" commands: "set wg0 peer {public_key:a b} remove" })",
    R"(wg { host: "node0" commands: "set wg0 peer {key:x} remove" })",
    R"(wg { host: "node0" commands: "set wg0 private-key {preshared_key:node0/wg0}" })",
    R"(wg { host: "node0" commands: "set wg0 private-key /etc/key" })",
    R"(wg { host: "node0" commands: "setconf wg0" })",
    R"(wg { host: "node0" commands: "setconf wg0" file: "[Interface]\nPort = 1\n" })",
    R"(wg { host: "node0" commands: "setconf wg0" file: "[Peer]\nPublicKey = {public_key:x}\nAllowedIPs = {for i 1}\n" })",
    R"(wg { host: "node0" commands: "set wg0 listen-port 1" file: "[Interface]\n" })",
    R"(ip { host: "node0" })",
    R"(ip { host: "node0" commands: "addr add 10.0.0.1 eth0" })",
    R"(ip { host: "node0" commands: "addr add 10.0.0.1/24 dev eth7" })",
    R"(ip { host: "node0" commands: "rule add fwmark 1" })",
    R"(ip { host: "node0" commands: ["link set eth0 netns x", "link del lo"] })",
    R"(ping { })",
    R"(ping { from: "node0" to: "everybody" count: 0 })",
    R"(ping { from: "node0" to: "10.0.0.2" size: 7 interval: "0s" timeout: "soon" })",
    R"(ping { from: "node0" to: "10.0.0.2" flood: true interval: "1s" replies: 2 })",
    R"(ping { from: "node0" to: "10.0.0.2" source: "x" error_from: "y" device: "wg3" })",
    R"(ping { from: "node0" to: "10.0.0.2" count: 10 })",
    R"(ping { from: "node0" to: "10.0.0.2" } every: "3s" times: 4)",
    R"(datagram { })",
    R"(datagram { from: "nod" to: "node" address: "10.0.0.2" size: 0 })",
    R"(datagram { to: "node1" address: "10.0.0.2:1" within: "10s" })",
    R"(check { })",
    R"(check { host: "node0" show: "peers" figure: PEERS })",
    R"(check { host: "node0" show: "peers" })",
    R"(check { host: "node0" show: "everything" is: "x" })",
    R"(check { host: "node0" device: "wg9" show: "peers" lines: 1 })",
    R"(check { host: "node0" device: "eth9" figure: INTERFACE_RX_BYTES peer: "{public_key:node1/wg0}" at_least: 1 })",
    R"(check { host: "node0" figure: PEERS at_least: 2 at_most: 1 })",
    R"(check { host: "node0" show: "peers" at_least: 2 })",
    R"(check { host: "node0" show: "peers" peer: "node1" is: "{public_key:node9/wg0}" })",
    R"(check { host: "node0" show: "dump" peer: "{public_key:node1/wg0}" lines: 1 })",
    R"(check { host: "node0" show: "fwmark" peer: "{public_key:node1/wg0}" is: "off" })",
    R"(check { host: "node0" figure: RX_BYTES since: "nothing" at_least: 1 })",
};

TEST(WrongScripts, AreRefusedWithPlaceFieldReasonAndRemedy) {
  std::string all;
  for (const char* wrong : kWrong) {
    std::string errors;
    EXPECT_FALSE(Load(absl::StrReplaceAll(kRight, {{kAction, wrong}}), &errors).has_value()) << wrong;
    EXPECT_NE(errors, "") << wrong;
    absl::StrAppend(&all, "+ ", wrong, "\n", errors, "\n");
  }
  EXPECT_EQ(all, ReadGolden("wrong_scripts.txt", all));
}

}  // namespace
}  // namespace scenario
