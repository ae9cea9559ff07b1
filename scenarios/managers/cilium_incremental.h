// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// CiliumIncremental: Cilium since 1.16.3 (agent.go@00689129, updatePeerByConfig): one call for each event and no batching. What is
// added is added without REPLACE; how something is taken away is what its two kinds differ in. For each peer it keeps what
// is still to be inserted and removed: what an error left over goes with that peer's next update.
//
// After a restart peers and addresses of the device stay (ReplacePeers=false). When everything has been told, a job removes peers
// that no node has and addresses that are not wanted (node_reconciler.go@47338129: peer-gc), up to 3 times again after 100, 200,
// 400 ms if it fails.
//
// Judgement: a new endpoint is sent alone, with what is left over. An address that moves is added to the new owner, nothing else.
#ifndef WGSIM_SCENARIOS_MANAGERS_CILIUM_INCREMENTAL_H_
#define WGSIM_SCENARIOS_MANAGERS_CILIUM_INCREMENTAL_H_

#include <deque>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/types/span.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "scenarios/managers/manager.h"

namespace scenario {

class CiliumIncremental : public Manager {
 public:
  static constexpr int kGcRetries = 3;
  static constexpr sim::Duration kGcBackoff = std::chrono::milliseconds(100);
  static constexpr sim::Duration kGcBackoffLimit = std::chrono::minutes(1);

  using Manager::Manager;

 protected:
  // Appends the requests that give `insert`, with whatever else `peer` has to say, and take `remove` away.
  virtual void Append(wg::SetPeer peer, absl::Span<const wg::Prefix> insert,
                      absl::Span<const wg::Prefix> remove,
                      std::vector<wg::SetDevice>* requests) const = 0;

 private:
  struct Owed {
    std::vector<wg::Prefix> insert;
    std::vector<wg::Prefix> remove;
  };
  struct Sent {
    int node;  // -1: the gc job
    Owed owed;
  };

  void OnPrefixes(int node, absl::Span<const wg::Prefix> added,
                  absl::Span<const wg::Prefix> removed) override;
  void OnMove(int from, int to, const wg::Prefix& prefix) override;
  void OnNodeAdded(int node) override;
  void OnNodeRemoved(int node) override;
  void OnKeyChanged(int node, const wg::PublicKey& old_key) override;
  void OnKeyAdded(int node, const wg::PublicKey&) override { OnNodeAdded(node); }
  void OnKeyRemoved(int node, const wg::PublicKey& old_key) override;
  void OnEndpointChanged(int node) override;
  void OnResync() override { Gc(0); }
  void OnRestart() override;
  void OnSynced() override { Gc(0); }
  void OnWake() override { Gc(gc_failures_); }
  void OnAnswered(bool ok) override;

  void Update(int node, wg::SetPeer peer, absl::Span<const wg::Prefix> added,
              absl::Span<const wg::Prefix> removed, std::vector<wg::SetDevice> before = {});
  void AddLeftovers(int node, Owed* owed);
  void Gc(int failures);

  std::deque<Sent> sent_;                // not answered yet
  absl::btree_map<int, Owed> left_over_;  // by node, after errors
  int gc_failures_ = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGERS_CILIUM_INCREMENTAL_H_
