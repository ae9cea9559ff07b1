// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Device::State: the inside of a Device (struct wg_device), for the protocol's own files and
// ConfigSession. A plain struct without behaviour of its own; what belongs to a stage of the data
// path is done in send.cc, receive.cc and timers.cc, what belongs to one peer in peer.cc.
#ifndef WGSIM_PROTOCOL_DEVICE_STATE_H_
#define WGSIM_PROTOCOL_DEVICE_STATE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "protocol/allowedips.h"
#include "protocol/cookie.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/entropy.h"
#include "protocol/index_table.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/peer.h"
#include "protocol/peer_id.h"
#include "protocol/peer_table.h"
#include "protocol/queueing.h"
#include "protocol/slot_pool.h"
#include "protocol/time.h"
#include "protocol/timer_queue.h"
#include "protocol/timer_wheel.h"

namespace wg {

struct Device::State {
  explicit State(const DeviceOptions& options);

  const Profile& profile;
  const CryptoSuite& crypto;
  Entropy& entropy;
  BufferPool& pool;
  Module& module;
  Module own_module;        // of an implementation that shares less than Linux does
  Module& guard;            // whose load and rate limiter count: one of the two
  int64_t load_second = 0;  // LoadRule::kPerSecond: which second of the clock it is,
  uint32_t load_count = 0;  // and what has come in it
  TimerWheel wheel;         // of the machine; exact if the implementation's timers are not on it
  uint64_t netns;           // where the interface lives now; part of the rate limiter's key
  uint32_t mtu;
  bool is_up = false;
  bool creating_netns_gone = false;

  // Configuration.
  NoiseStaticIdentity identity;
  uint16_t listen_port = 0;
  uint32_t fwmark = 0;
  uint32_t update_gen =
      1;  // device_update_gen: requests accepted; a dump that sees it change was interrupted
  AllowedIps allowed_ips;  // owner handle: Peer::slot

  // Peers by number; null where none is. `first_peer` begins the list in the order of creation.
  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<uint32_t> free_peer_slots;
  Peer* first_peer = nullptr;
  Peer* last_peer = nullptr;
  uint32_t num_peers = 0;                          // created and not destroyed
  absl::flat_hash_map<PeerId, Peer*> peers_by_id;  // look-up only

  PeerTable peer_table;
  IndexTable index_table;
  KeypairAccount keypair_account;
  CookieChecker cookie_checker;
  TimerQueue timers;

  // Everything that waits, by number.
  SlotPool<TxPacket> tx_packets;
  SlotPool<Bundle> bundles;
  SlotPool<RxPacket> rx_packets;
  SlotPool<HandshakeIn>
      handshakes_in;    // live(): handshake_queue_len, the message being processed included
  uint32_t staged = 0;  // packets in all staged queues
  uint64_t next_job_serial = 1;

  DeviceCounters counters;

  NoiseContext noise() {
    return {crypto,      identity,        peer_table,
            index_table, keypair_account, profile.min_initiation_interval};
  }
  // The owner of a handle from the trie. REQUIRES: it is one.
  Peer* peer_at(uint32_t slot) const { return peers[slot].get(); }

  // A number for work that concerns slot `slot` of one of the pools or of `peers`; never given
  // twice.
  uint64_t NewJob(uint32_t slot) { return next_job_serial++ << kSlotBits | slot; }
  static uint32_t SlotOf(uint64_t job) { return job & ((uint64_t{1} << kSlotBits) - 1); }
  // Who has the slot of a peer's job now, or null: whether it is still the same peer says the job
  // it waits for.
  Peer* PeerOf(uint64_t job) const {
    const uint32_t slot = SlotOf(job);
    return slot < peers.size() ? peers[slot].get() : nullptr;
  }
};

// Asks the driver for work on behalf of `peer` (kNone: on nobody's). Field by field, because a
// whole Work put together elsewhere and copied from there is a stall of the CPU per packet.
inline void EmitWork(Effects* fx, WorkKind kind, MessageType type, uint32_t packets, uint32_t bytes,
                     PeerId peer, uint64_t job) {
  Work& work = fx->work.emplace_back();
  work.kind = kind;
  work.message_type = static_cast<uint8_t>(type);
  work.packets = static_cast<uint16_t>(packets);
  work.bytes = bytes;
  work.peer = peer;
  work.job = job;
}

// Replaces the identity: every peer's static-static secret is computed anew, its handshake cleared,
// its gate opened, its sending keys expired; with the first identity of an interface that is up,
// staged packets go out. Nothing happens if `key` equals the stored, clamped one (wg_set_device;
// spec/data section 2.4). REQUIRES: no peer has the public key of `key`.
void SetPrivateKey(Device::State& device, Now now, const PrivateKey& key, Effects* fx);

// Every peer's sticky source is forgotten (port, fwmark, end of the creating namespace).
void ClearAllSources(Device::State& device);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_DEVICE_STATE_H_
