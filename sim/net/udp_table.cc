// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/udp_table.h"

#include <algorithm>

#include "protocol/check.h"

namespace net {

bool UdpTable::Conflicts(const UdpBinding& binding, uint16_t port) const {
  auto it = by_port_.find(Key(binding.family, port));
  if (it == by_port_.end()) return false;
  for (const UdpBinding* other : it->second) {
    const bool devices_apart =
        other->device != nullptr && binding.device != nullptr && other->device != binding.device;
    if (devices_apart) continue;
    if (!other->local || !binding.local || other->local == binding.local) return true;
  }
  return false;
}

wg::Errno UdpTable::Bind(UdpBinding* binding) {
  CHECK(binding->receiver != nullptr);
  if (binding->port == 0) {
    constexpr int kPorts = kLastEphemeral - kFirstEphemeral + 1;
    int tries = 0;
    while (Conflicts(*binding, next_ephemeral_)) {
      if (++tries == kPorts) return wg::Errno::kAddrInUse;
      next_ephemeral_ = next_ephemeral_ == kLastEphemeral ? kFirstEphemeral : next_ephemeral_ + 1;
    }
    binding->port = next_ephemeral_;
    next_ephemeral_ = next_ephemeral_ == kLastEphemeral ? kFirstEphemeral : next_ephemeral_ + 1;
  } else if (Conflicts(*binding, binding->port)) {
    return wg::Errno::kAddrInUse;
  }
  by_port_[Key(binding->family, binding->port)].push_back(binding);
  ++size_;
  train_takers_ += binding->takes_trains;
  return wg::Errno::kOk;
}

void UdpTable::Unbind(UdpBinding* binding) {
  auto it = by_port_.find(Key(binding->family, binding->port));
  CHECK(it != by_port_.end());
  auto at = std::find(it->second.begin(), it->second.end(), binding);
  CHECK(at != it->second.end());
  it->second.erase(at);
  if (it->second.empty()) by_port_.erase(it);
  --size_;
  train_takers_ -= binding->takes_trains;
}

UdpBinding* UdpTable::Find(const wg::IpAddress& local, uint16_t local_port,
                           const wg::IpAddress& remote, uint16_t remote_port,
                           const Interface* device) const {
  auto it = by_port_.find(Key(local.family(), local_port));
  if (it == by_port_.end()) return nullptr;
  UdpBinding* best = nullptr;
  int best_score = -1;
  for (UdpBinding* binding : it->second) {
    int score = 0;
    if (binding->local) {
      if (binding->local != local) continue;
      score += 4;
    }
    if (binding->remote) {
      if (binding->remote.address != remote || binding->remote.port != remote_port) continue;
      score += 8;
    }
    if (binding->device != nullptr) {
      if (binding->device != device) continue;
      score += 4;
    }
    if (score > best_score) {
      best_score = score;
      best = binding;
    }
  }
  return best;
}

bool UdpChecksumOk(const Packet& packet, const IpHeader& ip) {
  return packet.checksum != ChecksumState::kUnverified ||
         TransportChecksumOk(packet.buffer.bytes(), ip);
}

}  // namespace net
