// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The way out (send.c; spec/data section 4):
//
//   packet -> staged -> numbered, one bundle -> kSeal -> per-peer order -> kTransmit -> datagrams
//   request for a handshake -> gate of 5 s -> kHandshakeOut -> initiation
//
// A bundle enters its peer's queue before it enters the driver's encrypt ring and leaves it in that
// order, sealed or dead. There is at most one kTransmit and one kHandshakeOut per peer at a time.
//
// Requirements: NOISE-046 058 059 067 to 069 079 081; TIMER-029 to 032 034 058 059; PEER-028 029
//   046; AIP-040; TX-007 to 019 022 026 027 030 to 038 040 to 044.
#ifndef WGSIM_PROTOCOL_SEND_H_
#define WGSIM_PROTOCOL_SEND_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/peer.h"
#include "protocol/queueing.h"
#include "protocol/time.h"

namespace wg {

struct CipherWork;

// Stages one inner packet, or the segments of one, and flushes (the second half of wg_xmit). Older
// packets are dropped before, while more than 128 are staged; what is added now is not. The limit,
// and which side it drops, is Profile::staged.
void StagePackets(Device::State& device, Now now, Peer& peer, absl::Span<Buffer> packets,
                  uint32_t mtu, Effects* fx);

// Numbers all staged packets under the current keypair and sends them on as one bundle; without a
// usable one they go back to the head of the queue and a handshake is requested
// (wg_packet_send_staged_packets).
void SendStagedPackets(Device::State& device, Now now, Peer& peer, Effects* fx);

// Stages an empty packet if nothing is staged, then flushes (wg_packet_send_keepalive).
void SendKeepalive(Device::State& device, Now now, Peer& peer, Effects* fx);

// Drops what is staged and counts it as tx_dropped (wg_packet_purge_staged_packets).
void PurgeStagedPackets(Device::State& device, Peer& peer, Effects* fx);

// The gate: asks for an initiation unless one, or a response, was sent within 5 s. Not a retry: the
// attempts start anew, gated or not (wg_packet_send_queued_handshake_initiation).
void SendQueuedHandshakeInitiation(Device::State& device, Now now, Peer& peer, bool is_retry,
                                   Effects* fx);
// Opens the gate (wg_noise_reset_last_sent_handshake).
void ResetLastSentHandshake(Now now, Peer& peer);

// Answers the initiation just consumed (wg_packet_send_handshake_response).
void SendHandshakeResponse(Device::State& device, Now now, Peer& peer, Effects* fx);

// Answers a message whose sender shall prove its address (wg_packet_send_handshake_cookie).
void SendHandshakeCookie(Device::State& device, Now now, const Datagram& initiating, Effects* fx);

// The work kSeal (wg_packet_encrypt_worker), kTransmit (wg_packet_tx_worker) and kHandshakeOut
// (wg_packet_handshake_send_worker). False: `job` is of something that is gone.
bool RunSeal(Device::State& device, uint64_t job, Effects* fx);
bool RunTransmit(Device::State& device, Now now, uint64_t job, Effects* fx);
bool RunHandshakeOut(Device::State& device, Now now, uint64_t job, Effects* fx);
// The ciphers of a kSeal, to be done ahead.
void AppendSealing(Device::State& device, uint64_t job, std::vector<CipherWork>* out);
// The tags of what a kSeal is about.
void AppendSealTags(const Device::State& device, uint64_t job, std::vector<uint64_t>* tags);
// No room for a kSeal: the bundle dies in its place.
bool AbandonSeal(Device::State& device, uint64_t job, Effects* fx);

// Frees a bundle that is in no queue, its packets to fx->dropped.
void DropBundle(Device::State& device, Bundle* bundle, DropReason reason, Effects* fx);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_SEND_H_
