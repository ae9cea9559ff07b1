// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/plan.h"

#include "gtest/gtest.h"
#include "protocol/profile.h"

namespace scenario::plan {
namespace {

TEST(Implementation, IsAProfileOfTheProtocolByNameAndAbility) {
  for (const Implementation implementation :
       {Implementation::kLinux612, Implementation::kLinux616, Implementation::kWireguardGo,
        Implementation::kBoringtun, Implementation::kLinuxTaggedReplace,
        Implementation::kLinuxTaggedReplaceRootFault}) {
    const wg::Profile* profile = wg::FindProfile(Name(implementation));
    ASSERT_NE(profile, nullptr) << Name(implementation);
    EXPECT_EQ(KnowsRemoveMe(implementation), profile->has_remove_me) << profile->name;
  }
}

}  // namespace
}  // namespace scenario::plan
