// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Which device a request means, and whether its sender may do what it asks (netlink.c:
// lookup_interface, wg_set_device; spec/data sections 2.3 and 2.7).
//
// Requirements: NL-001 to 004.
#ifndef WGSIM_PROTOCOL_NETLINK_INTERFACE_H_
#define WGSIM_PROTOCOL_NETLINK_INTERFACE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/config.h"
#include "protocol/errno.h"
#include "protocol/netlink/attribute.h"
#include "protocol/netlink/policy.h"

namespace wg::netlink {

// What a request names. A good one has exactly one of the two.
struct Target {
  std::optional<uint32_t> ifindex;
  std::optional<std::string> ifname;  // at most 15 characters, no NUL

  static Target Name(absl::string_view name) { return {.ifname = std::string(name)}; }
  static Target Index(uint32_t index) { return {.ifindex = index}; }
  friend bool operator==(const Target&, const Target&) = default;
};

Target TargetOf(const AttributeTable& device_attributes);
// False if there is no room. REQUIRES: the name is not too long.
bool PutTarget(const Target& target, AttributeWriter* writer);
// What PutTarget writes, in bytes.
size_t EncodedSize(const Target& target);

// An interface of a network namespace.
struct Interface {
  uint32_t index = 0;
  absl::string_view name;
  bool is_wireguard = true;
  // Port and mark concern the namespace where the device was created: it still exists, and the
  // caller has CAP_NET_ADMIN over it.
  bool may_change_sockets = true;
};

// Finds the target among the interfaces of the caller's namespace. EBADR: not exactly one of name
// and number; ENODEV: not there; EOPNOTSUPP: not a WireGuard device.
Errno FindInterface(const Target& target, absl::Span<const Interface> interfaces, size_t* found);

// EPERM if the request has a port or a mark and the caller may not set them. Nothing has changed
// yet, and nothing is counted.
Errno CheckRights(const SetDevice& request, const Interface& interface);

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_INTERFACE_H_
