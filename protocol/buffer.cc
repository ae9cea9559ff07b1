// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/buffer.h"

#include <cstdio>
#include <cstdlib>

namespace wg {

BufferPool::~BufferPool() {
  if (live_ != 0) {
    char what[64];
    std::snprintf(what, sizeof(what), "buffers left behind: %lld", static_cast<long long>(live_));
    internal::CheckFailed(__FILE__, __LINE__, what);
  }
  for (Buffer::Block*& head : free_) {
    while (head != nullptr) {
      Buffer::Block* block = head;
      head = block->next_free;
      std::free(block);
    }
  }
}

Buffer BufferPool::Allocate(size_t size, size_t headroom, size_t tailroom) {
  const size_t wanted = headroom + size + tailroom;
  int size_class = 0;
  while (Capacity(size_class) < wanted) CHECK_LT(++size_class, kClasses);
  Buffer::Block* block = free_[size_class];
  if (block != nullptr) {
    free_[size_class] = block->next_free;
  } else {
    block = static_cast<Buffer::Block*>(std::malloc(sizeof(Buffer::Block) + Capacity(size_class)));
    CHECK(block != nullptr);
    block->pool = this;
    block->capacity = static_cast<uint32_t>(Capacity(size_class));
    block->size_class = static_cast<uint32_t>(size_class);
  }
  block->next_free = nullptr;
  block->offset = static_cast<uint32_t>(headroom);
  block->size = static_cast<uint32_t>(size);
  block->tag = 0;
  block->context = 0;
  ++live_;
  return Buffer(block);
}

Buffer BufferPool::Copy(absl::Span<const uint8_t> bytes) {
  Buffer buffer = Allocate(bytes.size());
  if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return buffer;
}

Buffer Buffer::Clone() const {
  Buffer copy = block_->pool->Copy(bytes());
  copy.set_tag(tag());
  return copy;
}

}  // namespace wg
