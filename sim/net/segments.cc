// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/segments.h"

#include "protocol/check.h"

namespace net {

void Segments::Add(SegmentPool* pool, wg::Buffer buffer) {
  if (list_ == nullptr) list_ = pool->Take();
  CHECK_LT(list_->buffers.size() + 1, kMaxSegments);
  list_->buffers.push_back(std::move(buffer));
}

void Segments::GiveBack() {
  list_->buffers.clear();
  list_->pool->free_.push_back(list_);
  list_ = nullptr;
}

Segments::List* SegmentPool::Take() {
  if (free_.empty()) {
    lists_.push_back(std::make_unique<Segments::List>());
    lists_.back()->pool = this;
    lists_.back()->buffers.reserve(kMaxSegments);
    free_.reserve(lists_.size());
    return lists_.back().get();
  }
  Segments::List* const list = free_.back();
  free_.pop_back();
  return list;
}

}  // namespace net
