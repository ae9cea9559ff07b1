// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/replay_window.h"

#include <algorithm>

namespace wg {

bool ReplayWindow::Validate(uint64_t their_counter, uint64_t reject_after_messages,
                            uint64_t window) {
  if (their_counter >= reject_after_messages) return false;
  // From here on counters are one higher, so that 0 can mean "none yet".
  ++their_counter;
  if (counter_ > window && their_counter < counter_ - window) return false;

  const uint64_t word = their_counter / kBitsPerWord;
  if (their_counter > counter_) {
    const uint64_t newest_word = counter_ / kBitsPerWord;
    const uint64_t to_clear = std::min(word - newest_word, kWords);
    for (uint64_t i = 1; i <= to_clear; ++i) backtrack_[(newest_word + i) % kWords] = 0;
    counter_ = their_counter;
  }

  const uint64_t bit = uint64_t{1} << (their_counter % kBitsPerWord);
  uint64_t& bits = backtrack_[word % kWords];
  if ((bits & bit) != 0) return false;
  bits |= bit;
  return true;
}

}  // namespace wg
