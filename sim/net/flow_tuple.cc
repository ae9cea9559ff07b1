// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/flow_tuple.h"

#include <cstring>
#include <initializer_list>

#include "protocol/check.h"
#include "sim/net/checksum.h"
#include "sim/net/icmp_types.h"

namespace net {
namespace {

constexpr size_t kIpv4Checksum = 10;
constexpr size_t kUdpChecksum = 6;
constexpr size_t kIcmpChecksum = 2;
constexpr size_t kIcmpIdentifier = 4;
constexpr size_t kMostAddress = 16;

bool IsIcmp(uint8_t protocol, bool v4) {
  return protocol == (v4 ? kProtocolIcmp : kProtocolIcmpV6);
}

// From the first 8 bytes of the transport.
bool ParseTransport(const uint8_t* transport, const IpHeader& ip, FlowTuple* tuple) {
  const bool v4 = ip.source.is_v4();
  *tuple = {ip.protocol, {ip.source}, {ip.destination}};
  if (ip.protocol == kProtocolUdp) {
    tuple->source.port = LoadBe16(transport);
    tuple->destination.port = LoadBe16(transport + 2);
    return true;
  }
  if (!IsIcmp(ip.protocol, v4)) return false;
  const bool request = transport[0] == (v4 ? kIcmpEcho : kIcmpV6Echo);
  if (!request && transport[0] != (v4 ? kIcmpEchoReply : kIcmpV6EchoReply)) return false;
  (request ? tuple->source : tuple->destination).port = LoadBe16(transport + kIcmpIdentifier);
  return true;
}

// Replaces bytes in pairs, and adjusts the checksums that cover them; nullptr: there is none.
void Replace(uint8_t* at, const uint8_t* with, size_t size,
             std::initializer_list<uint8_t*> checksums) {
  for (size_t i = 0; i < size; i += 2) {
    const uint16_t before = LoadChecksum(at + i);
    std::memcpy(at + i, with + i, 2);
    const uint16_t after = LoadChecksum(at + i);
    for (uint8_t* checksum : checksums) {
      if (checksum == nullptr) continue;
      StoreChecksum(checksum, AdjustChecksum(LoadChecksum(checksum), before, after));
    }
  }
}

// Of a packet or of a quote, which begins at `packet`. `complete`: the transport's checksum is in
// the bytes.
void RewriteOne(FlowSide side, const FlowEnd& end, bool complete, const IpHeader& ip,
                uint8_t* packet) {
  const bool v4 = end.address.is_v4();
  const bool source = side == FlowSide::kSource;
  uint8_t* const transport = packet + ip.header_size;
  const bool udp = ip.protocol == kProtocolUdp;
  uint8_t* sum = !complete ? nullptr : udp ? transport + kUdpChecksum : transport + kIcmpChecksum;
  // A UDP checksum of 0 says that there is none.
  if (sum != nullptr && udp && LoadChecksum(sum) == 0) sum = nullptr;
  uint8_t address[kMostAddress];
  end.address.CopyBytes(address);
  const size_t at = v4 ? (source ? 12 : 16) : (source ? 8 : 24);
  // That of ICMP for IPv4 does not cover addresses.
  Replace(packet + at, address, static_cast<size_t>(end.address.size()),
          {v4 ? packet + kIpv4Checksum : nullptr, v4 && !udp ? nullptr : sum});
  uint8_t port[2];
  StoreBe16(end.port, port);
  if (udp) {
    Replace(transport + (source ? 0 : 2), port, 2, {sum});
  } else {
    const bool request = transport[0] == (v4 ? kIcmpEcho : kIcmpV6Echo);
    if (request == source) Replace(transport + kIcmpIdentifier, port, 2, {sum});
  }
  if (udp && sum != nullptr && LoadChecksum(sum) == 0) StoreChecksum(sum, 0xffff);
}

}  // namespace

FlowKind ParseFlow(absl::Span<const uint8_t> packet, const IpHeader& ip, FlowTuple* tuple) {
  const bool v4 = ip.source.is_v4();
  const absl::Span<const uint8_t> transport =
      packet.subspan(ip.header_size, ip.total_size - ip.header_size);
  // Of UDP and of ICMP.
  static_assert(kUdpHeaderSize == kIcmpHeaderSize);
  if (transport.size() < kIcmpHeaderSize) return FlowKind::kNone;
  if (ParseTransport(transport.data(), ip, tuple)) return FlowKind::kFlow;
  if (!IsIcmp(ip.protocol, v4) || !IsIcmpErrorType(transport[0], v4)) return FlowKind::kNone;
  const absl::Span<const uint8_t> quote = transport.subspan(kIcmpHeaderSize);
  IpHeader about;
  if (!ParseQuotedIp(quote, &about) || about.source.family() != ip.source.family() ||
      about.fragment_offset != 0 || quote.size() < about.header_size + kUdpHeaderSize) {
    return FlowKind::kNone;
  }
  return ParseTransport(quote.data() + about.header_size, about, tuple) ? FlowKind::kError
                                                                        : FlowKind::kNone;
}

void RewriteFlow(FlowSide side, const FlowEnd& end, Packet* packet) {
  const bool complete = packet->checksum != ChecksumState::kPartial;
  IpHeader ip;
  CHECK(ParseIp(packet->buffer.bytes(), &ip));
  RewriteOne(side, end, complete, ip, packet->buffer.data());
  // The segments of a train have headers alike.
  for (wg::Buffer& segment : packet->more.buffers()) {
    RewriteOne(side, end, complete, ip, segment.data());
  }
  packet->flow_hash = 0;
}

void RewriteError(FlowSide side, const FlowEnd& end, Packet* packet) {
  IpHeader ip;
  CHECK(ParseIp(packet->buffer.bytes(), &ip));
  uint8_t* const bytes = packet->buffer.data();
  uint8_t address[kMostAddress];
  end.address.CopyBytes(address);
  const bool v4 = end.address.is_v4();
  const bool source = side == FlowSide::kSource;
  Replace(bytes + (v4 ? (source ? 12 : 16) : (source ? 8 : 24)), address,
          static_cast<size_t>(end.address.size()), {v4 ? bytes + kIpv4Checksum : nullptr});
  const size_t quote = ip.header_size + kIcmpHeaderSize;
  IpHeader about;
  CHECK(ParseQuotedIp(packet->buffer.bytes().subspan(quote), &about));
  RewriteOne(source ? FlowSide::kDestination : FlowSide::kSource, end, /*complete=*/true, about,
             bytes + quote);
  if (packet->checksum != ChecksumState::kPartial) CompleteChecksum(&packet->buffer);
  packet->flow_hash = 0;
}

}  // namespace net
