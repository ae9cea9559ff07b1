// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/flow_hash.h"

#include "sim/mix.h"
#include "sim/net/headers.h"

namespace net {

uint32_t FlowHash(absl::Span<const uint8_t> packet, uint64_t key) {
  IpHeader ip;
  if (!ParseIp(packet, &ip)) return 1;
  uint64_t ports = 0;
  if (ip.protocol == kProtocolUdp && !ip.is_fragment() &&
      packet.size() >= ip.header_size + kUdpHeaderSize) {
    ports = LoadBe32(packet.data() + ip.header_size);
  }
  const uint64_t rest =
      (ports << 32) | (uint64_t{ip.protocol} << 8) | static_cast<uint64_t>(ip.destination.family());
  uint64_t hash = sim::MultiplyFold(ip.source.hi() ^ sim::kMixA ^ key,
                                    ip.source.lo() ^ ip.destination.lo() ^ sim::kMixB);
  hash = sim::MultiplyFold(hash ^ ip.destination.hi(), rest ^ sim::kMixC ^ key);
  hash = sim::MultiplyFold(hash ^ sim::kMixB, sim::kMixA);
  const uint32_t folded = static_cast<uint32_t>(hash ^ (hash >> 32));
  return folded == 0 ? 1 : folded;
}

}  // namespace net
