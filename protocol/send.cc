// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/send.h"

#include <cstring>
#include <utility>

#include "absl/types/span.h"
#include "protocol/birthdate.h"
#include "protocol/cipher_work.h"
#include "protocol/device_state.h"
#include "protocol/ecn.h"
#include "protocol/messages.h"
#include "protocol/profile.h"
#include "protocol/timers.h"

namespace wg {
namespace {

// A packet out of its node, which goes back to the pool.
Buffer TakeBuffer(Device::State& device, TxPacket* packet) {
  Buffer buffer = std::move(packet->buffer);
  device.tx_packets.Free(packet);
  return buffer;
}

void DropPackets(Device::State& device, TxPacketList* packets, PeerId peer, DropReason reason,
                 Effects* fx) {
  while (!packets->empty()) {
    fx->dropped.push_back({TakeBuffer(device, packets->PopFront()), reason, peer});
  }
}

void DropStaged(Device::State& device, Buffer packet, PeerId peer, Effects* fx) {
  fx->dropped.push_back({std::move(packet), DropReason::kStagedOverflow, peer});
  ++device.counters.tx_dropped;
}

// The oldest packet, or all of the oldest burst where bursts are counted. REQUIRES: one is staged.
void DropOldest(Device::State& device, Peer& peer, Effects* fx) {
  do {
    DropStaged(device, TakeBuffer(device, peer.staged.PopFront()), peer.id, fx);
    --device.staged;
  } while (!peer.staged.empty() && !peer.staged.head->begins_unit);
}

// The sending side that may be used right now, or null. Age is judged here and nowhere later.
Keypair* UsableKeypair(const Profile& profile, Now now, Peer& peer) {
  Keypair* keypair = peer.keypairs.current();
  if (keypair == nullptr || !keypair->sending.is_valid) return nullptr;
  if (BirthdateHasExpired(keypair->sending.birthdate, profile.reject_sending_after, now.boot)) {
    keypair->sending.is_valid = false;
    return nullptr;
  }
  return keypair;
}

// False when the counter ran out; the nonces already given are lost then. Sums the UDP payload of
// all into `bytes`.
bool AssignNonces(const Device::State& device, const TxPacketList& packets, Keypair& keypair,
                  uint32_t* bytes) {
  const Profile& profile = device.profile;
  for (TxPacket* packet = packets.head; packet != nullptr; packet = packet->next) {
    packet->ds = profile.carries_ecn ? EcnEncapsulate(packet->buffer.bytes()) : 0;
    packet->nonce = keypair.sending_counter++;
    if (packet->nonce >= profile.reject_after_messages) {
      keypair.sending.is_valid = false;
      return false;
    }
    packet->ciphers = Ciphers::kNotDone;
    const size_t size = packet->buffer.size();
    const size_t padding = CalculateSkbPadding(size, packet->mtu, profile.padding_multiple);
    *bytes += static_cast<uint32_t>(MessageDataLen(size + padding));
  }
  return true;
}

// wg_packet_create_data: into the peer's order first, then to whoever seals.
void CreateData(Device::State& device, Peer& peer, const TxPacketList& packets, Keypair* keypair,
                uint32_t bytes, Effects* fx) {
  Bundle* bundle = device.bundles.Allocate();
  bundle->peer = &peer;
  bundle->keypair = KeypairRef(keypair);
  bundle->packets = packets;
  bundle->bytes = bytes;
  bundle->state = PacketState::kUncrypted;
  if (peer.is_dead) return DropBundle(device, bundle, DropReason::kPeerDead, fx);
  if (!peer.tx_queue.Enqueue(bundle)) {
    return DropBundle(device, bundle, DropReason::kTxQueueFull, fx);
  }
  bundle->job = device.NewJob(bundle->slot);
  EmitWork(fx, WorkKind::kSeal, MessageType::kData, packets.count, bytes, peer.id, bundle->job);
}

// The first half of encrypt_packet: padding, and room for the tag. Returns what is to be sealed.
absl::Span<uint8_t> PadPacket(Device::State& device, TxPacket* packet) {
  Buffer& buffer = packet->buffer;
  const size_t padding =
      CalculateSkbPadding(buffer.size(), packet->mtu, device.profile.padding_multiple);
  if (buffer.headroom() < MessageDataHeader::kLen ||
      buffer.tailroom() < padding + kNoiseAuthtagLen) {
    buffer = buffer.Clone();
  }
  uint8_t* end = buffer.Append(padding + kNoiseAuthtagLen);
  std::memset(end, 0, padding);
  return absl::MakeSpan(buffer.data(), buffer.size() - kNoiseAuthtagLen);
}

// encrypt_packet
void EncryptPacket(Device::State& device, const Keypair& keypair, TxPacket* packet) {
  if (packet->ciphers == Ciphers::kNotDone) {
    const absl::Span<uint8_t> text = PadPacket(device, packet);
    device.crypto.Seal(keypair.sending.key, packet->nonce, {}, text, text.end());
  }
  Encode(MessageDataHeader{keypair.remote_index(), packet->nonce},
         absl::MakeSpan(packet->buffer.Push(MessageDataHeader::kLen), MessageDataHeader::kLen));
}

// The peer's transmit work is asked for when the head is finished. When it is not, the kernel's
// worker would only look at it, and from then on it does not count against the limit.
void QueueTransmit(Device::State& device, Peer& peer, Effects* fx) {
  if (peer.transmit_job != 0) return;
  const Bundle* head = peer.tx_queue.head();
  if (head == nullptr) return;
  if (head->state == PacketState::kUncrypted) {
    peer.tx_queue.Peek();
    return;
  }
  const bool dead = head->state == PacketState::kDead;
  peer.transmit_job = device.NewJob(peer.slot);
  EmitWork(fx, WorkKind::kTransmit, MessageType::kData, dead ? 0 : head->packets.count,
           dead ? 0 : head->bytes, peer.id, peer.transmit_job);
}

Bundle* FindBundle(const Device::State& device, uint64_t job) {
  Bundle* bundle = device.bundles.At(Device::State::SlotOf(job));
  return bundle != nullptr && bundle->job == job ? bundle : nullptr;
}

// wg_socket_send_skb_to_peer, up to the point where a route is needed. False: not even that.
bool SendToPeer(Device::State& device, Peer& peer, Buffer payload, MessageType type, uint8_t ds,
                Effects* fx) {
  if (!device.is_up || !peer.endpoint) {
    const DropReason reason = device.is_up ? DropReason::kNoEndpoint : DropReason::kInterfaceDown;
    fx->dropped.push_back({std::move(payload), reason, peer.id});
    return false;
  }
  const auto bytes = static_cast<uint32_t>(payload.size());
  const bool sticky = device.profile.sticky_source;
  fx->datagrams.push_back({.payload = std::move(payload),
                           .remote = peer.endpoint.remote(),
                           .local = sticky ? peer.endpoint.source() : IpAddress(),
                           .ifindex = sticky ? peer.endpoint.source_ifindex() : 0,
                           .ds = ds,
                           .message_type = static_cast<uint8_t>(type),
                           .bytes = bytes,
                           .peer = peer.id});
  return true;
}

// keep_key_fresh of send.c
void KeepKeyFresh(Device::State& device, Now now, Peer& peer, Effects* fx) {
  const Keypair* keypair = peer.keypairs.current();
  if (keypair == nullptr || !keypair->sending.is_valid) return;
  const Profile& profile = device.profile;
  if (keypair->sending_counter > profile.rekey_after_messages ||
      (keypair->i_am_the_initiator() &&
       BirthdateHasExpired(keypair->sending.birthdate, profile.rekey_after_time, now.boot))) {
    SendQueuedHandshakeInitiation(device, now, peer, /*is_retry=*/false, fx);
  }
}

// wg_packet_create_data_done
void CreateDataDone(Device::State& device, Now now, Peer& peer, Bundle* bundle, Effects* fx) {
  TimersAnyAuthenticatedPacketTraversal(device, now, peer);
  TimersAnyAuthenticatedPacketSent(now, peer);
  while (!bundle->packets.empty()) {
    TxPacket* packet = bundle->packets.PopFront();
    const uint8_t ds = packet->ds;
    SendToPeer(device, peer, TakeBuffer(device, packet), MessageType::kData, ds, fx);
  }
  bundle->keypair = KeypairRef();
  device.bundles.Free(bundle);
  KeepKeyFresh(device, now, peer, fx);
}

template <typename Message>
Buffer EncodeWithMacs(Device::State& device, Now now, Peer& peer, const Message& message) {
  Buffer buffer = device.pool.Allocate(Message::kLen);
  Encode(message, buffer.bytes());
  peer.latest_cookie.AddMacToPacket(now, buffer.bytes(), device.profile.cookies);
  return buffer;
}

bool HandshakeSentRecently(Now now, const Peer& peer) {
  return !BirthdateHasExpired(peer.last_sent_handshake, kRekeyTimeout, now.boot);
}

// wg_packet_send_handshake_initiation
void SendHandshakeInitiation(Device::State& device, Now now, Peer& peer, Effects* fx) {
  if (HandshakeSentRecently(now, peer)) return;
  peer.last_sent_handshake = now.boot;
  MessageHandshakeInitiation message;
  if (peer.handshake.CreateInitiation(device.noise(), now, device.entropy, &message) !=
      NoiseVerdict::kOk) {
    return;
  }
  Buffer payload = EncodeWithMacs(device, now, peer, message);
  TimersAnyAuthenticatedPacketTraversal(device, now, peer);
  TimersAnyAuthenticatedPacketSent(now, peer);
  if (SendToPeer(device, peer, std::move(payload), MessageType::kHandshakeInitiation,
                 device.profile.handshake_ds, fx)) {
    ++device.counters.initiations_sent;
  }
  TimersHandshakeInitiated(device, now, peer);
}

}  // namespace

void StagePackets(Device::State& device, Now now, Peer& peer, absl::Span<Buffer> packets,
                  uint32_t mtu, Effects* fx) {
  const StagedRule& rule = device.profile.staged;
  if (rule.drops_newest && peer.staged.units > rule.room) {
    for (Buffer& packet : packets) DropStaged(device, std::move(packet), peer.id, fx);
  } else {
    while (peer.staged.units > rule.room) DropOldest(device, peer, fx);
    bool begins_unit = true;
    for (Buffer& packet : packets) {
      TxPacket* staged = device.tx_packets.Allocate();
      staged->buffer = std::move(packet);
      staged->mtu = mtu;
      staged->begins_unit = begins_unit;
      if (rule.counts_bursts) begins_unit = false;
      peer.staged.PushBack(staged);
      ++device.staged;
    }
  }
  SendStagedPackets(device, now, peer, fx);
}

void SendStagedPackets(Device::State& device, Now now, Peer& peer, Effects* fx) {
  if (peer.staged.empty()) return;
  TxPacketList packets = peer.staged.TakeAll();
  uint32_t bytes = 0;
  Keypair* keypair = UsableKeypair(device.profile, now, peer);
  if (keypair == nullptr || !AssignNonces(device, packets, *keypair, &bytes)) {
    peer.staged.SpliceFront(packets);
    SendQueuedHandshakeInitiation(device, now, peer, /*is_retry=*/false, fx);
    return;
  }
  device.staged -= packets.count;
  CreateData(device, peer, packets, keypair, bytes, fx);
}

void SendKeepalive(Device::State& device, Now now, Peer& peer, Effects* fx) {
  if (peer.staged.empty()) {
    TxPacket* keepalive = device.tx_packets.Allocate();
    keepalive->buffer = device.pool.Allocate(0);
    keepalive->mtu = device.mtu;
    keepalive->begins_unit = true;
    peer.staged.PushBack(keepalive);
    ++device.staged;
  }
  SendStagedPackets(device, now, peer, fx);
}

void PurgeStagedPackets(Device::State& device, Peer& peer, Effects* fx) {
  TxPacketList packets = peer.staged.TakeAll();
  device.counters.tx_dropped += packets.count;
  device.staged -= packets.count;
  DropPackets(device, &packets, peer.id, DropReason::kStagedPurged, fx);
}

void SendQueuedHandshakeInitiation(Device::State& device, Now now, Peer& peer, bool is_retry,
                                   Effects* fx) {
  if (!is_retry) peer.timer_handshake_attempts = 0;
  if (HandshakeSentRecently(now, peer) || peer.is_dead) return;
  if (peer.handshake_out_job != 0) return;
  peer.handshake_out_job = device.NewJob(peer.slot);
  EmitWork(fx, WorkKind::kHandshakeOut, MessageType::kHandshakeInitiation, 1,
           MessageHandshakeInitiation::kLen, peer.id, peer.handshake_out_job);
}

void ResetLastSentHandshake(Now now, Peer& peer) {
  peer.last_sent_handshake = now.boot - kRekeyTimeout - std::chrono::seconds(1);
}

void SendHandshakeResponse(Device::State& device, Now now, Peer& peer, Effects* fx) {
  if (device.profile.response_closes_gate) peer.last_sent_handshake = now.boot;
  MessageHandshakeResponse message;
  if (peer.handshake.CreateResponse(device.noise(), device.entropy, &message) !=
      NoiseVerdict::kOk) {
    return;
  }
  Buffer payload = EncodeWithMacs(device, now, peer, message);
  if (!peer.handshake.BeginSession(device.noise(), now, peer.is_dead, &peer.keypairs)) return;
  TimersSessionDerived(device, now, peer);
  TimersAnyAuthenticatedPacketTraversal(device, now, peer);
  TimersAnyAuthenticatedPacketSent(now, peer);
  if (SendToPeer(device, peer, std::move(payload), MessageType::kHandshakeResponse,
                 device.profile.handshake_ds, fx)) {
    ++device.counters.responses_sent;
  }
}

void SendHandshakeCookie(Device::State& device, Now now, const Datagram& initiating, Effects* fx) {
  MessageHandshakeCookie message;
  device.cookie_checker.CreateMessage(device.crypto, now, device.entropy,
                                      initiating.payload.bytes(), initiating.remote, &message);
  Buffer payload = device.pool.Allocate(MessageHandshakeCookie::kLen);
  Encode(message, payload.bytes());
  fx->datagrams.push_back({.payload = std::move(payload),
                           .remote = initiating.remote,
                           .local = initiating.local,
                           .ifindex = initiating.ifindex,
                           .ds = 0,
                           .message_type = static_cast<uint8_t>(MessageType::kHandshakeCookie),
                           .bytes = MessageHandshakeCookie::kLen,
                           .peer = PeerId::kNone});
  ++device.counters.cookies_sent;
}

bool RunSeal(Device::State& device, uint64_t job, Effects* fx) {
  Bundle* bundle = FindBundle(device, job);
  if (bundle == nullptr) return false;
  bundle->job = 0;
  for (TxPacket* packet = bundle->packets.head; packet != nullptr; packet = packet->next) {
    EncryptPacket(device, *bundle->keypair, packet);
  }
  bundle->state = PacketState::kCrypted;
  QueueTransmit(device, *bundle->peer, fx);
  return true;
}

void AppendSealing(Device::State& device, uint64_t job, std::vector<CipherWork>* out) {
  Bundle* bundle = FindBundle(device, job);
  if (bundle == nullptr) return;
  for (TxPacket* packet = bundle->packets.head; packet != nullptr; packet = packet->next) {
    if (packet->ciphers != Ciphers::kNotDone) continue;
    out->push_back({.key = &bundle->keypair->sending.key,
                    .counter = packet->nonce,
                    .text = PadPacket(device, packet),
                    .outcome = &packet->ciphers,
                    .seals = true});
  }
}

void AppendSealTags(const Device::State& device, uint64_t job, std::vector<uint64_t>* tags) {
  const Bundle* bundle = FindBundle(device, job);
  if (bundle == nullptr) return;
  for (const TxPacket* packet = bundle->packets.head; packet != nullptr; packet = packet->next) {
    if (packet->buffer) tags->push_back(packet->buffer.tag());
  }
}

bool AbandonSeal(Device::State& device, uint64_t job, Effects* fx) {
  Bundle* bundle = FindBundle(device, job);
  if (bundle == nullptr) return false;
  bundle->job = 0;
  bundle->state = PacketState::kDead;
  bundle->reason = DropReason::kCryptRingFull;
  QueueTransmit(device, *bundle->peer, fx);
  return true;
}

bool RunTransmit(Device::State& device, Now now, uint64_t job, Effects* fx) {
  Peer* peer = device.PeerOf(job);
  if (peer == nullptr || peer->transmit_job != job) return false;
  peer->transmit_job = 0;
  peer->tx_queue.Peek();
  Bundle* bundle = peer->tx_queue.DropPeeked();
  peer->tx_queue.Peek();
  if (bundle->state == PacketState::kDead) {
    DropBundle(device, bundle, bundle->reason, fx);
  } else {
    CreateDataDone(device, now, *peer, bundle, fx);
  }
  QueueTransmit(device, *peer, fx);
  return true;
}

bool RunHandshakeOut(Device::State& device, Now now, uint64_t job, Effects* fx) {
  Peer* peer = device.PeerOf(job);
  if (peer == nullptr || peer->handshake_out_job != job) return false;
  peer->handshake_out_job = 0;
  SendHandshakeInitiation(device, now, *peer, fx);
  return true;
}

void DropBundle(Device::State& device, Bundle* bundle, DropReason reason, Effects* fx) {
  DropPackets(device, &bundle->packets, bundle->peer->id, reason, fx);
  bundle->job = 0;
  bundle->keypair = KeypairRef();
  device.bundles.Free(bundle);
}

}  // namespace wg
