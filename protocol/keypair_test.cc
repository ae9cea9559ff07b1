// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/keypair.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "protocol/crypto/keys.h"
#include "protocol/fake_entropy.h"
#include "protocol/index_table.h"
#include "protocol/messages.h"
#include "protocol/peer_id.h"
#include "protocol/time.h"

namespace wg {
namespace {

constexpr BootTime kNow{std::chrono::seconds(10)};

// A peer's slots, and every keypair it was given under the number of its index.
class Slots {
 public:
  ~Slots() {
    keypairs_.Clear(table_);
    EXPECT_EQ(table_.size(), 0u);
    EXPECT_EQ(account_.live, 0u);
  }

  // Derives a session whose index is `index`.
  Keypair* Derive(bool initiator, uint32_t index) {
    ScriptedEntropy entropy;
    entropy.ThenUint32(index);
    table_.Insert({IndexType::kHandshake, PeerId{1}, nullptr}, entropy);
    KeypairRef keypair = KeypairRef::Create(Keypair::Session{.peer = PeerId{1},
                                                             .i_am_the_initiator = initiator,
                                                             .index = index,
                                                             .remote_index = ~index,
                                                             .sending = {},
                                                             .receiving = {}},
                                            kNow, &account_);
    table_.Replace(index, {IndexType::kKeypair, PeerId{1}, keypair.get()});
    Keypair* raw = keypair.get();
    keypairs_.AddNewKeypair(std::move(keypair), table_);
    return raw;
  }

  // The indices in the slots, 0 for none.
  std::vector<uint32_t> Indices() const {
    auto index = [](const Keypair* k) { return k == nullptr ? 0 : k->index(); };
    return {index(keypairs_.previous()), index(keypairs_.current()), index(keypairs_.next())};
  }

  KeypairAccount account_;
  IndexTable table_;
  Keypairs keypairs_;
};

// The table of spec/handshake section 3.9, by numbers alone.
struct Model {
  uint32_t previous = 0, current = 0, next = 0;

  void Initiated(uint32_t k) {
    if (next == 0) {
      previous = current;
    } else {
      previous = std::exchange(next, 0);
    }
    current = k;
  }
  void Responded(uint32_t k) {
    next = k;
    previous = 0;
  }
  bool Received(uint32_t k) {
    if (k == 0 || k != next) return false;
    previous = std::exchange(current, std::exchange(next, 0));
    return true;
  }
};

TEST(Keypairs, EverySequenceOfSevenEventsKeepsToTheSlotTable) {
  constexpr int kEvents = 6;
  constexpr int kDepth = 7;
  int sequences = 1;
  for (int i = 0; i < kDepth; ++i) sequences *= kEvents;
  for (int sequence = 0; sequence < sequences; ++sequence) {
    Slots slots;
    Model model;
    int rest = sequence;
    for (uint32_t step = 1; step <= kDepth; ++step, rest /= kEvents) {
      Keypairs& keypairs = slots.keypairs_;
      switch (rest % kEvents) {
        case 0:
          slots.Derive(true, step);
          model.Initiated(step);
          break;
        case 1:
          slots.Derive(false, step);
          model.Responded(step);
          break;
        case 2:
          ASSERT_EQ(keypairs.ReceivedWithKeypair(keypairs.next(), slots.table_),
                    model.Received(model.next));
          break;
        case 3:
          ASSERT_FALSE(keypairs.ReceivedWithKeypair(keypairs.current(), slots.table_));
          break;
        case 4:
          ASSERT_FALSE(keypairs.ReceivedWithKeypair(keypairs.previous(), slots.table_));
          break;
        case 5:
          keypairs.Clear(slots.table_);
          model = Model();
          break;
      }
      const std::vector<uint32_t> expected = {model.previous, model.current, model.next};
      ASSERT_EQ(slots.Indices(), expected) << "sequence " << sequence << " step " << step;
      // Exactly the keypairs in slots are in the index table, and exactly these exist.
      size_t present = 0;
      for (uint32_t index : expected) {
        if (index == 0) continue;
        ++present;
        const IndexEntry* entry = slots.table_.Lookup(index, IndexType::kKeypair);
        ASSERT_NE(entry, nullptr);
        ASSERT_EQ(entry->keypair->index(), index);
      }
      ASSERT_EQ(slots.table_.size(), present);
      ASSERT_EQ(slots.account_.live, present);
    }
  }
}

TEST(Keypairs, APacketInFlightKeepsItsKeypairButNotTheIndex) {
  Slots slots;
  slots.Derive(true, 1);
  KeypairRef in_flight(slots.table_.Lookup(1, IndexType::kKeypair)->keypair);
  slots.keypairs_.Clear(slots.table_);
  EXPECT_EQ(slots.table_.Lookup(1, IndexType::kAny), nullptr);
  EXPECT_EQ(slots.account_.live, 1u);
  EXPECT_TRUE(in_flight->receiving_counter.Validate(0));
  EXPECT_FALSE(slots.keypairs_.ReceivedWithKeypair(in_flight.get(), slots.table_));
  in_flight = KeypairRef();
  EXPECT_EQ(slots.account_.live, 0u);
}

TEST(Keypairs, ExpiryForbidsSendingUnderNextAndCurrentOnly) {
  Slots slots;
  slots.Derive(true, 1);
  slots.Derive(true, 2);
  slots.Derive(false, 3);  // drops 1
  slots.keypairs_.ReceivedWithKeypair(slots.keypairs_.next(), slots.table_);
  Keypair* next = slots.Derive(true, 4);  // previous 3, current 4
  next = slots.keypairs_.current();
  Keypair* previous = slots.keypairs_.previous();
  ASSERT_NE(previous, nullptr);
  slots.keypairs_.ExpireSending();
  EXPECT_FALSE(next->sending.is_valid);
  EXPECT_TRUE(next->receiving.is_valid);
  EXPECT_TRUE(previous->sending.is_valid);
  EXPECT_TRUE(previous->receiving.is_valid);

  Keypair* unconfirmed = slots.Derive(false, 5);
  EXPECT_TRUE(unconfirmed->sending.is_valid);
  slots.keypairs_.ExpireSending();
  EXPECT_FALSE(unconfirmed->sending.is_valid);
  EXPECT_TRUE(unconfirmed->receiving.is_valid);
}

TEST(Keypair, IsBornValidWithCounterZero) {
  KeypairAccount account;
  Keypair::Session session{.peer = PeerId{3},
                           .i_am_the_initiator = true,
                           .index = 1,
                           .remote_index = 2,
                           .sending = {},
                           .receiving = {}};
  session.sending.bytes.fill(1);
  session.receiving.bytes.fill(2);
  const KeypairRef keypair = KeypairRef::Create(session, kNow, &account);
  EXPECT_EQ(keypair->peer(), PeerId{3});
  EXPECT_EQ(keypair->index(), 1u);
  EXPECT_EQ(keypair->remote_index(), 2u);
  EXPECT_EQ(keypair->internal_id(), 1u);
  EXPECT_TRUE(keypair->sending.is_valid);
  EXPECT_TRUE(keypair->receiving.is_valid);
  EXPECT_TRUE(keypair->sending.key == session.sending);
  EXPECT_TRUE(keypair->receiving.key == session.receiving);
  EXPECT_EQ(keypair->sending_counter, 0u);
  EXPECT_EQ(keypair->receiving_counter.counter(), 0u);
  EXPECT_EQ(KeypairRef::Create(session, kNow, &account)->internal_id(), 2u);
}

TEST(Keypair, ExpiresAtExactlyOneHundredEightySeconds) {
  const NoiseSymmetricKey key{SymmetricKey(), kNow, true};
  EXPECT_FALSE(key.HasExpired(kNow));
  EXPECT_FALSE(key.HasExpired(kNow + kRejectAfterTime - std::chrono::nanoseconds(1)));
  EXPECT_TRUE(key.HasExpired(kNow + kRejectAfterTime));
}

TEST(KeypairRef, CountsCopiesMovesAndAssignments) {
  KeypairAccount account;
  KeypairRef a = KeypairRef::Create(Keypair::Session(), kNow, &account);
  {
    KeypairRef b = a;
    KeypairRef c = std::move(b);
    EXPECT_FALSE(static_cast<bool>(b));  // NOLINT(bugprone-use-after-move): that it is empty
    a = c;
    a = std::move(c);
    KeypairRef& self = a;
    a = self;
    EXPECT_EQ(account.live, 1u);
  }
  EXPECT_EQ(account.live, 1u);
  a = KeypairRef::Create(Keypair::Session(), kNow, &account);
  EXPECT_EQ(account.live, 1u);
  EXPECT_EQ(account.created, 2u);
  a = KeypairRef();
  EXPECT_EQ(account.live, 0u);
  static_assert(sizeof(KeypairRef) == sizeof(void*));
}

// What an idle peer has of this: no keypair, so no window.
TEST(Keypairs, EmptySlotsAreThreePointers) {
  static_assert(sizeof(Keypairs) == 3 * sizeof(void*));
  static_assert(sizeof(Keypair) < 1280);
}

}  // namespace
}  // namespace wg
