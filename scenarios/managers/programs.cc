// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/managers/programs.h"

#include <utility>

#include "protocol/check.h"

namespace scenario {

std::unique_ptr<Manager> MakeManager(plan::Method method, Manager::Options options) {
  using plan::Method;
  switch (method) {
    case Method::kReplace:
      return MakeCiliumReplace(std::move(options));
    case Method::kDummyPeer:
      return MakeCiliumDummyPeer(std::move(options));
    case Method::kRemoveMe:
      return MakeCiliumRemoveMe(std::move(options));
    case Method::kCalico:
      return MakeCalico(std::move(options));
    case Method::kTailscaleConfig:
      return MakeTailscaleConfig(std::move(options));
    case Method::kTailscaleCallbacks:
      return MakeTailscaleCallbacks(std::move(options));
    case Method::kNetbird:
      return MakeNetbird(std::move(options));
    case Method::kNetmaker:
      return MakeNetmaker(std::move(options), /*replace_peers=*/false);
    case Method::kNetmakerReplacePeers:
      return MakeNetmaker(std::move(options), /*replace_peers=*/true);
    case Method::kKilo:
      return MakeKilo(std::move(options));
    case Method::kFlannel:
      return MakeFlannel(std::move(options));
    case Method::kAntrea:
      return MakeAntrea(std::move(options));
    case Method::kSubmariner:
      return MakeSubmariner(std::move(options));
    case Method::kKubespan:
      return MakeKubespan(std::move(options));
    case Method::kNetworkd:
      return MakeNetworkd(std::move(options));
    case Method::kLibtelio:
      return MakeLibtelio(std::move(options));
    case Method::kWgSyncconf:
      return MakeWgSyncconf(std::move(options));
    case Method::kWgSetconf:
      return MakeWgSetconf(std::move(options));
    case Method::kWgSet:
      return MakeWgSet(std::move(options));
    case Method::kWgSetDelta:
      return MakeWgSetDelta(std::move(options));
    case Method::kRosenpass:
      return MakeRosenpass(std::move(options));
  }
  CHECK(false);
}

}  // namespace scenario
