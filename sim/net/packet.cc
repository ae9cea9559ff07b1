// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/packet.h"

#include <utility>

#include "protocol/check.h"
#include "sim/net/headers.h"

namespace net {

void Packet::ResolveChecksum() {
  if (checksum != ChecksumState::kPartial) return;
  CompleteChecksum(&buffer);
  for (wg::Buffer& segment : more.buffers()) CompleteChecksum(&segment);
  checksum = ChecksumState::kVerified;
}

Packet Packet::Clone() const {
  CHECK(!is_train());
  return Like(buffer.Clone());
}

Packet Packet::Like(wg::Buffer bytes) const {
  Packet copy;
  copy.buffer = std::move(bytes);
  copy.device = device;
  copy.mark = mark;
  copy.flow_hash = flow_hash;
  copy.cpu = cpu;
  copy.checksum = checksum;
  copy.ignore_df = ignore_df;
  return copy;
}

}  // namespace net
