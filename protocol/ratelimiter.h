// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The token bucket per source that guards handshakes under load (ratelimiter.c; spec/handshake
// section 5). One object per machine, shared by all its devices (module-global in the kernel). A
// source is a network namespace with an IPv4 address or an IPv6 /64. One token is one nanosecond; a
// message costs 50 ms of them, a bucket holds 250 ms.
//
//   Init(); ... Allow(...) per message whose mac2 is good ... Gc(now) every kGcPeriod ... Uninit();
//
// Requirements: RATE-001 to 021.
#ifndef WGSIM_PROTOCOL_RATELIMITER_H_
#define WGSIM_PROTOCOL_RATELIMITER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "protocol/ip.h"
#include "protocol/profile.h"
#include "protocol/time.h"

namespace wg {

// Single-threaded. Not copyable.
class RateLimiter {
 public:
  static constexpr int64_t kPacketsPerSecond = 20;
  static constexpr int64_t kPacketsBurstable = 5;
  static constexpr int64_t kPacketCost = 1'000'000'000 / kPacketsPerSecond;
  static constexpr int64_t kTokenMax = kPacketCost * kPacketsBurstable;
  static constexpr Duration kGcPeriod = std::chrono::seconds(1);
  static constexpr Duration kGcIdle = std::chrono::seconds(1);
  static constexpr size_t kMaxEntries = 8 * 8192;  // of a machine with more than 1 GiB

  // The limit of a 64-bit machine with this much memory (wg_ratelimiter_init).
  static size_t MaxEntriesOf(uint64_t ram_bytes);

  RateLimiter() : RateLimiter(kLinux616.source_limit) {}
  // Linux with this many entries. REQUIRES: 0 < max_entries <= kMaxEntries.
  explicit RateLimiter(size_t max_entries);
  // Of any implementation. REQUIRES: ipv6_prefix is 64 or 128.
  explicit RateLimiter(const SourceLimitRules& rules);
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;

  // Counted by devices; the last Uninit forgets every source, a surplus one does nothing
  // (wg_ratelimiter_init, wg_ratelimiter_uninit).
  void Init();
  void Uninit();
  bool is_initialised() const { return references_ != 0; }

  // Whether one more message from this source may be processed. A new source is served unless the
  // table is full; "no address" never is. REQUIRES: initialised, and `now` not before an earlier
  // call's.
  bool Allow(BootTime now, uint64_t netns, const IpAddress& source);

  // Drops the sources that have been silent for more than kGcIdle; a refused message is not
  // silence. They count against the limit until the kernel's grace period is over: the caller says
  // so by Free(the returned number) (wg_ratelimiter_gc_entries, entry_free).
  size_t Gc(BootTime now);
  void Free(size_t entries);

  size_t entries() const { return index_.size(); }         // sources that have a bucket
  size_t total_entries() const { return total_entries_; }  // and those not freed yet

 private:
  struct Key {
    uint64_t netns;
    uint64_t hi;
    uint64_t lo;
    Family family;
    friend bool operator==(const Key&, const Key&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.netns, key.hi, key.lo, key.family);
    }
  };

  static constexpr uint32_t kNone = ~uint32_t{0};

  // A bucket, in a list from the longest to the shortest silent.
  struct Entry {
    Key key{};
    BootTime last_time{};
    int64_t tokens = 0;
    uint32_t older = kNone;
    uint32_t newer = kNone;
  };

  uint32_t TakeSlot();
  void PushNewest(uint32_t slot);
  void Unlink(uint32_t slot);

  const SourceLimitRules rules_;
  uint64_t references_ = 0;
  size_t total_entries_ = 0;
  absl::flat_hash_map<Key, uint32_t> index_;  // look-up only
  std::vector<Entry> slots_;
  std::vector<uint32_t> free_slots_;
  uint32_t oldest_ = kNone;
  uint32_t newest_ = kNone;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_RATELIMITER_H_
