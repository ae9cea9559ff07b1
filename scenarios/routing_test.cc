// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Routes over several links that the loader finds by itself, address translation, packet filters and
// routing by rules, from the file to what arrives.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/describe.h"
#include "scenarios/golden_file.h"
#include "scenarios/loader_testing.h"
#include "scenarios/plan.h"
#include "scenarios/result.pb.h"
#include "scenarios/runner.h"

namespace scenario {
namespace {

// a - r - s - b, and one more at r.
constexpr char kLine[] = R"(
duration: "3s"
cost_model: "free"
hosts { name: "a" addresses: "192.0.2.1" }
hosts { name: "r" addresses: "192.0.2.2" }
hosts { name: "s" addresses: "198.51.100.2" }
hosts { name: "b" addresses: "198.51.100.1" }
hosts { name: "c" addresses: "203.0.113.1" }
links { a: "a" b: "r" delay: "1ms" }
links { a: "r" b: "s" delay: "10ms" }
links { a: "s" b: "b" delay: "2ms" }
links { a: "c" b: "r" delay: "1ms" }
wireguard { host: "a" addresses: "10.0.0.1" peers { host: "b" allowed_ips: "10.0.0.2" } }
wireguard { host: "b" addresses: "10.0.0.2" peers { host: "a" allowed_ips: "10.0.0.1" endpoint: "none" } }
flows { name: "f" from: "a" to: "b" start: "1s" both_directions: true stream { rate: "100/s" } }
variants { name: "v" method: REPLACE }
)";

// a is behind r, which translates.
constexpr char kBehindNat[] = R"(
duration: "100s"
cost_model: "free"
hosts { name: "a" addresses: "192.168.1.100" }
hosts { name: "r" addresses: ["192.168.1.1", "203.0.113.1", "203.0.113.2"] nat { inside: "192.168.1.0/24" } }
hosts { name: "b" addresses: "198.51.100.1" }
links { a: "a" b: "r" delay: "1ms" }
links { a: "r" b: "b" delay: "5ms" }
wireguard { host: "a" addresses: "10.0.0.1" peers { host: "b" allowed_ips: "10.0.0.2" } }
wireguard { host: "b" addresses: "10.0.0.2" peers { host: "a" allowed_ips: "10.0.0.1" endpoint: "none" } }
flows { name: "up" from: "a" to: "b" start: "1s" stop: "2s" stream { rate: "100/s" } }
flows { name: "down" from: "b" to: "a" start: "50s" stream { rate: "10/s" } }
variants { name: "v" method: REPLACE }
)";

LoadedScenario Right(const std::string& text) {
  std::string errors;
  auto loaded = Load(text, &errors);
  EXPECT_EQ(errors, "");
  return std::move(*loaded);
}

std::string Routes(const Plan& plan, int host) {
  std::string text;
  for (const plan::Route& route : plan.hosts[host].routes) {
    absl::StrAppend(&text, route.prefix.ToString(), " via ", route.via.ToString(), "; ");
  }
  return text;
}

// Delivered packets of the flows "up" and "down".
std::pair<uint64_t, uint64_t> UpAndDown(const std::string& text) {
  const VariantResult result = RunPlan(Right(text).variants[0].plan, {});
  EXPECT_EQ(result.flows_size(), 2);
  return {result.flows(0).delivered(), result.flows(1).delivered()};
}

TEST(Routes, AreFoundWhereOneShortestWayLeadsToAnEndpoint) {
  const LoadedScenario loaded = Right(kLine);
  const Plan& plan = loaded.variants[0].plan;
  EXPECT_EQ(Routes(plan, 0), "198.51.100.1/32 via 192.0.2.2; ");
  EXPECT_EQ(Routes(plan, 1), "198.51.100.1/32 via 198.51.100.2; ");
  EXPECT_EQ(Routes(plan, 2), "192.0.2.1/32 via 192.0.2.2; ");
  EXPECT_EQ(Routes(plan, 3), "192.0.2.1/32 via 198.51.100.2; ");
  EXPECT_EQ(Routes(plan, 4), "") << "who is on no path gets none";
}

TEST(Routes, CarryTheTunnelOverTwoRoutersBothWays) {
  const VariantResult result = RunPlan(Right(kLine).variants[0].plan, {});
  ASSERT_GE(result.flows_size(), 2);
  // What b sends before it knows where a is is refused.
  EXPECT_EQ(result.flows(0).delivered() + result.flows(0).in_flight(), result.flows(0).offered());
  EXPECT_GT(result.flows(1).delivered(), 190u);
  EXPECT_GT(result.flows(0).delay_us().p50(), 13'000);
  EXPECT_LT(result.flows(0).delay_us().p50(), 13'100);
}

TEST(Routes, AreNotGuessedBetweenTwoWays) {
  const std::string two = absl::StrReplaceAll(
      kLine, {{R"(links { a: "c" b: "r" delay: "1ms" })",
               R"(links { a: "c" b: "a" } links { a: "c" b: "s" })"}});
  std::string errors;
  EXPECT_FALSE(Load(two, &errors).has_value());
  EXPECT_NE(errors.find("more than one shortest way leads from a to 198.51.100.1 of b"),
            std::string::npos)
      << errors;
}

TEST(Routes, DoNotLeadBackThroughATranslation) {
  const LoadedScenario loaded = Right(kBehindNat);
  const Plan& plan = loaded.variants[0].plan;
  EXPECT_EQ(Routes(plan, 0), "198.51.100.1/32 via 192.168.1.1; ");
  EXPECT_EQ(Routes(plan, 2), "");
}

TEST(Routes, LeadToAHostThatTranslatesItsOwnNetwork) {
  const LoadedScenario loaded = Right(absl::StrReplaceAll(
      kLine, {{R"(addresses: "198.51.100.1" })",
               R"(addresses: "198.51.100.1" nat { inside: "198.51.100.0/24" outside: "wg0" addresses: "10.0.0.2" } })"}}));
  EXPECT_EQ(Routes(loaded.variants[0].plan, 0), "198.51.100.1/32 via 192.0.2.2; ");
}

TEST(NatOfAScenario, EndsAnsweredFlowsAfterTwoMinutesAndOthersAfterHalfAMinute) {
  // Nobody has spoken for 48 s, and WireGuard's own messages were over in 12.
  EXPECT_EQ(UpAndDown(kBehindNat), std::pair(uint64_t{100}, uint64_t{500}));
  EXPECT_EQ(UpAndDown(absl::StrReplaceAll(
                kBehindNat, {{"nat {", "nat { udp_stream_timeout: \"30s\" "}})),
            std::pair(uint64_t{100}, uint64_t{0}));
}

TEST(NatOfAScenario, IsKeptOpenByKeepalives) {
  EXPECT_EQ(
      UpAndDown(absl::StrReplaceAll(
          kBehindNat, {{"nat {", "nat { udp_stream_timeout: \"30s\" "},
                       {"peers { host: \"b\"", "peers { host: \"b\" persistent_keepalive: 25"}})),
      std::pair(uint64_t{100}, uint64_t{500}));
}

TEST(NatOfAScenario, ThatForgetsIsReachedAgainAfterTheNextKeepalive) {
  const std::string kept = absl::StrReplaceAll(
      kBehindNat, {{"peers { host: \"b\"", "peers { host: \"b\" persistent_keepalive: 5"}});
  for (const char* const how :
       {"other_ports: true", "other_ports: false", "address: \"203.0.113.2\""}) {
    const auto [up, down] = UpAndDown(absl::StrCat(
        kept, "actions { at: \"60s\" nat_rebind { host: \"r\" ", how, " } }"));
    EXPECT_EQ(up, 100u);
    // At most what comes in 5 s is lost: a's answers to what it receives are its keepalives.
    EXPECT_LT(down, 500u) << how;
    EXPECT_GE(down, 450u) << how;
  }
}

TEST(NatOfAScenario, ForwardsAPortToAPeer) {
  const std::string forwarded = absl::StrReplaceAll(
      kBehindNat,
      {{"nat {", "nat { forwards { at: \"203.0.113.1:4500\" to: \"192.168.1.100:51820\" } "},
       {"endpoint: \"none\"", "endpoint: \"203.0.113.1:4500\""},
       {"peers { host: \"b\" ", "peers { host: \"b\" endpoint: \"none\" "},
       {R"(flows { name: "up" from: "a" to: "b" start: "1s" stop: "2s")",
        R"(flows { name: "up" from: "a" to: "b" start: "60s" stop: "61s")"}});
  EXPECT_EQ(UpAndDown(forwarded), std::pair(uint64_t{100}, uint64_t{500}));
}

TEST(FilterOfAScenario, DropsWhatItSays) {
  const auto with = [](const char* rules) {
    return absl::StrReplaceAll(
        kBehindNat, {{"nat {", absl::StrCat("filters { ", rules, " } nat {")}});
  };
  // From outside nothing comes in: not even a handshake.
  EXPECT_EQ(UpAndDown(with("hook: FORWARD verdict: DROP in: \"eth1\" protocol: \"udp\"")),
            std::pair(uint64_t{0}, uint64_t{0}));
  // Data messages of 1 KiB are larger than what is let through; the other way all is well.
  const std::string small = absl::StrReplaceAll(
      with("hook: FORWARD verdict: DROP in: \"eth0\" bytes: \"200-65535\""),
      {{"stop: \"2s\" stream {", "stop: \"2s\" stream { payload_bytes: 1000 "},
       {"peers { host: \"b\"", "peers { host: \"b\" persistent_keepalive: 25"}});
  EXPECT_EQ(UpAndDown(small), std::pair(uint64_t{0}, uint64_t{500}));
}

// As wg-quick does it: all that is not WireGuard's own goes into the tunnel, by a table of its own,
// except what the main table knows better than by a default route.
constexpr char kRules[] = R"(
duration: "5s"
cost_model: "free"
hosts {
  name: "a" addresses: "192.168.1.100"
  routes { prefix: "0.0.0.0/0" via: "192.168.1.1" }
  rules { priority: 32764 table: 254 suppress_prefixlength: 0 }
  rules { priority: 32765 table: 51820 fwmark: 51820 invert: true }
}
hosts { name: "r" addresses: "192.168.1.1" routes { prefix: "192.168.1.0/24" via: "192.168.1.100" } }
hosts { name: "b" addresses: "198.51.100.1" routes { prefix: "192.168.1.0/24" via: "192.168.1.1" } }
links { a: "a" b: "r" }
links { a: "r" b: "b" }
wireguard { host: "a" addresses: "10.0.0.1" fwmark: 51820 table: 51820 peers { host: "b" allowed_ips: "0.0.0.0/0" } }
wireguard { host: "b" addresses: "10.0.0.2" peers { host: "a" allowed_ips: "10.0.0.1" endpoint: "none" } }
flows { name: "up" from: "a" to: "b" start: "1s" stop: "2s" stream { rate: "100/s" } }
flows { name: "down" from: "b" to: "a" start: "3s" stop: "4s" stream { rate: "100/s" } }
variants { name: "v" method: REPLACE }
)";

TEST(RulesOfAScenario, KeepTheTunnelsOwnPacketsOutOfIt) {
  EXPECT_EQ(UpAndDown(kRules), std::pair(uint64_t{100}, uint64_t{100}));
  // Without the mark the tunnel's packets go into the tunnel.
  EXPECT_EQ(UpAndDown(absl::StrReplaceAll(kRules, {{" fwmark: 51820 table", " table"}})).first, 0u);
}

// netns.sh: both sockets are in ns0 and speak over its loopback, the interfaces are elsewhere.
constexpr char kLoopback[] = R"(
duration: "9s"
cost_model: "free"
hosts { name: "m" cores: 2 addresses: "127.0.0.9" namespaces: ["ns1", "ns2"] }
wireguard { host: "m" name: "wg1" netns: "ns1" listen_port: 1 addresses: ["192.168.241.1", "fd00::1"]
            peers { host: "m:wg2" allowed_ips: ["192.168.241.2/32", "fd00::2/128"] } }
wireguard { host: "m" name: "wg2" netns: "ns2" listen_port: 2 addresses: ["192.168.241.2", "fd00::2"]
            peers { host: "m:wg1" allowed_ips: ["192.168.241.1/32", "fd00::1/128"] } }
flows { name: "up" from: "192.168.241.2" to: "192.168.241.1" start: "1s" ping { interval: "1ms" count: 10 } }
flows { name: "down" from: "fd00::1" to: "fd00::2" start: "3s" stop: "4s" stream { rate: "100/s" } }
variants { name: "v" method: REPLACE }
)";

TEST(NamespacesOfAScenario, HoldInterfacesWhoseSocketsStayWhereTheyWereCreated) {
  EXPECT_EQ(UpAndDown(kLoopback), std::pair(uint64_t{10}, uint64_t{100}));
  // NETNS-01: 1428 bytes there, or 1460 with a keepalive, and 1372 back.
  const std::string pings = absl::StrReplaceAll(
      kLoopback, {{R"(flows { name: "down" from: "fd00::1" to: "fd00::2" start: "3s" stop: "4s" stream { rate: "100/s" } })",
                   ""}});
  const uint64_t sent = RunPlan(Right(pings).variants[0].plan, {}).bytes_sent();
  EXPECT_TRUE(sent == 1428 + 1372 || sent == 1460 + 1372) << sent;
}

TEST(DescribeRouting, SaysWhatHostsDoWithPackets) {
  const std::string text = Describe(Right(absl::StrReplaceAll(
      kBehindNat,
      {{"nat {",
        R"(filters { hook: INPUT verdict: DROP protocol: "udp" source: "10.0.0.0/8" in: "eth1" destination_ports: "1-1023" bytes: "0-576" }
           filters { hook: OUTPUT verdict: MARK set_mark: 7 out: "eth0" mark: 2 }
           filters { hook: FORWARD verdict: ACCEPT destination: "192.0.2.1" source_ports: "53" protocol: "udp" }
           rules { priority: 10 table: 7 fwmark: 7 invert: true suppress_prefixlength: 0 }
           nat { outside: "eth1" port_per_destination: true open_to_all: true max_flows: 9
                 forwards { at: "203.0.113.1:4500" to: "192.168.1.100:51820" } )"},
       {"variants", R"(actions { name: "twice" at: "9s" every: "1s" times: 2 nat_rebind { host: "r" address: "203.0.113.2" } }
                       variants)"}})));
  EXPECT_EQ(text, ReadGolden("describe_routing.txt", text));
}

}  // namespace
}  // namespace scenario
