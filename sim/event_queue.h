// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// EventQueue: the pending events, taken in the order (time, seq). A monotone radix queue: it uses
// that nothing is ever pushed before what was last taken, which makes push and pop O(1) amortised
// (each event moves at most kLevels times) where a heap needs O(log n) unpredictable branches.
//
// Representation. Three parts, earliest first:
//   fifo_    events whose time is current_, the time of the last event taken; in order of arrival.
//   bottom_  a small array sorted by (time, seq), latest first so that taking is popping the back.
//   It holds every
//            event (but those of fifo_) with time < bottom_end_. An event in it of time current_
//            was pushed before current_ was reached, so it comes before fifo_.
//   wheel    every event with time >= bottom_end_. Level L has 64 buckets, bucket d of level L
//   holds the events
//            whose time agrees with base_ above digit L (6 bits per digit) and has d as digit L,
//            with d greater than base_'s (or, on level 0, equal). So the earliest bucket is the
//            first of the lowest level in use.
// When fifo_ and bottom_ are empty, base_ moves to the start of the earliest bucket, whose events
// go to bottom_ if they are few, to lower levels if they are many, and to fifo_ if the bucket is
// one instant wide. When bottom_ is full its later part goes back to the wheel.
//
// Events in a bucket are in order of arrival, which for equal times is the order of seq, except for
// a timer that was put back with the number given when it was armed; a level 0 bucket notices and
// is sorted before use.
//
// Memory is chunks of events in free lists: nothing is allocated once the largest size was seen.
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
  void Push(const Event& event);

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
  // A bucket with at most this many events is sorted into bottom_, one with more is spread over
  // lower levels.
  static constexpr size_t kSortMax = 20;
  static constexpr size_t kBottomMax = 48;
  static_assert(kSortMax <= kBottomMax);

  static constexpr size_t kChunkEvents = 15;
  struct Chunk {
    Chunk* next;
    uint64_t unused;
    Event events[kChunkEvents];
  };
  // A list of events in order of arrival. Every chunk but the last is full.
  struct Bucket {
    Chunk* head = nullptr;
    Chunk* tail = nullptr;
    uint32_t tail_used = 0;
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
  static bool Empty(const Bucket& bucket) { return bucket.head == nullptr; }

  void Append(Bucket* bucket, const Event& event) {
    if (bucket->tail == nullptr || bucket->tail_used == kChunkEvents) AddChunk(bucket);
    bucket->tail->events[bucket->tail_used++] = event;
  }
  void AddChunk(Bucket* bucket);
  void FreeChunk(Chunk* chunk);
  // Into the wheel. REQUIRES: base_ <= event.time.
  void Place(const Event& event);
  // Into bottom_ by order. REQUIRES: room.
  void InsertSorted(const Event& event);
  void PushBottom(const Event& event);
  // Returns the later part of a full bottom_ to the wheel and lowers bottom_end_.
  void Spill();
  // Moves the earliest bucket of the wheel on its way; false if the wheel is empty or begins after
  // `limit`.
  bool Refill(Time limit);
  void Spread(Bucket bucket);
  void TakeIntoBottom(Bucket bucket);
  void TakeIntoFifo(Bucket bucket);
  void SortBucket(Bucket* bucket);
  void PopFifo(Event* event);
  void NoteTaken(const Event& event);

  size_t size_ = 0;
  Time floor_ = kStart;
  Time current_ = kStart;
  uint64_t last_seq_ = 0;  // the least number that may follow at current_
  uint64_t base_ = 0;
  uint64_t bottom_end_ = 0;
  size_t bottom_size_ = 0;
  std::array<Event, kBottomMax> bottom_;
  Bucket fifo_;
  size_t fifo_head_ = 0;  // index of the next event in fifo_.head

  uint32_t levels_in_use_ = 0;
  std::array<uint64_t, kLevels> slots_in_use_{};
  std::array<std::array<Bucket, kSlots>, kLevels> wheel_{};

  Chunk* free_chunks_ = nullptr;
  size_t chunks_ = 0;
  std::vector<std::unique_ptr<Chunk[]>> slabs_;
  std::vector<Event> scratch_;
};

inline void EventQueue::Place(const Event& event) {
  const uint64_t nanos = Nanos(event.time);
  const int level = LevelOf(nanos ^ base_);
  const int digit = Digit(nanos, level);
  Bucket& bucket = wheel_[level][digit];
  if (level == 0 && !Empty(bucket) && bucket.tail->events[bucket.tail_used - 1].seq > event.seq) {
    bucket.sorted = false;
  }
  levels_in_use_ |= uint32_t{1} << level;
  slots_in_use_[level] |= uint64_t{1} << digit;
  Append(&bucket, event);
}

inline void EventQueue::Push(const Event& event) {
  CHECK_GE(event.time, floor_);
  ++size_;
  if (Nanos(event.time) >= bottom_end_ && event.time != current_) {
    Place(event);
  } else if (event.time == current_) {
    Append(&fifo_, event);
  } else {
    PushBottom(event);
  }
}

inline void EventQueue::InsertSorted(const Event& event) {
  size_t i = bottom_size_++;
  for (; i > 0 && Precedes(bottom_[i - 1], event); --i) bottom_[i] = bottom_[i - 1];
  bottom_[i] = event;
}

inline void EventQueue::NoteTaken(const Event& event) {
  // The total order, defended: time does not go back, and ties go by number.
  CHECK_GE(event.time, floor_);
  CHECK(event.time > current_ || event.seq >= last_seq_);
  floor_ = event.time;
  current_ = event.time;
  last_seq_ = event.seq + 1;
  --size_;
}

inline bool EventQueue::PopNotAfter(Time limit, Event* event) {
  CHECK_GE(limit, floor_);
  do {
    if (bottom_size_ != 0) {
      const Event& first = bottom_[bottom_size_ - 1];
      if (Empty(fifo_) || first.time == current_) {
        if (first.time > limit) break;
        *event = first;
        if (--bottom_size_ != 0) __builtin_prefetch(bottom_[bottom_size_ - 1].actor);
        NoteTaken(*event);
        return true;
      }
    }
    if (!Empty(fifo_)) {
      PopFifo(event);
      NoteTaken(*event);
      return true;
    }
  } while (Refill(limit));
  if (size_ != 0) floor_ = limit;
  return false;
}

}  // namespace sim

#endif  // WGSIM_SIM_EVENT_QUEUE_H_
