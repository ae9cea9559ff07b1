// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// How user space cuts one configuration into SET_DEVICE messages. The protocol has no fragment
// marker: each message is applied under the locks on its own, and packets flow between them, so the
// cut decides how long a replaced list stays short (spec/data 2.8 and 3.2, spec/operators 1.4).
// Only the first message that names a peer carries REPLACE_ALLOWEDIPS and the peer's other
// attributes; only the first message at all carries REPLACE_PEERS.
#ifndef WGSIM_SIM_WG_NETLINK_SPLIT_H_
#define WGSIM_SIM_WG_NETLINK_SPLIT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/config.h"

namespace wgnode {

enum class Splitting : uint8_t {
  kWgPage,  // wg(8): a message is at most one page of 4096 bytes
  kWgctrl,  // wgctrl-go: at most 256 allowed ips and 32 peers; beyond that every peer and chunk on
            // its own
  kNone,    // the text protocol: one request, whatever its length
};

inline constexpr size_t kNetlinkPage = 4096;
inline constexpr size_t kWgctrlAllowedIps = 256;
inline constexpr size_t kWgctrlPeers = 32;

struct NetlinkMessage {
  wg::SetDevice request;
  size_t bytes;  // length of the generic-netlink message, headers and padding included
};

// The messages in the order in which they are sent. At least one, even for an empty request.
std::vector<NetlinkMessage> SplitRequest(const wg::SetDevice& request, Splitting splitting,
                                         absl::string_view interface_name);

// Encoded sizes in bytes, nest headers and padding to 4 included.
size_t EncodedSize(const wg::AllowedIpChange& change);
size_t EncodedSize(const wg::SetDevice& request, absl::string_view interface_name);

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_NETLINK_SPLIT_H_
