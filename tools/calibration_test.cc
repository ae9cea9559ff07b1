// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/calibration.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scenarios/cost_model_file.h"
#include "scenarios/diagnostics.h"
#include "tools/files.h"

namespace tools {
namespace {

using wgnode::Cost;
using wgnode::CostModel;

// `text` as a file of the user's, on top of what comes with wgsim.
CostModel Parse(const std::string& text) {
  Files files;
  scenario::Diagnostics diagnostics;
  const CostModel model = scenario::ParseCostModel(text, "x.textproto", &files, &diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.ToString() << text;
  return model;
}

CostModel Base() { return Parse("name: \"base\" base: \"linux_6_12\""); }

Primitives Measured() {
  Primitives m;
  m.system_call_ps = 262'499;
  m.copy = {.fixed_ps = 5'000, .per_unit_fs = 31'500};
  m.seal = {.fixed_ps = 180'500, .per_unit_fs = 712'400};
  m.open = {.fixed_ps = 190'000, .per_unit_fs = 720'000};
  m.derive_public_ps = 20'000'000;
  m.derive_secret_ps = 53'000'000;
  m.open_cookie_ps = 400'000;
  m.handshake_out_ps = 101'000'000;
  m.handshake_init_ps = 202'000'000;
  m.handshake_response_ps = 103'000'000;
  m.insert = {.fixed_ps = 30'000, .per_unit_fs = 4'000'000};
  m.remove = {.fixed_ps = 20'000, .per_unit_fs = 2};
  m.batches = 5;
  return m;
}

TEST(Calibration, TheFileLoadsAndHasWhatWasMeasured) {
  const CostModel base = Base();
  const std::vector<CalibratedPrice> prices = CalibratedPrices(Measured(), base, "a machine");
  const CostModel model = Parse(CalibratedFile("mine", "linux_6_12", "a machine", prices));
  EXPECT_EQ(model.name(), "mine");
  EXPECT_EQ(model.price(Cost::kSyscall).fixed_ps, 262'000);
  EXPECT_EQ(model.price(Cost::kSeal).fixed_ps, 181'000);
  EXPECT_EQ(model.price(Cost::kSeal).per_unit_ps, 712);
  EXPECT_EQ(model.price(Cost::kUdpSend).fixed_ps, base.price(Cost::kUdpSend).fixed_ps);
  EXPECT_EQ(model.price(Cost::kUdpSend).per_unit_ps, 32);
  EXPECT_EQ(model.price(Cost::kSetPrivateKey).per_unit_ps, 53'000'000);
  EXPECT_EQ(model.price(Cost::kInsertAllowedIp).per_unit_ps, 4000);
  EXPECT_EQ(model.price(Cost::kAllocateNode).fixed_ps, 0);
  EXPECT_EQ(model.price(Cost::kXmit).fixed_ps, base.price(Cost::kXmit).fixed_ps);
  for (const CalibratedPrice& p : prices) {
    EXPECT_EQ(model.price(p.cost).fixed_ps, p.price.fixed_ps);
    EXPECT_EQ(model.price(p.cost).per_unit_ps, p.price.per_unit_ps);
  }
}

TEST(Calibration, WhatWasMeasuredNeverComesToNothing) {
  for (const CalibratedPrice& p : CalibratedPrices(Primitives(), Base(), "a machine")) {
    if (p.cost == Cost::kAllocateNode) continue;
    EXPECT_GT(p.price.fixed_ps, 0) << wgnode::CostName(p.cost);
    EXPECT_EQ(p.price.per_unit_ps > 0, !wgnode::CostUnit(p.cost).empty());
  }
}

TEST(Calibration, AMachineMayBeCalledAnything) {
  const std::vector<CalibratedPrice> prices =
      CalibratedPrices(Measured(), Base(), "a \"great\"\\\n machine");
  Parse(CalibratedFile("mine", "linux_6_12", "a \"great\"\\\n machine", prices));
}

TEST(Calibration, TheTableShowsBoth) {
  const CostModel base = Base();
  const std::string table = CalibrationTable(CalibratedPrices(Measured(), base, "m"), base);
  EXPECT_NE(table.find("seal                181 ns + 0.712 ns/byte              250 ns + 0.700 "
                       "ns/byte\n"),
            std::string::npos)
      << table;
}

TEST(Primitives, EverythingIsMeasuredHoweverShortTheTime) {
  int heard = 0;
  const Primitives m =
      MeasurePrimitives(std::chrono::nanoseconds(1), [&](absl::string_view) { ++heard; });
  EXPECT_GT(heard, 0);
  EXPECT_GE(m.batches, 5);
  for (const int64_t ps : {m.system_call_ps, m.derive_public_ps, m.derive_secret_ps,
                           m.handshake_out_ps, m.handshake_init_ps, m.handshake_response_ps}) {
    EXPECT_GT(ps, 0);
  }
  for (const Line& line : {m.copy, m.seal, m.open, m.insert, m.remove}) {
    EXPECT_GE(line.fixed_ps, 0);
    EXPECT_GE(line.per_unit_fs, 0);
  }
  EXPECT_NE(ThisMachineToday(), "");
}

}  // namespace
}  // namespace tools
