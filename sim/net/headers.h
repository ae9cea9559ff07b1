// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// IPv4, IPv6, UDP and ICMP headers, built and parsed in place on real bytes. Packets begin with
// their IP header; there is no link layer. IPv4 options are skipped, of IPv6's extension headers
// only Fragment is understood (any other is a "protocol" that nobody speaks).
//
// Checksums: the one in the IPv4 header is always right. The transport's is left 0 by PushUdp and
// completed either at once or, with checksum offload, when somebody needs the bytes: see
// ChecksumState in sim/net/packet.h.
#ifndef WGSIM_SIM_NET_HEADERS_H_
#define WGSIM_SIM_NET_HEADERS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/ip.h"

namespace net {

inline constexpr size_t kIpv4HeaderSize = 20;
inline constexpr size_t kIpv6HeaderSize = 40;
inline constexpr size_t kFragmentHeaderSize = 8;
inline constexpr size_t kUdpHeaderSize = 8;
inline constexpr size_t kIcmpHeaderSize = 8;
inline constexpr uint8_t kDefaultTtl = 64;  // net.ipv4.ip_default_ttl, net.ipv6.conf.*.hop_limit
inline constexpr size_t kMaxIpSize = 65535;

// IANA protocol numbers.
inline constexpr uint8_t kProtocolIcmp = 1;
inline constexpr uint8_t kProtocolUdp = 17;
inline constexpr uint8_t kProtocolFragment = 44;
inline constexpr uint8_t kProtocolIcmpV6 = 58;

// An IP header of either family as a value, host order.
struct IpHeader {
  wg::IpAddress source;
  wg::IpAddress destination;
  uint32_t id = 0;               // IPv4 identification; IPv6: of the fragment header
  uint32_t total_size = 0;       // header and payload
  uint16_t header_size = 0;      // where the transport begins, IPv6 fragment header included
  uint16_t fragment_offset = 0;  // bytes
  uint8_t protocol = 0;
  uint8_t ttl = kDefaultTtl;   // hop limit
  uint8_t ds = 0;              // DSCP and ECN
  bool dont_fragment = false;  // IPv4
  bool more_fragments = false;

  bool is_fragment() const { return more_fragments || fragment_offset != 0; }
};

struct UdpHeader {
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint16_t size = 0;  // header and payload
};

struct IcmpHeader {
  uint8_t type = 0;
  uint8_t code = 0;
  uint32_t rest = 0;  // identifier and sequence number, or the MTU, or 0
};

// Size of the IP header without options that this family gets.
inline constexpr size_t IpHeaderSize(wg::Family family) {
  return family == wg::Family::kIpv4 ? kIpv4HeaderSize : kIpv6HeaderSize;
}

// True and *header if `packet` begins with a whole IP header whose lengths agree with themselves
// and with packet.size() (which may be longer: trailing bytes). Checks no checksum.
bool ParseIp(absl::Span<const uint8_t> packet, IpHeader* header);
// For quotes inside ICMP errors: the packet may be cut short behind its header.
bool ParseQuotedIp(absl::Span<const uint8_t> packet, IpHeader* header);
// REQUIRES: `packet` begins with a parsable IPv4 header.
bool Ipv4ChecksumOk(absl::Span<const uint8_t> packet);
// True and *header if a UDP header with a possible length begins here. `transport` runs to the end
// of the IP packet.
bool ParseUdp(absl::Span<const uint8_t> transport, UdpHeader* header);
bool ParseIcmp(absl::Span<const uint8_t> transport, IcmpHeader* header);

// Puts a header in front; lengths come from the buffer, total_size and header_size are ignored. An
// IPv6 fragment gets its fragment header. The family is the destination's. Grows the headroom if
// there is too little.
void PushIp(const IpHeader& header, wg::Buffer* buffer);
// Checksum 0; completed by CompleteChecksum once the IP header is there.
void PushUdp(uint16_t source_port, uint16_t destination_port, wg::Buffer* buffer);
void PushIcmp(const IcmpHeader& header, wg::Buffer* buffer);

// Computes and stores the transport's checksum (UDP, ICMP, ICMPv6; others and fragments: nothing to
// do). REQUIRES: a whole IP packet as ParseIp accepts it.
void CompleteChecksum(wg::Buffer* packet);
// True if the transport's checksum is right, or there is none (other protocols, IPv4 UDP with 0,
// fragments).
bool TransportChecksumOk(absl::Span<const uint8_t> packet, const IpHeader& header);

// TTL or hop limit less one, IPv4 checksum adjusted. REQUIRES: it is not 0.
void DecrementTtl(wg::Buffer* packet);
// DS and ECN byte in place, IPv4 checksum adjusted.
void SetDs(uint8_t ds, wg::Buffer* packet);

// Makes sure that Push(n) will find room: moves the bytes to another buffer of the pool if there is
// not enough in front (the kernel's skb_cow_head).
inline void EnsureHeadroom(size_t n, wg::Buffer* buffer) {
  if (buffer->headroom() < n) *buffer = buffer->Clone();
}

// Numbers on the wire, network order.
inline uint16_t LoadBe16(const uint8_t* from) {
  return static_cast<uint16_t>((from[0] << 8) | from[1]);
}
inline uint32_t LoadBe32(const uint8_t* from) {
  uint32_t value;
  std::memcpy(&value, from, sizeof(value));
  return std::endian::native == std::endian::little ? __builtin_bswap32(value) : value;
}
inline uint64_t LoadBe64(const uint8_t* from) {
  uint64_t value;
  std::memcpy(&value, from, sizeof(value));
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}
inline void StoreBe16(uint16_t value, uint8_t* to) {
  to[0] = static_cast<uint8_t>(value >> 8);
  to[1] = static_cast<uint8_t>(value);
}
inline void StoreBe32(uint32_t value, uint8_t* to) {
  if (std::endian::native == std::endian::little) value = __builtin_bswap32(value);
  std::memcpy(to, &value, sizeof(value));
}
inline void StoreBe64(uint64_t value, uint8_t* to) {
  if (std::endian::native == std::endian::little) value = __builtin_bswap64(value);
  std::memcpy(to, &value, sizeof(value));
}

}  // namespace net

#endif  // WGSIM_SIM_NET_HEADERS_H_
