// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The counters one receiving key has accepted: a bitmap of 8192 bits that moves with the newest
// (struct noise_replay_counter and counter_validate; spec/handshake section 7; the algorithm is
// that of RFC 6479).
//
// In words: with M the highest counter accepted so far, a counter n is accepted iff it is below
// REJECT_AFTER_MESSAGES, was not accepted before, and n >= M - 8128; before the first one there is
// no lower bound.
//
// Requirements: REPLAY-001 to 013 019 to 022; RX-006 to 009.
#ifndef WGSIM_PROTOCOL_REPLAY_WINDOW_H_
#define WGSIM_PROTOCOL_REPLAY_WINDOW_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "protocol/messages.h"

namespace wg {

// A value of 1 KiB. Single-threaded.
class ReplayWindow {
 public:
  // True, and remembered, iff `their_counter` is new and not too old. To be asked once for every
  // packet, after its tag was found good, in the order in which packets reach the peer.
  // `reject_after_messages` and `window`, how far back counters are accepted, are those of the
  // modelled implementation. REQUIRES: window <= 8128; both are the same in every call.
  bool Validate(uint64_t their_counter, uint64_t reject_after_messages = kRejectAfterMessages,
                uint64_t window = kCounterWindowSize);

  // The highest accepted counter plus 1; 0 before the first (receiving_counter.counter). When it
  // reaches kRejectAfterMessages the receiving key is worn out: the receive path asks before it
  // opens a packet.
  uint64_t counter() const { return counter_; }

 private:
  static constexpr uint64_t kBitsPerWord = kCounterRedundantBits;
  static constexpr uint64_t kWords = kCounterBitsTotal / kBitsPerWord;

  uint64_t counter_ = 0;
  std::array<uint64_t, kWords> backtrack_{};  // bit (n + 1) mod 8192 stands for counter n
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_REPLAY_WINDOW_H_
