// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/headers.h"

#include "protocol/check.h"
#include "sim/net/checksum.h"

namespace net {
namespace {

constexpr uint16_t kDontFragment = 0x4000;
constexpr uint16_t kMoreFragments = 0x2000;
constexpr uint16_t kOffsetMask = 0x1fff;
constexpr size_t kIpv4ChecksumAt = 10;

wg::IpAddress LoadV6(const uint8_t* from) {
  return wg::IpAddress::V6(LoadBe64(from), LoadBe64(from + 8));
}

void StoreV6(const wg::IpAddress& address, uint8_t* to) {
  StoreBe64(address.hi(), to);
  StoreBe64(address.lo(), to + 8);
}

bool ParseV4(absl::Span<const uint8_t> packet, IpHeader* header) {
  if (packet.size() < kIpv4HeaderSize) return false;
  const uint8_t* p = packet.data();
  header->header_size = static_cast<uint16_t>((p[0] & 15) * 4);
  header->ds = p[1];
  header->total_size = LoadBe16(p + 2);
  header->id = LoadBe16(p + 4);
  const uint16_t flags = LoadBe16(p + 6);
  header->dont_fragment = (flags & kDontFragment) != 0;
  header->more_fragments = (flags & kMoreFragments) != 0;
  header->fragment_offset = static_cast<uint16_t>((flags & kOffsetMask) * 8);
  header->ttl = p[8];
  header->protocol = p[9];
  header->source = wg::IpAddress::V4(LoadBe32(p + 12));
  header->destination = wg::IpAddress::V4(LoadBe32(p + 16));
  return header->header_size >= kIpv4HeaderSize && header->header_size <= packet.size() &&
         header->header_size <= header->total_size;
}

bool ParseV6(absl::Span<const uint8_t> packet, IpHeader* header) {
  if (packet.size() < kIpv6HeaderSize) return false;
  const uint8_t* p = packet.data();
  header->header_size = kIpv6HeaderSize;
  header->ds = static_cast<uint8_t>((LoadBe16(p) >> 4) & 0xff);
  header->total_size = static_cast<uint32_t>(kIpv6HeaderSize + LoadBe16(p + 4));
  header->id = 0;
  header->dont_fragment = true;
  header->more_fragments = false;
  header->fragment_offset = 0;
  header->protocol = p[6];
  header->ttl = p[7];
  header->source = LoadV6(p + 8);
  header->destination = LoadV6(p + 24);
  if (header->protocol != kProtocolFragment) return true;
  const uint8_t* f = p + kIpv6HeaderSize;
  if (packet.size() < kIpv6HeaderSize + kFragmentHeaderSize) return false;
  if (header->total_size < kIpv6HeaderSize + kFragmentHeaderSize) return false;
  header->protocol = f[0];
  header->header_size = kIpv6HeaderSize + kFragmentHeaderSize;
  header->fragment_offset = LoadBe16(f + 2) & 0xfff8;
  header->more_fragments = (f[3] & 1) != 0;
  header->id = LoadBe32(f + 4);
  return true;
}

// Written in whole words, and summed from the values instead of the bytes: reading back what was
// just written in smaller pieces is slow.
void PushV4(const IpHeader& header, wg::Buffer* buffer) {
  uint8_t* p = buffer->Push(kIpv4HeaderSize);
  CHECK_LE(buffer->size(), kMaxIpSize);
  const uint32_t flags = (header.dont_fragment ? kDontFragment : 0u) |
                         (header.more_fragments ? kMoreFragments : 0u) |
                         (header.fragment_offset / 8u);
  const uint32_t words[5] = {
      0x45000000u | (static_cast<uint32_t>(header.ds) << 16) |
          static_cast<uint32_t>(buffer->size()),
      ((header.id & 0xffffu) << 16) | flags,
      (static_cast<uint32_t>(header.ttl) << 24) | (static_cast<uint32_t>(header.protocol) << 16),
      header.source.v4(),
      header.destination.v4(),
  };
  uint64_t sum = 0;
  for (uint32_t word : words) sum += (word >> 16) + (word & 0xffff);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  StoreBe32(words[0], p);
  StoreBe32(words[1], p + 4);
  StoreBe32(words[2] | (~static_cast<uint32_t>(sum) & 0xffff), p + 8);
  StoreBe32(words[3], p + 12);
  StoreBe32(words[4], p + 16);
}

void PushV6(const IpHeader& header, wg::Buffer* buffer) {
  uint8_t next_header = header.protocol;
  if (header.is_fragment()) {
    uint8_t* f = buffer->Push(kFragmentHeaderSize);
    f[0] = header.protocol;
    f[1] = 0;
    StoreBe16(static_cast<uint16_t>(header.fragment_offset | (header.more_fragments ? 1 : 0)),
              f + 2);
    StoreBe32(header.id, f + 4);
    next_header = kProtocolFragment;
  }
  const size_t payload = buffer->size();
  CHECK_LE(payload, kMaxIpSize);
  uint8_t* p = buffer->Push(kIpv6HeaderSize);
  StoreBe32((uint32_t{6} << 28) | (static_cast<uint32_t>(header.ds) << 20), p);
  StoreBe16(static_cast<uint16_t>(payload), p + 4);
  p[6] = next_header;
  p[7] = header.ttl;
  StoreV6(header.source, p + 8);
  StoreV6(header.destination, p + 24);
}

// Where the protocol keeps its checksum, counted from the transport header; 0 if it has none we
// know.
size_t ChecksumOffset(uint8_t protocol, size_t transport_size) {
  if (protocol == kProtocolUdp && transport_size >= kUdpHeaderSize) return 6;
  if (protocol == kProtocolIcmp && transport_size >= kIcmpHeaderSize) return 2;
  if (protocol == kProtocolIcmpV6 && transport_size >= kIcmpHeaderSize) return 2;
  return 0;
}

// Sum over the transport and, but for ICMP of IPv4, the pseudo header (RFC 768, RFC 8200
// section 8.1).
ChecksumAccumulator SumTransport(const uint8_t* packet, const IpHeader& header) {
  ChecksumAccumulator sum;
  const size_t size = header.total_size - header.header_size;
  if (header.protocol != kProtocolIcmp) {
    if (header.destination.is_v4()) {
      sum.Add(packet + 12, 8);
    } else {
      sum.Add(packet + 8, 32);
    }
    sum.AddBe16(header.protocol);
    sum.AddBe16(static_cast<uint16_t>(size));
  }
  sum.Add(packet + header.header_size, size);
  return sum;
}

}  // namespace

bool ParseQuotedIp(absl::Span<const uint8_t> packet, IpHeader* header) {
  if (packet.empty()) return false;
  switch (packet[0] >> 4) {
    case 4:
      return ParseV4(packet, header);
    case 6:
      return ParseV6(packet, header);
    default:
      return false;
  }
}

bool ParseIp(absl::Span<const uint8_t> packet, IpHeader* header) {
  return ParseQuotedIp(packet, header) && header->total_size <= packet.size();
}

bool Ipv4ChecksumOk(absl::Span<const uint8_t> packet) {
  const size_t size = static_cast<size_t>(packet[0] & 15) * 4;
  uint64_t sum = 0;
  for (size_t at = 0; at < size; at += 4) sum += LoadBe32(packet.data() + at);
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

bool ParseUdp(absl::Span<const uint8_t> transport, UdpHeader* header) {
  if (transport.size() < kUdpHeaderSize) return false;
  header->source_port = LoadBe16(transport.data());
  header->destination_port = LoadBe16(transport.data() + 2);
  header->size = LoadBe16(transport.data() + 4);
  return header->size >= kUdpHeaderSize && header->size <= transport.size();
}

bool ParseIcmp(absl::Span<const uint8_t> transport, IcmpHeader* header) {
  if (transport.size() < kIcmpHeaderSize) return false;
  header->type = transport[0];
  header->code = transport[1];
  header->rest = LoadBe32(transport.data() + 4);
  return true;
}

void PushIp(const IpHeader& header, wg::Buffer* buffer) {
  EnsureHeadroom(kIpv6HeaderSize + kFragmentHeaderSize, buffer);
  if (header.destination.is_v4()) {
    PushV4(header, buffer);
  } else {
    PushV6(header, buffer);
  }
}

void PushUdp(uint16_t source_port, uint16_t destination_port, wg::Buffer* buffer) {
  EnsureHeadroom(kUdpHeaderSize, buffer);
  uint8_t* p = buffer->Push(kUdpHeaderSize);
  CHECK_LE(buffer->size(), kMaxIpSize);
  StoreBe32((static_cast<uint32_t>(source_port) << 16) | destination_port, p);
  StoreBe32(static_cast<uint32_t>(buffer->size()) << 16, p + 4);
}

void PushIcmp(const IcmpHeader& header, wg::Buffer* buffer) {
  EnsureHeadroom(kIcmpHeaderSize, buffer);
  uint8_t* p = buffer->Push(kIcmpHeaderSize);
  p[0] = header.type;
  p[1] = header.code;
  StoreBe16(0, p + 2);
  StoreBe32(header.rest, p + 4);
}

void CompleteChecksum(wg::Buffer* packet) {
  IpHeader header;
  CHECK(ParseIp(packet->bytes(), &header));
  if (header.is_fragment()) return;
  const size_t at = ChecksumOffset(header.protocol, header.total_size - header.header_size);
  if (at == 0) return;
  uint8_t* field = packet->data() + header.header_size + at;
  StoreBe16(0, field);
  uint16_t checksum = SumTransport(packet->data(), header).Checksum();
  // UDP says "no checksum" with 0; its other zero means the same sum.
  if (checksum == 0 && header.protocol == kProtocolUdp) checksum = 0xffff;
  StoreChecksum(field, checksum);
}

bool TransportChecksumOk(absl::Span<const uint8_t> packet, const IpHeader& header) {
  if (header.is_fragment()) return true;
  const size_t at = ChecksumOffset(header.protocol, header.total_size - header.header_size);
  if (at == 0) return true;
  const bool none = LoadChecksum(packet.data() + header.header_size + at) == 0;
  if (none && header.protocol == kProtocolUdp) return header.destination.is_v4();
  return SumTransport(packet.data(), header).Sum() == 0xffff;
}

void DecrementTtl(wg::Buffer* packet) {
  uint8_t* p = packet->data();
  if (p[0] >> 4 == 6) {
    CHECK_NE(p[7], 0);
    --p[7];
    return;
  }
  CHECK_NE(p[8], 0);
  const uint16_t before = LoadChecksum(p + 8);
  --p[8];
  StoreChecksum(p + kIpv4ChecksumAt,
                AdjustChecksum(LoadChecksum(p + kIpv4ChecksumAt), before, LoadChecksum(p + 8)));
}

void SetDs(uint8_t ds, wg::Buffer* packet) {
  uint8_t* p = packet->data();
  if (p[0] >> 4 == 6) {
    p[0] = static_cast<uint8_t>(0x60 | (ds >> 4));
    p[1] = static_cast<uint8_t>((ds << 4) | (p[1] & 15));
    return;
  }
  const uint16_t before = LoadChecksum(p);
  p[1] = ds;
  StoreChecksum(p + kIpv4ChecksumAt,
                AdjustChecksum(LoadChecksum(p + kIpv4ChecksumAt), before, LoadChecksum(p)));
}

}  // namespace net
