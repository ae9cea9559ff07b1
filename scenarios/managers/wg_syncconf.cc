// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// `wg syncconf` (wireguard-tools src/setconf.c): the whole file at each event; peers that it does not name are removed, those that it
// names keep their sessions, but every list is replaced (protocol/wg8).
//
// Judgement: somebody writes the file and loads it at each event; what happens while it is loaded waits for the next time.
#include "protocol/wg8/commands.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class WgSyncconf : public Manager {
 public:
  using Manager::Manager;

 private:
  void OnWake() override { Send({wg::wg8::SyncconfRequest(WholeDevice(), ReadDevice())}); }
};

}  // namespace

std::unique_ptr<Manager> MakeWgSyncconf(Manager::Options options) {
  return std::make_unique<WgSyncconf>(std::move(options));
}

}  // namespace scenario
