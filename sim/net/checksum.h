// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The Internet checksum (RFC 1071): ones' complement sum of 16-bit words. Independent of byte
// order: sums are kept in the machine's own order and stored as they are.
#ifndef WGSIM_SIM_NET_CHECKSUM_H_
#define WGSIM_SIM_NET_CHECKSUM_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace net {

// A sum being gathered. Bytes are added in pieces; every piece but the last has even length.
class ChecksumAccumulator {
 public:
  void Add(const uint8_t* bytes, size_t size);
  // A 16-bit number that is on the wire in network order.
  void AddBe16(uint16_t value) {
    if constexpr (std::endian::native == std::endian::little)
      value = static_cast<uint16_t>(value << 8 | value >> 8);
    const uint64_t sum = sum_ + value;
    sum_ = sum + (sum < sum_);
  }
  // The sum so far, folded to 16 bits: 0xffff over bytes that contain their own right checksum.
  uint16_t Sum() const {
    uint64_t sum = sum_;
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(sum);
  }
  // What to store (StoreChecksum) so that the whole sums up to 0xffff.
  uint16_t Checksum() const { return static_cast<uint16_t>(~Sum()); }

 private:
  uint64_t sum_ = 0;  // of 64-bit words, end-around carry included
};

inline void StoreChecksum(uint8_t* to, uint16_t checksum) { std::memcpy(to, &checksum, 2); }
inline uint16_t LoadChecksum(const uint8_t* from) {
  uint16_t checksum;
  std::memcpy(&checksum, from, 2);
  return checksum;
}

// After a 16-bit field of covered bytes went from `before` to `after` (both as LoadChecksum reads
// them): the new checksum (RFC 1624, eqn. 3).
inline uint16_t AdjustChecksum(uint16_t checksum, uint16_t before, uint16_t after) {
  uint32_t sum = static_cast<uint16_t>(~checksum);
  sum += static_cast<uint16_t>(~before);
  sum += after;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

}  // namespace net

#endif  // WGSIM_SIM_NET_CHECKSUM_H_
