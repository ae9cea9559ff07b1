// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Ring: a first-in first-out queue of plain values in one circular array. It grows by doubling up
// to what it has to hold and keeps its memory, so in steady state pushing and popping allocate
// nothing. The owner states and checks the bound.
#ifndef WGSIM_SIM_RING_H_
#define WGSIM_SIM_RING_H_

#include <cstddef>
#include <type_traits>
#include <vector>

#include "protocol/check.h"

namespace sim {

template <typename T>
class Ring {
 public:
  static_assert(std::is_trivially_copyable_v<T>);

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // At the end.
  void Push(const T& value) {
    if (size_ == slots_.size()) Grow();
    slots_[(head_ + size_) & (slots_.size() - 1)] = value;
    ++size_;
  }

  // The oldest. REQUIRES: !empty().
  const T& front() const {
    CHECK(size_ != 0);
    return slots_[head_];
  }
  // REQUIRES: !empty().
  T Pop() {
    const T value = front();
    head_ = (head_ + 1) & (slots_.size() - 1);
    --size_;
    return value;
  }

 private:
  static constexpr size_t kFirstSlots = 8;

  void Grow() {
    std::vector<T> bigger(slots_.empty() ? kFirstSlots : 2 * slots_.size());
    for (size_t i = 0; i < size_; ++i) bigger[i] = slots_[(head_ + i) & (slots_.size() - 1)];
    slots_.swap(bigger);
    head_ = 0;
  }

  std::vector<T> slots_;  // a power of two, or none
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace sim

#endif  // WGSIM_SIM_RING_H_
