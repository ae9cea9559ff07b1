// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PeerWork: the work items of each peer of a device (struct wg_peer; spec/data 7.1 and 7.2). Made
// when a peer has something to do for the first time: one that never sends nor receives takes no
// memory here.
//
//   transmit          the peer's core: its number mod cores; CPU-intensive
//   handshake, wipe   any core (unbound)
#ifndef WGSIM_SIM_WG_PEER_WORK_H_
#define WGSIM_SIM_WG_PEER_WORK_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "protocol/effects.h"
#include "protocol/peer_id.h"
#include "sim/wg/serial_work.h"
#include "sim/wg/work_driver.h"
#include "sim/work_queue.h"

namespace wgnode {

class PeerWork {
 public:
  struct Options {
    int cores;
    sim::WorkQueue* crypt;           // wg-crypt-wg0
    sim::WorkQueue* handshake_send;  // wg-kex-wg0, the unbound one
    WorkDriver* driver;
  };
  struct Items {
    explicit Items(const Options& options, wg::PeerId peer);

    SerialWork transmit;
    SerialWork handshake;
    SerialWork wipe;
  };

  // All pointed to outlive it.
  explicit PeerWork(const Options& options);
  ~PeerWork();

  // Makes them if they are not there.
  Items& Of(wg::PeerId peer);
  // nullptr if they are not there.
  Items* Find(wg::PeerId peer);
  // The peer is dead and has nothing queued: its items go as soon as they are idle.
  void Retire(wg::PeerId peer);

  size_t size() const { return items_.size(); }

 private:
  void Reap();

  const Options options_;
  absl::flat_hash_map<wg::PeerId, std::unique_ptr<Items>> items_;
  std::vector<std::unique_ptr<Items>> retired_;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_PEER_WORK_H_
