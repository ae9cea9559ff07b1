// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Everything that can be wrong with a scenario, one thing at a time, and what is said about it:
// golden text.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/golden_file.h"
#include "scenarios/loader_testing.h"

namespace scenario {
namespace {

// What stands in the right scenario, and what instead.
struct Case {
  const char* from;
  const char* to;
};

const Case kCases[] = {
    {R"(duration: "10s")", ""},
    {R"(duration: "10s")", R"(duration: "0s")"},
    {R"(duration: "10s")", R"(duration: "-10s")"},
    {R"(duration: "10s")", R"(duration: "10")"},
    {R"(duration: "10s")", R"(duration: "2000h")"},
    {R"(duration: "10s")", "duration: 10"},
    {R"(duration: "10s")", R"(duration: "10s" duration: "11s")"},
    {R"(duration: "10s")", R"(durration: "10s")"},
    {R"(duration: "10s")", R"(duration: "10s" name: "a b")"},
    {R"(duration: "10s")", R"(duration: "10s" implementation: LINUX_6_12)"},
    {R"(duration: "10s")", R"(duration: "10s" implementation: LINUX_6_17)"},
    {R"(duration: "10s")", R"(duration: "10s" seed: -1)"},
    {R"(cost_model: "free")", R"(cost_model: "fere")"},
    {R"(cost_model: "free")", R"(cost_model: "./mine")"},
    {R"(cost_model: "free")", R"(cost_model: "bad")"},
    {R"(name: "node" count)", R"(name: "no de" count)"},
    {R"(name: "node" count)", "count"},
    {R"(name: "far" cores: 4)", R"(name: "node" cores: 4)"},
    {R"(name: "far" cores: 4)", R"(name: "node1" cores: 4)"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 0)"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: -4)"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 5000000000)"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 interrupt_core: 4)"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 hz: 200)"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 preemption: SOME)"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 card { rx_queues: 2000 rx_ring: 0 })"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 card { rx_usecs: "1s" })"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 card { rx_frames: 8 })"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 programs { core: 4 run: "1ms" })"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 programs { name: "p" steals: true })"},
    {R"(name: "far" cores: 4)",
     R"(name: "far" cores: 4 programs { name: "p" run: "2ms" every: "1ms" })"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 slice: "0s")"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 slice: "2s")"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 slice: "long")"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 boot_time: "999ms")"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 boot_time: "5")"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 wall_time: "yesterday")"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 wall_time: "2023-02-29T00:00:00Z")"},
    {R"(name: "far" cores: 4)", R"(name: "far" cores: 4 wall_time: "1969-12-31T23:59:59Z")"},
    {"count: 3", "count: 0"},
    {"events: 10", "events: 100000000"},
    {R"(allowed_ips: ["10.0.0.1", "10.1.0.0/24"] })",
     R"(allowed_ips: ["10.0.0.1", "10.1.0.0/24"] } }
wireguard { host: "far" name: "wg2" listen_port: 51821 peers { host: "node1:wg0" allowed_ips: "10.1.1.0/24" })"},
    {"192.0.2.{node+1}", "192.0.2.1"},
    {"192.0.2.{node+1}", "192.0.2.{host}"},
    {"192.0.2.{node+1}", "192.0.2.300"},
    {"198.51.100.1", "192.0.2.1"},
    {R"(198.51.100.1" })", R"(198.51.100.1" routes { prefix: "192.0.2.0/24" via: "192.0.2.2" } })"},
    {R"(198.51.100.1" })", R"(198.51.100.1" routes { prefix: "192.0.2.7/24" via: "192.0.2.1" } })"},
    {R"(mesh: "node" rate: "1Gbit/s")", R"(mesh: "node" rate: "0bit/s")"},
    {R"(delay: "100us")", R"(delay: "-100us")"},
    {R"(delay: "100us")", R"(delay: "100us" loss_ppm: 2000000)"},
    {R"(delay: "100us")", R"(delay: "100us" queue_packets: 0)"},
    {R"(delay: "100us")", R"(delay: "100us" mtu: 100)"},
    {R"(mesh: "node" rate)", R"(mesh: "nods" rate)"},
    {R"(mesh: "node" rate)", R"(mesh: "far" rate)"},
    {R"(mesh: "node" rate)", R"(mesh: "node" a: "node0" rate)"},
    {R"(links { mesh: "node")", R"(links { a: "node0" b: "node1")"},
    {R"(b: "far:up0")", R"(b: "fra:up0")"},
    {R"(b: "far:up0")", R"(b: "node0")"},
    {R"(b: "far:up0")", R"(b: "node1")"},
    {R"(b: "far:up0")", R"(b: "node")"},
    {R"(b: "far:up0")", R"(b: "far:")"},
    {R"(links { a: "node0" b: "far:up0" })", ""},
    {"10.0.0.{node+1}", "192.0.2.{node+1}"},
    {"10.0.0.{node+1}", "10.0.0.1"},
    {R"(host: "node" mesh: true)", R"(host: "node" mesh: true listen_port: 70000)"},
    {R"(host: "node" mesh: true)",
     R"(host: "node" mesh: true private_key: "4BrsFhNxSOhOGmuCxfTIJk2fJFFSRDv3NCHT5JLeJ0g=")"},
    {R"(name: "wg1")", R"(name: "up0")"},
    {R"(name: "wg1")", R"(name: "wg1" private_key: "abc")"},
    {R"(name: "wg1")", R"(name: "wg1" persistent_keepalive: 70000)"},
    {R"(host: "node0:wg0" allowed)", R"(host: "node0" allowed)"},
    {R"(host: "node0:wg0" allowed)", R"(host: "node7:wg0" allowed)"},
    {R"(host: "node0:wg0" allowed)", R"(host: "far" allowed)"},
    {R"(host: "node0:wg0" allowed)", R"(host: "node0:wg0" endpoint: "192.0.2.2:51820" allowed)"},
    {R"(host: "node0:wg0" allowed)", R"(host: "node0:wg0" endpoint: "192.0.2.9:51820" allowed)"},
    {R"(host: "node0:wg0" allowed)", R"(host: "node0:wg0" endpoint: "192.0.2.1:1" allowed)"},
    {R"(host: "node0:wg0" allowed)", R"(host: "node0:wg0" endpoint: "192.0.2.1" allowed)"},
    {R"(host: "node0:wg0" allowed)", R"(host: "node0:wg0" preshared_key: "AAAA" allowed)"},
    {R"(10.1.0.0/24"] })",
     R"(10.1.0.0/24"] } peers { host: "node1:wg0" endpoint: "none" allowed_ips: "10.1.0.0/16" })"},
    {R"(10.1.0.0/24"] })",
     R"(10.1.0.0/24"] } peers { host: "node1:wg0" endpoint: "none" allowed_ips: "10.1.0.0/24" })"},
    {R"(10.1.0.0/24"] })", R"(10.1.0.0/24"] } peers { host: "node1:wg0" })"},
    {R"(10.1.0.0/24"] })", R"(10.1.0.0/24"] } peers { host: "node0:wg0" })"},
    {R"(10.1.0.0/24"])", R"(10.1.0.3/24"])"},
    {R"(10.1.0.0/24"])", R"(10.1.0.0/33"])"},
    {R"(pods { name: "pod")", R"(pods { name: "pod" device: "wg7")"},
    {R"(10.1.{node}.0/24" count)", R"(10.1.0.0/24" count)"},
    {R"(10.1.{node}.0/24" count)", R"(10.1.{node}.0/30" count)"},
    {"count: 5 spare", "spare"},
    {"count: 5 spare", R"(addresses: "10.1.{node}.9" count: 5 spare)"},
    {R"(from: "node*/pod0")", R"(from: "node/pod0")"},
    {R"(from: "node*/pod0")", R"(from: "node*/pod9")"},
    {R"(from: "node*/pod0")", R"(from: "nod*/pod0")"},
    {R"(from: "node*/pod0")", R"(from: "far*/pod0")"},
    {R"(from: "node*/pod0")", R"(from: "far")"},
    {R"(from: "node*/pod0")", R"(from: "10.9.9.9")"},
    {R"(from: "node*/pod0" to)", "to"},
    {R"(from: "node*/pod0")", R"(both_directions: true from: "node*/pod0")"},
    {R"(stream { rate: "1000/s" })", ""},
    {R"(stream { rate: "1000/s" })", "stream { }"},
    {R"(stream { rate: "1000/s" })", R"(stream { rate: "1000" })"},
    {R"(stream { rate: "1000/s" })", R"(stream { rate: "1000/s" payload_bytes: 1 })"},
    {R"(stream { rate: "1000/s" })", R"(stream { rate: "1000/s" segments: 65 })"},
    {R"(stream { rate: "1000/s" })", R"(stream { rate: "1000/s" segments: 64 payload_bytes: 1372 })"},
    {R"(stream { rate: "1000/s" })", R"(stream { rate: "1000/s" } requests {})"},
    {R"(stream { rate: "1000/s" })", R"(stream { rate: "1000/s" } start: "11s")"},
    {R"(stream { rate: "1000/s" })", R"(stream { rate: "1000/s" } start: "2s" stop: "1s")"},
    {R"(stream { rate: "1000/s" })", R"(stream { rate: "1000/s" } from_core: 2)"},
    {"requests {}", R"(requests { timeout: "0s" outstanding: 0 })"},
    {"requests {}", "requests {} send_buffer_bytes: 100"},
    {R"(name: "r" from)", R"(name: "s" from)"},
    {R"(to: "10.1.1.2")", R"(to: "10.1.0.1")"},
    {R"(to: "10.1.1.2")", R"(to: "far")"},
    {R"(name: "t" from: "node0" to)", R"(name: "t" role: BYSTANDER from: "node0" to)"},
    {R"(to: "node1/pod4")", R"(to: "node1/pod6")"},
    {R"(to: "10.1.1.2")", R"(to: "node1/pod6")"},
    {R"(host: "node" pods: "pod")", R"(host: "node" pods: "pots")"},
    {R"(host: "node" pods: "pod")", R"(host: "node0" pods: "pod")"},
    {"events: 10", "events: 0"},
    {"events: 10", ""},
    {"events: 10", R"(events: 10 per: "0s")"},
    {"move_weight: 1", "move_weight: 0 add_weight: 0 delete_weight: 0"},
    {R"(stop: "9s")", R"(stop: "11s")"},
    {"count: 5 spare: 3", "count: 3"},
    {R"(at: "1s")", R"(at: "10s")"},
    {R"(at: "1s")", ""},
    {R"(at: "1s")", R"(at: "1s" times: 2)"},
    {R"(at: "1s")", R"(at: "1s" every: "0s")"},
    {R"(remove: "10.1.1.5")", R"(remove: "10.1.1.99")"},
    {R"(remove: "10.1.1.5" add: "10.9.0.0/16")", ""},
    {R"(host: "node0" peer: "node1")", R"(host: "node" peer: "node1")"},
    {R"(host: "node0" peer: "node1")", R"(host: "node0" peer: "far")"},
    {R"(host: "node0" peer: "node1")", R"(host: "node0" device: "wg1" peer: "node1")"},
    {"core: 0 splitting", "core: 2 splitting"},
    {R"(managers { host: "node")", R"(managers { host: "node0" } managers { host: "node")"},
    {"splitting: WG_PAGE", "splitting: PAGE"},
    {R"(name: "remove_me" method)", R"(name: "replace" method)"},
    {"method: REPLACE }", "}"},
    {"method: REMOVE_ME", "method: REMOVE_ME implementation: BORINGTUN"},
    {R"(name: "replace" method)", R"(name: "re.place" method)"},
    {"remove_me.refused == 0", "removeme.refused == 0"},
    {"remove_me.refused == 0", "remove_me.refuse == 0"},
    {"remove_me.refused == 0", "remove_me.refused = 0"},
    {R"(watch: "10.1.2.5")", R"(watch: "10.1.2")"},
    {R"(watch: "10.1.2.5")", R"(watch: "10.1.2.5)"},
    {R"(watch: "10.1.2.5")", "watch { }"},
    {R"(watch: "10.1.2.5")", "links {"},
};

TEST(WrongScenarios, AreRefusedWithPlaceFieldReasonAndRemedy) {
  std::string all;
  for (const Case& c : kCases) {
    ASSERT_TRUE(absl::StrContains(kRight, c.from)) << c.from;
    std::string errors;
    EXPECT_FALSE(Load(absl::StrReplaceAll(kRight, {{c.from, c.to}}), &errors).has_value()) << c.to;
    EXPECT_NE(errors, "") << c.to;
    absl::StrAppend(&all, "- ", c.from, "\n+ ", c.to, "\n", errors, "\n");
  }
  EXPECT_EQ(all, ReadGolden("wrong_scenarios.txt", all));
}

}  // namespace
}  // namespace scenario
