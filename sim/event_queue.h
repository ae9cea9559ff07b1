// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// EventQueue: the pending events, taken in the order (time, seq). A monotone radix queue: it uses
// that nothing is ever pushed before what was last taken, which makes push and pop O(1) amortised
// (each event moves at most kLevels times) where a heap needs O(log n) unpredictable branches.
//
// Representation. Three parts, earliest first:
//   fifo_    events whose time is current_, the time of the last event taken; in order of arrival.
//   bottom_  a small array sorted by (time, seq), latest first so that taking is popping the back.
//            It holds every event (but those of fifo_) with time < bottom_end_. An event in it of
//            time current_ was pushed before current_ was reached, so it comes before fifo_.
//   wheel    every event with time >= bottom_end_. Level L has 64 buckets; bucket d of level L
//            holds the events whose time agrees with base_ above digit L (6 bits per digit) and
//            has d as digit L, with d greater than base_'s (or, on level 0, equal). So the
//            earliest bucket is the first of the lowest level in use.
//
// When fifo_ and bottom_ are empty, base_ moves to the start of the earliest bucket, whose events
// go to bottom_ if they are few (one chunk), to lower levels if they are many, and to fifo_ if the
// bucket is one instant wide. When bottom_ is full its later part goes back to the wheel.
//
// Events in a bucket are in order of arrival, which for equal times is the order of seq, except for
// a timer that was put back with the number given when it was armed; a level 0 bucket notices and
// is sorted before use.
//
// Memory is chunks of events, 1 KB each, in a free list; each bucket that was ever used keeps one.
// About 0.7 MB from the first event on, then what the largest size needs; nothing is allocated once
// that was seen.
#ifndef WGSIM_SIM_EVENT_QUEUE_H_
#define WGSIM_SIM_EVENT_QUEUE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "protocol/check.h"
#include "sim/time.h"

namespace sim {

class Actor;

// Plain data. The queue looks at time and seq only.
struct Event {
  Time time;
  uint64_t seq;
  Actor* actor;
  uint64_t arg;
};

inline bool Precedes(const Event& a, const Event& b) {
  return a.time < b.time || (a.time == b.time && a.seq < b.seq);
}

class EventQueue {
 public:
  EventQueue();
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // REQUIRES: event.time >= floor(). Sequence numbers are unique; an event pushed for the very time
  // of the last event taken has the largest number so far.
  void Push(Event event);

  // Takes the first event in (time, seq) order if its time is at most `limit`. False if there is
  // none: then, unless the queue is empty, floor() becomes `limit`. REQUIRES: limit >= floor().
  bool PopNotAfter(Time limit, Event* event);

  // No event may be pushed before this: the time of the last event taken, or the last limit that
  // held one back.
  Time floor() const { return floor_; }
  // Lets an empty queue begin again at `floor`, earlier than what was taken. REQUIRES: empty().
  void Rewind(Time floor);

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  static constexpr int kDigitBits = 6;
  static constexpr int kSlots = 1 << kDigitBits;
  static constexpr int kLevels = (63 + kDigitBits - 1) / kDigitBits;  // times are 63 bits
  // A bucket of one chunk is sorted into bottom_, one of more is spread over lower levels.
  static constexpr uint32_t kChunkEvents = 31;  // 1 KB per chunk
  static constexpr size_t kBottomMax = 64;
  static_assert(kChunkEvents <= kBottomMax);

  struct Chunk {
    Chunk* next;
    Event events[kChunkEvents];
  };
  // A list of events in order of arrival. Every chunk but the last is full. A bucket that was used
  // keeps its first chunk when it is emptied; one that never was looks full, so that there is one
  // thing to test.
  struct Bucket {
    Chunk* head = nullptr;
    Chunk* tail = nullptr;
    uint32_t tail_used = kChunkEvents;
    bool sorted = true;  // by seq; kept up to date on level 0 only
  };

  static uint64_t Nanos(Time time) {
    return static_cast<uint64_t>(time.time_since_epoch().count());
  }
  static int LevelOf(uint64_t difference) {
    return (63 - __builtin_clzll(difference | 1)) / kDigitBits;
  }
  static int Digit(uint64_t nanos, int level) {
    return static_cast<int>((nanos >> (level * kDigitBits)) & (kSlots - 1));
  }

  void Append(Bucket* bucket, Event event) {
    if (bucket->tail_used == kChunkEvents) AddChunk(bucket);
    bucket->tail->events[bucket->tail_used++] = event;
  }
  void AddChunk(Bucket* bucket);
  void AddSlab();
  void FreeChunk(Chunk* chunk);
  // Into the wheel. REQUIRES: base_ <= event.time.
  void Place(Event event);
  // Into bottom_ by order. REQUIRES: room.
  void InsertSorted(Event event);
  // Its fields one by one: they then travel in registers, where an Event would be stored and loaded again.
  void PushBottom(Time time, uint64_t seq, Actor* actor, uint64_t arg);
  // Returns the later part of a full bottom_ to the wheel and lowers bottom_end_.
  void Spill();
  // Moves the earliest bucket of the wheel on its way; false if the wheel is empty or begins after
  // `limit`.
  bool Refill(Time limit);
  void Spread(Bucket* bucket);
  void TakeIntoBottom(Bucket* bucket);
  void TakeIntoFifo(Bucket* bucket);
  void SortBucket(Bucket* bucket);
  void PopFifo(Event* event);
  void EndFifoChunk();
  void NoteTaken(Time time, uint64_t seq);

  size_t size_ = 0;
  Time floor_ = kStart;
  Time current_ = kStart;
  uint64_t last_seq_ = 0;  // the least number that may follow at current_
  uint64_t base_ = 0;
  uint64_t bottom_end_ = 0;
  size_t bottom_size_ = 0;
  std::array<Event, kBottomMax> bottom_;
  Bucket fifo_;
  bool fifo_empty_ = true;
  uint32_t fifo_head_ = 0;  // index of the next event in fifo_.head

  uint32_t levels_in_use_ = 0;
  std::array<uint64_t, kLevels> slots_in_use_{};
  std::array<std::array<Bucket, kSlots>, kLevels> wheel_{};

  Chunk* free_chunks_ = nullptr;
  size_t fresh_chunks_ = 0;  // at the front of the last slab, never used yet
  size_t chunks_ = 0;
  std::vector<std::unique_ptr<Chunk[]>> slabs_;
  std::vector<Event> scratch_;
};

inline void EventQueue::Place(Event event) {
  const uint64_t nanos = Nanos(event.time);
  const int level = LevelOf(nanos ^ base_);
  const int digit = Digit(nanos, level);
  Bucket& bucket = wheel_[level][digit];
  if (level == 0 && (slots_in_use_[0] >> digit & 1) != 0 &&
      bucket.tail->events[bucket.tail_used - 1].seq > event.seq) {
    bucket.sorted = false;
  }
  levels_in_use_ |= uint32_t{1} << level;
  slots_in_use_[level] |= uint64_t{1} << digit;
  Append(&bucket, event);
}

inline void EventQueue::Push(Event event) {
  CHECK_GE(event.time, floor_);
  ++size_;
  if (Nanos(event.time) >= bottom_end_ && event.time != current_) {
    Place(event);
  } else if (event.time == current_) {
    Append(&fifo_, event);
    fifo_empty_ = false;
  } else {
    PushBottom(event.time, event.seq, event.actor, event.arg);
  }
}

inline void EventQueue::InsertSorted(Event event) {
  size_t i = bottom_size_++;
  for (; i > 0 && Precedes(bottom_[i - 1], event); --i) bottom_[i] = bottom_[i - 1];
  bottom_[i] = event;
}

inline void EventQueue::NoteTaken(Time time, uint64_t seq) {
  // The total order, defended: time does not go back, and ties go by number.
  CHECK_GE(time, floor_);
  CHECK(time > current_ || seq >= last_seq_);
  floor_ = time;
  current_ = time;
  last_seq_ = seq + 1;
  --size_;
}

inline void EventQueue::PopFifo(Event* event) {
  Chunk* const chunk = fifo_.head;
  *event = chunk->events[fifo_head_++];
  const uint32_t used = chunk == fifo_.tail ? fifo_.tail_used : kChunkEvents;
  if (fifo_head_ == used) EndFifoChunk();
}

inline bool EventQueue::PopNotAfter(Time limit, Event* event) {
  CHECK_GE(limit, floor_);
  do {
    if (bottom_size_ != 0) {
      const Event& first = bottom_[bottom_size_ - 1];
      if (fifo_empty_ || first.time == current_) {
        if (first.time > limit) break;
        *event = first;
        if (--bottom_size_ != 0) __builtin_prefetch(bottom_[bottom_size_ - 1].actor);
        NoteTaken(event->time, event->seq);
        return true;
      }
    }
    if (!fifo_empty_) {
      PopFifo(event);
      NoteTaken(event->time, event->seq);
      return true;
    }
  } while (Refill(limit));
  if (size_ != 0) floor_ = limit;
  return false;
}

}  // namespace sim

#endif  // WGSIM_SIM_EVENT_QUEUE_H_
