// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// TimerQueue: the deadlines of all timers of one device, as a lazy heap. Cancelling and postponing
// are a store in the timer; the heap keeps the earlier entry, which is put back at the true
// deadline when it comes up. That is why the top of the heap is a lower bound and not a promise.
//
// Total order: deadline, then peer, then timer, whatever was pushed when.
#ifndef WGSIM_PROTOCOL_TIMER_QUEUE_H_
#define WGSIM_PROTOCOL_TIMER_QUEUE_H_

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "protocol/peer_id.h"
#include "protocol/time.h"

namespace wg {

// The five timers of a peer (timers.c). Their order decides when deadlines are equal.
enum class TimerId : uint8_t {
  kRetransmitHandshake,
  kSendKeepalive,
  kNewHandshake,
  kZeroKeyMaterial,
  kPersistentKeepalive,
};
inline constexpr int kTimers = 5;

// One timer; part of a peer. Written by timers.cc only.
struct PeerTimer {
  BootTime expires = kNever;  // kNever: not pending
  BootTime queued =
      kNever;  // the one entry of the heap that speaks for this timer; kNever: none. <= expires

  bool pending() const { return expires != kNever; }
};

// Single-threaded. Knows no peers: whoever takes an entry out says whether it still speaks for a
// timer.
class TimerQueue {
 public:
  // So many entries take no further memory.
  static constexpr size_t kReserved = 64;

  TimerQueue() { heap_.reserve(kReserved); }

  struct Entry {
    BootTime deadline;
    PeerId peer;
    uint32_t slot;
    TimerId timer;

    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  void Push(const Entry& entry) {
    heap_.push_back(entry);
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

  // REQUIRES for both: not empty.
  const Entry& top() const { return heap_.front(); }
  Entry Pop() {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    const Entry entry = heap_.back();
    heap_.pop_back();
    return entry;
  }

  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  // Not later than the earliest deadline; kNever if there is none.
  BootTime next() const { return heap_.empty() ? kNever : heap_.front().deadline; }

  // Every deadline is later by `delay` from now on.
  void PostponeAll(Duration delay) {
    for (Entry& entry : heap_) entry.deadline += delay;
  }

  // Drops every entry of which `speaks(entry)` is false.
  template <typename Predicate>
  void Compact(Predicate speaks) {
    heap_.erase(std::remove_if(heap_.begin(), heap_.end(),
                               [&](const Entry& entry) { return !speaks(entry); }),
                heap_.end());
    std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

 private:
  std::vector<Entry> heap_;  // the earliest in front
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_TIMER_QUEUE_H_
