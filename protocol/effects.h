// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a Device wants done, as values: the vocabulary of the waist. Every verb of Device appends
// here and nothing is retained elsewhere; the driver carries it out (simulator, inline driver, live
// backend) and clears the lists.
#ifndef WGSIM_PROTOCOL_EFFECTS_H_
#define WGSIM_PROTOCOL_EFFECTS_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/ip.h"
#include "protocol/peer_id.h"

namespace wg {

// A UDP payload with its addresses. Outgoing: `local` is the source to use if it is still there
// (sticky source), or "no address". Incoming: `remote` is the sender, `local` the address it was
// sent to.
struct Datagram {
  Buffer payload;
  Endpoint remote;
  IpAddress local;
  uint32_t ifindex = 0;  // ingress interface (IPv4 sticky source), 0 = any
  uint8_t ds = 0;        // outer DS and ECN byte
  // Outgoing only, for Device::OnDatagramSent when the payload has already left.
  uint8_t message_type = 0;     // 1 to 4
  uint32_t bytes = 0;           // payload.size()
  PeerId peer = PeerId::kNone;  // kNone: a cookie reply
};

// What became of an outgoing datagram.
enum class SendOutcome : uint8_t {
  kSent,          // handed to IP and taken
  kOutputFailed,  // a route was found, but local output failed (tx_dropped for IPv4, tx_errors for
                  // IPv6)
  kNoRoute,       // no route, no socket, no such family: freed, counted nowhere
};

// A decrypted packet that passed every check, for the host's stack behind the tunnel interface.
struct InnerPacket {
  Buffer packet;
  PeerId from = PeerId::kNone;
};

// Work that the kernel hands to a queue. The description is complete enough to be priced; running
// it is Device::Run. Where it may run and in which order is the driver's business, with these
// guarantees kept by Device: at most one kTransmit and one kDeliver per peer are outstanding at a
// time.
enum class WorkKind : uint8_t {
  kSeal,         // encrypt one bundle (wg_packet_encrypt_worker): any CPU
  kTransmit,     // send the peer's head bundle (wg_packet_tx_worker): the peer's CPU, in order
  kOpen,         // decrypt one packet (wg_packet_decrypt_worker): any CPU
  kDeliver,      // hand over the peer's head packet (wg_packet_rx_poll): NAPI of the peer, in order
  kHandshakeIn,  // consume one message of type 1, 2 or 3 (wg_packet_handshake_receive_worker): any
                 // CPU
  kHandshakeOut,  // create and send an initiation (wg_packet_handshake_send_worker): any CPU, once
                  // per peer
  kWipe,  // forget a peer's keys (wg_queued_expired_zero_key_material): any CPU, once per peer
};
inline constexpr int kWorkKinds = 7;
absl::string_view WorkKindName(WorkKind kind);

// How far the work kHandshakeIn gets with its message, which decides what it takes.
enum class HandshakeFate : uint8_t {
  kScreenedOut,  // ends at the macs, at the limit of its source, or names no handshake of ours
  kCookie,       // its sender is sent a cookie
  kRefused,      // an initiation of nobody we know, old, or too early: one Diffie-Hellman to find out
  kConsumed,     // its macs are good, and it is not refused (a response may still turn out bad)
};

struct Work {
  WorkKind kind;
  uint8_t message_type = 0;  // kHandshakeIn: 1, 2 or 3; kHandshakeOut: 1; kWipe: 0; else 4
  uint16_t packets = 0;  // packets in the bundle; 1 for a single one; 0 if what was queued is dead
  uint32_t bytes = 0;    // their UDP payload bytes together
  PeerId peer = PeerId::kNone;
  uint64_t job = 0;  // Device's own; never reused
};

// Why a packet ended here. Reasons that the kernel counts nowhere are told apart all the same.
enum class DropReason : uint8_t {
  kStagedOverflow,      // more than 128 staged: the oldest goes (tx_dropped)
  kStagedPurged,        // interface down, handshake given up, peer freed (tx_dropped)
  kTxQueueFull,         // 1024 bundles in the peer's queue
  kCryptRingFull,       // the driver's encrypt or decrypt ring had no room (Device::Abandon)
  kPeerDead,            // the peer was removed meanwhile
  kRxQueueFull,         // 1024 packets in the peer's queue
  kMalformed,           // not a WireGuard message: type, length or reserved bytes
  kUnknownIndex,        // no keypair with this receiver index
  kKeyExpired,          // receiving side of the keypair not valid any more
  kDecryptFailed,       // tag does not match
  kReplayed,            // counter seen before, or too old
  kBadInnerType,        // plaintext is neither IPv4 nor IPv6 (rx_frame_errors)
  kBadInnerSize,        // inner length does not fit (rx_length_errors)
  kUnallowedSource,     // inner source belongs to no or to another peer (rx_frame_errors)
  kHandshakeRejected,   // mac1, cookie, key, timestamp, flood or state: silent
  kHandshakeQueueFull,  // 4096 waiting handshake messages
  kNoEndpoint,          // one of our own messages to a peer whose address is not known
  kInterfaceDown,       // nothing is sent or received, and waiting handshake messages are forgotten
  kConsumed,            // not lost: a handshake message, cookie or keepalive that did its work
};
inline constexpr int kDropReasons = 19;
absl::string_view DropReasonName(DropReason reason);

struct Dropped {
  Buffer packet;
  DropReason reason;
  PeerId peer = PeerId::kNone;
};

struct Effects {
  std::vector<Datagram> datagrams;
  std::vector<InnerPacket> inner;
  std::vector<Work> work;
  std::vector<Dropped> dropped;

  bool empty() const {
    return datagrams.empty() && inner.empty() && work.empty() && dropped.empty();
  }
  // Forgets everything and keeps the memory.
  void Clear() {
    datagrams.clear();
    inner.clear();
    work.clear();
    dropped.clear();
  }
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_EFFECTS_H_
