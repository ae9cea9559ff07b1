// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/packet.h"

#include "sim/net/headers.h"

namespace net {

void Packet::ResolveChecksum() {
  if (checksum != ChecksumState::kPartial) return;
  CompleteChecksum(&buffer);
  checksum = ChecksumState::kVerified;
}

Packet Packet::Clone() const {
  Packet copy;
  copy.buffer = buffer.Clone();
  copy.device = device;
  copy.mark = mark;
  copy.flow_hash = flow_hash;
  copy.cpu = cpu;
  copy.checksum = checksum;
  copy.ignore_df = ignore_df;
  copy.gso_size = gso_size;
  return copy;
}

}  // namespace net
