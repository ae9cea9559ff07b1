// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/cost_model.h"

#include "gtest/gtest.h"

namespace wgnode {
namespace {

using sim::Duration;

// Every cost has a price of its own, so that a mix-up shows: cost number n costs n us and n ps a
// unit.
CostModel Distinct() {
  CostModel model;
  for (int i = 0; i < kCosts; ++i) {
    model.set_price(static_cast<Cost>(i), {.fixed_ps = 1'000'000 * i, .per_unit_ps = i});
  }
  return model;
}
Duration Of(Cost cost) { return Duration(1000 * static_cast<int>(cost)); }

TEST(CostModel, NamesAreUniqueAndFindTheirCost) {
  for (int i = 0; i < kCosts; ++i) {
    EXPECT_EQ(FindCost(CostName(static_cast<Cost>(i))), static_cast<Cost>(i));
  }
  EXPECT_EQ(FindCost("no_such_cost"), std::nullopt);
}

TEST(CostModel, EachKindOfWorkHasItsOwnPrice) {
  const CostModel model = Distinct();
  EXPECT_EQ(model.Charge(wg::Work{.kind = wg::WorkKind::kSeal}), Of(Cost::kSeal));
  EXPECT_EQ(model.Charge(wg::Work{.kind = wg::WorkKind::kTransmit}), Of(Cost::kTransmit));
  EXPECT_EQ(model.Charge(wg::Work{.kind = wg::WorkKind::kOpen}), Of(Cost::kOpen));
  EXPECT_EQ(model.Charge(wg::Work{.kind = wg::WorkKind::kDeliver}), Of(Cost::kDeliver));
  EXPECT_EQ(model.Charge(wg::Work{.kind = wg::WorkKind::kHandshakeOut}), Of(Cost::kHandshakeOut));
  EXPECT_EQ(model.Charge(wg::Work{.kind = wg::WorkKind::kWipe}), Of(Cost::kWipe));
  const wg::Work initiation{.kind = wg::WorkKind::kHandshakeIn, .message_type = 1};
  EXPECT_EQ(model.Charge(initiation, wg::HandshakeFate::kScreenedOut), Of(Cost::kHandshakeCheck));
  EXPECT_EQ(model.Charge(initiation, wg::HandshakeFate::kCookie), Of(Cost::kHandshakeChallenge));
  EXPECT_EQ(model.Charge(initiation, wg::HandshakeFate::kRefused), Of(Cost::kHandshakeRefused));
  const Cost in[] = {Cost::kHandshakeInit, Cost::kHandshakeResponse, Cost::kHandshakeCookie};
  for (uint8_t type = 1; type <= 3; ++type) {
    EXPECT_EQ(model.Charge(wg::Work{.kind = wg::WorkKind::kHandshakeIn, .message_type = type}),
              Of(in[type - 1]));
  }
}

TEST(CostModel, APriceIsRoundedOnceForTheWholeTask) {
  CostModel model;
  model.set_price(Cost::kSeal, {.fixed_ps = 400, .per_unit_ps = 1});
  EXPECT_EQ(model.Charge(Cost::kSeal, 99), Duration(0));
  EXPECT_EQ(model.Charge(Cost::kSeal, 100), Duration(1));
  EXPECT_EQ(model.Charge(Cost::kSeal, 1100), Duration(2));
}

TEST(CostModel, AnInsertionIsPricedByItsPathAndItsAllocations) {
  CostModel model;
  model.set_price(Cost::kInsertAllowedIp, {.fixed_ps = 100'000, .per_unit_ps = 10'000});
  model.set_price(Cost::kAllocateNode, {.fixed_ps = 1'000'000});
  EXPECT_EQ(model.Charge(wg::ConfigStep{
                .kind = wg::StepKind::kInsertAllowedIp, .nodes = 3, .allocations = 2}),
            Duration(100 + 30 + 2000));
}

TEST(CostModel, SeveralChangesInOneStepCostAsMuchAsOneByOne) {
  CostModel model;
  model.set_price(Cost::kRemoveAllowedIp, {.fixed_ps = 100'000, .per_unit_ps = 10'000});
  EXPECT_EQ(model.Charge(
                wg::ConfigStep{.kind = wg::StepKind::kRemoveAllowedIp, .nodes = 12, .changes = 4}),
            Duration(400 + 120));
}

}  // namespace
}  // namespace wgnode
