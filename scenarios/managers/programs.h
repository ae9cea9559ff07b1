// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The programs: one class for each, one file each, which says what is known of it and what is judgement
// (spec/operators 1.1 to 1.4).
#ifndef WGSIM_SCENARIOS_MANAGERS_PROGRAMS_H_
#define WGSIM_SCENARIOS_MANAGERS_PROGRAMS_H_

#include <memory>

#include "protocol/crypto/keys.h"
#include "scenarios/managers/manager.h"
#include "scenarios/plan_managers.h"

namespace scenario {

// No node may publish this key; a device takes it as a peer all the same.
inline constexpr wg::PublicKey kDummyPeerKey{};

std::unique_ptr<Manager> MakeManager(plan::Method method, Manager::Options options);

std::unique_ptr<Manager> MakeCiliumReplace(Manager::Options options);
std::unique_ptr<Manager> MakeCiliumDummyPeer(Manager::Options options);
std::unique_ptr<Manager> MakeCiliumRemoveMe(Manager::Options options);
std::unique_ptr<Manager> MakeCalico(Manager::Options options);
std::unique_ptr<Manager> MakeTailscaleConfig(Manager::Options options);
std::unique_ptr<Manager> MakeTailscaleCallbacks(Manager::Options options);
std::unique_ptr<Manager> MakeNetbird(Manager::Options options);
std::unique_ptr<Manager> MakeNetmaker(Manager::Options options, bool replace_peers);
std::unique_ptr<Manager> MakeKilo(Manager::Options options);
std::unique_ptr<Manager> MakeFlannel(Manager::Options options);
std::unique_ptr<Manager> MakeAntrea(Manager::Options options);
std::unique_ptr<Manager> MakeSubmariner(Manager::Options options);
std::unique_ptr<Manager> MakeKubespan(Manager::Options options);
std::unique_ptr<Manager> MakeNetworkd(Manager::Options options);
std::unique_ptr<Manager> MakeLibtelio(Manager::Options options);
std::unique_ptr<Manager> MakeWgSyncconf(Manager::Options options);
std::unique_ptr<Manager> MakeWgSetconf(Manager::Options options);
std::unique_ptr<Manager> MakeWgSet(Manager::Options options);
std::unique_ptr<Manager> MakeWgSetDelta(Manager::Options options);
std::unique_ptr<Manager> MakeRosenpass(Manager::Options options);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGERS_PROGRAMS_H_
