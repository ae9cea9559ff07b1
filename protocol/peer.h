// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Peer: everything a device knows of one peer, and its life (struct wg_peer, peer.c; spec/handshake
// section 8).
//
//   CreatePeer ... UnlinkPeer  UnhashPeer  KillPeer  (grace period)
//                  DropKeypairs  StopTimers  (flush)  DestroyPeer
//
// Creation is one change a reader can see; removal is the steps D1 to D9 of spec/data section 1.6,
// each its own function, of which each is one change a reader can see. The allowed ips (D2) are
// removed by the caller in between.
//
// A plain struct: send.cc, receive.cc, timers.cc and ConfigSession work on it; nobody outside
// protocol/ can see it.
//
// Requirements: NOISE-023; PEER-001 008 043 to 046.
#ifndef WGSIM_PROTOCOL_PEER_H_
#define WGSIM_PROTOCOL_PEER_H_

#include <cstdint>

#include "protocol/cookie.h"
#include "protocol/crypto/keys.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/index_table.h"
#include "protocol/ip.h"
#include "protocol/keypair.h"
#include "protocol/noise.h"
#include "protocol/peer_id.h"
#include "protocol/queueing.h"
#include "protocol/socket.h"
#include "protocol/time.h"
#include "protocol/timer_queue.h"

namespace wg {

struct Peer {
  Peer(const NoiseContext& context, PeerId id, uint32_t slot, const PublicKey& key,
       const PresharedKey& psk)
      : id(id), slot(slot), handshake(context, id, key, psk), latest_cookie(key) {}

  const PublicKey& public_key() const { return handshake.remote_static(); }
  // The handshake in progress and all keypairs go, and their indices with them.
  void ForgetSessions(IndexTable& index_table) {
    handshake.Clear(index_table);
    keypairs.Clear(index_table);
  }

  const PeerId id;
  const uint32_t
      slot;  // dense; given to another peer after DestroyPeer; the owner handle in the trie
  bool is_dead = false;

  // Neighbours in the device's list of peers, in the order of creation.
  Peer* previous_peer = nullptr;
  Peer* next_peer = nullptr;

  NoiseHandshake handshake;
  Keypairs keypairs;
  CookieJar latest_cookie;
  PeerEndpoint endpoint;

  TxPacketList staged;  // staged_packet_queue
  PrevQueue<Bundle> tx_queue;
  PrevQueue<RxPacket> rx_queue;

  // The outstanding work of each kind, or 0.
  uint64_t transmit_job = 0;       // transmit_packet_work
  uint64_t deliver_job = 0;        // napi
  uint64_t handshake_out_job = 0;  // transmit_handshake_work
  uint64_t wipe_job = 0;           // clear_peer_work

  PeerTimer timers[kTimers];
  uint32_t timer_handshake_attempts = 0;
  bool timer_need_another_keepalive = false;
  bool sent_lastminute_handshake = false;
  uint16_t persistent_keepalive_interval = 0;  // seconds, 0 = off
  BootTime last_sent_handshake{};
  BootTime last_sent{};  // any authenticated packet
  WallTime walltime_last_handshake{};

  uint64_t rx_bytes = 0;
  uint64_t tx_bytes = 0;
};

// A new peer at the end of the device's list and in the public-key table; no endpoint, no allowed
// ips, gate open (wg_peer_create). Null, and nothing happens, when the device has 2^20 peers
// (Profile::max_peers): ENOMEM. REQUIRES: FindPeer(key) is null.
Peer* CreatePeer(Device::State& device, Now now, const PublicKey& key, const PresharedKey& psk);

// The peer that initiations with this key reach, or null (wg_pubkey_hashtable_lookup).
Peer* FindPeer(const Device::State& device, const PublicKey& key);
// The peer with this id as long as it exists, dead or alive; null afterwards and for kNone.
Peer* FindPeer(const Device::State& device, PeerId id);

// D1: leaves the device's list, if it is in it (peer_make_dead: list_del_init). It counts as a peer
// until D9.
void UnlinkPeer(Device::State& device, Peer& peer);
// D3: leaves the public-key table (wg_pubkey_hashtable_remove).
void UnhashPeer(Device::State& device, Peer& peer);
// D4: from now on no timer is armed, no keypair published, no packet taken (is_dead).
void KillPeer(Peer& peer);
// D6: all keypairs go and their indices with them (wg_noise_keypairs_clear).
void DropKeypairs(Device::State& device, Peer& peer);
// D7: no timer is pending any more; a key wipe that was asked for has happened (wg_timers_stop).
void StopTimers(Device::State& device, Peer& peer);
// D9: the last reference goes: handshake index, staged packets (tx_dropped), whatever is still
// queued, the memory. Work that is still outstanding for it finds nothing. REQUIRES: D1 to D7 done,
// no allowed ips left (kref_release).
void DestroyPeer(Device::State& device, Peer* peer, Effects* fx);

// The settings of one peer, each one change a reader can see (netlink.c:set_peer).
// Used from the next handshake on; sessions stay.
void SetPresharedKey(Peer& peer, const PresharedKey& psk);
// Forgets the source, too. An address of no family is ignored, as a sockaddr of wrong size is.
void SetEndpoint(Peer& peer, const Endpoint& endpoint);
// Seconds, 0 = off. From 0 to something while the interface is up: a keepalive goes out at once.
void SetKeepalive(Device::State& device, Now now, Peer& peer, uint16_t seconds, Effects* fx);
// While the interface is up: staged packets go out, or a handshake starts.
void FlushStaged(Device::State& device, Now now, Peer& peer, Effects* fx);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_PEER_H_
