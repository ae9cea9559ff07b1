// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The keys of one session, and the three slots in which a peer keeps its sessions (struct
// noise_keypair, struct noise_keypairs; spec/handshake section 3.9).
//
// A Keypair is reference counted: a slot holds it, and so does every packet in flight that was
// numbered or looked up with it. Leaving its slot takes it out of the index table at once, so no
// new packet finds it; the memory lives, to be wiped, until the last packet is through. The count
// is not atomic: one thread.
//
// There is no timer for the limits of a key. Send and receive ask for them and then clear is_valid
// for good.
//
// Requirements: NOISE-054 058 to 066 081 082 090; PEER-043; RX-026 044 045.
#ifndef WGSIM_PROTOCOL_KEYPAIR_H_
#define WGSIM_PROTOCOL_KEYPAIR_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "protocol/birthdate.h"
#include "protocol/crypto/keys.h"
#include "protocol/index_table.h"
#include "protocol/messages.h"
#include "protocol/peer_id.h"
#include "protocol/replay_window.h"
#include "protocol/time.h"

namespace wg {

// One direction of a session (struct noise_symmetric_key).
struct NoiseSymmetricKey {
  SymmetricKey key;
  BootTime birthdate{};
  bool is_valid = false;

  // True when the key has reached REJECT_AFTER_TIME and may not be used any more.
  bool HasExpired(BootTime now) const {
    return BirthdateHasExpired(birthdate, kRejectAfterTime, now);
  }
};

// The book of one device: how many keypairs it ever had, and how many still exist.
struct KeypairAccount {
  uint64_t created = 0;
  uint64_t live = 0;
};

// Lives on the heap, in KeypairRef handles only.
class Keypair {
 public:
  // What both ends agreed on; the two keys are born now, valid, with counter 0 and an empty window.
  struct Session {
    PeerId peer = PeerId::kNone;
    bool i_am_the_initiator = false;
    uint32_t index = 0;         // ours, in the index table
    uint32_t remote_index = 0;  // theirs, written into every packet we send
    SymmetricKey sending;
    SymmetricKey receiving;
  };

  Keypair(const Keypair&) = delete;
  Keypair& operator=(const Keypair&) = delete;

  PeerId peer() const { return peer_; }
  bool i_am_the_initiator() const { return i_am_the_initiator_; }
  uint32_t index() const { return index_; }
  uint32_t remote_index() const { return remote_index_; }
  uint64_t internal_id() const {
    return internal_id_;
  }  // counted from 1 per device; for people only

  NoiseSymmetricKey sending;
  uint64_t sending_counter = 0;  // the next nonce
  NoiseSymmetricKey receiving;
  ReplayWindow receiving_counter;

 private:
  friend class KeypairRef;
  Keypair(const Session& session, BootTime now, KeypairAccount* account);
  ~Keypair();

  const PeerId peer_;
  const uint32_t index_;
  const uint32_t remote_index_;
  const bool i_am_the_initiator_;
  uint32_t references_ = 0;
  const uint64_t internal_id_;
  KeypairAccount* const account_;
};

// A counted reference, or none. The size of a pointer. `account` outlives every reference.
class KeypairRef {
 public:
  KeypairRef() = default;
  explicit KeypairRef(Keypair* keypair) : keypair_(keypair) {
    if (keypair_ != nullptr) ++keypair_->references_;
  }
  KeypairRef(const KeypairRef& other) : KeypairRef(other.keypair_) {}
  KeypairRef(KeypairRef&& other) noexcept : keypair_(std::exchange(other.keypair_, nullptr)) {}
  KeypairRef& operator=(KeypairRef other) noexcept {
    std::swap(keypair_, other.keypair_);
    return *this;
  }
  ~KeypairRef() {
    if (keypair_ != nullptr && --keypair_->references_ == 0) Destroy(keypair_);
  }

  static KeypairRef Create(const Keypair::Session& session, BootTime now, KeypairAccount* account);

  Keypair* get() const { return keypair_; }
  Keypair* operator->() const { return keypair_; }
  Keypair& operator*() const { return *keypair_; }
  explicit operator bool() const { return keypair_ != nullptr; }
  friend bool operator==(const KeypairRef&, const KeypairRef&) = default;

 private:
  static void Destroy(Keypair* keypair);

  Keypair* keypair_ = nullptr;
};

// The slots of one peer. A keypair is in at most one slot. Only `current` is used to send; whatever
// is in the index table may be used to receive.
class Keypairs {
 public:
  Keypairs() = default;
  Keypairs(const Keypairs&) = delete;
  Keypairs& operator=(const Keypairs&) = delete;

  Keypair* current() const { return current_.get(); }
  Keypair* previous() const { return previous_.get(); }
  Keypair* next() const { return next_.get(); }

  // Takes a session just derived (add_new_keypair):
  //   we initiated, no next:   previous <- current, current <- new; drops the old previous
  //   we initiated, next = N:  previous <- N, next <- none, current <- new; drops old current and
  //   old previous we responded:            next <- new, previous <- none; current stays; drops old
  //   next and old previous
  void AddNewKeypair(KeypairRef new_keypair, IndexTable& index_table);

  // To be told of the keypair of every authentic, fresh data packet. If it is `next`, the other
  // side has confirmed it: previous <- current <- next <- none, and true. Else nothing, and false
  // (wg_noise_received_with_keypair).
  bool ReceivedWithKeypair(const Keypair* received, IndexTable& index_table);

  // Empties all slots: next, previous, current in this order (wg_noise_keypairs_clear).
  void Clear(IndexTable& index_table);

  // Forbids sending under next and current; the slots and receiving stay
  // (the keypair half of wg_noise_expire_current_peer_keypairs).
  void ExpireSending();

 private:
  KeypairRef current_;
  KeypairRef previous_;
  KeypairRef next_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_KEYPAIR_H_
