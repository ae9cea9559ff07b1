// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/peer_napi.h"

#include "protocol/check.h"

namespace wgnode {

void PeerNapi::Add(const wg::Work& work) {
  CHECK(!waiting_);
  waiting_ = true;
  work_ = work;
}

int64_t PeerNapi::PacketPrice() {
  constexpr int64_t kPicosecondsPerNanosecond = 1000;
  waiting_ = false;
  busy_with_ = work_;
  return driver_->Price(busy_with_).count() * kPicosecondsPerNanosecond;
}

void PeerNapi::ReceivePacket(net::Cpu cpu) {
  acting_ = true;
  driver_->Perform(busy_with_, cpu);
  acting_ = false;
}

}  // namespace wgnode
