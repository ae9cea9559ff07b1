// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an IP packet: what the parsers accept lies inside the packet, checksums that were
// completed are right, small changes keep them right, and fragments are the packet in pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/check.h"
#include "protocol/errno.h"
#include "sim/net/fragment.h"
#include "sim/net/headers.h"
#include "sim/net/packet.h"

namespace net {
namespace {

void CheckTransport(absl::Span<const uint8_t> transport) {
  UdpHeader udp;
  if (ParseUdp(transport, &udp)) {
    CHECK_GE(udp.size, kUdpHeaderSize);
    CHECK_LE(udp.size, transport.size());
  }
  IcmpHeader icmp;
  if (!ParseIcmp(transport, &icmp)) return;
  CHECK_GE(transport.size(), kIcmpHeaderSize);
  IpHeader quoted;
  const absl::Span<const uint8_t> quote = transport.subspan(kIcmpHeaderSize);
  if (ParseQuotedIp(quote, &quoted)) CHECK_LE(quoted.header_size, quote.size());
}

void CheckFragments(wg::BufferPool* pool, const std::vector<uint8_t>& bytes, const IpHeader& header,
                    uint32_t mtu) {
  Packet packet;
  packet.buffer = pool->Copy(bytes);
  packet.buffer.Truncate(header.total_size);
  uint32_t next = header.fragment_offset;
  bool more = true;
  const wg::Errno error = FragmentPacket(pool, &packet, mtu, 7, [&](Packet* piece) {
    IpHeader part;
    CHECK(ParseIp(piece->buffer.bytes(), &part));
    CHECK_LE(piece->size(), mtu);
    CHECK_EQ(part.total_size, piece->size());
    CHECK(more);
    CHECK_EQ(part.fragment_offset, next);
    next += part.total_size - part.header_size;
    more = part.more_fragments;
    piece->buffer.Reset();
    return wg::Errno::kOk;
  });
  if (error != wg::Errno::kOk) return;
  CHECK_EQ(next, header.fragment_offset + header.total_size - header.header_size);
  CHECK_EQ(more, header.more_fragments);
}

void CheckPacket(const std::vector<uint8_t>& bytes, uint32_t mtu) {
  IpHeader header;
  if (ParseQuotedIp(bytes, &header)) CHECK_LE(header.header_size, bytes.size());
  if (!ParseIp(bytes, &header)) return;
  CHECK_LE(header.total_size, bytes.size());
  CHECK_LE(header.header_size, header.total_size);
  const absl::Span<const uint8_t> packet = absl::MakeConstSpan(bytes).first(header.total_size);
  CheckTransport(packet.subspan(header.header_size));
  TransportChecksumOk(packet, header);

  wg::BufferPool pool;
  {
    wg::Buffer whole = pool.Copy(packet);
    CompleteChecksum(&whole);
    const auto fixed = [&] { return absl::MakeConstSpan(whole.data(), whole.size()); };
    const bool v4 = !header.destination.is_v6();
    const bool good = v4 && Ipv4ChecksumOk(fixed());
    if (header.ttl != 0) DecrementTtl(&whole);
    SetDs(static_cast<uint8_t>(~header.ds), &whole);
    CHECK(!good || Ipv4ChecksumOk(fixed()));
    IpHeader after;
    CHECK(ParseIp(fixed(), &after));
    CHECK_EQ(after.ds, static_cast<uint8_t>(~header.ds));
    CHECK_EQ(after.ttl, header.ttl == 0 ? 0 : header.ttl - 1);
    CHECK_EQ(after.total_size, header.total_size);
    if (after.header_size == (v4 ? kIpv4HeaderSize : kIpv6HeaderSize)) {
      CHECK(TransportChecksumOk(fixed(), after));
    }
  }
  const uint32_t payload = header.total_size - header.header_size;
  if (header.header_size == IpHeaderSize(header.destination.family()) && payload != 0 &&
      header.fragment_offset + payload <= kMaxIpSize) {
    CheckFragments(&pool, bytes, header, mtu);
  }
  CHECK_EQ(pool.live(), 0);
}

}  // namespace
}  // namespace net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint32_t mtu = 20 + data[0] * 4u;
  net::CheckPacket(std::vector<uint8_t>(data + 1, data + size), mtu);
  return 0;
}
