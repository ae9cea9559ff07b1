// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// SlotPool: objects with a fixed address and a small number, handed out and taken back without
// allocation in steady state. Memory grows with the largest number ever out at once and is returned
// when the pool dies.
//
// An object is constructed once and reused as it is: whoever frees it has let go of everything it
// held. T has two fields for the pool: `uint32_t slot`, set once, and `T* next`, which is the
// holder's own while the object is out.
#ifndef WGSIM_PROTOCOL_SLOT_POOL_H_
#define WGSIM_PROTOCOL_SLOT_POOL_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "protocol/check.h"

namespace wg {

// Bits of a job number that name a slot; the others are a serial number (see NewJob in
// device_state.h).
inline constexpr int kSlotBits = 24;

// Single-threaded. Not copyable.
template <typename T>
class SlotPool {
 public:
  static constexpr uint32_t kMaxSlots = uint32_t{1} << kSlotBits;

  SlotPool() = default;
  SlotPool(const SlotPool&) = delete;
  SlotPool& operator=(const SlotPool&) = delete;

  // An object that nobody has. REQUIRES: live() < kMaxSlots.
  T* Allocate() {
    if (free_ == nullptr) Grow();
    T* object = free_;
    free_ = object->next;
    object->next = nullptr;
    ++live_;
    return object;
  }

  // REQUIRES: `object` is out and holds nothing any more.
  void Free(T* object) {
    object->next = free_;
    free_ = object;
    --live_;
  }

  // The object with this number, out or not; null if there never was one.
  T* At(uint32_t slot) const {
    return slot < size() ? &chunks_[slot / kChunk][slot % kChunk] : nullptr;
  }

  // Numbers are below this.
  uint32_t size() const { return static_cast<uint32_t>(chunks_.size()) * kChunk; }
  // Objects that are out.
  uint32_t live() const { return live_; }

 private:
  static constexpr uint32_t kChunk = 64;

  void Grow() {
    const uint32_t first = size();
    CHECK_LT(first, kMaxSlots);
    chunks_.push_back(std::make_unique<T[]>(kChunk));
    for (uint32_t i = kChunk; i-- > 0;) {  // so that the lowest number is handed out first
      T* object = &chunks_.back()[i];
      object->slot = first + i;
      object->next = free_;
      free_ = object;
    }
  }

  std::vector<std::unique_ptr<T[]>> chunks_;
  T* free_ = nullptr;
  uint32_t live_ = 0;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_SLOT_POOL_H_
