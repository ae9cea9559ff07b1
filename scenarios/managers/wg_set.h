// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// WgSet: somebody who runs `wg set INTERFACE peer KEY ...` at each event. What it says of allowed ips is what its kinds differ in.
//
// Judgement: one command for each peer; an address that moves is given to the new peer first; a new key is two commands, the old
// peer's removal first.
#ifndef WGSIM_SCENARIOS_MANAGERS_WG_SET_H_
#define WGSIM_SCENARIOS_MANAGERS_WG_SET_H_

#include "absl/types/span.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "scenarios/managers/manager.h"

namespace scenario {

// allowed-ips LIST: the whole list, REPLACE_ALLOWEDIPS.
class WgSet : public Manager {
 public:
  using Manager::Manager;

 protected:
  void OnPrefixes(int node, absl::Span<const wg::Prefix> added,
                  absl::Span<const wg::Prefix> removed) override;
  void OnMove(int from, int to, const wg::Prefix& prefix) override;
  void OnNodeAdded(int node) override;
  void OnNodeRemoved(int node) override;
  void OnKeyChanged(int node, const wg::PublicKey& old_key) override;
  void OnKeyAdded(int node, const wg::PublicKey&) override { OnNodeAdded(node); }
  void OnKeyRemoved(int node, const wg::PublicKey& old_key) override;
  void OnEndpointChanged(int node) override;
  void OnResync() override;
  void OnSynced() override {}
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGERS_WG_SET_H_
