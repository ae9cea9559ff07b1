// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/icmp_error.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "protocol/endian.h"

namespace live {
namespace {

constexpr size_t kIpv4Header = 20, kIpv6Header = 40, kIcmpHeader = 8;
constexpr size_t kMostIpv4 = 576;   // RFC 1812 4.3.2.3
constexpr size_t kMostIpv6 = 1280;  // RFC 4443 2.4 (c)
constexpr uint8_t kIcmp = 1, kIcmpV6 = 58, kHopLimit = 64;

uint64_t SumOf(absl::Span<const uint8_t> bytes) {
  uint64_t sum = 0;
  size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) sum += static_cast<uint64_t>(bytes[i] << 8 | bytes[i + 1]);
  if (i < bytes.size()) sum += static_cast<uint64_t>(bytes[i]) << 8;
  return sum;
}

void StoreChecksum(uint64_t sum, uint8_t* out) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  wg::StoreBe16(out, static_cast<uint16_t>(~sum));
}

// ICMP messages about which no error is sent (RFC 1122 3.2.2): anything but echo requests and replies.
bool IsIcmpError(absl::Span<const uint8_t> icmp) {
  return icmp.empty() || (icmp[0] != 0 && icmp[0] != 8 && icmp[0] != 13);
}

wg::Buffer AboutIpv4(absl::Span<const uint8_t> packet, wg::BufferPool* pool) {
  const size_t header = static_cast<size_t>(packet[0] & 15) * 4;
  if (header < kIpv4Header || packet.size() < header) return {};
  if ((wg::LoadBe16(&packet[6]) & 0x1fff) != 0) return {};
  if (packet[9] == kIcmp && IsIcmpError(packet.subspan(header))) return {};
  const uint8_t* from = &packet[12];
  const uint8_t* to = &packet[16];
  // Multicast, broadcast and "this host" neither get nor send errors.
  if (from[0] == 0 || from[0] >= 224 || to[0] == 0 || to[0] >= 224) return {};
  const size_t quoted = std::min(packet.size(), kMostIpv4 - kIpv4Header - kIcmpHeader);
  wg::Buffer error = pool->Allocate(kIpv4Header + kIcmpHeader + quoted);
  uint8_t* ip = error.data();
  std::memset(ip, 0, kIpv4Header + kIcmpHeader);
  ip[0] = 0x45;
  ip[1] = 0xc0;  // internetwork control
  wg::StoreBe16(ip + 2, static_cast<uint16_t>(error.size()));
  ip[8] = kHopLimit;
  ip[9] = kIcmp;
  std::memcpy(ip + 12, to, 4);
  std::memcpy(ip + 16, from, 4);
  StoreChecksum(SumOf({ip, kIpv4Header}), ip + 10);
  uint8_t* icmp = ip + kIpv4Header;
  icmp[0] = 3;
  icmp[1] = 1;
  std::memcpy(icmp + kIcmpHeader, packet.data(), quoted);
  StoreChecksum(SumOf({icmp, kIcmpHeader + quoted}), icmp + 2);
  return error;
}

wg::Buffer AboutIpv6(absl::Span<const uint8_t> packet, wg::BufferPool* pool) {
  if (packet.size() < kIpv6Header) return {};
  // ICMPv6 errors have types below 128.
  if (packet[6] == kIcmpV6 && (packet.size() == kIpv6Header || packet[kIpv6Header] < 128)) return {};
  const uint8_t* from = &packet[8];
  const uint8_t* to = &packet[24];
  static constexpr uint8_t kUnspecified[16] = {};
  if (from[0] == 0xff || to[0] == 0xff || std::memcmp(from, kUnspecified, 16) == 0) return {};
  const size_t quoted = std::min(packet.size(), kMostIpv6 - kIpv6Header - kIcmpHeader);
  wg::Buffer error = pool->Allocate(kIpv6Header + kIcmpHeader + quoted);
  uint8_t* ip = error.data();
  std::memset(ip, 0, kIpv6Header + kIcmpHeader);
  ip[0] = 0x60;
  wg::StoreBe16(ip + 4, static_cast<uint16_t>(kIcmpHeader + quoted));
  ip[6] = kIcmpV6;
  ip[7] = kHopLimit;
  std::memcpy(ip + 8, to, 16);
  std::memcpy(ip + 24, from, 16);
  uint8_t* icmp = ip + kIpv6Header;
  icmp[0] = 1;
  icmp[1] = 3;
  std::memcpy(icmp + kIcmpHeader, packet.data(), quoted);
  // The pseudo-header: both addresses, length, next header.
  StoreChecksum(SumOf({ip + 8, 32}) + (kIcmpHeader + quoted) + kIcmpV6 +
                    SumOf({icmp, kIcmpHeader + quoted}),
                icmp + 2);
  return error;
}

}  // namespace

wg::Buffer HostUnreachable(absl::Span<const uint8_t> packet, wg::BufferPool* pool) {
  if (packet.size() < kIpv4Header) return {};
  switch (packet[0] >> 4) {
    case 4: return AboutIpv4(packet, pool);
    case 6: return AboutIpv6(packet, pool);
    default: return {};
  }
}

}  // namespace live
