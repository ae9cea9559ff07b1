// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The way in (receive.c; spec/data section 5):
//
//   datagram -> 1, 2, 3: ring of 4096 -> kHandshakeIn (receive_handshake.cc)
//            -> 4: keypair by index -> per-peer order -> kOpen -> kDeliver -> inner packet
//
// A data message enters its peer's queue before it enters the driver's decrypt ring and leaves it
// in that order, opened or dead. There is at most one kDeliver per peer at a time; each hands over
// one packet. Everything a packet may change - replay window, endpoint, keypairs, timers - changes
// in kDeliver, in that order.
//
// What did its work and is not for the host - handshake messages, cookies, keepalives - ends as
// kConsumed.
//
// Requirements: NOISE-044 045 053 to 057 060 061 080 092 093; TIMER-017 021 022; REPLAY-014 to 018
//   023 024; PEER-011 to 014 016 020 to 023; TX-028; RX-004 to 030 038 to 041 044 045.
#ifndef WGSIM_PROTOCOL_RECEIVE_H_
#define WGSIM_PROTOCOL_RECEIVE_H_

#include <cstdint>
#include <vector>

#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/messages.h"
#include "protocol/peer.h"
#include "protocol/queueing.h"
#include "protocol/time.h"

namespace wg {

struct CipherWork;

// Takes one datagram from the socket (wg_packet_receive, wg_packet_consume_data).
void ReceiveDatagram(Device::State& device, Now now, Datagram datagram, Effects* fx);

// The work kOpen (wg_packet_decrypt_worker) and kDeliver (wg_packet_rx_poll, one packet of its
// budget). False: `job` is of something that is gone.
bool RunOpen(Device::State& device, Now now, uint64_t job, Effects* fx);
bool RunDeliver(Device::State& device, Now now, uint64_t job, Effects* fx);
// The cipher of a kOpen, to be done ahead.
void AppendOpening(Device::State& device, uint64_t job, std::vector<CipherWork>* out);
// The tag of what a kOpen is about.
void AppendOpenTags(const Device::State& device, uint64_t job, std::vector<uint64_t>* tags);
// No room for a kOpen: the packet dies in its place.
bool AbandonOpen(Device::State& device, uint64_t job, Effects* fx);

// Frees a packet that is in no queue, its bytes to fx->dropped.
void DropRxPacket(Device::State& device, RxPacket* packet, DropReason reason, Effects* fx);

// Handshake messages. Enters the ring; full: dropped.
void EnqueueHandshake(Device::State& device, Datagram datagram, MessageType type, Effects* fx);
// Device::Examine.
HandshakeFate ExamineHandshakeIn(Device::State& device, Now now, uint64_t job);
// The work kHandshakeIn (wg_packet_handshake_receive_worker).
bool RunHandshakeIn(Device::State& device, Now now, uint64_t job, Effects* fx);
// No room for a kHandshakeIn: the message is dropped.
bool AbandonHandshakeIn(Device::State& device, uint64_t job, Effects* fx);
// Empties the ring (wg_stop).
void DrainHandshakes(Device::State& device, Effects* fx);

// Counts an accepted message of `bytes` (update_rx_stats).
void UpdateRxStats(Device::State& device, Peer& peer, size_t bytes);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_RECEIVE_H_
