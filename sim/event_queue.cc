// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/event_queue.h"

#include <algorithm>
#include <utility>

namespace sim {
namespace {

// Slabs grow with what is there, so the number of allocations is logarithmic in the largest size.
constexpr size_t kFirstSlabChunks = 64;

}  // namespace

EventQueue::EventQueue() = default;

void EventQueue::AddChunk(Bucket* bucket) {
  if (free_chunks_ == nullptr) {
    const size_t count = std::max(kFirstSlabChunks, chunks_ / 2);
    slabs_.emplace_back(new Chunk[count]);
    chunks_ += count;
    for (size_t i = count; i-- > 0;) FreeChunk(&slabs_.back()[i]);
  }
  Chunk* const chunk = free_chunks_;
  free_chunks_ = chunk->next;
  chunk->next = nullptr;
  if (bucket->tail == nullptr) {
    bucket->head = chunk;
  } else {
    bucket->tail->next = chunk;
  }
  bucket->tail = chunk;
  bucket->tail_used = 0;
}

void EventQueue::FreeChunk(Chunk* chunk) {
  chunk->next = free_chunks_;
  free_chunks_ = chunk;
}

void EventQueue::Rewind(Time floor) {
  CHECK(empty());
  floor_ = floor;
  current_ = floor;
  base_ = Nanos(floor);
  bottom_end_ = Nanos(floor);
  last_seq_ = 0;
}

void EventQueue::PushBottom(const Event& event) {
  if (bottom_size_ == kBottomMax) {
    Spill();
    if (Nanos(event.time) >= bottom_end_) {
      Place(event);
      return;
    }
  }
  InsertSorted(event);
}

void EventQueue::Spill() {
  // [0, cut) goes. Equal times stay together, because between bottom_ and the wheel there is only
  // one order: time.
  size_t cut = bottom_size_ / 2;
  while (cut > 0 && bottom_[cut - 1].time == bottom_[cut].time) --cut;
  if (cut == 0) {
    cut = bottom_size_ / 2;
    while (cut < bottom_size_ && bottom_[cut].time == bottom_[cut - 1].time) ++cut;
    // Events of the current instant stay: fifo_ continues them.
    if (bottom_[cut - 1].time == current_) {
      bottom_end_ = Nanos(current_) + 1;
      return;
    }
  }
  bottom_end_ = Nanos(bottom_[cut - 1].time);
  for (size_t i = cut; i-- > 0;) Place(bottom_[i]);
  std::copy(bottom_.begin() + cut, bottom_.begin() + bottom_size_, bottom_.begin());
  bottom_size_ -= cut;
}

bool EventQueue::Refill(Time limit) {
  if (levels_in_use_ == 0) return false;
  const int level = __builtin_ctz(levels_in_use_);
  const int digit = __builtin_ctzll(slots_in_use_[level]);
  const int shift = level * kDigitBits;
  const uint64_t width = uint64_t{1} << shift;
  const uint64_t above = base_ & ~((width << (kDigitBits - 1) << 1) - 1);
  const uint64_t start = above | (static_cast<uint64_t>(digit) << shift);
  if (start > Nanos(limit)) return false;

  base_ = start;
  slots_in_use_[level] &= slots_in_use_[level] - 1;
  if (slots_in_use_[level] == 0) levels_in_use_ &= levels_in_use_ - 1;
  const Bucket bucket = std::exchange(wheel_[level][digit], Bucket());
  if (level == 0) {
    bottom_end_ = start + width;
    TakeIntoFifo(bucket);
  } else if (bucket.head == bucket.tail ||
             (bucket.head->next == bucket.tail && kChunkEvents + bucket.tail_used <= kSortMax)) {
    bottom_end_ = start + width;
    TakeIntoBottom(bucket);
  } else {
    bottom_end_ = start;
    Spread(bucket);
  }
  return true;
}

void EventQueue::Spread(Bucket bucket) {
  for (Chunk* chunk = bucket.head; chunk != nullptr;) {
    const size_t used = chunk == bucket.tail ? bucket.tail_used : kChunkEvents;
    for (size_t i = 0; i < used; ++i) Place(chunk->events[i]);
    FreeChunk(std::exchange(chunk, chunk->next));
  }
}

void EventQueue::TakeIntoBottom(Bucket bucket) {
  for (Chunk* chunk = bucket.head; chunk != nullptr;) {
    const size_t used = chunk == bucket.tail ? bucket.tail_used : kChunkEvents;
    for (size_t i = 0; i < used; ++i) InsertSorted(chunk->events[i]);
    FreeChunk(std::exchange(chunk, chunk->next));
  }
}

void EventQueue::TakeIntoFifo(Bucket bucket) {
  if (!bucket.sorted) SortBucket(&bucket);
  fifo_ = bucket;
  fifo_head_ = 0;
  current_ = Time(Duration(base_));
  last_seq_ = 0;
}

void EventQueue::SortBucket(Bucket* bucket) {
  std::vector<Event>& events = scratch_;
  events.clear();
  for (Chunk* chunk = bucket->head; chunk != nullptr; chunk = chunk->next) {
    const size_t used = chunk == bucket->tail ? bucket->tail_used : kChunkEvents;
    events.insert(events.end(), chunk->events, chunk->events + used);
  }
  std::sort(events.begin(), events.end(), Precedes);
  auto next = events.begin();
  for (Chunk* chunk = bucket->head; chunk != nullptr; chunk = chunk->next) {
    const size_t used = chunk == bucket->tail ? bucket->tail_used : kChunkEvents;
    std::copy(next, next + used, chunk->events);
    next += used;
  }
  bucket->sorted = true;
}

void EventQueue::PopFifo(Event* event) {
  Chunk* const chunk = fifo_.head;
  *event = chunk->events[fifo_head_++];
  const size_t used = chunk == fifo_.tail ? fifo_.tail_used : kChunkEvents;
  if (fifo_head_ < used) return;
  fifo_head_ = 0;
  fifo_.head = chunk->next;
  if (fifo_.head == nullptr) fifo_ = Bucket();
  FreeChunk(chunk);
}

}  // namespace sim
