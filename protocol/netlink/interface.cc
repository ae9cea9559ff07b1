// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/interface.h"

#include <algorithm>

#include "protocol/check.h"

namespace wg::netlink {

Target TargetOf(const AttributeTable& device_attributes) {
  Target target;
  if (const Attribute* index = device_attributes.Find(kDeviceIfIndex)) {
    target.ifindex = index->u32();
  }
  if (const Attribute* name = device_attributes.Find(kDeviceIfName)) {
    const absl::Span<const uint8_t> text = name->payload;
    target.ifname.emplace(text.begin(), std::find(text.begin(), text.end(), 0));
  }
  return target;
}

bool PutTarget(const Target& target, AttributeWriter* writer) {
  if (target.ifindex && !writer->PutU32(kDeviceIfIndex, *target.ifindex)) return false;
  if (!target.ifname) return true;
  CHECK_LT(target.ifname->size(), kIfNameSize);
  return writer->PutString(kDeviceIfName, *target.ifname);
}

size_t EncodedSize(const Target& target) {
  return (target.ifindex ? AttributeBytes(sizeof(*target.ifindex)) : 0) +
         (target.ifname ? AttributeBytes(target.ifname->size() + 1) : 0);
}

Errno FindInterface(const Target& target, absl::Span<const Interface> interfaces, size_t* found) {
  if (target.ifindex.has_value() == target.ifname.has_value()) return Errno::kBadR;
  for (size_t i = 0; i < interfaces.size(); ++i) {
    const bool matches = target.ifindex ? interfaces[i].index == *target.ifindex
                                        : interfaces[i].name == *target.ifname;
    if (!matches) continue;
    *found = i;
    return interfaces[i].is_wireguard ? Errno::kOk : Errno::kOpNotSupp;
  }
  return Errno::kNoDev;
}

Errno CheckRights(const SetDevice& request, const Interface& interface) {
  const bool sockets = request.listen_port.has_value() || request.fwmark.has_value();
  return sockets && !interface.may_change_sockets ? Errno::kPerm : Errno::kOk;
}

}  // namespace wg::netlink
