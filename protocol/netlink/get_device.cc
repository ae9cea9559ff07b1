// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/get_device.h"

#include "protocol/check.h"
#include "protocol/netlink/attribute.h"
#include "protocol/netlink/message.h"

namespace wg::netlink {

std::vector<uint8_t> EncodeGetDevice(const Target& target, uint32_t sequence, uint32_t port) {
  const Header header = {
      .flags = kFlagRequest | kFlagAck | kFlagDump, .sequence = sequence, .port = port};
  std::vector<uint8_t> datagram;
  const size_t at = BeginGenericMessage(header, Command::kGetDevice, &datagram);
  AttributeWriter writer(&datagram, kMaxMessageBytes);
  CHECK(PutTarget(target, &writer));
  EndMessage(at, &datagram);
  return datagram;
}

Errno DecodeGetDevice(absl::Span<const uint8_t> attributes, Version version, Target* target) {
  AttributeTable table;
  const Errno error = ParseLevel(attributes, PoliciesOf(version).get_device, &table);
  if (error == Errno::kOk) *target = TargetOf(table);
  return error;
}

}  // namespace wg::netlink
