// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The request set=1 of the cross-platform text protocol (spec/data 3.5), as values and back.
//
// Its lines take effect in the order of the stream, a SetDevice in an order of its own. Where the two differ the text
// becomes several: devices to be configured one after the other, and several entries of one peer within one. Applied in
// that order they have the effect of the lines: what the device says of itself is the same, and a peer's keepalive is sent
// when the last of its entries is done. Not so after a wrong line: wireguard-go then sends nothing for the peer whose line
// it is, here what waits for him goes out as after a right one.
//
// Requirements: WG8-024 to 028.
#ifndef WGSIM_PROTOCOL_UAPI_TEXT_SET_H_
#define WGSIM_PROTOCOL_UAPI_TEXT_SET_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/uapi/ipc_error.h"

namespace wg::uapi {

struct SetRequest {
  std::vector<SetDevice> devices;  // in this order; what stands before a wrong line is here
  IpcError error = IpcError::kNone;  // of the first wrong line; those after it count for nothing
  std::string message;               // which line, and what is wrong with it
};

// Whether the device has this peer once the lines before the first public_key have been applied. They decide it:
// replace_peers and a private_key that is the peer's remove him.
using HasPeer = absl::FunctionRef<bool(const PublicKey&)>;

// Where in such lines the first public_key line begins; their size if there is none.
size_t FindPeers(absl::string_view text);

// `text`: the lines between "set=1" and the empty line, or those up to FindPeers or from there on.
SetRequest ParseSet(absl::string_view text, HasPeer has_peer);

// The request as wg(8) writes it, "set=1" and the empty line included.
std::string FormatSet(const SetDevice& request);

}  // namespace wg::uapi

#endif  // WGSIM_PROTOCOL_UAPI_TEXT_SET_H_
