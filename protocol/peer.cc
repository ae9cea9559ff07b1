// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/peer.h"

#include <memory>

#include "protocol/check.h"
#include "protocol/device_state.h"
#include "protocol/messages.h"
#include "protocol/receive.h"
#include "protocol/send.h"
#include "protocol/timers.h"

namespace wg {
namespace {

uint32_t TakeSlot(Device::State& device) {
  if (device.free_peer_slots.empty()) {
    device.peers.emplace_back();
    return static_cast<uint32_t>(device.peers.size() - 1);
  }
  const uint32_t slot = device.free_peer_slots.back();
  device.free_peer_slots.pop_back();
  return slot;
}

void Link(Device::State& device, Peer& peer) {
  peer.previous_peer = device.last_peer;
  (device.last_peer != nullptr ? device.last_peer->next_peer : device.first_peer) = &peer;
  device.last_peer = &peer;
}

// What the grace periods and flushes of the kernel would have let finish.
void DropQueued(Device::State& device, Peer& peer, Effects* fx) {
  while (Bundle* bundle = peer.tx_queue.Peek()) {
    peer.tx_queue.DropPeeked();
    DropBundle(device, bundle, DropReason::kPeerDead, fx);
  }
  while (RxPacket* packet = peer.rx_queue.Peek()) {
    peer.rx_queue.DropPeeked();
    DropRxPacket(device, packet, DropReason::kPeerDead, fx);
  }
}

}  // namespace

Peer* CreatePeer(Device::State& device, Now now, const PublicKey& key, const PresharedKey& psk) {
  if (device.num_peers >= device.profile.max_peers) return nullptr;
  const uint32_t slot = TakeSlot(device);
  const PeerId id{device.module.next_peer_id++};
  device.peers[slot] = std::make_unique<Peer>(device.noise(), id, slot, key, psk);
  Peer* peer = device.peers[slot].get();
  ResetLastSentHandshake(now, *peer);
  ++device.num_peers;
  ++device.counters.peers_created;
  device.peers_by_id.emplace(id, peer);
  Link(device, *peer);
  device.peer_table.Add(key, id);
  return peer;
}

Peer* FindPeer(const Device::State& device, const PublicKey& key) {
  return FindPeer(device, device.peer_table.Lookup(key));
}

Peer* FindPeer(const Device::State& device, PeerId id) {
  const auto found = device.peers_by_id.find(id);
  return found == device.peers_by_id.end() ? nullptr : found->second;
}

void UnlinkPeer(Device::State& device, Peer& peer) {
  if (peer.previous_peer == nullptr && device.first_peer != &peer) return;
  (peer.previous_peer != nullptr ? peer.previous_peer->next_peer : device.first_peer) =
      peer.next_peer;
  (peer.next_peer != nullptr ? peer.next_peer->previous_peer : device.last_peer) =
      peer.previous_peer;
  peer.previous_peer = nullptr;
  peer.next_peer = nullptr;
}

void UnhashPeer(Device::State& device, Peer& peer) { device.peer_table.Remove(peer.public_key()); }

void KillPeer(Peer& peer) { peer.is_dead = true; }

void DropKeypairs(Device::State& device, Peer& peer) {
  ++device.counters.peers_removed;
  if (peer.keypairs.current() != nullptr) ++device.counters.sessions_lost;
  peer.keypairs.Clear(device.index_table);
}

void StopTimers(Device::State& device, Peer& peer) { TimersStop(device, peer); }

void DestroyPeer(Device::State& device, Peer* peer, Effects* fx) {
  CHECK(peer->is_dead);
  CHECK(device.first_peer != peer);
  CHECK(peer->previous_peer == nullptr);
  peer->ForgetSessions(device.index_table);
  PurgeStagedPackets(device, *peer, fx);
  DropQueued(device, *peer, fx);
  device.peers_by_id.erase(peer->id);
  const uint32_t slot = peer->slot;
  device.peers[slot].reset();
  device.free_peer_slots.push_back(slot);
  --device.num_peers;
}

void SetPresharedKey(Peer& peer, const PresharedKey& psk) { peer.handshake.SetPresharedKey(psk); }

void SetEndpoint(Peer& peer, const Endpoint& endpoint) {
  if (endpoint) peer.endpoint.SetFromConfig(endpoint);
}

void SetKeepalive(Device::State& device, Now now, Peer& peer, uint16_t seconds, Effects* fx) {
  const bool switched_on = peer.persistent_keepalive_interval == 0 && seconds != 0;
  peer.persistent_keepalive_interval = seconds;
  if (switched_on && device.is_up) SendKeepalive(device, now, peer, fx);
}

void FlushStaged(Device::State& device, Now now, Peer& peer, Effects* fx) {
  if (device.is_up) SendStagedPackets(device, now, peer, fx);
}

}  // namespace wg
