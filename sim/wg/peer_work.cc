// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/peer_work.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace wgnode {

// wg_cpumask_choose_online
PeerWork::Items::Items(const Options& options, wg::PeerId peer)
    : transmit(options.crypt,
               static_cast<int>(static_cast<uint64_t>(peer) % static_cast<uint64_t>(options.cores)),
               options.driver, "transmit"),
      handshake(options.handshake_send, 0, options.driver, "handshake_out"),
      wipe(options.handshake_send, 0, options.driver, "wipe") {}

bool PeerWork::Items::idle() const {
  return transmit.idle() && handshake.idle() && wipe.idle() &&
         (napi == nullptr || napi->state() == net::Napi::State::kIdle);
}

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

PeerNapi& PeerWork::NapiOf(wg::PeerId peer, int core) {
  std::unique_ptr<PeerNapi>& napi = Of(peer).napi;
  if (napi == nullptr) {
    napi = std::make_unique<PeerNapi>(options_.host->softnets(), options_.host->prices(),
                                      options_.napi, options_.driver);
    if (options_.threaded) {
      napi->MakeThreaded(options_.host->machine(),
                         absl::StrCat("napi/", options_.device, "-", static_cast<uint64_t>(peer)),
                         static_cast<net::Cpu>(core));
    }
  }
  return *napi;
}

bool PeerWork::Stalled(wg::PeerId peer) {
  const Items* const items = Find(peer);
  return items != nullptr && items->napi != nullptr && items->napi->stalled();
}

void PeerWork::Retire(wg::PeerId peer) {
  Reap();
  const auto found = items_.find(peer);
  if (found == items_.end()) return;
  if (found->second->napi != nullptr) found->second->napi->Disable();
  retired_.push_back(std::move(found->second));
  items_.erase(found);
}

void PeerWork::Reap() {
  const auto idle = [](const std::unique_ptr<Items>& items) { return items->idle(); };
  retired_.erase(std::remove_if(retired_.begin(), retired_.end(), idle), retired_.end());
}

}  // namespace wgnode
