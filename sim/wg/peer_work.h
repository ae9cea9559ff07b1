// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PeerWork: the work items of each peer of a device (struct wg_peer; spec/data 7.1 and 7.2). Made
// when a peer has something to do for the first time: one that never sends nor receives takes no
// memory here.
//
//   transmit          the peer's core: its number mod cores; CPU-intensive
//   handshake, wipe   any core (unbound)
//   napi              the core that finished a packet, in softirq; or a thread of the peer's own
#ifndef WGSIM_SIM_WG_PEER_WORK_H_
#define WGSIM_SIM_WG_PEER_WORK_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "protocol/effects.h"
#include "protocol/peer_id.h"
#include "sim/net/host.h"
#include "sim/net/napi.h"
#include "sim/wg/peer_napi.h"
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
    net::Host* host;
    std::string device;  // "wg0"
    net::NapiOptions napi{};
    bool threaded = false;  // /sys/class/net/wg0/threaded
  };
  struct Items {
    Items(const Options& options, wg::PeerId peer);
    bool idle() const;

    SerialWork transmit;
    SerialWork handshake;
    SerialWork wipe;
    std::unique_ptr<PeerNapi> napi;  // once something has been received
  };

  // All pointed to outlive it.
  explicit PeerWork(const Options& options);
  ~PeerWork();

  // Makes them if they are not there.
  Items& Of(wg::PeerId peer);
  // nullptr if they are not there.
  Items* Find(wg::PeerId peer);
  // Its poll; made if it is not there: a thread begins on core number `core`.
  PeerNapi& NapiOf(wg::PeerId peer, int core);
  // It has a poll that will never run again (net::NapiOptions::loses_wakeups).
  bool Stalled(wg::PeerId peer);
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
