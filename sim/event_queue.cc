// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/event_queue.h"

#include <algorithm>
#include <utility>

namespace sim {

EventQueue::EventQueue() = default;

void EventQueue::AddChunk(Bucket* bucket) {
  Chunk* chunk = free_chunks_;
  if (chunk != nullptr) {
    free_chunks_ = chunk->next;
  } else {
    if (fresh_chunks_ == 0) AddSlab();
    chunk = &slabs_.back()[--fresh_chunks_];
  }
  chunk->next = nullptr;
  if (bucket->tail == nullptr) {
    bucket->head = chunk;
  } else {
    bucket->tail->next = chunk;
  }
  bucket->tail = chunk;
  bucket->tail_used = 0;
}

void EventQueue::AddSlab() {
  // The first has the chunk that each bucket keeps, so that time reaching a new level of the wheel
  // allocates nothing. The others grow with what is there.
  constexpr size_t kFirst = kLevels * kSlots + 2;
  fresh_chunks_ = std::max(kFirst, chunks_ / 2);
  slabs_.emplace_back(new Chunk[fresh_chunks_]);
  chunks_ += fresh_chunks_;
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

void EventQueue::PushBottom(Time time, uint64_t seq, Actor* actor, uint64_t arg) {
  const Event event{time, seq, actor, arg};
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
  }
  // Events of the current instant must stay, because fifo_ continues them; they can never fill
  // bottom_.
  CHECK_GT(bottom_[cut - 1].time, current_);
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
  Bucket* const bucket = &wheel_[level][digit];
  if (level == 0) {
    bottom_end_ = start + width;
    TakeIntoFifo(bucket);
  } else if (bucket->head == bucket->tail) {
    bottom_end_ = start + width;
    TakeIntoBottom(bucket);
  } else {
    bottom_end_ = start;
    Spread(bucket);
  }
  return true;
}

void EventQueue::Spread(Bucket* bucket) {
  for (Chunk* chunk = bucket->head;;) {
    const uint32_t used = chunk == bucket->tail ? bucket->tail_used : kChunkEvents;
    for (uint32_t i = 0; i < used; ++i) Place(chunk->events[i]);
    Chunk* const next = chunk->next;
    if (chunk != bucket->head) FreeChunk(chunk);
    if (chunk == bucket->tail) break;
    chunk = next;
  }
  bucket->head->next = nullptr;
  bucket->tail = bucket->head;
  bucket->tail_used = 0;
}

void EventQueue::TakeIntoBottom(Bucket* bucket) {
  // Ranks by counting predecessors: without branches, which for so few events is faster than any
  // sort that has them.
  const Event* const events = bucket->head->events;
  const uint32_t count = bucket->tail_used;
  std::array<uint32_t, kChunkEvents> followers{};
  for (uint32_t i = 1; i < count; ++i) {
    for (uint32_t j = 0; j < i; ++j) {
      const uint32_t earlier = events[j].time < events[i].time;
      const uint32_t same_time = events[j].time == events[i].time;
      const uint32_t in_order = earlier | (same_time & uint32_t{events[j].seq < events[i].seq});
      followers[j] += in_order;
      followers[i] += 1 - in_order;
    }
  }
  for (uint32_t i = 0; i < count; ++i) bottom_[followers[i]] = events[i];
  bottom_size_ = count;
  bucket->tail_used = 0;
}

void EventQueue::TakeIntoFifo(Bucket* bucket) {
  if (!bucket->sorted) SortBucket(bucket);
  std::swap(fifo_, *bucket);
  fifo_empty_ = false;
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

void EventQueue::EndFifoChunk() {
  fifo_head_ = 0;
  Chunk* const chunk = fifo_.head;
  if (chunk == fifo_.tail) {
    fifo_.tail_used = 0;
    fifo_empty_ = true;
    return;
  }
  fifo_.head = chunk->next;
  FreeChunk(chunk);
}

}  // namespace sim
