// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Places and values in the headers of IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293) and UDP (RFC 768) that cutting and
// joining super-packets work on.
#ifndef WGSIM_TOOLS_LIVE_INNER_HEADER_H_
#define WGSIM_TOOLS_LIVE_INNER_HEADER_H_

#include <cstddef>
#include <cstdint>

#include "protocol/endian.h"
#include "tools/live/inet_checksum.h"

namespace live {

inline constexpr uint8_t kProtocolTcp = 6;
inline constexpr uint8_t kProtocolUdp = 17;

// IPv4, from the packet's start.
inline constexpr size_t kIp4Header = 20;
inline constexpr size_t kIp4Length = 2;
inline constexpr size_t kIp4Id = 4;
inline constexpr size_t kIp4Fragment = 6;
inline constexpr size_t kIp4Protocol = 9;
inline constexpr size_t kIp4Checksum = 10;
inline constexpr size_t kIp4Addresses = 12;
inline constexpr uint16_t kIp4DontFragment = 0x4000;

// IPv6.
inline constexpr size_t kIp6Header = 40;
inline constexpr size_t kIp6Length = 4;
inline constexpr size_t kIp6NextHeader = 6;
inline constexpr size_t kIp6HopLimit = 7;
inline constexpr size_t kIp6Addresses = 8;

// TCP, from the transport's start.
inline constexpr size_t kTcpHeader = 20;
inline constexpr size_t kTcpSequence = 4;
inline constexpr size_t kTcpAck = 8;
inline constexpr size_t kTcpOffset = 12;
inline constexpr size_t kTcpFlags = 13;
inline constexpr size_t kTcpWindow = 14;
inline constexpr size_t kTcpChecksum = 16;
inline constexpr size_t kTcpUrgent = 18;
inline constexpr uint8_t kTcpFin = 0x01, kTcpPsh = 0x08, kTcpAckFlag = 0x10, kTcpEce = 0x40, kTcpCwr = 0x80;

// UDP.
inline constexpr size_t kUdpHeader = 8;
inline constexpr size_t kUdpLength = 4;
inline constexpr size_t kUdpChecksum = 6;

inline bool IsIp4(const uint8_t* packet) { return packet[0] >> 4 == 4; }

// Writes the packet's whole size into its IP header; IPv4's checksum is made anew. REQUIRES: `header` bytes are there.
inline void SetIpLength(uint8_t* packet, size_t header, size_t size) {
  if (!IsIp4(packet)) {
    wg::StoreBe16(packet + kIp6Length, static_cast<uint16_t>(size - kIp6Header));
    return;
  }
  wg::StoreBe16(packet + kIp4Length, static_cast<uint16_t>(size));
  wg::StoreBe16(packet + kIp4Checksum, 0);
  wg::StoreBe16(packet + kIp4Checksum, ChecksumOf(SumOf({packet, header})));
}

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_INNER_HEADER_H_
