// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Scripts from text to result: what administrators type happens, and every kind of check can hold and can fail.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/checks_text.h"
#include "scenarios/junit.h"
#include "scenarios/loader_testing.h"
#include "scenarios/run_scenario.h"
#include "scenarios/strict.h"
#include "scenarios/table.h"

namespace scenario {
namespace {

constexpr char kTwo[] = R"(
name: "two"
duration: "10s"
cost_model: "free"
hosts { name: "a" addresses: ["192.0.2.1", "2001:db8::1"] }
hosts { name: "b" addresses: ["192.0.2.2", "2001:db8::2"] }
links { a: "a:eth0" b: "b:eth0" }
wireguard { host: "a" addresses: "10.0.0.1" peers { host: "b" allowed_ips: ["10.0.0.2", "10.2.0.0/16"] } }
wireguard { host: "b" addresses: "10.0.0.2" peers { host: "a" allowed_ips: "10.0.0.1" } }
variants { name: "v" method: REMOVE_ME }
)";

Result RunOf(const std::string& actions) {
  std::string errors;
  const auto loaded = Load(absl::StrCat(kTwo, actions), &errors);
  EXPECT_EQ(errors, "");
  return loaded.has_value() ? RunScenario(*loaded, {.crypto = Crypto::kModelled}) : Result();
}

// "NAME: held, SEEN" of each check, a line each.
std::string Seen(const std::string& actions) {
  std::string text;
  const Result result = RunOf(actions);
  for (const CheckResult& check : result.variants(0).checks()) {
    absl::StrAppend(&text, check.name(), check.held() ? ": held, " : ": not held, ", check.seen(), "\n");
  }
  return text;
}

std::string At(const std::string& at, const std::string& name, const std::string& what) {
  return absl::StrCat("actions { at: \"", at, "\" name: \"", name, "\" ", what, " }\n");
}

TEST(Script, PingsAreAnsweredOrNotAndBothCanBeExpected) {
  EXPECT_EQ(Seen(At("1s", "right", R"(ping { from: "a" to: "10.0.0.2" count: 10 flood: true })") +
                 At("1s", "wrong", R"(ping { from: "a" to: "10.0.0.2" replies: 0 })") +
                 At("3s", "nobody", R"(ping { from: "a" to: "10.0.0.3" replies: 0 })") +
                 At("5s", "nobody-wrong", R"(ping { from: "a" to: "10.2.0.3" count: 2 })") +
                 At("8s", "address", R"(ping { from: "a" to: "10.0.0.1" source: "10.0.0.1" size: 8 })")),
            "wrong: not held, 1 of 1 replies\n"
            "right: held, 10 of 10 replies\n"
            "nobody: held, 0 of 1 replies; ENOKEY, EHOSTUNREACH from 10.0.0.1\n"
            "nobody-wrong: not held, 0 of 2 replies\n"
            "address: held, 1 of 1 replies\n");
}

TEST(Script, AFloodSendsTheNextRequestWithTheReplyOrTenMillisecondsLater) {
  const Result answered = RunOf(At("1s", "p", R"(ping { from: "a" to: "192.0.2.2" count: 100 flood: true })"));
  EXPECT_NEAR(answered.variants(0).checks(0).at_seconds(), 1.01, 0.001);
  const Result lost = RunOf(At("1s", "p", R"(ping { from: "a" to: "192.0.2.9" count: 11 flood: true replies: 0 })"));
  EXPECT_NEAR(lost.variants(0).checks(0).at_seconds(), 2.1, 0.001);
}

TEST(Script, APingKnowsWhoSentTheError) {
  const std::string ping = R"(ping { from: "a" to: "10.2.0.3" replies: 0 error_from: "$" })";
  const std::string unreachable = At("1s", "r", R"(ip { host: "b" commands: "route add unreachable 10.2.0.3" })");
  const std::string forward = At("2s", "x", absl::StrReplaceAll(ping, {{"$", "10.0.0.2"}}));
  EXPECT_TRUE(absl::StrContains(Seen(unreachable + forward), "x: not held, 0 of 1 replies"));  // b does not forward
  EXPECT_EQ(Seen(At("1s", "e", R"(wg { host: "a" commands: "set wg0 peer {public_key:b/wg0} remove" })") +
                 At("2s", "x", absl::StrReplaceAll(ping, {{"$", "10.0.0.1"}})) + At("4s", "y", absl::StrReplaceAll(ping, {{"$", "10.0.0.9"}}))),
            "x: held, 0 of 1 replies; ENOKEY, EHOSTUNREACH from 10.0.0.1\n"
            "y: not held, 0 of 1 replies; ENOKEY, EHOSTUNREACH from 10.0.0.1\n");
}

TEST(Script, DatagramsComeOrDoNotAndBothCanBeExpected) {
  EXPECT_EQ(Seen(At("1s", "came", R"(datagram { from: "a" to: "b" address: "10.0.0.2:1111" })") +
                 At("2s", "came-wrong", R"(datagram { from: "a" to: "b" address: "10.0.0.2:1111" received: false })") +
                 At("3s", "not", R"(datagram { to: "b" address: "10.0.0.2:1111" received: false })") +
                 At("5s", "not-wrong", R"(datagram { from: "a" to: "b" address: "10.0.0.3:1111" })")),
            "came: held, one came\n"
            "came-wrong: not held, one came\n"
            "not: held, nothing came\n"
            "not-wrong: not held, nothing came; the send call said ENOKEY\n");
}

TEST(Script, ChecksShowWhatWgShowsAndCompareIt) {
  const auto check = [&](const std::string& name, const std::string& word, const std::string& comparison) {
    return At("1s", name, absl::StrCat("check { host: \"a\" show: \"", word, "\" ", comparison, " }"));
  };
  const std::string seen = Seen(check("port", "listen-port", R"(is: "51820" lines: 1 words: 1)") + check("port-wrong", "listen-port", R"(is: "51821")") +
                 check("one-of", "fwmark", R"(is: ["0x1", "off"])") + check("none-of", "fwmark", R"(is_not: ["0x1", "off"])") +
                 check("ips", "allowed-ips", R"(is: "{public_key:b/wg0}\t10.0.0.2/32 10.2.0.0/16" contains: ["10.0.0.2", "10.2"] words: 3)"));
  EXPECT_TRUE(absl::StartsWith(seen, "port: held, 51820\nport-wrong: not held, 51820\none-of: held, off\nnone-of: not held, off\nips: held, ")) << seen;
  const std::string more = Seen(check("peer", "allowed-ips", R"(peer: "{public_key:b/wg0}" is: "10.0.0.2/32 10.2.0.0/16")") +
                 check("lacks", "endpoints", R"(peer: "{public_key:b/wg0}" lacks: "51820")") +
                 check("has", "endpoints", R"(peer: "{public_key:b/wg0}" contains: "192.0.2.2:51820")") +
                 check("nobody", "endpoints", R"(peer: "{public_key:nobody}" is: "")") + check("lines", "peers", R"(lines: 2)"));
  EXPECT_TRUE(absl::StartsWith(more, "peer: held, 10.0.0.2/32 10.2.0.0/16\nlacks: not held, 192.0.2.2:51820\nhas: held, 192.0.2.2:51820\n"
            "nobody: not held, there is no such peer\nlines: not held, ")) << more;
}

TEST(Script, ChecksOfFiguresHaveBoundsAndDifferences) {
  const auto check = [&](const std::string& at, const std::string& name, const std::string& what) {
    return At(at, name, absl::StrCat("check { host: \"a\" ", what, " }"));
  };
  EXPECT_EQ(Seen(check("1s", "never", R"(figure: PEERS_WITH_HANDSHAKE is: "0")") + check("1s", "peers", R"(figure: PEERS at_least: 2)") +
                 check("1s", "ips", R"(figure: ALLOWED_IPS at_most: 2)") + At("1s", "p", R"(ping { from: "a" to: "10.0.0.2" count: 2 flood: true })") +
                 check("2s", "tx", R"(figure: TX_BYTES is: ["404", "436"])") + check("2s", "rx", R"(figure: RX_BYTES peer: "{public_key:b/wg0}" is: "348")") +
                 check("2s", "shaken", R"(figure: PEERS_WITH_HANDSHAKE is: "1")") + At("3s", "q", R"(ping { from: "a" to: "10.0.0.2" })") +
                 check("4s", "more", R"(figure: RX_BYTES since: "rx" is: "128")") + check("4s", "more-wrong", R"(figure: RX_BYTES since: "rx" at_most: 127)") +
                 check("4s", "if", R"(figure: INTERFACE_RX_BYTES device: "eth0" at_least: 1000)")).find("not held"),
            std::string("never: held, 0\npeers: ").size());
}

TEST(Script, CommandsOfWgChangeTheDeviceStepByStepAndInTheirOrder) {
  EXPECT_EQ(Seen(At("1s", "w", R"(wg { host: "a" commands: [
                   "set wg0 private-key {private_key:new} listen-port 7 fwmark 0x10",
                   "wg set wg0 peer {public_key:b/wg0} allowed-ips 10.0.0.2/32,10.3.0.0/16 persistent-keepalive 25" ] })") +
                 At("1s", "v", R"(wg { host: "b" commands: "set wg0 peer {public_key:new} allowed-ips 10.0.0.1/32 endpoint 192.0.2.1:7" })") +
                 At("2s", "key", R"(check { host: "a" show: "public-key" is: "{public_key:new}" })") +
                 At("2s", "key-of", R"(check { host: "a" show: "public-key" is: "{public_key:a/wg0}" })") +
                 At("2s", "private", R"(check { host: "a" show: "private-key" is: "{private_key:new}" })") +
                 At("2s", "conf", R"(check { host: "a" show: "conf" contains: ["ListenPort = 7", "FwMark = 0x10", "PersistentKeepalive = 25"] })") +
                 At("2s", "ips", R"(check { host: "a" show: "allowed-ips" peer: "{public_key:b/wg0}" is: "10.0.0.2/32 10.3.0.0/16" })") +
                 At("2s", "ping", R"(ping { from: "b" to: "10.0.0.1" })"))
                .find("not held"),
            std::string::npos);
}

TEST(Script, FilesAreReadBySetconfSyncconfAndAddconf) {
  const std::string file = R"(file: "[Interface]\nPrivateKey = {private_key:a/wg0}\nListenPort = 9\n[Peer]\nPublicKey = {public_key:x}\n{for i 1 3}AllowedIPs = 10.9.{i}.0/24\n{end}")";
  const auto run = [&](const std::string& verb) {
    return Seen(At("1s", "w", absl::StrCat("wg { host: \"a\" commands: \"", verb, " wg0\" ", file, " }")) +
                At("2s", "peers", R"(check { host: "a" figure: PEERS is: "9" })") + At("2s", "ips", R"(check { host: "a" figure: ALLOWED_IPS is: "9" })") +
                At("2s", "port", R"(check { host: "a" show: "listen-port" is: "9" })"));
  };
  EXPECT_EQ(run("setconf"), "peers: not held, 1\nips: not held, 3\nport: held, 9\n");
  EXPECT_EQ(run("syncconf"), "peers: not held, 1\nips: not held, 3\nport: held, 9\n");
  EXPECT_EQ(run("addconf"), "peers: not held, 2\nips: not held, 5\nport: held, 9\n");
}

TEST(Script, ACommandThatFailsIsACheckThatDidNotHoldUnlessItIsMeantTo) {
  EXPECT_EQ(Seen(At("1s", "meant", R"(wg { host: "a" commands: "show wg7" fails: true })") +
                 At("1s", "not", R"(wg { host: "a" commands: "show wg0" fails: true })") + At("1s", "quiet", R"(wg { host: "a" commands: "show wg0" })") +
                 At("2s", "ip", R"(ip { host: "a" commands: ["addr add 10.0.0.1/24 dev wg0", "link set wg0 down"] })") +
                 At("3s", "gone", R"(ip { host: "a" commands: "link del wg0" })") +
                 At("4s", "late", R"(wg { host: "a" commands: "set wg0 listen-port 1" })") +
                 At("4s", "look", R"(check { host: "a" show: "peers" lines: 1 })")),
            "meant: held, ENODEV\nnot: not held, it succeeded\nip: not held, EEXIST: it has the address already\n"
            "late: not held, ENODEV\nlook: not held, ENODEV\n");
}

TEST(Script, InterfacesMoveBetweenNamespacesAndTheirSocketsStay) {
  EXPECT_EQ(Seen(At("1s", "move", R"(ip { host: "a" commands: ["netns add other", "link set wg0 netns other", "-n other addr add 10.0.0.1/24 dev wg0",
                                         "-n other link set wg0 up"] })") +
                 At("2s", "in", R"(ping { from: "a" netns: "other" to: "10.0.0.2" })") + At("3s", "out", R"(ping { from: "a" to: "10.0.0.2" })")),
            "in: held, 1 of 1 replies\nout: not held, 0 of 1 replies; ENETUNREACH\n");
}

TEST(Script, AnAddressThatGoesAwayIsNotSentFromAnyMore) {
  EXPECT_EQ(Seen(At("1s", "before", R"(ping { from: "a" to: "10.0.0.2" })") +
                 At("2s", "was", R"(check { host: "b" show: "endpoints" peer: "{public_key:a/wg0}" is: "192.0.2.1:51820" })") +
                 At("2s", "ip", R"(ip { host: "a" commands: ["addr add 192.0.2.10/32 dev lo", "addr del 192.0.2.1/32 dev lo",
                                       "route del 192.0.2.2/32 dev eth0", "route add 192.0.2.2/32 dev eth0 src 192.0.2.10"] })") +
                 At("2s", "back", R"(ip { host: "b" commands: "route add 192.0.2.10/32 dev eth0" })") +
                 At("3s", "after", R"(ping { from: "a" to: "10.0.0.2" })") +
                 At("4s", "is", R"(check { host: "b" show: "endpoints" peer: "{public_key:a/wg0}" is: "192.0.2.10:51820" })")),
            "before: held, 1 of 1 replies\nwas: held, 192.0.2.1:51820\nafter: held, 1 of 1 replies\nis: held, 192.0.2.10:51820\n");
}

TEST(Script, RepetitionsAreNumbered) {
  EXPECT_EQ(Seen(R"(actions { at: "1s" every: "2s" times: 3 name: "p" ping { from: "a" to: "10.0.0.2" } })"),
            "p.1: held, 1 of 1 replies\np.2: held, 1 of 1 replies\np.3: held, 1 of 1 replies\n");
}

TEST(Script, AFailedCheckFailsTheRunAndIsInEveryOutput) {
  const Result bad = RunOf(At("1s", "port", R"(check { host: "a" show: "listen-port" is: "1" claim: "the port is <1>" })"));
  EXPECT_FALSE(AllHeld(bad));
  EXPECT_EQ(bad.variants(0).checks_failed(), 1u);
  EXPECT_TRUE(absl::StrContains(ResultTable(bad), "checks: 0 of 1 held\n  NOT HELD  port  51820\n"));
  const std::string failure = CheckFailures(bad, "wgsim");
  EXPECT_TRUE(absl::StrContains(failure, "dir/x.textproto:11: check did not hold: port: the port is <1>\n"
                                         "  wanted  wg show wg0 listen-port is \"1\"\n  seen    51820\n"
                                         "  when    in v at 1.000000 s of virtual time\n"))
      << failure;
  const std::string xml = JunitXml(bad, "wgsim");
  EXPECT_TRUE(absl::StrContains(xml, "<testcase classname=\"two.seed1.check\" name=\"port\" time=\"1.000000\">")) << xml;
  EXPECT_TRUE(absl::StrContains(xml, "<failure type=\"check\" message=\"51820\">"));

  const Result good = RunOf(At("1s", "port", R"(check { host: "a" show: "listen-port" is: "51820" })"));
  EXPECT_TRUE(AllHeld(good));
  EXPECT_EQ(CheckFailures(good, "wgsim"), "");
  EXPECT_TRUE(absl::StrContains(JunitXml(good, "wgsim"), "failures=\"0\""));
}

TEST(Script, ChecksAreExpectationsToStrict) {
  std::string errors;
  const auto loaded = Load(absl::StrCat(kTwo, At("1s", "port", R"(check { host: "a" show: "listen-port" is: "51820" })")), &errors);
  ASSERT_TRUE(loaded.has_value()) << errors;
  Result result = RunScenario(*loaded, {.crypto = Crypto::kModelled});
  JudgeStrictly(*loaded, &result);
  EXPECT_EQ(result.strict_findings_size(), 0) << result.strict_findings(0);
}

TEST(Script, TheSameSeedGivesTheSameTraceAndNamedKeysDependOnIt) {
  const std::string actions = At("1s", "k", R"(check { host: "a" show: "public-key" is: "{public_key:a/wg0}" })") +
                              At("1s", "w", R"(wg { host: "a" commands: "set wg0 peer {public_key:x} allowed-ips 10.7.0.0/16" })") +
                              At("2s", "p", R"(check { host: "a" show: "peers" lines: 2 })");
  const Result one = RunOf(actions), two = RunOf(actions), other = RunOf("seed: 2\n" + actions);
  EXPECT_EQ(one.trace_hash(), two.trace_hash());
  EXPECT_NE(one.variants(0).checks(1).seen(), other.variants(0).checks(1).seen());
}

}  // namespace
}  // namespace scenario
