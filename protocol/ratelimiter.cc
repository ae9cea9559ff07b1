// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/ratelimiter.h"

#include <algorithm>
#include <bit>

#include "protocol/check.h"

namespace wg {

size_t RateLimiter::MaxEntriesOf(uint64_t ram_bytes) {
  constexpr uint64_t kBytesPerBucket = uint64_t{1 << 14} * 8;  // 16 KiB per byte of list head
  constexpr uint64_t kMinBuckets = 16;
  if (ram_bytes > uint64_t{1} << 30) return kMaxEntries;
  return 8 * std::max(kMinBuckets, std::bit_ceil(ram_bytes / kBytesPerBucket));
}

RateLimiter::RateLimiter(size_t max_entries)
    : RateLimiter(SourceLimitRules{.max_entries = max_entries,
                                   .ipv6_prefix = kLinux616.source_limit.ipv6_prefix,
                                   .tokens_needed = kLinux616.source_limit.tokens_needed}) {
  CHECK_GT(max_entries, 0u);
  CHECK_LE(max_entries, kMaxEntries);
}

RateLimiter::RateLimiter(const SourceLimitRules& rules) : rules_(rules) {
  CHECK(rules.ipv6_prefix == 64 || rules.ipv6_prefix == 128);
  CHECK_GE(rules.tokens_needed, kPacketCost);
}

void RateLimiter::Init() { ++references_; }

void RateLimiter::Uninit() {
  if (references_ == 0 || --references_ != 0) return;
  index_.clear();
  slots_.clear();
  free_slots_.clear();
  total_entries_ = 0;
  oldest_ = newest_ = kNone;
}

bool RateLimiter::Allow(BootTime now, uint64_t netns, const IpAddress& source) {
  CHECK_GT(references_, 0u);
  if (!source) return false;
  // Of IPv6 the upper half counts: whoever has one address has its whole /64.
  const bool whole = !source.is_v6() || rules_.ipv6_prefix == 128;
  const Key key = {netns, source.hi(), whole ? source.lo() : 0, source.family()};
  const auto found = index_.find(key);
  if (found == index_.end()) {
    if (total_entries_ >= rules_.max_entries) return false;
    ++total_entries_;
    const uint32_t slot = TakeSlot();
    index_.emplace(key, slot);
    slots_[slot].key = key;
    slots_[slot].last_time = now;
    slots_[slot].tokens = kTokenMax - kPacketCost;
    PushNewest(slot);
    return true;
  }

  const uint32_t slot = found->second;
  Unlink(slot);
  PushNewest(slot);
  Entry& entry = slots_[slot];
  CHECK_GE(now, entry.last_time);
  // The cap comes before the sum, which a source silent for centuries could make too large.
  const int64_t waited = std::min((now - entry.last_time).count(), kTokenMax);
  const int64_t tokens = std::min(kTokenMax, entry.tokens + waited);
  entry.last_time = now;
  const bool allowed = tokens >= rules_.tokens_needed;
  entry.tokens = allowed ? tokens - kPacketCost : tokens;
  return allowed;
}

size_t RateLimiter::Gc(BootTime now) {
  size_t dropped = 0;
  while (oldest_ != kNone && now - slots_[oldest_].last_time > kGcIdle) {
    const uint32_t slot = oldest_;
    index_.erase(slots_[slot].key);
    Unlink(slot);
    free_slots_.push_back(slot);
    ++dropped;
  }
  return dropped;
}

void RateLimiter::Free(size_t entries) {
  // An Uninit in between has freed them already.
  total_entries_ -= std::min(entries, total_entries_ - index_.size());
}

uint32_t RateLimiter::TakeSlot() {
  if (free_slots_.empty()) {
    slots_.emplace_back();
    return static_cast<uint32_t>(slots_.size() - 1);
  }
  const uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void RateLimiter::PushNewest(uint32_t slot) {
  slots_[slot].older = newest_;
  slots_[slot].newer = kNone;
  (newest_ == kNone ? oldest_ : slots_[newest_].newer) = slot;
  newest_ = slot;
}

void RateLimiter::Unlink(uint32_t slot) {
  const Entry& entry = slots_[slot];
  (entry.older == kNone ? oldest_ : slots_[entry.older].newer) = entry.newer;
  (entry.newer == kNone ? newest_ : slots_[entry.newer].older) = entry.older;
}

}  // namespace wg
