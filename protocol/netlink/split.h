// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// How user space cuts one configuration into SET_DEVICE messages. The protocol has no fragment
// marker: each message is applied under the locks on its own, and packets flow between them, so the
// cut decides how long a replaced list stays short (spec/data 2.8 and 3.2, spec/operators 1.4).
// Only the first message that names a peer carries REPLACE_ALLOWEDIPS and the peer's other
// attributes; only the first message at all carries REPLACE_PEERS.
//
// Requirements: NL-068; WG8-017.
#ifndef WGSIM_PROTOCOL_NETLINK_SPLIT_H_
#define WGSIM_PROTOCOL_NETLINK_SPLIT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/config.h"
#include "protocol/netlink/set_device.h"

namespace wg::netlink {

enum class Splitting : uint8_t {
  // wg(8): a message is at most one page. What fits of a peer is sent; the next message goes on
  // with the same peer at the next entry.
  kWgPage,
  // wgctrl-go: at most 256 allowed ips and 32 peers. Beyond that every peer and chunk is a message
  // of its own, and each repeats key, port and mark of the device.
  kWgctrl,
  // systemd-networkd: by page as well, but with its library's nests, which are opened whether
  // anything goes into them or not.
  kNetworkd,
  // The text protocol: one request, whatever its length. Not a netlink message if it is too long
  // for one.
  kNone,
};

inline constexpr size_t kPageBytes = 4096;  // wg(8), systemd: the smaller of a page and 8192
inline constexpr size_t kWgctrlAllowedIps = 256;
inline constexpr size_t kWgctrlPeers = 32;

struct SplitMessage {
  SetDevice request;
  size_t bytes;  // of the generic-netlink message: EncodedSize with the style of the splitting
};

// The messages in the order in which they are sent, each as long as EncodeSetDevice makes it for
// this name. At least one, even for an empty request. REQUIRES: the name is not too long.
std::vector<SplitMessage> SplitRequest(const SetDevice& request, Splitting splitting,
                                       absl::string_view interface_name);

EncodeStyle StyleOf(Splitting splitting);

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_SPLIT_H_
