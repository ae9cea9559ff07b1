// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/effects.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace wg {
namespace {

TEST(Effects, EveryKindAndReasonHasAName) {
  std::set<std::string> names;
  for (int i = 0; i < kWorkKinds; ++i) {
    names.insert(std::string(WorkKindName(static_cast<WorkKind>(i))));
  }
  EXPECT_EQ(names.size(), size_t{kWorkKinds});
  names.clear();
  for (int i = 0; i < kDropReasons; ++i) {
    names.insert(std::string(DropReasonName(static_cast<DropReason>(i))));
  }
  EXPECT_EQ(names.size(), size_t{kDropReasons});
  EXPECT_EQ(names.count(""), 0u);
  EXPECT_EQ(DropReasonName(DropReason::kConsumed), "consumed");
  EXPECT_EQ(WorkKindName(WorkKind::kWipe), "wipe");
}

}  // namespace
}  // namespace wg
