// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// `wg setconf` (wireguard-tools src/setconf.c): the whole file at each event, with REPLACE_PEERS (protocol/wg8).
//
// Judgement: as for wg_syncconf.cc.
#include "protocol/wg8/commands.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class WgSetconf : public Manager {
 public:
  using Manager::Manager;

 private:
  void OnWake() override { Send({wg::wg8::SetconfRequest(WholeDevice())}); }
};

}  // namespace

std::unique_ptr<Manager> MakeWgSetconf(Manager::Options options) {
  return std::make_unique<WgSetconf>(std::move(options));
}

}  // namespace scenario
