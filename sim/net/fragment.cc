// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/fragment.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "protocol/check.h"
#include "sim/net/headers.h"

namespace net {

wg::Errno FragmentPacket(wg::BufferPool* pool, Packet* packet, uint32_t mtu, uint32_t id,
                         absl::FunctionRef<wg::Errno(Packet*)> emit) {
  packet->ResolveChecksum();
  IpHeader header;
  CHECK(ParseIp(packet->buffer.bytes(), &header));
  const bool v4 = header.destination.is_v4();
  const uint32_t overhead =
      static_cast<uint32_t>(v4 ? kIpv4HeaderSize : kIpv6HeaderSize + kFragmentHeaderSize);
  if (mtu < overhead + 8) return wg::Errno::kMsgSize;
  const uint32_t piece_max = (mtu - overhead) & ~7u;
  const uint32_t payload = header.total_size - header.header_size;
  const uint8_t* bytes = packet->buffer.data() + header.header_size;
  const bool more_behind = header.more_fragments;
  const uint16_t first_offset = header.fragment_offset;
  if (!v4) header.id = id;
  for (uint32_t at = 0; at < payload;) {
    // The last piece may use the MTU to the byte; all others end on a multiple of 8.
    const uint32_t left = payload - at;
    const bool last = left <= mtu - overhead;
    const uint32_t size = last ? left : piece_max;
    Packet piece;
    piece.buffer = pool->Allocate(size);
    std::memcpy(piece.buffer.data(), bytes + at, size);
    header.fragment_offset = static_cast<uint16_t>(first_offset + at);
    header.more_fragments = !last || more_behind;
    header.dont_fragment = false;
    PushIp(header, &piece.buffer);
    piece.device = packet->device;
    piece.mark = packet->mark;
    piece.cpu = packet->cpu;
    piece.checksum = packet->checksum;
    piece.buffer.set_tag(packet->tag());
    if (last) piece.charge = std::move(packet->charge);
    if (const wg::Errno error = emit(&piece); error != wg::Errno::kOk) {
      if (last) packet->charge = std::move(piece.charge);
      return error;
    }
    at += size;
  }
  packet->buffer.Reset();
  return wg::Errno::kOk;
}

}  // namespace net
