// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/peer_work.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace wgnode {

// wg_cpumask_choose_online
PeerWork::Items::Items(const Options& options, wg::PeerId peer)
    : transmit(options.crypt,
               static_cast<int>(static_cast<uint64_t>(peer) % static_cast<uint64_t>(options.cores)),
               options.driver, "transmit"),
      handshake(options.handshake_send, 0, options.driver, "handshake_out"),
      wipe(options.handshake_send, 0, options.driver, "wipe") {}

PeerWork::PeerWork(const Options& options) : options_(options) {}

PeerWork::~PeerWork() = default;

PeerWork::Items& PeerWork::Of(wg::PeerId peer) {
  std::unique_ptr<Items>& items = items_[peer];
  if (items == nullptr) items = std::make_unique<Items>(options_, peer);
  return *items;
}

PeerWork::Items* PeerWork::Find(wg::PeerId peer) {
  const auto found = items_.find(peer);
  return found == items_.end() ? nullptr : found->second.get();
}

void PeerWork::Retire(wg::PeerId peer) {
  Reap();
  const auto found = items_.find(peer);
  if (found == items_.end()) return;
  retired_.push_back(std::move(found->second));
  items_.erase(found);
}

void PeerWork::Reap() {
  const auto idle = [](const std::unique_ptr<Items>& items) {
    return items->transmit.idle() && items->handshake.idle() && items->wipe.idle();
  };
  retired_.erase(std::remove_if(retired_.begin(), retired_.end(), idle), retired_.end());
}

}  // namespace wgnode
