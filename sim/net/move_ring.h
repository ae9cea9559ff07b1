// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// MoveRing: sim::Ring for values that can only be moved, such as packets. First in, first out, one
// circular array that doubles up to what it has to hold and is kept. The owner states and checks
// the bound.
#ifndef WGSIM_SIM_NET_MOVE_RING_H_
#define WGSIM_SIM_NET_MOVE_RING_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "protocol/check.h"

namespace net {

template <typename T>
class MoveRing {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // At the end.
  void Push(T&& value) {
    if (size_ == slots_.size()) Grow();
    slots_[(head_ + size_) & (slots_.size() - 1)] = std::move(value);
    ++size_;
  }
  // The oldest. REQUIRES: !empty().
  T& front() {
    CHECK(size_ != 0);
    return slots_[head_];
  }
  const T& front() const { return const_cast<MoveRing*>(this)->front(); }
  // The newest. REQUIRES: !empty().
  T& back() {
    CHECK(size_ != 0);
    return slots_[(head_ + size_ - 1) & (slots_.size() - 1)];
  }
  // Counted from the oldest. REQUIRES: index < size().
  T& at(size_t index) {
    CHECK_LT(index, size_);
    return slots_[(head_ + index) & (slots_.size() - 1)];
  }
  // REQUIRES: !empty().
  T Pop() {
    T value = std::move(front());
    head_ = (head_ + 1) & (slots_.size() - 1);
    --size_;
    return value;
  }
  void Clear() {
    while (!empty()) Pop();
  }

 private:
  static constexpr size_t kFirstSlots = 8;

  void Grow() {
    std::vector<T> bigger(slots_.empty() ? kFirstSlots : 2 * slots_.size());
    for (size_t i = 0; i < size_; ++i) {
      bigger[i] = std::move(slots_[(head_ + i) & (slots_.size() - 1)]);
    }
    slots_.swap(bigger);
    head_ = 0;
  }

  std::vector<T> slots_;  // a power of two, or none
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_MOVE_RING_H_
