// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/super_packet.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "protocol/endian.h"
#include "tools/live/inet_checksum.h"
#include "tools/live/inner_header.h"

namespace live {
namespace {

// A checksum that turns out as 0 is written as its other zero (CSUM_MANGLED_0): 0 is none in UDP.
void StoreChecksum(uint64_t sum, uint8_t* out) {
  const uint16_t checksum = ChecksumOf(sum);
  wg::StoreBe16(out, checksum == 0 ? 0xffff : checksum);
}

bool Complete(const VirtioHeader& header, absl::Span<const uint8_t> packet, wg::BufferPool* pool,
              std::vector<wg::Buffer>* out) {
  const size_t field = size_t{header.csum_start} + header.csum_offset;
  const bool needed = (header.flags & VirtioHeader::kNeedsChecksum) != 0;
  if (needed && field + 2 > packet.size()) return false;
  wg::Buffer whole = pool->Copy(packet);
  // The field holds the pseudo-header's sum.
  if (needed) {
    StoreChecksum(SumOf(std::as_const(whole).bytes().subspan(header.csum_start)), whole.data() + field);
  }
  out->push_back(std::move(whole));
  return true;
}

struct Shape {
  bool tcp = false;
  size_t transport = 0;  // where its header begins
  size_t headers = 0;    // what each segment begins with
  size_t segment = 0;    // payload of each
  size_t count = 0;
};

// The address family's part: the transport begins where the IP header ends, and the packet is no fragment.
bool IpFits(Gso gso, absl::Span<const uint8_t> packet, size_t transport) {
  if (packet.size() < kIp4Header || transport > packet.size()) return false;
  const uint8_t* ip = packet.data();
  if (ip[0] >> 4 == 4) {
    if (gso == Gso::kTcp6) return false;
    // Any but "do not fragment" is a fragment's.
    if ((wg::LoadBe16(ip + kIp4Fragment) & ~kIp4DontFragment) != 0) return false;
    return size_t{ip[0] & 15u} * 4 == transport && transport >= kIp4Header &&
           ip[kIp4Protocol] == (gso == Gso::kUdp ? kProtocolUdp : kProtocolTcp);
  }
  // Extension headers may lie between.
  return ip[0] >> 4 == 6 && gso != Gso::kTcp4 && transport >= kIp6Header;
}

bool ShapeOf(const VirtioHeader& header, absl::Span<const uint8_t> packet, Shape* shape) {
  const Gso gso = static_cast<Gso>(header.gso_type & ~VirtioHeader::kEcn);
  if (gso != Gso::kTcp4 && gso != Gso::kTcp6 && gso != Gso::kUdp) return false;
  if ((header.flags & VirtioHeader::kNeedsChecksum) == 0 || header.gso_size == 0) return false;
  shape->tcp = gso != Gso::kUdp;
  shape->transport = header.csum_start;
  shape->segment = header.gso_size;
  if (header.csum_offset != (shape->tcp ? kTcpChecksum : kUdpChecksum)) return false;
  if (!IpFits(gso, packet, shape->transport)) return false;
  const size_t left = packet.size() - shape->transport;
  size_t length = shape->tcp ? kTcpHeader : kUdpHeader;
  if (left < length) return false;
  if (shape->tcp) length = size_t{packet[shape->transport + kTcpOffset]} / 16 * 4;
  if (length < kTcpHeader && shape->tcp) return false;
  if (left < length) return false;
  shape->headers = shape->transport + length;
  const size_t payload = packet.size() - shape->headers;
  shape->count = std::max<size_t>(1, (payload + shape->segment - 1) / shape->segment);
  return shape->count <= kMostCut && shape->headers + std::min(shape->segment, payload) <= 65535;
}

void FinishTcp(const Shape& shape, size_t index, uint8_t* tcp) {
  const auto offset = static_cast<uint32_t>(index * shape.segment);
  wg::StoreBe32(tcp + kTcpSequence, wg::LoadBe32(tcp + kTcpSequence) + offset);
  if (index + 1 < shape.count) tcp[kTcpFlags] &= static_cast<uint8_t>(~(kTcpFin | kTcpPsh));
  if (index > 0) tcp[kTcpFlags] &= static_cast<uint8_t>(~kTcpCwr);
}

wg::Buffer Segment(const Shape& shape, size_t index, absl::Span<const uint8_t> packet,
                   wg::BufferPool* pool) {
  const absl::Span<const uint8_t> payload =
      packet.subspan(shape.headers + index * shape.segment, shape.segment);
  const size_t size = shape.headers + payload.size();
  wg::Buffer segment = pool->Allocate(size);
  uint8_t* const ip = segment.data();
  uint8_t* const transport = ip + shape.transport;
  std::memcpy(ip, packet.data(), shape.headers);
  if (!payload.empty()) std::memcpy(ip + shape.headers, payload.data(), payload.size());
  if (IsIp4(ip)) {
    wg::StoreBe16(ip + kIp4Id, static_cast<uint16_t>(wg::LoadBe16(ip + kIp4Id) + index));
  }
  SetIpLength(ip, shape.transport, size);
  uint8_t* const field = transport + (shape.tcp ? kTcpChecksum : kUdpChecksum);
  const size_t length = size - shape.transport;
  // The field holds the pseudo-header's sum with the length of the whole. Addresses are not looked at: those of the
  // pseudo-header are others where there is a routing header.
  const uint16_t of_all = FoldSum(packet.size() - shape.transport);
  const uint64_t pseudo = uint64_t{wg::LoadBe16(field)} + static_cast<uint16_t>(~of_all) + length;
  wg::StoreBe16(field, 0);
  if (shape.tcp) {
    FinishTcp(shape, index, transport);
  } else {
    wg::StoreBe16(transport + kUdpLength, static_cast<uint16_t>(length));
  }
  StoreChecksum(pseudo + SumOf({transport, length}), field);
  return segment;
}

}  // namespace

bool CutSuperPacket(const VirtioHeader& header, absl::Span<const uint8_t> packet, wg::BufferPool* pool,
                    std::vector<wg::Buffer>* out) {
  if (header.gso_type == static_cast<uint8_t>(Gso::kNone)) return Complete(header, packet, pool, out);
  Shape shape;
  if (!ShapeOf(header, packet, &shape)) return false;
  for (size_t i = 0; i < shape.count; ++i) out->push_back(Segment(shape, i, packet, pool));
  return true;
}

}  // namespace live
