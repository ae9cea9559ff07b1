// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Any header before any bytes is cut or refused; what it is cut into is joined and cut again, and comes out the same. Any
// bytes as a batch of packets are joined; cut again nothing is lost.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/check.h"
#include "protocol/fuzz_input.h"
#include "tools/live/packet_joiner.h"
#include "tools/live/super_packet.h"
#include "tools/live/virtio_header.h"

namespace live {
namespace {

using Bytes = std::vector<uint8_t>;

// The number of IPv4 may be another where DF is set, and with it the checksum.
Bytes WithoutNumber(const wg::Buffer& packet) {
  Bytes bytes(packet.bytes().begin(), packet.bytes().end());
  if (bytes.size() >= 20 && bytes[0] == 0x45 && (bytes[6] & 0x40) != 0) {
    bytes[4] = bytes[5] = bytes[10] = bytes[11] = 0;
  }
  return bytes;
}

// In an order that does not depend on which flow overtook which; zeros of checksums, which may be either, apart.
std::vector<Bytes> Sorted(const std::vector<wg::Buffer>& packets) {
  std::vector<Bytes> all;
  for (const wg::Buffer& packet : packets) all.push_back(WithoutNumber(packet));
  for (Bytes& packet : all) {
    const size_t ip = packet.size() >= 40 && packet[0] >> 4 == 6 ? 40 : 20;
    const size_t protocol = ip == 40 ? 6 : 9;
    if (packet.size() < ip + 20 || packet[protocol] != 6) continue;
    uint8_t* checksum = packet.data() + ip + 16;
    if (checksum[0] == 0 && checksum[1] == 0) checksum[0] = checksum[1] = 0xff;
  }
  std::sort(all.begin(), all.end());
  return all;
}

void JoinAndCut(std::vector<wg::Buffer> packets, wg::BufferPool* pool) {
  const std::vector<Bytes> before = Sorted(packets);
  PacketJoiner joiner({.tcp = true, .udp = true});
  for (wg::Buffer& packet : packets) joiner.Add(packet.bytes());
  std::vector<wg::Buffer> after;
  for (size_t i = 0; i < joiner.size(); ++i) {
    absl::Span<const uint8_t> parts[PacketJoiner::kMostPackets];
    VirtioHeader header;
    const size_t count = joiner.Finish(i, &header, parts);
    Bytes whole;
    for (size_t part = 0; part < count; ++part) {
      whole.insert(whole.end(), parts[part].begin(), parts[part].end());
    }
    CHECK_LE(whole.size(), PacketJoiner::kMostBytes);
    CHECK(CutSuperPacket(header, whole, pool, &after));
  }
  CHECK(Sorted(after) == before);
}

void Run(wg::FuzzInput input) {
  wg::BufferPool pool;
  std::vector<wg::Buffer> packets;
  if (input.Byte() % 2 == 0) {
    const Bytes raw = input.Block(sizeof(VirtioHeader));
    VirtioHeader header;
    std::memcpy(&header, raw.data(), raw.size());
    if (!CutSuperPacket(header, input.Bytes(4096), &pool, &packets)) {
      CHECK(packets.empty());
      return;
    }
    CHECK(!packets.empty() && packets.size() <= kMostCut);
  } else {
    while (!input.empty() && packets.size() < 200) packets.push_back(pool.Copy(input.Bytes(input.Byte())));
  }
  JoinAndCut(std::move(packets), &pool);
}

}  // namespace
}  // namespace live

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  live::Run(wg::FuzzInput(data, size));
  return 0;
}
