// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The price lists that come with wgsim, laid beside the measurements they are made from: by plain
// arithmetic, without a simulation.
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "protocol/allowedips.h"
#include "protocol/config.h"
#include "protocol/config_step.h"
#include "protocol/ip.h"
#include "protocol/netlink/split.h"
#include "scenarios/cost_model_file.h"
#include "scenarios/diagnostics.h"
#include "scenarios/disk_files.h"
#include "sim/wg/cost_model.h"

namespace scenario {
namespace {

using wgnode::Cost;
using wgnode::CostModel;

CostModel Load(const std::string& name) {
  DiskFiles files;
  Diagnostics diagnostics;
  const std::string path = absl::StrCat("cost_models/", name, ".textproto");
  const CostModel model =
      ParseCostModel(files.ReadShipped(path).value_or(""), path, &files, &diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.ToString();
  return model;
}

// What it costs to replace a list of /32s by itself.
struct Replacement {
  int64_t messages = 0;    // everything that is neither removal nor insertion
  int64_t removals = 0;    // all of them
  int64_t insertions = 0;  // all of them
  int64_t first_insertion = 0;
  int64_t one_removal = 0;
  int64_t last_insertion = 0;

  int64_t total() const { return messages + removals + insertions; }
  // While the address that is first, or last, in the list is missing.
  int64_t first_is_missing() const { return removals - one_removal + first_insertion; }
  int64_t last_is_missing() const { return insertions; }
};

// All in nanoseconds. A removal visits one node, since nodes know their parents.
Replacement Replace(const CostModel& model, int n) {
  wg::SetDevice request;
  request.peers.push_back({.public_key = {}, .replace_allowed_ips = true});
  wg::AllowedIps table;
  Replacement out;
  for (int i = 0; i < n; ++i) {
    const wg::Prefix prefix =
        wg::Prefix::Host(wg::IpAddress::V4(0x0a000001 + static_cast<uint32_t>(i)));
    request.peers[0].allowed_ips.push_back({.prefix = prefix});
    const wg::AllowedIps::Cost cost = table.CostOf(prefix);
    out.last_insertion = model
                             .Charge(wg::ConfigStep{.kind = wg::StepKind::kInsertAllowedIp,
                                                    .nodes = cost.nodes,
                                                    .allocations = cost.allocations})
                             .count();
    if (i == 0) out.first_insertion = out.last_insertion;
    out.insertions += out.last_insertion;
    out.one_removal =
        model.Charge(wg::ConfigStep{.kind = wg::StepKind::kRemoveAllowedIp, .nodes = 1}).count();
    out.removals += out.one_removal;
    table.Insert(prefix, 0);
  }
  const auto messages =
      wg::netlink::SplitRequest(request, wg::netlink::Splitting::kWgPage, "wg0");
  for (const wg::netlink::SplitMessage& message : messages) {
    // Begin, staged packets flushed, end.
    out.messages += (model.Charge(Cost::kNetlinkMessage, message.bytes) +
                     3 * model.Charge(Cost::kConfigFixed) + model.Charge(Cost::kSyscall))
                        .count();
  }
  return out;
}

// Within `percent` of what was measured, in nanoseconds.
void ExpectNear(int64_t predicted, int64_t measured, int percent, const std::string& what) {
  EXPECT_GE(predicted * 100, measured * (100 - percent)) << what << ": " << predicted;
  EXPECT_LE(predicted * 100, measured * (100 + percent)) << what << ": " << predicted;
}

void ExpectWithinFactor(int64_t predicted, int64_t measured, int percent, const std::string& what) {
  EXPECT_GE(predicted * percent, measured * 100) << what << ": " << predicted;
  EXPECT_LE(predicted * 100, measured * percent) << what << ": " << predicted;
}

TEST(CostModels, AllThatComeWithWgsimAreRightAndAreCalledLikeTheirFiles) {
  DiskFiles files;
  int models = 0;
  for (const std::string& path : files.ShippedPaths()) {
    absl::string_view name = path;
    if (!absl::ConsumePrefix(&name, "cost_models/")) continue;
    absl::ConsumeSuffix(&name, ".textproto");
    ++models;
    EXPECT_EQ(Load(std::string(name)).name(), std::string(name));
    EXPECT_NE(CostModelDescription(*files.ReadShipped(path)), "") << path;
  }
  EXPECT_EQ(models, 7);
}

// The real kernel under an emulator that takes 4 ns for each instruction, in microseconds. Lengths
// 2 and 256 were used to derive the prices, 16 was not.
TEST(CostModels, InstructionCountsOfTwoListLengthsPredictTheThird) {
  const CostModel model = Load("linux_6_12_emulated");
  ExpectNear(Replace(model, 2).total(), 44'000, 5, "REPLACE of 2, calibrated");
  ExpectNear(Replace(model, 256).total(), 2'070'000, 5, "REPLACE of 256, calibrated");
  ExpectNear(Replace(model, 256).first_is_missing(), 94'000, 5, "first of 256, calibrated");
  ExpectNear(Replace(model, 256).last_is_missing(), 1'520'000, 5, "last of 256, calibrated");
  ExpectNear(Replace(model, 16).total(), 129'000, 10, "REPLACE of 16, predicted");
}

TEST(CostModels, AReplacedElementTakesAsManyInstructionsAsWereCounted) {
  const CostModel model = Load("linux_6_12_emulated");
  const int64_t attribute =
      28 * model.price(Cost::kNetlinkMessage).per_unit_ps / 1000;  // a prefix in a message
  for (int n : {2, 16, 256}) {
    const Replacement r = Replace(model, n);
    const int64_t instructions = ((r.removals + r.insertions) / n + attribute) / 4;
    EXPECT_GE(instructions, 1'100) << n;
    EXPECT_LE(instructions, 2'500) << n;
  }
}

// One message with one prefix that goes, and one with the same that comes back: 40 us in the mean
// at every length.
TEST(CostModels, RemovingOneAddressTakesTheSameAtEveryLength) {
  const CostModel model = Load("linux_6_12_emulated");
  for (int n : {2, 16, 256}) {
    const Replacement one = Replace(model, 1);
    const Replacement all = Replace(model, n);
    ExpectNear(one.messages + (all.one_removal + all.last_insertion) / 2, 40'000, 10,
               absl::StrCat("REMOVE_ME of ", n));
  }
}

TEST(CostModels, AddingAndRemovingADummyPeerTakesAMillisecondAndAHalf) {
  const CostModel model = Load("linux_6_12_emulated");
  const auto waits = model.Charge(Cost::kGracePeriod) + model.Charge(Cost::kFlushQueues);
  const auto peer = model.Charge(Cost::kCreatePeer) + model.Charge(Cost::kDestroyPeer);
  ExpectNear(2 * Replace(model, 1).messages + (waits + peer).count(), 1'500'000, 10, "dummy peer");
}

// Natively (user-mode Linux on the real clock), where caches and memory count: about 1.5 us for 2,
// 5 us for 16, 227 us and, for the first in the list, 56 us for 256.
TEST(CostModels, NativeExposureIsPredictedWithinAFactorOfThreeAndForTheFirstOfFive) {
  const CostModel model = Load("linux_6_12_instructions");
  ExpectNear(Replace(model, 256).last_is_missing(), 227'000, 5, "last of 256, calibrated");
  ExpectWithinFactor(Replace(model, 16).last_is_missing(), 5'000, 300, "last of 16");
  ExpectWithinFactor(Replace(model, 2).last_is_missing(), 1'500, 300, "last of 2");
  ExpectWithinFactor(Replace(model, 256).first_is_missing(), 56'000, 500, "first of 256");
}

TEST(CostModels, TheListMadeForNativeSpeedFitsAllNativeMeasurementsWithinAFactorOfThree) {
  const CostModel model = Load("linux_6_12");
  ExpectWithinFactor(Replace(model, 256).last_is_missing(), 227'000, 150, "last of 256");
  ExpectWithinFactor(Replace(model, 256).first_is_missing(), 56'000, 150, "first of 256");
  ExpectWithinFactor(Replace(model, 16).last_is_missing(), 5'000, 300, "last of 16");
  ExpectWithinFactor(Replace(model, 2).last_is_missing(), 1'500, 300, "last of 2");
}

// Replace gaps of wireguard-go, medians of 60 rounds: with a reader in a tight loop, and the whole
// call with hardly a reader.
struct GapOfGo {
  int prefixes;
  int64_t hot_gap;    // ns
  int64_t cool_call;  // ns
};
constexpr GapOfGo kGapsOfGo[] = {
    {2, 37'000, 45'000},
    {30, 710'000, 100'000},
    {110, 1'900'000, 300'000},
    {250, 4'100'000, 560'000},
    {1000, 17'000'000, 2'000'000},
    {5000, 41'000'000, 14'000'000},
    {20000, 206'000'000, 124'000'000},
};

TEST(CostModels, GapsOfWireguardGoAreFittedWithinAFactorOfTwo) {
  const CostModel model = Load("wireguard_go");
  for (const GapOfGo& gap : kGapsOfGo) {
    const Replacement r = Replace(model, gap.prefixes);
    // One request, whatever its length.
    const int64_t request =
        (model.Charge(Cost::kNetlinkMessage) + 3 * model.Charge(Cost::kConfigFixed)).count();
    ExpectWithinFactor(request + r.removals + r.insertions, gap.cool_call, 200,
                       absl::StrCat("cool call, ", gap.prefixes));
    // A waiting reader gets the lock, and gives it back, between any two insertions.
    ExpectWithinFactor(
        r.insertions + gap.prefixes * model.Charge(Cost::kLockHandover).count(), gap.hot_gap, 200,
        absl::StrCat("hot gap, ", gap.prefixes));
  }
}

// 3.9 to 6.1 CPU-seconds per Gbit of TCP for both daemons together, an acknowledgement for every
// second segment.
TEST(CostModels, WireguardGoTakesTheMeasuredTimePerGigabit) {
  const CostModel model = Load("wireguard_go");
  const auto both_ends = [&](uint64_t bytes) {
    int64_t ps = 0;
    for (Cost cost : {Cost::kTunRead, Cost::kSeal, Cost::kOpen, Cost::kDeliver, Cost::kTunWrite}) {
      ps += model.Picoseconds(cost, bytes);
    }
    return ps + model.Picoseconds(Cost::kXmit, 1) + model.Picoseconds(Cost::kTransmit, 1) +
           model.Picoseconds(Cost::kReceive);
  };
  constexpr int64_t kSegments = 1'000'000'000 / 8 / (1420 - 52);
  const int64_t ms = kSegments * (both_ends(1420) + both_ends(52) / 2) / 1'000'000'000;
  EXPECT_GE(ms, 3'900);
  EXPECT_LE(ms, 6'100);
}

}  // namespace
}  // namespace scenario
