// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Segments: what a super-packet (GSO, GRO) carries beside its first packet: the further packets of
// its train, in order. Each is a whole IP packet in a buffer of its own with its own tag, as in the
// list that skb_gso_segment makes; the kernel has them as fragments of one skb with one header, so
// that cutting and merging move headers, which is what their prices are for.
//
// Of one flow; all packets of a train are of the same size, but the last may be shorter. At most
// kMaxSegments and kMaxTrainBytes in all.
//
// SegmentPool keeps the lists: in steady state nothing is allocated.
#ifndef WGSIM_SIM_NET_SEGMENTS_H_
#define WGSIM_SIM_NET_SEGMENTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/check.h"

namespace net {

// UDP_MAX_SEGMENTS of a send and UDP_GRO_CNT_MAX of a receipt (64; sends may have 128 in newer
// kernels). Bytes: what one datagram may have, headers included.
inline constexpr size_t kMaxSegments = 64;
inline constexpr size_t kMaxTrainBytes = 65535;

class SegmentPool;

// Move-only. Empty: a packet by itself.
class Segments {
 public:
  Segments() = default;
  Segments(Segments&& other) noexcept : list_(std::exchange(other.list_, nullptr)) {}
  Segments& operator=(Segments&& other) noexcept {
    if (this != &other) {
      Clear();
      list_ = std::exchange(other.list_, nullptr);
    }
    return *this;
  }
  ~Segments() { Clear(); }

  bool empty() const { return list_ == nullptr; }
  size_t size() const { return list_ == nullptr ? 0 : list_->buffers.size(); }
  absl::Span<wg::Buffer> buffers() {
    return list_ == nullptr ? absl::Span<wg::Buffer>() : absl::MakeSpan(list_->buffers);
  }
  absl::Span<const wg::Buffer> buffers() const {
    return list_ == nullptr ? absl::Span<const wg::Buffer>() : absl::MakeConstSpan(list_->buffers);
  }
  // Sum of the sizes.
  uint64_t bytes() const {
    uint64_t sum = 0;
    for (const wg::Buffer& buffer : buffers()) sum += buffer.size();
    return sum;
  }
  // At the end.
  void Add(SegmentPool* pool, wg::Buffer buffer);
  // Frees what is left of it.
  void Clear() {
    if (list_ != nullptr) GiveBack();
  }

 private:
  friend class SegmentPool;

  void GiveBack();

  struct List {
    SegmentPool* pool;
    std::vector<wg::Buffer> buffers;
  };

  List* list_ = nullptr;
};

// Outlives its segments.
class SegmentPool {
 public:
  SegmentPool() = default;
  SegmentPool(const SegmentPool&) = delete;
  SegmentPool& operator=(const SegmentPool&) = delete;

 private:
  friend class Segments;

  Segments::List* Take();

  std::vector<std::unique_ptr<Segments::List>> lists_;
  std::vector<Segments::List*> free_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_SEGMENTS_H_
