// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Buffer: the bytes of one packet, owned by exactly one holder, with room in front for headers and behind for the
// tag (the kernel's sk_buff without its metadata). A packet is written once and then moved, never copied: sealing,
// opening and every header are done in place.
//
// BufferPool hands buffers out and takes them back; in steady state nothing is allocated. Single-threaded. A pool
// must outlive its buffers; live() says how many are out (0 at the end of every run: nothing leaks).
#ifndef WGSIM_PROTOCOL_BUFFER_H_
#define WGSIM_PROTOCOL_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/types/span.h"
#include "protocol/check.h"

namespace wg {

class BufferPool;

// Room that every packet gets in front (outer IPv6 + UDP + data header, rounded up) and behind (padding + tag).
inline constexpr size_t kHeadroom = 128;
inline constexpr size_t kTailroom = 48;

class Buffer {
 public:
  // No bytes, owns nothing.
  Buffer() = default;
  Buffer(Buffer&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    if (this != &other) {
      Reset();
      block_ = std::exchange(other.block_, nullptr);
    }
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    if (block_ != nullptr) Release();
  }

  explicit operator bool() const { return block_ != nullptr; }
  // Gives the memory back at once. Afterwards the buffer is false.
  void Reset() {
    if (block_ != nullptr) Release();
    block_ = nullptr;
  }

  // REQUIRES for all below: the buffer is true.
  size_t size() const { return block_->size; }
  uint8_t* data() { return Bytes() + block_->offset; }
  const uint8_t* data() const { return Bytes() + block_->offset; }
  absl::Span<uint8_t> bytes() { return absl::MakeSpan(data(), size()); }
  absl::Span<const uint8_t> bytes() const { return absl::MakeConstSpan(data(), size()); }
  size_t headroom() const { return block_->offset; }
  size_t tailroom() const { return block_->capacity - block_->offset - block_->size; }

  // Grows by `n` bytes at the front (contents undefined) and returns the new front. REQUIRES: n <= headroom().
  uint8_t* Push(size_t n) {
    CHECK_LE(n, headroom());
    block_->offset -= static_cast<uint32_t>(n);
    block_->size += static_cast<uint32_t>(n);
    return data();
  }
  // Drops `n` bytes at the front. REQUIRES: n <= size().
  void Pull(size_t n) {
    CHECK_LE(n, size());
    block_->offset += static_cast<uint32_t>(n);
    block_->size -= static_cast<uint32_t>(n);
  }
  // Grows by `n` bytes at the end (contents undefined) and returns the first of them. REQUIRES: n <= tailroom().
  uint8_t* Append(size_t n) {
    CHECK_LE(n, tailroom());
    uint8_t* end = data() + size();
    block_->size += static_cast<uint32_t>(n);
    return end;
  }
  // Cuts the end off. REQUIRES: size <= size().
  void Truncate(size_t size) {
    CHECK_LE(size, block_->size);
    block_->size = static_cast<uint32_t>(size);
  }
  // Same bytes and tag in a buffer of its own from the same pool, with the usual room around them.
  Buffer Clone() const;

  // A number of the driver's that travels with the bytes and means nothing here: 0 until set. It survives sealing
  // and opening, so that an observer knows a packet again; no decision may depend on it.
  uint64_t tag() const { return block_->tag; }
  void set_tag(uint64_t tag) { block_->tag = tag; }

  // A second number of the driver's, for what it keeps beside this very buffer (a socket's charge): 0 until set, and
  // 0 again in a clone.
  uint32_t context() const { return block_->context; }
  void set_context(uint32_t context) { block_->context = context; }

 private:
  friend class BufferPool;

  struct Block {
    BufferPool* pool;
    Block* next_free;
    uint32_t capacity;
    uint32_t offset;
    uint32_t size;
    uint32_t size_class;
    uint64_t tag;
    uint32_t context;
  };

  explicit Buffer(Block* block) : block_(block) {}
  uint8_t* Bytes() const { return reinterpret_cast<uint8_t*>(block_ + 1); }
  void Release();

  Block* block_ = nullptr;
};

class BufferPool {
 public:
  BufferPool() = default;
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  // REQUIRES: live() == 0.
  ~BufferPool();

  // `size` bytes of undefined contents, tag 0, at least `headroom` in front and `tailroom` behind.
  // REQUIRES: headroom + size + tailroom <= 128 KiB.
  Buffer Allocate(size_t size, size_t headroom = kHeadroom, size_t tailroom = kTailroom);
  // A buffer that holds a copy of `bytes`.
  Buffer Copy(absl::Span<const uint8_t> bytes);

  // Buffers that are out.
  int64_t live() const { return live_; }

 private:
  friend class Buffer;

  // Capacities 512 B, 2 KiB, 8 KiB, 32 KiB, 128 KiB.
  static constexpr int kClasses = 5;
  static constexpr size_t kSmallest = 512;
  static constexpr size_t Capacity(int size_class) { return kSmallest << (2 * size_class); }

  Buffer::Block* free_[kClasses] = {};
  int64_t live_ = 0;
};

inline void Buffer::Release() {
  BufferPool* pool = block_->pool;
  block_->next_free = pool->free_[block_->size_class];
  pool->free_[block_->size_class] = block_;
  --pool->live_;
}

}  // namespace wg

#endif  // WGSIM_PROTOCOL_BUFFER_H_
