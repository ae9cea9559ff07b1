// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/receive.h"

#include <utility>

#include "absl/types/span.h"
#include "protocol/birthdate.h"
#include "protocol/cipher_work.h"
#include "protocol/device_state.h"
#include "protocol/ecn.h"
#include "protocol/inner.h"
#include "protocol/profile.h"
#include "protocol/send.h"
#include "protocol/timers.h"

namespace wg {
namespace {

// wg_packet_consume_data: into the peer's order first, then to whoever opens.
void ConsumeData(Device::State& device, Datagram datagram, Effects* fx) {
  MessageDataHeader header;
  Decode(datagram.payload.bytes(), &header);
  const IndexEntry* entry = device.index_table.Lookup(header.key_idx, IndexType::kKeypair);
  if (entry == nullptr) {
    fx->dropped.push_back({std::move(datagram.payload), DropReason::kUnknownIndex});
    return;
  }
  Peer& peer = *FindPeer(device, entry->peer);
  RxPacket* packet = device.rx_packets.Allocate();
  packet->peer = &peer;
  packet->keypair = KeypairRef(entry->keypair);
  packet->datagram = std::move(datagram);
  packet->nonce = header.counter;
  packet->ciphers = Ciphers::kNotDone;
  packet->state = PacketState::kUncrypted;
  if (peer.is_dead) return DropRxPacket(device, packet, DropReason::kPeerDead, fx);
  if (!peer.rx_queue.Enqueue(packet)) {
    return DropRxPacket(device, packet, DropReason::kRxQueueFull, fx);
  }
  packet->job = device.NewJob(packet->slot);
  EmitWork(fx, WorkKind::kOpen, MessageType::kData, 1,
           static_cast<uint32_t>(packet->datagram.payload.size()), peer.id, packet->job);
}

// What is to be opened.
absl::Span<uint8_t> SealedText(RxPacket* packet) {
  Buffer& payload = packet->datagram.payload;
  return absl::MakeSpan(payload.data() + MessageDataHeader::kLen,
                        payload.size() - MessageDataHeader::kLen - kNoiseAuthtagLen);
}

// decrypt_packet. False: dead, for packet->reason.
bool DecryptPacket(Device::State& device, Now now, RxPacket* packet) {
  Keypair& keypair = *packet->keypair;
  const Profile& profile = device.profile;
  if (!keypair.receiving.is_valid ||
      BirthdateHasExpired(keypair.receiving.birthdate, profile.reject_receiving_after, now.boot) ||
      (profile.last_counter_ends_key &&
       keypair.receiving_counter.counter() >= profile.reject_after_messages)) {
    keypair.receiving.is_valid = false;
    packet->reason = DropReason::kKeyExpired;
    return false;
  }
  if (packet->ciphers == Ciphers::kNotDone) {
    const absl::Span<uint8_t> text = SealedText(packet);
    packet->ciphers = device.crypto.Open(keypair.receiving.key, packet->nonce, {}, text, text.end())
                          ? Ciphers::kGood
                          : Ciphers::kBad;
  }
  if (packet->ciphers == Ciphers::kBad) {
    packet->reason = DropReason::kDecryptFailed;
    return false;
  }
  Buffer& payload = packet->datagram.payload;
  payload.Truncate(payload.size() - kNoiseAuthtagLen);
  payload.Pull(MessageDataHeader::kLen);
  return true;
}

// The peer's poll is asked for when the head is finished (wg_queue_enqueue_per_peer_rx). When it is
// not, the kernel's poll would only look at it, and from then on it does not count against the
// limit.
void QueueDeliver(Device::State& device, Peer& peer, Effects* fx) {
  if (peer.deliver_job != 0) return;
  const RxPacket* head = peer.rx_queue.head();
  if (head == nullptr) return;
  if (head->state == PacketState::kUncrypted) {
    peer.rx_queue.Peek();
    return;
  }
  const bool dead = head->state == PacketState::kDead;
  peer.deliver_job = device.NewJob(peer.slot);
  EmitWork(fx, WorkKind::kDeliver, MessageType::kData, dead ? 0 : 1,
           dead ? 0 : static_cast<uint32_t>(MessageDataLen(head->datagram.payload.size())), peer.id,
           peer.deliver_job);
}

RxPacket* FindRxPacket(const Device::State& device, uint64_t job) {
  RxPacket* packet = device.rx_packets.At(Device::State::SlotOf(job));
  return packet != nullptr && packet->job == job ? packet : nullptr;
}

// keep_key_fresh of receive.c
void KeepKeyFresh(Device::State& device, Now now, Peer& peer, Effects* fx) {
  if (peer.sent_lastminute_handshake) return;
  const Keypair* keypair = peer.keypairs.current();
  if (keypair == nullptr || !keypair->sending.is_valid || !keypair->i_am_the_initiator() ||
      !BirthdateHasExpired(keypair->sending.birthdate, device.profile.rekey_on_receive_after,
                           now.boot)) {
    return;
  }
  peer.sent_lastminute_handshake = true;
  SendQueuedHandshakeInitiation(device, now, peer, /*is_retry=*/false, fx);
}

// What is wrong with an authentic plaintext from this peer, or kConsumed if nothing is: then the
// padding has been cut off and the congestion mark brought in. The order of the checks is the
// kernel's.
DropReason CheckInner(const Device::State& device, const Peer& peer, uint8_t outer_ds,
                      Buffer* inner) {
  const Family family = InnerFamily(inner->bytes());
  if (family == Family::kNone) return DropReason::kBadInnerType;
  const size_t length = InnerLength(inner->bytes());
  if (family == Family::kIpv4 && length < kIpv4HeaderLen) return DropReason::kBadInnerSize;
  if (device.profile.carries_ecn) EcnDecapsulate(outer_ds, inner->bytes());
  if (length > inner->size()) return DropReason::kBadInnerSize;
  inner->Truncate(length);
  if (device.allowed_ips.Lookup(InnerSource(inner->bytes())) != peer.slot) {
    return DropReason::kUnallowedSource;
  }
  return DropReason::kConsumed;
}

void CountDishonest(Device::State& device, DropReason reason) {
  ++device.counters.rx_errors;
  if (reason == DropReason::kBadInnerSize) {
    ++device.counters.rx_length_errors;
  } else {
    ++device.counters.rx_frame_errors;
  }
}

// wg_packet_consume_data_done. The caller gives `packet` back to the pool.
void ConsumeDataDone(Device::State& device, Now now, Peer& peer, RxPacket* packet, Effects* fx) {
  Datagram& datagram = packet->datagram;
  peer.endpoint.SetFromDatagram(datagram);
  if (peer.keypairs.ReceivedWithKeypair(packet->keypair.get(), device.index_table)) {
    TimersHandshakeComplete(device, now, peer);
    SendStagedPackets(device, now, peer, fx);
  }
  KeepKeyFresh(device, now, peer, fx);
  TimersAnyAuthenticatedPacketReceived(peer);
  TimersAnyAuthenticatedPacketTraversal(device, now, peer);

  Buffer& inner = datagram.payload;
  const size_t bytes = MessageDataLen(inner.size());
  if (inner.size() == 0) {
    UpdateRxStats(device, peer, bytes);
    fx->dropped.push_back({std::move(inner), DropReason::kConsumed, peer.id});
    return;
  }
  TimersDataReceived(device, now, peer);
  const DropReason reason = CheckInner(device, peer, datagram.ds, &inner);
  if (reason != DropReason::kConsumed) {
    CountDishonest(device, reason);
    fx->dropped.push_back({std::move(inner), reason, peer.id});
    return;
  }
  fx->inner.push_back({std::move(inner), peer.id});
  UpdateRxStats(device, peer, bytes);
}

bool IsFresh(const Profile& profile, const RxPacket& packet) {
  return packet.keypair->receiving_counter.Validate(packet.nonce, profile.reject_after_messages,
                                                    profile.replay_window);
}

void FreeRxPacket(Device::State& device, RxPacket* packet) {
  packet->job = 0;
  packet->keypair = KeypairRef();
  device.rx_packets.Free(packet);
}

}  // namespace

void ReceiveDatagram(Device::State& device, Now, Datagram datagram, Effects* fx) {
  if (!device.is_up) {
    fx->dropped.push_back({std::move(datagram.payload), DropReason::kInterfaceDown});
    return;
  }
  const MessageType type = ValidateHeaderLen(datagram.payload.bytes());
  switch (type) {
    case MessageType::kData:
      return ConsumeData(device, std::move(datagram), fx);
    case MessageType::kHandshakeInitiation:
    case MessageType::kHandshakeResponse:
    case MessageType::kHandshakeCookie:
      return EnqueueHandshake(device, std::move(datagram), type, fx);
    case MessageType::kInvalid:
      fx->dropped.push_back({std::move(datagram.payload), DropReason::kMalformed});
      return;
  }
}

bool RunOpen(Device::State& device, Now now, uint64_t job, Effects* fx) {
  RxPacket* packet = FindRxPacket(device, job);
  if (packet == nullptr) return false;
  packet->job = 0;
  packet->state = DecryptPacket(device, now, packet) ? PacketState::kCrypted : PacketState::kDead;
  QueueDeliver(device, *packet->peer, fx);
  return true;
}

void AppendOpening(Device::State& device, uint64_t job, std::vector<CipherWork>* out) {
  RxPacket* packet = FindRxPacket(device, job);
  if (packet == nullptr || packet->ciphers != Ciphers::kNotDone) return;
  out->push_back({.key = &packet->keypair->receiving.key,
                  .counter = packet->nonce,
                  .text = SealedText(packet),
                  .outcome = &packet->ciphers,
                  .seals = false});
}

void AppendOpenTags(const Device::State& device, uint64_t job, std::vector<uint64_t>* tags) {
  const RxPacket* packet = FindRxPacket(device, job);
  if (packet != nullptr && packet->datagram.payload) tags->push_back(packet->datagram.payload.tag());
}

bool AbandonOpen(Device::State& device, uint64_t job, Effects* fx) {
  RxPacket* packet = FindRxPacket(device, job);
  if (packet == nullptr) return false;
  packet->job = 0;
  packet->state = PacketState::kDead;
  packet->reason = DropReason::kCryptRingFull;
  QueueDeliver(device, *packet->peer, fx);
  return true;
}

bool RunDeliver(Device::State& device, Now now, uint64_t job, Effects* fx) {
  Peer* peer = device.PeerOf(job);
  if (peer == nullptr || peer->deliver_job != job) return false;
  peer->deliver_job = 0;
  peer->rx_queue.Peek();
  RxPacket* packet = peer->rx_queue.DropPeeked();
  peer->rx_queue.Peek();
  if (packet->state == PacketState::kDead) {
    DropRxPacket(device, packet, packet->reason, fx);
  } else if (!IsFresh(device.profile, *packet)) {
    DropRxPacket(device, packet, DropReason::kReplayed, fx);
  } else {
    ConsumeDataDone(device, now, *peer, packet, fx);
    FreeRxPacket(device, packet);
  }
  QueueDeliver(device, *peer, fx);
  return true;
}

void DropRxPacket(Device::State& device, RxPacket* packet, DropReason reason, Effects* fx) {
  fx->dropped.push_back({std::move(packet->datagram.payload), reason, packet->peer->id});
  FreeRxPacket(device, packet);
}

void UpdateRxStats(Device::State& device, Peer& peer, size_t bytes) {
  ++device.counters.rx_packets;
  device.counters.rx_bytes += bytes;
  peer.rx_bytes += bytes;
}

}  // namespace wg
