// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What waits between the stages of the data path, and the queues that keep a peer's order
// (queueing.h, queueing.c; spec/data sections 7.1 and 7.3):
//
//   TxPacket, TxPacketList  inner packets on their way out: staged, then chained into a bundle
//   Bundle                  all packets of one flush: numbered, sealed and sent together
//   RxPacket                a data message on its way in
//   HandshakeIn             a message of type 1, 2 or 3 that waits for its turn
//   PrevQueue               a peer's queue of bundles or packets: the head leaves once finished
//
// All live in SlotPools of the device. A bundle and an RxPacket hold their keypair; they die with
// their peer.
//
// Requirements: PEER-046; TX-036; RX-038 042; QUEUE-008 010 to 014.
#ifndef WGSIM_PROTOCOL_QUEUEING_H_
#define WGSIM_PROTOCOL_QUEUEING_H_

#include <cstdint>
#include <utility>

#include "absl/types/optional.h"
#include "protocol/buffer.h"
#include "protocol/check.h"
#include "protocol/effects.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"

namespace wg {

struct Peer;

// enum packet_state: of a bundle as a whole, or of a received packet.
enum class PacketState : uint8_t {
  kUncrypted,  // in a crypto ring or in a worker
  kCrypted,    // sealed or opened
  kDead,       // keeps its place in the order and is dropped there
};

// Whether the ciphers of a packet have been done ahead of its work (cipher_work.h).
enum class Ciphers : uint8_t {
  kNotDone,
  kGood,  // sealed, or opened
  kBad,   // the tag is wrong
};

// An inner packet before and while it is sealed (struct packet_cb). An empty one is a keepalive.
struct TxPacket {
  Buffer buffer;
  TxPacket* next = nullptr;
  uint64_t nonce = 0;
  uint32_t mtu = 0;  // of its route, for the padding; 0: no limit
  uint32_t slot = 0;
  uint8_t ds = 0;           // outer DS and ECN byte
  bool begins_unit = true;  // of what StagedRule counts: each packet, or the first of a burst
  Ciphers ciphers = Ciphers::kNotDone;
};

// A FIFO of TxPackets (struct sk_buff_head). Copies are views of one list: one of them must be the
// list from then on.
struct TxPacketList {
  TxPacket* head = nullptr;
  TxPacket* tail = nullptr;
  uint32_t count = 0;
  uint32_t units = 0;  // packets with begins_unit

  bool empty() const { return head == nullptr; }
  void PushBack(TxPacket* packet) {
    packet->next = nullptr;
    (tail != nullptr ? tail->next : head) = packet;
    tail = packet;
    ++count;
    units += packet->begins_unit;
  }
  // REQUIRES: not empty.
  TxPacket* PopFront() {
    TxPacket* packet = head;
    head = packet->next;
    if (head == nullptr) tail = nullptr;
    --count;
    units -= packet->begins_unit;
    return packet;
  }
  TxPacketList TakeAll() { return std::exchange(*this, TxPacketList{}); }
  // Puts all of `front` before what is here (skb_queue_splice).
  void SpliceFront(const TxPacketList& front) {
    if (front.empty()) return;
    front.tail->next = head;
    if (tail == nullptr) tail = front.tail;
    head = front.head;
    count += front.count;
    units += front.units;
  }
};

// The packets of one flush (a list of skbs and the packet_cb of its first).
struct Bundle {
  uint64_t job = 0;  // of its kSeal; 0 once that has run
  Bundle* next = nullptr;
  Peer* peer = nullptr;
  KeypairRef keypair;
  TxPacketList packets;
  uint32_t bytes = 0;  // UDP payload of all of them
  uint32_t slot = 0;
  PacketState state = PacketState::kUncrypted;
  DropReason reason = DropReason::kCryptRingFull;  // if dead
};

// A data message on its way through the receive path.
struct RxPacket {
  uint64_t job = 0;  // of its kOpen; 0 once that has run
  RxPacket* next = nullptr;
  Peer* peer = nullptr;
  KeypairRef keypair;
  Datagram datagram;  // the message; once opened, the plaintext with its padding
  uint64_t nonce = 0;
  uint32_t slot = 0;
  PacketState state = PacketState::kUncrypted;
  DropReason reason = DropReason::kCryptRingFull;  // if dead
  Ciphers ciphers = Ciphers::kNotDone;
};

// A handshake message between Receive and its kHandshakeIn.
struct HandshakeIn {
  uint64_t job = 0;  // 0: not out
  HandshakeIn* next = nullptr;
  Datagram datagram;
  MessageType type = MessageType::kInvalid;
  uint32_t slot = 0;
  absl::optional<HandshakeFate> fate;        // once examined
  absl::optional<OpenedInitiation> opened;  // ... and worth opening
};

// struct prev_queue: FIFO of at most kMaxQueuedPackets, plus one that the consumer has taken a look
// at ("peeked"). Whoever is in it is found by nobody else's hands: owned by the queue until
// dropped.
template <typename T>
class PrevQueue {
 public:
  // False, and nothing happens, when it is full (wg_prev_queue_enqueue).
  bool Enqueue(T* element) {
    if (count_ >= kMaxQueuedPackets) return false;
    ++count_;
    element->next = nullptr;
    (tail_ != nullptr ? tail_->next : head_) = element;
    tail_ = element;
    return true;
  }

  // The head, or null; changes nothing.
  T* head() const { return head_; }

  // The head as the consumer sees it, or null: from now on it does not count against the limit
  // (wg_prev_queue_peek).
  T* Peek() {
    if (head_ != nullptr && !peeked_) {
      peeked_ = true;
      --count_;
    }
    return head_;
  }

  // Takes the head out and gives it away. REQUIRES: Peek() gave it (wg_prev_queue_drop_peeked).
  T* DropPeeked() {
    CHECK(peeked_);
    peeked_ = false;
    T* element = head_;
    head_ = element->next;
    if (head_ == nullptr) tail_ = nullptr;
    element->next = nullptr;
    return element;
  }

  bool empty() const { return head_ == nullptr; }
  // Elements that count against the limit.
  uint32_t count() const { return count_; }

 private:
  T* head_ = nullptr;
  T* tail_ = nullptr;
  uint32_t count_ = 0;
  bool peeked_ = false;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_QUEUEING_H_
